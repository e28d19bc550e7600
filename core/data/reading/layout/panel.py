"""Which column tells several series in one file apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.numbers.cells import LONGEST, is_missing

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

    A file holds several when times [row], in its order, come again or go back, and no longer do once some of its
    other columns [row, column] are held fixed. A weekday, a flag or the year does not make a series: its rows leave
    out most times between its first and its last, or follow each other without meeting.
    """
    if stamps.is_monotonic_increasing and stamps.is_unique:
        return None
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
    chosen = _telling(places, candidates, [name for name in candidates if frame[name].dtype == object], disorder)
    return _panel(frame, chosen, known, _together(candidates, chosen)) if chosen else None


def _telling(
    places: Codes, candidates: dict[str, Codes], texts: list[str], disorder: tuple[int, int]
) -> tuple[str, ...]:
    """Return the column that tells the series apart, or the fewest that do together; none where none do.

    Of single ones that of the fewest series, texts before numbers. Of several, all are taken first and left out one
    after the other: numbers before texts, of numbers those of most values first, which rather measure something.
    """

    def tell(names: Sequence[str]) -> bool:
        codes = _together(candidates, names)
        if not (_is_told_apart(places, codes, disorder) and _covers(places, codes)):
            return False
        return bool(_sizes_and_spans(places, codes)[1].sum() >= _OVERLAP * (places.max() + 1))

    values = {name: int(codes.max()) for name, codes in candidates.items()}
    alone = [name for name in candidates if tell([name])]
    if alone:
        return (min(alone, key=lambda name: (values[name], name not in texts)),)
    kept = list(candidates)
    if not kept or not _is_told_apart(places, _together(candidates, kept), disorder):
        return ()
    for name in sorted(reversed(kept), key=lambda name: (name in texts, values[name] * (1 if name in texts else -1))):
        rest = [other for other in kept if other != name]
        if rest and _is_told_apart(places, _together(candidates, rest), disorder):
            kept = rest
    return tuple(kept) if len(kept) <= _MOST_COLUMNS and tell(kept) else ()


def _together(candidates: dict[str, Codes], names: Sequence[str]) -> Codes:
    """Return one number for each combination of the values of some columns."""
    joined = candidates[names[0]]
    for name in names[1:]:
        joined = pd.factorize(_joined(joined, candidates[name]))[0].astype(np.int64)
    return joined


def _is_told_apart(places: Codes, codes: Codes, disorder: tuple[int, int]) -> bool:
    late, repeated = disorder
    if repeated >= _LATE * len(places):  # whatever the order of the rows
        return _repeated(places, codes) <= _LEFT * repeated
    return _late(places, codes) <= _LEFT * late


def _late(places: Codes, codes: Codes) -> int:
    """Return how many rows come at or after a later time of their series, in the better direction of the file."""
    times = int(places.max()) + 1
    order = np.argsort(codes, kind="stable")
    series = codes[order] * times  # so that every series lies above the ones before it
    forward, backward = series + places[order], series + (times - 1 - places[order])
    return min(int((way[1:] <= np.maximum.accumulate(way)[:-1]).sum()) for way in (forward, backward))


def _repeated(places: Codes, codes: Codes) -> int:
    return len(places) - len(_distinct(_joined(codes, places)))


def _covers(places: Codes, codes: Codes) -> bool:
    """Whether nearly every series has a row at most of the times between its first and its last."""
    size, span = _sizes_and_spans(places, codes)
    if size.mean() < _FEWEST_ROWS or len(size) < 2:
        return False
    return bool((size >= _COVERED * span).mean() >= _MOST_COVERED)


def _sizes_and_spans(places: Codes, codes: Codes) -> tuple[Codes, Codes]:
    """Return of each series how many times it has a row at, and how many there are from its first to its last."""
    series, place = np.divmod(_distinct(_joined(codes, places)), int(places.max()) + 1)
    starts = np.flatnonzero(np.diff(series, prepend=-1))
    stops = np.append(starts[1:], len(series))
    return stops - starts, place[stops - 1] - place[starts] + 1


def _joined(codes: Codes, others: Codes) -> Codes:
    """Return one number for each pair of two, in their order."""
    return codes * (int(others.max()) + 1) + others


def _distinct(values: Codes) -> Codes:
    """Return each value once, in order: by sorting, as numpy's own way hashes and is far slower on these."""
    ordered = np.sort(values)
    return ordered[np.diff(ordered, prepend=ordered[0] - 1) > 0]


def _codes(cells: pd.Series) -> Codes | None:
    """Return the values of a column as numbers from 0, in order of appearance; None where they measure something."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return None
    if cells.dtype == np.float64 and not (cells % 1 == 0).all():
        return None
    codes, values = pd.factorize(cells, use_na_sentinel=False)
    if not 2 <= len(values) <= len(cells) / _FEWEST_ROWS:
        return None
    return np.asarray(pd.factorize(np.array([label_of(value) for value in values], dtype=object))[0][codes], np.int64)


def label_of(cell: object) -> str:
    """Return a cell as the name of a series, or as a part of it; "" where it holds nothing."""
    if isinstance(cell, float) and cell == cell:
        return f"{cell:.0f}" if cell % 1 == 0 else f"{cell:g}"
    return "" if is_missing(cell) else str(cell)[:LONGEST].strip()


def _panel(frame: pd.DataFrame, columns: tuple[str, ...], known: NDArray[np.bool_], codes: Codes) -> Panel:
    columns = tuple(name for name in frame.columns if name in columns)  # in the order of the file
    firsts = np.unique(codes, return_index=True)[1]
    cells = [map(label_of, frame[name][known].iloc[firsts]) for name in columns]
    labels = tuple(_JOINT.join(filter(None, parts)) or "(empty)" for parts in zip(*cells, strict=True))
    every = np.full(len(frame), -1, dtype=np.int64)
    every[known] = codes
    return Panel(_JOINT.join(columns), columns, labels, every)
