"""What one cell holds: nothing, a number, or text."""

from __future__ import annotations

import re

import pandas as pd

LONGEST = 80  # characters of a number, a time or a word for "missing"; what is longer is text and not looked into
MISSING = frozenset(
    "|na|n/a|nan|-nan|<na>|null|none|nil|nat|-|--|---|–|—|?|.|*|missing|#n/a|#n/d|#value!|#div/0!|#ref!|#null!|#num!"
    "|#name?|결측|없음".split("|")
)
_USUAL = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | dict.fromkeys("\u2010\u2011\u2013\u2212\uff0d", "-")
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'")
)
_DASH = re.compile(r" -\s{3,}")
_POINT, _COMMA = ".", ","
_SIGN_OF_GROUPS = {_POINT: re.compile("[, ']"), _COMMA: re.compile("[. ']")}  # by decimal sign
_GROUPS = {
    _POINT: re.compile(
        r"[+-]?(?:[1-9]\d{0,2}([, '])\d{3}(?:\1\d{3})*|[1-9]\d?(?:,\d\d)+,\d{3})(?:\.\d*)?"
    ),  # 12,34,567
    _COMMA: re.compile(r"[+-]?[1-9]\d{0,2}([. '])\d{3}(?:\1\d{3})*(?:,\d*)?"),
}


def is_missing(cell: object) -> bool:
    """Whether a cell stands for "no value".

    >>> is_missing(" N/A "), is_missing(None), is_missing(float("nan")), is_missing("0")
    (True, True, True, False)
    """
    if isinstance(cell, str):
        return len(cell) <= LONGEST and cell.strip().lower() in MISSING and not is_dash(cell)
    return cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def is_dash(cell: str) -> bool:
    """Whether a cell is the dash, padded as bookkeepers' numbers are, that spreadsheets write for 0."""
    return _DASH.fullmatch(cell) is not None


def usual_signs(text: str) -> str:
    """Return a text with one kind of space, minus and apostrophe, none at its ends."""
    return text.strip() if text.isascii() else text.translate(_USUAL).strip()


def number(cell: object, *, decimal_comma: bool = False) -> float | None:
    """Return a cell as a number, None when it is text; thousands may be grouped by the other sign, space or '.

    >>> number("1.234,5", decimal_comma=True), number("1,234.5"), number("12 345"), number("12 kW")
    (1234.5, 1234.5, 12345.0, None)
    >>> number("0,123"), number("1.5", decimal_comma=True)
    (None, None)
    """
    if isinstance(cell, int | float):
        return _float(cell)
    if not isinstance(cell, str) or len(cell) > LONGEST or "_" in cell:  # Python reads 1_0 as 10
        return None
    text, decimal = usual_signs(cell), _COMMA if decimal_comma else _POINT
    if _SIGN_OF_GROUPS[decimal].search(text):
        if not _GROUPS[decimal].fullmatch(text):
            return None
        text = _SIGN_OF_GROUPS[decimal].sub("", text)
    return _float(text.replace(decimal, _POINT, 1))


def is_number(cell: object) -> bool:
    """Whether a cell is a number with a decimal point, or with a decimal comma."""
    return number(cell) is not None or number(cell, decimal_comma=True) is not None


def _float(value: str | float) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
    except OverflowError:  # a whole number of more than 308 digits
        return float("inf")


def is_grouped(cell: object, *, decimal_comma: bool) -> bool:
    """Whether a number is written with thousands separators.

    >>> is_grouped("1,234", decimal_comma=False), is_grouped("1,234", decimal_comma=True)
    (True, False)
    """
    form = _GROUPS[_COMMA if decimal_comma else _POINT]
    return isinstance(cell, str) and form.fullmatch(usual_signs(cell)) is not None


def uses_decimal_comma(cells: list[str]) -> bool:
    """Whether more cells read as numbers with a decimal comma only than with a decimal point only.

    >>> uses_decimal_comma(["1,5", "12", "3,25"]), uses_decimal_comma(["1.5", "2,000.5"])
    (True, False)
    """
    comma = [number(cell, decimal_comma=True) is not None for cell in cells]
    point = [number(cell) is not None for cell in cells]
    return sum(comma) > sum(point)
