"""Thousands and decimal signs: read one way where the file settles it, asked where it does not."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from core.data.choices import COMMA, POINT, Choices
from core.data.ingest import Ingested, ingest
from core.data.reading.layout.columns import to_numbers
from core.data.reading.numbers.decimals import Writing
from core.data.reading.rows.table import RawTable
from core.data.report import Notes, Refused
from tests.support.files import HOURS, LOADS, SMALL, accepted, check, hourly, refusal, table, told


def read(content: str, **answers: str) -> Ingested:
    return ingest(io.BytesIO(content.encode()), "file.csv", Choices(**answers))


def in_groups(sign: str, values: np.ndarray = LOADS) -> list[str]:
    return [f"{value:,}".replace(",", sign) for value in values]


def test_a_lone_comma_before_three_digits_is_asked_with_both_readings_shown():
    content = table(load=in_groups(","), solar=SMALL)
    result = read(content)
    assert result.frame is None
    assert "'3,500' is 3500" in str(result.report.reason) and "3.5 with a decimal comma" in str(result.report.reason)
    (question,) = result.report.questions
    assert question.key == "decimal" and [option.value for option in question.options] == [POINT, COMMA]
    assert all("3,500" in str(option.label) for option in question.options)
    np.testing.assert_array_equal(read(content, decimal=POINT).frame["load"], LOADS)
    np.testing.assert_allclose(read(content, decimal=COMMA).frame["load"], LOADS / 1000)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("other", ["1.5", "0.25", "1,204,331", "1,204.5", "-12.25"])
def test_one_cell_of_any_column_settles_the_thousands_of_the_others(delimiter, other):
    result = accepted(table(delimiter, load=in_groups(","), other=[other, *SMALL[1:]]))
    np.testing.assert_array_equal(result.frame["load"], LOADS)
    assert told(result.report.found, "load: commas read as thousands separators, as in '3,500'") or told(
        result.report.found, "load, other: commas read as thousands separators"
    )


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("other", ["1,5", "0,123", "012,345", "12,34", "1234,567", "1,2345", "1.204,5", "1.204.331"])
def test_one_cell_of_any_column_settles_the_decimals_of_the_others(delimiter, other):
    result = accepted(table(delimiter, load=in_groups(","), other=[other, *SMALL[1:]]))
    np.testing.assert_allclose(result.frame["load"], LOADS / 1000)
    assert told(result.report.found, "load", "decimal comma")


def test_a_contradicting_cell_far_down_still_settles_its_column():
    rows = 2500  # more than are held at a time
    index = hourly(rows).index
    cells = [f"4,{100 + place % 800}" for place in range(rows - 1)] + ["9,5"]
    content = "date;load;other\n" + "".join(
        f"{stamp};{cell};{place % 7}\n" for place, (stamp, cell) in enumerate(zip(index, cells, strict=True))
    )
    assert accepted(content).frame["load"].max() == 9.5


@pytest.mark.parametrize("sign", [" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019", "\u02bc", "\u00b4"])
def test_spaces_and_apostrophes_can_only_be_thousands_signs(sign):
    result = accepted(table(load=in_groups(sign), temp=[f"{value + 0.5}" for value in SMALL]))
    np.testing.assert_array_equal(result.frame["load"], LOADS)
    assert told(result.report.found, "load", "thousands separators")


def test_space_groups_with_a_decimal_comma():
    cells = [f"{value:,}".replace(",", " ") + ",125" for value in LOADS]
    np.testing.assert_array_equal(accepted(table(";", load=cells)).frame["load"], LOADS + 0.125)


def test_points_group_thousands_beside_columns_with_a_decimal_comma():
    grid = [f"{value:,}".replace(",", ".") for value in LOADS]
    result = accepted(table(";", load=grid, price=[f"{value},5" for value in SMALL]))
    np.testing.assert_array_equal(result.frame["load"], LOADS)
    assert told(result.report.found, "load: points read as thousands separators, as in '3.500'")


@pytest.mark.parametrize("sign, other", [(".", COMMA), (",", POINT)])
def test_whole_numbers_below_a_thousand_among_groups_speak_for_thousands(sign, other):
    values = np.where(np.arange(HOURS) % 3, LOADS, 100 + LOADS % 897)  # 44.541 beside 955: one scale, not two
    content = table(";", load=in_groups(sign, values))
    result = accepted(content)
    np.testing.assert_array_equal(result.frame["load"], values)
    (question,) = result.report.questions
    assert question.key == "decimal" and question.taken == other
    answer = {POINT: COMMA, COMMA: POINT}[other]
    assert read(content, decimal=answer).frame["load"].min() < 10


def test_three_decimals_by_a_point_are_decimals_between_commas():
    """Sensors write 21.375 in every row; nothing speaks for thousands."""
    cells = [f"{21 + value / 1000:.3f}" for value in SMALL]
    result = accepted(table(temp=cells, count=SMALL))
    np.testing.assert_array_equal(result.frame["temp"], [float(cell) for cell in cells])
    assert not told(result.report.found, "thousands") and not result.report.questions


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_lone_point_is_asked_where_points_often_group_thousands(delimiter):
    """44.541 between semicolons: a load of a German file, or three decimals of a logger."""
    content = table(delimiter, load=in_groups("."), count=SMALL)
    result = read(content)
    assert result.frame is None and "'3.500' is 3.5 with a decimal point and 3500" in str(result.report.reason)
    np.testing.assert_array_equal(read(content, decimal=COMMA).frame["load"], LOADS)
    np.testing.assert_array_equal(read(content, decimal=POINT).frame["load"], LOADS / 1000)
    settled = accepted(table(delimiter, load=in_groups("."), other=["0.25", *SMALL[1:]]))
    np.testing.assert_array_equal(settled.frame["load"], LOADS / 1000)


def test_a_placeholder_or_zero_among_three_decimals_is_no_whole_number_below_a_thousand():
    cells = [f"{21 + value / 1000:.3f}" for value in SMALL]
    cells[7], cells[8] = "0", "999"
    result = accepted(table(temp=cells))
    assert result.frame["temp"].iloc[0] == 21 and np.isnan(result.frame["temp"].iloc[8])


def test_points_of_dates_say_nothing_of_numbers():
    cells = {"when": np.arange(HOURS) + 0.2024, "load": in_groups(",")}  # month.year
    raw = RawTable(pd.DataFrame(cells), {"when": Writing(POINT)})
    with pytest.raises(Refused, match="nothing in the file settles it"):
        to_numbers(raw, ["load"], Choices(), Notes())
    np.testing.assert_array_equal(to_numbers(raw, ["when", "load"], Choices(), Notes())["load"], LOADS)


def test_columns_may_differ_where_each_settles_itself():
    content = table(";", a=[f"{value},5" for value in SMALL], b=[f"{value}.25" for value in SMALL])
    frame = accepted(content).frame
    np.testing.assert_array_equal(frame["a"], SMALL + 0.5)
    np.testing.assert_array_equal(frame["b"], SMALL + 0.25)


def test_indian_groups():
    cells = [f"12,{34 + value},567" for value in SMALL]
    np.testing.assert_array_equal(accepted(table(load=cells)).frame["load"], 1_200_567 + (34 + SMALL) * 1000)


@pytest.mark.parametrize(
    "names, write",
    [
        ("time,electricity", lambda v: f"0,{v * 13:03d}"),
        ("time,load,temp", lambda v: f"{v},5,-{v},25"),
        ("time,load,temp", lambda v: f"{v},5,{v}" if v % 3 else f"{v},{v},5"),
        ("Datum,load,temp", lambda v: f"{v},5,{v},25" if v % 4 else f"{v},{v},5"),
        ("time,load,temp,,", lambda v: f"{v},5,-{v},25"),
        ("time,load,n,temp", lambda v: f"{v},5,{v},{v},25"),
        ("time,share,temp", lambda v: f"{v},5%,{v},25 °C"),
        ("time,price", lambda v: f"€ {v},50"),
    ],
)
def test_decimal_commas_that_separate_columns_are_one_sentence(names, write):
    rows = [f"{stamp},{write(int(value))}" for stamp, value in zip(hourly().index, SMALL, strict=True)]
    reason = refusal("\n".join([names, *rows]))
    assert "decimals" in reason and "semicolons" in reason


def test_decimal_commas_that_separate_columns_are_met_without_names():
    rows = [f"{stamp},{value},{(value * 37) % 100:02d}" for stamp, value in zip(hourly().index, SMALL, strict=True)]
    assert "some cells begin with 0" in refusal("\n".join(rows))


def test_parts_of_dates_without_names_are_no_decimals():
    stamps = hourly(2400).index
    rows = [f"{stamp:%Y,%m,%d,%H,%M},{place % 7}.5" for place, stamp in enumerate(stamps)]
    assert "some cells begin with 0" not in str(check("\n".join(rows)).report.reason)


def test_numbers_below_one_name_too_few_are_no_decimals():
    rows = [f"{place + 1},{stamp},{LOADS[place]},{SMALL[place]}" for place, stamp in enumerate(hourly().index)]
    frame = accepted("\n".join(["date,load,n", *rows])).frame  # as R writes a table with the numbers of its rows
    np.testing.assert_array_equal(frame[["load", "n"]].to_numpy(), np.stack([LOADS, SMALL], axis=1))
    rows = [f"{stamp},{LOADS[place]},{SMALL[place]}" for place, stamp in enumerate(hourly().index)]
    frame = accepted("\n".join(["load,n", *rows])).frame
    np.testing.assert_array_equal(frame[["load", "n"]].to_numpy(), np.stack([LOADS, SMALL], axis=1))
    rows = [f"{row},{'ok' if place % 5 else 'x'}" for place, row in enumerate(rows)]
    assert list(accepted("\n".join(["date,load,n", *rows])).frame.columns) == ["load", "n"]


def test_rows_that_end_in_a_comma_are_no_decimal_commas():
    rows = [f"{stamp},{value},{value * 3 % 7}," for stamp, value in zip(hourly().index, SMALL, strict=True)]
    np.testing.assert_array_equal(accepted("\n".join(["date,load,temp", *rows])).frame["load"], SMALL)
