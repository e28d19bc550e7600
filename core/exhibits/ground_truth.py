"""Ground truth: whether the measures find what was planted in generated series."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from core.analysis.ground_truth import ground_truth as planted
from core.analysis.planted import DAYS, ORIGINS, STEPS
from core.exhibits.exhibit import Chart, Choice, Chosen, Kind, exhibit
from core.figures import ground_truth as figures
from core.figures.palette import Look
from core.text.words import say
from core.version import VERSION

PAGE = "ground_truth"
MOST_SEEDS = 99
SEED = Choice(
    "draw",
    "Seed of the generated series",
    lambda subject, chosen: {str(seed): seed for seed in range(MOST_SEEDS + 1)},
    kind=Kind.NUMBER,
)


class Generated:
    """Series whose answers are known: every seed draws others."""

    key = "generated series"


@lru_cache(16)
def answers(seed: int) -> pd.DataFrame:
    """Return truth and estimate of every measure on the series of a seed."""
    return planted(seed)


@exhibit("Do the measures find what was planted?", page=PAGE, choices=(SEED,))
def ground_truth(generated: Generated, chosen: Chosen, look: Look) -> Chart:
    """Show truth against estimate."""
    rows = answers(chosen["draw"])
    seed = say("seed {seed}", seed=chosen["draw"])
    drawn = say("{days} days of {steps} steps, {origins:,} origins", days=DAYS, steps=STEPS, origins=ORIGINS)
    foot = " · ".join([say("Generated series"), seed, drawn, f"CrossLens {VERSION}"])
    return Chart(figures.ground_truth(rows, look=look), rows, foot)
