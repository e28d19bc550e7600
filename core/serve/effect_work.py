"""What changes inside trained models do to their error over the test windows: measured in the background, and kept.

    <run_id>.parquet   the rows of one run; what is finished is kept
    effect.parquet     those of all runs, written last

A question is a list of runs, each with sets of changes; its answer lies under a key of code, weights, data and
changes, so that it is found again and never mixed with that of other weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.effect import beyond_sum, paired_changes, span
from core.analysis.estimate import Estimate
from core.analysis.resample import subsample
from core.aside import whole
from core.serve.by_run import held_for, write_by_run
from core.stages import Progress, Stages
from core.text.message import Message, stored
from core.train.record import RunRecord, read_record
from core.version import answer_key
from core.workspace import Folder, subfolder

EFFECT = "effect.parquet"
ALL_STEPS = 0  # stands for the whole horizon where others are steps
NUMBERS = ("value", "low", "high")
Changes = tuple[str, ...]  # made together, as `core.serve.changes` lists them


@dataclass(frozen=True)
class Asked:
    """One run and the sets of changes whose effect on its error is asked for."""

    record: RunRecord
    sets: tuple[Changes, ...]


def effect_key(asked: Sequence[Asked], limit: int | None) -> str:
    """Return the name of a question's answer: readable, with a digest of code, weights, data and changes."""
    parts = [(one.record.run_id, one.record.weights_sha, one.record.fingerprint, one.sets) for one in asked]
    return f"{asked[0].record.config.cell}-effect-{answer_key('core.serve.effect_work', parts, limit)}"


def arguments_of(asked: Sequence[Asked], limit: int | None) -> dict[str, Any]:
    """Return a question as the arguments of the job that answers it."""
    return {"asked": [[str(one.record.folder), one.sets] for one in asked], "limit": limit}


def open_effect(key: str) -> pd.DataFrame | None:
    """Return a finished answer of the workspace, see `measure_effects`; None where there is none that can be read."""
    return whole(subfolder(Folder.INSPECTIONS) / key / EFFECT, pd.read_parquet)


def measure_effects(
    folder: Path,
    *,
    asked: Sequence[tuple[str, Sequence[Sequence[str]]]],
    limit: int | None = None,
    on_progress: Progress = lambda done, total, message: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Measure what changes do to the error of runs; return the table's path, or None when stopped.

    Parameters
    ----------
    folder : of the answer; what is finished in it is kept.
    asked : checkpoint folders, each with its sets of changes.
    limit : how many test windows are drawn at random; all of them unless given.

    Returns
    -------
    Columns run_id, fusion, changes (words in a row), step (from 1; 0 for all of them), mse (as it is, standardised),
    value, low, high (change of the MSE in %, above 0: worse), beyond, beyond_low, beyond_high (by how much more it
    rises than the sum of each change alone, in % of the MSE as it is; where each is asked for, too), n (windows),
    reason.

    Raises
    ------
    RecordError, DataError, ChangeError : a checkpoint that cannot be used, or a change it cannot make.
    """
    parts = []
    for run, sets in asked:
        record = read_record(Path(run))
        measure = partial(_of_run, record, [tuple(one) for one in sets], limit)
        parts.append((record, Message("progress.effect", run=record.run_id), measure))
    return write_by_run(folder, EFFECT, parts, on_progress=on_progress, should_stop=should_stop)


def _of_run(record: RunRecord, sets: Sequence[Changes], limit: int | None, stages: Stages) -> pd.DataFrame:
    from core.serve.errors import known_cells, squared_errors

    held = held_for(record)
    total = len(held.windows)
    places = subsample(total, limit or total, np.random.default_rng(record.config.train.seed))
    errors = squared_errors(held, [(), *sets], places, stages.within)
    cells = known_cells(held, places)
    # Whole days and horizons stay together; of a sample, as many of its windows as lie in such a span.
    alike = span(record.config.window.horizon, held.data.steps_per_day)
    block = max(1, round(alike * len(places) / total))
    summed = _with_all_steps(errors)  # [set, window, column]
    with np.errstate(invalid="ignore"):  # nothing was measured: nan
        mse = summed[0].sum(0) / np.append(cells.sum(), cells)
    rows = [
        _rows(summed, number, sets, block).assign(
            run_id=record.run_id, fusion=record.config.model.fusion.value, changes=" ".join(changes), mse=mse
        )
        for number, changes in enumerate(sets, start=1)
    ]
    return pd.concat(rows, ignore_index=True)


def _with_all_steps(errors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Put the sum over all steps before the first one, [set, window, 1 + step]."""
    exact = errors.astype(np.float64)
    return np.concatenate([exact.sum(-1, keepdims=True), exact], axis=-1)


def _rows(summed: NDArray[np.float64], number: int, sets: Sequence[Changes], block: int) -> pd.DataFrame:
    """Return the rows of one set of changes, a step each."""

    def estimates(changed: NDArray[np.float64]) -> list[Estimate]:
        return paired_changes(summed[0], changed, block=block, generator=np.random.default_rng(0))

    found = estimates(summed[number])
    table = pd.DataFrame({name: [getattr(one, name) for one in found] for name in NUMBERS})
    table.insert(0, "step", range(ALL_STEPS, ALL_STEPS + len(found)))
    changes, singles = sets[number - 1], {one[0]: place for place, one in enumerate(sets, start=1) if len(one) == 1}
    more: list[Estimate] = []
    if len(changes) > 1 and singles.keys() >= set(changes):
        alone = summed[[singles[word] for word in changes]]
        more = estimates(beyond_sum(summed[0], alone, summed[number]))
    for name, column in zip(NUMBERS, ("beyond", "beyond_low", "beyond_high"), strict=True):
        table[column] = [getattr(one, name) for one in more] or np.nan
    return table.assign(n=found[0].n, reason=[stored(one.reason) for one in found])
