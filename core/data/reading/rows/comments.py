"""Lines of a text file that begin with "#": remarks, of which the last may name the columns and their units."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.data.reading.numbers.cells import number
from core.data.reading.rows.names import holds_units
from core.data.report import Notes
from core.text.message import Message

SIGN = "#"
_SHOWN = 60  # characters of a remark


class Comments:
    """The lines of one text that are no rows, by its first lines, blank ones left out.

    Attributes
    ----------
    table : list of str
        The lines of the sample that are rows; all of them where "#" begins rows too (as in numbers such as #12).
    """

    def __init__(self, sample: list[str]) -> None:
        rows = [line for line in sample if not line.startswith(SIGN)]
        below = sample[sample.index(rows[0]) :] if rows else []
        self._marked = len(rows) < len(sample) and len(rows) > len(below) / 2
        self.table = rows if self._marked else sample
        self._head = sample[: len(sample) - len(below)] if self._marked else []
        self._named: set[str] = set()
        self._dropped = 0
        self._first = ""

    def without(self, lines: Iterator[str]) -> Iterator[str]:
        """Yield the lines that are rows; what is dropped is counted."""
        if not self._marked:
            yield from lines
            return
        for line in lines:
            if not line.startswith(SIGN):
                yield line
            elif line.strip() not in self._named:
                self._dropped += 1
                self._first = self._first or line.strip()[:_SHOWN]

    def header(self, rows: list[list[str]], split: Callable[[str], list[str]]) -> list[list[str]]:
        """Return the names, and the units below them, that the last lines before the table hold, if it has no own.

        `rows` are the sampled ones in cells; `split` cuts a line into such.
        """
        numeric = [place for place, cell in enumerate(rows[0]) if number(cell) is not None] if rows else []
        found: list[list[str]] = []
        for line in map(str.strip, reversed(self._head if numeric else [])):
            cut = [split(text) for text in (line.lstrip(f"{SIGN} "), line)]
            names = next((cells for cells in cut if len(cells) == len(rows[0]) >= 2), None)
            if names is None:
                break
            self._named.add(line)
            found.insert(0, [names[0] or SIGN, *names[1:]])
            if not holds_units(names, numeric):
                break
        return found

    def tell(self, notes: Notes) -> None:
        """Tell how many lines were left out, once all have been read; a line of names is none of them."""
        if self._dropped:
            lines = Message("count.line", n=self._dropped)
            remarks = Message("header.remarks", lines=lines, sign=SIGN, first=self._first)
            notes.leave_rows(self._dropped, remarks, what="line")
