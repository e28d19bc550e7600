"""A data set ready for use: a checked frame, its splits, and everything a page says about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.report import IngestReport
from core.data.step import Step
from core.vocabulary import Split

if TYPE_CHECKING:
    from core.data.windows import Scaler


class DataError(ValueError):
    """Data that cannot be found or used: says what came, what was wanted, and what to do."""


@dataclass(frozen=True)
class Splits:
    """Row ranges in which a window's target rows lie; look-back rows may lie in the part before."""

    train: range
    validation: range
    test: range

    def of(self, split: Split) -> range:
        """Return the rows of one part."""
        match split:
            case Split.TRAIN:
                return self.train
            case Split.VALIDATION:
                return self.validation
            case Split.TEST:
                return self.test
            case _:
                assert_never(split)


def counted_splits(train: int, validation: int, test: int) -> Splits:
    """Return three parts that follow each other, by their numbers of rows.

    >>> counted_splits(8640, 2880, 2880).test
    range(11520, 14400)
    """
    return Splits(
        range(train), range(train, train + validation), range(train + validation, train + validation + test)
    )


def fraction_splits(rows: int) -> Splits:
    """Return 70 % train, 20 % test at the end, and what lies between as validation.

    >>> [len(part) for part in vars(fraction_splits(52_696)).values()]
    [36887, 5270, 10539]
    """
    train, test = int(rows * 0.7), int(rows * 0.2)
    return counted_splits(train, rows - train - test, test)


def frame_fingerprint(frame: pd.DataFrame, filled: NDArray[np.bool_] | None = None) -> str:
    """Return 12 hex digits of the sha256 of names, stamps, values and missing cells, the same on every machine."""
    digest = hashlib.sha256("\x1f".join(map(str, frame.columns)).encode())
    digest.update(frame.index.to_numpy("datetime64[ns]").astype("<i8").tobytes())
    digest.update(frame.to_numpy("<f8").tobytes(order="C"))
    if filled is not None and filled.any():
        digest.update(np.packbits(filled).tobytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A checked table over time.

    Attributes
    ----------
    key, title : str
        Name in settings and links; name on a page.
    frame : DataFrame [row, variable]
        float64 in the file's units, missing values filled (core.data.gaps.fill_forward); index `date`.
    splits : Splits
    step : Step
        How rows follow each other.
    report : IngestReport
    units : mapping
        Unit of each variable; "" where the source names none.
    licence, source : str
    unbroken : bool
        Whether every row follows the one before by exactly one step.
    scaler : Scaler or None
        What its values are standardised by; None: mean and spread of its own train rows.
    filled : bool [row, variable] or None
        Cells that were missing: the model reads what they were filled with, and no error counts them as truth; None
        where nothing was missing.
    """

    key: str
    title: str
    frame: pd.DataFrame
    splits: Splits
    step: Step
    report: IngestReport
    units: Mapping[str, str]
    licence: str
    source: str
    unbroken: bool
    scaler: Scaler | None = None
    filled: NDArray[np.bool_] | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(map(str, self.frame.columns))

    @cached_property
    def fingerprint(self) -> str:
        """12 hex digits that change with any name, stamp, value, missing cell or unit that results are in."""
        plain = frame_fingerprint(self.frame, self.filled)
        if self.scaler is None:
            return plain
        units = self.scaler.mean.tobytes() + self.scaler.scale.tobytes()
        return hashlib.sha256(plain.encode() + units).hexdigest()[:12]

    def missing(self, split: Split) -> int:
        """Return how many cells of a part's rows were missing, and so are the truth of no error."""
        rows = self.splits.of(split)
        return sum(self.missing_by_variable(slice(rows.start, rows.stop)).values())

    def missing_by_variable(self, rows: slice) -> dict[str, int]:
        """Return how many cells of some rows were missing, by variable; empty where nothing is."""
        if self.filled is None:
            return {}
        return dict(zip(self.variables, self.filled[rows].sum(axis=0).tolist(), strict=True))

    @property
    def steps_per_day(self) -> int | None:
        """Rows a day around the clock; None when a day does not hold a whole number (at least 2) of steps."""
        return None if self.step.clock else self.step.rows_per_day
