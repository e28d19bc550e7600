"""Where a table's rows begin, and what the lines above them say: names, groups, units, remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from core.data.reading.rows.body import Body, Row, width_of
from core.data.reading.rows.names import holds_units, plain_name, unit_of
from core.data.reading.times.timestamps import says_time
from core.data.report import Notes
from core.data.units import is_unit
from core.text.message import Message, some_of

_LOGGERS = ("TOA5", "TOACI1")  # Campbell files: a line on the logger, then names, units, processing
_TIME = re.compile(r"(1[5-9]|2[01])\d{2}([.\-/](0[1-9]|1[0-2]?))?")
_FEWEST_TIMES, _MOST_TIMES = 12, 0.8  # of a line that names columns by times, and as a share of its cells
_MOST_ROWS = 8  # of a header
_MOST_GROUPS = 3

Line = list[str]


@dataclass(frozen=True)
class Header:
    """What stands above the rows.

    Attributes
    ----------
    lines : int
        Lines of the head before the first row of data.
    names, units : list of str
        One a column, as they are written; "" where nothing is said.
    """

    lines: int
    names: Line
    units: Line


def find_header(head: list[Row], number_of: Callable[[object], float | None], notes: Notes) -> Header:
    """Return the header of a table by its first lines, of which none is blank; what is no name or unit is told."""
    body = Body(head, number_of)
    first = next(place for place, row in enumerate(head) if width_of(row) >= body.width)
    if not (body.is_named_by(head[first]) or _runs_through_time(head[first])):
        names = _one_short(_texts(head[first - 1]), body) if first else []
        notes.found.append(Message("header.one_short" if names else "header.none"))
        _tell_skipped(first - bool(names), notes)
        return Header(first, names or [""] * body.width, [""] * body.width)
    first, end = _bounds(head, _below_facts(head, first, body), body)
    block, above = [_texts(row) for row in head[first:end]], [_texts(row) for row in head[:first]]
    widest = max(map(width_of, head[end:]), default=0)
    while len(block) > 1 and _is_remark(block[0], block[1:], widest):
        above.append(block.pop(0))
    return Header(end, *_interpreted(block, above, body, notes))


def _runs_through_time(row: Row) -> bool:
    """Whether a line holds, behind a word, years or months such as 2024.01, each later than the one before."""
    times = [str(cell).strip() for cell in row[1 : width_of(row)]]
    known = [time for time in times if _TIME.fullmatch(time)]
    several = len(known) >= max(_FEWEST_TIMES, _MOST_TIMES * len(times))
    return several and not str(row[0])[:1].isdigit() and all(one < next_one for one, next_one in pairwise(known))


def _below_facts(head: list[Row], first: int, body: Body) -> int:
    """Return the line of names where facts of the station and the names of these stand above, wider than it."""
    for place in range(first + 1, min(first + _MOST_GROUPS, len(head))):
        wider = all(width_of(line) > body.width for line in head[first:place])
        if wider and width_of(head[place]) == body.width and body.is_header(head[place]):
            return place
    return first


def _one_short(line: Line, body: Body) -> Line:
    """Return the names in a line that lacks one, placed by the name and the column of the time; none where unclear.

    R leaves the numbers or the dates of its rows without a name, and others a remark behind them.
    """
    if len(line) != body.width - 1 or len(line) < 2 or not all(line) or body.dated is None:
        return []
    time = next((place for place, name in enumerate(line) if says_time(name)), None)
    if time == body.dated:
        return [*line, ""]
    return ["", *line] if body.dated == (0 if time is None else time + 1) else []


def _bounds(head: list[Row], first: int, body: Body) -> tuple[int, int]:
    """Return the first line of the header and the first row, given the first line that could name the columns.

    Remarks with numbers may stand above the names, as wide as the table; only names are followed by rows alone.
    """
    end = first + 1
    while end < min(len(head) - 1, first + _MOST_ROWS) and not body.is_row(head[end]):
        end += 1
    others = [place for place in range(first + 1, end) if not body.is_header(head[place])]
    if not others:
        return first, end
    return (others[-1] + 1, end) if others[-1] + 1 < end else (first, others[0])


def _texts(row: Row) -> Line:
    return ["" if cell is None else str(cell).strip() for cell in row[: width_of(row)]]


def _is_remark(line: Line, following: list[Line], widest: int) -> bool:
    """Whether a line as wide as the table speaks of the file: a logger's, or wider than any row above full names."""
    full = any(len(names) == widest and all(names) for names in following)
    return line[0] in _LOGGERS or (len(line) > widest and full)


def _interpreted(block: list[Line], above: list[Line], body: Body, notes: Notes) -> tuple[Line, Line]:
    """Return names and units; as few lines are joined as make the names differ."""
    width = max(body.width, *map(len, block))
    rows = [line + [""] * (width - len(line)) for line in block]
    parts, units, index, asides = [rows[0]], [""] * width, [""] * width, []
    logger = above[-1:] and above[-1][0] in _LOGGERS
    for place, row in enumerate(rows[1:], start=1):
        if body.numeric and not any(row[column] for column in body.numeric if column < width):
            index = row  # pandas names the index below the names of the columns
        elif not any(units) and (
            (logger and place == 1) or (holds_units(row, body.numeric) and not _tells_apart(parts, row, body))
        ):
            units = [unit_of(cell) for cell in _at_the_end(block[place], width)]
            notes.found.append(Message("header.units", units=some_of([unit for unit in units if unit])))
            continue
        elif _helps(parts, [*parts, row], body):
            parts.append(row)
            continue
        asides.append(row)
    parts, same = _without_same(parts, body)
    groups = _groups(parts, above, body)
    _tell_skipped(len(above) - len(groups), notes)
    names = _joined([*groups, *parts], body)
    if len(groups) + len(parts) > 1:
        told = some_of([plain_name(name) for place, name in enumerate(names) if place in body.numeric])
        joined = Message("count.row", n=len(groups) + len(parts))
        notes.found.append(Message("header.joined", rows=joined, names=told))
    _tell_asides([*same, *asides], notes)
    return [below or name for name, below in zip(names, index, strict=True)], units


def _at_the_end(units: Line, width: int) -> Line:
    """Return a line of units at the width of the table; where spaces separate, none stands for the time before."""
    short = [""] * (width - len(units))
    return [*short, *units] if all(units) and is_unit(units[0]) else [*units, *short]


def _tell_asides(rows: list[Line], notes: Notes) -> None:
    if rows:
        further = Message("count.further_header_row", n=len(rows))
        lines = some_of([repr(", ".join(dict.fromkeys(filter(None, row)))[:60]) for row in rows])
        notes.found.append(Message("header.further_rows", rows=further, lines=lines))


def _tell_skipped(lines: int, notes: Notes) -> None:
    if lines:
        notes.found.append(Message("header.skipped", lines=Message("count.line", n=lines)))


def _joined(rows: list[Line], body: Body) -> Line:
    """Return each column's words from top to bottom; a group's word reaches to the right as merged cells do."""
    width = len(rows[-1])
    carried = [line[:width] + [""] * (width - len(line)) for line in rows]
    for place, row in enumerate(carried[:-1]):
        for column in range(1, width):
            below = any(lower[column] for lower in carried[place + 1 :])
            if not row[column] and below and column - 1 in body.numeric:
                row[column] = row[column - 1]
    return [" ".join(dict.fromkeys(filter(None, words))) for words in zip(*carried, strict=True)]


def _helps(rows: list[Line], more: list[Line], body: Body) -> bool:
    """Whether names of more rows repeat less, or lack less."""
    names, better = _joined(rows, body), _joined(more, body)
    lacking = any(new and not old for old, new in zip(names, better, strict=False))
    return lacking or len(set(better)) > len(set(names))


def _tells_apart(rows: list[Line], row: Line, body: Body) -> bool:
    """Whether names that repeat differ all with one more row."""
    names = _joined([*rows, row], body)
    return _helps(rows, [*rows, row], body) and len(set(names)) == len(names)


def _without_same(parts: list[Line], body: Body) -> tuple[list[Line], list[Line]]:
    """Return the rows that differ between the variables, and those that say the same of all."""
    same = [row for row in parts if len({row[column] for column in body.numeric if column < len(row)}) == 1]
    kept = [row for row in parts if row not in same]
    return (kept, same) if kept and len(body.numeric) > 1 else (parts, [])


def _groups(parts: list[Line], above: list[Line], body: Body) -> list[Line]:
    """Return the lines right above that are needed as names of groups; merged cells leave them short."""
    groups: list[Line] = []
    for line in reversed(above[-_MOST_GROUPS:]):
        words = sum(bool(cell) for column, cell in enumerate(line) if column in body.numeric)
        known = [*groups, *parts]
        if words < 2 or line[0] in _LOGGERS or not _helps(known, [line, *known], body):
            break
        groups.insert(0, line)
    return groups
