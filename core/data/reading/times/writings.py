"""Known writings of a date with its clock, and the cells that keep to one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

import pandas as pd

from core.data.step import DAY

_DATES = (  # in the usual order: where two fit equally, the first is taken
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y %m %d", "%Y%m%d", "%Y년%m월%d일"),
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%y/%m/%d", "%y.%m.%d"),
    *("%d-%b-%Y", "%d %b %Y", "%d/%b/%Y", "%b %d %Y", "%d %B %Y", "%B %d %Y", "%Y-%b-%d", "%d%b%Y", "%d%b%y"),
    *("%Y_%m_%d", "%y%m%d", "%Y-%j", "%d-%b-%y", "%d %b %y"),
    *("%Y-%m", "%Y/%m", "%Y.%m", "%Y년%m월", "%YM%m", "%Y-M%m", "%m/%Y", "%m-%Y", "%m.%Y"),
    *("%b-%Y", "%b %Y", "%B %Y", "%B-%Y", "%Y-%b", "%Y %b", "%Y%b", "%b%Y", "%Y %B", "%b-%y", "%b %y"),
)
_PARTS = {"%Y": "year", "%y": "year", "%m": "month", "%b": "month", "%B": "month", "%d": "day"}
_OTHER_WORDS = {  # where what stands between the parts says too much or too little
    **{"%Y년%m월%d일": "year-month-day (Korean)", "%Y년%m월": "year-month (Korean)"},
    **{"%Y-%j": "year and day of the year", "%YM%m": "year and month", "%Y-M%m": "year and month"},
    **{"%Y%b": "year month", "%b%Y": "month year"},
}
_CLOCKS = (
    "",
    *("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H:%M:%S,%f", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", "%I %p"),
    *("%I.%M.%S %p", "%I.%M.%S.%f %p", "%H.%M.%S", "%H.%M", "%H-%M-%S", "%H-%M", "%H%M%S", "%H%M", "%H"),
    *("%H시%M분%S초", "%H시%M분", "%H시", "%I시%M분 %p", "%I시 %p"),
)
_JOINTS = (" ", "T", "_", ":", "-", ".")
_PATTERNS = {
    **{"%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%j": r"\d{3}"},
    **{"%b": r"[A-Za-z]{3}", "%B": r"[A-Za-z]{3,9}"},
    **{"%H": r"\d{1,2}", "%I": r"\d{1,2}", "%M": r"\d{2}", "%S": r"\d{2}", "%f": r"\d{1,9}", "%p": r"[AaPp][Mm]"},
}
_DIRECTIVE = re.compile("(%.)")
_DAY_OF = re.compile("%[dj]")  # a month has no clock
_SIX_DIGITS = "%y%m%d"  # alone, or before a hyphen, they are as well a year and a month


@dataclass(frozen=True)
class Writing:
    """A date and a clock, as strptime knows them.

    Attributes
    ----------
    date, joint, clock : str
        The clock is "" where only dates are written.
    """

    date: str
    joint: str
    clock: str

    @property
    def words(self) -> str:
        """The date in words."""
        parts = (_PARTS.get(part, part) for part in _DIRECTIVE.split(self.date))
        return _OTHER_WORDS.get(self.date) or "".join(parts)

    @property
    def form(self) -> str:
        """The whole format."""
        return self.date + self.joint + self.clock

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a cell looks like: stricter than strptime, which takes 2010 as 20 h 10 min or as 2 h 0 min 10 s."""
        return re.compile(_pattern(self.date + self.joint) + _pattern(self.clock, adjacent=self.clock[2:3] == "%"))

    @cached_property
    def late(self) -> re.Pattern[str]:
        """A cell of hour 24, which is midnight."""
        zeros = re.sub("%[MSf]", "0+", re.escape(self.clock).replace("%H", "", 1))
        return re.compile(f"({_pattern(self.date + self.joint)})24({zeros})")


def _pattern(form: str, *, adjacent: bool = False) -> str:
    parts = [_PATTERNS.get(part, re.escape(part)) for part in _DIRECTIVE.split(form)]
    text = "".join(parts)
    return text.replace("{1,2}", "{2}") if adjacent or form.lower().startswith("%y%m%d") else text


@dataclass(frozen=True)
class Reading:
    """A column's cells read by one writing.

    Attributes
    ----------
    stamps : Series
        Without zone, in microseconds; NaT where a cell is not written so.
    late : int
        Cells of hour 24, read as midnight of the next day.
    bare : int
        Cells without the clock that the others have, read as midnight.
    """

    writing: Writing
    stamps: pd.Series
    late: int = 0
    bare: int = 0


def fitting(sample: Sequence[str], share: float) -> list[Writing]:
    """Return the writings that at least a share of the cells look like, in the usual order.

    The commonest signs of the sample decide, so that a unit under the name or a total below does not matter.
    """
    signs = [_signs(text) for text in sample]
    usual = max(set(signs), key=lambda own: (signs.count(own), len(own)), default="")
    alike = [text for text, own in zip(sample, signs, strict=True) if own == usual]
    return [
        writing
        for writing in _by_signs().get(usual, ())
        if sum(map(bool, map(writing.pattern.fullmatch, alike))) >= share * len(alike)
    ]


def read(texts: pd.Series, writing: Writing) -> Reading:
    """Return what a writing makes of stripped cells, "" where there is none."""
    stamps = _stamps(texts, writing.form)
    failed = stamps.isna() & (texts != "")
    if not writing.clock or not failed.any():
        return Reading(writing, stamps)
    rest = texts[failed]
    late = rest[rest.map(lambda text: "%H" in writing.clock and writing.late.fullmatch(text) is not None)]
    bare = _stamps(rest.drop(late.index), writing.date).dropna()
    midnights = _stamps(late.map(lambda text: writing.late.sub(r"\g<1>00\g<2>", text)), writing.form) + DAY
    stamps[late.index] = midnights
    stamps[bare.index] = bare
    return Reading(writing, stamps, int(midnights.notna().sum()), len(bare))


def _stamps(texts: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[us]")


@cache
def _by_signs() -> dict[str, list[Writing]]:
    known: dict[str, list[Writing]] = {}
    for date, clock, joint in product(_DATES, _CLOCKS, _JOINTS):
        shortest = date == _SIX_DIGITS
        if clock and (not _DAY_OF.search(date) or (shortest and joint != _JOINTS[0])):
            continue
        if clock or (joint == _JOINTS[0] and not shortest):
            writing = Writing(date, joint if clock else "", clock)
            known.setdefault(_signs(_DIRECTIVE.sub("", writing.form)), []).append(writing)
    known[":"].append(Writing("%Y%m%d", "", "%H:%M"))
    return known


def _signs(text: str) -> str:
    """Return what is neither letter nor digit: "-- ::" of a date and time; sorts out most writings at once."""
    return "".join(letter for letter in text if not letter.isalnum())
