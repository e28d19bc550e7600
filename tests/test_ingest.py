"""A user's file: every writing is read, every repair is told, everything hostile is refused in one sentence."""

import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import WindowConfig
from core.data import guard
from core.data.catalog import available, load_dataset
from core.data.dataset import frame_fingerprint
from core.data.ingest import ingest, store_upload
from core.data.windows import longest_lookback, make_windows
from core.vocabulary import Split

HOURS = 96


def hourly(rows: int = HOURS, step: str = "1h") -> pd.DataFrame:
    """Return a clean table: load and temp over `rows` steps."""
    index = pd.date_range("2024-01-25 00:00", periods=rows, freq=step, name="date").as_unit("us")
    place = np.arange(rows)
    return pd.DataFrame({"load": 100 + (place * 7) % 31 + 0.5, "temp": -3 + (place * 3) % 17 + 0.25}, index=index)


def check(content: bytes | str, name: str = "file.csv", encoding: str = "utf-8"):
    return ingest(io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding)), name)


def accepted(content: bytes | str, name: str = "file.csv", encoding: str = "utf-8"):
    result = check(content, name, encoding)
    assert result.report.accepted, result.report.reason
    assert result.frame is not None and result.frame.notna().all(axis=None)
    return result


def refusal(content: bytes | str, name: str = "file.csv") -> str:
    result = check(content, name)
    assert result.frame is None and not result.report.accepted
    reason = result.report.reason
    assert reason.endswith(".") and "\n" not in reason and reason in result.report.refused
    return reason


def told(lines: tuple[str, ...], *words: str) -> bool:
    return any(all(word in line for word in words) for line in lines)


def same(frame: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(frame, wanted, check_freq=False, check_column_type=False, check_names=False)


# --- writings of one and the same table ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "delimiter, word", [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")]
)
def test_delimiters(delimiter, word):
    result = accepted(hourly().to_csv(sep=delimiter))
    same(result.frame, hourly())
    assert told(result.report.found, f"separated by {word}") and result.report.mended == ()


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


# --- Excel and Parquet --------------------------------------------------------------------------------------------


def workbook(rows, title="Data", others=()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for other in others:
        book.create_sheet(other)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


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
    assert result.frame["load"].iloc[4] == hourly()["load"].iloc[3]
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
    assert told(result.report.refused, "lists: holds list<", "unread")


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
    placeholders = {column.split(":")[0] for column in result.report.mended}
    if not placeholders and result.report.accepted:
        same(result.frame, frame)
    else:
        assert placeholders <= {"a", "b"}


# --- repairs ------------------------------------------------------------------------------------------------------


def test_gaps_are_inserted_and_filled_forward():
    result = accepted(hourly().drop(hourly().index[[10, 11, 40]]).to_csv())
    wanted = hourly()
    wanted.iloc[[10, 11]] = wanted.iloc[9].to_numpy()
    wanted.iloc[40] = wanted.iloc[39].to_numpy()
    same(result.frame, wanted)
    assert told(result.report.mended, "3 rows missing in 2 gaps", "2024-01-25 10:00:00 (2 rows)")
    assert told(result.report.mended, "load: 3 values missing")


@pytest.mark.parametrize("word", ["", "NA", "n/a", "NaN", "null", "-", "?", "#DIV/0!", "결측"])
def test_missing_words(word):
    lines = hourly().to_csv().splitlines()
    lines[8] = lines[8].rsplit(",", 1)[0] + f",{word}"
    result = accepted("\n".join(lines))
    assert result.frame["temp"].iloc[7] == hourly()["temp"].iloc[6]
    assert told(result.report.mended, "temp: 1 value missing in 1 gap (longest 1 row from 2024-01-25 07:00:00)")


def test_duplicates_and_order():
    table = pd.concat([hourly(), hourly().iloc[[3]], hourly().iloc[[5]] + 1]).sample(frac=1, random_state=1)
    table = table[~table.index.duplicated()].sort_index()[::-1]
    turned = accepted(table.to_csv())
    assert told(turned.report.mended, "newest first")
    same(turned.frame[["temp"]].iloc[[0, 1, 2]], hourly()[["temp"]].iloc[[0, 1, 2]])
    doubled = pd.concat([hourly(), hourly().iloc[[3]], hourly().iloc[[5]] + 1])
    result = accepted(doubled.to_csv())
    same(result.frame, hourly())
    assert told(result.report.mended, "not in order of time")
    assert told(result.report.mended, "2 rows at the time of an earlier one, 1 of them with other values")


def test_sentinels_are_found_and_real_values_stay():
    frame = hourly()
    frame["cold"] = np.linspace(-130, -70, HOURS) + np.arange(HOURS) % 3
    frame.loc[frame.index[20], "cold"] = -99.0
    frame.loc[frame.index[[5, 6]], "load"] = -9999
    result = accepted(frame.to_csv())
    assert result.frame["load"].iloc[5] == hourly()["load"].iloc[4] and result.frame["cold"].iloc[20] == -99
    assert told(result.report.mended, "load: 2 cells of -9999") and not told(result.report.mended, "cold")


def test_useless_columns_are_left_out_and_told():
    frame = hourly().assign(site="A3", fixed=4.0, empty=np.nan, rare=np.nan, number=np.arange(HOURS))
    frame.iloc[:9, frame.columns.get_loc("rare")] = 1.5
    result = accepted(frame.to_csv())
    assert list(result.frame.columns) == ["load", "temp"]
    for words in (
        ("site", "not numeric"),
        ("fixed", "constant (4)"),
        ("empty", "missing"),
        ("rare", "91%"),
        ("number",),
    ):
        assert told(result.report.refused, *words), words


def test_infinite_values_count_as_missing():
    result = accepted(hourly().assign(load=[np.inf, *hourly()["load"].iloc[1:]]).to_csv())
    assert told(result.report.mended, "load: 1 infinite value") and np.isfinite(result.frame.to_numpy()).all()


def test_times_beside_the_grid_are_moved():
    frame = hourly(200, "10min")
    seconds = np.random.default_rng(0).integers(0, 20, size=200)
    index = frame.index + pd.to_timedelta(seconds, unit="s")
    result = accepted(frame.set_axis(index, axis=0).rename_axis("date").to_csv())
    same(result.frame, frame)
    assert told(result.report.mended, "beside the 10 minutes grid", "moved")


def test_unreadable_times_are_left_out_and_told():
    lines = hourly().to_csv().splitlines()
    lines[4] = "total,5,5"
    result = accepted("\n".join(lines))
    assert told(result.report.refused, "1 row without a readable time", "row 4") and len(result.frame) == HOURS
    lines[4] = "9999-12-31 00:00:00,5,5"
    assert told(accepted("\n".join(lines)).report.refused, "1 row without a readable time", "row 4")


@pytest.mark.parametrize(
    "freq, step",
    [("MS", "1 month"), ("ME", "1 month"), ("QS", "3 months"), ("YS", "1 year"), ("D", "1 day"), ("B", "1 day")],
)
def test_calendar_steps(freq, step):
    index = pd.date_range("1950-01-01", periods=60, freq=freq, name="date")
    table = pd.DataFrame({"load": np.arange(60.0) ** 2}, index=index).drop(index[30])
    result = accepted(table.to_csv())
    assert result.report.step == step and len(result.frame) == 60
    assert told(result.report.mended, "1 row missing in 1 gap") and told(result.report.found, "Step")


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "empty"),
        (b"\n \n", "no table"),
        (b"date,load\n", "no rows"),
        (b"hello world this is prose\nand more of it\n", "time"),
        (b"a,b\n" + b"1,2\n" * 60, "No column can be read as time"),
        (b"date,load\n" + b"2024-01-01,1\x00\n" * 9, "zero byte at position 22"),
        (b'date,load\n2024-01-01,"1\n' + b"2024-01-02,2\n" * 60, "quote"),
        (b"date,load\n" + b"2024-01-01,1\n" * 150 + b"2024-01-02,2,3,4\n", "4 cells and the table 2 columns"),
        (b"\x80\x04\x95" + b"." * 50, "pickle, which is never opened"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "save it as .xlsx"),
        (b"\x1f\x8b" + b"\0" * 50, "gzip"),
        (b"PAR1" + b"\0" * 50, "damaged"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(content, words):
    assert words in refusal(content)


def test_series_below_each_other_are_refused():
    assert "about 3 times" in refusal(pd.concat([hourly(), hourly() + 1, hourly() + 2]).to_csv())


def test_no_common_step_is_refused():
    seconds = np.random.default_rng(0).exponential(900, size=300).cumsum().round()
    index = pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s")
    assert "no common step" in refusal(
        pd.DataFrame({"a": np.arange(300) % 9}, index=index).rename_axis("date").to_csv()
    )


def test_more_gap_than_data_is_refused():
    frame = pd.concat([hourly(), hourly().shift(freq="1000D")])
    assert "there would be 24,096 rows" in refusal(frame.to_csv())


def test_too_few_rows_and_nothing_numeric_are_refused():
    assert "at least 48 are needed" in refusal(hourly(20).to_csv())
    assert "numeric" in refusal(hourly().assign(load="x", temp="y").to_csv())
    assert "nothing is left" in refusal(hourly().assign(load=1, temp=2).to_csv())


def test_limits_hold_before_loading(monkeypatch):
    class Huge(io.BytesIO):
        def seek(self, offset, whence=0):
            place = super().seek(offset, whence)
            return 201 * 1024**2 if whence == 2 else place

        def read(self, *_):
            raise AssertionError("read in spite of its size")

    reason = ingest(Huge(b"date"), "huge.csv").report.reason
    assert "201 MB and the limit is 200 MB" in reason
    wide = "date," + ",".join(f"v{place}" for place in range(1000)) + "\n"
    assert "1,001 columns and the limit is 1,000" in refusal(wide + "2024-01-01" + ",1" * 1000 + "\n")
    monkeypatch.setattr(guard, "MOST_ROWS", 50)
    assert "more than 50 rows" in refusal(hourly().to_csv())
    monkeypatch.setattr(guard, "MOST_ROWS", 1_000_000)
    monkeypatch.setattr(guard, "MOST_CELLS", 100)
    assert "more than 100 cells" in refusal(hourly().to_csv())


def test_a_long_parquet_file_is_refused_by_its_footer():
    table = pa.table({"a": pa.array(np.zeros(2_000_000, np.int8))})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    assert len(stream.getvalue()) < 10_000
    assert "more than 1,000,000 rows" in refusal(stream.getvalue(), "file.parquet")


def test_a_small_parquet_file_of_long_texts_stays_small():
    rows = 20_000  # 2 GB once every row is written out
    coded = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * 100_000]))
    stream = io.BytesIO()
    pq.write_table(pa.table({"date": coded}), stream)
    assert "time" in refusal(stream.getvalue(), "file.parquet")


WORKBOOK = workbook([["date", "load"], *([str(stamp), row.load] for stamp, row in hourly(50).iterrows())])


def hostile_workbook(sheet: bytes, *, compress: bool = True) -> bytes:
    source = workbook([["date", "load"], ["2024-01-01", 1]])
    stream = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return stream.getvalue()


def test_zip_bomb_and_entity_bomb_are_refused_unopened():
    bomb = hostile_workbook(b"<worksheet>" + b" " * (64 * 1024**2))
    assert len(bomb) < 200_000 and "would unpack" in refusal(bomb, "bomb.xlsx")
    entities = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    )
    assert "declares entities" in refusal(hostile_workbook(entities), "entities.xlsx")
    hidden = b"<?xml version='1.0'?>" + b" " * 5000 + entities
    assert "not Excel's own" in refusal(hostile_workbook(hidden), "entities.xlsx")
    assert "entities" in refusal(hostile_workbook(entities.decode().encode("utf-16")), "entities.xlsx")
    assert refusal(hostile_workbook(b"<worksheet><sheetData><row"), "cut.xlsx")


def test_a_plain_zip_is_no_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("data.csv", hourly().to_csv())
    assert "zip archive and no Excel workbook" in refusal(stream.getvalue(), "data.zip")


def test_a_cell_far_to_the_right_is_refused():
    book = openpyxl.Workbook()
    book.active.append(["date", "load"])
    book.active.append(["2024-01-01", 1])
    book.active.cell(row=3, column=5000, value=1)
    stream = io.BytesIO()
    book.save(stream)
    assert "5,000 columns" in refusal(stream.getvalue(), "wide.xlsx")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(content):
    assert check(content).report.reason


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_no_damage_to_a_workbook_raises(hits):
    content = bytearray(WORKBOOK)
    for place, value in hits:
        content[4 + int(place * (len(content) - 4))] = value
    result = check(bytes(content), "file.xlsx")
    assert result.report.accepted or result.report.reason


# --- storing and the command line ---------------------------------------------------------------------------------


def test_a_stored_upload_loads_as_a_data_set(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    frame = hourly(400).rename(columns={"load": "load (MW)"})
    result = accepted(frame.to_csv(), "plant.csv")
    key = store_upload(result, "plant.csv")
    assert key == f"upload-{frame_fingerprint(result.frame)}" == store_upload(result, "again.csv")
    dataset = load_dataset(key)
    assert dataset.title == "plant.csv" and dataset.report == result.report and key in available()
    assert dataset.fingerprint == key.removeprefix("upload-") and dataset.units == {"load (MW)": "MW", "temp": ""}
    assert [len(dataset.splits.of(split)) for split in Split] == [280, 40, 80] and dataset.unbroken
    assert longest_lookback(dataset, 24, 36) == 252
    assert len(make_windows(dataset, WindowConfig(252, 24), Split.TEST)) == 57
    with pytest.raises(ValueError, match="was refused"):
        store_upload(check(b""), "empty.csv")


def run_command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "core", "data", *words], capture_output=True, text=True, check=False)


def test_command_line(tmp_path, capsys):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(hourly(1000).to_csv(), encoding="utf-8")
    bad.write_bytes(b"\x80\x04")
    done = run_command(str(good), "--json")
    report = json.loads(done.stdout)
    keys = ["accepted", "reason", "rows", "variables", "step", "start", "end", "found", "mended", "refused"]
    assert done.returncode == 0 and list(report) == keys and report["accepted"] and report["rows"] == 1000
    assert told(report["found"], "look-back 720", "longest look-back that fits is 576")
    done = run_command(str(bad), "--json")
    assert (
        done.returncode == 2
        and list(json.loads(done.stdout)) == keys
        and "pickle" in json.loads(done.stdout)["reason"]
    )
    done = run_command(str(tmp_path / "none.csv"))
    assert done.returncode == 2 and "cannot be opened" in done.stdout and not done.stderr


def test_readable_report():
    text = accepted(hourly().drop(hourly().index[5]).to_csv()).report.text()
    assert text.startswith(
        "accepted\n96 rows x 2 variables, 2024-01-25 00:00:00 to 2024-01-28 23:00:00, step 1 hour\n"
    )
    assert "mended:\n  - 1 row missing" in text
