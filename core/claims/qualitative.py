"""The claims in words, each decided by numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.analysis.cost import Design, times_dearer
from core.analysis.estimate import Estimate, Floats, undefined
from core.analysis.scatter import scatter
from core.analysis.statistic import Over, Statistic, statistic_name
from core.analysis.suitability import Condition, Variant
from core.analysis.synergy import adjusted, interaction_ols, interaction_paired, win_rate
from core.claims.evidence import APART, BOTH, CNN_TO_GRU, GRU_TO_CNN, LATE, NONE, RMSE, Arm, Evidence, Values
from core.claims.published import DATASETS
from core.claims.quantities import NO_PAIR, mean_over_seeds, percent_of
from core.claims.verdict import Verdict, by_share, by_sign
from core.english import counted, fixed, listed, signed
from core.vocabulary import Fusion

MODES = (NONE, GRU_TO_CNN, CNN_TO_GRU, BOTH)
LARGEST_GAINS = ("ETTh2", "ETTm2")
NO_EXCESS = frozenset({("Weather", 336), ("Weather", 720)})  # where the slides show no excess gain either
NO_CELL = "no data set and horizon has runs of all four modes with one seed."
Cell = tuple[str, int]  # data set, horizon


@dataclass(frozen=True)
class Decision:
    """What became of a claim in words."""

    estimate: Estimate
    verdict: Verdict
    sentence: str

    @classmethod
    def unknown(cls, why: str) -> Decision:
        """Return the decision on a claim that nothing was measured of."""
        return cls(undefined(why), Verdict.NOT_MEASURED, f"Not measured: {why}")


@dataclass(frozen=True)
class Claim:
    """A claim in words and how to decide it."""

    quantity: str
    published: str
    dataset: str
    page: str  # that shows it
    decide: Callable[[Evidence], Decision]


def excess(evidence: Evidence) -> Decision:
    """Decide: both directions gain more than the sum of the single ones: beta_12 < 0, cell by cell."""
    tables = dict(four_modes(evidence))
    if not tables:
        return Decision.unknown(evidence.absent or NO_CELL)
    found = adjusted({cell: interaction_paired(table, generator=_generator()) for cell, table in tables.items()})
    agree = [cell for cell, one in found.items() if (one.value < 0) == (cell not in NO_EXCESS)]
    ols = [interaction_ols(table) for table in tables.values()]
    below, above = sum(one.high < 0 for one in ols), sum(one.low > 0 for one in ols)
    clear = sum(one.p_value < 0.05 for one in found.values())
    named = listed(f"{dataset} {horizon}" for dataset, horizon in agree)
    fewest = min(map(len, tables.values()))
    return Decision(
        Estimate(len(agree) / len(found), n=len(found)),
        by_share(len(agree) / len(found), several_seeds=fewest > 1),
        f"beta_12 has the published sign in {len(agree)} of {len(found)} cells of data set and horizon"
        f"{f' ({named})' if agree else ''}. As published (least squares) its interval lies below 0 in {below} and "
        f"above 0 in {above}; paired by seed, {clear} differ from 0 (sign flips, Holm), which with "
        f"{counted(fewest, 'seed')} cannot show p below {2.0 ** (1 - fewest):.2g}.",
    )


def wins(evidence: Evidence) -> Decision:
    """Decide: both beat either single direction in most seeds."""
    tables = dict(four_modes(evidence))
    if not tables:
        return Decision.unknown(evidence.absent or NO_CELL)
    found = win_rate(np.concatenate(list(tables.values())))
    return Decision(
        found,
        Verdict.REPRODUCED if found.low > 0.5 else by_sign(found.value - 0.5),
        f"Both directions beat the better single one in {_percent(found.value)} % of {found.n} trainings, seed by "
        f"seed in {len(tables)} cells of data set and horizon ({_percent(found.low)} to {_percent(found.high)} %; "
        "chance is a third).",
    )


def earlier_gains(evidence: Evidence) -> Decision:
    """Decide: the earlier the response of CNN -> GRU, the larger the extra gain of both over GRU -> CNN."""
    points = [
        (dataset, lead, gain)
        for dataset in DATASETS
        for lead, gain in _paired(
            evidence.values(Statistic.RESPONSE_LEAD, dataset, CNN_TO_GRU), _extra(evidence, dataset, GRU_TO_CNN)
        )
    ]
    return _slope(points, "for a step of lead", evidence.absent or "no run has both a response lead and a gain.")


def alignment_gains(evidence: Evidence) -> Decision:
    """Decide: the more both align filters with the time of day, the larger their gain over CNN -> GRU."""
    name = statistic_name(Statistic.DCOR_KERNEL, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)
    points = []
    for dataset in DATASETS:
        both, alone = (evidence.values(name, dataset, arm) for arm in (BOTH, GRU_TO_CNN))
        more = {key: both[key] - alone[key] for key in both.keys() & alone.keys()}
        points += [(dataset, x, gain) for x, gain in _paired(more, _extra(evidence, dataset, CNN_TO_GRU))]
    return _slope(
        points, "for 1 of dCor", evidence.absent or "no run has both kernels that were measured and a gain."
    )


def joined_late(evidence: Evidence) -> Decision:
    """Decide: late and no fusion have a worse RMSE and unbalanced gradients on ETTm2."""
    parts, signs, seeds = [], [], []
    for name, arm in (("late fusion", LATE), ("no fusion", APART)):
        rmse = mean_over_seeds(percent_of(evidence, "ETTm2", BOTH, arm), NO_PAIR).estimate
        own, proposed = (
            mean_over_seeds(evidence.values(Statistic.GRADIENT_IMBALANCE, "ETTm2", one), NO_PAIR).estimate
            for one in (arm, BOTH)
        )
        if not (rmse.defined and own.defined and proposed.defined):
            return Decision.unknown(
                evidence.absent or f"the table lacks {name} on ETTm2, or both, or their gradients."
            )
        signs += [rmse.value < 0, own.value > proposed.value]
        seeds += [rmse.n, own.n, proposed.n]
        parts.append(
            f"{name} changes RMSE by {signed(-rmse.value, 1)} % against both and has a gradient imbalance of "
            f"{own.value:.2f} octaves against {proposed.value:.2f}"
        )
    share = sum(signs) / len(signs)
    verdict = by_share(share, several_seeds=min(seeds) > 1)
    return Decision(
        Estimate(share, n=len(signs)), verdict, f"On ETTm2, {'; '.join(parts)} ({counted(min(seeds), 'seed')})."
    )


def fits_best(evidence: Evidence) -> Decision:
    """Decide: ETTh2 and ETTm2 fit the four conditions best."""
    readings = [
        {dataset: evidence.of_data(f"{condition}_{variant}", dataset) for dataset in DATASETS}
        for condition in Condition
        for variant in Variant
    ]
    known = [one for one in readings if all(found.defined for found in one.values())]
    if not known:
        return Decision.unknown(evidence.absent or "the table holds no suitability of all five data sets.")
    tops = [set(sorted(one, key=lambda name: -one[name].value)[:2]) for one in known]
    best = sum(top == set(LARGEST_GAINS) for top in tops)
    return Decision(
        Estimate(best / len(known), n=len(known)),
        by_share(best / len(known)),
        f"ETTh2 and ETTm2 are the two highest in {best} of {len(known)} readings of the four conditions (target and "
        "all variables); five data sets are three independent ones.",
    )


def dearer(evidence: Evidence) -> Decision:
    """Decide: mixing by a standard convolution is 13 and, without the first layer, 466 times dearer."""
    found = [round(times_dearer(design)) for design in (Design.STANDARD_CONV, Design.NO_EMBEDDING)]
    return Decision(
        Estimate(float(found[0]), n=1),
        Verdict.REPRODUCED if found == [13, 466] else Verdict.OPPOSITE,
        f"From the formulas, {found[0]} and without the first layer {found[1]} times; crossings are only a part of a "
        "whole network, which python -m core cost counts.",
    )


CLAIMS = (
    Claim("excess gain of both", "beta_12 < 0 except Weather at 336 and 720", "all", "overview", excess),
    Claim("both beat either direction", "in most seeds", "all", "overview", wins),
    Claim("earlier response, larger gain", "a rising slope", "all", "gates", earlier_gains),
    Claim("more alignment, larger gain", "a rising slope", "all", "kernels", alignment_gains),
    Claim("late and no fusion", "worse RMSE, unbalanced gradients", "ETTm2", "gradients", joined_late),
    Claim("ETTh2 and ETTm2 fit best", "highest in all four conditions", "all", "data", fits_best),
    Claim("standard convolution", "13 and 466 times dearer", "any", "", dearer),
)


def four_modes(evidence: Evidence) -> Iterator[tuple[Cell, Floats]]:
    """Yield RMSE [seed, mode] of every data set and horizon, of the seeds that have all four modes."""
    for dataset in DATASETS:
        values = [evidence.values(RMSE, dataset, arm) for arm in MODES]
        shared = set.intersection(*map(set, values))
        for horizon in sorted({horizon for horizon, _ in shared}):
            seeds = sorted(seed for at, seed in shared if at == horizon)
            yield (dataset, horizon), np.array([[one[horizon, seed] for one in values] for seed in seeds])


def _extra(evidence: Evidence, dataset: str, single: Arm) -> Values:
    """Return how much more both lower the RMSE of none than one direction does, percent by horizon and seed."""
    both, alone = (percent_of(evidence, dataset, NONE, arm) for arm in (BOTH, single))
    return {key: both[key] - alone[key] for key in both.keys() & alone.keys()}


def _paired(x: Values, y: Values) -> list[tuple[float, float]]:
    return [(x[key], y[key]) for key in sorted(x.keys() & y.keys())]


def _slope(points: list[tuple[str, float, float]], per: str, why_not: str) -> Decision:
    if not points:
        return Decision.unknown(why_not)
    names, x, y = zip(*points, strict=True)
    found = scatter(x, y, names)
    pooled, within = found.pooled, found.within
    if not pooled.defined:
        return Decision.unknown(pooled.reason)
    rises = pooled.low > 0 and within.value > 0
    return Decision(
        pooled,
        Verdict.REPRODUCED if rises else by_sign(pooled.value),
        f"{_with_interval(pooled)} % of RMSE {per} over {pooled.n} trainings; within data sets "
        f"{_with_interval(within) if within.defined else 'undefined'}.",
    )


def _percent(share: float) -> str:
    return fixed(100 * share, 0)


def _with_interval(slope: Estimate) -> str:
    return f"{signed(slope.value, 2)} ({signed(slope.low, 2)} to {signed(slope.high, 2)})"


def _generator() -> np.random.Generator:
    return np.random.default_rng(0)  # beyond 12 seeds sign patterns are drawn
