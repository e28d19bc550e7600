"""Claims in words about errors: what each form of the model gains or loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from core.analysis.estimate import Estimate, Floats, mean_interval, undefined
from core.analysis.synergy import interaction_ols, win_rate
from core.claims.decision import (
    MATTERS,
    PERCENT,
    PERCENT_OF_RMSE,
    Decision,
    answer_over_sources,
    by_direction,
    negative,
    of_parts,
    rests,
    sources,
    with_interval,
)
from core.claims.evidence import NOT_MEASURED, RMSE, Evidence, Values
from core.claims.published import DATASETS, SOURCES, Quantity
from core.claims.reading import DATA_SOURCE, NO_PAIR, over_sources, percent_above, percent_of
from core.claims.verdict import Answer, direction
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, NONE, STANDARD, STATIC, WEAKENED, Arm
from core.text.amounts import fixed
from core.text.message import Message, all_of, sentences
from core.version import different_codes

MODES = (NONE, GRU_TO_CNN, CNN_TO_GRU, BOTH)
NO_CELL = Message("lacking.cell_of_four_modes")
NO_STANDARD = Message("lacking.standard_convolution")
LEAST_SETS = 3  # a slope over fewer data sets is none
NO_EXCESS = frozenset({("Weather", 336), ("Weather", 720)})  # where the slides show no excess gain
Cell = tuple[str, int]  # data set, horizon


def four_modes(evidence: Evidence) -> Iterator[tuple[Cell, Floats]]:
    """Yield RMSE [seed, mode] of every data set and horizon, of the seeds that have all four modes."""
    for dataset in DATASETS:
        values = [evidence.values(RMSE, dataset, arm) for arm in MODES]
        shared = set.intersection(*map(set, values))
        for horizon in sorted({horizon for horizon, _ in shared}):
            seeds = sorted(seed for at, seed in shared if at == horizon)
            yield (dataset, horizon), np.array([[one[horizon, seed] for one in values] for seed in seeds])


def changes(evidence: Evidence, base: Arm, other: Arm) -> dict[str, Values]:
    """Return by how many percent one arm's RMSE lies above another's, by data set, horizon and seed."""
    return {
        dataset: {key: -value for key, value in percent_of(evidence, dataset, base, other).items()}
        for dataset in DATASETS
    }


def excess(evidence: Evidence) -> Decision:
    """Decide: both directions gain more than the sum of the single ones, beta_12 < 0."""
    tables = dict(four_modes(evidence))
    if not tables:
        return Decision.unknown(evidence.absent or NO_CELL)
    effects = {dataset: _excess_gain(evidence, dataset) for dataset in DATASETS}
    found = over_sources(effects, NO_CELL)
    if not found.defined:
        return Decision.unknown(Message("lacking.cell_of_an_excess"))
    ols = [interaction_ols(table) for table in tables.values()]
    below, above = sum(one.high < 0 for one in ols), sum(one.low > 0 for one in ols)
    beta = negative(found)
    return Decision(
        beta,
        answer_over_sources(found, effects, matters=MATTERS),
        Message(
            "errors.excess",
            beta=with_interval(beta, 2, PERCENT_OF_RMSE),
            sources=sources(found),
            below=below,
            above=above,
            cells=Message("count.cell", n=len(tables)),
        ),
        *rests(effects),
    )


def _excess_gain(evidence: Evidence, dataset: str) -> Values:
    """Return minus beta_12, where an excess is claimed, of each seed's own four runs, in % of the RMSE of none."""
    none, gru_to_cnn, cnn_to_gru, both = (evidence.values(RMSE, dataset, arm) for arm in MODES)
    shared = sorted(none.keys() & gru_to_cnn.keys() & cnn_to_gru.keys() & both.keys())
    shared = [(horizon, seed) for horizon, seed in shared if (dataset, horizon) not in NO_EXCESS]
    return {key: 100 * (cnn_to_gru[key] + gru_to_cnn[key] - both[key] - none[key]) / none[key] for key in shared}


def wins(evidence: Evidence) -> Decision:
    """Decide: both beat either single direction in most seeds."""
    tables = dict(four_modes(evidence))
    if not tables:
        return Decision.unknown(evidence.absent or NO_CELL)
    every = win_rate(np.concatenate(list(tables.values())))
    shares = {cell: win_rate(table).value for cell, table in tables.items()}
    names = dict.fromkeys(SOURCES[dataset] for dataset, _ in shares)
    by_source = [np.mean([one for (dataset, _), one in shares.items() if SOURCES[dataset] == name]) for name in names]
    found = mean_interval(by_source, of=DATA_SOURCE)
    seeds = min(map(len, tables.values()))
    over_half = Estimate(found.value - 0.5, found.low - 0.5, found.high - 0.5, n=found.n)
    answer = Answer.UNDECIDED if found.n == 1 else direction(over_half, matters=0)
    low, high = (float(np.clip(end, 0, 1)) for end in (found.low, found.high))
    return Decision(
        Estimate(found.value, low, high, n=found.n),
        Answer.ONE_SEED if seeds < 2 else answer,
        Message(
            "errors.wins",
            every=_percent(every.value),
            trainings=Message("count.training", n=every.n),
            share=_share(found, low, high),
            sources=sources(found),
        ),
        *rests({dataset: percent_of(evidence, dataset, NONE, BOTH) for dataset in DATASETS}),
    )


def change_of_errors(
    base: Arm, other: Arm, says: Message, why_not: Message, evidence: Evidence, *, lowers: bool
) -> Decision:
    """Decide: one arm lowers, or raises, the errors of another; parameters as in `by_direction`."""
    return by_direction(changes(evidence, base, other), says, evidence.absent or why_not, lowers=lowers)


gru_to_cnn_helps = partial(change_of_errors, NONE, GRU_TO_CNN, Message("errors.gru_to_cnn"), NO_PAIR, lowers=True)
cnn_to_gru_costs = partial(change_of_errors, NONE, CNN_TO_GRU, Message("errors.cnn_to_gru"), NO_PAIR, lowers=False)
# Worse than a depth-wise kernel made anew for each window:
standard_hurts = partial(change_of_errors, BOTH, STANDARD, Message("errors.standard"), NO_STANDARD, lowers=False)


def mixing_helps(evidence: Evidence) -> Decision:
    """Decide: a first layer that mixes all variables lowers errors, with both directions and the same seeds."""
    other = evidence.other_embedding
    if evidence.absent or other is None or other.absent:
        return Decision.unknown(evidence.absent or Message("lacking.second_table"))
    codes = [one.table.attrs.get("code", []) for one in (evidence, other)]
    if different_codes(codes[0]) != different_codes(codes[1]):
        first, second = (all_of(of_table) or Message("lacking.no_version") for of_table in codes)
        return Decision.unknown(Message("lacking.same_code", first=first, second=second))
    mixed, apart = (evidence, other) if _embedding(evidence) == "mixed" else (other, evidence)
    arms = [[one.values(RMSE, dataset, BOTH) for one in (apart, mixed)] for dataset in DATASETS]
    found = by_direction(
        {name: percent_above(*pair) for name, pair in zip(DATASETS, arms, strict=True)},
        Message("errors.mixing"),
        NO_PAIR,
        lowers=True,
    )
    return replace(found, sentence=sentences(found.sentence, Message("errors.mixing_caution")))


def _embedding(evidence: Evidence) -> str:
    words = evidence.table.loc[evidence.table["fusion"] != "", "embedding"]
    return str(words.iloc[0]) if len(words) else ""


def losses_follow_the_cycle(evidence: Evidence) -> Decision:
    """Decide: what weakened references lose grows with SPAI and shrinks with phase-drift, over data sets."""
    parts, answers, estimates, effects = [], [], [], {}
    for quantity, sign in ((Quantity.SPAI, 1), (Quantity.PHASE_DRIFT, -1)):
        x = {name: found.value for name in DATASETS if (found := evidence.of_data(quantity, name)).defined}
        effects = {name: losses(evidence, name) for name in x}
        change = over_data_sets(x, effects)
        if not change.defined:
            return Decision.unknown(evidence.absent or change.reason or NOT_MEASURED)
        low, high = min(x.values()), max(x.values())
        answers.append(direction(change if sign > 0 else negative(change), matters=MATTERS))
        estimates.append(change)
        parts.append(
            Message(
                "errors.loss_by_spai" if quantity is Quantity.SPAI else "errors.loss_by_drift",
                change=with_interval(change, 2, PERCENT),
                low=low,
                high=high,
            )
        )
    return Decision(
        estimates[0],
        of_parts(answers),
        Message("errors.losses", first=parts[0], second=parts[1], seeds=Message("count.seed", n=estimates[0].n)),
        *rests(effects),
    )


def losses(evidence: Evidence, dataset: str) -> Values:
    """Return the RMSE increase of both weakened forms together, by horizon and seed."""
    each = [percent_of(evidence, dataset, BOTH, arm) for arm in (WEAKENED, STATIC)]
    return {key: -float(np.mean([one[key] for one in each])) for key in sorted(each[0].keys() & each[1].keys())}


def over_data_sets(x: Mapping[str, float], effects: Mapping[str, Values]) -> Estimate:
    """Return the change of an effect over the range of x, a straight line through the data sets, seed by seed."""
    changes = []
    for seed in sorted({seed for values in effects.values() for _, seed in values}):
        found = {
            name: float(np.mean(of))
            for name, values in effects.items()
            if (of := [v for (_, s), v in values.items() if s == seed])
        }
        if len(found) >= LEAST_SETS and np.ptp([x[name] for name in found]) > 0:
            slope = np.polyfit([x[name] for name in found], list(found.values()), 1)[0]
            changes.append(float(slope) * float(np.ptp(list(x.values()))))
    if not changes:
        return undefined(Message("lacking.weakened_references", needed=LEAST_SETS))
    return mean_interval(changes)


def _share(found: Estimate, low: float, high: float) -> Message:
    """Return a share in percent, with its interval where it has one."""
    value = _percent(found.value)
    if not np.isfinite(found.low):
        return Message("number.in_unit", value=value, unit=PERCENT)
    return Message("errors.share_with_interval", share=value, low=_percent(low), high=_percent(high))


def _percent(share: float) -> str:
    return fixed(100 * share, 0)
