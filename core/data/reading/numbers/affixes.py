"""What stands around a number in its cell: a unit, a currency, K or Mio, and the signs of a negative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.data.reading.numbers.cells import LONGEST, is_dash, usual_signs
from core.text.message import Message

_SIGNS = "$€£¥₩₹₽₺₫₪₱฿￦￥"
_MONEY = (
    rf"[A-Z]{{0,2}}[{_SIGNS}]|원|円|元|zł|Kč|Ft|lei|(?:Rs|Fr|[Kk]r)\.?|EUR|USD|GBP|CHF|JPY|KRW|CNY|RMB|INR|AUD|CAD|NZD|"
    "SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|BRL|MXN|CLP|ZAR|SGD|HKD|TWD|THB|IDR|MYR|PHP|VND|ILS|AED|SAR"
)
_BODY = r"[.,]?\d(?:[\d.,' ]*\d)?[.,]?(?:[eE][+-]?\d+(?!\w))?"
_UNIT = rf"\s*(?:[^\W\d_]|[%‰°℃℉µ㎀-㏿{_SIGNS}])[^:;|<>=()]{{0,14}}"
_CELL = re.compile(rf"([+-]?)\s*({_MONEY})?\s*([+-]?)({_BODY})((?!.*\s\d)(?:{_UNIT}))?")
_MINUS_AFTER = re.compile(rf"[^+-]*\d\s?-(?:\s*(?:{_MONEY}))?")
_ZERO = re.compile(rf"({_MONEY})?\s*-+\s*({_MONEY})?")
_DASH_ALONE = Message("habit.dash")
_IN_PARENTHESES = Message("habit.parentheses")
_MINUS_BEHIND = Message("habit.minus_after")
_FACTORS = {
    **dict.fromkeys(("k", "tsd", "tys", "тыс", "thousand", "천", "千"), 1e3),
    **dict.fromkeys(("만", "万", "萬"), 1e4),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 1e5),
    **dict.fromkeys(("mn", "mio", "mln", "млн", "million", "millions", "백만"), 1e6),
    **dict.fromkeys(("crore", "crores"), 1e7),
    **dict.fromkeys(("억", "亿", "億"), 1e8),
    **dict.fromkeys(("bn", "mrd", "mld", "mlrd", "млрд", "billion", "billions", "십억"), 1e9),
    **dict.fromkeys(("조", "兆", "trillion"), 1e12),
}
_OF_MONEY = {"T": 1e3, "Md": 1e9, "Mds": 1e9}  # before a currency only: 5 T€ are 5,000 €
_LETTERS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}  # as capitals only: 5 m are metres
_SYMBOLS = frozenset("KBT")  # alone and after a space: kelvin, bytes, tesla
_FLAG = re.compile(r"[bcdefinprsuz]{1,3}")  # of statistical offices: p provisional, e estimated, b break


@dataclass(frozen=True)
class Parts:
    """A cell that is a number with something around it.

    Attributes
    ----------
    body : str
        The number, with its sign.
    before, after : str
        A currency before, anything after it (with its space).
    habit : Message or None
        What bookkeepers write otherwise and how it was read, as a clause; None where there is nothing such.
    """

    body: str
    before: str = ""
    after: str = ""
    habit: Message | None = None


def parts_of(text: str) -> Parts | None:
    """Return the parts of a cell, None when it holds no number or more than one.

    >>> parts_of("$(1,234)").body, parts_of("12.5 kW").after, parts_of("10/03/2004"), parts_of("18:00")
    ('-1,234', ' kW', None, None)
    """
    if len(text) > LONGEST or "_" in text:
        return None
    dash = is_dash(text)
    text = usual_signs(text)
    habit: Message | None = None
    if (zero := _ZERO.fullmatch(text)) and (dash or zero[1] or zero[2]):
        return Parts("0", zero[1] or zero[2] or "", habit=_DASH_ALONE)
    if "(" in text and re.fullmatch(r"[^\d(]*\([^()]+\)\s*\S*", text):
        text, habit = text.replace("(", "", 1).replace(")", "", 1), _IN_PARENTHESES
    elif _MINUS_AFTER.fullmatch(text):
        text, habit = text.replace("-", "", 1), _MINUS_BEHIND
    found = _CELL.fullmatch(text.strip())
    if found is None or (found[1] and found[3]):
        return None
    sign, before, second, body, after = (part or "" for part in found.groups())
    if habit and (sign or second):
        return None
    return Parts("-" + body if habit else sign + second + body, before, after, habit)


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
    flags : frozenset of str
        Letters after few of the numbers that say how these came about.
    """

    unit: str
    before: str
    factors: dict[str, float]
    flags: frozenset[str] = frozenset()

    def factor(self, parts: Parts) -> float | None:
        """Return what a number is multiplied with; None when what stands around it is not the column's own."""
        if parts.before not in ("", self.before):
            return None
        after = parts.after.strip()
        if after in self.factors:
            return self.factors[after]
        return 1.0 if after in ("", self.unit) or after in self.flags else None


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
    few = 2 * after[""] > after.total()
    if len(words) == 1 and not few:
        return Affixes(next(iter(words)), currency, {})
    flags = frozenset(word for word in words if few and _FLAG.fullmatch(word))
    return Affixes(currency, currency, {}, flags)


def _only(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ""


def _split(word: str) -> tuple[float, str] | None:
    """Return the factor and the currency of "K", "Mio. €" or "억원"; None for any other word."""
    found = re.fullmatch(rf"([^\W\d_]+?)\.?\s*({_MONEY})?", word)
    if found is None:
        return None
    of_money = _OF_MONEY.get(found[1]) if found[2] else None
    factor = of_money or _LETTERS.get(found[1]) or _FACTORS.get(found[1].lower())
    return (factor, found[2] or "") if factor else None
