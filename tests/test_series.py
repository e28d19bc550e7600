"""Several series below each other: told apart, asked for, spread or chosen; ordinary columns make none."""

import io

import numpy as np
import pandas as pd
import pytest

from core.data.choices import SPREAD, Choices
from core.data.ingest import Ingested, ingest
from tests.support.files import accepted, told


def one(rows: int, start: str = "2020-01-01", freq: str = "D", seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed + rows)
    stamps = pd.date_range(start, periods=rows, freq=freq)
    return pd.DataFrame({"date": stamps, "load": random.normal(size=rows).cumsum().round(3)})


def below(**series: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame.assign(place=name) for name, frame in series.items()], ignore_index=True)


def read(frame: pd.DataFrame, series: str = "") -> Ingested:
    return ingest(io.BytesIO(frame.to_csv(index=False).encode()), "file.csv", Choices(series=series))


EQUAL = below(A=one(100), B=one(100, seed=1))
UNEQUAL = below(A=one(300), B=one(200, seed=1), C=one(100, "2020-06-01", seed=2))
PANELS = {
    "equal blocks": (EQUAL, 2),
    "unequal blocks": (UNEQUAL, 3),
    "by time": (UNEQUAL.sort_values("date"), 3),
    "newest first": (UNEQUAL[::-1], 3),
    "in no order": (UNEQUAL.sample(frac=1, random_state=0), 3),
    "A continued by B": (below(A=one(200), B=one(300, "2020-05-01")), 2),
    "numbers": (UNEQUAL.assign(place=UNEQUAL["place"].map({"A": 1, "B": 22, "C": 333})), 3),
    "at other minutes": (below(A=one(200, freq="h"), B=one(200, "2020-01-01 00:30", freq="h")), 2),
    "beside the week": (UNEQUAL.assign(week=UNEQUAL["date"].dt.isocalendar().week), 3),
    "many": (below(**{f"s{number}": one(60, freq="MS", seed=number) for number in range(50)}), 50),
}


@pytest.mark.parametrize("frame, number", PANELS.values(), ids=PANELS)
def test_series_are_refused_with_their_column_and_asked_for(frame, number):
    report = read(frame).report
    assert (
        not report.accepted and "'place'" in str(report.reason) and str(report.reason).startswith(f"{number} series")
    )
    (question,) = report.questions
    answers = [option.value for option in question.options]
    assert question.key == "series" and answers[0] == SPREAD and len(answers) == 1 + min(number, 20)
    assert all(answer.startswith("place=") for answer in answers[1:])


def test_spread_puts_every_series_in_its_column():
    result = read(UNEQUAL.assign(week=UNEQUAL["date"].dt.isocalendar().week, land=UNEQUAL["place"] * 2), SPREAD)
    assert result.report.accepted and list(result.frame) == ["week", "load A", "load B"]
    for name in "AB":
        wanted = UNEQUAL[UNEQUAL["place"] == name].set_index("date")["load"]
        got = result.frame[f"load {name}"].dropna()
        assert (got == wanted).all() and len(got) == len(wanted)
    assert told(result.report.refused, "land: the same in all rows of a series")
    assert told(result.report.refused, "load C: 67% of its values are missing")
    assert told(result.report.warnings, "load B: no value in the last 100 rows")


@pytest.mark.parametrize("order", ["blocks", "by time", "in no order"])
def test_the_order_of_rows_changes_nothing(order):
    frame = {"blocks": EQUAL, "by time": EQUAL.sort_values("date"), "in no order": EQUAL.sample(frac=1)}[order]
    spread = read(frame, SPREAD).frame
    wanted = EQUAL.pivot(index="date", columns="place", values="load")
    assert (spread[["load A", "load B"]].to_numpy() == wanted.to_numpy()).all()


@pytest.mark.parametrize("name, rows", [("A", 300), ("B", 200), ("C", 100)])
def test_one_series_is_chosen(name, rows):
    result = read(UNEQUAL, f"place={name}")
    wanted = UNEQUAL[UNEQUAL["place"] == name].set_index("date")["load"]
    assert (result.frame["load"] == wanted).all() and list(result.frame) == ["load"]
    assert [part.rows for part in result.report.left_out] == [600 - rows]
    assert told(result.report.refused, f"other series than {name!r} left out, as chosen")


def test_an_answer_that_fits_no_series_asks_again():
    report = read(UNEQUAL, "place=Z").report
    assert not report.accepted and report.questions[0].key == "series"
    assert str(report.reason).startswith("No series is called 'place=Z': 3 series")


def test_two_columns_together_tell_series_apart():
    keys = [(state, fuel) for state in ("NY", "CA", "TX") for fuel in ("gas", "oil")]
    frame = pd.concat([one(60, freq="MS", seed=s).assign(state=a, fuel=b) for s, (a, b) in enumerate(keys)])
    report = read(frame).report
    assert "'state' and 'fuel' together" in str(report.reason) and str(report.reason).startswith("6 series")
    spread = read(frame, SPREAD).frame
    assert list(spread) == [f"load {state} / {fuel}" for state, fuel in keys]
    chosen = read(frame, "state / fuel=CA / oil").frame
    assert (chosen["load"] == spread["load CA / oil"]).all()


def stores(promotion: object) -> pd.DataFrame:
    """Return days of 3 stores and 3 families, interleaved, beside a count that differs from row to row."""
    dates = pd.date_range("2013-01-01", periods=100)
    keys = pd.MultiIndex.from_product(
        [dates, (1, 10, 2), ("BABY", "BOOKS", "BREAD")], names=["date", "store", "family"]
    )
    frame = keys.to_frame(index=False)
    random = np.random.default_rng(0)
    frame["sales"] = random.gamma(2, 50, len(frame)).round(3)
    return frame.assign(onpromotion=random.integers(0, promotion, len(frame)), id=np.arange(len(frame)))


@pytest.mark.parametrize("promotion", [2, 9, 60])
def test_what_is_counted_beside_series_does_not_tell_them_apart(promotion):
    frame = stores(promotion)
    assert "'store' and 'family' together" in str(read(frame).report.reason)
    result = read(frame, SPREAD)
    assert "sales 10 / BREAD" in result.frame and told(result.report.refused, "id: counts the rows")
    wanted = frame[(frame["store"] == 10) & (frame["family"] == "BREAD")]["sales"]
    assert (result.frame["sales 10 / BREAD"].to_numpy() == wanted.to_numpy()).all()


@pytest.mark.parametrize(
    "name, first, hours", [("Hour", 0, 1), ("HourEnding", 1, 1), ("Period", 1, 0.5), ("slot", 0, 1)]
)
@pytest.mark.parametrize("order", [["site", "date"], ["date", "at"], ["date", "site", "at"]])
def test_dates_and_hours_of_unequal_series_are_one_time(name, first, hours, order):
    size = int(24 / hours)
    parts = []
    for site, days in (("A", 30), ("B", 25), ("C", 20)):
        dates = pd.date_range("2023-01-01", periods=days).repeat(size)
        at = np.tile(np.arange(first, first + size), days)
        parts.append(pd.DataFrame({"date": dates, "at": at, "site": site, "load": np.arange(len(at)) * 7 % 31 + 0.5}))
    frame = pd.concat(parts).sort_values(order, kind="stable").rename(columns={"at": name})
    report = read(frame).report
    assert str(report.reason).startswith("3 series") and "'site'" in str(report.reason)
    chosen = read(frame, "site=B")
    assert len(chosen.frame) == 25 * size
    assert (chosen.frame["load"].to_numpy() == parts[1]["load"]).all()


def test_series_that_never_meet_stay_apart():
    frame = below(A=one(200, freq="h"), B=one(200, "2020-01-01 00:30", freq="h"))
    assert list(read(frame, SPREAD).frame) == ["load A", "load B"]


def test_the_example_of_a_question_is_a_column_that_there_will_be():
    frame = EQUAL.assign(land=EQUAL["place"] * 2, week=EQUAL["date"].dt.isocalendar().week)
    frame = frame[["week", "date", "place", "land", "load"]]
    assert "'load A'" in str(read(frame).report.questions[0].options[0].label)


def counted(in_turn: bool) -> pd.DataFrame:
    frame = pd.concat(
        [
            pd.DataFrame({"unique_id": name, "ds": np.arange(1, n + 1), "y": one(n)["load"]})
            for name, n in LENGTHS.items()
        ]
    )
    return frame.sort_values("ds", kind="stable") if in_turn else frame


LENGTHS = {"H1": 200, "H2": 150, "H3": 180}


@pytest.mark.parametrize("in_turn", [False, True])
def test_rows_that_each_series_counts_are_numbered_so(in_turn):
    def stated(series: str = "") -> Ingested:
        choices = Choices(start="2020-01-01", step="1h", series=series)
        return ingest(io.BytesIO(counted(in_turn).to_csv(index=False).encode()), "file.csv", choices)

    assert str(stated().report.reason).startswith("3 series") and "'unique_id'" in str(stated().report.reason)
    frame = stated(SPREAD).frame
    assert len(frame) == 200 and frame.count().to_dict() == {f"y {name}": rows for name, rows in LENGTHS.items()}


def test_names_of_stretches_in_a_file_without_times_are_warned_of():
    frame = counted(False).drop(columns="ds")
    choices = Choices(start="2020-01-01", step="1h")
    report = ingest(io.BytesIO(frame.to_csv(index=False).encode()), "file.csv", choices).report
    assert report.accepted and told(report.warnings, "unique_id names 3 stretches of rows (H1, H2, H3)")


def test_too_many_columns_side_by_side_are_refused_and_asked_again():
    wide = pd.concat(
        [one(60, freq="MS", seed=s).assign(place=s, wind=lambda frame: frame["load"] ** 2) for s in range(600)]
    )
    assert SPREAD not in [option.value for option in read(wide).report.questions[0].options]
    report = read(wide, SPREAD).report
    assert "1,200 columns and the limit is 1,000" in str(report.reason) and len(report.questions[0].options) == 20


def calendar_columns(frame: pd.DataFrame) -> pd.DataFrame:
    date = frame["date"].dt
    return frame.assign(hour=date.hour, weekday=date.day_of_week, month=date.month_name(), year=date.year)


def doubled_hours() -> pd.DataFrame:
    """Return hours of which one in six comes twice, with another word for the weather."""
    random = np.random.default_rng(0)
    frame = one(2000, freq="h").assign(weather=random.choice(["clear", "rain", "mist"], 2000, p=[0.6, 0.25, 0.15]))
    again = frame.sample(frac=0.16, random_state=0).assign(weather="storm")
    return pd.concat([frame, again]).sort_values("date", kind="stable")


def summer_time() -> pd.DataFrame:
    zoned = pd.date_range("2021-04-01", "2021-12-31", freq="h", tz="Europe/Berlin")
    season = ["S" if stamp.dst() else "W" for stamp in zoned]
    return one(len(zoned)).assign(date=zoned.tz_localize(None), season=season)


YEARS = one(900).assign(year=lambda frame: frame["date"].dt.year)
MONTHS = one(600, "1960-01-01", "MS").assign(month=lambda frame: frame["date"].dt.month)
ONE_SERIES = {
    "calendar columns": calendar_columns(one(2000, freq="h")),
    "newest first": calendar_columns(one(2000, freq="h"))[::-1],
    "in no order": calendar_columns(one(2000, freq="h")).sample(frac=1, random_state=0),
    "years newest first": pd.concat([YEARS[YEARS["year"] == year] for year in (2022, 2021, 2020)]),
    "sorted by month": MONTHS.sort_values(["month", "date"]),
    "a flag": one(500).assign(holiday=np.arange(500) % 7 > 4),
    "doubled hours": doubled_hours(),
}


@pytest.mark.parametrize("frame", ONE_SERIES.values(), ids=ONE_SERIES)
def test_a_weekday_a_flag_or_a_year_makes_no_series(frame):
    result = accepted(frame.to_csv(index=False))
    assert "load" in result.frame and len(result.frame) == frame["date"].nunique()


def test_the_hour_that_summer_time_doubles_makes_no_series():
    frame = summer_time()
    result = accepted(frame.to_csv(index=False))
    assert len(result.frame) == len(frame) and (result.frame["load"].to_numpy() == frame["load"]).all()


def test_the_pieces_of_midnight_on_the_day_that_ends_are_no_series():
    index = pd.date_range("2018-01-01", periods=961, freq="15min")[1:]
    written = index.where(index != index.normalize(), index - pd.Timedelta(days=1))
    second = (index - index.normalize()).total_seconds().astype(int)
    frame = one(960).assign(date=written, NSM=second)
    assert accepted(frame.to_csv(index=False)).report.end == str(index[-1])
