"""Decimal commas in a file that commas separate: numbers cut into pieces, refused before they become columns."""

from __future__ import annotations

import re
from itertools import pairwise

from core.data.reading.rows.body import width_of
from core.data.report import Refused
from core.text.message import Message

_WHOLE = re.compile(r"\s*[+−-]?\s*[$€£(]?\s*\d+\s*")
_DIGITS = re.compile(r"(\d+)\s*(?:(?:[^\W\d_]|[%‰°€$£)])[^\d,;:]{0,8})?")
_OFTEN = 0.5  # share of rows with more cells than names from which decimal commas are suspected
_HIGH = 0.6  # of 10, 100 ...: above the minutes, days and hours that are padded with zeros too


def check_decimals(rows: list[list[str]]) -> None:
    """Refuse numbers with decimal commas that commas separate too, by the first lines of a file, cut at its commas.

    Below names: more cells than names, and pieces of digits to account for them. Without names: pieces that begin
    with 0, as no whole numbers do.
    """
    first = next((place for place, row in enumerate(rows) if any(map(_WHOLE.fullmatch, row))), 0)
    names, rows = max(map(width_of, rows[:first]), default=0), rows[first:]
    wider = [row[: width_of(row)] for row in rows if width_of(row) > names]
    if len(wider) < _OFTEN * len(rows) or not wider:
        return
    if names < 2:
        places = [place for place in _fixed(wider) if _begin_with_zero([row[place] for row in wider])]
        reason = Message("decimal.split_unnamed")
    elif _are_numbered(wider, names):
        return
    else:
        places = _split(wider[0]) if _are_trimmed(wider, names) else _fixed(wider)
        places = places if len(places) >= len(wider[0]) - names else []
        reason = Message("decimal.split_wider", cells=max(map(len, wider)), names=names)
    if places:
        whole, digits = (cell.strip() for cell in wider[0][places[0] - 1 : places[0] + 1])
        raise Refused(Message("decimal.split", reason=reason, whole=whole, digits=digits))


def _split(row: list[str]) -> list[int]:
    """Return the places of digits that follow a whole number."""
    pairs = enumerate(pairwise(row), start=1)
    return [place for place, (whole, rest) in pairs if _WHOLE.fullmatch(whole) and _DIGITS.fullmatch(rest.strip())]


def _are_trimmed(rows: list[list[str]], names: int) -> bool:
    """Whether the cells that are too many may be decimals whose last zeros were dropped.

    None ends in 0 then, or the rows differ in length, since whole numbers came without a comma.
    """
    varied = len(set(map(len, rows))) > 1
    return all(
        sum(varied or not _digits(row[place]).endswith("0") for place in _split(row)) >= len(row) - names
        for row in rows
    )


def _fixed(rows: list[list[str]]) -> list[int]:
    """Return the places that hold the same number of digits after a whole number in all rows, none beside another."""
    places: list[int] = []
    for place in sorted(set.intersection(*(set(_split(row)) for row in rows))):
        if len({len(_digits(row[place])) for row in rows}) == 1 and places[-1:] != [place - 1]:
            places.append(place)
    return places


def _digits(cell: str) -> str:
    found = _DIGITS.fullmatch(cell.strip())
    return found[1] if found else ""


def _begin_with_zero(cells: list[str]) -> bool:
    """Whether digits of one length begin with 0 at times, and are no month, day, hour or minute."""
    digits = [_digits(cell) for cell in cells]
    length = len(digits[0])
    high = max(map(int, digits)) >= _HIGH * 10**length
    return length > 1 and high and any(text.startswith("0") for text in digits)


def _are_numbered(rows: list[list[str]], names: int) -> bool:
    """Whether every row has one cell too many and the first counts the rows, as R writes them without a name."""
    if len(rows) < 2 or any(len(row) != names + 1 or not row[0].strip().isdecimal() for row in rows):
        return False
    return all(int(after[0]) == int(before[0]) + 1 for before, after in pairwise(rows))
