"""What stands around a number in its cell: a unit, a currency, K or Mio, and the signs of a negative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.data.reading.cells import LONGEST, usual_signs

_MONEY = r"[A-Z]{0,2}[$€£¥₩₹₽₺฿￦￥]|EUR|USD|GBP|CHF|JPY|KRW|CNY|원|円|元"
_BODY = r"[.,]?\d(?:[\d.,' ]*\d)?[.,]?(?:[eE][+-]?\d+(?!\w))?"
_UNIT = r"\s*[^\W\d_][^:;|<>=()]{0,14}|\s*[%‰°℃℉µ$€£¥₩₹₽₺฿￦￥㎀-㏿][^:;|<>=()]{0,14}"
_CELL = re.compile(rf"([+-]?)\s*({_MONEY})?\s*([+-]?)({_BODY})((?!.*\s\d)(?:{_UNIT}))?")
_FACTORS = {
    **dict.fromkeys(("k", "tsd", "thousand", "천", "千"), 1e3),
    **dict.fromkeys(("만", "万", "萬"), 1e4),
    **dict.fromkeys(("mn", "mio", "million", "백만"), 1e6),
    **dict.fromkeys(("억", "亿", "億"), 1e8),
    **dict.fromkeys(("bn", "mrd", "billion", "십억"), 1e9),
    "조": 1e12,
}
_LETTERS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}  # as capitals only: 5 m are metres
_SYMBOLS = frozenset("KBT")  # alone and after a space: kelvin, bytes, tesla


@dataclass(frozen=True)
class Parts:
    """A cell that is a number with something around it.

    Attributes
    ----------
    body : str
        The number, with its sign.
    before, after : str
        A currency before, anything after it (with its space).
    negative : str
        "parentheses" or "minus sign after" where a negative is written so, else "".
    """

    body: str
    before: str = ""
    after: str = ""
    negative: str = ""


def parts_of(text: str) -> Parts | None:
    """Return the parts of a cell, None when it holds no number or more than one.

    >>> parts_of("$(1,234)"), parts_of("12.5 kW").after, parts_of("10/03/2004"), parts_of("18:00")
    (Parts(body='-1,234', before='$', after='', negative='parentheses'), ' kW', None, None)
    """
    if len(text) > LONGEST or "_" in text:
        return None
    text, negative = usual_signs(text), ""
    if "(" in text and re.fullmatch(r"[^\d(]*\([^()]+\)\s*\S*", text):
        text, negative = text.replace("(", "", 1).replace(")", "", 1), "parentheses"
    elif re.fullmatch(r"[^+-]*\d\s?-", text):
        text, negative = text[:-1], "minus sign after"
    found = _CELL.fullmatch(text.strip())
    if found is None or (found[1] and found[3]):
        return None
    sign, before, second, body, after = (part or "" for part in found.groups())
    if negative and (sign or second):
        return None
    return Parts("-" + body if negative else sign + second + body, before, after, negative)


@dataclass(frozen=True)
class Affixes:
    """What a column's numbers have around them.

    Attributes
    ----------
    unit : str
        The one unit or currency of the column; "" where there is none.
    before : str
        The one currency that stands before numbers; "" where there is none, or more than one.
    factors : dict of str to float
        Words after a number that multiply it, as they stand there.
    """

    unit: str
    before: str
    factors: dict[str, float]

    def factor(self, parts: Parts) -> float | None:
        """Return what a number is multiplied with; None when what stands around it is not the column's own."""
        if parts.before not in ("", self.before):
            return None
        after = parts.after.strip()
        if after in self.factors:
            return self.factors[after]
        return 1.0 if after in ("", self.unit) else None


def affixes(counted: Iterable[tuple[Parts, int]], bare: int = 0) -> Affixes:
    """Return what most numbers of a column have around them; `bare` ones have nothing.

    >>> affixes([(Parts("1.2", after="K"), 5), (Parts("3", after="M"), 2)]).factors["M"]
    1000000.0
    >>> affixes([(Parts("293.15", after=" K"), 5)]).unit
    'K'
    """
    after, before = Counter({"": bare}), Counter({"": bare})
    for parts, cells in counted:
        after[parts.after] += cells
        before[parts.before] += cells
    words = dict.fromkeys(word.strip() for word in after if word)
    currency = _only([word for word in before if word])
    apart = all(word[0].isspace() for word in after if word)
    pairs = {word: pair for word in words if (pair := _split(word)) is not None}
    if len(pairs) == len(words) and not (len(words) == 1 and set(words) <= _SYMBOLS and apart):
        unit = currency or _only(sorted({unit for _, unit in pairs.values() if unit}))
        return Affixes(unit, currency, {word: factor for word, (factor, _) in pairs.items()})
    if len(words) == 1 and 2 * after[""] <= after.total():
        return Affixes(next(iter(words)), currency, {})
    return Affixes(currency, currency, {})


def _only(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ""


def _split(word: str) -> tuple[float, str] | None:
    """Return the factor and the currency of "K", "Mio. €" or "억원"; None for any other word."""
    found = re.fullmatch(rf"([^\W\d_]+?)\.?\s*({_MONEY})?", word)
    if found is None:
        return None
    factor = _LETTERS.get(found[1]) or _FACTORS.get(found[1].lower())
    return (factor, found[2] or "") if factor else None
