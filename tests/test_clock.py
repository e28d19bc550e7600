"""Dates with their clock in another column: found by what it holds."""

import io

import numpy as np
import pandas as pd
import pytest

from core.data.choices import Choices
from core.data.reading.times.timecolumn import take_time
from core.data.report import Notes
from tests.support.files import accepted, told, workbook
from tests.support.timetables import HOURS, read_as, table, times, values

HOUR = pd.Timedelta("1h")


def dated(form: str, clock, name: str, step: str = "1h", days: int = 5, **columns):
    """Return a file of dates with a clock in another column, and its stamps."""
    stamps = pd.date_range("2020-02-26", periods=days * int(pd.Timedelta("1D") / pd.Timedelta(step)), freq=step)
    stamps = stamps.as_unit("us")
    cells = [clock(stamp) for stamp in stamps]
    more = {key: [make(stamp) for stamp in stamps] for key, make in columns.items()}
    return table(stamps.strftime(form), "dteday", **{name: cells}, **more), stamps


def minutes(stamp: pd.Timestamp) -> int:
    return stamp.hour * 60 + stamp.minute


CLOCKS = {
    "hr": ("1h", lambda s: s.hour),
    "x": ("1h", lambda s: s.hour),
    "Settlement Period": ("30min", lambda s: minutes(s) // 30 + 1),
    "half": ("30min", lambda s: minutes(s) // 30),
    "quarter": ("15min", lambda s: minutes(s) // 15 + 1),
    "PTE": ("15min", lambda s: minutes(s) // 15),
    "MST": ("1h", lambda s: f"{s:%H:%M}"),
    "Time (HH:MM)": ("30min", lambda s: f"{s:%H:%M}"),
    "clock": ("1h", lambda s: f"{s:%H.%M.%S}"),
    "Uhrzeit": ("15min", lambda s: f"{s:%H.%M}"),
    "time": ("1h", lambda s: f"{s:%H%M}"),
    "minutes and hours": ("30min", lambda s: f"{s:%H%M}"),
    "시간": ("1h", lambda s: f"{s.hour}시"),
    "half day": ("1h", lambda s: f"{s:%I:%M %p}"),
    "interval": ("1h", lambda s: f"{s:%H:%M}-{s + HOUR:%H:%M}"),
    "span": ("1h", lambda s: f"{s:%H:%M} - {s + HOUR:%H:%M}"),
    "digits": ("1h", lambda s: f"{s:%H%M}-{s + HOUR:%H%M}"),
    "from to": ("1h", lambda s: f"{s.hour:02d}-{(s.hour + 1) % 24:02d}"),
    "of Access": ("15min", lambda s: f"30.12.1899 {s:%H:%M:%S}"),
    "체결시간": ("1h", lambda s: f"{s:%H%M%S}".lstrip("0") or "0"),
    "fraction": ("1h", lambda s: f"{s.hour / 24:.6f}"),
    "decimal hours": ("30min", lambda s: minutes(s) / 60),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"])
def test_a_clock_beside_dates_is_found_by_its_content(name, form):
    step, clock = CLOCKS[name]
    content, stamps = dated(form, clock, name, step)
    read_as(content, stamps, "'dteday' and", repr(name))


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y"])
def test_days_that_repeat_are_days_in_a_row(form):
    stamps = pd.date_range("2020-01-01", periods=240, freq="h").as_unit("us")  # or the first of ten months
    read_as(table(stamps.strftime(form), "day", at=stamps.strftime("%I:%M %p")), stamps, "'day' and 'at'")


@pytest.mark.parametrize("name, late", [("Hour Ending", 24), ("x", 24), ("Time (HH:MM)", "24:00"), ("HE", "HE24")])
def test_a_clock_that_ends_with_hour_24(name, late):
    def clock(stamp):
        form = {24: "{}", "24:00": "{:02d}:00", "HE24": "HE{:02d}"}[late]
        return form.format(stamp.hour + 1)

    content, stamps = dated("%Y-%m-%d", clock, name)
    read_as(content, stamps + HOUR, "24:00 (5 times)")


@pytest.mark.parametrize("first, last", [("2023-03-24", "2023-11-02"), ("2023-01-01", "2023-06-01")])
def test_half_hours_are_counted_through_changes_of_the_clock(first, last):
    local = pd.date_range(first, last, freq="30min", tz="Europe/London", inclusive="left")
    period = local.to_series().groupby(local.date).cumcount() + 1
    assert {46, 48} <= set(period.groupby(local.date).max())
    index, report = times(table(local.strftime("%Y-%m-%d"), "SETTLEMENT_DATE", SETTLEMENT_PERIOD=period.to_list()))
    assert list(index) == list(pd.date_range(first, periods=len(local), freq="30min").as_unit("us"))
    assert not report.mended and not report.left_out


def test_start_and_end_of_intervals_in_three_columns():
    end = {"Ende": lambda s: f"{s + HOUR:%H:%M}"}
    content, stamps = dated("%d.%m.%Y", lambda s: f"{s:%H:%M}", "Anfang", **end)
    report = read_as(content, stamps, "'Anfang'")
    assert [(part.name, str(part.reason)) for part in report.left_out] == [
        ("Ende", "is the end of the interval that begins at the time.")
    ]
    both = table(
        HOURS.strftime("%d.%m.%Y %H:%M"), "Datum von", **{"Datum bis": (HOURS + HOUR).strftime("%d.%m.%Y %H:%M")}
    )
    assert read_as(both, HOURS, "'Datum von'").left_out[0].name == "Datum bis"


def test_date_hour_and_minute_in_three_columns():
    content, stamps = dated("%Y-%m-%d", lambda s: s.hour, "Hour", "15min", Minute=lambda s: s.minute)
    read_as(content, stamps, "Hour, Minute")


def test_times_of_day_in_a_workbook():
    rows = [["day", "at", "load"]]
    rows += [[s.to_pydatetime().replace(hour=0), s.time(), v] for s, v in zip(HOURS, values(120), strict=True)]
    result = accepted(workbook(rows), "file.xlsx")
    assert list(result.frame.index) == list(HOURS) and told(result.report.found, "'day' and 'at'")


def test_a_variable_is_no_clock():
    content, stamps = dated("%Y-%m-%d", lambda s: f"{s:%H:%M}", "time")
    frame = pd.read_csv(io.StringIO(content), sep=";")
    frame["level"] = np.tile(np.arange(24) * 0.5, 5)  # goes on evenly within the day, and fills half of it
    frame["passed"] = np.sort(np.random.default_rng(0).integers(0, 24, (5, 24)), axis=1).ravel()
    frame["count"] = frame.index
    for order in (["dteday", "level", "passed", "time", "load"], ["level", "dteday", "time", "passed", "load"]):
        index, report = times(frame[order].to_csv(index=False))
        assert list(index) == list(stamps) and {"level", "passed"} <= {column.name for column in report.columns}
    daily = pd.DataFrame(
        {"date": pd.date_range("2020-01-01", periods=90), "hour": values(90) % 24, "load": values(90)}
    )
    index, report = times(daily.to_csv(index=False))
    assert list(index) == list(daily["date"]) and report.variables == 2


@pytest.mark.parametrize("ids, name", [(range(1, 25), "store"), (range(10), "x"), (range(100, 124), "shop_id")])
def test_numbers_of_series_are_no_clock(ids, name):
    days = pd.date_range("2020-01-01", periods=60)
    frame = pd.DataFrame({"date": np.repeat(days, len(ids)), name: np.tile(list(ids), 60)})
    stamps, names = take_time(frame.assign(load=1.5, **{name: frame[name] * 1.0}), Choices(), Notes())
    assert stamps.nunique() == 60 and name in names


def test_hours_and_minutes_under_any_name():
    index = pd.date_range("2020-02-26", periods=700, freq="10min").as_unit("us")
    for names in (("h", "m"), ("hour", "x"), ("a", "b")):
        clock = dict(zip(names, (index.hour, index.minute), strict=True))
        read_as(table(index.strftime("%Y-%m-%d"), "day", **clock), index, f"and {names[0]!r} and {names[1]!r}")


@pytest.mark.parametrize("am, pm", [("AM", "PM"), ("a.m.", "p.m."), ("오전", "오후")])
@pytest.mark.parametrize("form", ["%I:%M", "%I"])
def test_am_and_pm_in_a_column_of_its_own(form, am, pm):
    half = np.where(HOURS.hour < 12, am, pm)
    read_as(table(HOURS.strftime("%m/%d/%Y"), "Date", Time=HOURS.strftime(form), half=half), HOURS)


def test_the_hour_doubled_in_autumn_with_a_letter():
    local = pd.date_range("2023-01-01", "2023-12-31 23:00", freq="h", tz="Europe/Berlin")
    letters = np.where(
        local.tz_localize(None).duplicated(keep=False), np.where(local.map(pd.Timestamp.dst), "A", "B"), ""
    )
    hours = [f"{stamp.hour}{letter}" for stamp, letter in zip(local, letters, strict=True)]
    standard = (local.tz_convert("UTC").tz_localize(None) + HOUR).as_unit("us")
    read_as(table(local.strftime("%d.%m.%Y"), "Datum", Stunde=hours), standard, "doubled", "standard time")


def test_counts_through_summer_time_say_so():
    local = pd.date_range("2023-01-01", "2023-12-31 23:00", freq="h", tz="Europe/Berlin")
    place = ((local - local.normalize()) // HOUR + 1).to_numpy()
    standard = (local.tz_convert("UTC").tz_localize(None) + 2 * HOUR).as_unit("us")
    read_as(table(local.strftime("%Y-%m-%d"), "date", hour=place), standard, "days of 23 and 25 hours")


@pytest.mark.parametrize("clock", [lambda s: f"{s:%H:%M}", lambda s: s.hour])
def test_dates_written_once_a_day(clock):
    dates = np.where(HOURS.hour == 0, HOURS.strftime("%d.%m.%Y"), "")
    read_as(table(dates, "Datum", Uhrzeit=map(clock, HOURS)), HOURS, "Datum", "each counts for the rows below it")
    rows = [
        [s.to_pydatetime() if s.hour == 0 else None, s.time(), v] for s, v in zip(HOURS, values(120), strict=True)
    ]
    assert list(accepted(workbook([["Datum", "Zeit", "Last"], *rows]), "file.xlsx").frame.index) == list(HOURS)


def test_a_year_written_once_a_year():
    months = pd.date_range("1990-01-01", periods=120, freq="MS").as_unit("us")
    years = np.where(months.month == 1, months.year.astype(str), "")
    read_as(table(years, "Jahr", Monat=months.month), months)


def test_the_fuller_of_two_times_is_taken():
    local = pd.date_range("2023-10-20", periods=400, freq="h", tz="Europe/Berlin")
    utc = local.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = local.tz_convert("UTC").tz_localize(None).as_unit("us")
    content = table(local.strftime("%Y-%m-%d"), "date", hour=local.hour, begin=utc)
    index, report = times(content)
    assert list(index) == list(wanted) and told(report.found, "Time in 'begin'")


def test_one_day_of_minutes():
    content, stamps = dated("%Y-%m-%d", lambda s: f"{s:%H:%M}", "clock", "1min", days=1)
    read_as(content, stamps, "'dteday' and 'clock'")


def test_newest_first_and_with_rows_missing():
    content, stamps = dated("%Y-%m-%d", lambda s: s.hour, "x", days=9)
    head, *rows = content.splitlines()
    read_as("\n".join([head, *rows[::-1]]), stamps, "newest first")
    kept = [row for place, row in enumerate(rows) if place % 25 != 12]
    read_as("\n".join([head, *kept]), stamps, "9 rows missing")


def test_hours_of_delivery_are_no_clock():
    days = np.repeat(pd.date_range("2020-01-01", periods=40), 12)
    hours = np.random.default_rng(0).integers(1, 25, len(days)) * 1.0
    opened = np.tile([f"{hour:02d}:30" for hour in (6, 7, 9, 12, 17, 23) * 2], 40)
    frame = pd.DataFrame({"date": days, "delivery_hours": hours, "opened at": opened, "sold": values(len(days))})
    stamps, names = take_time(frame, Choices(), Notes())
    assert stamps.nunique() == 40 and names == ["delivery_hours", "opened at", "sold"]


def test_several_series_keep_their_clock():
    days, hours, stores = pd.date_range("2020-01-01", periods=9), range(24), range(3)
    index = pd.MultiIndex.from_product([stores, days, hours], names=["store", "date", "hour"])
    stamps, names = take_time(index.to_frame(index=False).astype({"store": float, "hour": float}), Choices(), Notes())
    assert stamps.nunique() == 9 * 24 and names == ["store"]
