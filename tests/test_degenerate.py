"""Runs and series that leave measures undefined: every row stays, says why, and nothing crashes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from core.analysis.data_measures import measure_data
from core.analysis.errors import delta_rmse
from core.analysis.estimate import Estimate
from core.analysis.profiles import event_profiles
from core.analysis.statistic import Statistic
from core.analysis.summarise import summarise
from core.analysis.synergy import interaction_ols, interaction_paired, win_rate
from core.analysis.traced import SeedTraces, path_changes
from core.text.message import read
from core.vocabulary import Fusion
from tests.support.made_traces import inputs, make_trace, pick_row, stamps
from tests.test_suitability import dataset

pytestmark = pytest.mark.slow

OUTPUTS = ["conv_increment_last_token", "gru_hidden_last_token"]


def measured(*changed: xr.Dataset, steps: int | None = 24, origins: int | None = None) -> pd.DataFrame:
    rows = summarise(SeedTraces([trace.isel(origin=slice(origins)) for trace in changed], inputs()[:origins], steps))
    undefined = rows[rows["value"].isna()]
    for reason in undefined["reason"]:
        assert str(read(reason)).endswith("."), undefined[["statistic", "reason"]].to_string()
    return rows


def pair(when: np.ndarray | None = None) -> list[xr.Dataset]:
    return [make_trace(fusion, when=when) for fusion in (Fusion.NONE, Fusion.BOTH)]


def still(trace: xr.Dataset, *names: str) -> xr.Dataset:
    return trace.assign({name: xr.zeros_like(trace[name]) for name in names})


def test_constant_states() -> None:
    rows = measured(*[still(trace, *OUTPUTS) for trace in pair()])
    assert "never changes" in pick_row(rows, Statistic.SPEARMAN, "both").reason
    assert "never changes" in pick_row(rows, Statistic.SPEARMAN_GAIN, "both").reason
    assert "no abrupt change" in pick_row(rows, Statistic.RESPONSE_LEAD, "both").reason
    change = pick_row(rows, Statistic.DCOR_STEP_SIZE, "both")
    assert change.value == 0 and "convention" in change.reason


def test_a_path_that_stands_still_beside_one_that_moves() -> None:
    rows = measured(*[still(trace, OUTPUTS[1]) for trace in pair()])
    assert "stands still" in pick_row(rows, Statistic.PEAK_AMPLIFICATION, "both").reason
    assert np.isfinite(pick_row(rows, Statistic.DCOR_STEP_SIZE, "both").value)


@pytest.mark.parametrize("origins", [2, 3, 5, 30, 300])
def test_few_origins_and_fewer_than_24_events(origins: int) -> None:
    rows = measured(*pair(), origins=origins)
    for statistic in (Statistic.RESPONSE_LEAD, Statistic.PEAK_AMPLIFICATION):
        reason = pick_row(rows, statistic, "both").reason
        assert "an average needs 24" in reason or "no abrupt change" in reason
    short = [trace.isel(origin=slice(origins)) for trace in pair()]
    changes = {trace.attrs["run_id"]: path_changes(trace) for trace in short}
    assert not event_profiles(short, changes)["events"].isnull().any()


def test_a_gap_after_every_origin_leaves_no_change() -> None:
    when = stamps()
    irregular = when + np.cumsum(np.arange(len(when)) % 7) * np.timedelta64(1, "h")
    rows = measured(*pair(irregular))
    assert "no abrupt change" in pick_row(rows, Statistic.RESPONSE_LEAD, "both").reason


def test_no_time_of_day() -> None:
    rows = measured(*pair(stamps("1D")), steps=None)
    names = [name for name in rows["statistic"] if "tod" in name or "cycle" in name]
    assert names and rows[rows["statistic"].isin(names)]["value"].isna().all()


def test_one_seed_has_values_without_intervals() -> None:
    table = [[1.0, 0.99, 0.98, 0.9]]
    for found in (interaction_ols(table), interaction_paired(table), delta_rmse({0: 1.0}, {0: 0.9})):
        assert (
            found.defined and "One seed only" in str(found.reason) and np.isnan(found.low) and np.isnan(found.p_value)
        )
    assert win_rate(table).n == 1


@pytest.mark.parametrize("rows", [1, 2, 3, 25, 100])
@pytest.mark.parametrize("step", ["1h", "7min", "1D", "12h"])
def test_a_short_or_odd_series_is_measured_as_far_as_it_goes(rows: int, step: str) -> None:
    made = dataset(np.random.default_rng(rows).normal(size=(rows, 2)), step)
    found = measure_data(made)
    estimates: list[Estimate] = [*vars(found.phase).values()]
    estimates += [estimate for variants in found.profile.values() for estimate in variants.values()]
    for estimate in estimates:
        assert estimate.defined or str(estimate.reason).endswith(".")
    assert str(found.verdict.sentence).endswith(".") and len(found.verdict.details) == 4


def test_one_variable_and_a_step_in_level() -> None:
    jump = np.repeat([[0.0], [5.0]], 24 * 30, axis=0)
    found = measure_data(dataset(jump))
    assert "does not move" in str(found.phase.spai_robust.reason)
    assert all(0 <= one.value <= 1 or one.reason for pair in found.profile.values() for one in pair.values())
