"""Which columns say the time, which say it again, and what is done where none does."""

import io

import numpy as np
import pandas as pd
import pytest

from core.data.choices import Choices
from core.data.ingest import ingest
from core.data.reading.times.timecolumn import take_time
from core.data.report import Notes, Refused
from core.data.step import Step
from tests.support.files import hourly, refusal, told
from tests.support.timetables import HOURS, read_as, table, times, values

HOUR = pd.Timedelta("1h")


def test_columns_that_say_the_time_again_are_left_out():
    utc = HOURS.tz_localize("UTC")
    frame = pd.DataFrame(
        {
            "utc_timestamp": utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "cet_timestamp": utc.tz_convert("Europe/Berlin").strftime("%Y-%m-%dT%H:%M:%S%z"),
            "unix": utc.astype("int64") // 10**6,
            "load": values(120),
            "ramp": np.arange(120) * 0.3,
        }
    )
    index, report = times(frame.to_csv(index=False))
    assert list(index) == list(HOURS) and {part.name for part in report.left_out} == {"cet_timestamp", "unix"}
    assert [column.name for column in report.columns] == ["load", "ramp"]


def test_a_typical_year_is_read_as_one_year():
    one = pd.date_range("2018-01-01", "2018-12-31 23:00", freq="h")
    years = np.array([2018, 2007, 2011, 2009, 2014, 2006, 2010, 2016, 2006, 2013, 2011, 2008])
    cells = [f"{years[s.month - 1]}{s:%m%d:%H%M}" for s in one]
    report = read_as(table(cells, "time(UTC)"), one, "2018, 2007, 2011, 2009, 2014 and", "typical year")
    assert not report.left_out
    ends = [f"{s:%m/%d/}{years[s.month - 1]}" for s in one]
    content = table(ends, "Date (MM/DD/YYYY)", **{"Time (HH:MM)": [f"{s.hour + 1:02d}:00" for s in one]})
    read_as(content, one + HOUR, "typical year")


def test_years_one_below_the_other_stay_apart():
    late, early = (pd.date_range(f"{year}-03-01", periods=60).strftime("%Y-%m-%d") for year in (2021, 2019))
    stamps, _ = take_time(pd.DataFrame({"date": [*late, *early], "a": 1.5}), Choices(), notes := Notes())
    assert set(stamps.dt.year) == {2019, 2021} and not notes.mended


def numbered(start: str, step: str, content: str | None = None):
    content = content or "Y\n" + "\n".join(map(str, values(100)))
    return ingest(io.BytesIO(content.encode()), "file.csv", Choices(start=start, step=step))


def test_no_time_column_asks_for_start_and_step():
    result = numbered("", "")
    assert "'Y'" in str(result.report.reason) and "--start and --step" in str(result.report.reason)
    assert [(question.key, question.options) for question in result.report.questions] == [("start", ()), ("step", ())]


@pytest.mark.parametrize(
    "start, step, last",
    [
        ("2020-01-01", "15min", "2020-01-02 00:45"),
        ("2020-01-01 06:00", "1h", "2020-01-05 09:00"),
        ("2020-01-01", "1D", "2020-04-09"),
        ("2020-01-06", "7D", "2021-11-29"),
        ("2020-01-06", "B", "2020-05-22"),
        ("2020-01-01", "MS", "2028-04-01"),
        ("2020-01-31", "ME", "2028-04-30"),
        ("2020-01-01", "QS", "2044-10-01"),
        ("1900-01-01", "YS", "1999-01-01"),
    ],
)
def test_rows_are_numbered_as_stated(start, step, last):
    stamps, names = take_time(pd.DataFrame({"Y": values(100)}), Choices(start=start, step=step), notes := Notes())
    assert (stamps.iloc[0], stamps.iloc[-1]) == (pd.Timestamp(start), pd.Timestamp(last)) and names == ["Y"]
    assert told(tuple(notes.found), Step.from_text(step).text, "as stated")


@pytest.mark.parametrize(
    "start, step, last",
    [
        ("31.01.2024 13:00", "1 hour", "2024-02-04 16:00"),
        ("1. März 2024", "15 minutes", "2024-03-02 00:45"),
        ("2024-01", "monthly", "2032-04-01"),
        ("2024-01-31", "M", "2032-04-30"),
        ("2024-01-30", "1 month", "2032-04-30"),
        ("1900", "Y", "1999-01-01"),
        ("1900", "2 years", "2098-01-01"),
        ("2024-01-01", "6 months", "2073-07-01"),
        ("2024-01-01", "1H", "2024-01-05 03:00"),
        ("2024-01-01", "working days", "2024-05-17"),
        ("2024-01-01", "weekly", "2025-11-24"),
    ],
)
def test_start_and_step_in_the_words_people_use(start, step, last):
    index = numbered(start, step).frame.index
    assert len(index) == 100 and index[-1] == pd.Timestamp(last)


@pytest.mark.parametrize(
    "start, step, words",
    [
        ("03/04/2024", "1h", "can be 3 April 2024 or 4 March 2024"),
        ("2024-01-01", "1m", "'1m' cannot be read"),
        ("2020-01-01", "", "no step"),
        ("", "1h", "no start"),
        ("soon", "1h", "'soon' cannot be read"),
        ("2020-01-01", "1 fortnight", "'1 fortnight' cannot be read; write it as 15min"),
        ("2020-01-01", "0h", "'0h' cannot be read"),
        ("2020-01-04", "B", "is a Saturday"),
        ("2020-01-30", "ME", "not the end of a month"),
        ("2200-01-01", "YS", "1678 to 2261"),
    ],
)
def test_a_statement_that_cannot_be_is_refused(start, step, words):
    report = numbered(start, step).report
    assert words in str(report.reason) and {question.key for question in report.questions} == {"start", "step"}


def test_a_statement_beside_a_time_column_is_not_needed():
    result = numbered("1990-01-01", "1D", hourly().to_csv())
    assert list(result.frame.index) == list(hourly().index) and told(result.report.found, "not needed")


def test_a_refusal_shows_the_column_and_a_cell_that_cannot_be_read():
    cells = ["2020-13-45", *(["2020-99-12"] * 80)]
    reason = refusal(table(cells, "TIMESTAMP"))
    assert (
        "'TIMESTAMP' looks like the time and '2020-13-45' cannot be read" in reason and "2024-01-31 13:00" in reason
    )
    mixed = refusal(table(["2020-01-01", "01.02.2020 soon"] * 40, "when"))
    assert "'when'" in mixed and "'01.02.2020 soon'" in mixed
    with pytest.raises(Refused, match=r"the file has 'a', 'b'"):
        take_time(pd.DataFrame({"a": [1.5, 2.5], "b": [3.5, 1.0]}), Choices(), Notes())


@pytest.mark.parametrize(
    "cells, words",
    [
        (HOURS.strftime("%d.%m. %H:%M"), "'30.01. 00:00' has no year"),
        (HOURS.strftime(" %m/%d  %H:%M:%S"), "'01/30  00:00:00' has no year"),
        (HOURS.strftime("%H:%M:%S"), "'00:00:00' is a clock without a date"),
        (np.arange(120) * 3600, "'0' cannot be read"),
    ],
)
def test_a_refusal_says_what_a_time_lacks(cells, words):
    assert f"'time_s' looks like the time and {words}" in refusal(table(cells, "time_s"))


def test_ends_of_intervals_in_digits_and_other_times_are_no_variables():
    ends = (HOURS + HOUR).strftime("%Y%m%d%H%M")
    later = (HOURS - 5 * HOUR).strftime("%m/%d/%Y %H:%M")
    dates = HOURS.strftime("%d.%m.%Y")
    content = table(HOURS.strftime("%Y%m%d%H%M"), "TIMESTAMP_START", TIMESTAMP_END=ends, ept=later, day=dates)
    report = read_as(content, HOURS)
    reasons = {part.name: str(part.reason) for part in report.left_out}
    assert reasons == {
        "TIMESTAMP_END": "is the end of the interval that begins at the time.",
        "ept": "says the time again.",
        "day": "holds times of its own, not numbers.",
    }


def test_the_day_of_each_row_in_digits_is_no_variable():
    day = HOURS.strftime("%Y%m%d").astype(float)
    read_as(table(HOURS.strftime("%Y-%m-%d %H:%M"), "time", x=day), HOURS)
    counts = times(table(HOURS.strftime("%Y-%m-%d %H:%M"), "time", x=20_200_101 + np.arange(120) * 3))[1]
    assert [column.name for column in counts.columns] == ["x", "load"]


def test_numbers_that_are_dates_by_a_far_fetched_reading_stay_numbers():
    ratios = [f"{1 + place % 12}.{1700 + place * 3 % 300}" if place % 20 else "X" for place in range(120)]
    report = times(table(HOURS.strftime("%Y-%m-%d %H:%M"), "time", ratio=ratios))[1]
    assert [column.name for column in report.columns] == ["ratio", "load"]


NO_TIMES = {
    "counts": np.arange(30_001, 30_101) * 1.0,
    "identities": np.arange(20_200_101, 20_200_201) * 1.0,
    "loads": 43_000 + values(100) * 7,
    "years of birth": 1950 + values(100) // 1,
    "codes": [f"A{place}" for place in range(100)],
    "versions": [f"1.{place}.{place % 7}" for place in range(100)],
    "addresses": [f"10.0.{place}.1" for place in range(100)],
    "months": ["Jan", "May"] * 50,
    "days": ["Mon", "Tue"] * 50,
    "clocks": [f"{place % 24:02d}:00" for place in range(100)],
    "words": ["on 5", "off 7"] * 50,
}


@pytest.mark.parametrize("cells", NO_TIMES.values(), ids=NO_TIMES)
def test_what_only_resembles_a_time_is_none(cells):
    with pytest.raises(Refused, match="No column can be read as time"):
        take_time(pd.DataFrame({"x": cells, "load": values(100)}), Choices(), Notes())
    if not isinstance(cells, list):
        frame = pd.DataFrame({"x": cells, "at": pd.date_range("2024-01-01", periods=100).strftime("%d.%m.%Y")})
        stamps, names = take_time(frame, Choices(), Notes())
        assert stamps.iloc[-1] == pd.Timestamp(2024, 4, 9) and names == ["x"]


@pytest.mark.parametrize("text", ["1.5h", "-1h", "1M", "", "hour", "1h30"])
def test_other_texts_are_no_step(text):
    with pytest.raises(ValueError, match="cannot be read; write it as 15min"):
        Step.from_text(text)
