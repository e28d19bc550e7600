"""Rows of units below the names of columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.data.reading.numbers.cells import is_missing
from core.data.reading.rows.names import plain_name
from core.data.units import is_unit, without_brackets

LABELS = frozenset("unit units einheit einheiten unité unités unidad unidades 단위 单位 単位 單位".split())


def holds_units(row: Sequence[str], numeric: Collection[int]) -> bool:
    """Whether a row below the names holds units: it says so, or half of what stands above numbers is one.

    >>> holds_units(["UTC", "MW", "degC"], {1, 2}), holds_units(["Ticker", "AAA", "BBB"], {1, 2})
    (True, False)
    """
    if row and row[0].strip(":").lower() in LABELS:
        return True
    cells = [cell for place, cell in enumerate(row) if place in numeric and not is_missing(cell)]
    bracketed = [cell for cell in cells if cell != without_brackets(cell)]
    units = [cell for cell in cells if is_unit(cell)]
    return bool(cells) and (len(bracketed) == len(cells) or len(units) >= len(cells) / 2)


def unit_of(cell: str) -> str:
    """Return the unit in a cell of such a row, "" where it says that there is none.

    >>> unit_of("[MW]"), unit_of("-")
    ('MW', '')
    """
    bare = plain_name(without_brackets(cell))
    return "" if is_missing(bare) or bare == "1" else bare
