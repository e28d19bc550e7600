"""Repairs of a user's file: each is done as told, and told."""

import numpy as np
import pandas as pd
import pytest

from tests.support.files import HOURS, accepted, hourly, same, told


def test_gaps_are_inserted_and_stay_missing():
    result = accepted(hourly().drop(hourly().index[[10, 11, 40]]).to_csv())
    wanted = hourly()
    wanted.iloc[[10, 11, 40]] = np.nan
    same(result.frame, wanted)
    assert told(result.report.mended, "3 rows missing in 2 gaps", "2024-01-25 10:00:00 (2 rows)")
    assert told(result.report.mended, "load: 3 values missing")


@pytest.mark.parametrize("word", ["", "NA", "n/a", "NaN", "null", "-", "?", "#DIV/0!", "결측"])
def test_missing_words(word):
    lines = hourly().to_csv().splitlines()
    lines[8] = lines[8].rsplit(",", 1)[0] + f",{word}"
    result = accepted("\n".join(lines))
    assert np.flatnonzero(result.frame["temp"].isna()).tolist() == [7]
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
    assert told(result.report.refused, "2 rows at the time of an earlier one, 1 of them with other values")


def test_sentinels_are_found_and_real_values_stay():
    frame = hourly()
    frame["cold"] = np.linspace(-130, -70, HOURS) + np.arange(HOURS) % 3
    frame.loc[frame.index[20], "cold"] = -99.0
    frame.loc[frame.index[[5, 6]], "load"] = -9999
    result = accepted(frame.to_csv())
    assert np.flatnonzero(result.frame["load"].isna()).tolist() == [5, 6] and result.frame["cold"].iloc[20] == -99
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
    assert told(result.report.mended, "load: 1 infinite value")
    assert np.argwhere(result.frame.isna().to_numpy()).tolist() == [[0, 0]]


def test_times_beside_the_grid_are_moved():
    frame = hourly(200, "10min")
    seconds = np.random.default_rng(0).integers(0, 20, size=200)
    index = frame.index + pd.to_timedelta(seconds, unit="s")
    result = accepted(frame.set_axis(index, axis=0).rename_axis("date").to_csv())
    same(result.frame, frame)
    assert told(result.report.mended, "off the steps of 10 minutes by up to 19 seconds", "moved")


def test_unreadable_times_are_left_out_and_told():
    lines = hourly().to_csv().splitlines()
    lines[4] = "total,5,5"
    result = accepted("\n".join(lines))
    assert told(result.report.refused, "1 row without a usable time", "row 4") and len(result.frame) == HOURS
    lines[4] = "9999-12-31 00:00:00,5,5"
    assert told(accepted("\n".join(lines)).report.refused, "1 row without a usable time", "row 4")
