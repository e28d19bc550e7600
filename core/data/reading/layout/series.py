"""Several series below each other in one file: refused with the column named, spread into columns, or one chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.choices import SPREAD, Choices, Option, Question
from core.data.reading.layout.panel import Codes, Panel, find_panel
from core.data.reading.limits import MOST_COLUMNS, check_size
from core.data.reading.rows.table import RawTable
from core.data.report import Notes, Refused, count, some
from core.data.units import unit_in_name

_MOST_OFFERED = 20


def one_series(
    stamps: pd.Series, table: RawTable, names: list[str], choices: Choices, notes: Notes
) -> tuple[pd.Series, RawTable, list[str]]:
    """Return stamps, table and names of the columns that are not time, with each time once a variable.

    Raises
    ------
    Refused
        Where several series stand below each other and nothing is said of them: the owner is asked.
    """
    panel = find_panel(stamps, table.frame[names])
    if panel is None:
        return stamps, table, names
    names = [name for name in names if name not in panel.columns]
    parts = _parts(stamps, table.frame[names], panel)
    if choices.series == SPREAD:
        stamps, frame = _spread(stamps, table.frame[names], panel, parts, notes)
        return stamps, replace(table, frame=frame), list(frame.columns)
    for code, label in enumerate(panel.labels):
        if choices.series == _answer(panel, label):
            rows = panel.codes == code
            left = count(int((~rows).sum()), "row")
            notes.found.append(f"Series {label!r} of {panel.column!r}, one of {len(panel.labels):,}.")
            notes.leave_rows(int((~rows).sum()), f"{left} of other series than {label!r} left out, as chosen.")
            return stamps[rows], replace(table, frame=table.frame[rows]), names
    unknown = f"No series is called {choices.series!r}: " if choices.series else ""
    raise Refused(
        f"{unknown}{_told_apart(panel)} ({some(list(panel.labels), most=3)}); spread them into columns of their own, "
        "or choose one.",
        _question(panel, parts),
    )


def _answer(panel: Panel, label: str) -> str:
    return f"{panel.column}={label}"


def _told_apart(panel: Panel) -> str:
    several = len(panel.columns) > 1
    columns = " and ".join(map(repr, panel.columns))
    told = f"the columns {columns} together" if several else f"the column {columns}"
    return f"{len(panel.labels):,} series stand below each other, told apart by {told}"


def _question(panel: Panel, parts: _Parts) -> Question:
    """Ask for one of the series, or for all where their columns fit side by side."""
    offers = [Option(_answer(panel, label), f"only {label}") for label in panel.labels[:_MOST_OFFERED]]
    if 0 < parts.width(panel) <= MOST_COLUMNS:
        example = f"{parts.varying[0]} {panel.labels[0]}" if parts.varying else parts.shared[0]
        offers.insert(0, Option(SPREAD, f"all of them side by side, as columns such as {example!r}"))
    return Question("series", f"Which of the {len(panel.labels):,} series should be read?", tuple(offers))


@dataclass(frozen=True)
class _Parts:
    """Columns by what they say of a panel: of a whole series (or text), the same in all at a time, or of each."""

    describing: list[str]
    texts: list[str]
    shared: list[str]
    varying: list[str]

    def width(self, panel: Panel) -> int:
        """Return how many columns there are side by side."""
        return len(self.shared) + len(self.varying) * len(panel.labels)


def _parts(stamps: pd.Series, frame: pd.DataFrame, panel: Panel) -> _Parts:
    parts, meet = _Parts([], [], [], []), bool(stamps.duplicated().any())
    for name in frame.columns:
        cells = frame[name]
        if (cells.groupby(panel.codes).nunique() <= 1).all():
            parts.describing.append(name)
        elif _is_text(cells):
            parts.texts.append(name)
        elif meet and (cells.groupby(stamps).nunique() <= 1).all():
            parts.shared.append(name)
        else:
            parts.varying.append(name)
    return parts


def _spread(
    stamps: pd.Series, frame: pd.DataFrame, panel: Panel, parts: _Parts, notes: Notes
) -> tuple[pd.Series, pd.DataFrame]:
    """Return each time once and a table with a column for each column and series, "NAME LABEL"."""
    if parts.width(panel) > MOST_COLUMNS:
        raise Refused(
            f"Side by side the series would be {parts.width(panel):,} columns and the limit is {MOST_COLUMNS:,}; "
            "choose one of them, or bring a file with fewer.",
            _question(panel, parts),
        )
    for names, reason in ((parts.describing, "the same in all rows of a series"), (parts.texts, "not numeric")):
        for name in names:
            notes.leave_column(name, reason)
    kept = (panel.codes >= 0) & ~pd.DataFrame({"time": stamps, "series": panel.codes}).duplicated().to_numpy()
    if not kept.all():
        left = int((~kept).sum())
        notes.leave_rows(left, f"{count(left, 'row')} left out: without a time, or twice in a series.")
    codes, times = pd.factorize(stamps[kept], sort=True)
    frame, series = frame[kept], panel.codes[kept]
    check_size(len(times), parts.width(panel))
    columns = {name: _at(codes, frame[name], len(times)) for name in parts.shared}
    for name in parts.varying:
        for code, label in enumerate(panel.labels):
            rows = series == code
            columns[f"{name} {label}"] = _at(codes[rows], frame[name][rows], len(times))
            notes.units[f"{name} {label}"] = notes.units.get(name) or unit_in_name(name)
    notes.found.append(f"{len(panel.labels):,} series, told apart by {panel.column!r}, put side by side.")
    return pd.Series(times), pd.DataFrame(columns)


def _at(places: Codes, cells: pd.Series, rows: int) -> pd.Series:
    """Return cells at their places of a column, nothing at all others."""
    column = np.full(rows, np.nan, dtype=cells.to_numpy().dtype)
    column[places] = cells.to_numpy()
    return pd.Series(column)


def _is_text(cells: pd.Series) -> bool:
    """Whether no cell holds a digit: told once here, and not for each series."""
    return cells.dtype == object and not any(letter.isdigit() for cell in cells.unique() for letter in str(cell))
