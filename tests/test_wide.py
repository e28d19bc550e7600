"""Tables that run sideways: hours or months as columns are unfolded, dates in the header are turned."""

import io

import numpy as np
import pandas as pd
import pytest

from core.data.choices import AS_IT_IS, UNFOLD, Choices
from core.data.ingest import Ingested, ingest
from core.data.reading.layout.slots import find_slots
from core.data.step import DAY, Step
from tests.support.files import accepted, refusal, told

DAYS = 60
VALUES = np.random.default_rng(0).normal(100, 9, size=(DAYS, 96)).round(2)


def by_day(names: list[str], **more) -> pd.DataFrame:
    """Return one row a day with a column for each of its hours."""
    dates = pd.date_range("2020-01-01", periods=DAYS, name="date").strftime("%Y-%m-%d")
    return pd.DataFrame(VALUES[:, : len(names)], columns=names, index=dates).assign(**more)


def read(frame: pd.DataFrame, layout: str = "", series: str = "") -> Ingested:
    return ingest(io.BytesIO(frame.to_csv().encode()), "file.csv", Choices(layout=layout, series=series))


def unfolded(columns: int, first: int) -> pd.Series:
    step = DAY / columns
    index = pd.date_range("2020-01-01", periods=DAYS * columns, freq=step) + first * step
    return pd.Series(VALUES[:, :columns].ravel(), index=index.as_unit("us"))


NAMES = {
    "1시": ([f"{hour}시" for hour in range(1, 25)], 1),
    "H1": ([f"H{hour}" for hour in range(1, 25)], 1),
    "HE 01": ([f"HE {hour:02d}" for hour in range(1, 25)], 1),
    "Hour 0": ([f"Hour {hour}" for hour in range(24)], 0),
    "00h": ([f"{hour:02d}h" for hour in range(24)], 0),
    "00:00": ([f"{hour:02d}:00" for hour in range(24)], 0),
    "0:00:00": ([f"{hour}:00:00" for hour in range(24)], 0),
    "01:00 to 24:00": ([f"{hour:02d}:00" for hour in range(1, 25)], 1),
    "01:00 to 00:00": ([f"{hour % 24:02d}:00" for hour in range(1, 25)], 1),
    "0-1시": ([f"{hour}-{hour + 1}시" for hour in range(24)], 0),
    "half hours": ([f"{place // 2:02d}:{place % 2 * 30:02d}" for place in range(48)], 0),
    "quarter hours": ([f"{place // 4:02d}:{place % 4 * 15:02d}" for place in range(96)], 0),
}


@pytest.mark.parametrize("names, first", NAMES.values(), ids=NAMES)
def test_the_hours_of_a_day_are_unfolded(names, first):
    result = accepted(by_day(names).to_csv())
    wanted = unfolded(len(names), first)
    assert result.step == Step(DAY / len(names)) and list(result.frame) == ["value"]
    assert result.frame.index.equals(wanted.index) and (result.frame["value"] == wanted).all()
    assert told(result.report.found, f"{len(names)} columns {names[0]!r} to {names[-1]!r} are the hours of the day")
    assert told(result.report.found, "is 00:00 of the next day") == bool(first)
    (question,) = result.report.questions
    assert question.key == "layout" and [option.value for option in question.options] == [UNFOLD, AS_IT_IS]
    assert question.taken == UNFOLD
    assert read(by_day(names), AS_IT_IS).frame.shape == (DAYS, len(names))


def test_numbered_columns_are_unfolded_only_when_said():
    frame = by_day([f"V{number}" for number in range(1, 25)])
    kept = read(frame)
    assert kept.frame.shape == (DAYS, 24) and told(kept.report.found, "'V1' to 'V24' could be the hours")
    assert (kept.report.questions[0].key, kept.report.questions[0].taken) == ("layout", AS_IT_IS)
    assert (read(frame, UNFOLD).frame["V"] == unfolded(24, 1)).all()


def test_columns_of_an_hourly_file_are_no_hours():
    index = pd.date_range("2020-01-01", periods=DAYS, freq="h", name="date")
    frame = by_day([f"H{hour}" for hour in range(1, 25)]).set_axis(index, axis=0)
    result = read(frame)
    assert result.frame.shape == (DAYS, 24) and result.report.questions == ()


@pytest.mark.parametrize("columns", [23, 25, 30])
def test_other_numbers_of_columns_stay(columns):
    assert read(by_day([f"H{hour}" for hour in range(1, columns + 1)])).frame.shape == (DAYS, columns)


def test_a_value_a_day_beside_its_hours_is_left_out():
    frame = by_day([f"{hour}시" for hour in range(1, 25)])
    result = read(frame.assign(합계=frame.sum(axis=1), 요일="월"))
    assert list(result.frame) == ["value"]
    assert told(result.report.refused, "합계: has one value for a whole row") and told(result.report.refused, "요일")


def test_two_variables_by_hour():
    names = [f"{name}_{hour:02d}:00" for name in ("load", "temp") for hour in range(24)]
    result = read(by_day(names))
    assert list(result.frame) == ["load", "temp"] and len(result.frame) == 24 * DAYS
    assert (result.frame["temp"].to_numpy() == VALUES[:, 24:48].ravel()).all()


def test_regions_below_each_other_with_hours_beside():
    frame = by_day([f"H{hour}" for hour in range(1, 25)])
    both = pd.concat([frame.assign(region="north"), (frame + 1).assign(region="south")])
    assert "'region'" in str(read(both).report.reason)
    spread = read(both, series="spread").frame
    np.testing.assert_allclose(spread["value south"] - spread["value north"], 1)


@pytest.mark.parametrize(
    "names",
    [
        [f"{hour % 12 or 12} {half}" for half in ("AM", "PM") for hour in range(12)],
        [f"{hour % 12 or 12}:00 {half}" for half in ("a.m.", "p.m.") for hour in range(12)],
    ],
)
def test_hours_with_am_and_pm_are_unfolded(names):
    assert (accepted(by_day(names).to_csv()).frame["value"] == unfolded(24, 0)).all()


@pytest.mark.parametrize("last, others", [("HE25", "HE{}"), ("Hour 3B", "Hour {}")])
def test_the_hour_of_one_day_of_25_is_left_out_and_told(last, others):
    frame = by_day([others.format(hour) for hour in range(1, 25)]).rename(columns={"Hour 3": "Hour 3A"})
    result = accepted(frame.assign(**{last: [41.5] + [np.nan] * (DAYS - 1)}).to_csv())
    assert (result.frame["value"] == unfolded(24, 1)).all()
    assert told(result.report.refused, f"{last}: has only 1 value, beside whole rows of times")


def test_hours_without_any_value_are_hours():
    names = [f"{hour}시" for hour in range(1, 25)]
    frame = by_day(names)
    frame[names[:5]] = np.nan  # the sun has not risen
    result = accepted(frame.to_csv())
    assert list(result.frame) == ["value"] and int(result.frame["value"].isna().sum()) == 5 * (DAYS - 1)


def test_the_days_of_a_month_are_unfolded():
    index = pd.date_range("2019-01-01", "2021-12-31")
    values = pd.Series(np.arange(len(index)) * 7 % 31 + 0.5, index=index)
    table = values.groupby([index.year, index.month, index.day]).first().unstack().rename_axis(["Year", "Month"])
    result = accepted(table.to_csv())
    assert result.step == Step(DAY) and (result.frame["value"].to_numpy() == values).all()


def test_days_of_a_month_need_months():
    frame = pd.DataFrame(VALUES[:, :31], columns=[f"d{day}" for day in range(1, 32)])
    assert accepted(frame.assign(Year=range(1950, 1950 + DAYS)).to_csv(index=False)).frame.shape == (DAYS, 31)


def test_the_quarters_of_a_year_are_unfolded():
    frame = pd.DataFrame(VALUES[:, :4], columns=["Q1", "Q2", "Q3", "Q4"]).assign(Year=range(1950, 1950 + DAYS))
    result = accepted(frame.to_csv(index=False))
    assert result.step == Step.by_months(3) and (result.frame["value"].to_numpy() == VALUES[:, :4].ravel()).all()
    assert told(result.report.found, "'Q1' to 'Q4' are the quarters of the year")


GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
FRENCH = "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc."
SPANISH = "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre"


@pytest.mark.parametrize("names", [GERMAN, FRENCH, SPANISH, "{}월", "{}", "M{:02d}", "Month {}"])
def test_months_are_known_in_many_words(names):
    words = [names.format(month) for month in range(1, 13)] if "{" in names else names.split()
    frame = pd.DataFrame(VALUES[:, :12], columns=words, index=pd.RangeIndex(1950, 1950 + DAYS, name="Jahr"))
    result = read(frame)
    assert result.step == Step.by_months(1) and (result.frame["value"].to_numpy() == VALUES[:, :12].ravel()).all()


def test_twelve_numbered_columns_beside_dates_are_no_months():
    assert read(by_day([str(place) for place in range(1, 13)])).frame.shape == (DAYS, 12)


def test_months_below_each_other_with_years_beside():
    frame = pd.DataFrame(VALUES[:12, :20], columns=range(2000, 2020), index=pd.Index(GERMAN.split(), name="Monat"))
    result = read(frame)
    assert result.report.start == "2000-01-01 00:00:00" and result.step == Step.by_months(1)
    assert (result.frame["value"].to_numpy() == VALUES[:12, :20].T.ravel()).all()


@pytest.mark.parametrize("form", ["{}", "{0} [YR{0}]", "X{}"])
def test_a_table_of_the_world_bank_is_turned(form):
    frame = pd.DataFrame(VALUES[:3, :60], columns=[form.format(year) for year in range(1960, 2020)])
    frame.insert(0, "Country Name", ["Aruba", "Korea, Rep.", "Germany"])
    frame.insert(1, "Country Code", ["ABW", "KOR", "DEU"])
    frame.insert(2, "Indicator Name", "Population, total")
    result = accepted('"Data Source","World Development Indicators",\n\n' + frame.to_csv(index=False))
    assert list(result.frame) == ["Aruba", "Korea, Rep.", "Germany"] and result.report.start.startswith("1960-01-01")
    assert (result.frame.to_numpy() == VALUES[:3, :60].T).all()
    assert told(result.report.refused, "Country Code: describes a row and not a time")


def test_a_header_of_dates_may_be_wider_than_other_tables():
    dates = pd.date_range("2020-01-22", periods=1200)
    values = np.arange(2400).reshape(2, 1200) % 37 + 0.5
    frame = pd.DataFrame(values, columns=dates.strftime("%m/%d/%y"), index=pd.Index(["A", "B"], name="Country"))
    assert (read(frame).frame.to_numpy() == values.T).all()
    plain = frame.set_axis([f"{place}s" for place in range(1200)], axis=1)
    assert "1,201 columns and the limit is 1,000" in refusal(plain.to_csv())


def counted(head: str) -> pd.DataFrame:
    names = [f"{head}{place}" for place in range(1, 97)]
    return pd.DataFrame(VALUES[:3], columns=names, index=pd.Index(["H1", "H2", "H3"], name="id"))


@pytest.mark.parametrize("head", ["d_", "V"])
def test_counted_columns_beside_series_are_times_from_a_stated_start(head):
    assert "No column can be read as time" in refusal(counted(head).to_csv())
    stated = Choices(start="2020-01-01", step="1h")
    result = ingest(io.BytesIO(counted(head).to_csv().encode()), "file.csv", stated)
    assert list(result.frame) == ["H1", "H2", "H3"] and (result.frame.to_numpy() == VALUES[:3].T).all()
    assert told(result.report.found, "Counted times stand in the header")


def test_counted_columns_of_plain_numbers_are_variables():
    frame = counted("s").reset_index(drop=True)
    stated = Choices(start="2020-01-01", step="1h")
    report = ingest(io.BytesIO(frame.to_csv(index=False).encode()), "file.csv", stated).report
    assert report.variables == 96 and not told(report.found, "turned")


@pytest.mark.parametrize("form", ["{0:%b}", "{0:%B}", "{0.month}월"])
def test_the_months_of_a_year_are_unfolded(form):
    names = [form.format(stamp) for stamp in pd.date_range("2000-01-01", periods=12, freq="MS")]
    frame = pd.DataFrame(VALUES[:, :12], columns=names, index=pd.RangeIndex(1950, 1950 + DAYS, name="year"))
    result = read(frame)
    assert result.step == Step.by_months(1) and result.report.start == "1950-01-01 00:00:00"
    assert (result.frame["value"].to_numpy() == VALUES[:, :12].ravel()).all()


def header_of_dates(form: str, freq: str = "D", rows: int = 3) -> pd.DataFrame:
    dates = pd.date_range("2020-01-22", periods=96, freq=freq)
    frame = pd.DataFrame(VALUES[:rows], columns=dates.strftime(form))
    frame.insert(0, "Region", [f"Region {place}" for place in range(rows)])
    return frame.assign(Lat=1.5).set_index("Region")


@pytest.mark.parametrize("form, freq", [("%m/%d/%y", "D"), ("%Y-%m-%d", "7D"), ("%Y-%m", "MS"), ("%d.%m.%Y", "D")])
def test_dates_in_the_header_are_turned(form, freq):
    result = read(header_of_dates(form, freq))
    assert list(result.frame) == ["Region 0", "Region 1", "Region 2"] and len(result.frame) == 96
    assert (result.frame.to_numpy() == VALUES[:3].T).all()
    assert told(result.report.found, "Times stand in the header", "3 rows becomes a variable")
    assert told(result.report.refused, "Lat: describes a row")
    assert result.frame.index[0].strftime("%Y-%m") == "2020-01" or form == "%Y-%m"


def test_rows_below_dates_need_names_of_their_own():
    frame = header_of_dates("%Y-%m-%d")
    assert "Region 0 more than once" in refusal(frame.rename(index={"Region 1": "Region 0"}).to_csv())
    many = pd.concat([header_of_dates("%Y-%m-%d", rows=60)] * 20).set_axis(
        pd.Index([f"r{place}" for place in range(1200)], name="Region")
    )
    assert "1,200 series below it; the limit is 1,000" in refusal(many.to_csv())


def test_a_file_with_a_few_dated_names_stays():
    index = pd.date_range("2020-01-01", periods=DAYS, name="date")
    frame = pd.DataFrame(VALUES[:, :14], index=index).set_axis(
        ["2019-01", "2019-02", *(f"pm2.{k}" for k in range(12))], axis=1
    )
    assert read(frame).frame.shape == (DAYS, 14)


@pytest.mark.parametrize(
    "names, apart, first",
    [
        ([str(hour) for hour in range(1, 25)], 60, 1),
        ([f"{hour:02d}" for hour in range(24)], 60, 0),
        ([f"{place // 2:02d}{place % 2 * 30:02d}" for place in range(48)], 30, 0),
        ([str(place) for place in range(1, 49)], 30, 0),
    ],
)
def test_bare_numbers_are_hours_by_their_run(names, apart, first):
    (slots,) = find_slots(["region", *names])
    assert slots.names == tuple(names) and slots.certain and slots.variable == "value"
    assert slots.offsets == tuple((place + first) * apart for place in range(len(names)))


@pytest.mark.parametrize("cell", [lambda s: f"{s.year}", lambda s: f"{s:%Y.%m}", lambda s: f"{s:%Y/%m}"])
@pytest.mark.parametrize("corner", ["Country", "시도별(1)", ""])
def test_numbers_of_years_in_the_header_are_names(cell, corner):
    index = pd.date_range("1960-01-01", periods=60, freq="YS" if cell(pd.Timestamp(2000, 5, 1)) == "2000" else "MS")
    rows = {"A": VALUES[0, :60], "B": VALUES[1, :60]}
    lines = [",".join([corner, *map(cell, index)]), *(",".join([name, *map(str, row)]) for name, row in rows.items())]
    result = accepted("\n".join(lines))
    assert list(result.frame.index) == list(index) and list(result.frame) == ["A", "B"]
    assert (result.frame["B"].to_numpy() == rows["B"]).all()


def test_months_in_german_in_the_header_are_all_turned():
    names = "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez".split()
    index = pd.date_range("1990-01-01", periods=60, freq="MS")
    frame = pd.DataFrame(VALUES[:2, :60], columns=[f"{names[s.month - 1]} {s.year}" for s in index], index=["A", "B"])
    result = accepted(frame.to_csv(index_label="Land"))
    assert list(result.frame.index) == list(index) and not result.report.left_out


@pytest.mark.parametrize(
    "words", ["Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez", "ene feb mar abr may jun jul ago sep oct nov dic"]
)
def test_months_of_a_year_in_other_words(words):
    years = np.arange(1960, 2010)
    frame = pd.DataFrame(VALUES[:50, :12], columns=words.split(), index=pd.Index(years, name="Jahr"))
    result = accepted(frame.to_csv())
    assert list(result.frame.index) == list(pd.date_range("1960-01-01", periods=600, freq="MS"))
    assert (result.frame["value"].to_numpy() == VALUES[:50, :12].ravel()).all()


@pytest.mark.parametrize("form", ["d", "02d"])
@pytest.mark.parametrize("order", [1, -1])
def test_months_that_are_numbered_beside_years(form, order):
    names = [f"{month:{form}}" for month in range(1, 13)]
    values = np.random.default_rng(2).integers(100, 900, (50, 12))
    rows = [",".join(map(str, [year, *row])) for year, row in zip(range(1970, 2020), values, strict=True)]
    result = accepted("\n".join([",".join(["Year", *names]), *rows[::order]]))
    np.testing.assert_array_equal(result.frame["value"], values.ravel())
    assert result.report.step == "1 month" and [one.key for one in result.report.questions] == ["layout"]


def test_twelve_numbered_sensors_are_no_months():
    values = np.random.default_rng(2).integers(1600, 2100, (200, 13))
    frame = pd.DataFrame(
        values, pd.date_range("2024-01-01", periods=200, freq="h"), ["load", *map(str, range(1, 13))]
    )
    result = accepted(frame.rename_axis("date").to_csv())
    assert result.frame.shape == (200, 13) and not result.report.questions
