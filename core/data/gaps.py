"""Missing rows and values: put on a regular time axis, told, filled by the last known value.

What was filled is kept beside the values: it is read, and never counts as truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.report import Column, Notes, count, some
from core.data.step import DAY, Step
from core.data.units import unit_in_name

LONG_GAP = 720  # rows: the published look-back, which then holds nothing measured
_LARGE_GAP = 0.1  # share of all rows
_HANDFUL = 5
_MOST_SENTENCES = 20
_FEW = 3  # variables, each with a sentence of its own


def onto_regular_axis(frame: pd.DataFrame, step: Step, notes: Notes) -> pd.DataFrame:
    """Return the frame with every stamp from first to last, missing rows as NaN.

    Parameters
    ----------
    frame : DataFrame [row, variable]
        Sorted, each stamp once, all on the step.
    step : Step
    notes : Notes
        Gaps are listed under `mended`.
    """
    axis = step.axis(frame.index[0], frame.index[-1])
    missing = ~axis.isin(frame.index)
    if missing.any():
        gaps = runs(missing)
        listed = [f"{axis[start]} ({count(length, 'row')})" for start, length in gaps]
        notes.mended.append(
            f"{count(int(missing.sum()), 'row')} missing in {count(len(gaps), 'gap')} of the time axis, inserted: "
            f"{some(listed, most=20)}."
        )
    return frame.reindex(axis)


def tell_missing(frame: pd.DataFrame, notes: Notes) -> None:
    """List under `mended` what is missing and how it will be filled; what misleads a forecast also under `warnings`.

    Many variables that miss the same rows share a sentence.
    """
    empty = [str(name) for name in frame.columns[frame.isna().all()]]  # there only where a model reads it
    if empty:
        notes.warnings.append(f"{_subject(empty)}: no value at all.")
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
        others, most = sum(len(names) for names, _ in rest), max(int(missing.sum()) for _, missing in rest)
        notes.mended.append(
            f"{count(others, 'more variable')}: at most {count(most, 'value')} missing in each, filled with the last "
            "value before."
        )
    doubts = [doubt for group in groups for doubt in _doubts(*group, pd.DatetimeIndex(frame.index))]
    notes.warnings += doubts[:_MOST_SENTENCES]
    if len(doubts) > _MOST_SENTENCES:
        notes.warnings.append(f"{len(doubts) - _MOST_SENTENCES:,} more such gaps and early ends of other variables.")


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
    cells = f"{count(sum(length for _, length in gaps), 'value')} missing{' in each' if len(names) > 1 else ''}"
    leading = gaps[0][1] if gaps[0][0] == 0 else 0
    notes.mended.append(
        f"{_subject(names)}: {cells} in {count(len(gaps), 'gap')} (longest {count(longest, 'row')} from "
        f"{index[start]}), filled with the last value before"
        + (f"; the first {leading} with the first value after." if leading else ".")
    )


def _doubts(names: list[str], missing: NDArray[np.bool_], index: pd.DatetimeIndex) -> Iterator[str]:
    """Tell of variables that start late or end early, and of gaps that a window cannot see across."""
    rows, subject, gaps = len(index), _subject(names), runs(missing)
    tolerated = max(_HANDFUL, rows // 100, int((index > index[-1] - DAY).sum()))
    cut = "cut the file there, or leave the column out"
    start, length = gaps[0]
    if start == 0 and length > tolerated:
        yield f"{subject}: no value in the first {count(length, 'row')}, before {index[length]}; {cut}."
    start, length = gaps[-1]
    if start + length == rows and length > tolerated:
        yield f"{subject}: no value in the last {count(length, 'row')}, after {index[start - 1]}; {cut}."
    inner = [(start, length) for start, length in gaps if start and start + length < rows]
    large = [gap for gap in inner if gap[1] > LONG_GAP or gap[1] >= _LARGE_GAP * rows]
    if large:
        start, length = max(large, key=lambda gap: gap[1])
        others = f" and {count(len(large) - 1, 'more gap')} as large" if len(large) > 1 else ""
        where = f"from {index[start]} to {index[start + length - 1]} ({count(length, 'row')}){others}"
        yield f"{subject}: no value {where}, where the model reads one repeated value; cut the file before or after."


def _subject(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _FEW else f"{len(names)} variables ({some(names, most=_FEW)})"


def account(frame: pd.DataFrame, units: Mapping[str, str], missing: pd.Series) -> tuple[Column, ...]:
    """Return the account of each variable of a checked frame [row, variable].

    Parameters
    ----------
    frame : DataFrame
    units : Mapping of str to str
        Of variables whose unit stood elsewhere than in their name.
    missing : Series [variable]
        Cells of the file without a value.
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
