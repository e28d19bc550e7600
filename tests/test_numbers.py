"""What stands around a number: units, suffixes, negatives, remarks; read one way, and told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.support.files import HOURS, SMALL, accepted, table, told


@pytest.mark.parametrize(
    "write, factor, unit, words",
    [
        (lambda v: f"{v}.25%", 1, "%", "'%' beside the numbers"),
        (lambda v: f"{v}.25 kW", 1, "kW", "'kW' beside"),
        (lambda v: f"{v}.25 °C", 1, "°C", "'°C' beside"),
        (lambda v: f"{v}.25 m3/h", 1, "m3/h", "'m3/h' beside"),
        (lambda v: f"{v}.25 K", 1, "K", "'K' beside"),  # kelvin
        (lambda v: f"€{v}.25", 1, "€", "'€' beside"),
        (lambda v: f"{v}.25 EUR", 1, "EUR", "'EUR' beside"),
        (lambda v: f"Rs. {v}.25", 1, "Rs.", "'Rs.' beside"),
        (lambda v: f"SEK {v}.25", 1, "SEK", "'SEK' beside"),
        (lambda v: f"CHF {v}.25", 1, "CHF", "'CHF' beside"),
        (lambda v: f"{v}.25 zł", 1, "zł", "'zł' beside"),
        (lambda v: f"{v}.25 T€", 1e3, "€", "'T€' after a number read as times 1,000,"),
        (lambda v: f"{v}.25 TEUR", 1e3, "EUR", "times 1,000,"),
        (lambda v: f"{v}.25T", 1e12, "", "times 1,000,000,000,000"),
        (lambda v: f"{v}.25 Md€", 1e9, "€", "times 1,000,000,000,"),
        (lambda v: f"{v}.25 mln", 1e6, "", "times 1,000,000,"),
        (lambda v: f"{v}.25 lakh", 1e5, "", "times 100,000,"),
        (lambda v: f"{v}.25 crore", 1e7, "", "times 10,000,000,"),
        (lambda v: f"{v}.25K", 1e3, "", "'K' after a number read as times 1,000"),
        (lambda v: f"{v}.25k", 1e3, "", "times 1,000"),
        (lambda v: f"{v}.25M", 1e6, "", "times 1,000,000"),
        (lambda v: f"{v}.25 Mio.", 1e6, "", "times 1,000,000"),
        (lambda v: f"{v}.25 Mio. €", 1e6, "€", "times 1,000,000"),
        (lambda v: f"{v}.25B", 1e9, "", "times 1,000,000,000"),
        (lambda v: f"{v}.25천", 1e3, "", "times 1,000"),
        (lambda v: f"{v}.25만", 1e4, "", "times 10,000"),
        (lambda v: f"{v}.25억원", 1e8, "원", "times 100,000,000"),
    ],
)
def test_what_stands_around_a_number(write: Callable[[int], str], factor, unit, words):
    result = accepted(table(load=[write(int(value)) for value in SMALL]))
    np.testing.assert_allclose(result.frame["load"], (SMALL + 0.25) * factor)
    assert result.report.columns[0].unit == unit
    assert sum(words in line for line in map(str, result.report.mended)) == 1


def test_suffixes_may_differ_from_cell_to_cell_and_lack():
    cells = ["950", "1.5K", "2M", *(f"{value}K" for value in SMALL[3:])]
    frame = accepted(table(volume=cells)).frame
    np.testing.assert_array_equal(frame["volume"].iloc[:4], [950, 1500, 2e6, 1000 * SMALL[3]])


@pytest.mark.parametrize(
    "cell, value",
    [
        ("(1,234)", -1234),
        ("(7.5)", -7.5),
        ("12-", -12),
        ("$(5.5)", -5.5),
        ("-$5.5", -5.5),
        ("$-5.5", -5.5),
    ],
)
def test_negatives_of_bookkeepers(cell, value):
    result = accepted(table(profit=[f"{7 + place % 5}.5" for place in range(HOURS - 5)] + [cell] * 5))
    assert result.frame["profit"].iloc[-1] == value
    assert told(result.report.mended, "profit: ", "negative, as in") or "$" in cell


def test_a_minus_sign_between_number_and_currency():
    cells = [f"{value},5{'-' if place % 3 else ''} EUR" for place, value in enumerate(SMALL)]
    values = accepted(table(";", saldo=cells)).frame["saldo"]
    np.testing.assert_array_equal(values, (SMALL + 0.5) * np.where(np.arange(HOURS) % 3, -1, 1))


@pytest.mark.parametrize("zero", [" $-   ", "$ -", "- $", " -   "])
def test_the_dash_that_spreadsheets_write_for_0(zero):
    amounts = [f" ${value + 1},000.50 " for value in SMALL]
    result = accepted(table(profit=[zero if place % 9 == 4 else cell for place, cell in enumerate(amounts)]))
    assert (result.frame["profit"].iloc[4::9] == 0).all() and result.frame["profit"].notna().all()
    assert told(result.report.mended, "profit: a dash alone read as 0, as in", repr(zero))


@pytest.mark.parametrize("mark", ["-", " - ", "--", "–"])
def test_a_dash_that_is_no_bookkeepers_is_missing(mark):
    cells = [mark if place % 9 == 4 else f"{value}.5" for place, value in enumerate(SMALL)]
    assert accepted(table(load=cells)).frame["load"].isna().sum() == len(cells[4::9])


@pytest.mark.parametrize(
    "cell, value",
    [("1e5", 1e5), ("1E+05", 1e5), ("+5", 5.0), ("−5", -5.0), ("–5", -5.0), ("\u20115", -5.0), (" 5.5 ", 5.5)],
)
def test_other_writings_of_a_number(cell, value):
    assert accepted(table(load=[cell, *SMALL[1:]])).frame["load"].iloc[0] == value


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", "9" * 79])
def test_numbers_beyond_all_bounds_are_missing(cell):
    result = accepted(table(load=[cell, *SMALL[1:]], other=SMALL))
    assert np.flatnonzero(result.frame["load"].isna()).tolist() == [0]
    assert told(result.report.mended, "load: 1 infinite value" if cell != "9" * 79 else "load: 1 cell of 1e+79")


@pytest.mark.parametrize(
    "cells",
    [
        [f"{place % 24}:00" for place in range(HOURS)],
        [f"{place % 9} of 9" for place in range(HOURS)],
        [f"{place % 9}-{place % 4}" for place in range(HOURS)],
        [f"<{place % 9}" for place in range(HOURS)],
        [f"Zone {place % 9}" for place in range(HOURS)],
    ],
)
def test_texts_with_digits_are_no_numbers(cells):
    result = accepted(table(other=cells, load=SMALL))
    assert list(result.frame.columns) == ["load"] and told(result.report.refused, "other: not numeric")


@pytest.mark.parametrize("one, other", [("{} kW", "{} MW"), ("${}", "€{}"), ("{} Cr", "{} Dr")])
def test_a_column_of_several_units_is_left_out_and_the_units_are_named(one, other):
    cells = [(one if place % 2 else other).format(place % 9) for place in range(HOURS)]
    result = accepted(table(other=cells, load=SMALL))
    assert list(result.frame.columns) == ["load"]
    units = [one.strip("{} "), other.strip("{} ")]
    assert told(result.report.refused, f"other: several units beside its numbers, {', '.join(sorted(units))} (")


def test_a_mark_in_a_few_cells_is_no_unit():
    cells = [f"{value}.5" for value in SMALL]
    cells[40:42] = "7.5 q", "8.5 q"
    result = accepted(table(load=cells))
    assert np.flatnonzero(result.frame["load"].isna()).tolist() == [40, 41]
    assert told(result.report.mended, "load: 2 cells", "'7.5 q'")
    assert result.report.columns[0].unit == ""


def test_flags_of_statistical_offices_are_remarks():
    cells = [f"{value}.5" for value in SMALL]
    cells[40:44] = "7.5 p", "8.5 be", "9.5p", ":"
    result = accepted(table(load=cells))
    assert result.frame["load"].iloc[40:43].tolist() == [7.5, 8.5, 9.5]
    assert np.flatnonzero(result.frame["load"].isna()).tolist() == [43]
    assert told(result.report.mended, "load: 'p' after a number read as a remark", "'7.5 p'")
    assert told(result.report.mended, "load: 'be' after a number read as a remark")
    assert result.report.columns[0].unit == ""


@pytest.mark.parametrize("mark", ["X", "***", "M", "out of order"])
def test_one_word_in_a_third_of_the_cells_stands_for_nothing_measured(mark):
    cells = [mark if place % 3 == 0 else f"{value}.5" for place, value in enumerate(SMALL)]
    result = accepted(table(load=cells, other=SMALL))
    assert result.frame["load"].isna().sum() == len(cells) // 3
    assert told(result.report.mended, f"load: {len(cells) // 3} cells", repr(mark))


def test_two_words_in_a_third_of_the_cells_make_no_numbers():
    cells = [("low", "high")[place % 2] if place % 3 == 0 else f"{value}.5" for place, value in enumerate(SMALL)]
    assert told(accepted(table(load=cells, other=SMALL)).report.refused, "load: not numeric")
