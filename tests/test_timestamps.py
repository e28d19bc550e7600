"""How the time is written: every writing of the same hours is read as the same hours."""

import datetime

import pandas as pd
import pytest

from core.data.choices import Choices
from core.data.reading.times.timecolumn import take_time
from core.data.report import Notes
from tests.support.files import accepted, refusal, told, workbook
from tests.support.timetables import HOURS, read_as, table, times, values

HOUR = pd.Timedelta("1h")


def korean_half(stamp: pd.Timestamp) -> str:
    return f"{stamp:%Y-%m-%d} {'오전' if stamp.hour < 12 else '오후'} {stamp.hour % 12 or 12}:{stamp:%M:%S}"


def pointed(stamp: pd.Timestamp) -> str:
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
    "points and blanks": pointed,
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
    "nanoseconds of .NET": lambda s: f"{s.timestamp() * 1e7 + 621_355_968e9:.0f}",
    "file times of Windows": lambda s: f"{s.timestamp() * 1e7 + 116_444_736e9:.0f}",
    "dashes throughout": lambda s: f"{s:%Y-%m-%d-%H-%M}",
    "points throughout": lambda s: f"{s:%Y.%m.%d.%H.%M}",
    "low lines": lambda s: f"{s:%Y_%m_%d_%H}",
    "hour and minute after eight digits": lambda s: f"{s:%Y%m%d%H:%M}",
    "six digits before the clock": lambda s: f"{s:%y%m%d %H:%M}",
    "SAS": lambda s: f"{s:%d%b%Y:%H:%M:%S}".upper(),
    "Oracle": lambda s: f"{s:%d-%b-%y %I.%M.%S.000000 %p}".upper(),
    "day of the year": lambda s: f"{s:%Y-%j %H:%M}",
    "in square brackets": lambda s: f"[{s:%Y-%m-%d %H:%M:%S}]",
    "interval by its length": lambda s: f"{s:%Y-%m-%dT%H:%M:%SZ}/PT1H",
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
    assert sum("24:00" in line for line in map(str, report.mended)) == 1 and not report.left_out


PERIODS = {
    "1970Q1": (lambda s: f"{s.year}Q{s.quarter}", "QS"),
    "1970-Q1": (lambda s: f"{s.year}-Q{s.quarter}", "QS"),
    "Q1 1970": (lambda s: f"Q{s.quarter} {s.year}", "QS"),
    "1Q1970": (lambda s: f"{s.quarter}Q{s.year}", "QS"),
    "Q1-70": (lambda s: f"Q{s.quarter}-{s:%y}", "QS"),
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
    "1970Jan": (lambda s: f"{s:%Y%b}", "MS"),
    "Sept 1970": (lambda s: f"{s:%b %Y}".replace("Sep", "Sept"), "MS"),
    "1970-T1": (lambda s: f"{s.year}-T{s.quarter}", "QS"),
    "T1 1970": (lambda s: f"T{s.quarter} {s.year}", "QS"),
    "1970 1Q": (lambda s: f"{s.year} {s.quarter}Q", "QS"),
    "1. Quartal 1970": (lambda s: f"{s.quarter}. Quartal {s.year}", "QS"),
    "1er trimestre 1970": (lambda s: f"{s.quarter}{'er' if s.quarter == 1 else 'e'} trimestre {s.year}", "QS"),
    "1970.1/4": (lambda s: f"{s.year}.{s.quarter}/4", "QS"),
    "1970年第1季度": (lambda s: f"{s.year}年第{s.quarter}季度", "QS"),
    "1970年1月": (lambda s: f"{s.year}年{s.month}月", "MS"),
    "1970.01 월": (lambda s: f"{s:%Y.%m} 월", "MS"),
    "1970-M01": (lambda s: f"{s:%Y-M%m}", "MS"),
    "1970-71": (lambda s: f"{s.year}-{(s.year + 1) % 100:02d}", "YS"),
    "1970/1971": (lambda s: f"{s.year}/{s.year + 1}", "YS"),
    "IV/1970": (lambda s: f"{('I', 'II', 'III', 'IV')[s.quarter - 1]}/{s.year}", "QS"),
    "1970-S1": (lambda s: f"{s.year}-S{(s.month + 5) // 6}", "6MS"),
    "H1 1970": (lambda s: f"H{(s.month + 5) // 6} {s.year}", "6MS"),
    "1. Halbjahr 1970": (lambda s: f"{(s.month + 5) // 6}. Halbjahr {s.year}", "6MS"),
    "197005, a week": (lambda s: f"{s:%G%V}", "W-MON"),
    "1970-S05": (lambda s: f"{s:%G-S%V}", "W-MON"),
    "KW 05/1970": (lambda s: f"KW {s:%V/%G}", "W-MON"),
    "1970031": (lambda s: f"{s:%Y%j}", "D"),
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
    assert question.key == "dates" and "04/03/2024 00:00" in str(question.text) and list(found) == list(index)
    assert [(option.value, str(option.label)) for option in question.options] == [
        ("day first", "04/03/2024 00:00 is 4 March 2024"),
        ("month first", "04/03/2024 00:00 is 3 April 2024"),
    ]
    assert question.taken == "day first"
    for answer, first in (("day first", "2024-03-04"), ("month first", "2024-04-03")):
        found, report = times(content, Choices(dates=answer))
        assert str(found[0].date()) == first and not report.questions


def test_an_answer_goes_before_what_fills_the_axis():
    index = pd.date_range("2024-03-01", periods=12).repeat(8)
    frame = pd.DataFrame({"DATE": index.strftime("%d/%m/%Y"), "a": 1.5})
    stamps, _ = take_time(frame, Choices(dates="month first"), notes := Notes())
    assert stamps.max() == pd.Timestamp(2024, 12, 3) and told(tuple(notes.found), "month first, as stated")
    assert take_time(frame, Choices(), Notes())[0].max() == pd.Timestamp(2024, 3, 12)


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


@pytest.mark.parametrize(
    "place, step", [("Europe/Berlin", "15min"), ("America/New_York", "1h"), ("Europe/London", "30min")]
)
def test_an_hour_doubled_by_summer_time_is_no_doubled_row(place, step):
    local = pd.date_range("2023-03-20", "2023-11-20", freq=step, tz=place)
    standard = local.tz_convert("UTC").tz_localize(None) + min(stamp.utcoffset() for stamp in (local[0], local[-1]))
    for cells in (local, local[::-1]):
        content = table(cells.strftime("%d.%m.%Y %H:%M"), end=(cells + pd.Timedelta(step)).strftime("%d.%m.%Y %H:%M"))
        report = read_as(content, standard.as_unit("us"), "doubled", "standard time")
        assert not told(report.mended, "missing") and report.left_out[0].name == "end"


def test_other_doubled_rows_stay_doubled():
    for day in ("2023-10-28 02:00", "2023-03-26 02:00", "2023-07-02 02:00"):
        hours = pd.date_range("2023-03-01", "2023-11-20", freq="h")
        index, report = times(table(sorted([*hours.strftime("%Y-%m-%d %H:%M"), day])))
        assert list(index) == list(hours) and told(report.refused, "1 row at the time of an earlier one"), day


TRADING = pd.date_range("2023-02-01", "2023-04-28", freq="30min").to_series().between_time("09:30", "15:30").index
WALL = {
    "trading hours": TRADING[TRADING.day_of_week < 5],
    "days": pd.date_range("2023-01-01", periods=300),
    "months": pd.date_range("2010-01-01", periods=120, freq="MS"),
}


@pytest.mark.parametrize("index", WALL.values(), ids=WALL)
def test_rows_that_keep_to_the_clock_on_the_wall_stay_on_it(index):
    zoned = index.tz_localize("America/New_York")
    report = read_as(table([stamp.isoformat() for stamp in zoned], "time"), index, "as written, by the clock")
    assert not report.mended
    frame = pd.DataFrame({"time": zoned, "a": 1.5})
    assert list(take_time(frame, Choices(), Notes())[0]) == list(index)


def test_nearly_equal_readings_are_told_apart_by_their_steps():
    days = pd.date_range("2023-01-01", periods=400)
    assert not read_as(table(days.strftime("%y-%m-%d")), days).questions


@pytest.mark.parametrize("name", ["t", "x_ms", "column 1"])
@pytest.mark.parametrize("unit", [1, 1_000])
def test_counts_since_1970_need_no_name(name, unit):
    seconds = (HOURS - pd.Timestamp(0)) // pd.Timedelta("1s")
    read_as(table(seconds * unit, name), HOURS, "since 1970")


@pytest.mark.parametrize("name, day", [("JD", 2_440_587.5), ("mjd", 40_587.0), ("datenum", 719_529.0)])
def test_days_of_astronomers_and_of_matlab(name, day):
    cells = [f"{day + (stamp - pd.Timestamp(0)) / pd.Timedelta('1D'):.6f}" for stamp in HOURS]
    read_as(table(cells, name), HOURS, "Time counted in")


def test_months_behind_a_point_are_no_decimals():
    months = pd.date_range("2001-01-01", periods=96, freq="MS")
    cells = [float(f"{stamp:%Y.%m}") for stamp in months]  # October is 2001.1
    for name in ("시점", "x"):
        stamps, _ = take_time(pd.DataFrame({name: cells, "a": 1.5}), Choices(), Notes())
        assert list(stamps) == list(months)


@pytest.mark.parametrize("form", ["%Z", "%z"])
def test_a_zone_in_a_column_of_its_own(form):
    local = pd.date_range("2024-03-29", periods=120, freq="h", tz="Europe/Berlin")  # clocks go forward on the 31st
    zones = local.strftime(form).to_list()
    content = table(local.strftime("%Y-%m-%d %H:%M"), "time", **{"tz" if form == "%Z" else "utc_offset": zones})
    report = read_as(content, local.tz_convert("Etc/GMT-1").tz_localize(None).as_unit("us"), "UTC+01:00 all year")
    assert str(report.left_out[0].reason) == "holds the zone of the time."


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
