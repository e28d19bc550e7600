"""Every measure of a data set itself, before any model: where a data set's labels meet arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.clock import NO_DAY
from core.analysis.estimate import Floats
from core.analysis.phase import PhaseMeasures, phase_measures, whole_days
from core.analysis.suitability import Condition, Variants, comovement, shift, skeleton, wobble
from core.analysis.verdict import Advice, verdict
from core.analysis.wobble import daily_share, without_daily_mean
from core.data.benchmarks import SENTINEL
from core.data.dataset import DataError, Dataset
from core.text.message import Message

USUAL_TARGET = "OT"  # the column the field forecasts, in every benchmark file
MOST_VARIABLES = 64  # that a profile reads, to bound time and memory


@dataclass(frozen=True)
class DataMeasures:
    """What a data set is like.

    Attributes
    ----------
    target, target_reason : the variable that phase measures and the `target` variants are of, and why it was taken.
    phase : phase-drift and SPAI with their controls, over all rows.
    profile : the four conditions, each for the target and over all variables.
    verdict : the profile in words.
    """

    target: str
    target_reason: Message
    phase: PhaseMeasures
    profile: Mapping[Condition, Variants]
    verdict: Advice


def measure_data(dataset: Dataset, *, target: str | None = None, seed: int = 0) -> DataMeasures:
    """Return every measure of a data set.

    Parameters
    ----------
    target : name of a variable; chosen by `usual_target` without it.
    seed : of the intervals and the null.

    Raises
    ------
    DataError : there is no such variable.
    """
    if target is not None and target not in dataset.variables:
        raise DataError(f"{dataset.title} has no variable {target!r}; choose one of: {', '.join(dataset.variables)}.")
    name, why = (target, Message("target.named")) if target is not None else usual_target(dataset)
    profile = suitability(dataset, name, seed=seed)
    return DataMeasures(name, why, phase_of(dataset, name, seed=seed), profile, verdict(profile, name, dataset.key))


def usual_target(dataset: Dataset) -> tuple[str, Message]:
    """Return the variable to measure and why: OT where there is one, else the most daily, else the last."""
    if USUAL_TARGET in dataset.variables:
        return USUAL_TARGET, Message("target.usual", usual=USUAL_TARGET)
    last = dataset.variables[-1]
    if dataset.steps_per_day is None:
        return last, Message("target.last_without_a_day", usual=USUAL_TARGET)
    shares = daily_share(without_daily_mean(_mended(dataset.frame).to_numpy(), dataset.steps_per_day))
    if not np.isfinite(shares).any():
        return last, Message("target.last_of_still_ones", usual=USUAL_TARGET)
    best = int(np.nanargmax(shares))
    return dataset.variables[best], Message("target.most_daily", usual=USUAL_TARGET, share=float(shares[best]))


def phase_of(dataset: Dataset, target: str, *, seed: int = 0) -> PhaseMeasures:
    """Return phase-drift and SPAI of one variable over all rows."""
    steps = dataset.steps_per_day
    if steps is None:
        return PhaseMeasures.missing(NO_DAY, len(dataset.frame))
    stamps = dataset.frame.index.to_numpy()
    raw, mended = (whole_days(frame[target], stamps, steps) for frame in (dataset.frame, _mended(dataset.frame)))
    return phase_measures(raw, mended, generator=np.random.default_rng(seed))


def suitability(dataset: Dataset, target: str, *, seed: int = 0) -> dict[Condition, Variants]:
    """Return the four conditions, from the first training row to the last test row, sentinels filled."""
    chosen = _some_variables(dataset.variables, target)
    splits = dataset.splits
    values = _mended(dataset.frame)[list(chosen)].to_numpy()
    train, test = (values[part.start : part.stop] for part in (splits.train, splits.test))
    rows: Floats = values[splits.train.start : splits.test.stop]
    place, steps = chosen.index(target), dataset.steps_per_day
    return {
        Condition.WOBBLE: wobble(rows, place, steps, generator=np.random.default_rng(seed)),
        Condition.COMOVEMENT: comovement(rows, place, steps, generator=np.random.default_rng(seed)),
        Condition.SKELETON: skeleton(rows, place, steps, generator=np.random.default_rng(seed)),
        Condition.SHIFT: shift(train, test, place, steps, generator=np.random.default_rng(seed)),
    }


def _mended(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the benchmark's sentinels filled by the value before."""
    return frame.mask(frame == SENTINEL).ffill().bfill()


def _some_variables(variables: tuple[str, ...], target: str) -> tuple[str, ...]:
    """Return the target and at most `MOST_VARIABLES` others, evenly spaced, in file order."""
    if len(variables) <= MOST_VARIABLES:
        return variables
    kept = {variables[place] for place in np.linspace(0, len(variables) - 1, MOST_VARIABLES - 1).astype(int)}
    return tuple(name for name in variables if name in kept | {target})
