"""The reading of a column of dates: the writing that fits, and which of several fits best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from core.data.choices import DAY_FIRST, MONTH_FIRST, Choices, Option, Question
from core.data.reading.times.coverage import coverage, regularity
from core.data.reading.times.writings import Reading, fitting, read
from core.data.report import Notes
from core.text.message import Message, some_of

ENOUGH = 0.9  # share of readable cells from which a column counts as time
_SAMPLE = 300
_NEAR = 0.99  # of the best coverage: what comes so near fits as well
_AS_EVEN = 0.1  # share of usual steps by which equals may differ
_CENTURY = 100
_LAST_NEAR_YEAR = 2030  # two-digit years beyond it may mean the century before
_MONTHS = (
    *(Message("month.january"), Message("month.february"), Message("month.march"), Message("month.april")),
    *(Message("month.may"), Message("month.june"), Message("month.july"), Message("month.august")),
    *(Message("month.september"), Message("month.october"), Message("month.november"), Message("month.december")),
)
WEEKDAYS = (
    *(Message("weekday.monday"), Message("weekday.tuesday"), Message("weekday.wednesday")),
    *(Message("weekday.thursday"), Message("weekday.friday"), Message("weekday.saturday"), Message("weekday.sunday")),
)


def sample_of(texts: pd.Series) -> pd.Series:
    """Return some hundred of the cells that hold something, spread over the whole column."""
    present = texts[texts != ""]
    return present.iloc[:: max(1, len(present) // _SAMPLE)]


def read_dates(texts: pd.Series, choices: Choices, notes: Notes) -> pd.Series | None:
    """Return stamps by the known writing that reads most cells and fills the time axis best; None if none fits.

    The cells come stripped, "" where there is none. The writing is told under `found`; hours 24 and cells without a
    clock under `mended`.
    """
    sample = sample_of(texts)
    candidates = fitting(list(sample), ENOUGH)
    likely = [writing for writing in candidates if read(sample, writing).stamps.notna().mean() >= ENOUGH]
    readings = [_in_century(read(texts, writing)) for writing in likely]
    if not readings:
        return None
    most = max(reading.stamps.notna().sum() for reading in readings)
    equals = [reading for reading in readings if reading.stamps.notna().sum() == most]
    best = best_fit(
        [(reading.writing.words, reading.stamps) for reading in equals],
        lambda place: _order(equals[place]),
        texts,
        choices,
        notes,
    )
    _tell(equals[best], notes)
    return equals[best].stamps


def best_fit(
    readings: Sequence[tuple[str, pd.Series]],
    order: Callable[[int], str],
    texts: pd.Series,
    choices: Choices,
    notes: Notes,
) -> int:
    """Return the place of the reading (words, stamps) that fills the time axis best; the first of equals.

    The owner's choice of day or month first goes before that. Without one, where equals differ in it, a question is
    raised.
    """
    near = _nearest([stamps for _, stamps in readings])
    best = next((place for place in range(len(readings)) if choices.dates and order(place) == choices.dates), near[0])
    words, stamps = readings[best]
    rivals = [place for place, (other, read) in enumerate(readings) if other != words and not read.equals(stamps)]
    turned = [place for place in rivals if place in near and {order(place), order(best)} == {DAY_FIRST, MONTH_FIRST}]
    written = Message("time.written", words=words)
    if rivals:
        reason = Message("time.fuller")
        if choices.dates and order(best) == choices.dates:
            reason = Message("time.as_stated", order=choices.dates)
        elif set(rivals) & set(near):
            reason = Message("time.both_fit", order=order(best)) if order(best) else Message("time.usual_one")
        others = some_of(sorted({readings[place][0] for place in rivals}))
        written = Message("time.written_or", words=words, others=others, reason=reason)
    if turned and not choices.dates:
        notes.questions.append(_question(texts, {order(place): readings[place][1] for place in (best, turned[0])}))
    notes.found.append(written)
    return best


def _nearest(readings: Sequence[pd.Series]) -> list[int]:
    """Return the places of the readings that fill the time axis best, in their order; of equals, the more regular.

    Of days that repeat, with a clock beside them or several series, the closest ones are nearest: by the other order
    of day and month, the days of a week are the first of seven months.
    """
    if len(readings) == 1:
        return [0]
    shares = [coverage(stamps) for stamps in readings]
    near = [place for place, share in enumerate(shares) if share >= _NEAR * max(shares)]
    if len(near) > 1:
        even = {place: regularity(readings[place]) for place in near}
        near = [place for place in near if even[place] >= max(even.values()) - _AS_EVEN]
    if readings[near[0]].nunique() > readings[near[0]].notna().sum() / 2:
        return near
    spans = {place: readings[place].max() - readings[place].min() for place in near}
    return [place for place in near if spans[place] == min(spans.values())]


def _order(reading: Reading) -> str:
    """Return whether day or month comes first, "" where the year does or the month is a word."""
    date = reading.writing.date
    if "%d" not in date or "%m" not in date or date.lower().startswith("%y"):
        return ""
    return DAY_FIRST if date.startswith("%d") else MONTH_FIRST


def _question(texts: pd.Series, readings: dict[str, pd.Series]) -> Question:
    first, other = readings.values()
    place = ((first != other) & first.notna() & other.notna()).to_numpy().argmax()
    example = str(texts.iloc[place])
    options = [
        Option(order, Message("time.day_read", example=example, day=_day_of(stamps.iloc[place])))
        for order, stamps in readings.items()
    ]
    return Question("dates", Message("time.day_or_month", example=example), tuple(options), options[0].value)


def _day_of(stamp: pd.Timestamp) -> Message:
    """Return the day of a stamp.

    >>> str(_day_of(pd.Timestamp("2024-03-01 13:00")))
    '1 March 2024'
    """
    return Message("time.day", day=stamp.day, month=_MONTHS[stamp.month - 1], year=stamp.year)


def _in_century(reading: Reading) -> Reading:
    """Return two-digit years of the far future a century earlier where the time axis is fuller so.

    strptime reads 69 to 99 as 1969 to 1999: a series that begins earlier would be torn apart.
    """
    late = reading.stamps.dt.year > _LAST_NEAR_YEAR
    if "%y" not in reading.writing.date or not late.any():
        return reading
    moved = reading.stamps.where(~late, reading.stamps - pd.DateOffset(years=_CENTURY))
    if coverage(moved) <= coverage(reading.stamps):
        return reading
    return Reading(reading.writing, moved.astype("datetime64[us]"), reading.late, reading.bare)


def _tell(reading: Reading, notes: Notes) -> None:
    if "%y" in reading.writing.date:
        years = reading.stamps.dt.year
        notes.found.append(Message("time.short_years", first=years.min(), last=years.max()))
    tell_late(reading.late, notes)
    if reading.bare:
        notes.mended.append(Message("time.without_clock", n=reading.bare))


def tell_late(times: int, notes: Notes) -> None:
    """Tell that hour 24 was read as midnight."""
    if times:
        notes.mended.append(Message("time.late", n=times))
