"""The search for a recipe, on rolling origins inside the train rows: validation and test parts are never looked at.

A fold trains on the first rows of the train part, validates on the rows that follow (which choose the epoch, unless
the candidate keeps the last), and is scored on the rows after those. Three folds, each with later rows than the one
before, tell more than one block that may not be typical.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from core.config import ModelConfig, RunConfig, TrainConfig, WindowConfig
from core.data.dataset import Dataset, counted_splits
from core.data.windows import fit_scaler, training_stride
from core.train.record import RunRecord, readable
from core.vocabulary import Head, Select, Weighting

FOLDS = (6 / 12, 7 / 12, 8 / 12)  # share of the train rows that a fold trains on
SCORED = 2 / 12  # share of the train rows that choose the epoch, and again that score
SHIPPED = "no rotation, dropout .3"  # what the others are compared with: the recipe before this search
COLUMNS = ("candidate", "dataset", "horizon", "fold", "seed", "mse", "mae", "average_mse", "ridge_mse", "seconds")


@dataclass(frozen=True)
class Candidate:
    """Changes of the architecture and of the recipe, under the name the table shows."""

    name: str
    model: Mapping[str, Any] = field(default_factory=dict)
    train: Mapping[str, Any] = field(default_factory=dict)


_DROPOUT = {"head_dropout_rows": 224}
_ROTATION = {"rotation": 0.5}


def _both(name: str, model: Mapping[str, Any] | None = None, train: Mapping[str, Any] | None = None) -> Candidate:
    """Return a candidate on top of head dropout and rotation together."""
    return Candidate(f"both, {name}", {**_DROPOUT, **(model or {})}, {**_ROTATION, **(train or {})})


def _last(name: str, **train: Any) -> Candidate:
    """Return a candidate on top of both that keeps the last epoch."""
    return _both(f"last epoch kept, {name}", train={"select": Select.LAST, **train})


CANDIDATES = (
    Candidate(SHIPPED),
    Candidate("head dropout H / (H + 224)", _DROPOUT),
    Candidate("rotation .5", {}, _ROTATION),
    Candidate("both: head dropout and rotation", _DROPOUT, _ROTATION),
    _both("rotation .9", train={"rotation": 0.9}),
    _both("head dropout H / (H + 100)", {"head_dropout_rows": 100}),
    _both("segment head", {"head": Head.SEGMENTS}),
    _both("low-rank head 32", {"head": Head.LOW_RANK}),
    _both("weight decay .3 on the head", train={"head_weight_decay": 0.3}),
    _both("step t counts 1 / sqrt(t)", train={"weighting": Weighting.ROOT}),
    _both("batch 32", train={"batch": 32}),
    _both("twelve epochs", train={"epochs": 12, "patience": 6}),
    _both("twice the windows", train={"stride": 1}),
    _both("trunk dropout .5", {"dropout": 0.5}),
    _both("rate 5e-4", train={"learning_rate": 5e-4}),
    _both("width 64, rate 5e-4", {"width": 64}, {"learning_rate": 5e-4}),
    _both("step t counts 1 / sqrt(t), rotation .9", train={"weighting": Weighting.ROOT, "rotation": 0.9}),
    _both(
        "step t counts 1 / sqrt(t), dropout H / (H + 100)", {"head_dropout_rows": 100}, {"weighting": Weighting.ROOT}
    ),
    _both("last epoch kept", train={"select": Select.LAST}),
    _last("rotation .9", rotation=0.9),
    _last("step t counts 1 / sqrt(t)", weighting=Weighting.ROOT),
    Candidate("head dropout, last epoch kept, no rotation", _DROPOUT, {"select": Select.LAST}),
    _last("batch 32", batch=32),
    _last("rotation .9, batch 32", rotation=0.9, batch=32),
    _last("rotation .9, batch 16", rotation=0.9, batch=16),
    _last("rotation .9, batch 32, twelve epochs", rotation=0.9, batch=32, epochs=12),
    _last("rotation .9, batch 32, twice the windows", rotation=0.9, batch=32, stride=1),
    _last("batch 32, twice the windows", batch=32, stride=1),
)


@dataclass(frozen=True)
class Trial:
    """One candidate on one fold of one cell."""

    candidate: Candidate
    dataset: str
    horizon: int
    fold: int
    seed: int = 0

    def run(self, fold: Dataset) -> RunConfig:
        """Return its training: mode `both` of the plain settings (no rotation, dropout .3), and the changes."""
        recipe = replace(TrainConfig(seed=self.seed), **self.candidate.train)
        return RunConfig(
            dataset=fold.key,
            preset="search",
            model=replace(ModelConfig(), **self.candidate.model),
            window=WindowConfig(horizon=self.horizon),
            train=replace(recipe, stride=training_stride(fold, recipe.stride)),
        )

    def row(self, record: RunRecord) -> dict[str, Any]:
        """Return its line of the table."""
        found = record.metrics
        return {
            "candidate": self.candidate.name,
            "dataset": self.dataset,
            "horizon": self.horizon,
            "fold": self.fold + 1,
            "seed": self.seed,
            "mse": found["test"]["mse"],
            "mae": found["test"]["mae"],
            "average_mse": found["blend"]["mse"],
            "ridge_mse": found["baselines"]["ridge"]["mse"],
            "seconds": found["seconds"],
        }


def trials(
    datasets: Sequence[str], horizons: Sequence[int], names: Sequence[str] = (), seeds: Sequence[int] = (0,)
) -> Iterator[Trial]:
    """Yield every trial; candidates outermost, so that the first ones are whole first."""
    unknown = set(names) - {candidate.name for candidate in CANDIDATES}
    if unknown:
        known = "; ".join(candidate.name for candidate in CANDIDATES)
        raise ValueError(f"{'; '.join(sorted(unknown))} is no candidate; there are: {known}. Choose among these.")
    chosen = [candidate for candidate in CANDIDATES if not names or candidate.name in names]
    for candidate, dataset, horizon, seed, fold in product(chosen, datasets, horizons, seeds, range(len(FOLDS))):
        yield Trial(candidate, dataset, horizon, fold, seed)


def fold_of(dataset: Dataset, fold: int) -> Dataset:
    """Return one fold as a data set of its own: its rows all lie in the train part, and end where its score ends.

    Values are in units of the whole train part: a variable that hardly moves in the first months (LULL in ETTh2)
    would otherwise decide every error.

    >>> from core.data.catalog import load_dataset
    >>> hours = load_dataset("NYweather")
    >>> [len(part) for part in vars(fold_of(hours, 0).splits).values()], len(hours.splits.train)
    ([3055, 1018, 1018], 6111)
    """
    rows = len(dataset.splits.train)
    fitted, scored = int(rows * FOLDS[fold]), int(rows * SCORED)
    start = dataset.splits.train.start
    part = slice(start, start + fitted + 2 * scored)
    return replace(
        dataset,
        key=f"{dataset.key}-fold{fold + 1}",
        frame=dataset.frame.iloc[part],
        filled=None if dataset.filled is None else dataset.filled[part],
        splits=counted_splits(fitted, scored, scored),
        scaler=fit_scaler(dataset),
    )


def search_table(folder: Path, planned: Sequence[Trial]) -> pd.DataFrame:
    """Return the finished trials below a folder, columns COLUMNS."""
    found = ((trial, readable(trial_folder(folder, trial))) for trial in planned)
    rows = [trial.row(record) for trial, record in found if record is not None]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def trial_folder(folder: Path, trial: Trial) -> Path:
    """Return the checkpoint folder of a trial."""
    number = [candidate.name for candidate in CANDIDATES].index(trial.candidate.name)
    return folder / f"{trial.dataset}-h{trial.horizon}-fold{trial.fold + 1}-s{trial.seed}-candidate{number + 1}"
