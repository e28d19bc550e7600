"""Sensitivity to the recipe: what crossing gains epoch by epoch in trainings that go on past their best epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from core.analysis.estimate import Estimate, mean_interval
from core.claims.about_errors import MODES
from core.claims.by_epoch import RULE_HORIZON, Gain, curves, gain
from core.claims.evidence import Evidence
from core.claims.published import DATASETS
from core.claims.tables import Form
from core.config import BOTH, Arm
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Kind, Options, exhibit
from core.exhibits.study import PAGE, Studies
from core.exhibits.study_errors import CROSSED
from core.figures import study_epochs as figures
from core.figures.palette import Look
from core.text.message import Message, word
from core.text.words import say

HORIZONS = (RULE_HORIZON, 96)  # of the rule, rows


def needs_epochs(studies: Studies) -> str:
    """Ask for the table that knows every epoch."""
    there = Form.OVERTRAINED in studies.forms
    return "" if there else str(Message("lacking.no_table", form=Form.OVERTRAINED.value))


def _sets(studies: Studies, chosen: Chosen) -> Options:
    return {name: name for name in DATASETS}


SET = Choice("epochs_of", "Data set", _sets, kind=Kind.SEGMENTED)


@exhibit("Does crossing help, or does it slow overfitting?", page=PAGE, needs=needs_epochs, choices=(SET,))
def gain_by_epoch(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show the gain of each mode after each epoch and at the best validation epoch, above the error itself."""
    judged, dataset = studies.read(Form.OVERTRAINED), chosen["epochs_of"]
    table = pd.DataFrame(row for horizon in HORIZONS for row in _rows(judged.evidence, dataset, horizon))
    if table.empty:
        raise Absent(say("Not measured: the table holds no test errors by epoch of {dataset}.", dataset=dataset))
    told = {
        horizon: str(word(found.effect))
        for horizon in HORIZONS
        if (found := gain(judged.evidence, dataset, horizon, BOTH))
    }
    drawing = figures.gain_by_epoch(table, told, look=look)
    return Chart(drawing, table, f"{judged.provenance} · {dataset}")


def _rows(evidence: Evidence, dataset: str, horizon: int) -> Iterator[dict[str, Any]]:
    for arm in MODES:
        if (found := curves(evidence, dataset, horizon, arm)) is not None:
            each = [*map(mean_interval, found.rmse.T), mean_interval(found.at_best)]
            yield from _numbered(each, figures.ERROR, horizon, arm)
        if arm in CROSSED and (gained := gain(evidence, dataset, horizon, arm)):
            yield from _numbered(_of(gained), figures.GAIN, horizon, arm)


def _of(gained: Gain) -> list[Estimate]:
    return [*gained.by_epoch, gained.best]


def _numbered(each: list[Estimate], what: str, horizon: int, arm: Arm) -> Iterator[dict[str, Any]]:
    """Yield a row an epoch, and one for the best validation epoch, which stands last."""
    place = {"horizon": horizon, "mode": arm.fusion.value, "what": what}
    for epoch, found in zip([*range(1, len(each)), figures.BEST], each, strict=True):
        yield {**place, "epoch": epoch, "value": found.value, "low": found.low, "high": found.high, "seeds": found.n}
