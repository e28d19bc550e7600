"""Days as messages: the month and the day of the week in words, in whichever language they are told."""

from __future__ import annotations

import pandas as pd

from core.text.message import Message

MONTHS = (
    Message("month.january"),
    Message("month.february"),
    Message("month.march"),
    Message("month.april"),
    Message("month.may"),
    Message("month.june"),
    Message("month.july"),
    Message("month.august"),
    Message("month.september"),
    Message("month.october"),
    Message("month.november"),
    Message("month.december"),
)
WEEKDAYS = (
    Message("weekday.monday"),
    Message("weekday.tuesday"),
    Message("weekday.wednesday"),
    Message("weekday.thursday"),
    Message("weekday.friday"),
    Message("weekday.saturday"),
    Message("weekday.sunday"),
)


def day_of(stamp: pd.Timestamp) -> Message:
    """Return the day of a stamp.

    >>> str(day_of(pd.Timestamp("2024-03-01 13:00")))
    '1 March 2024'
    """
    return Message("time.day", day=stamp.day, month=MONTHS[stamp.month - 1], year=stamp.year)
