"""Slide of planted answers: whether the measures find them."""

from __future__ import annotations

import pandas as pd

from core.analysis.planted import DAYS, ORIGINS, STEPS
from core.figures import truth as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.version import VERSION


def ground_truth(rows: pd.DataFrame, seed: int, *, look: Look) -> Slide:
    """Show truth against estimate; `rows` are those of `core.analysis.synthetic.ground_truth` with this seed."""
    drawn = f"seed {seed} · {DAYS} days of {STEPS} steps, {ORIGINS:,} origins"
    provenance = f"Generated series · {drawn} · CrossLens {VERSION}"
    return Slide.of(figures.ground_truth(rows, look=look, provenance=provenance), name="ground_truth", table=rows)
