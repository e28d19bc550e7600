"""Every measure on series whose answer is known: truth beside estimate, before the real data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.changes import shared_events
from core.analysis.clock import clock_dependence
from core.analysis.errors import delta_rmse, rmse_increase
from core.analysis.estimate import Estimate
from core.analysis.events import PATCH, ProfileStatistic, amplification, contrast, lead, measure_events
from core.analysis.gradient import imbalance
from core.analysis.phase import phase_measures
from core.analysis.planted import (
    DAYS,
    ORIGINS,
    PLACES,
    STEPS,
    Dependence,
    correlated_pair,
    daily_cosines,
    daily_shape,
    hourly_clock,
    kernels,
    leaky_integrator,
    responding,
    slow_level,
)
from core.analysis.response import intervention_lead, spearman_gain
from core.analysis.slope import within_slope
from core.analysis.suitability import Variant, comovement, shift, skeleton, wobble
from core.analysis.synergy import interaction_ols, interaction_paired, win_rate
from core.analysis.traced import Changes
from core.text.message import stored

COLUMNS = ("measure", "case", "unit", "truth", "tolerance", "value", "low", "high", "p_value", "n", "reason")
SEEDS = 10


@dataclass(frozen=True)
class Planted:
    """One planted answer and what a measure makes of it; `tolerance` is how far it may be off."""

    measure: str
    case: str
    unit: str
    truth: float
    tolerance: float
    estimate: Estimate


def ground_truth(seed: int = 0) -> pd.DataFrame:
    """Return truth against estimate of every measure, one row each.

    Returns
    -------
    measure, case, unit, truth, tolerance, value, low, high, p_value, n, reason.

    >>> rows = ground_truth()
    >>> bool((abs(rows["value"] - rows["truth"]) <= rows["tolerance"]).all())
    True
    """
    parts = (_phase, _suitability, _clock, _response, _spearman, _training)
    planted = [one for part in parts for one in part(np.random.default_rng(seed))]
    rows = [{**vars(one), **vars(one.estimate), "reason": stored(one.estimate.reason)} for one in planted]
    return pd.DataFrame(rows).reindex(columns=list(COLUMNS))


def _phase(generator: np.random.Generator) -> Iterator[Planted]:
    """Plant days of one cosine: phase-drift is the shift that was drawn, and SPAI is 1 whatever it is."""
    draws = {
        "no wobble": np.zeros(DAYS, dtype=np.int64),
        "2 steps to and fro": np.where(np.arange(DAYS) % 2, 2, 0),
        "any phase": generator.integers(STEPS, size=DAYS),
    }
    for case, shifts in draws.items():
        turns = np.abs((np.diff(shifts) + STEPS // 2) % STEPS - STEPS // 2)
        found = phase_measures(daily_cosines(shifts), generator=generator, draws=19)
        yield Planted("phase-drift", case, "days", float(np.median(turns)) / STEPS, 1e-9, found.phase_drift)
    yield Planted("SPAI", "any phase", "1", 1.0, 1e-9, found.spai)


def _suitability(generator: np.random.Generator) -> Iterator[Planted]:
    sizes = generator.uniform(0.5, 1.5, size=DAYS)
    share = math.sqrt(sizes.mean() ** 2 / np.square(sizes).mean())  # a gain recovers all that is not the mean day
    wobbling = (sizes[:, None] * daily_shape()).reshape(-1, 1)
    noise = generator.normal(size=(DAYS * STEPS, 4))
    common = generator.normal(size=(DAYS * STEPS, 1))
    angle = 2 * math.pi * np.arange(DAYS * STEPS)[:, None] / STEPS
    tones = 3 * np.sin(angle) + np.sin(6 * angle)
    normal = generator.normal(size=(2, 20_000, 1))
    overlap = math.sqrt(0.8) * math.exp(-1 / 20)  # of N(0, 1) and N(1, 4)

    found = wobble(wobbling, 0, STEPS, generator=generator)
    yield Planted("c1", "size .5 to 1.5", "1", share, 0.03, found[Variant.ALL])
    found = comovement(math.sqrt(0.6) * common + math.sqrt(0.4) * noise, 0, STEPS, generator=generator)
    yield Planted("c2", "correlation .6", "1", 0.6, 0.03, found[Variant.ALL])
    found = skeleton(tones, 0, STEPS, generator=generator)
    yield Planted("c3", "power 9 slow, 1 fast", "1", 0.9, 0.01, found[Variant.ALL])
    found = shift(normal[0], 1 + 2 * normal[1], 0, STEPS, generator=generator)
    yield Planted("c4", "N(0, 1) to N(1, 4)", "1", math.sqrt(1 - overlap), 0.02, found[Variant.ALL])


def _clock(generator: np.random.Generator) -> Iterator[Planted]:
    clock = hourly_clock()
    for dependence in Dependence:
        found = clock_dependence(kernels(dependence, clock, generator), clock, generator=generator, draws=99)
        near = 1e-6 if dependence is Dependence.FULL else 0.06 if dependence is Dependence.NONE else 0.02
        yield Planted("dCor", dependence, "1", dependence.distance_correlation, near, found.corrected)
        yield Planted("eta squared", dependence, "1", dependence.share, 0.02, found.eta_squared)


def _response(generator: np.random.Generator) -> Iterator[Planted]:
    """Plant bursts: on a slow level, where they are; on an even one, how much earlier and higher the answers come."""
    slow, even = slow_level(generator), np.zeros(ORIGINS)
    found = shared_events(responding(generator, slow), responding(generator, slow), PATCH)
    near = np.abs(found.places[:, None] - PLACES).min(axis=1) <= 1
    share = Estimate(100 * float(near.mean()), n=len(found), reason=found.reason)
    yield Planted("abrupt changes", "bursts, within a row", "%", 100.0, 4.0, share)
    none = responding(generator, even)
    for truth in (0, 1, 3):
        mode = responding(generator, even, lead=truth)
        yield Planted(
            "response lead", f"{truth} steps", "steps", truth, 0.06, _at_events(lead, mode, none, generator)
        )
    higher = responding(generator, even, power=1.2)
    cases = (("rescaled by 1.3", 0.0, (none[0], 1.3 * none[1])), ("to the power 1.2", 100 * math.expm1(0.2), higher))
    for case, percent, mode in cases:
        peak = _at_events(amplification, mode, none, generator)
        yield Planted("amplification", case, "%", percent, 3.0, peak)
    prompt, late = (np.tile(leaky_integrator(0.8, delay), (100, 1)) for delay in (0, 3))
    yield Planted("lead, intervened", "3 steps", "steps", 3.0, 1e-4, intervention_lead(prompt, late))


def _at_events(statistic: ProfileStatistic, mode: Changes, none: Changes, generator: np.random.Generator) -> Estimate:
    """Return a statistic at the events that both choose, as it is measured on real runs."""
    pair = contrast(mode[1]), contrast(none[1])
    return measure_events(statistic, *pair, shared_events(mode, none, PATCH), generator=generator).estimate


def _spearman(generator: np.random.Generator) -> Iterator[Planted]:
    day, slot = np.divmod(np.arange(ORIGINS), STEPS)
    none = correlated_pair(0.0, generator)
    coupled = spearman_gain(correlated_pair(0.8, generator), none, day=day, generator=generator)
    yield Planted("Spearman gain", "correlation .8", "1", 6 / math.pi * math.asin(0.4), 0.05, coupled)
    cycle = 1 + np.cos(2 * math.pi * slot / STEPS)
    first, second = (cycle + 0.3 * noise for noise in correlated_pair(0.0, generator))
    bare = spearman_gain((first, second), none, day=day, generator=generator, slot=slot)
    yield Planted("gain, no cycle", "shared cycle only", "1", 0.0, 0.05, bare)


def _training(generator: np.random.Generator) -> Iterator[Planted]:
    """Plant differences between runs of ten seeds; what a seed shares cancels in pairs."""
    rmse = np.array([1.0, 0.99, 0.98, 0.90]) + generator.normal(scale=0.01, size=(SEEDS, 1))
    yield Planted("beta 12, OLS", "−.07", "RMSE", -0.07, 1e-9, interaction_ols(rmse))
    yield Planted("beta 12, paired", "−.07", "RMSE", -0.07, 1e-9, interaction_paired(rmse))
    by_seed = dict(enumerate(rmse[:, 0].tolist()))
    better, worse = ({seed: factor * error for seed, error in by_seed.items()} for factor in (0.9, 1.1))
    yield Planted("delta RMSE", "a tenth lower", "%", 10.0, 1e-9, delta_rmse(by_seed, better))
    yield Planted("RMSE increase", "a tenth higher", "%", 10.0, 1e-9, rmse_increase(by_seed, worse))
    won = rmse.copy()
    won[7:, 3] = 2.0
    yield Planted("win rate", "7 of 10 seeds", "1", 0.7, 1e-9, win_rate(won))
    names = np.repeat(["a", "b"], 20)
    x = generator.normal(size=40) + 5 * (names == "b")
    y = 2 * x - 30 * (names == "b") + 0.1 * generator.normal(size=40)
    yield Planted("within slope", "2, sets apart", "1", 2.0, 0.1, within_slope(x, y, names))
    gradients = generator.lognormal(size=(50, 4))
    yield Planted("imbalance", "a quarter", "octaves", 2.0, 1e-9, imbalance(gradients, gradients / 4))
