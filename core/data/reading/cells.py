"""What one cell holds: nothing, a number, or text."""

from __future__ import annotations

import re

import pandas as pd

LONGEST = 80  # characters of a number, a time or a word for "missing"; what is longer is text and not looked into
MISSING = frozenset(
    "|na|n/a|nan|-nan|<na>|null|none|nil|nat|-|--|---|?|.|*|missing|#n/a|#n/d|#value!|#div/0!|#ref!|#null!|#num!|#name?"
    "|결측|없음".split("|")
)
_POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")  # 1.234.567,8
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")  # 1,234,567.8
_COMMA_DECIMAL = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?|" + _POINT_GROUPS.pattern)
_POINT_DECIMAL = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?|[+-]?\d{1,3}(,\d{3})+\.\d+")


def is_missing(cell: object) -> bool:
    """Whether a cell stands for "no value".

    >>> is_missing(" N/A "), is_missing(None), is_missing(float("nan")), is_missing("0")
    (True, True, True, False)
    """
    if isinstance(cell, str):
        return len(cell) <= LONGEST and cell.strip().lower() in MISSING
    return cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def number(cell: object, *, decimal_comma: bool = False) -> float | None:
    """Return a cell as a number, None when it is text.

    >>> number("1.234,5", decimal_comma=True), number("1,234.5"), number("12 kW")
    (1234.5, 1234.5, None)
    """
    if isinstance(cell, int | float):
        return float(cell)
    if not isinstance(cell, str) or len(cell) > LONGEST or "_" in cell:
        return None
    text = cell.strip().replace("\u00a0", "").replace("\u2212", "-")
    if decimal_comma:
        text = text.replace(".", "") if _POINT_GROUPS.fullmatch(text) else text
        text = text.replace(",", ".", 1)
    elif _COMMA_GROUPS.fullmatch(text):
        text = text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        return None


def uses_decimal_comma(cells: list[str]) -> bool:
    """Whether more cells read as numbers with a decimal comma than with a decimal point.

    >>> uses_decimal_comma(["1,5", "12", "3,25"]), uses_decimal_comma(["1.5", "2,000.5"])
    (True, False)
    """
    comma = sum(_COMMA_DECIMAL.fullmatch(cell.strip()) is not None for cell in cells)
    point = sum(_POINT_DECIMAL.fullmatch(cell.strip()) is not None for cell in cells)
    return comma > point
