"""Which column tells several series in one file apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.cells import LONGEST, is_missing

_LATE = 0.02  # share of rows at a time that came before, from which a file is looked into
_LEFT = 0.05  # share of these that may stay so within a series
_FEWEST_ROWS = 4  # of a series, in the mean
_COVERED = 0.5  # share of the times between its first and last row at which a series has one
_MOST_COVERED = 0.8  # share of the series of which that must hold
_OVERLAP = 1.02  # times of all series by times of the file: years one after the other are no series
_MOST_COLUMNS = 3
_JOINT = " / "

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Panel:
    """Several series below each other.

    Attributes
    ----------
    column : str
        What tells them apart: the name of a column, or of several, joined.
    columns : tuple of str
        These columns.
    labels : tuple of str
        One a series, in order of appearance.
    codes : int [row]
        The series of each row.
    """

    column: str
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    codes: Codes


def find_panel(stamps: pd.Series, frame: pd.DataFrame) -> Panel | None:
    """Return the series of a file, told apart by text or whole-number columns; None where it holds one.

    A file holds several when times come again or go back, and no longer do once these columns are held fixed. A
    weekday, a flag or the year does not make a series: its rows leave out most times between its first and its last,
    or follow each other without meeting.

    Parameters
    ----------
    stamps : Series [row]
        In the order of the file.
    frame : DataFrame [row, column]
        Columns that are not time.
    """
    known = stamps.notna().to_numpy()
    places = pd.factorize(stamps[known], sort=True)[0].astype(np.int64)
    whole = np.zeros(len(places), dtype=np.int64)
    disorder = _late(places, whole), _repeated(places, whole)
    if disorder[0] < _LATE * len(places):
        return None
    candidates = {
        name: codes
        for name in frame.columns
        if (codes := _codes(frame[name][known])) is not None and _covers(places, codes)
    }
    chosen: tuple[str, ...] = ()
    codes = whole
    while candidates and len(chosen) < _MOST_COLUMNS:
        joined = {name: _joined(codes, other) for name, other in candidates.items()}
        ranks = {name: _rank(places, other, disorder) for name, other in joined.items()}
        best = min(ranks, key=lambda name: (ranks[name], frame[name].dtype == np.float64))  # text before numbers
        chosen, codes = (*chosen, best), joined[best]
        if ranks[best][0] == 0:
            return _panel(frame, chosen, known, codes)
        del candidates[best]
    return None


def _rank(places: Codes, codes: Codes, disorder: tuple[int, int]) -> tuple[int, int]:
    """Return what the better columns are less in: disorder that is left (0 once told apart), then series."""
    if _is_told_apart(places, codes, disorder) and _covers(places, codes) and _meet(places, codes):
        return 0, int(codes.max())
    return 1 + _repeated(places, codes), int(codes.max())


def _is_told_apart(places: Codes, codes: Codes, disorder: tuple[int, int]) -> bool:
    late, repeated = disorder
    if repeated >= _LATE * len(places):  # whatever the order of the rows
        return _repeated(places, codes) <= _LEFT * repeated
    return _late(places, codes) <= _LEFT * late


def _late(places: Codes, codes: Codes) -> int:
    """Return how many rows come at or after a later time of their series, in the better direction of the file."""
    by_series = pd.Series(places).groupby(codes)
    forward = places <= by_series.cummax().groupby(codes).shift(fill_value=-1).to_numpy()
    backward = places >= by_series.cummin().groupby(codes).shift(fill_value=len(places)).to_numpy()
    return int(min(forward.sum(), backward.sum()))


def _repeated(places: Codes, codes: Codes) -> int:
    return len(places) - len(np.unique(_joined(codes, places)))


def _covers(places: Codes, codes: Codes) -> bool:
    """Whether nearly every series has a row at most of the times between its first and its last."""
    pairs = pd.DataFrame({"series": codes, "place": places}).drop_duplicates().groupby("series")["place"]
    size, span = pairs.size(), pairs.max() - pairs.min() + 1
    if size.mean() < _FEWEST_ROWS or len(size) < 2:
        return False
    return bool((size >= _COVERED * span).mean() >= _MOST_COVERED)


def _meet(places: Codes, codes: Codes) -> bool:
    by_series = pd.Series(places).groupby(codes)
    spans = by_series.max() - by_series.min() + 1
    return bool(spans.sum() >= _OVERLAP * (places.max() + 1))


def _joined(codes: Codes, others: Codes) -> Codes:
    """Return one number for each pair of two."""
    return pd.factorize(codes * (others.max() + 1) + others)[0].astype(np.int64)


def _codes(cells: pd.Series) -> Codes | None:
    """Return the values of a column as numbers from 0, in order of appearance; None where they measure something."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return None
    if cells.dtype == np.float64 and not (cells % 1 == 0).all():
        return None
    codes, values = pd.factorize(_labels(cells) if cells.dtype == object else cells)
    return codes.astype(np.int64) if 2 <= len(values) <= len(cells) / _FEWEST_ROWS else None


def _labels(cells: pd.Series) -> pd.Series:
    if cells.dtype == np.float64:
        return cells.map("{:.0f}".format)
    return cells.map(lambda cell: "" if is_missing(cell) else str(cell)[:LONGEST].strip())


def _panel(frame: pd.DataFrame, columns: tuple[str, ...], known: NDArray[np.bool_], codes: Codes) -> Panel:
    columns = tuple(name for name in frame.columns if name in columns)  # in the order of the file
    firsts = np.unique(codes, return_index=True)[1]
    cells = [_labels(frame[name][known].iloc[firsts]) for name in columns]
    labels = tuple(_JOINT.join(filter(None, parts)) for parts in zip(*cells, strict=True))
    every = np.full(len(frame), -1, dtype=np.int64)
    every[known] = codes
    return Panel(_JOINT.join(columns), columns, labels, every)
