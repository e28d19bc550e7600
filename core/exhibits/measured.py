"""From measures to checks: of one run and of other seeds of its form, in the inspection or the shipped table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate
from core.config import Arm
from core.exhibits.case import Case
from core.exhibits.checks import Check, CheckKind, Sign, absent
from core.exhibits.exhibit import Chosen
from core.figures.lettering import number
from core.table import NUMBERS
from core.text.amounts import counted, listed, signed
from core.text.message import read
from core.text.words import mark, say
from core.train.record import RunRecord
from core.vocabulary import Fusion

Resolver = Callable[[Case, Chosen], Check]
Refusal = tuple[str, str]  # in a few words, and why in a sentence; both marked
SMALL = 0.5  # % of the MSE: changes up to this differ in sign from seed to seed
LIKE = 2.0  # how far the largest of several sizes may exceed the least for them to count as alike
MISSING = (
    mark("not yet"),
    mark("It is not measured of this model yet: a page that looks inside reads every window, once."),
)


def of_run(case: Case, run: RunRecord) -> pd.DataFrame:
    """Return the measures of a run: those of its inspection, and what the shipped table holds beside them."""
    own, rows = case.rows.loc[case.rows["run_id"] == run.run_id], case.tabled.measures
    beside = rows.loc[(rows["run_id"] == run.run_id) & ~rows["statistic"].isin(own["statistic"])]
    return own if beside.empty else beside if own.empty else pd.concat([own, beside], ignore_index=True)


def of_form(case: Case, arm: Arm) -> pd.DataFrame:
    """Return the measures that the shipped table holds of a form, all seeds."""
    rows = case.tabled.measures
    same = (rows["fusion"] == arm.fusion) & (rows["merge"] == arm.merge) & (rows["matched"] == arm.matched)
    if arm.fusion is not Fusion.NONE:  # writes no kernels, so its reference does not count
        same &= rows["reference"] == arm.reference
    return rows.loc[same]


def other_seeds(case: Case, run: RunRecord, measure: Callable[[pd.DataFrame], float]) -> dict[int, float]:
    """Return a measure of the rows that the shipped table holds of the same form with other seeds, by seed."""
    rows = of_form(case, run.config.model.arm)
    return {int(str(seed)): measure(part) for seed, part in rows.groupby("seed") if seed != run.config.train.seed}


def by_seed(case: Case, mode: Fusion) -> dict[int, pd.DataFrame]:
    """Return the measures of a mode in the compared form by seed: of the shipped table and the run looked into."""
    rows = of_form(case, Arm.of(mode, case.reference, case.merge))
    measures = {int(str(seed)): part for seed, part in rows.groupby("seed")}
    run = case.chosen_runs.get(mode)
    own = {} if run is None else {case.seed: of_run(case, run)}
    return {seed: part for seed, part in sorted((measures | own).items()) if len(part)}


def found(rows: pd.DataFrame, statistic: str, block: int | None = None) -> Estimate:
    """Return one measure of a run's rows; undefined where there is none.

    >>> found(pd.DataFrame({"statistic": ["a"], "block": [None]}), "b").defined
    False
    """
    there = rows["block"].isna() if block is None else rows["block"] == block
    chosen = rows.loc[(rows["statistic"] == str(statistic)) & there]
    if chosen.empty:
        return Estimate(math.nan)
    row = chosen.iloc[0]
    value, low, high, p_value = (float(row[name]) for name in NUMBERS)
    return Estimate(value, low, high, p_value, int(row["n"]), read(row["reason"]))


def run_of(case: Case, chosen: Chosen) -> RunRecord:
    """Return the run whose checks are shown: of the chosen mode, else of both, else of the last one there is."""
    runs = case.chosen_runs
    return runs[chosen["mode"]] if "mode" in chosen else runs.get(Fusion.BOTH) or list(runs.values())[-1]


def over_seeds(own: float, others: Mapping[int, float], *, what: str, unit: str = "", decimals: int = 2) -> Check:
    """Return whether a signed measure has the same sign in other seeds."""
    if not (known := _beside(own, others)):
        return _one_seed(what)
    same, all_of = sum((value > 0) == (own > 0) for value in known), len(known)
    sign = Sign.HOLDS if same == all_of else Sign.AGAINST if 2 * same < all_of else Sign.OPEN
    sign = sign if round(own, decimals) else Sign.OPEN
    mean, low, high = (
        f"{signed(value, decimals)}{unit}" for value in (float(np.mean(known)), min(known), max(known))
    )
    return Check(
        CheckKind.SEEDS,
        sign,
        say("same sign in {same} of {seeds}", same=same, seeds=all_of),
        say(
            "{what} is {own} here; in {others} it is {mean} on average ({low} to {high}), with the same sign in "
            "{same}.",
            what=what,
            own=f"{signed(own, decimals)}{unit}",
            others=counted(all_of, "other seed"),
            mean=mean,
            low=low,
            high=high,
            same=same,
        ),
    )


def alike(own: float, others: Mapping[int, float], *, what: str) -> Check:
    """Return whether a measure without a sign has much the same size in other seeds."""
    if not (known := _beside(own, others)):
        return _one_seed(what)
    sizes = [own, *known]
    is_alike = min(sizes) > 0 and max(sizes) <= LIKE * min(sizes)
    low, high = (number(value) for value in (min(known), max(known)))
    span = low if low == high else say("{low} to {high}", low=low, high=high)
    beside = counted(len(known), "other seed")
    return Check(
        CheckKind.SEEDS,
        Sign.HOLDS if is_alike else Sign.AGAINST,
        say("{values} in {seeds}", values=span, seeds=len(known)),
        say("{what} is {own} here and {values} in {others}.", what=what, own=number(own), values=span, others=beside),
    )


def _beside(own: float, others: Mapping[int, float]) -> list[float]:
    """Return the values of other seeds that a seed's own can be held against; none where it has none itself."""
    return [value for value in others.values() if math.isfinite(value) and math.isfinite(own)]


def _one_seed(what: str) -> Check:
    why = say("{what} is measured of this seed alone: measure more of them.", what=what)
    return absent(CheckKind.SEEDS, say("one seed"), why)


def error_change(
    kind: CheckKind, case: Case, run: RunRecord, names: Sequence[str], *, short: str, what: str
) -> Check:
    """Return by how much the error changes under interventions: one that does not raise it changed nothing needed.

    `short` names them in two words, `what` in full.
    """
    rows = of_run(case, run)
    changes = [found(rows, f"mse_change_{name}") for name in names]
    known = [change for change in changes if change.defined]
    if not known:
        return absent(kind, *map(say, MISSING))
    values = [change.value for change in known]
    told = f"{listed(signed(value) for value in values)} % MSE"
    rising, falling = (all(sign * value > SMALL for value in values) for sign in (1, -1))
    sign = Sign.HOLDS if rising else Sign.AGAINST if falling else Sign.OPEN
    sentence = say(
        "With {what} the error changes by {change}, over {n:,} windows.", what=what, change=told, n=known[0].n
    )
    return Check(kind, sign, f"{short}, {told}", sentence)


def seeds_of_change(case: Case, run: RunRecord, names: Sequence[str], *, what: str) -> Check:
    """Return whether interventions change the error in other seeds as they do here."""

    def mean(rows: pd.DataFrame) -> float:
        return float(np.mean([found(rows, f"mse_change_{name}").value for name in names]))

    own, others = mean(of_run(case, run)), other_seeds(case, run, mean)
    return over_seeds(own, others, what=say("The change of error with {what}", what=what), unit=" %", decimals=1)


def strip(**checks: Resolver | Refusal) -> dict[CheckKind, Resolver]:
    """Return how each check is read, given by the name of its kind: a function, or why it cannot be had."""
    kinds = {CheckKind[name.upper()]: how for name, how in checks.items()}
    return {kind: _refused(kind, *how) if isinstance(how, tuple) else how for kind, how in kinds.items()}


def _refused(kind: CheckKind, short: str, reason: str) -> Resolver:
    return lambda case, chosen: absent(kind, say(short), say(reason))


def undefined(kind: CheckKind, estimates: Iterable[Estimate]) -> Check:
    """Return a check whose measure is undefined, with the first reason there is."""
    reason = next((str(estimate.reason) for estimate in estimates if estimate.reason), "")
    return absent(kind, say("undefined"), reason) if reason else absent(kind, *map(say, MISSING))
