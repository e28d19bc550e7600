"""Values that stand for nothing measured are taken out, or asked about; measured extremes stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.choices import KEEP, MISSING, Choices
from core.data.reading.numbers.placeholders import drop_placeholders
from core.data.report import Notes
from tests.support.files import accepted, told

ROWS = 600
RNG = np.random.default_rng(7)
OUT = slice(100, 130)  # rows in which nothing was measured


def frame(**columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        columns, index=pd.date_range("2024-01-01", periods=ROWS, freq="h", name="date"), dtype=np.float64
    )


def narrow() -> np.ndarray:
    return 15 + RNG.normal(0, 4, ROWS).round(2)


def wide() -> np.ndarray:
    return RNG.uniform(0, 3000, ROWS).round()


def broken(values: np.ndarray, placeholder: float, rows: object = OUT) -> np.ndarray:
    values = values.copy()
    values[rows] = placeholder
    return values


def dropped(table: pd.DataFrame, answer: str = "") -> tuple[pd.DataFrame, Notes]:
    notes = Notes()
    return drop_placeholders(table, Choices(placeholders=answer), notes), notes


@pytest.mark.parametrize("value", [-200, 999, -99.9, -999.25, -9999, 99999, 9999.9, 32767, 1e20, -3.4e38, 1.7e308])
def test_customary_values_far_from_all_others_are_missing(value):
    result, notes = dropped(frame(temp=broken(narrow(), value), load=wide()))
    assert result["temp"].isna().sum() == 30 and result["load"].notna().all()
    assert told(notes.mended, f"temp: 30 cells of {value:g}") and not notes.questions and not notes.warnings


def test_what_one_variable_shows_holds_for_the_wide_ones_too():
    """Beside a temperature, -200 is known; in a wide variable, mostly -200, the distance alone says little."""
    most = RNG.random(ROWS) < 0.9
    table = frame(temp=broken(narrow(), -200), nmhc=broken(wide() + 7, -200, most), o3=broken(wide() + 250, -200))
    result, notes = dropped(table)
    assert not (result == -200).any().any()
    assert told(notes.mended, f"nmhc: {most.sum()} cells of -200") and told(notes.mended, "o3: 30 cells of -200")


def test_a_value_that_is_not_customary_counts_where_several_variables_share_it():
    table = frame(a=broken(narrow(), -273.5), b=broken(narrow() * 2, -273.5), c=broken(narrow(), -251.5))
    result, notes = dropped(table)
    assert result[["a", "b"]].isna().sum().tolist() == [30, 30] and result["c"].notna().all()
    assert told(notes.warnings, "-251.5 in c (30 cells)") and [one.taken for one in notes.questions] == [""]
    pd.testing.assert_frame_equal(dropped(table, KEEP)[0], table)
    assert dropped(table, MISSING)[0].isna().sum().tolist() == [30, 30, 30]


def direction() -> pd.DataFrame:
    return frame(direction=broken(RNG.integers(0, 360, ROWS).astype(float), 999))


def test_what_is_only_suspicious_is_kept_warned_of_and_asked():
    result, notes = dropped(direction())
    assert (result["direction"] == 999).sum() == 30 and not notes.mended
    assert told(notes.warnings, "999 in direction (30 cells)")
    (question,) = notes.questions
    assert question.key == "placeholders" and [option.value for option in question.options] == [MISSING, KEEP]
    assert question.taken == KEEP


def test_the_owner_decides_what_is_suspicious():
    result, notes = dropped(direction(), MISSING)
    assert result["direction"].isna().sum() == 30 and told(notes.mended, "direction: 30 cells of 999")
    kept, notes = dropped(direction(), KEEP)
    assert (kept["direction"] == 999).sum() == 30 and not notes.warnings and told(notes.found, "kept as measured")


def test_a_spike_beyond_a_placeholder_does_not_hide_it():
    values = broken(narrow(), 999)
    values[300] = 1500.0
    result, _ = dropped(frame(temp=values))
    assert result["temp"].isna().sum() == 30 and result["temp"].iloc[300] == 1500


def rain() -> np.ndarray:
    return np.where(RNG.random(ROWS) < 0.1, RNG.exponential(5, ROWS).round(1), 0.0)


def daylight() -> np.ndarray:
    return np.maximum(0, 800 * np.sin(np.arange(ROWS) * 2 * np.pi / 24)).round(1)


MEASURED = {
    "a real -99 among its like": lambda: broken(np.linspace(-130, -70, ROWS).round(2), -99),
    "zeros of rain": rain,
    "a storm in the rain": lambda: broken(rain(), 62.4, slice(5, 6)),
    "the sun at night": daylight,
    "humidity at its limit": lambda: np.minimum(100, 85 + RNG.normal(0, 12, ROWS).round(1)),
    "a sensor that saturates": lambda: np.minimum(4095, RNG.exponential(2000, ROWS).round()),
    "a flow both ways": lambda: broken(RNG.normal(0, 150, ROWS).round(1), -200),
    "a switch": lambda: (RNG.random(ROWS) < 0.02).astype(float),
    "a valve at three places": lambda: RNG.choice([0.0, 50, 100], ROWS, p=[0.9, 0.07, 0.03]),
    "a pump at three speeds": lambda: RNG.choice([0.0, 100, 200], ROWS, p=[0.6, 0.3, 0.1]),
    "a price with spikes": lambda: np.where(RNG.random(ROWS) < 0.05, RNG.uniform(100, 999, ROWS).round(), narrow()),
    "counts up to 99": lambda: RNG.integers(0, 100, ROWS).astype(float),
    "a long tail": lambda: RNG.lognormal(0, 2, ROWS).round(),
}


@pytest.mark.parametrize("what", MEASURED)
def test_what_was_measured_stays(what):
    table = frame(one=MEASURED[what](), two=MEASURED[what](), load=wide())
    result, notes = dropped(table)
    pd.testing.assert_frame_equal(result, table)
    assert not notes.mended and not notes.warnings and not notes.questions


def test_a_file_with_placeholders_is_accepted_and_told():
    table = frame(temp=broken(narrow(), -200), load=broken(wide() + 7, -200))
    result = accepted(table.to_csv())
    assert told(result.report.mended, "temp: 30 cells of -200") and told(
        result.report.mended, "load: 30 cells of -200"
    )
    assert result.frame.isna().sum().tolist() == [30, 30]
