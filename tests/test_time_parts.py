"""Parts of the time in columns of their own (year, month, day, hour ...): found by name, and by what they hold."""

import numpy as np
import pandas as pd
import pytest

from core.data.choices import Choices
from core.data.reading.times.timecolumn import take_time
from core.data.report import Notes, Refused
from tests.support.files import told
from tests.support.timetables import read_as, times, values

RUNS = {
    "year, month, day, hour": ("h", lambda i: [i.year, i.month, i.day, i.hour]),
    "year, month, day, hour, minute": ("10min", lambda i: [i.year, i.month, i.day, i.hour, i.minute]),
    "day, month, year": ("D", lambda i: [i.day, i.month, i.year]),
    "month, day, year, hour": ("h", lambda i: [i.month, i.day, i.year, i.hour]),
    "year and day of the year": ("D", lambda i: [i.year, i.day_of_year]),
    "year and month": ("MS", lambda i: [i.year, i.month]),
    "year": ("YS", lambda i: [i.year]),
}


@pytest.mark.parametrize("freq, parts", RUNS.values(), ids=RUNS)
def test_parts_of_the_time_without_names(freq, parts):
    index = pd.date_range("1890-01-01", periods=200, freq=freq).as_unit("us")
    columns = [*parts(index), values(200)]
    rows = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    named = ",".join(f"c{place}" for place in range(len(columns)))
    for content in ("\n".join(rows), "\n".join([named, *rows])):
        index_read, report = times(content)
        assert list(index_read) == list(index) and report.variables == 1, report.text()


@pytest.mark.parametrize(
    "columns",
    [
        [2000 + values(100) // 1, np.arange(100) % 12 + 1],
        [np.full(100, 2020), np.arange(100) % 5 + 1],
        [np.arange(100) + 20_000, values(100) // 1],
        [np.full(100, 2020), np.full(100, 3), np.arange(100) % 7 + 1],
    ],
)
def test_numbers_side_by_side_that_make_no_times(columns):
    frame = pd.DataFrame(dict(enumerate([*map(np.float64, columns), values(100)]))).rename(columns=str)
    with pytest.raises(Refused, match="No column can be read as time"):
        take_time(frame, Choices(), Notes())


PARTS = {
    "in German": (
        pd.date_range("1990-01-01", periods=90, freq="MS"),
        lambda i: {
            "Jahr": i.year,
            "Monat": [f"{'Januar März'.split()[m == 3] if m in (1, 3) else m}" for m in i.month],
        },
    ),
    "in Spanish": (
        pd.date_range("2019-12-01", periods=90, freq="h"),
        lambda i: {"Año": i.year, "Mes": i.month, "Día": i.day, "Hora": i.hour},
    ),
    "in French": (
        pd.date_range("2019-12-01", periods=90, freq="h"),
        lambda i: {"Année": i.year, "Mois": i.month, "Jour": i.day, "Heure": i.hour},
    ),
    "quarters in German": (
        pd.date_range("1990-01-01", periods=90, freq="QS"),
        lambda i: {"Jahr": i.year, "Quartal": [f"{q}. Quartal" for q in i.quarter]},
    ),
    "weeks of reports": (
        pd.date_range("2003-12-01", periods=400, freq="W-MON"),
        lambda i: {"Meldejahr": i.isocalendar().year, "Meldewoche": i.isocalendar().week},
    ),
    "weeks of a bulletin": (
        pd.date_range("2003-12-01", periods=400, freq="W-MON"),
        lambda i: {"ISO year": i.isocalendar().year, "ISO week": i.isocalendar().week},
    ),
    "months of a bureau": (
        pd.date_range("1990-01-01", periods=90, freq="MS"),
        lambda i: {"Year": i.year, "Period": [f"M{m:02d}" for m in i.month]},
    ),
    "letters large and small": (
        pd.date_range("2019-12-01", periods=90, freq="10min"),
        lambda i: {"YY": i.year, "MM": i.month, "DD": i.day, "hh": i.hour, "mm": i.minute},
    ),
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
    "week words": (
        pd.date_range("2003-12-01", periods=400, freq="W-MON"),
        lambda i: {"Year": i.isocalendar().year, "Week": [f"W{week}" for week in i.isocalendar().week]},
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
