"""Rows without a time: numbered from a stated start by a stated step, or the owner is asked for both."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from core.data.choices import Choices, Question
from core.data.reading.cells import is_missing, number
from core.data.reading.numerals import FIRST_YEAR, LAST_YEAR
from core.data.reading.timestamps import says_time
from core.data.report import Notes, Refused, some
from core.data.step import Step

START = Question("start", "When is the first row? Write it as 2024-01-31 13:00.")
STEP = Question(
    "step",
    "How far are the rows apart? Write 15min, 1h, 1D or 7D, B for working days, MS, QS or YS for the calendar.",
)


def number_rows(frame: pd.DataFrame, choices: Choices, notes: Notes) -> pd.Series:
    """Return the stamps of the rows by the stated start and step.

    Raises
    ------
    Refused
        When they are not stated, cannot be read, or do not fit each other; with the questions to ask.
    """
    if not choices.start and not choices.step:
        raise Refused(
            f"{_why(frame)} Or state when the first row is and how far rows are apart "
            "(on the page, or --start and --step).",
            START,
            STEP,
        )
    if not choices.step:
        raise Refused("The start is stated and the step is not; state both.", START, STEP)
    if not choices.start:
        raise Refused("The step is stated and the start is not; state both.", START, STEP)
    start, step = _start(choices.start), _step(choices.step)
    _check_fit(start, step, len(frame))
    stamps = step.after(start, len(frame) - 1).insert(0, start)
    notes.found.append(
        f"No time column; rows numbered from {start}, each {step.text} after the one before, as stated."
    )
    return pd.Series(stamps, index=frame.index, dtype="datetime64[us]")


def _start(text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(datetime.fromisoformat(text.strip()).replace(tzinfo=None)).as_unit("us")
    except ValueError as error:
        raise Refused(
            f"The start {text[:30]!r} cannot be read as a time; write it as 2024-01-31 13:00.", START, STEP
        ) from error


def _step(text: str) -> Step:
    try:
        return Step.from_text(text)
    except ValueError as error:
        raise Refused(str(error), START, STEP) from error


def _check_fit(start: pd.Timestamp, step: Step, rows: int) -> None:
    if start.day_of_week not in step.weekdays:
        raise Refused(
            f"The start {start:%Y-%m-%d} is a {start:%A} and the step is {step.text}; state a day of these.",
            START,
            STEP,
        )
    if step.month_end and not start.is_month_end:
        raise Refused(
            f"The start {start:%Y-%m-%d} does not end its month and the step is {step.text}; state one that "
            "does, or MS, QS or YS.",
            START,
            STEP,
        )
    last = start.year + rows * step.length.total_seconds() * 7 / len(step.weekdays) / (365.2425 * 86_400)
    if start.year < FIRST_YEAR or last > LAST_YEAR:
        raise Refused(
            f"{rows:,} rows, each {step.text} after the one before, would run from {start.year} to {last:.0f}, and years "
            f"from {FIRST_YEAR} to {LAST_YEAR} can be held; state another start or step.",
            START,
            STEP,
        )


def _why(frame: pd.DataFrame) -> str:
    """Return why no column is the time: the column nearest to one with a cell of it, or which columns there are."""
    nearest = min(
        (name for name in frame.columns if _nearness(frame[name])),
        key=lambda name: -_nearness(frame[name]),
        default=None,
    )
    if nearest is None:
        return f"No column can be read as time; the columns are {some([repr(name) for name in frame.columns])}."
    example = next(str(cell).strip()[:40] for cell in frame[nearest] if not is_missing(cell))
    return (
        f"No column can be read as time: {nearest!r} looks like it and {example!r} cannot be read; write it as "
        "2024-01-31 13:00."
    )


def _nearness(cells: pd.Series) -> float:
    """Return how much a column of texts looks like dates, 0 to 2."""
    present = [str(cell).strip() for cell in cells.iloc[:300] if not is_missing(cell)]
    if cells.dtype == np.float64 or not present:
        return 0.0
    alike = np.mean([_looks_dated(text) for text in present])
    return float(alike) + says_time(str(cells.name))


def _looks_dated(text: str) -> bool:
    groups = "".join(letter if letter.isdigit() else " " for letter in text).split()
    return len(groups) >= 2 and number(text) is None
