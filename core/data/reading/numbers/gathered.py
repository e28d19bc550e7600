"""One column in the making: numbers where a cell's form leaves no doubt, else the cells as they came."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.choices import COMMA, POINT
from core.data.reading.numbers.cells import is_grouped, is_missing, number
from core.data.reading.numbers.decimals import OPEN, Writing, decimal_sign


class Gathered:
    """A column's cells, taken in chunks.

    A column whose decimal sign its own cells settle becomes float64 at once, so that few cells are held as text.
    Cells that can be read both ways (21.375) stay text, one object for all that are equal (`shared`, over all
    columns): there are fewer than two million different ones.
    """

    def __init__(self, shared: dict[str, str]) -> None:
        self._shared = shared
        self._parts: list[NDArray[Any]] = []
        self._decimal = ""
        self._grouped = ""
        self._example = ""

    @property
    def writing(self) -> Writing:
        """How its numbers are written, as far as they were read."""
        return Writing(self._decimal or (OPEN if self._example else ""), self._grouped, self._example)

    def add(self, cells: list[object]) -> None:
        """Take the next cells."""
        plain, pointed = plain_numbers(cells)
        if plain is not None and (self._decimal == POINT or not pointed):
            self._parts.append(plain)
            return
        found, example = (self._decimal, "") if self._decimal else decimal_sign(cells)
        if found == OPEN:
            self._example = self._example or example
            share = self._shared.setdefault
            self._parts.append(_objects([share(cell, cell) if isinstance(cell, str) else cell for cell in cells]))
            return
        self._decimal = found
        if plain is None or found == COMMA:
            plain = self._numbers(cells, found)
        self._parts.append(_objects(cells) if plain is None else plain)

    def _numbers(self, cells: list[object], decimal: str) -> NDArray[np.float64] | None:
        """Return float64 when every cell is a number or missing."""
        comma = decimal == COMMA
        values = np.empty(len(cells), dtype=np.float64)
        for place, cell in enumerate(cells):
            value = None if isinstance(cell, bool) else number(cell, decimal_comma=comma)
            if value is None and (isinstance(cell, bool) or not is_missing(cell)):
                return None
            values[place] = np.nan if value is None else value
        if not self._grouped:
            self._grouped = next((str(cell) for cell in cells if is_grouped(cell, decimal_comma=comma)), "")
        return values

    def values(self) -> NDArray[Any]:
        """Return all cells taken so far."""
        return np.concatenate(self._parts)


def _objects(cells: list[object]) -> NDArray[Any]:
    kept = np.empty(len(cells), dtype=object)
    kept[:] = cells
    return kept


def plain_numbers(cells: list[object]) -> tuple[NDArray[np.float64] | None, bool]:
    """Return float64 when Python reads all cells as they are, faster than one by one; and whether points occur."""
    kinds = set(map(type, cells))
    if not kinds <= {str, float, int}:
        return None, False
    joined = "".join(cell for cell in cells if isinstance(cell, str)) if str in kinds else ""
    if "_" in joined:  # Python reads 1_0 as 10
        return None, False
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells)), "." in joined  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None, False
