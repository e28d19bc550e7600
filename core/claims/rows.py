"""Every claim as one row: published, measured, controls, verdict, sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from core.analysis.estimate import Estimate
from core.claims.evidence import Evidence
from core.claims.published import PublishedNumber, Quantity, published_numbers
from core.claims.qualitative import CLAIMS, Claim
from core.claims.quantities import measure
from core.claims.verdict import Verdict, disagreement, judge
from core.claims.wording import controls, sentence

IN_WORDS = "claim in words"  # the mode of a claim that is no number
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
}


@dataclass(frozen=True)
class ClaimRow:
    """One claim beside what is measured.

    Attributes
    ----------
    dataset, horizon, mode, quantity, unit
        What it is of; `mode` is IN_WORDS for a claim in words.
    published
        A number, or words.
    measured
        With its interval; undefined where nothing was measured.
    beside
        The controls, in words, and by name.
    disagreement
        As `core.claims.verdict.disagreement`; NaN without two numbers.
    page
        Of the dashboard, that shows the panel; empty where none does.
    """

    dataset: str
    horizon: str
    mode: str
    quantity: str
    unit: str
    published: float | str
    measured: Estimate
    verdict: Verdict
    sentence: str
    page: str
    beside: str = ""
    controls: Mapping[str, Estimate] = field(default_factory=dict)
    disagreement: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON values: what is undefined is null."""
        found = self.measured
        return {
            **{name: getattr(self, name) for name in ("dataset", "horizon", "mode", "quantity", "unit", "published")},
            "measured": _known(found.value),
            "low": _known(found.low),
            "high": _known(found.high),
            "n": found.n,
            "verdict": self.verdict.value,
            "controls": {
                name: {"value": _known(one.value), "low": _known(one.low), "high": _known(one.high)}
                for name, one in self.controls.items()
            },
            "sentence": self.sentence,
        }


def claim_rows(evidence: Evidence) -> list[ClaimRow]:
    """Return one row per published number and per claim in words, in the order of the slides."""
    numbers = [_of_number(number, evidence) for number in published_numbers()]
    return numbers + [_of_claim(claim, evidence) for claim in CLAIMS]


def claim_table(rows: Sequence[ClaimRow]) -> pd.DataFrame:
    """Return rows as a table: `published` holds numbers only, `claimed` the words of the others."""
    numbers = [isinstance(row.published, float) for row in rows]
    return pd.DataFrame(
        {
            **{
                name: [getattr(row, name) for row in rows]
                for name in ("dataset", "horizon", "mode", "quantity", "unit")
            },
            "published": [row.published if number else math.nan for row, number in zip(rows, numbers, strict=True)],
            "claimed": ["" if number else row.published for row, number in zip(rows, numbers, strict=True)],
            "measured": [row.measured.value for row in rows],
            "low": [row.measured.low for row in rows],
            "high": [row.measured.high for row in rows],
            "n": [row.measured.n for row in rows],
            "verdict": [row.verdict.value for row in rows],
            "controls": [row.beside for row in rows],
            "sentence": [row.sentence for row in rows],
            "disagreement": [row.disagreement for row in rows],
            "page": [row.page for row in rows],
        }
    )


def _of_number(number: PublishedNumber, evidence: Evidence) -> ClaimRow:
    found = measure(number, evidence)
    verdict = judge(number, found.estimate)
    return ClaimRow(
        dataset=number.dataset,
        horizon=number.horizon,
        mode=number.mode,
        quantity=number.quantity.value,
        unit=number.unit,
        published=number.value,
        measured=found.estimate,
        verdict=verdict,
        sentence=sentence(number, found, verdict),
        page=_PAGES.get(number.quantity, ""),
        beside=controls(number, found),
        controls={name: reading.estimate for name, reading in found.controls.items()},
        disagreement=disagreement(number.value, found.estimate),
    )


def _of_claim(claim: Claim, evidence: Evidence) -> ClaimRow:
    decision = claim.decide(evidence)
    return ClaimRow(
        dataset=claim.dataset,
        horizon="all",
        mode=IN_WORDS,
        quantity=claim.quantity,
        unit="",
        published=claim.published,
        measured=decision.estimate,
        verdict=decision.verdict,
        sentence=decision.sentence,
        page=claim.page,
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
