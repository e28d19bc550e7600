"""Rows of units below the names of columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from core.data.reading.cells import is_missing
from core.data.reading.names import plain_name

_LABELS = ("unit", "units", "einheit", "einheiten", "unité", "unités", "단위", "单位", "単位")
_SYMBOLS = (
    r"[yzafpnuµμmcdhkMGTPE]?(?:Wh?|VA|var|V|Ah?|Hz|J|N|Pa|bar|g|m|l|s|K|C|F|eV|Ω|ohms?|S|lx|mol|Bq|Sv|B|t|cal)p?"
)
_WORDS = (
    "°|°[CFK]|deg|deg ?[CFK]|degrees?|celsius|fahrenheit|kelvin|volts?|amps?|watts?|percent|pct|ppm|ppb|psu|rpm|"
    "h|hr|hrs|hours?|min|minutes?|sec|seconds?|d|days?|yr|years?|mph|kph|kt|kn|knots?|ft|in|inch|inches|mi|lbs?|oz|"
    "psi|gal|btu|hp|ha|inHg|mmHg|atm|mb|mps|counts?|number|index|EUR|USD|GBP|KRW|JPY|CNY|CHF|€|\\$|£|₩|원|명|대|건|개|回|人"
)
_POWER = r"(?:\^|\*\*)?[-+−]?\d"
_PART = rf"(?:{_SYMBOLS}|{_WORDS}|%)(?:{_POWER})?"
_UNIT = re.compile(rf"{_PART}(?:(?:\s*[/·⋅*.∕]\s*|\s+per\s+|\s|-){_PART})*", re.IGNORECASE)
_LONGEST = 24  # characters


def holds_units(row: Sequence[str], numeric: Collection[int]) -> bool:
    """Whether a row below the names holds units: it says so, or half of what stands above numbers is one.

    >>> holds_units(["UTC", "MW", "degC"], {1, 2}), holds_units(["Ticker", "AAA", "BBB"], {1, 2})
    (True, False)
    """
    if row and row[0].strip(":").lower() in _LABELS:
        return True
    cells = [cell for place, cell in enumerate(row) if place in numeric and not is_missing(cell)]
    bracketed = [cell for cell in cells if cell != _bare(cell)]
    units = [cell for cell in cells if is_unit(cell)]
    return bool(cells) and (len(bracketed) == len(cells) or len(units) >= len(cells) / 2)


def is_unit(text: str) -> bool:
    """Whether a text is a unit of measurement.

    >>> [is_unit(text) for text in ("kWh", "W/m²", "[°C]", "kg m-2 s-1", "㎧", "EUR/MWh", "Avg", "Close")]
    [True, True, True, True, True, True, False, False]
    """
    plain = unicodedata.normalize("NFKC", _bare(text))
    return len(plain) <= _LONGEST and (plain == "1" or _UNIT.fullmatch(plain) is not None)


def unit_of(cell: str) -> str:
    """Return the unit in a cell of such a row, "" where it says that there is none.

    >>> unit_of("[MW]"), unit_of("-")
    ('MW', '')
    """
    bare = plain_name(_bare(cell))
    return "" if is_missing(bare) or bare == "1" else bare


def _bare(cell: str) -> str:
    found = re.fullmatch(r"\s*[\[(](.+)[\])]\s*", cell)
    return (found.group(1) if found else cell).strip()
