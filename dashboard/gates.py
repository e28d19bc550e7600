"""What the Gates & response page keeps between runs, and the numbers it opens with."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.analysis.estimate import Estimate
from core.analysis.statistic import Statistic
from core.english import signed
from core.figures.lettering import interval, probability
from core.inspection import Inspection
from core.report.chapters import response
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from dashboard.widgets import KeyNumber
from dashboard.windows import stamp_text

Runs = Mapping[Fusion, RunRecord]
CAUTIONS = (
    "**Abrupt changes** are the origins at which the convolution path of mode none changes most (top 5 %, largest "
    "first, at least 36 steps apart, 12 whole steps on either side): the same ones for every mode of this seed.",
    "**Peak amplification** compares peaks in multiples of each mode's own quiet level; without that, a model whose "
    "state is merely larger would seem to respond more strongly.",
    "**Lead** comes from separately trained models. A step in the data stays in the last token for a whole patch (36 "
    "rows), so that differing patch weights alone can shift a response.",
    "**Spearman gain** is how much closer both paths change together than without crossings. A daily cycle that both "
    "follow raises the correlation of every mode: the second value is without it.",
    "**Placebo**: the central 95 % of the same number at as many places drawn at random. Inside it, a value means "
    "nothing. It stands in the numbers under the figure. Intervals resample the changes (or days) of one training.",
)


def key_of(runs: Runs) -> tuple[str, ...]:
    """Return what a cache knows these runs by."""
    return tuple(text for run in runs.values() for text in (run.weights_sha, run.fingerprint))


def traces(inspection: Inspection, runs: Runs) -> response.Traces:
    """Return the traces of the runs by mode."""
    return {mode: inspection.trace(run.run_id) for mode, run in runs.items()}


def abrupt_changes(inspection: Inspection, runs: Runs) -> pd.DataFrame:
    """Return the abrupt changes of the seed, the largest first (place, stamp, size); none without mode none."""
    none = runs.get(Fusion.NONE)
    if none is None:
        return pd.DataFrame({"place": [], "stamp": [], "size": []})
    return _changes(key_of({Fusion.NONE: none}), inspection, none.run_id)


@st.cache_data(max_entries=32, show_spinner="Looking for abrupt changes …")
def _changes(key: tuple[str, ...], _inspection: Inspection, run_id: str) -> pd.DataFrame:
    return response.abrupt_changes(_inspection.trace(run_id))


def responses(inspection: Inspection, runs: Runs) -> pd.DataFrame:
    """Return the event-averaged response of each mode."""
    return _responses(key_of(runs), inspection, runs)


@st.cache_data(max_entries=32, show_spinner="Averaging the responses …")
def _responses(key: tuple[str, ...], _inspection: Inspection, _runs: Runs) -> pd.DataFrame:
    return response.responses(traces(_inspection, _runs))


def change_texts(changes: pd.DataFrame) -> dict[str, int]:
    """Return the picker's choices: time of the change -> place."""
    return {stamp_text(stamp): int(place) for stamp, place in zip(changes["stamp"], changes["place"], strict=True)}


def gate_numbers(
    rows: pd.DataFrame, run: RunRecord, changes: pd.DataFrame, hours: float, language: Language
) -> list[KeyNumber]:
    """Return the key numbers of one mode against none: changes, amplification, lead, Spearman gain."""
    found, name = _estimates(rows, run), label(run.config.model.fusion, language)
    peak, lead = found[Statistic.PEAK_AMPLIFICATION], found[Statistic.RESPONSE_LEAD]
    gain, without_cycle = found[Statistic.SPEARMAN_GAIN], found[Statistic.SPEARMAN_GAIN_WITHOUT_CYCLE]
    in_hours = f"{signed(lead.value * hours, 1)} h. " if lead.defined else ""
    return [
        KeyNumber("Abrupt changes", str(len(changes)), "top 5 %, 36 steps apart", help=_plain(CAUTIONS[0])),
        KeyNumber(
            f"Peak amplification · {name}",
            _value(peak, 1, " %"),
            _note(peak, 1),
            help=f"{_placebo(found[Statistic.PEAK_AMPLIFICATION_PLACEBO], 1)}{_plain(CAUTIONS[1])}",
        ),
        KeyNumber(
            f"Lead · {name}",
            _value(lead, 2, " steps"),
            _note(lead, 2),
            help=f"{in_hours}{_placebo(found[Statistic.RESPONSE_LEAD_PLACEBO], 2)}Above zero is earlier than none. "
            f"{_plain(CAUTIONS[2])}",
        ),
        KeyNumber(
            f"Spearman gain · {name}",
            _value(gain, 3),
            f"without cycle {_value(without_cycle, 3)}",
            help=f"95 % interval{interval(gain.low, gain.high, 3)}, without the cycle"
            f"{interval(without_cycle.low, without_cycle.high, 3)}. {_plain(CAUTIONS[3])}",
        ),
    ]


def _estimates(rows: pd.DataFrame, run: RunRecord) -> dict[str, Estimate]:
    """Return a run's statistics by name; those of single blocks are left out."""
    own = rows.loc[(rows["run_id"] == run.run_id) & rows["block"].isna()]
    fields = ["value", "low", "high", "p_value", "n", "reason"]
    return {row["statistic"]: Estimate(**{name: row[name] for name in fields}) for row in own.to_dict("records")}


def _value(estimate: Estimate, decimals: int, unit: str = "") -> str:
    return f"{signed(estimate.value, decimals)}{unit}" if estimate.defined else "–"


def _note(estimate: Estimate, decimals: int) -> str:
    """Return interval and p-value of a number, or that it has none."""
    if not estimate.defined:
        return "too few changes" if estimate.n else "not defined"
    parts = (interval(estimate.low, estimate.high, decimals).strip(), probability(estimate.p_value))
    return " · ".join(part for part in parts if part)


def _placebo(placebo: Estimate, decimals: int) -> str:
    inside = interval(placebo.low, placebo.high, decimals)
    return f"Placebo{inside}: the same at places drawn at random. " if inside else f"{placebo.reason} "


def _plain(caution: str) -> str:
    return caution.replace("**", "")
