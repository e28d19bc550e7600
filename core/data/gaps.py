"""Missing rows and values: put on a regular time axis, told, filled by the last known value.

What was filled is kept beside the values: it is read, and never counts as truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.report import Column, Notes, count, some
from core.data.step import DAY, Step
from core.data.units import unit_in_name
from core.text.message import Message, Value, some_of

if TYPE_CHECKING:
    from core.data.dataset import Dataset

LONG_GAP = 720  # rows: the published look-back, which then holds nothing measured
_LARGE_GAP = 0.1  # share of all rows
_HANDFUL = 5
_MOST_SENTENCES = 20
_FEW = 3  # variables, each with a sentence of its own


def onto_regular_axis(frame: pd.DataFrame, step: Step, notes: Notes) -> pd.DataFrame:
    """Return the frame [row, variable] with every stamp from first to last, missing rows as NaN, told under `mended`.

    It must come sorted, each stamp once, all on the step.
    """
    axis = step.axis(frame.index[0], frame.index[-1])
    missing = ~axis.isin(frame.index)
    if missing.any():
        lengths = {str(axis[start]): Message("count.row", n=length) for start, length in runs(missing)}
        places = [Message("gap.place", start=start, rows=length) for start, length in lengths.items()]
        rows, gaps = Message("count.row", n=missing.sum()), Message("count.gap", n=len(places))
        notes.mended.append(Message("gap.rows_inserted", rows=rows, gaps=gaps, places=some_of(places, most=20)))
    return frame.reindex(axis)


def tell_missing(frame: pd.DataFrame, notes: Notes) -> None:
    """List under `mended` what is missing and how it will be filled; what misleads a forecast also under `warnings`.

    Many variables that miss the same rows share a sentence.
    """
    empty = [str(name) for name in frame.columns[frame.isna().all()]]  # there only where a model reads it
    if empty:
        notes.warnings.append(Message("gap.no_value", variables=_subject(empty)))
    groups = _by_missing_rows(frame)
    parts = [
        (part, missing)
        for names, missing in groups
        for part in ([names] if len(names) > _FEW else [[name] for name in names])
    ]
    for names, missing in parts[:_MOST_SENTENCES]:
        _tell_gaps(names, missing, frame.index, notes)
    rest = parts[_MOST_SENTENCES:]
    if rest:
        others = Message("count.more_variable", n=sum(len(names) for names, _ in rest))
        most = Message("count.value", n=max(missing.sum() for _, missing in rest))
        notes.mended.append(Message("gap.more_variables", variables=others, values=most))
    doubts = [doubt for group in groups for doubt in _doubts(*group, pd.DatetimeIndex(frame.index))]
    notes.warnings += doubts[:_MOST_SENTENCES]
    if len(doubts) > _MOST_SENTENCES:
        notes.warnings.append(Message("gap.more_doubts", n=len(doubts) - _MOST_SENTENCES))


def _by_missing_rows(frame: pd.DataFrame) -> list[tuple[list[str], NDArray[np.bool_]]]:
    """Return the variables that miss the same rows together, with those rows; not those without any value."""
    groups: dict[bytes, tuple[list[str], NDArray[np.bool_]]] = {}
    for name in frame.columns:
        missing = frame[name].isna().to_numpy()
        if missing.any() and not missing.all():
            groups.setdefault(np.packbits(missing).tobytes(), ([], missing))[0].append(str(name))
    return list(groups.values())


def _tell_gaps(names: list[str], missing: NDArray[np.bool_], index: pd.Index, notes: Notes) -> None:
    gaps = runs(missing)
    start, longest = max(gaps, key=lambda gap: gap[1])
    told = Message(
        "gap.filled_in_each" if len(names) > 1 else "gap.filled",
        variables=_subject(names),
        values=Message("count.value", n=sum(length for _, length in gaps)),
        gaps=Message("count.gap", n=len(gaps)),
        longest=Message("count.row", n=longest),
        start=str(index[start]),
    )
    if leading := gaps[0][1] if gaps[0][0] == 0 else 0:
        told = Message("gap.filled_from_behind", filled=told, leading=leading)
    notes.mended.append(told)


def _doubts(names: list[str], missing: NDArray[np.bool_], index: pd.DatetimeIndex) -> Iterator[Message]:
    """Tell of variables that start late or end early, and of gaps that a window cannot see across."""
    rows, subject, gaps = len(index), _subject(names), runs(missing)
    tolerated = max(_HANDFUL, rows // 100, int((index > index[-1] - DAY).sum()))
    todo = Message("gap.cut_or_leave")
    start, length = gaps[0]
    if start == 0 and length > tolerated:
        lost, stamp = Message("count.row", n=length), str(index[length])
        yield Message("gap.late_start", variables=subject, rows=lost, stamp=stamp, todo=todo)
    start, length = gaps[-1]
    if start + length == rows and length > tolerated:
        lost, stamp = Message("count.row", n=length), str(index[start - 1])
        yield Message("gap.early_end", variables=subject, rows=lost, stamp=stamp, todo=todo)
    inner = [(start, length) for start, length in gaps if start and start + length < rows]
    large = [gap for gap in inner if gap[1] > LONG_GAP or gap[1] >= _LARGE_GAP * rows]
    if large:
        start, length = max(large, key=lambda gap: gap[1])
        first, last = str(index[start]), str(index[start + length - 1])
        where = Message("gap.where", start=first, end=last, rows=Message("count.row", n=length))
        if len(large) > 1:
            where = Message("gap.where_among_others", where=where, gaps=Message("count.more_gap", n=len(large) - 1))
        yield Message("gap.inner", variables=subject, where=where)


def _subject(names: list[str]) -> Value:
    if len(names) <= _FEW:
        return tuple(names)
    return Message("gap.variables", n=len(names), names=some_of(names, most=_FEW))


def account(frame: pd.DataFrame, units: Mapping[str, str], missing: pd.Series) -> tuple[Column, ...]:
    """Return the account of each variable of a checked frame [row, variable].

    `units` are of variables whose unit stood elsewhere than in their name, `missing` [variable] are cells of the file
    without a value.
    """
    return tuple(
        Column(
            name=str(name),
            unit=units.get(str(name)) or unit_in_name(str(name)),
            low=float(frame[name].min()),
            high=float(frame[name].max()),
            missing=int(missing[name]),
            filled=int(frame[name].isna().sum()),
        )
        for name in frame.columns
    )


def fill_forward(frame: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the frame without missing values, and which cells [row, variable] were filled.

    Each takes the last known value before it, which keeps the future out of the past: no filled value knows a later
    one. Only values missing at the very start take the first known one.
    """
    return frame.ffill().bfill(), frame.isna().to_numpy()


def measured(frame: pd.DataFrame, filled: NDArray[np.bool_] | None, names: Sequence[str]) -> pd.DataFrame:
    """Return some columns of a frame with what `fill_forward` filled missing again; None: nothing was."""
    part = frame[list(names)]
    return part if filled is None else part.mask(filled[:, frame.columns.get_indexer(part.columns)])


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (start, length) of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(start), int(stop - start)) for start, stop in edges.reshape(-1, 2)]


def filled_from_before(dataset: Dataset, variables: Iterable[str], lookback: int) -> str:
    """Return in a sentence what was missing in the rows that a model reads, by variable; empty where nothing was."""
    missing = dataset.missing_by_variable(slice(-lookback, None))
    cells = [f"{count(missing[name], 'value')} of {name}" for name in variables if missing.get(name)]
    told = f"Missing in the {lookback:,} rows that the model reads, filled from before: {some(cells, most=10)}."
    return told if cells else ""
