"""What is hostile, damaged or useless is refused in one sentence, before it costs memory."""

import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.ingest import ingest
from core.data.reading import guard
from tests.files import check, hourly, refusal, workbook


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
