"""Start and step of rows without a time, as their owner writes them."""

from __future__ import annotations

import re
from datetime import datetime

import pandas as pd

from core.data.choices import Choices
from core.data.reading.times.dates import read_dates
from core.data.reading.times.monthwords import in_english
from core.data.report import Notes
from core.data.step import MONTH_END, Step
from core.text.message import Message

_UNITS = {  # what from_text of Step knows, by what people write besides
    "s": ("sec", "secs", "second", "seconds", "sekunde", "sekunden"),
    "min": ("t", "mins", "minute", "minutes", "minuten", "minutely"),
    "h": ("hr", "hrs", "hour", "hours", "hourly", "std", "stunde", "stunden"),
    "D": ("d", "day", "days", "daily", "tag", "tage"),
    "W": ("w", "week", "weeks", "weekly", "woche", "wochen"),
    "B": ("b", "business day", "business days", "working day", "working days", "weekdays"),
}
_MONTHS = {
    1: ("m", "month", "months", "monthly", "monat", "monate"),
    3: ("q", "quarter", "quarters", "quarterly", "quartal", "quartale"),
    12: ("y", "a", "year", "years", "yearly", "annual", "annually", "jahr", "jahre"),
}
_WRITTEN = re.compile(r"(\d{1,4})?\s*([a-z][a-z ]*)")
_MINUTES_OR_MONTHS = "m"


def start_of(text: str, choices: Choices) -> pd.Timestamp:
    """Return a stated start: as ISO 8601, or in any writing that leaves no doubt which number is the day.

    Raises
    ------
    ValueError
        In one sentence.

    >>> start_of("31.01.2024 13:00", Choices()), start_of("March 2024", Choices())
    (Timestamp('2024-01-31 13:00:00'), Timestamp('2024-03-01 00:00:00'))
    """
    plain = text.strip()
    if re.fullmatch(r"\d{4}", plain):
        return pd.Timestamp(int(plain), 1, 1).as_unit("us")
    try:
        return pd.Timestamp(datetime.fromisoformat(plain).replace(tzinfo=None)).as_unit("us")
    except ValueError:
        read = read_dates(pd.Series([in_english(plain)], dtype=object), choices, notes := Notes())
    if read is None or pd.isna(read.iloc[0]):
        raise ValueError(Message("stated.unread", start=text[:30]))
    if notes.questions:
        first, second = (option.label.values["day"] for option in notes.questions[0].options)
        days = Message("stated.either", first=first, second=second)
        raise ValueError(Message("stated.several", start=text[:30], days=days))
    return pd.Timestamp(read.iloc[0]).as_unit("us")


def step_of(text: str, start: pd.Timestamp) -> Step:
    """Return a stated step; rows by months stand on the day of the month on which they start.

    Raises
    ------
    ValueError
        In one sentence.

    >>> step_of("1 hour", pd.Timestamp("2024-01-01")).text, step_of("M", pd.Timestamp("2024-01-31")).text
    ('1 hour', "1 month, at the month's end")
    """
    found = _WRITTEN.fullmatch(text.strip().lower())
    if not found or text.lstrip("0123456789 ").strip() == _MINUTES_OR_MONTHS:
        return Step.from_text(text)
    number, word = int(found[1] or 1), found[2].strip()
    for months, words in _MONTHS.items():
        if word in words and number:
            day = MONTH_END if start.is_month_end else start.day
            return Step.by_months(number * months, day=day if day > 28 else 0)
    unit = next((unit for unit, words in _UNITS.items() if word in (unit, *words)), None)
    return Step.from_text(text if unit is None else f"{found[1] or ''}{unit}")
