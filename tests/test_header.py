"""What stands above the rows of a table: names, groups, units, remarks, and comment lines."""

import datetime

import numpy as np
import pytest

from core.data.reading.numbers.cells import number
from core.data.reading.rows.header import find_header
from core.data.reading.rows.names import plain_name, unique_names
from core.data.report import Notes
from tests.support.files import HOURS, accepted, hourly, refusal, same, told, workbook

VALUES = [f"{stamp},{row.load},{row.temp}" for stamp, row in hourly().iterrows()]
FOUR = [f"{stamp},{row.load},{row.temp},{row.load * 2},{row.temp * 2}" for stamp, row in hourly().iterrows()]


def text(*lines: str, rows=VALUES) -> str:
    return "\n".join([*lines, *rows])


def units(result) -> dict[str, str]:
    return {column.name: column.unit for column in result.report.columns}


def test_a_price_download_of_one_ticker_keeps_short_names():
    result = accepted(text("Price,Close,Volume", "Ticker,AAA,AAA", "Date,,"))
    assert list(result.frame.columns) == ["Close", "Volume"] and len(result.frame) == HOURS
    assert told(result.report.found, "2 further header rows", "Ticker", "Date")
    assert told(result.report.found, "Time in 'Date'") and result.report.left_out == ()


def test_tickers_join_the_names_that_would_repeat():
    result = accepted(text("Price,Close,Close,Volume,Volume", "Ticker,AAA,BBB,AAA,BBB", "Date,,,,", rows=FOUR))
    assert list(result.frame.columns) == ["Close AAA", "Close BBB", "Volume AAA", "Volume BBB"]
    assert told(result.report.found, "joined from 2 rows") and result.report.mended == ()


def test_a_ticker_named_as_a_unit_is_no_unit():
    result = accepted(text("Price,Close,Close,Volume,Volume", "Ticker,A,V,A,V", rows=FOUR))
    assert list(result.frame.columns) == ["Close A", "Close V", "Volume A", "Volume V"]


@pytest.mark.parametrize("station", ["Station,CR1000,1,std,prog,5678", "Station,CR1000", "Station"])
def test_a_logger_file_of_four_rows(station):
    rows = [f'"{stamp}",{place},{row.load},{row.temp}' for place, (stamp, row) in enumerate(hourly().iterrows())]
    head = (f'"TOA5",{station}', '"TIMESTAMP","RECORD","AirT_Avg","RH"', '"TS","RN","Deg C","%"', '"","","Avg","Smp"')
    result = accepted(text(*head, rows=rows), "logger.dat")
    assert units(result) == {"AirT_Avg": "Deg C", "RH": "%"}
    assert told(result.report.found, "1 line before the table") and told(result.report.found, "'Avg, Smp'")
    assert told(result.report.refused, "RECORD") and told(result.report.found, "Time in 'TIMESTAMP'")


def test_a_logger_line_as_wide_as_the_table():
    result = accepted(text("TOA5,Station,CR1000", "TIMESTAMP,load,temp", "TS,kilo,grad", ",Avg,Avg"))
    assert units(result) == {"load": "kilo", "temp": "grad"}  # a logger's third row holds units whatever it says


def test_a_loggers_row_of_processing_is_no_row_of_units():
    head = ("TOA5,Station,CR1000", "TIMESTAMP,Batt,AirT", "TS,Volts,Deg C", ",Min,Avg")
    assert units(accepted(text(*head))) == {"Batt": "Volts", "AirT": "Deg C"}


def test_facts_of_the_station_above_the_names():
    facts = ("Source,Location ID,City,Latitude,Longitude,Zone", "NSRDB,145809,-,39.73,-105.18,-7")
    result = accepted(text(*facts, "date,load,temp"))
    same(result.frame, hourly())
    assert told(result.report.found, "2 lines before the table")


@pytest.mark.parametrize("below_time", ["UTC", "", "yyyy-mm-dd hh:mm", "-", "UTC+1", "MEZ (UTC+1)"])
@pytest.mark.parametrize("load, temp", [("MW", "degC"), ("[MW]", "(°C)"), ("kW h", "-"), ("EUR/MWh", "1")])
def test_a_row_of_units(below_time, load, temp):
    result = accepted(text("time,load,temp", f"{below_time},{load},{temp}"))
    same(result.frame, hourly())
    assert units(result) == {"load": load.strip("[]"), "temp": "" if temp in "-1" else temp.strip("()")}
    assert told(result.report.found, "A row of units") and result.report.mended == result.report.refused == ()


def test_a_row_that_describes_is_told_and_not_joined():
    result = accepted(text("time,load,temp", "Zeit,Last im Netz,Temperatur aussen"))
    same(result.frame, hourly())
    assert told(result.report.found, "further header row", "Last im Netz")


def test_groups_of_merged_cells():
    rows = [[stamp.to_pydatetime(), 1.5 * p, 2.0 + p % 7, p % 5, p % 3] for p, stamp in enumerate(hourly().index)]
    wanted = ["Plant A Load", "Plant A Temp", "Plant B Load", "Plant B Temp"]
    above = [["Time", "Plant A", None, "Plant B", None], [None, "Load", "Temp", "Load", "Temp"]]
    beside = [[None, "Plant A", None, "Plant B", None], ["Time", "Load", "Temp", "Load", "Temp"]]
    for head in (above, beside, [["Report of May"], [], *beside]):
        result = accepted(workbook([*head, *rows]), "plants.xlsx")
        assert list(result.frame.columns) == wanted, head
        assert told(result.report.found, "Time in 'Time'") and told(result.report.found, "joined from 2 rows")


def test_groups_in_text_with_units_below():
    result = accepted(text(",North,,South,", "date,load,temp,load,temp", ",MW,°C,MW,°C", rows=FOUR), encoding="utf-8")
    assert units(result) == {"North load": "MW", "North temp": "°C", "South load": "MW", "South temp": "°C"}


def test_a_remark_of_two_words_above_is_no_group():
    result = accepted(text("Station,Berlin", ",load,temp"))
    same(result.frame, hourly())
    assert told(result.report.found, "1 line before the table, skipped")


def test_remarks_with_numbers_as_wide_as_the_table():
    result = accepted(text("Station,Berlin,x", "Latitude,52.5,north", "date,load,temp", "UTC,MW,K"))
    same(result.frame, hourly())
    assert told(result.report.found, "2 lines before the table, skipped") and units(result)["load"] == "MW"


def test_names_repeated_below_are_no_second_header():
    lines = text("date,load,temp").splitlines()
    result = accepted("\n".join([*lines[:11], lines[0], *lines[11:]]))
    same(result.frame, hourly())
    assert told(result.report.refused, "1 row without a usable time")


def test_names_that_stay_doubled_are_numbered():
    result = accepted(text("date,load,load", ",x,x"))
    assert list(result.frame.columns) == ["load", "load (2)"] and told(result.report.mended, "'load (2)'")


@pytest.mark.parametrize(
    "first",
    [
        "2024-01-24 23:00:00,n.v.,n.v.",  # words in a row that has a time
        "2024-01-24 23:00:00,calm,3",
        "2024-01-24 23:00:00,,",
        "1706137200,off,off",
        "2024-01-24,3,3",  # the same dates without a clock
    ],
)
def test_a_first_row_with_words_is_a_row(first):
    notes = Notes()
    rows = [line.split(",") for line in text("date,load,temp", first).splitlines()]
    header = find_header(rows, number, notes)
    assert header.lines == 1 and header.names == ["date", "load", "temp"] and notes.found == []


@pytest.mark.parametrize("form", ["%d.%m.%Y %H:%M", "%Y%m%d%H", "%d-%b-%y %H:%M", "%H:%M", "%Y년 %m월 %d일 %H시"])
def test_tables_without_header_have_none_however_dates_are_written(form):
    rows = [[f"{stamp:{form}}", str(row.load), "x"] for stamp, row in hourly().iterrows()]
    notes = Notes()
    assert find_header(rows, number, notes).lines == 0
    assert find_header([["a", "b", "c"], *rows], number, notes).lines == 1


def test_numbers_as_names():
    rows = [[datetime.date(2024, 1, day), *range(24)] for day in range(1, 20)]
    header = find_header([["date", *range(1, 25)], *rows], number, Notes())
    assert header.lines == 1 and header.names == ["date", *map(str, range(1, 25))]


@pytest.mark.parametrize(
    "names",
    [",773869,767541", ",0,1", "0,1,2", ",0.5,2", ",2,0.5e1"],
    ids=["sensors", "places", "places of all columns", "depths", "rising"],
)
def test_numbers_as_names_above_dates(names):
    rows = text("date,load,temp").splitlines()[1:]
    result = accepted("\n".join([names, *rows]))
    assert list(result.frame.columns) == names.split(",")[1:] and len(result.frame) == HOURS


def test_a_series_of_pandas_without_a_name():
    frame = hourly()[["load"]].set_axis(["0"], axis=1)
    same(accepted(frame.rename_axis("").to_csv()).frame, frame)


def test_a_first_row_without_its_time_is_no_line_of_names():
    rows = text("date,load,temp").splitlines()[1:]
    result = accepted("\n".join([rows[0].replace("2024-01-25", ""), *rows[1:]]))
    assert list(result.frame.columns) == ["column 2", "column 3"]


@pytest.mark.parametrize("countries", [["Chad", "Peru", "Oman"], ["C1", "C2", "C3"]])
def test_years_as_names(countries):
    values = np.random.default_rng(5).integers(100, 999, (3, 60))
    lines = [",".join(["Country", *map(str, range(1960, 2020))])]
    lines += [",".join([name, *map(str, row)]) for name, row in zip(countries, values, strict=True)]
    frame = accepted("\n".join(lines)).frame
    np.testing.assert_array_equal(frame[countries].to_numpy(), values.T)
    assert str(frame.index[0]) == "1960-01-01 00:00:00"


def test_comment_lines_are_no_rows():
    body = text("date,load,temp").splitlines()
    body.insert(40, '# the "meter" was changed, twice; see log')
    result = accepted("\n".join(["# Station 7; Berlin", "# 52.5; 13.4", "#", *body, "# end"]))
    same(result.frame, hourly())
    (left,) = result.report.left_out
    assert (left.what, left.rows) == ("line", 5) and "Station 7; Berlin" in str(left.reason)
    assert left.reason in result.report.refused and told(result.report.found, "separated by commas")


@pytest.mark.parametrize("last", ["# Observation period;TOA;GHI", "#Observation period;TOA;GHI"])
def test_the_last_comment_line_names_the_columns(last):
    rows = [line.replace(",", ";") for line in VALUES]
    result = accepted("\n".join(["# Title: CAMS, radiation", "# Provider: x, y, z", last, *rows]))
    same(result.frame, hourly().set_axis(["TOA", "GHI"], axis=1))
    assert told(result.report.found, "Time in 'Observation period'") and result.report.left_out[0].rows == 2


def test_names_and_units_behind_the_sign():
    result = accepted(text("#date,load,temp", "#UTC,MW,K"))
    assert units(result) == {"load": "MW", "temp": "K"} and result.report.left_out == ()


def test_names_alone_behind_the_sign_leave_nothing_out():
    spaced = [f"{stamp:%Y-%m-%dT%H:%M} {row.load} {row.temp}" for stamp, row in hourly().iterrows()]
    for lines in (["#date,load,temp", *VALUES], ["# date load temp", *spaced]):
        result = accepted("\n".join(lines), "file.dat")
        same(result.frame, hourly())
        assert result.report.left_out == ()


def test_a_column_named_by_the_sign_and_numbers_that_begin_with_it():
    counted = [f"{place + 3},{line}" for place, line in enumerate(VALUES)]
    same(accepted("\n".join(["#,date,load,temp", *counted])).frame, hourly())
    signed = [f"#{place * place},{line}" for place, line in enumerate(VALUES)]
    result = accepted("\n".join(["id,date,load,temp", *signed]))
    same(result.frame[["load", "temp"]], hourly())
    assert not any(part.what == "line" for part in result.report.left_out)


def test_names_are_written_plainly_once():
    head = '"date","load\x1b[31m\nred\u200b","te\u0301mp  \u202eC"'
    result = accepted(text(head))
    assert list(result.frame.columns) == ["load[31m red", "témp C"]
    assert len([line for line in map(str, result.report.mended) if "2 column names" in line]) == 1
    assert all(line.isprintable() for line in map(str, result.report.mended + result.report.found))
    book = workbook([["date", "load"], *([str(stamp), row.load] for stamp, row in hourly().iterrows())], "Da\u200bta")
    titled = accepted(book, "a.xlsx")
    assert told(titled.report.found, "sheet 'Data'")


def test_long_names_stay_and_sentences_stay_short():
    name = "x" * 3000
    result = accepted(text(f"date,{name},{name}"))
    assert list(result.frame.columns) == [name, f"{name} (2)"]
    assert all(len(line) < 300 for line in map(str, result.report.mended))
    assert plain_name("한글 😀 λ") == "한글 😀 λ" and unique_names(["", "a"], Notes()) == ["column 1", "a"]


def test_blank_lines_before_the_table_do_not_hide_it():
    same(accepted("\n" * 500 + text("date,load,temp")).frame, hourly())
    assert "no table" in refusal("\n" * 20_000 + text("date,load,temp"))
