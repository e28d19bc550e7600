"""Windows of a data set: what the model reads (x) and what it must forecast (y), as views into one array."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.config import WindowConfig
from core.data.dataset import DataError, Dataset, Splits
from core.data.report import count
from core.data.step import HOUR
from core.vocabulary import Split

Cell = TypeVar("Cell", bound=np.generic)

MOST_VALIDATED = 300_000  # series (windows times variables) after each epoch: of more, every n-th window counts


@dataclass(frozen=True, eq=False)
class Scaler:
    """Mean and scale of each variable over the train rows.

    Attributes
    ----------
    mean, scale : float64 [variable]
        `scale` is the population standard deviation, or 1 where a variable does not move in the train rows.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def transform(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return values [..., variable] in units of the train rows' standard deviation."""
        return np.asarray((x - self.mean) / self.scale, dtype=np.float64)

    def inverse(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return standardised values [..., variable] in the file's own units."""
        return np.asarray(x * self.scale + self.mean, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Windows:
    """All windows of one part; x and y are read-only views of the same standardised table.

    Attributes
    ----------
    x : float32 [window, lookback, variable]
        The rows before the origin.
    y : float32 [window, horizon, variable]
        The origin row and those after it.
    origins : int64 [window]
        Row of the first target.
    stamps : datetime64 [window]
        Time of that row.
    scaler : Scaler
    split : Split
    known : bool [window, horizon, variable] or None
        Where y was measured: the rest was filled and is no truth. None where nothing was missing.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    origins: NDArray[np.int64]
    stamps: NDArray[np.datetime64]
    scaler: Scaler
    split: Split
    known: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.origins)

    def at(self, places: slice | NDArray[np.int64]) -> Windows:
        """Return some of the windows; of a slice they are views, too."""
        return replace(
            self,
            x=self.x[places],
            y=self.y[places],
            origins=self.origins[places],
            stamps=self.stamps[places],
            known=self.known_at(places),
        )

    def known_at(self, places: slice | NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """Return where the truth of some windows was measured; None where nothing was missing."""
        return None if self.known is None else self.known[places]


def fit_scaler(dataset: Dataset) -> Scaler:
    """Return the data set's own scaler, or that of the measured cells of its train rows (ddof 0)."""
    if dataset.scaler is not None:
        return dataset.scaler
    rows = dataset.splits.train
    train = _values(dataset)[rows.start : rows.stop]
    mean, scale = train.mean(axis=0), train.std(axis=0)
    if dataset.filled is not None:
        filled = dataset.filled[rows.start : rows.stop]
        for column in np.flatnonzero(filled.any(axis=0) & ~filled.all(axis=0)):
            measured = train[~filled[:, column], column]
            mean[column], scale[column] = measured.mean(), measured.std()
    # a variable that stands still has a spread of rounding noise only: dividing by it would blow it up
    still = scale <= 1e-12 * np.maximum(1.0, np.abs(train).max(axis=0))
    return Scaler(mean, np.where(still, 1.0, scale))


def _values(dataset: Dataset) -> NDArray[np.float64]:
    """Return the table [row, variable], each variable in one piece of memory.

    The last digit of a sum hangs on the order of its cells, and so would every trained weight: a table gives the same
    results however it was put together.
    """
    return np.asfortranarray(dataset.frame.to_numpy(np.float64))


@lru_cache(maxsize=2)  # one table serves all parts; data sets compare by identity
def standardised(dataset: Dataset) -> tuple[Scaler, NDArray[np.float32]]:
    """Return the scaler and the whole standardised table [row, variable], read-only."""
    scaler = fit_scaler(dataset)
    table = scaler.transform(_values(dataset)).astype(np.float32)
    table.flags.writeable = False
    return scaler, table


def make_windows(dataset: Dataset, window: WindowConfig, split: Split, *, stride: int = 1) -> Windows:
    """Return every window whose target rows all lie in `split`.

    Validation and test windows may look back into the part before; a train window lies in the train rows
    altogether. With `stride` 1 no window is left out: a part of n rows has n - horizon + 1 of them (train: less
    the look-back).

    Raises
    ------
    DataError
        When look-back and horizon do not fit; names the longest look-back that does.
    """
    check_fit(dataset, window)
    scaler, table = standardised(dataset)
    origins = origins_of(dataset.splits, window, split, stride)
    first = int(origins[0])
    measured = measured_cells(dataset, split)
    return Windows(
        x=_rows_from(table, window.lookback, first - window.lookback, len(origins), stride),
        y=_rows_from(table, window.horizon, first, len(origins), stride),
        origins=origins,
        stamps=dataset.frame.index.to_numpy()[origins],
        scaler=scaler,
        split=split,
        known=None if measured is None else _rows_from(measured, window.horizon, first, len(origins), stride),
    )


def origins_of(splits: Splits, window: WindowConfig, split: Split, stride: int = 1) -> NDArray[np.int64]:
    """Return the row of the first target of each window of a part, [window]; none where none fits."""
    part = splits.of(split)
    return np.arange(max(part.start, window.lookback), part.stop - window.horizon + 1, stride, dtype=np.int64)


def _rows_from(table: NDArray[Cell], length: int, first: int, windows: int, stride: int) -> NDArray[Cell]:
    """Return a view [window, length, variable] whose window i starts at row first + i * stride."""
    view = sliding_window_view(table, length, axis=0)  # [row, variable, length]
    return view[first : first + windows * stride : stride].transpose(0, 2, 1)


def measured_cells(dataset: Dataset, split: Split) -> NDArray[np.bool_] | None:
    """Return where anything was measured, [row, variable]; None where no target of a part is missing."""
    return ~dataset.filled if dataset.filled is not None and dataset.missing(split) else None


def check_fit(dataset: Dataset, window: WindowConfig) -> None:
    """Raise a DataError when look-back and horizon do not fit the parts of a data set, or a part has no truth."""
    advice = lookback_advice(dataset.splits, window, patch=1)
    if advice:
        raise DataError(f"{dataset.title}: {advice}")
    for split in Split:
        rows = dataset.splits.of(split)
        if dataset.filled is not None and dataset.filled[max(rows.start, window.lookback) : rows.stop].all():
            raise DataError(
                f"{dataset.title}: nothing was measured in the {split.value} part, so no error can be told; "
                "bring a file without so long a gap."
            )


def lookback_advice(splits: Splits, window: WindowConfig, patch: int) -> str:
    """Return what to do when a window does not fit, naming the longest look-back that does; "" when it fits."""
    shortest = min(len(splits.validation), len(splits.test))
    if window.horizon > shortest:
        return (
            f"Too short for horizon {window.horizon}: the shortest part has {count(shortest, 'row')}; "
            f"choose a horizon of at most {shortest} or bring a longer file."
        )
    train, wanted = len(splits.train), window.lookback + window.horizon
    if wanted <= train:
        return ""
    longest = _longest(splits, window.horizon, patch)
    choice = f"the longest look-back that fits is {longest}" if longest else "choose a shorter horizon"
    return (
        f"Too short for look-back {window.lookback} and horizon {window.horizon}: they need {wanted:,} rows to train "
        f"on and there are {train:,}; {choice}, or bring a longer file."
    )


def longest_lookback(dataset: Dataset, horizon: int, patch: int) -> int:
    """Return the longest look-back in rows, a whole number of patches, that leaves a train window; 0 if none fits."""
    return _longest(dataset.splits, horizon, patch)


def _longest(splits: Splits, horizon: int, patch: int) -> int:
    if min(len(splits.validation), len(splits.test)) < horizon:
        return 0
    return max(0, (len(splits.train) - horizon) // patch * patch)


def usual_lookback(dataset: Dataset, horizon: int, patch: int, wanted: int) -> int:
    """Return the look-back to begin with: `wanted`, at most a quarter of the train rows, in whole patches.

    A longer one would leave few windows to train on. 0 where none fits.
    """
    quarter = len(dataset.splits.train) // 4 // patch * patch
    return min(wanted, max(quarter, patch), longest_lookback(dataset, horizon, patch))


def training_stride(dataset: Dataset, base: int) -> int:
    """Return the distance of two training windows in rows: `base` an hour, so that finer data cost no more."""
    return base * max(1, round(HOUR / dataset.step.length))


def thinning(dataset: Dataset, window: WindowConfig, split: Split, most: int) -> int:
    """Return the distance in rows of the windows of a part that hold about `most` series; 1 where all hold fewer."""
    return max(1, round(len(origins_of(dataset.splits, window, split)) * len(dataset.variables) / most))


def validation_stride(dataset: Dataset, window: WindowConfig) -> int:
    """Return the distance in rows of the windows that an epoch is validated on: 1, unless the data are very large."""
    return thinning(dataset, window, Split.VALIDATION, MOST_VALIDATED)
