"""What a table's columns hold, and whether a line is like them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from core.data.reading.numbers.cells import LONGEST, is_missing

_MOSTLY = 0.8  # share of texts with digits from which a column is written (dates, clocks), not named
_MANY = 5  # numbers a fixed step apart that no row of values holds
_DATE = "0-0-0"  # shape of a cell that a workbook holds as a date

Row = Sequence[object]


def is_empty(cell: object) -> bool:
    """Whether a cell holds nothing at all."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def width_of(row: Row) -> int:
    """Return the cells of a row up to the last that holds something."""
    return next((place for place in range(len(row), 0, -1) if not is_empty(row[place - 1])), 0)


class Body:
    """The rows of a table by a sample: the lower half of its first lines, where no header reaches.

    Attributes
    ----------
    width : int
        Cells of most rows.
    numeric : frozenset of int
        Columns that mostly hold numbers.
    dated : int or None
        The first column of texts with several numbers each, such as dates.
    """

    def __init__(self, head: Sequence[Row], number_of: Callable[[object], float | None]) -> None:
        rows = head[len(head) // 2 :]
        widths = [width_of(row) for row in rows]
        self.width = max(set(widths), key=lambda width: (widths.count(width), width))
        self._number_of = number_of
        columns = {
            place: [row[place] for row in rows if place < len(row) and not is_missing(row[place])]
            for place in range(max(map(len, rows)))
        }
        self.numeric = frozenset(
            place for place, cells in columns.items() if sum(map(self._is_number, cells)) > len(cells) / 2
        )
        self._shapes: dict[int, frozenset[str]] = {}  # of columns whose texts hold digits
        for place, cells in columns.items():
            shapes = [_shape(cell) for cell in cells]
            written = sum("0" in shape for shape in shapes)
            if cells and place not in self.numeric and written >= _MOSTLY * len(cells):
                self._shapes[place] = frozenset(shapes)
        several = [place for place, found in self._shapes.items() if all(shape.count("0") >= 2 for shape in found)]
        self.dated = min(several, default=None)

    def is_named_by(self, row: Row) -> bool:
        """Whether a line names the columns: a word above numbers or dates, no numbers at all, or names of digits."""
        alike = self._alike(row)
        words = False in alike or (not self.numeric and True not in alike)
        return not self._is_dated(row) and (words or self._is_numbered(row))

    def _is_numbered(self, row: Row) -> bool:
        """Whether a line holds numbers that name columns: rising ones above dates, or many a fixed step apart."""
        cells = [cell for place, cell in enumerate(row) if place != self.dated and not is_empty(cell)]
        values = [self._number_of(cell) for cell in cells]
        known = [value for value in values if value is not None]
        steps = {after - before for before, after in pairwise(known)}
        if self.dated is None:
            return len(known) >= max(_MANY, len(row) / 2) and len(steps) == 1 and steps != {0}
        rising, whole = all(step > 0 for step in steps), all(value % 1 == 0 for value in known)
        return len(known) == len(values) > 0 and (rising or (whole and len(set(known)) == len(known)))

    def is_header(self, row: Row) -> bool:
        """Whether a line below the names belongs to the header: words alone where the rows hold numbers or dates."""
        alike = self._alike([None if cell in (1, "1") else cell for cell in row])  # 1 is the unit of a ratio
        return not self._is_dated(row) and False in alike and True not in alike

    def is_row(self, row: Row) -> bool:
        """Whether a line is a row: dated as the rows below, or in most cells like them."""
        alike = self._alike(row)
        return self._is_dated(row) or alike.count(True) > alike.count(False)

    def _is_number(self, cell: object) -> bool:
        return self._number_of(cell) is not None

    def _alike(self, row: Row) -> list[bool | None]:
        return [self._is_alike(place, cell) for place, cell in enumerate(row)]

    def _is_alike(self, place: int, cell: object) -> bool | None:
        """Whether a cell is like those of its column; None where that says nothing."""
        if is_missing(cell):
            return None
        if place in self.numeric:
            return self._is_number(cell)
        if place not in self._shapes:
            return None
        shape = _shape(cell)
        if "0" not in shape:
            return False
        return True if any(s.startswith(shape) or shape.startswith(s) for s in self._shapes[place]) else None

    def _is_dated(self, row: Row) -> bool:
        """Whether a cell is written as the dates of its column are: then it is a row, whatever else it holds."""
        return any(
            (shape := _shape(row[place])) in shapes and shape.count("0") >= 2
            for place, shapes in self._shapes.items()
            if place < len(row)
        )


def _shape(cell: object) -> str:
    """Return how a cell is written: "0-0-0 0:0" of a date, "a0" of a code."""
    if hasattr(cell, "year") or hasattr(cell, "hour"):
        return _DATE
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", str(cell)[:LONGEST].strip()))
