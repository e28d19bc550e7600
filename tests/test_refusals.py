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
from core.data.reading import limits
from core.data.reading.files import guard, textfile
from tests.support.files import accepted, check, hourly, refusal, same, told, workbook


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "empty"),
        (b"\n \n", "no table"),
        (b"date,load\n", "no rows"),
        (b"hello world this is prose\nand more of it\n", "time"),
        (b"a,b\n" + b"1,2\n" * 60, "No column can be read as time"),
        (b"date,load\n" + b"2024-01-01,2\n" * 60, "'date' looks like the time and is '2024-01-01' in every row"),
        (b"date,load\n" + b"2024-01-01,1\x00\n" * 9, "zero byte at position 22"),
        (b'date,load\n2024-01-01,"1\n' + b"2024-01-02,2\n" * 60, "quotation marks do not match"),
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
    assert "in about 3 rows" in refusal(pd.concat([hourly(), hourly() + 1, hourly() + 2]).to_csv())


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

    reason = str(ingest(Huge(b"date"), "huge.csv").report.reason)
    assert "201 MB and the limit is 200 MB" in reason
    wide = "date," + ",".join(f"v{place}" for place in range(1000)) + "\n"
    assert "1,001 columns and the limit is 1,000" in refusal(wide + "2024-01-01" + ",1" * 1000 + "\n")
    monkeypatch.setattr(limits, "MOST_ROWS", 50)
    assert "more than 50 rows" in refusal(hourly().to_csv())
    monkeypatch.setattr(limits, "MOST_ROWS", 1_000_000)
    monkeypatch.setattr(limits, "MOST_CELLS", 100)
    assert "more than 100 cells" in refusal(hourly().to_csv())


def test_a_long_parquet_file_is_refused_by_its_footer():
    table = pa.table({"a": pa.array(np.zeros(2_000_000, np.int8))})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    assert len(stream.getvalue()) < 10_000
    assert "more than 1,000,000 rows" in refusal(stream.getvalue(), "file.parquet")


def footed(rows: int, groups: int, claim: int, *, everywhere: bool = False) -> bytes:
    """Return a Parquet file whose footer says `claim` rows; `everywhere`: in its row groups and columns too."""
    stream = io.BytesIO()
    table = pa.table({"date": pa.array(hourly(rows).index), "load": pa.array(np.arange(rows) % 7.0)})
    with pq.ParquetWriter(stream, table.schema, write_statistics=False) as writer:
        for _ in range(groups):
            writer.write_table(table)
    content = stream.getvalue()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    footer = content[start:-8].replace(number(rows * groups), number(claim, len(number(rows * groups)) - 1), 1)
    if everywhere:
        footer = footer.replace(number(rows), number(claim // groups, len(number(rows)) - 1))
    return content[:start] + footer + content[-8:]


def number(value: int, width: int = 0) -> bytes:
    """Return a 64-bit field of Thrift's compact protocol, padded to `width` bytes of digits."""
    rest, digits = value * 2, []
    while rest or len(digits) < width or not digits:
        digits.append(rest & 127)
        rest >>= 7
    return bytes([0x16, *(digit | 128 for digit in digits[:-1]), digits[-1]])


def test_a_parquet_footer_that_says_less_than_the_file_holds(monkeypatch):
    as_written = accepted(footed(300, 3, 900), "file.parquet").report
    assert told(as_written.refused, "600 rows at the time of an earlier one")
    assert "says that it has 10 rows and its parts hold 900" in refusal(footed(300, 3, 10), "file.parquet")
    assert refusal(footed(300, 3, 30, everywhere=True), "file.parquet")
    monkeypatch.setattr(limits, "MOST_ROWS", 500)
    assert "more than 500 rows" in refusal(footed(300, 3, 10), "file.parquet")


def test_lists_may_hold_more_values_than_a_file_may_have_rows(monkeypatch):
    table = pa.Table.from_pandas(hourly().reset_index()).append_column(
        "lists", pa.array([[1.0] * 20] * len(hourly()))
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)
    monkeypatch.setattr(limits, "MOST_ROWS", 500)
    assert check(stream.getvalue(), "file.parquet").report.accepted


@pytest.mark.slow
def test_a_small_parquet_file_of_long_texts_stays_small():
    rows = 20_000  # 2 GB once every row is written out
    coded = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * 100_000]))
    stream = io.BytesIO()
    pq.write_table(pa.table({"date": coded}), stream)
    assert "time" in refusal(stream.getvalue(), "file.parquet")


WORKBOOK = workbook([["date", "load"], *([str(stamp), row.load] for stamp, row in hourly(50).iterrows())])


def hostile_workbook(sheet: bytes, *, suffix: str = ".xml", **others: bytes) -> bytes:
    """Return a workbook whose sheet is the bytes; `others` are parts by name (__ for a slash, _ for a point)."""
    source = workbook([["date", "load"], ["2024-01-01", 1]])
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = sheet if name == "xl/worksheets/sheet1.xml" else old.read(name)
            new.writestr(
                name.replace("sheet1.xml", f"sheet1{suffix}"),
                content.replace(b"sheet1.xml", b"sheet1" + suffix.encode()),
            )
        for name, content in others.items():
            new.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
END = b"</sheetData></worksheet>"


def rows_of(frame: pd.DataFrame) -> bytes:
    cells = (
        f'<row><c t="inlineStr"><is><t>{stamp}</t></is></c><c><v>{row.load}</v></c><c><v>{row.temp}</v></c></row>'
        for stamp, row in frame.iterrows()
    )
    return "".join(cells).encode()


def test_a_row_number_beyond_excel_is_refused_and_a_far_one_is_not():
    far = b'<row r="%d"><c><v>1</v></c></row>'
    assert "beyond 1,048,576" in refusal(hostile_workbook(SHEET + rows_of(hourly()) + far % 10**15 + END), "a.xlsx")
    assert check(hostile_workbook(SHEET + rows_of(hourly()) + far % 9_000 + END), "a.xlsx").report.accepted


def test_more_rows_than_a_sheet_has_are_refused_unparsed(monkeypatch):
    monkeypatch.setattr(guard, "LAST_ROW", 80)
    monkeypatch.setattr(limits, "MOST_ROWS", 60)
    monkeypatch.setattr(guard, "_CHUNK", 7)  # rows begin on every seam
    assert "more than 60 rows" in refusal(hostile_workbook(SHEET + rows_of(hourly()) + b"broken"), "a.xlsx")
    assert "damaged" in refusal(hostile_workbook(SHEET + rows_of(hourly().head(80)) + b"broken"), "a.xlsx")


def test_parts_that_are_read_whole_have_a_limit(monkeypatch):
    good = SHEET + rows_of(hourly()) + END
    monkeypatch.setattr(guard, "_MOST_LOADED", 20_000)
    assert "'xl/sharedStrings.xml' has" in refusal(
        hostile_workbook(good, xl__sharedStrings_xml=b"<a>" * 9_000), "a.xlsx"
    )
    assert check(hostile_workbook(good, xl__media__image1_png=b"\x89PNG\0" * 9_000), "a.xlsx").report.accepted


@pytest.mark.parametrize(
    "before", [b"", b"<!-- <a " + b"x" * 5000 + b" -->", b"<?a " + b"<b" * 3000 + b"?>", b" " * 5000]
)
@pytest.mark.parametrize("suffix", [".xml", ".bin", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_entities_are_found_in_every_part(before, suffix, encoding):
    lines = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SHEET[21:] + rows_of(hourly()) + END
    part = b'<?xml version="1.0"?>' + before + lines
    content = hostile_workbook(part.decode().encode(encoding), suffix=suffix)
    assert "declares entities or is not Excel's own" in refusal(content, "a.xlsx")


def test_pictures_and_printer_settings_are_no_xml():
    good = SHEET + rows_of(hourly()) + END
    settings = "\\\\printer\\one<two".encode("utf-16-le")
    others = {
        "xl__printerSettings__one_bin": settings,
        "xl__media__a_png": b"\x89PNG<",
        "xl__vba_bin": b"\0\1<!ENTITY",
    }
    assert check(hostile_workbook(good, **others), "a.xlsx").report.accepted


def test_blank_rows_are_skipped_and_have_a_limit(monkeypatch):
    rows = hourly().to_csv().replace("\n", "\n,,\n\n")
    same(accepted(rows).frame, hourly())
    monkeypatch.setattr("core.data.reading.rows.table._MOST_BLANK", 100)
    for blank in ("", ",,", " , \t, "):
        assert "more than 100 blank rows" in refusal(hourly(200).to_csv() + f"{blank}\n" * 101)
    rows = [[str(stamp), row.load] for stamp, row in hourly(200).iterrows()]
    assert "more than 100 blank rows" in refusal(workbook([["date", "load"], *rows, *[[]] * 101, *rows]), "a.xlsx")


def test_a_line_without_end_and_a_cell_without_end(monkeypatch):
    good = hourly().to_csv()
    assert "a cell has more than 131,072 characters" in refusal(good + '"' + "9\n" * 70_000 + '",1,2\n')
    monkeypatch.setattr(textfile, "MOST_LINE", 100)
    assert check(good).report.accepted
    for text, line in (("1," * 51, 1), (good + "9" * 101, 98), ('"' * 101, 1), ("# " + "x" * 100 + "\n" + good, 1)):
        assert f"Line {line} has more than 100 characters" in refusal(text)


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
