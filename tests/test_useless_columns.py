"""Columns that count the rows, or stand still where a model learns: left out and told; what varies stays."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from tests.support.files import accepted, hourly, told

ROWS = 400


def table(**columns: object) -> pd.DataFrame:
    return hourly(ROWS).assign(**columns)


@pytest.mark.parametrize("name", ["", "No", "instant", "RECORD", "번호"])
@pytest.mark.parametrize("start", [0, 1, 5_000_000])
def test_counters_are_left_out_beside_gaps_and_doubled_times(name, start):
    gaps = table().drop(hourly(ROWS).index[[40, 41, 200]])
    doubled = pd.concat([gaps.iloc[:90], gaps.iloc[89:]])
    doubled.insert(0, name, np.arange(len(doubled)) + start)
    result = accepted(doubled.reset_index().to_csv(index=False))
    assert list(result.frame.columns) == ["load", "temp"]
    assert told(result.report.refused, "counts the rows") and result.report.left_out[0].what == "column"


def counted() -> pd.DataFrame:
    return table(number=np.arange(ROWS))


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame[::-1],
        lambda frame: frame[::-1].assign(number=np.arange(ROWS)),
        lambda frame: frame.sample(frac=1, random_state=3),
        lambda frame: frame.drop(frame.index[[5, 6, 7, 90, 300]]),  # numbered before rows were taken out
        lambda frame: pd.concat([frame.iloc[:50], frame.iloc[45:]]),  # rows twice, with their numbers
    ],
    ids=["newest first", "numbered newest first", "shuffled", "thinned", "repeated"],
)
def test_counters_in_any_order_of_rows(change):
    assert list(accepted(change(counted()).to_csv()).frame.columns) == ["load", "temp"]


@pytest.mark.parametrize("cell", ["", "x", "NA", "n.a.", "???"])
@pytest.mark.parametrize("place", [0, 150, ROWS - 1])
def test_counters_with_a_cell_that_holds_no_number(cell, place):
    numbers = [str(number) for number in range(ROWS)]
    numbers[place] = cell
    assert list(accepted(table(number=numbers).to_csv()).frame.columns) == ["load", "temp"]


def test_counters_with_thousands_signs():
    numbers = [f"{number:,}" for number in range(800, 800 + ROWS)]
    assert list(accepted(table(number=numbers).to_csv()).frame.columns) == ["load", "temp"]


@pytest.mark.parametrize(
    "values",
    [
        np.arange(ROWS) % 100,
        np.cumsum(1 + np.arange(ROWS) % 2),
        np.arange(ROWS) * 0.5,
        np.cumsum(np.where(np.arange(ROWS) % 9, 1, -3)),
        np.arange(ROWS) + np.sin(np.arange(ROWS)),
    ],
    ids=["restarts", "rises unevenly", "rises by halves", "falls at times", "nearly a line"],
)
def test_what_only_resembles_a_counter_stays(values):
    assert "meter" in accepted(table(meter=values).to_csv()).frame.columns


def still(later: np.ndarray, train: float = 2.0) -> np.ndarray:
    values = np.full(ROWS, train)
    values[280:] = later
    return values


LATER = 5 + np.sin(np.arange(120))


@pytest.mark.parametrize(
    "values",
    [
        still(LATER),
        still(LATER) + np.where(np.arange(ROWS) == 17, 0.01, 0.0),  # one train cell moves a little
        still(LATER) + np.where(np.arange(ROWS) < 3, 5.0, 0.0),  # a handful move
        still(LATER * 100) + 1e-4 * np.sin(np.arange(ROWS)),  # noise of the last digit
        np.where(np.arange(ROWS) < 100, np.nan, still(LATER)),
    ],
)
def test_a_variable_that_stands_still_in_the_train_rows_is_left_out_and_warned_of(values):
    frame = table(late=values)
    result = accepted(frame.to_csv())
    assert list(result.frame.columns) == ["load", "temp"]
    assert told(result.report.warnings, "late stands still in the first 70% of the rows")
    assert told(result.report.refused, "late: stands still")
    asked = ingest(io.BytesIO(frame.to_csv().encode()), "file.csv", wanted=["load", "late"])
    assert "late" in asked.frame.columns


@pytest.mark.parametrize(
    "values",
    [
        np.where(np.arange(ROWS) % 97 == 5, 12.5, 0.0),  # rain, seldom and everywhere alike
        np.where(np.arange(ROWS) % 150 == 5, 1.0, 0.0),  # a flag on a few days
        np.maximum(0, np.sin(np.arange(ROWS) / 4)),
        1e6 + np.sin(np.arange(ROWS)),
        np.r_[np.sin(np.arange(280)), np.full(120, 1.0)],  # stands still at the end only
        np.exp(np.arange(ROWS) / 80),
    ],
)
def test_what_moves_in_the_train_rows_stays(values):
    result = accepted(table(rain=values).to_csv())
    assert "rain" in result.frame.columns and not result.report.warnings


def test_a_wanted_variable_stays_though_it_counts():
    asked = ingest(io.BytesIO(counted().to_csv().encode()), "file.csv", wanted=["load", "number"])
    assert "number" in asked.frame.columns
