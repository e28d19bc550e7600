"""A data set ready for use: a checked frame, its splits, and everything a page says about it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

import pandas as pd

from core.data.report import IngestReport
from core.vocabulary import Split

if TYPE_CHECKING:
    from core.data.windows import Scaler

DAY = pd.Timedelta(days=1)


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


def frame_fingerprint(frame: pd.DataFrame) -> str:
    """Return 12 hex digits of the sha256 of names, stamps and values, the same on every machine."""
    digest = hashlib.sha256("\x1f".join(map(str, frame.columns)).encode())
    digest.update(frame.index.to_numpy("datetime64[ns]").astype("<i8").tobytes())
    digest.update(frame.to_numpy("<f8").tobytes(order="C"))
    return digest.hexdigest()[:12]


def unit_in_name(name: str) -> str:
    """Return the unit in the last brackets of a column name, "" where there is none.

    >>> unit_in_name("T (degC)"), unit_in_name("wind [m/s]"), unit_in_name("load")
    ('degC', 'm/s', '')
    """
    found = re.search(r"[(\[]([^()\[\]]+)[)\]]$", name.strip())
    return found.group(1) if found else ""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A checked table over time.

    Attributes
    ----------
    key, title : str
        Name in settings and links; name on a page.
    frame : DataFrame [row, variable]
        float64 without missing values, in the file's units; index `date`.
    splits : Splits
    step : Timedelta
        Distance of two rows.
    report : IngestReport
    units : mapping
        Unit of each variable; "" where the source names none.
    licence, source : str
    unbroken : bool
        Whether every row follows the one before by exactly one step.
    scaler : Scaler or None
        What its values are standardised by; None: mean and spread of its own train rows.
    """

    key: str
    title: str
    frame: pd.DataFrame
    splits: Splits
    step: pd.Timedelta
    report: IngestReport
    units: Mapping[str, str]
    licence: str
    source: str
    unbroken: bool
    scaler: Scaler | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(map(str, self.frame.columns))

    @cached_property
    def fingerprint(self) -> str:
        """12 hex digits that change with any name, stamp, value or unit that results are in."""
        plain = frame_fingerprint(self.frame)
        if self.scaler is None:
            return plain
        units = self.scaler.mean.tobytes() + self.scaler.scale.tobytes()
        return hashlib.sha256(plain.encode() + units).hexdigest()[:12]

    @property
    def steps_per_day(self) -> int | None:
        """Rows a day; None when a day does not hold a whole number (at least 2) of steps."""
        steps, rest = divmod(DAY, self.step)
        return int(steps) if steps >= 2 and rest == pd.Timedelta(0) else None
