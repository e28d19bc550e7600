"""Every claim as one row: published, measured, what it rests on, controls, verdict, sentence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd

from core.analysis.estimate import Estimate
from core.claims.decision import Claim
from core.claims.evidence import Evidence
from core.claims.in_words import CLAIMS
from core.claims.published import HORIZONS, PublishedNumber, Quantity, published_contrasts, published_numbers
from core.claims.quantities import Control, Measured, measure, measure_contrast
from core.claims.verdict import Answer, Verdict, disagreement, judge, judge_computed, no_more_than_control
from core.claims.wording import controls, sentence
from core.text.message import Message, tell
from core.text.words import mark
from core.vocabulary import Language

IN_WORDS = mark("claim in words")  # the mode of a claim that is no number
_PAGES = {
    Quantity.PHASE_DRIFT: "data",
    Quantity.SPAI: "data",
    Quantity.RMSE_INCREASE: "overview",
    Quantity.DELTA_RMSE: "overview",
    Quantity.DCOR_KERNEL_TOD: "kernels",
    Quantity.DCOR_CONV_CHANGE_TOD: "kernels",
    Quantity.SPEARMAN_GAIN: "gates",
    Quantity.PEAK_AMPLIFICATION: "gates",
    Quantity.RESPONSE_LEAD: "gates",
    **dict.fromkeys((Quantity.MACS_EMBEDDING, Quantity.MACS_CROSSING, Quantity.MACS_TOTAL), "model"),
}
# Made of all trainings, that show a number; costs are shown with the model.
_EXHIBITS = {
    Quantity.PHASE_DRIFT: "weakened_losses",
    Quantity.SPAI: "weakened_losses",
    Quantity.RMSE_INCREASE: "weakened_losses",
    Quantity.DELTA_RMSE: "rmse_changes",
    Quantity.DCOR_KERNEL_TOD: "direction_tables",
    Quantity.DCOR_CONV_CHANGE_TOD: "direction_tables",
    Quantity.SPEARMAN_GAIN: "direction_tables",
    Quantity.PEAK_AMPLIFICATION: "direction_tables",
    Quantity.RESPONSE_LEAD: "direction_tables",
}


class Group(StrEnum):
    """What kind of claim a row is; each is counted apart."""

    MODELS = "models"  # a number of trained models
    CONTRASTS = "contrasts"  # the difference of two such numbers
    WORDS = "words"
    COMPUTED = "computed"  # from the data or a formula: nothing is trained


@dataclass(frozen=True)
class ClaimRow:
    """One claim beside what is measured.

    Attributes
    ----------
    group : what it counts as.
    dataset, horizon, mode, quantity, unit : what it is of; `mode` is IN_WORDS for a claim in words.
    published : a number, or words of the slides.
    measured : with its interval; undefined where nothing was measured.
    horizons, seeds : on how many of the published ones (4 and 10) the measured number rests; 0 where none was
        trained.
    ratio, seeds_needed : as in `core.claims.verdict.Judgement`.
    marked, over_control : whether it is no more than control, and by how much it exceeds it; None without a control
        to exceed.
    beside : the controls with their numbers, to be told, and by name.
    disagreement : as `core.claims.verdict.disagreement`; NaN without two numbers.
    page : of the dashboard, that shows it for one data set; empty where none does.
    exhibit : made of all trainings, that shows it, by its name; empty where none does.
    """

    group: Group
    dataset: str
    horizon: str
    mode: str
    quantity: str
    unit: str
    published: float | str
    measured: Estimate
    verdict: Verdict | Answer
    sentence: Message
    page: str
    exhibit: str = ""
    horizons: int = 0
    seeds: int = 0
    ratio: float = math.nan
    seeds_needed: int = 0
    marked: bool = False
    over_control: Estimate | None = None
    beside: tuple[Message, ...] = ()
    controls: Mapping[Control, Estimate] = field(default_factory=dict)
    disagreement: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON values: what is undefined is null."""
        names = ("dataset", "horizon", "mode", "quantity", "unit", "published")
        return {
            "group": self.group.value,
            **{name: getattr(self, name) for name in names},
            **_values(self.measured, "measured"),
            "n": self.measured.n,
            "horizons": self.horizons,
            "seeds": self.seeds,
            "verdict": self.verdict.value,
            "ratio": _known(self.ratio),
            "seeds_needed": self.seeds_needed or None,
            "no_more_than_control": self.marked,
            "over_control": None if self.over_control is None else _values(self.over_control),
            "controls": {name.value: _values(one) for name, one in self.controls.items()},
            "sentence": str(self.sentence),
        }


def claim_rows(evidence: Evidence) -> list[ClaimRow]:
    """Return a row per published number in the order of the slides, then per contrast, then per claim in words."""
    numbers = [_of_number(number, measure(number, evidence)) for number in published_numbers()]
    contrasts = [_of_number(number, measure_contrast(number, evidence)) for number in published_contrasts()]
    return [*numbers, *contrasts, *(_of_claim(claim, evidence) for claim in CLAIMS)]


def verdict_counts(rows: Iterable[ClaimRow], group: Group) -> dict[Verdict | Answer, int]:
    """Return how many rows of a group have each verdict, best first; verdicts without a row are left out."""
    found = Counter(row.verdict for row in rows if row.group is group)
    order: tuple[Verdict | Answer, ...] = (*Verdict, *Answer)
    return {verdict: found[verdict] for verdict in order if found[verdict]}


def claim_table(rows: Sequence[ClaimRow]) -> pd.DataFrame:
    """Return rows as a table in English: `published` holds numbers only, `claimed` the words of the others."""
    numbers = [isinstance(row.published, float) for row in rows]

    def each(*names: str) -> dict[str, list[Any]]:
        return {name: [getattr(row, name) for row in rows] for name in names}

    return pd.DataFrame(
        {
            **each("dataset", "horizon", "mode", "quantity", "unit"),
            "group": [row.group.value for row in rows],
            "published": [row.published if number else math.nan for row, number in zip(rows, numbers, strict=True)],
            "claimed": ["" if number else row.published for row, number in zip(rows, numbers, strict=True)],
            "measured": [row.measured.value for row in rows],
            "low": [row.measured.low for row in rows],
            "high": [row.measured.high for row in rows],
            "n": [row.measured.n for row in rows],
            **each("horizons", "seeds"),
            "verdict": [row.verdict.value for row in rows],
            **each("ratio", "seeds_needed"),
            "no_more_than_control": [row.marked for row in rows],
            "controls": ["; ".join(tell(one, Language.ENGLISH) for one in row.beside) for row in rows],
            "sentence": [tell(row.sentence, Language.ENGLISH) for row in rows],
            **each("disagreement", "page", "exhibit"),
        }
    )


def _of_number(number: PublishedNumber, found: Measured) -> ClaimRow:
    judgement = (judge if number.horizons else judge_computed)(number, found.estimate)
    over = found.over_control
    judged = judgement.verdict not in (Verdict.ONE_SEED, Verdict.NOT_MEASURED)
    marked = over is not None and judged and no_more_than_control(number.value, over)
    trained = found.reading.horizons
    return ClaimRow(
        group=_group(number),
        dataset=number.dataset,
        horizon=number.horizon,
        mode=number.mode,
        quantity=number.quantity.value,
        unit=number.unit,
        published=number.value,
        measured=found.estimate,
        verdict=judgement.verdict,
        sentence=sentence(number, found, judgement, marked=marked),
        page=_PAGES[number.quantity],
        exhibit=_EXHIBITS.get(number.quantity, ""),
        horizons=len(set(trained) & set(HORIZONS)),
        seeds=found.estimate.n if trained else 0,
        ratio=judgement.ratio,
        seeds_needed=judgement.seeds_needed,
        marked=marked,
        over_control=over,
        beside=controls(number, found),
        controls={name: reading.estimate for name, reading in found.controls.items()},
        disagreement=disagreement(number.value, found.estimate),
    )


def _group(number: PublishedNumber) -> Group:
    if number.printed > 1:
        return Group.CONTRASTS
    return Group.MODELS if number.horizons else Group.COMPUTED


def _of_claim(claim: Claim, evidence: Evidence) -> ClaimRow:
    decision = claim.decide(evidence)
    return ClaimRow(
        group=Group.COMPUTED if claim.computed else Group.WORDS,
        dataset=claim.dataset,
        horizon="all",
        mode=IN_WORDS,
        quantity=claim.quantity,
        unit="",
        published=claim.published,
        measured=decision.estimate,
        verdict=decision.answer,
        sentence=decision.sentence,
        page=claim.page,
        exhibit=claim.exhibit,
        horizons=decision.horizons,
        seeds=decision.seeds,
    )


def _values(found: Estimate, name: str = "value") -> dict[str, float | None]:
    return {name: _known(found.value), "low": _known(found.low), "high": _known(found.high)}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
