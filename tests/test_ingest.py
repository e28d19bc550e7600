"""A user's file: every writing of the same table is read as the same table."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.files import HOURS, accepted, check, hourly, same, told, workbook


@pytest.mark.parametrize(
    "delimiter, word", [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_delimiters(delimiter, word):
    result = accepted(hourly().to_csv(sep=delimiter))
    same(result.frame, hourly())
    assert told(result.report.found, f"separated by {word}.") and result.report.mended == ()


def test_columns_separated_by_spaces_with_date_and_time_apart():
    lines = [f"{stamp:%Y-%m-%d}  {stamp:%H:%M}   {row.load}  {row.temp}" for stamp, row in hourly().iterrows()]
    result = accepted("\n".join(["date time load temp", *lines]), "file.txt")
    same(result.frame, hourly())
    assert told(result.report.found, "spaces") and told(result.report.found, "'date' and 'time'")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "euc_kr"])
def test_encodings(encoding):
    name = "부하" if encoding == "euc_kr" else "Temperatur (°C)"
    frame = hourly().rename(columns={"load": name})
    result = accepted(frame.to_csv(), encoding=encoding)
    same(result.frame, frame)
    assert told(result.report.found, "Text in")


def test_decimal_comma_with_groups():
    frame = hourly() * 1000
    lines = [
        ";".join([str(stamp), *(f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in row)])
        for stamp, row in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    result = accepted("\n".join(["date;load;temp", *lines]))
    same(result.frame, frame)
    assert told(result.report.found, "decimal comma")


def test_thousands_and_unicode_minus():
    frame = hourly().assign(load=hourly()["load"] * 1000)
    lines = [f'{s},"{r.load:,.1f}",{str(r.temp).replace("-", chr(0x2212))}' for s, r in frame.iterrows()]
    same(accepted("\n".join(["date,load,temp", *lines])).frame, frame)


def test_lines_before_the_table_and_no_header():
    text = hourly().to_csv()
    result = accepted("Station 7\nexported 2024\n\n" + text)
    same(result.frame, hourly())
    assert told(result.report.found, "2 lines before the table")
    bare = accepted(text.split("\n", 1)[1])
    assert bare.report.variables == 2 and told(bare.report.found, "No line of column names")
    np.testing.assert_array_equal(bare.frame.to_numpy(), hourly().to_numpy())


def test_doubled_and_missing_column_names():
    text = hourly().to_csv().replace("date,load,temp", "date,load,load", 1)
    result = accepted(text)
    assert list(result.frame.columns) == ["load", "load (2)"] and told(result.report.mended, "'load (2)'")


DATE_WRITINGS = [
    ("%Y-%m-%d %H:%M:%S", "year-month-day"),
    ("%Y-%m-%dT%H:%M", "year-month-day"),
    ("%Y/%m/%d %H:%M", "year/month/day"),
    ("%Y%m%d%H%M", "year first"),
    ("%Y. %m. %d. %H:%M", "year.month.day"),
    ("%Y년 %m월 %d일 %H시 %M분", "Korean"),
    ("%d.%m.%Y %H:%M", "day.month.year"),
    ("%d/%m/%Y %H:%M", "day/month/year"),
    ("%m/%d/%Y %I:%M %p", "month/day/year"),
    ("%d-%b-%Y %H:%M", "day-month-year"),
    ("%d.%m.%y %H:%M", "day.month.year"),
]


@pytest.mark.parametrize("form, word", DATE_WRITINGS)
def test_date_writings(form, word):
    frame = hourly()
    frame.index = frame.index.strftime(form)
    frame.index.name = "Zeitstempel"
    result = accepted(frame.rename_axis("timestamp").to_csv(sep=";"))
    same(result.frame, hourly())
    assert told(result.report.found, word)


def test_days_and_months_are_told_apart_by_the_steadier_step():
    index = pd.date_range("2024-01-01", periods=240, freq="h")
    index = index[index.day <= 12]
    table = pd.DataFrame({"load": np.arange(len(index)) % 7}, index=index.strftime("%m/%d/%Y %H:%M")).rename_axis(
        "date"
    )
    result = accepted(table.to_csv())
    assert result.report.start == "2024-01-01 00:00:00" and result.report.step == "1 hour"
    assert told(result.report.found, "could also be day/month/year")


@pytest.mark.parametrize("unit, size", [("s", 1), ("ms", 1000)])
def test_seconds_since_1970(unit, size):
    frame = hourly()
    frame.index = (frame.index - pd.Timestamp(0)) // pd.Timedelta("1s") * size
    result = accepted(frame.rename_axis("timestamp").to_csv())
    same(result.frame, hourly())
    assert told(result.report.found, f"counted in {unit} since 1970")


def test_separate_year_month_day_hour_columns_with_hour_24():
    frame = hourly()
    ends = frame.index + pd.Timedelta("1h")  # hours 1 to 24, as many loggers write
    parts = pd.DataFrame(
        {"Year": frame.index.year, "Month": frame.index.month, "Day": frame.index.day, "Hour": frame.index.hour + 1}
    )
    result = accepted(pd.concat([parts, frame.reset_index(drop=True)], axis=1).to_csv(index=False))
    same(result.frame, frame.set_axis(ends.as_unit("us"), axis=0))
    assert told(result.report.found, "Year, Month, Day, Hour")


def test_24_00_is_midnight_of_the_next_day():
    frame = hourly()
    stamps = (frame.index - pd.Timedelta("1h")).strftime("%Y-%m-%d %H:00").to_list()
    text = [s.replace(" 23:00", " 24:00") if s.endswith("23:00") else None for s in stamps]
    index = [t or f"{frame.index[place]:%Y-%m-%d %H:%M}" for place, t in enumerate(text)]
    result = accepted(frame.set_axis(index, axis=0).rename_axis("date").to_csv())
    same(result.frame, frame)
    assert told(result.report.mended, "24:00 (4 times)")


def test_one_time_zone_is_kept_as_wall_clock():
    frame = hourly()
    stamps = frame.index.strftime("%Y-%m-%dT%H:%M:%S") + "+09:00"
    result = accepted(frame.set_axis(stamps, axis=0).rename_axis("date").to_csv())
    same(result.frame, frame)
    assert told(result.report.found, "UTC+09:00")


def test_summer_time_is_read_as_standard_time_all_year():
    local = pd.date_range("2024-03-29", periods=96, freq="h", tz="Europe/Berlin")  # clocks go forward on the 31st
    table = pd.DataFrame({"load": np.arange(96.0) ** 2}, index=local.map(lambda s: s.isoformat())).rename_axis("date")
    result = accepted(table.to_csv())
    assert len(result.frame) == 96 and result.frame.index[-1] == pd.Timestamp("2024-04-01 23:00")
    assert told(result.report.found, "UTC+01:00 all year") and result.report.mended == ()


def test_excel_with_another_sheet_and_a_title_line():
    rows = [
        ["Plant 3"],
        ["date", "load", "temp"],
        *([s.to_pydatetime(), r.load, r.temp] for s, r in hourly().iterrows()),
    ]
    result = accepted(workbook(rows, others=["Notes"]), "plant.xlsx")
    same(result.frame, hourly())
    assert told(result.report.found, "sheet 'Data'", "Notes") and told(result.report.found, "1 line before")


def test_excel_error_cells_and_texts():
    rows = [["date", "load", "temp"], *([str(s), r.load, r.temp] for s, r in hourly().iterrows())]
    rows[5][1], rows[6][2] = "#N/A", "broken"
    result = accepted(workbook(rows), "plant.xlsx")
    assert np.flatnonzero(result.frame["load"].isna()).tolist() == [4]
    assert told(result.report.mended, "load: 1 value missing") and told(
        result.report.mended, "temp: 1 cell", "'broken'"
    )


def test_parquet_with_index_zone_and_coded_text():
    frame = hourly()
    zoned = frame.tz_localize("Asia/Seoul")
    stream = io.BytesIO()
    zoned.assign(place="north", ok=[True, False] * (HOURS // 2)).to_parquet(stream)
    result = accepted(stream.getvalue(), "file.parquet")
    same(result.frame[["load", "temp"]], frame)
    assert told(result.report.found, "UTC+09:00") and told(result.report.refused, "place: not numeric")
    assert told(result.report.mended, "ok: true and false") and set(result.frame["ok"]) == {0.0, 1.0}


def test_parquet_lists_are_left_out_unread():
    stream = io.BytesIO()
    table = pa.Table.from_pandas(hourly().reset_index()).append_column("lists", pa.array([[1.0, 2.0]] * HOURS))
    pq.write_table(table, stream)
    result = accepted(stream.getvalue(), "file.parquet")
    same(result.frame, hourly())
    assert told(result.report.refused, "lists: holds list<", "not numbers")


def test_the_content_counts_and_not_the_name():
    stream = io.BytesIO()
    hourly().to_parquet(stream)
    result = accepted(stream.getvalue(), "file.csv")
    assert told(result.report.found, ".csv", "Parquet")


@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6, allow_nan=False), st.floats(-1e6, 1e6, allow_nan=False)),
        min_size=60,
        max_size=80,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-16"]),
)
@settings(max_examples=25, deadline=None)
def test_any_numbers_survive_the_round_trip(values, delimiter, encoding):
    cells = np.array(values)
    cells[0], cells[1] = (0.0, 1.0), (1.0, 3.0)  # neither constant nor a row count
    frame = pd.DataFrame(cells, columns=["a", "b"], index=hourly(len(cells)).index)
    result = check(frame.to_csv(sep=delimiter), encoding=encoding)
    placeholders = {column.split(":")[0] for column in map(str, result.report.mended)}
    if not placeholders and result.report.accepted:
        same(result.frame, frame)
    else:
        assert placeholders <= {"a", "b"}
