"""A column of cells that are not plain numbers: what its different cells are, and what they come to as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.choices import COMMA, POINT
from core.data.reading.numbers.affixes import Affixes, Parts, affixes, parts_of
from core.data.reading.numbers.cells import LONGEST, is_grouped, is_missing, is_number, number
from core.data.reading.numbers.decimals import Writing, decimal_sign, small_numbers
from core.data.report import Notes
from core.text.message import Message, Value, some_of

_TOLERATED = 0.1  # share of unreadable cells up to which a column still counts as numeric
_ONE_MARK = 0.5  # the same where all of them are one word, such as X, that stands for "nothing measured"
_TRUTH = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class TextColumn:
    """The different cells of a column; each is looked into once, however many rows hold it.

    Attributes
    ----------
    name : str
    codes : ndarray of int [row]
        Which of the cells a row holds; -1 where nothing.
    cells : list of object
        Different cells, None for those that stand for "no value".
    counts : ndarray of int [cell]
        Rows of each.
    parts : list of Parts or None
        Of each number with something around it; None of any other cell.
    affixes : Affixes
    writing : Writing
    """

    name: str
    codes: NDArray[np.intp]
    cells: list[object]
    counts: NDArray[np.intp]
    parts: list[Parts | None]
    affixes: Affixes
    writing: Writing

    @classmethod
    def from_cells(cls, name: str, cells: pd.Series, known: Writing) -> TextColumn:
        """Build from a column; `known` is what was settled while the file was read."""
        codes, found = pd.factorize(cells.to_numpy(object))
        counts = np.bincount(codes[codes >= 0], minlength=len(found))
        present = [None if is_missing(cell) else cell for cell in found]
        bare = [cell is not None and is_number(cell) for cell in present]
        pairs = zip(present, bare, strict=True)
        parts = [None if plain or not isinstance(cell, str) else parts_of(cell) for cell, plain in pairs]
        dressed = ((part, int(rows)) for part, rows in zip(parts, counts, strict=True) if part)
        around = affixes(dressed, int(counts[bare].sum()))
        if known.decimal not in (POINT, COMMA):
            bodies = _bodies(present, parts)
            decimal, example = decimal_sign(bodies)
            known = replace(known, decimal=decimal, example=example, small=small_numbers(bodies))
        return cls(name, codes, present, counts, parts, around, known)

    def read(self, common: str, notes: Notes) -> tuple[NDArray[np.float64], Writing]:
        """Return the values [row] and how they are written; `common` is the decimal sign where it is open."""
        own = self.writing.decimal
        decimal = own if own in (POINT, COMMA) else common
        numbers = self.numbers(decimal)
        self._tell(numbers, notes)
        values = [np.nan if value is None else value for value in (*numbers, None)]
        rows = np.array(values, dtype=np.float64)[self.codes]  # code -1, nothing, is the last
        return rows, replace(self.writing, decimal=decimal if own else "", grouped=self._grouped(decimal))

    @property
    def reason(self) -> Message | None:
        """Why it is no column of numbers, None where enough of its rows are."""
        numbers = self.numbers(self.writing.decimal)
        unread = self._unread(numbers)
        bad = int(self.counts[unread].sum())
        readable = sum(int(self.counts[place]) for place, value in enumerate(numbers) if value is not None)
        marks = {str(self.cells[place])[:LONGEST].strip().lower() for place in unread}
        tolerated = _ONE_MARK if len(marks) == 1 else _TOLERATED
        if readable > 0 and bad <= tolerated * (readable + bad):
            return None
        words = sorted({part.after.strip() or part.before for place in unread if (part := self.parts[place])})
        several = len(words) > 1 and all(self.parts[place] for place in unread)
        if several:
            return Message("left.several_units", units=some_of(words, most=3), examples=self._examples(unread))
        return Message("left.text", examples=self._examples(unread)) if unread else Message("left.empty")

    @property
    def is_truth(self) -> bool:
        """Whether every cell is true or false."""
        words = [cell for cell in self.cells if cell is not None]
        return bool(words) and all(str(cell)[:LONGEST].strip().lower() in _TRUTH for cell in words)

    def numbers(self, decimal: str) -> list[float | None]:
        """Return each of the cells as a number, None where it is none."""
        if self.is_truth:
            return [None if cell is None else _TRUTH[str(cell).strip().lower()] for cell in self.cells]
        values = [number(body, decimal_comma=decimal == COMMA) for body in _bodies(self.cells, self.parts)]
        factors = [self.affixes.factor(part) if part else 1.0 for part in self.parts]
        pairs = zip(values, factors, strict=True)
        return [None if value is None or factor is None else value * factor for value, factor in pairs]

    def _unread(self, numbers: list[float | None]) -> list[int]:
        """Return the places of cells that hold something and are no numbers."""
        pairs = zip(self.cells, numbers, strict=True)
        return [place for place, (cell, value) in enumerate(pairs) if value is None and cell is not None]

    def _examples(self, places: list[int]) -> Value:
        """Return some cells for a sentence."""
        return some_of([repr(str(self.cells[place])[:20]) for place in places], most=3)

    def _grouped(self, decimal: str) -> str:
        """Return a cell with thousands separators, "" where there is none."""
        bodies = _bodies(self.cells, self.parts)
        grouped = (str(body).strip() for body in bodies if is_grouped(body, decimal_comma=decimal == COMMA))
        return self.writing.grouped or next(grouped, "")

    def _tell(self, numbers: list[float | None], notes: Notes) -> None:
        """Tell what was read as what; each once a column."""
        unread = self._unread(numbers)
        if self.is_truth:
            notes.mended.append(Message("number.truth", name=self.name))
        dressed = [(part, repr(str(cell))) for cell, part in zip(self.cells, self.parts, strict=True) if part]
        ending = {part.after.strip(): cell for part, cell in reversed(dressed)}
        for word, factor in self.affixes.factors.items():
            notes.mended.append(Message("number.factor", name=self.name, word=word, factor=factor, cell=ending[word]))
        for flag in sorted(self.affixes.flags):
            notes.mended.append(Message("number.flag", name=self.name, flag=flag, cell=ending[flag]))
        if self.affixes.unit:
            notes.mended.append(Message("number.unit", name=self.name, unit=self.affixes.unit))
            notes.units.setdefault(self.name, self.affixes.unit)
        for habit, cell in {part.habit: cell for part, cell in reversed(dressed) if part.habit}.items():
            notes.mended.append(Message("number.habit", name=self.name, habit=habit, cell=cell))
        if unread:
            bad = int(self.counts[unread].sum())
            notes.mended.append(Message("number.unread", name=self.name, n=bad, examples=self._examples(unread)))


def _bodies(cells: list[object], parts: list[Parts | None]) -> list[object]:
    """Return the cells without what stands around their numbers."""
    return [part.body if part else cell for cell, part in zip(cells, parts, strict=True)]
