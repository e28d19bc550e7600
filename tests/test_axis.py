"""From stamps to a regular axis: the step is the calendar's, rows keep their stamps, ends and gaps are told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.step import DAY, MONTH_END, WORKING_DAYS, Step
from tests.support.files import accepted, hourly, refusal, told

HOUR = 3600
TRADING = tuple(range(9 * HOUR + 1800, 16 * HOUR, 300))  # 09:30 to 15:55 by 5 minutes


def table(index: pd.DatetimeIndex, **columns) -> str:
    values = np.random.default_rng(len(index)).normal(size=len(index)).cumsum().round(3)
    return pd.DataFrame({"load": values, **columns}, index=index.rename("date")).to_csv()


def at_hours(days: pd.DatetimeIndex, seconds) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([day + pd.Timedelta(seconds=second) for day in days for second in seconds])


def days(start: str, periods: int, weekdays=range(7)) -> pd.DatetimeIndex:
    index = pd.date_range(start, periods=periods)
    return index[index.day_of_week.isin(weekdays)]


KINDS = {
    "15 minutes": (pd.date_range("2020-01-01", periods=60, freq="15min"), Step(pd.Timedelta("15min")), 96),
    "7 hours": (pd.date_range("2020-01-01", periods=60, freq="7h"), Step(pd.Timedelta("7h")), None),
    "days": (pd.date_range("2020-01-01", periods=60), Step(DAY), 7),
    "two days": (pd.date_range("2020-01-01", periods=60, freq="2D"), Step(2 * DAY), None),
    "30 days": (pd.date_range("2020-01-01", periods=60, freq="30D"), Step(30 * DAY), None),
    "weeks": (pd.date_range("2020-01-01", periods=60, freq="7D"), Step(7 * DAY), 52),
    "month starts": (pd.date_range("1950-01-01", periods=60, freq="MS"), Step.by_months(1), 12),
    "month ends": (pd.date_range("1950-01-01", periods=60, freq="ME"), Step.by_months(1, day=MONTH_END), 12),
    "mid-months at noon": (
        pd.date_range("1950-01-01", periods=60, freq="MS") + pd.Timedelta(days=14, hours=12),
        Step.by_months(1),
        12,
    ),
    "days 30": (
        pd.DatetimeIndex([pd.Timestamp("1950-02-28") + pd.DateOffset(months=m, day=30) for m in range(60)]),
        Step.by_months(1, day=30),
        12,
    ),
    "quarters": (pd.date_range("1950-01-01", periods=60, freq="QS"), Step.by_months(3), 4),
    "quarter ends": (pd.date_range("1950-01-01", periods=60, freq="QE"), Step.by_months(3, day=MONTH_END), 4),
    "half years": (pd.date_range("1950-01-01", periods=60, freq="6MS"), Step.by_months(6), 2),
    "years": (pd.date_range("1950-01-01", periods=60, freq="YS"), Step.by_months(12), None),
    "working days": (pd.bdate_range("2020-01-01", periods=60), Step(DAY, weekdays=WORKING_DAYS), 5),
    "Monday to Saturday": (days("2020-01-01", 80, range(6)), Step(DAY, weekdays=tuple(range(6))), 6),
    "three days a week": (
        days("2020-01-01", 150, (0, 2, 4)) + pd.Timedelta("12h"),
        Step(DAY, weekdays=(0, 2, 4)),
        3,
    ),
    "hours of working days": (
        at_hours(days("2020-01-01", 40, WORKING_DAYS), range(0, 24 * HOUR, HOUR)),
        Step(pd.Timedelta("1h"), weekdays=WORKING_DAYS),
        24,
    ),
    "trading hours": (
        at_hours(days("2020-01-01", 20, WORKING_DAYS), TRADING),
        Step(pd.Timedelta("5min"), weekdays=WORKING_DAYS, clock=TRADING),
        78,
    ),
    "trading hours with a break": (
        at_hours(days("2020-01-01", 20, WORKING_DAYS), [t for t in TRADING if t // HOUR != 12]),
        Step(pd.Timedelta("5min"), weekdays=WORKING_DAYS, clock=tuple(t for t in TRADING if t // HOUR != 12)),
        66,
    ),
    "office hours every day": (
        at_hours(days("2020-01-01", 20), range(8 * HOUR, 18 * HOUR, HOUR)),
        Step(pd.Timedelta("1h"), clock=tuple(range(8 * HOUR, 18 * HOUR, HOUR))),
        10,
    ),
    "7, 14 and 21 h": (
        at_hours(days("2020-01-01", 30), (7 * HOUR, 14 * HOUR, 21 * HOUR)),
        Step(pd.Timedelta("7h"), clock=(7 * HOUR, 14 * HOUR, 21 * HOUR)),
        3,
    ),
}


@pytest.mark.parametrize("index, step, season", KINDS.values(), ids=KINDS)
def test_the_step_is_found_and_rows_keep_their_stamps(index, step, season):
    result = accepted(table(index))
    assert result.step == step and result.step.season == season
    assert result.frame.index.equals(index.as_unit("us")) and result.report.mended == ()
    assert told(result.report.found, f"Step {step.text}.") and result.report.step == step.text
    assert Step.from_dict(step.to_dict()) == step


@pytest.mark.parametrize("index, step, season", KINDS.values(), ids=KINDS)
def test_a_missing_row_is_inserted_and_breaks_no_step(index, step, season):
    place = len(index) // 2
    result = accepted(table(index.delete(place)))
    assert result.step == step and result.frame.index.equals(index.as_unit("us"))
    assert result.frame["load"].isna().sum() == 1 and result.frame["load"].isna().iloc[place]
    assert told(result.report.mended, "1 row missing in 1 gap", str(index[place]))


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 40), st.integers(1, 400))
@settings(max_examples=150, deadline=None)
def test_the_axis_goes_on_as_the_rows_that_follow(kind, place, rows):
    index, step, _ = KINDS[kind]
    first = index[place]
    following = step.after(first, rows)
    assert len(following) == rows and following.is_monotonic_increasing and following[0] > first
    assert step.axis(first, following[-1]).equals(following.insert(0, first))
    known = index[place + 1 : place + 1 + rows].as_unit("us")
    assert following[: len(known)].equals(known)
    assert step.holds(following).all()


def test_a_last_working_day_of_the_month_is_moved_to_its_end_and_told():
    index = pd.date_range("1960-01-01", periods=60, freq="BME")
    result = accepted(table(index))
    assert result.step == Step.by_months(1, day=MONTH_END) and len(result.frame) == 60
    assert told(result.report.mended, "17 rows moved to the last day", "1960-04-29")


def test_holidays_and_an_early_close_are_missing_rows():
    index = at_hours(days("2020-01-01", 60, WORKING_DAYS), TRADING)
    closed = (index.normalize() == "2020-01-20") | ((index.normalize() == "2020-02-03") & (index.hour >= 13))
    result = accepted(table(index[~closed]))
    assert result.step == Step(pd.Timedelta("5min"), weekdays=WORKING_DAYS, clock=TRADING)
    assert result.frame["load"].isna().sum() == 78 + 36 and result.frame.index.equals(index.as_unit("us"))


def test_a_few_rows_outside_the_pattern_are_left_out_and_told():
    working = pd.bdate_range("2020-01-01", periods=300)
    index = working.append(pd.DatetimeIndex(["2020-01-25", "2020-05-23"])).sort_values()
    result = accepted(table(index))
    assert result.step == Step(DAY, weekdays=WORKING_DAYS) and result.frame.index.equals(working.as_unit("us"))
    assert told(result.report.refused, "2 rows outside the usual times", "2020-01-25", "Monday to Friday")
    assert [(part.what, part.rows) for part in result.report.left_out] == [("rows", 2)]


NIGHT = range(5)


@pytest.mark.parametrize("failed", [0.2, 0.6, 0.9])
def test_a_logger_that_fails_at_night_keeps_no_office_hours(failed):
    index = pd.date_range("2020-01-01", periods=2400, freq="h")
    broken = np.random.default_rng(0).random(100) < failed
    result = accepted(table(index[~(index.hour.isin(NIGHT) & broken[np.arange(2400) // 24])]))
    assert result.step == Step(pd.Timedelta("1h"))
    assert told(result.report.mended, "missing in")


@pytest.mark.parametrize(
    "missing",
    [
        lambda index: index.hour == 3,  # a logger that starts anew every night
        lambda index: index.normalize() == "2020-01-05",  # one whole Sunday
        lambda index: (index >= "2020-01-03") & (index < "2020-01-07"),
    ],
)
def test_gaps_make_no_pattern(missing):
    index = pd.date_range("2020-01-01", periods=24 * 9, freq="h")
    assert accepted(table(index[~missing(index)])).step == Step(pd.Timedelta("1h"))


def test_daylight_that_changes_with_the_season_has_no_hours():
    index = pd.date_range("2020-01-01", "2020-12-31", freq="h")
    half = 4.5 + 2.5 * np.cos((index.day_of_year - 172) / 365 * 2 * np.pi)
    assert "means over a longer step" in refusal(table(index[np.abs(index.hour - 12) <= half]))


def ending_days(step: str, rows: int) -> tuple[list[str], pd.DatetimeIndex]:
    """Return stamps written with midnight on the day that ends, and what they mean."""
    index = pd.date_range("2018-01-01", periods=rows + 1, freq=step)[1:]
    written = index.where(index != index.normalize(), index - DAY)
    return [f"{stamp:%Y-%m-%d %H:%M}" for stamp in written], index


@pytest.mark.parametrize("step", ["15min", "1h", "12h"])
@pytest.mark.parametrize("turned", [False, True])
def test_midnight_on_the_day_that_ends(step, turned):
    written, index = ending_days(step, 400)
    values = np.arange(400.0) ** 2
    lines = [f"{stamp},{value}" for stamp, value in zip(written, values, strict=True)]
    result = accepted("\n".join(["date,load", *(lines[::-1] if turned else lines)]))
    assert result.frame.index.equals(index.as_unit("us")) and (result.frame["load"] == values).all()
    midnights = int((index == index.normalize()).sum())
    assert told(result.report.mended, f"0:00 stands at the end of its date ({midnights:,} times")
    assert not told(result.report.mended, "not in order")


def test_one_row_out_of_order_moves_no_midnight():
    frame = hourly(240)
    order = np.arange(240)
    order[[47, 48]] = order[[48, 47]]  # 00:00 of a day before 23:00 of the day before
    result = accepted(frame.iloc[order].to_csv())
    assert told(result.report.mended, "1 step back") and result.frame["load"].tolist() == frame["load"].tolist()


def test_rows_without_a_value_at_both_ends_are_cut_and_told():
    frame = hourly(400)
    frame.iloc[:10] = frame.iloc[-48:] = np.nan
    frame = frame.assign(hour=frame.index.hour, site=3, month=frame.index.month)
    result = accepted(frame.to_csv())
    assert len(result.frame) == 342 and result.report.end == str(frame.index[-49])
    assert told(result.report.refused, "first 10 rows") and told(result.report.refused, "last 48 rows")
    assert told(result.report.warnings, "last 48 rows") and sum(part.rows for part in result.report.left_out) == 58


def test_a_variable_that_ends_early_or_starts_late_is_named():
    frame = hourly(1200).assign(wind=np.arange(1200) % 37)
    frame.iloc[-100:, 0] = np.nan
    frame.iloc[:60, 1] = np.nan
    frame.iloc[-5:, 2] = np.nan
    result = accepted(frame.to_csv())
    assert len(result.frame) == 1200 and result.frame["load"].isna().sum() == 100
    assert told(result.report.warnings, "load: no value in the last 100 rows", str(frame.index[-101]))
    assert told(result.report.warnings, "temp: no value in the first 60 rows", str(frame.index[60]))
    assert not told(result.report.warnings, "wind")
    assert {column.name: column.filled for column in result.report.columns} == {"load": 100, "temp": 60, "wind": 5}


def test_a_long_gap_is_warned_of():
    frame = hourly(1200)
    result = accepted(frame.drop(frame.index[500:640]).to_csv())
    assert told(result.report.warnings, "load, temp: no value from", "140 rows", str(frame.index[500]))
    assert accepted(frame.drop(frame.index[500:520]).to_csv()).report.warnings == ()


def test_equal_gaps_of_many_variables_are_told_once():
    frame = hourly(200)
    wide = pd.DataFrame({f"v{k}": frame["load"] * (k + 1) for k in range(200)})
    wide.iloc[50, 3:] = np.nan
    result = accepted(wide.to_csv())
    assert told(result.report.mended, "197 variables (v3, v4, v5 and 194 more): 1 value missing in each")
    for column in range(200):
        wide.iloc[10 + column % 90, column] = np.nan
    assert len(accepted(wide.to_csv()).report.mended) < 30


def test_repeated_times_with_other_values_are_warned_of_or_refused():
    frame = hourly(200)
    some, half = pd.concat([frame, frame.iloc[::10] + 1]), pd.concat([frame, frame + 1])
    assert told(accepted(some.to_csv()).report.warnings, "20 rows of 220 repeat a time with other values")
    assert "Each time occurs in about 2 rows" in refusal(half.to_csv())
    twice = accepted(pd.concat([frame, frame]).to_csv())
    assert told(twice.report.refused, "all with the same values") and twice.report.warnings == ()
