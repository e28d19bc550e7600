"""Which columns hold the time, and how it is written: every writing of the same hours is read as the same hours."""

import datetime
import io

import numpy as np
import pandas as pd
import pytest

from core.data.choices import Choices
from core.data.ingest import ingest
from core.data.reading.timecolumn import take_time
from core.data.report import Notes, Refused
from core.data.step import Step
from tests.files import accepted, hourly, refusal, told, workbook

HOURS = pd.date_range("2020-01-30", periods=120, freq="h", name="date").as_unit("us")


def values(rows: int) -> np.ndarray:
    return 40 + (np.arange(rows) * 7) % 31 + 0.5


def table(cells, name="date", **columns) -> str:
    cells = list(cells)
    frame = pd.DataFrame({name: cells, **columns, "load": values(len(cells))})
    return frame.to_csv(index=False, sep=";")


def times(content, choices: Choices | None = None):
    """Return the stamps of a file's rows and its report."""
    result = ingest(io.BytesIO(content.encode()), "file.csv", choices)
    assert result.report.accepted, result.report.reason
    return result.frame.index, result.report


def read_as(content: str, wanted: pd.DatetimeIndex, *words: str):
    index, report = times(content)
    assert list(index) == list(wanted), (index[:3], report.text())
    assert report.variables == 1
    assert told((*report.found, *report.mended), *words), report.text()
    return report


def korean_half(stamp: pd.Timestamp) -> str:
    return f"{stamp:%Y-%m-%d} {'오전' if stamp.hour < 12 else '오후'} {stamp.hour % 12 or 12}:{stamp:%M:%S}"


def german_day(stamp: pd.Timestamp) -> str:
    return f"{stamp.year}. {stamp.month}. {stamp.day}. {stamp.hour}:00"


WRITINGS = {
    "20200130:0000": lambda s: f"{s:%Y%m%d:%H%M}",
    "offset of two digits": lambda s: f"{s:%Y-%m-%d %H:%M:%S}+00",
    "T and Z": lambda s: f"{s:%Y-%m-%dT%H:%M:%SZ}",
    "T, no colons, Z": lambda s: f"{s:%Y%m%dT%H%M%SZ}",
    "UTC in brackets": lambda s: f"{s:%Y-%m-%d %H:%M} (UTC)",
    "place in brackets": lambda s: f"{s:%Y-%m-%dT%H:%M:%S}+09:00[Asia/Seoul]",
    "offset and word": lambda s: f"{s:%Y-%m-%d %H:%M:%S} +0000 UTC",
    "minus": lambda s: f"{s:%Y-%m-%d %H:%M:%S}-0800",
    "PST": lambda s: f"{s:%Y-%m-%d %H:%M} PST",
    "12 hours with a zone": lambda s: f"{s:%m/%d/%Y %I:%M %p} EST",
    "오전 before the clock": korean_half,
    "오전, no seconds": lambda s: korean_half(s)[:-3],
    "오전 and 시": lambda s: f"{s:%Y년 %m월 %d일} {'오전' if s.hour < 12 else '오후'} {s.hour % 12 or 12}시",
    "년월일시": lambda s: f"{s.year}년 {s.month}월 {s.day}일 {s.hour}시",
    "년월일시 close": lambda s: f"{s.year}년{s.month:02d}월{s.day:02d}일{s.hour:02d}시",
    "Chinese words": lambda s: f"{s.year}年{s.month}月{s.day}日 {s.hour}时",
    "day of the week": lambda s: f"{s:%Y-%m-%d}({'월화수목금토일'[s.day_of_week]}) {s:%H:%M}",
    "points and blanks": german_day,
    "clock with points": lambda s: f"{s:%d.%m.%Y %H.%M.%S}",
    "clock with dashes": lambda s: f"{s:%Y-%m-%d %H-%M-%S}",
    "hour only": lambda s: f"{s:%d.%m.%Y %H}",
    "month by name": lambda s: f"{s:%d-%b-%Y %H:%M}",
    "month by name, year of two digits": lambda s: f"{s:%d-%b-%y %H:%M}",
    "year of two digits first": lambda s: f"{s:%y-%m-%d %H:%M}",
    "day of the week in English": lambda s: f"{s:%a, %d %b %Y %H:%M:%S}",
    "written out": lambda s: f"{s:%B %d, %Y at %I %p}".replace(" at", ""),
    "read by dateutil": lambda s: f"{s:%H:%M on %A %d %B %Y}".replace(" on", ""),
    "with halves of seconds": lambda s: f"{s:%Y-%m-%d %H:%M:%S}.000",
    "ten digits": lambda s: f"{s:%Y%m%d%H}",
    "fourteen digits": lambda s: f"{s:%Y%m%d%H%M%S}",
    "interval": lambda s: f"{s:%d.%m.%Y %H:%M} - {s + pd.Timedelta('1h'):%d.%m.%Y %H:%M}",
    "interval with its zone": lambda s: f"{s:%d.%m.%Y %H:%M} - {s + pd.Timedelta('1h'):%d.%m.%Y %H:%M} (CET/CEST)",
    "interval by ISO": lambda s: f"{s:%Y-%m-%dT%H:%M:%S}.0/{s + pd.Timedelta('1h'):%Y-%m-%dT%H:%M:%S}.0",
    "interval with a wave": lambda s: f"{s:%Y-%m-%d %H:%M}~{s + pd.Timedelta('1h'):%Y-%m-%d %H:%M}",
    "interval that ends with a clock": lambda s: f"{s:%Y-%m-%d %H:%M}-{s + pd.Timedelta('1h'):%H:%M}",
    "Excel's days": lambda s: f"{(s - pd.Timestamp(1899, 12, 30)) / pd.Timedelta('1D'):.6f}",
    "Excel's days, four decimals": lambda s: f"{(s - pd.Timestamp(1899, 12, 30)) / pd.Timedelta('1D'):.4f}",
    "seconds since 1970": lambda s: f"{s.timestamp():.0f}",
    "microseconds since 1970": lambda s: f"{s.timestamp() * 1e6:.0f}",
    "midnights without a clock": lambda s: f"{s:%Y-%m-%d}" if s.hour == 0 else f"{s:%Y-%m-%d %H:%M:%S}",
}


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS)
def test_writings_of_an_hour(writing):
    report = read_as(table(map(writing, HOURS), "timestamp"), HOURS)
    assert not report.left_out and not report.warnings and not report.questions


LATE = {
    "ten digits": "%Y%m%d%H",
    "twelve digits": "%Y%m%d%H%M",
    "fourteen digits": "%Y%m%d%H%M%S",
    "dashes and a colon": "%Y-%m-%d %H:%M",
    "T and seconds": "%Y-%m-%dT%H:%M:%S",
    "points and hour only": "%d.%m.%Y %H",
    "colon before the clock": "%Y%m%d:%H%M",
    "blank and four digits": "%Y%m%d %H%M",
    "Korean": "%Y년 %m월 %d일 %H시",
    "with a zone": "%Y-%m-%d %H:%M:%S+09:00",
    "clock with points": "%d.%m.%Y %H.%M",
}


@pytest.mark.parametrize("step", ["1h", "6h"])
@pytest.mark.parametrize("form", LATE.values(), ids=LATE)
def test_hour_24_is_midnight_of_the_next_day(form, step):
    ends = pd.date_range("2020-02-26 06:00", periods=96, freq=step).as_unit("us")
    cells = [
        f"{(s - pd.Timedelta('1D')) if s.hour == 0 else s:{form.replace('%H', '24' if s.hour == 0 else '%H')}}"
        for s in ends
    ]
    midnights = int((ends.hour == 0).sum())
    report = read_as(table(cells), ends, f"24:00 ({midnights} times) read as 00:00 of the next day")
    assert sum("24:00" in line for line in report.mended) == 1 and not report.left_out


def dated(form: str, clock, name: str, step: str = "1h", days: int = 5, **columns):
    """Return a file of dates with a clock in another column, and its stamps."""
    stamps = pd.date_range("2020-02-26", periods=days * int(pd.Timedelta("1D") / pd.Timedelta(step)), freq=step)
    stamps = stamps.as_unit("us")
    cells = [clock(stamp) for stamp in stamps]
    more = {key: [make(stamp) for stamp in stamps] for key, make in columns.items()}
    return table(stamps.strftime(form), "dteday", **{name: cells}, **more), stamps


def minutes(stamp: pd.Timestamp) -> int:
    return stamp.hour * 60 + stamp.minute


HALF, QUARTER, HOUR = pd.Timedelta("30min"), pd.Timedelta("15min"), pd.Timedelta("1h")
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
    "fraction": ("1h", lambda s: f"{s.hour / 24:.6f}"),
    "decimal hours": ("30min", lambda s: minutes(s) / 60),
}


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"])
def test_a_clock_beside_dates_is_found_by_its_content(name, form):
    step, clock = CLOCKS[name]
    content, stamps = dated(form, clock, name, step)
    read_as(content, stamps, "'dteday' and", repr(name))


@pytest.mark.parametrize("name, late", [("Hour Ending", 24), ("x", 24), ("Time (HH:MM)", "24:00"), ("HE", "HE24")])
def test_a_clock_that_ends_with_hour_24(name, late):
    def clock(stamp):
        form = {24: "{}", "24:00": "{:02d}:00", "HE24": "HE{:02d}"}[late]
        return form.format(stamp.hour + 1)

    content, stamps = dated("%Y-%m-%d", clock, name)
    read_as(content, stamps + HOUR, "24:00 (5 times)")


def test_half_hours_are_counted_through_changes_of_the_clock():
    local = pd.date_range("2023-03-24", "2023-11-02", freq="30min", tz="Europe/London", inclusive="left")
    period = local.to_series().groupby(local.date).cumcount() + 1
    assert set(period.groupby(local.date).max()) == {46, 48, 50}
    index, report = times(table(local.strftime("%Y-%m-%d"), "SETTLEMENT_DATE", SETTLEMENT_PERIOD=period.to_list()))
    assert list(index) == list(pd.date_range("2023-03-24", periods=len(local), freq="30min").as_unit("us"))
    assert not report.mended and not report.left_out


def test_start_and_end_of_intervals_in_three_columns():
    end = {"Ende": lambda s: f"{s + HOUR:%H:%M}"}
    content, stamps = dated("%d.%m.%Y", lambda s: f"{s:%H:%M}", "Anfang", **end)
    report = read_as(content, stamps, "'Anfang'")
    assert [(part.name, part.reason) for part in report.left_out] == [
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


PARTS = {
    "months": (
        pd.date_range("1958-03-01", periods=90, freq="MS"),
        lambda i: {"year": i.year, "month": i.month, "decimal date": i.year + (i.month - 0.5) / 12},
    ),
    "month names": (
        pd.date_range("1949-01-01", periods=90, freq="MS"),
        lambda i: {"Year": i.year, "Month": i.strftime("%B")},
    ),
    "short names": (
        pd.date_range("1949-01-01", periods=90, freq="MS"),
        lambda i: {"YEAR": i.year, "MON": i.strftime("%b")},
    ),
    "quarters": (
        pd.date_range("1990-01-01", periods=90, freq="QS"),
        lambda i: {"Year": i.year, "Quarter": i.quarter},
    ),
    "quarter words": (
        pd.date_range("1990-01-01", periods=90, freq="QS"),
        lambda i: {"Year": i.year, "Quarter": [f"Q{q}" for q in i.quarter]},
    ),
    "years": (pd.date_range("1700-01-01", periods=90, freq="YS"), lambda i: {"Year": i.year}),
    "weeks": (
        pd.date_range("2003-12-01", periods=400, freq="W-MON"),
        lambda i: {"YEAR": i.isocalendar().year, "WEEK": i.isocalendar().week},
    ),
    "days of the year": (
        pd.date_range("2019-12-01", periods=90, freq="D"),
        lambda i: {"YEAR": i.year, "DOY": i.day_of_year},
    ),
    "hours of the day": (
        pd.date_range("2019-12-01", periods=90, freq="h"),
        lambda i: {"YEAR": i.year, "MO": i.month, "DY": i.day, "HR": i.hour},
    ),
    "clock of another name": (
        pd.date_range("2019-12-01", periods=96, freq="h"),
        lambda i: {"YEAR": i.year, "MO": i.month, "DY": i.day, "MST": i.strftime("%H:%M")},
    ),
}


@pytest.mark.parametrize("case", PARTS.values(), ids=PARTS)
def test_parts_of_the_time_in_columns(case):
    index, parts = case
    frame = pd.DataFrame({name: np.asarray(part) for name, part in parts(index).items()}).assign(
        load=values(len(index))
    )
    report = read_as(frame.to_csv(index=False), index)
    assert told(report.found, "Time put together from the columns")


def test_weeks_as_health_authorities_count_them():
    sundays = pd.date_range("1997-09-28", periods=700, freq="W-SUN")
    thirds = sundays + pd.Timedelta("3D")  # a week belongs to the year of its Wednesday
    starts = pd.to_datetime(thirds.year.astype(str) + "-01-04")
    starts -= pd.to_timedelta((starts.day_of_week + 1) % 7, unit="D")
    frame = pd.DataFrame({"YEAR": thirds.year, "WEEK": (sundays - starts).days // 7 + 1, "ILI": values(700)})
    assert frame["WEEK"].max() == 53
    read_as(frame.to_csv(index=False), sundays + pd.Timedelta("1D"), "Weeks of the year", "Monday")


PERIODS = {
    "1970Q1": (lambda s: f"{s.year}Q{s.quarter}", "QS"),
    "1970-Q1": (lambda s: f"{s.year}-Q{s.quarter}", "QS"),
    "Q1 1970": (lambda s: f"Q{s.quarter} {s.year}", "QS"),
    "1Q1970": (lambda s: f"{s.quarter}Q{s.year}", "QS"),
    "1970년 1분기": (lambda s: f"{s.year}년 {s.quarter}분기", "QS"),
    "Jan-70": (lambda s: f"{s:%b-%y}", "MS"),
    "Jan 1970": (lambda s: f"{s:%b %Y}", "MS"),
    "January 1970": (lambda s: f"{s:%B %Y}", "MS"),
    "1970 January": (lambda s: f"{s:%Y %B}", "MS"),
    "1970-01": (lambda s: f"{s:%Y-%m}", "MS"),
    "1970M01": (lambda s: f"{s:%YM%m}", "MS"),
    "197001": (lambda s: f"{s:%Y%m}", "MS"),
    "01/1970": (lambda s: f"{s:%m/%Y}", "MS"),
    "1970년 1월": (lambda s: f"{s.year}년 {s.month}월", "MS"),
    "1970.083": (lambda s: f"{s.year + (s.month - 1) / 12:.3f}", "MS"),
    "1970": (lambda s: f"{s.year}", "YS"),
    "1970-W05": (lambda s: f"{s:%G-W%V}", "W-MON"),
    "1970W05": (lambda s: f"{s:%GW%V}", "W-MON"),
    "1970-W05-1": (lambda s: f"{s:%G-W%V-1}", "W-MON"),
}


@pytest.mark.parametrize("writing, freq", PERIODS.values(), ids=PERIODS)
def test_writings_of_weeks_months_quarters_and_years(writing, freq):
    index = pd.date_range("1970-01-01", periods=130, freq=freq)
    read_as(table(map(writing, index), "date"), index)


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%y", "%d/%m/%y"])
@pytest.mark.parametrize("freq", ["MS", "QS", "D", "B", "W-WED", "SMS", "2MS"])
def test_day_and_month_are_told_apart_by_what_fills_the_axis(form, freq):
    index = pd.date_range("1990-01-01", periods=120, freq=freq)
    stamps, _ = take_time(pd.DataFrame({"DATE": index.strftime(form), "a": 1.5}), Choices(), notes := Notes())
    assert list(stamps) == list(index) and not notes.questions


@pytest.mark.parametrize("step", ["1h", "15min"])
@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"])
def test_day_and_month_of_a_few_hourly_days(form, step):
    index = pd.date_range("2024-03-01", "2024-03-08", freq=step)
    stamps, _ = take_time(pd.DataFrame({"DATE": index.strftime(form), "a": 1.5}), Choices(), notes := Notes())
    assert list(stamps) == list(index) and not notes.questions


def test_where_both_orders_fit_the_owner_is_asked():
    index = pd.date_range("2024-03-04", periods=96, freq="15min")
    content = table(index.strftime("%d/%m/%Y %H:%M"))
    found, report = times(content)
    (question,) = report.questions
    assert question.key == "dates" and "04/03/2024 00:00" in question.text and list(found) == list(index)
    assert [(option.value, option.label) for option in question.options] == [
        ("day first", "04/03/2024 00:00 is 4 March 2024"),
        ("month first", "04/03/2024 00:00 is 3 April 2024"),
    ]
    for answer, first in (("day first", "2024-03-04"), ("month first", "2024-04-03")):
        found, report = times(content, Choices(dates=answer))
        assert str(found[0].date()) == first and not report.questions


def test_an_answer_changes_nothing_where_only_one_order_fits():
    content = table(HOURS.strftime("%d/%m/%Y %H:%M"))
    assert list(times(content, Choices(dates="month first"))[0]) == list(HOURS)


def test_years_of_two_digits():
    long = pd.date_range("1958-01-01", periods=700, freq="MS")
    report = read_as(table(long.strftime("%b-%y")), long, "two digits read as 1958 to 2016")
    assert not report.left_out
    days = pd.date_range("2019-11-03", periods=200)
    read_as(table(days.strftime("%y-%m-%d")), days, "two digits read as 2019 to 2020")


def test_years_from_1678_to_2261():
    for first, last in (("1678", "1760"), ("1749", "1983"), ("2180", "2261")):
        index = pd.date_range(f"{first}-01-01", f"{last}-12-01", freq="MS").as_unit("us")
        assert not read_as(table(index.strftime("%Y-%m"), "Month"), index).left_out
    assert "1678 to 2261 can be held" in refusal(table([f"{year}-01-01" for year in range(1400, 1500)]))


def test_a_slip_of_a_digit_is_left_out_and_told():
    for slip in ("3020-02-02 00:00:00", "1020-02-02 00:00:00", "2120-02-02 00:00:00", "0020-02-02 00:00:00"):
        cells = HOURS.strftime("%Y-%m-%d %H:%M:%S").to_list()
        cells[72] = slip
        index, report = times(table(cells))
        assert list(index) == list(HOURS) and report.left_out[0].rows == 1, slip
        assert told(report.mended, "not plausible", "row 73") or told(report.refused, "row 73"), slip


def test_zones_of_a_place():
    local = pd.date_range("2024-10-25", periods=240, freq="h", tz="Europe/Berlin")  # clocks go back on the 27th
    standard = local.tz_convert("Etc/GMT-1").tz_localize(None).as_unit("us")
    winter = (standard - HOUR).tz_localize("Etc/GMT-1")  # the file begins in summer, and reads in winter's time
    assert winter is not None
    for cells, name in (
        (local.strftime("%Y-%m-%d %H:%M (CET/CEST)"), "time"),
        (local.strftime("%Y-%m-%d %H:%M"), "MTU (CET/CEST)"),
        (local.strftime("%Y-%m-%dT%H:%M:%S%z"), "time"),
        (local.strftime("%Y-%m-%d %H:%M %Z"), "time"),
    ):
        index, report = times(table(cells, name))
        assert list(index) == list(standard) and not report.mended, (name, report.text())
        assert told(report.found, "UTC+01:00 all year")


@pytest.mark.parametrize("form", ["%Z", "%z"])
def test_a_zone_in_a_column_of_its_own(form):
    local = pd.date_range("2024-03-29", periods=120, freq="h", tz="Europe/Berlin")  # clocks go forward on the 31st
    zones = local.strftime(form).to_list()
    content = table(local.strftime("%Y-%m-%d %H:%M"), "time", **{"tz" if form == "%Z" else "utc_offset": zones})
    report = read_as(content, local.tz_convert("Etc/GMT-1").tz_localize(None).as_unit("us"), "UTC+01:00 all year")
    assert report.left_out[0].reason == "holds the zone of the time."


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
    assert "'Y'" in result.report.reason and "--start and --step" in result.report.reason
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
    "start, step, words",
    [
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
    assert words in report.reason and {question.key for question in report.questions} == {"start", "step"}


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


def test_cells_of_another_kind_above_the_times_do_not_decide():
    cells = ["TS", "UTC", *HOURS.strftime("%Y-%m-%d %H:%M:%S")]
    stamps, _ = take_time(pd.DataFrame({"TIMESTAMP": cells, "a": 1.5}), Choices(), Notes())
    assert stamps.isna().sum() == 2 and list(stamps[2:]) == list(HOURS)


def test_dates_typed_as_dates_in_a_workbook():
    rows = [
        ["when", "load"],
        *([datetime.date(2024, 1, 1) + datetime.timedelta(day), v] for day, v in enumerate(values(60))),
    ]
    result = accepted(workbook(rows), "file.xlsx")
    assert list(result.frame.index) == list(pd.date_range("2024-01-01", periods=60))


@pytest.mark.parametrize("text", ["1.5h", "-1h", "1M", "", "hour", "1h30"])
def test_other_texts_are_no_step(text):
    with pytest.raises(ValueError, match="cannot be read; write it as 15min"):
        Step.from_text(text)
