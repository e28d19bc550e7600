"""Rows without a time: numbered from a stated start by a stated step, or the owner is asked for both."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import pandas as pd

from core.data.choices import Choices, Question
from core.data.reading.numbers.cells import LONGEST, is_missing
from core.data.reading.times.dates import WEEKDAYS, read_dates
from core.data.reading.times.freeform import is_date
from core.data.reading.times.monthwords import in_english
from core.data.reading.times.numerals import FIRST_YEAR, LAST_YEAR
from core.data.reading.times.timestamps import says_time
from core.data.report import Notes, Refused
from core.data.spans import step_of
from core.data.step import MONTH_END, Step
from core.text.message import Message, message_of, some_of

_QUESTIONS = (Question("start", Message("numbered.start")), Question("step", Message("numbered.step")))
_SAMPLE = 300
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_LEAST_ROWS = 48  # of a series
_NUMBERS = re.compile(r"\d+(?:\.\d+(?![\d.]))?")  # 1.5 is one number, 1.5.2020 are three
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


def number_rows(frame: pd.DataFrame, choices: Choices, notes: Notes) -> tuple[pd.Series, list[str]]:
    """Return the stamps of the rows by the stated start and step, and the columns that are not time.

    Several series below each other may each count their rows in one column, which then numbers them.

    Raises
    ------
    Refused
        When they are not stated, cannot be read, or do not fit each other; with the questions to ask.
    """
    if not choices.start and not choices.step:
        raise Refused(Message("numbered.no_time", nearest=_nearest(frame)), *_QUESTIONS)
    if not choices.start or not choices.step:
        start_or_step = (Message("numbered.a_start"), Message("numbered.a_step"))
        given, lacking = start_or_step if choices.start else start_or_step[::-1]
        raise Refused(Message("numbered.one_lacking", given=given, lacking=lacking), *_QUESTIONS)
    try:
        start = _start_of(choices.start, choices)
        step = _step_of(choices.step, start)
    except ValueError as error:
        raise Refused(message_of(error), *_QUESTIONS) from error
    counter = next((name for name in frame.columns if _counts_series(frame[name])), None)
    numbers = frame[counter] - frame[counter].min() if counter else pd.Series(range(len(frame)), index=frame.index)
    places = numbers.to_numpy(np.int64)
    rows = int(places.max()) + 1
    if misfit := _misfit(start, step, rows):
        raise Refused(misfit, *_QUESTIONS)
    stamps = step.after(start, rows - 1).insert(0, start)
    if counter:
        notes.found.append(Message("numbered.by_counter", counter=counter, start=str(start), step=step_of(step.text)))
    else:
        notes.found.append(Message("numbered.by_rows", start=str(start), step=step_of(step.text)))
        _warn_of_blocks(frame, notes)
    names = [name for name in frame.columns if name != counter]
    return pd.Series(stamps[places], index=frame.index, dtype="datetime64[us]"), names


def _counts_series(cells: pd.Series) -> bool:
    """Whether a column counts the rows of several series: each from its start, or all step by step."""
    if cells.dtype != np.float64 or cells.isna().any() or (cells % 1 != 0).any():
        return False
    steps = np.diff(cells)
    back = steps < 0
    series = int(back.sum()) + 1
    if (steps[~back] == 1).all():  # one series below the other
        return 1 < series <= len(cells) / _LEAST_ROWS
    often = np.unique(cells, return_counts=True)[1]
    in_turn = not back.any() and bool(np.isin(steps, (0, 1)).all() and (np.diff(often) <= 0).all())
    return in_turn and len(often) >= _LEAST_ROWS


def _warn_of_blocks(frame: pd.DataFrame, notes: Notes) -> None:
    """Warn where a text column names one stretch of rows after the other, as ids of several series do."""
    for name in frame.select_dtypes(object):
        cells = frame[name].map(str)
        labels = list(cells[cells != cells.shift()])
        if 1 < len(labels) == len(set(labels)) <= len(cells) / _LEAST_ROWS:
            notes.warnings.append(
                Message("numbered.blocks", name=str(name), n=len(labels), labels=some_of(labels, most=3))
            )


def _misfit(start: pd.Timestamp, step: Step, rows: int) -> Message | None:
    """Return why so many rows cannot begin at a start with a step, None where they can."""
    day, words = str(start.date()), step_of(step.text)
    if start.day_of_week not in step.weekdays:
        return Message("numbered.other_day", start=day, weekday=WEEKDAYS[start.day_of_week], step=words)
    if step.day == MONTH_END and not start.is_month_end:
        return Message("numbered.no_month_end", start=day, step=words)
    year = start.year
    last = year + rows * 7 / len(step.weekdays) * (step.length / pd.Timedelta(days=365.2425))
    if FIRST_YEAR <= year and last <= LAST_YEAR:
        return None
    return Message(
        "numbered.beyond", rows=rows, step=words, first=year, last=last, first_year=FIRST_YEAR, last_year=LAST_YEAR
    )


def _nearest(frame: pd.DataFrame) -> Message:
    """Return which column is nearest to a time and a cell of it, or which columns there are, as a clause."""
    samples = {name: _sample(frame[name]) for name in frame.columns}
    nearness = {name: _nearness(name, texts) for name, texts in samples.items()}
    nearest = max(nearness, key=lambda name: nearness[name])
    if not nearness[nearest]:
        return Message("nearest.none", columns=some_of([repr(name) for name in frame.columns]))
    example = next((text for text in samples[nearest] if not is_date(text)), samples[nearest][0])
    if frame[nearest].nunique() == 1:
        return Message("nearest.same", column=nearest, example=example[:40])
    return Message("nearest.fault", column=nearest, example=example[:40], fault=_fault(example))


def _fault(example: str) -> Message:
    """Return what is wrong with a cell that looks like a time."""
    clock = _CLOCK.search(example)
    date = example[: clock.start()].strip() if clock else example
    if not date:
        return Message("fault.no_date")
    groups = _NUMBERS.findall(date)
    if clock and len(groups) == 2 and max(map(len, groups)) == 2:
        return Message("fault.no_year")
    return Message("fault.unread")


def _sample(cells: pd.Series) -> list[str]:
    """Return some cells of a column as texts."""
    if cells.dtype == np.float64:
        return [f"{cell:.15g}" for cell in cells.iloc[:_SAMPLE].dropna()]
    return [str(cell)[:LONGEST].strip() for cell in cells.iloc[:_SAMPLE] if not is_missing(cell)]


def _nearness(name: str, texts: list[str]) -> float:
    """Return how much a column looks like dates, 0 to 2: by its cells, and by its name."""
    return float(np.mean([len(_NUMBERS.findall(text)) >= 2 for text in texts])) + says_time(name) if texts else 0.0


def _start_of(text: str, choices: Choices) -> pd.Timestamp:
    """Return a stated start: as ISO 8601, or in any writing that leaves no doubt which number is the day.

    >>> _start_of("31.01.2024 13:00", Choices()), _start_of("March 2024", Choices())
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


def _step_of(text: str, start: pd.Timestamp) -> Step:
    """Return a stated step; rows by months stand on the day of the month on which they start.

    >>> _step_of("1 hour", pd.Timestamp("2024-01-01")).text, _step_of("M", pd.Timestamp("2024-01-31")).text
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
