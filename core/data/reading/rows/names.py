"""Names of columns and sheets, written plainly, none empty, none twice; and the units in a row below them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from core.data.reading.numbers.cells import is_missing
from core.data.report import Notes
from core.data.units import is_unit, without_brackets
from core.text.message import Message, some_of

_UNSEEN = ("Cc", "Cf", "Cs")  # control characters, zero-width and directional marks, halves of characters
LABELS = frozenset("unit units einheit einheiten unité unités unidad unidades 단위 单位 単位 單位".split())


def plain_name(text: str) -> str:
    r"""Return a name of any length without characters that nobody sees, white space as single spaces.

    >>> plain_name("  load\n(MW)\u200b "), plain_name("esc\x1b[31mred"), plain_name("Leistu\u0308ng")
    ('load (MW)', 'esc[31mred', 'Leistüng')
    """
    spaced = " ".join(text.split())  # first: tabs and line ends are control characters too
    seen = "".join(letter for letter in spaced if unicodedata.category(letter) not in _UNSEEN)
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def unique_names(names: list[str], notes: Notes) -> list[str]:
    """Return names written plainly, with none empty and none twice; changes are told."""
    plain = [plain_name(name) for name in names]
    changed = [after for before, after in zip(names, plain, strict=True) if before.strip() != after]
    if changed:
        told = some_of([_short(name) for name in changed], most=3)
        number = Message("count.column_name", n=len(changed))
        notes.mended.append(Message("names.plain", column_names=number, names=told))
    taken: set[str] = set()
    result = []
    for place, name in enumerate(plain, start=1):
        chosen = first = name or f"column {place}"
        repeat = 1
        while chosen in taken:
            repeat += 1
            chosen = f"{first} ({repeat})"
        if repeat > 1:
            notes.mended.append(Message("names.again", name=_short(first), chosen=_short(chosen)))
        taken.add(chosen)
        result.append(chosen)
    return result


def _short(name: str) -> str:
    """Return a name in quotes for a sentence; the names themselves keep their length."""
    return repr(name if len(name) <= 60 else f"{name[:40]}…{name[-15:]}")


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
    """Return the unit in a cell of a row of units, "" where it says that there is none.

    >>> unit_of("[MW]"), unit_of("-")
    ('MW', '')
    """
    bare = plain_name(without_brackets(cell))
    return "" if is_missing(bare) or bare == "1" else bare
