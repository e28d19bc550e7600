"""Several series below each other in one file: refused with the column named, spread into columns, or one chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.choices import SPREAD, Choices, Option, Question
from core.data.reading.layout.panel import Codes, Panel, find_panel
from core.data.reading.limits import MOST_COLUMNS, check_size
from core.data.reading.rows.table import RawTable
from core.data.report import Notes, Refused
from core.data.units import unit_in_name
from core.text.message import Message, all_of, some_of

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
            left = Message("count.row", n=int((~rows).sum()))
            notes.found.append(Message("series.chosen", label=label, column=panel.column, n=len(panel.labels)))
            notes.leave_rows(int((~rows).sum()), Message("series.others_left", rows=left, label=label))
            return stamps[rows], replace(table, frame=table.frame[rows]), names
    open_ends = _told_apart(panel)
    if choices.series:
        open_ends = Message("series.unknown", series=choices.series, series_there=open_ends)
    raise Refused(open_ends, _question(panel, parts))


def _answer(panel: Panel, label: str) -> str:
    return f"{panel.column}={label}"


def _told_apart(panel: Panel) -> Message:
    return Message(
        "series.below_each_other" if len(panel.columns) == 1 else "series.below_each_other_by_several",
        n=len(panel.labels),
        columns=all_of([repr(column) for column in panel.columns]),
        labels=some_of(list(panel.labels), most=3),
    )


def _question(panel: Panel, parts: _Parts) -> Question:
    """Ask for one of the series, or for all where their columns fit side by side."""
    offers = [
        Option(_answer(panel, label), Message("series.only", label=label)) for label in panel.labels[:_MOST_OFFERED]
    ]
    if 0 < parts.width(panel) <= MOST_COLUMNS:
        example = f"{parts.varying[0]} {panel.labels[0]}" if parts.varying else parts.shared[0]
        offers.insert(0, Option(SPREAD, Message("series.spread", example=example)))
    return Question("series", Message("series.which", n=len(panel.labels)), tuple(offers))


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
        wide = Message("series.too_wide", columns=parts.width(panel), most=MOST_COLUMNS)
        raise Refused(wide, _question(panel, parts))
    for names, reason in (
        (parts.describing, Message("left.same_in_series")),
        (parts.texts, Message("left.not_numeric")),
    ):
        for name in names:
            notes.leave_column(name, reason)
    kept = (panel.codes >= 0) & ~pd.DataFrame({"time": stamps, "series": panel.codes}).duplicated().to_numpy()
    if not kept.all():
        left = int((~kept).sum())
        notes.leave_rows(left, Message("series.rows_left", rows=Message("count.row", n=left)))
    codes, times = pd.factorize(stamps[kept], sort=True)
    frame, series = frame[kept], panel.codes[kept]
    check_size(len(times), parts.width(panel))
    columns = {name: _at(codes, frame[name], len(times)) for name in parts.shared}
    for name in parts.varying:
        for code, label in enumerate(panel.labels):
            rows = series == code
            columns[f"{name} {label}"] = _at(codes[rows], frame[name][rows], len(times))
            notes.units[f"{name} {label}"] = notes.units.get(name) or unit_in_name(name)
    notes.found.append(Message("series.side_by_side", n=len(panel.labels), column=panel.column))
    return pd.Series(times), pd.DataFrame(columns)


def _at(places: Codes, cells: pd.Series, rows: int) -> pd.Series:
    """Return cells at their places of a column, nothing at all others."""
    column = np.full(rows, np.nan, dtype=cells.to_numpy().dtype)
    column[places] = cells.to_numpy()
    return pd.Series(column)


def _is_text(cells: pd.Series) -> bool:
    """Whether no cell holds a digit: told once here, and not for each series."""
    return cells.dtype == object and not any(letter.isdigit() for cell in cells.unique() for letter in str(cell))
