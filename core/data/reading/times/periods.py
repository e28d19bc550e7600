"""Halves, quarters and weeks of a year, as texts and as numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from core.data.reading.times.coverage import coverage
from core.data.reading.times.dates import ENOUGH, sample_of
from core.data.report import Notes
from core.text.message import Message

_WORD = r"(?:[QqTt]|분기|Quartal|Quarter|Vierteljahr|Vj\.?|[Tt]rimestr[eo]|[Tt]rim\.?)"
_TH = r"(?:\.|er|e|º|°|st|nd|rd|th)?"
QUARTER = rf"(?:[QqTt](?:rim|r)?\.? ?(?P<part>[1-4])|(?P<before>[1-4])(?:{_TH} ?{_WORD}|/4)|(?P<roman>IV|I{{1,3}}))"
_HALF = r"(?:[SH](?P<part>[12])|(?P<before>[12])\.? ?(?:[HS]|Halbjahr|Hj\.?|semestre))"
WEEK = r"(?:[WwSs](?:eek|k|em)?|KW)[ \-]?(?P<part>\d{1,2})"
_YEAR = r"(?P<year>\d{4})년?"
_APART = r"[ \-_/.:,']*(?:de )?"
_SHORT_YEAR = r"(?P<year>\d{4}|\d{2})"
_QUARTERS = (re.compile(f"{_YEAR}{_APART}{QUARTER}"), re.compile(f"{QUARTER}{_APART}{_SHORT_YEAR}"))
_HALVES = (re.compile(f"{_YEAR}{_APART}{_HALF}"), re.compile(f"{_HALF}{_APART}{_SHORT_YEAR}"))
_WEEKS = (re.compile(rf"{_YEAR}{_APART}{WEEK}(?:-[1-7])?"), re.compile(rf"{WEEK}{_APART}(?P<year>\d{{4}})"))
_TWO_YEARS = re.compile(r"(?P<year>\d{4}) ?[-/–] ?(?P<part>\d{4}|\d{2})")  # 2023-24, a season or a fiscal year
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
PIVOT = 69  # of years of two digits, as strptime reads them: 69 is 1969 and 68 is 2068


def from_periods(texts: pd.Series, notes: Notes) -> pd.Series | None:
    """Return the first day of each cell's half, quarter or week of a year; None when the cells are neither."""
    sample = sample_of(texts)
    for patterns, read in ((_HALVES, _from_halves), (_QUARTERS, from_quarters), (_WEEKS, from_weeks)):
        for pattern in patterns:
            if len(sample) and sample.map(lambda text, own=pattern: own.fullmatch(text) is not None).mean() >= ENOUGH:
                found = texts.str.extract(rf"^(?:{pattern.pattern})$")
                year = pd.to_numeric(found["year"])
                return read(year.mask(year < 100, year + 1900 + 100 * (year < PIVOT)), numbers_of(found), notes)
    return _from_two_years(texts, notes)


def _from_two_years(texts: pd.Series, notes: Notes) -> pd.Series | None:
    """Return the first of January of the former of two years; None when the cells are no years that follow."""
    found = texts.str.extract(rf"^(?:{_TWO_YEARS.pattern})$").astype(np.float64)
    follows = (found["part"] % 100 == (found["year"] + 1) % 100) & (found["part"] < found["year"] + 2)
    if not len(texts) or follows.mean() < ENOUGH:
        return None
    notes.found.append(Message("period.double_years", example=str(texts.iloc[0])))
    return from_months(found["year"].where(follows), follows.astype(np.float64))


def numbers_of(found: pd.DataFrame) -> pd.Series:
    """Return the number of a quarter, a half or a week out of what a pattern of this module found."""
    part = pd.to_numeric(found["part"])
    if "before" in found:
        part = part.fillna(pd.to_numeric(found["before"]))
    return part.fillna(found["roman"].map(_ROMAN)) if "roman" in found else part


def _from_halves(year: pd.Series, half: pd.Series, notes: Notes) -> pd.Series:
    notes.found.append(Message("period.halves"))
    return from_months(year, half.where(half.between(1, 2)) * 6 - 5)


def from_quarters(year: pd.Series, quarter: pd.Series, notes: Notes) -> pd.Series:
    """Return the first day of quarters 1 to 4; NaT for other numbers."""
    notes.found.append(Message("period.quarters"))
    return from_months(year, quarter.where(quarter.between(1, 4)) * 3 - 2)


def from_months(year: pd.Series, month: pd.Series) -> pd.Series:
    """Return the first day of months 1 to 12; NaT for other numbers."""
    right = month.between(1, 12) & year.between(1, 9999) & (year % 1 == 0) & (month % 1 == 0)
    months = (year.where(right, 1970) - 1970) * 12 + month.where(right, 1) - 1
    stamps = months.to_numpy(np.int64).astype("datetime64[M]").astype("datetime64[us]")
    return pd.Series(stamps, index=year.index).where(right)


def from_weeks(year: pd.Series, week: pd.Series, notes: Notes) -> pd.Series:
    """Return the Monday of weeks 1 to 53 of a year, counted so that more of the time axis is filled.

    Week 1 is the first with four days of its year: weeks begin on Monday by ISO 8601, and on Sunday as health
    authorities of the United States count them, which differs in the years whose 4 January is a Sunday.
    """
    right = week.between(1, 53) & year.between(1, 9999) & (year % 1 == 0) & (week % 1 == 0)
    fourth = from_months(year.where(right), week.where(right) * 0 + 1) + pd.Timedelta(days=3)
    weekday = fourth.dt.day_of_week.astype(np.float64)
    monday = _after(fourth, -weekday, week)
    sunday_weeks = _after(fourth, 1 - (weekday + 1) % 7, week)
    if coverage(sunday_weeks) > coverage(monday) or sunday_weeks.nunique() > monday.nunique():
        notes.found.append(Message("period.weeks_of_us"))
        return sunday_weeks
    notes.found.append(Message("period.weeks"))
    return monday


def _after(fourth: pd.Series, days: pd.Series, week: pd.Series) -> pd.Series:
    """Return the day of a week that stands `days` from the fourth of January in week 1."""
    return (fourth + pd.to_timedelta(days + (week - 1) * 7, unit="D")).astype("datetime64[us]")
