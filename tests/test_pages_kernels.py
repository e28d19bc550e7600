"""Kernels: over the calendar cycle, for one window, and against their controls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import address, charts, open_page, spec, write_runs


def kernels(models: InspectedModels, tap: str, *, block: int, variable: str) -> np.ndarray:
    """Return [origin, channel, tap] from the trace alone."""
    trace = models.trace(Fusion.BOTH)
    return np.asarray(trace[tap].sel(block=block, variable=variable))


def hours(models: InspectedModels) -> np.ndarray:
    """Return the hour of the last row that each window reads."""
    trace = models.trace(Fusion.BOTH)
    return np.asarray((pd.DatetimeIndex(trace["stamp"].to_numpy()) - pd.Timedelta(hours=1)).hour)


def test_the_profile_is_the_mean_of_the_kernels_of_each_hour(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, block="2", variable="drift", channel="3")
    assert at.title[0].value == "Kernels"
    assert not at.exception
    assert not at.error
    of_channel = kernels(hourly, "kernel_gru_to_cnn", block=2, variable="drift")[:, 2]  # [origin, tap]
    expected = [of_channel[hours(hourly) == hour, 0].mean() for hour in range(24)]
    curve = drawn(spec(at, "kernel_profile"), "tap −1")
    np.testing.assert_allclose(values(curve["y"]), expected, rtol=1e-4)


def test_the_heat_map_shows_every_channel_and_tap(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, crossing="cnn_to_gru", block="1", variable="load")
    panels = [trace for trace in spec(at, "kernel_by_slot")["data"] if trace["type"] == "heatmap"]
    assert [panel["name"] for panel in panels] == ["tap −1", "tap 0", "tap +1"]
    every = kernels(hourly, "kernel_cnn_to_gru", block=1, variable="load")
    noon = every[hours(hourly) == 12].mean(axis=0)  # [channel, tap]
    for place, panel in enumerate(panels):
        shown = values(panel["z"])
        assert shown.shape == (8, 24)
        np.testing.assert_allclose(np.sort(shown[:, 12]), np.sort(noon[:, place]), rtol=1e-4)


def test_one_window_shows_its_own_kernels(hourly: InspectedModels) -> None:
    origin = hourly.dataset.splits.test.start + 11
    at = open_page("kernels", dataset=hourly.dataset.key, block="1", variable="load", origin=str(origin))
    panel = drawn(spec(at, "window_kernels"), "GRU → CNN")
    expected = kernels(hourly, "kernel_gru_to_cnn", block=1, variable="load")[11].T  # [tap, channel]
    np.testing.assert_allclose(values(panel["z"]), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("query", "said"), [({"map": "slot", "slot": "08:00"}, "08:00"), ({"map": "mean"}, "all windows")]
)
def test_an_hour_and_all_windows_show_the_mean_of_their_kernels(
    query: dict[str, str], said: str, hourly: InspectedModels
) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, block="2", variable="drift", **query)
    every = kernels(hourly, "kernel_cnn_to_gru", block=2, variable="drift")
    wanted = every[hours(hourly) == 8] if "slot" in query else every
    shown = values(drawn(spec(at, "window_kernels"), "CNN → GRU")["z"])
    np.testing.assert_allclose(shown, wanted.mean(axis=0).T, rtol=1e-4, atol=1e-6)
    assert said in charts(at)["window_kernels"]
    assert query.items() <= address(at).items()
    assert "Origin" not in [slider.label for slider in at.slider], "a window matters to neither"


def test_key_numbers_are_the_dependence_and_its_controls(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key)
    rows = hourly.inspection.rows
    own = rows[rows["run_id"] == hourly.runs[Fusion.BOTH].run_id].set_index("statistic")["value"]
    floor = rows.set_index("statistic")["value"]["dcor_input_tod"]
    shown = [float(metric.value.replace("−", "-")) for metric in at.metric[:3]]
    trained = [own[f"dcor_kernel_tod_{crossing}_mean"] for crossing in ("gru_to_cnn", "cnn_to_gru")]
    assert shown == pytest.approx([*trained, floor], abs=0.006)
    assert all("untrained twin" in metric.proto.delta for metric in at.metric[:2])


def test_a_mode_with_one_crossing_offers_that_one(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, mode="cnn_to_gru")
    crossing = next(box for box in at.selectbox if box.label == "Crossing")
    assert crossing.options == ["CNN → GRU"]
    assert "none" not in next(box for box in at.selectbox if box.label == "Mode").options


def test_daily_data_use_the_week_and_say_why(daily: InspectedModels) -> None:
    at = open_page("kernels", dataset=daily.dataset.key)
    assert not at.error
    assert any("time of day does not apply" in info.value and "day of the week" in info.value for info in at.info)
    assert not any("dCor" in metric.label for metric in at.metric)
    assert not any("time of day" in words for words in charts(at).values())
    assert "Mon" in spec(at, "kernel_by_slot")["layout"]["xaxis"]["ticktext"]


def test_a_broken_link_falls_back_and_says_so(hourly: InspectedModels) -> None:
    broken = {"mode": "none", "crossing": "up", "block": "9", "variable": "../x", "channel": "0", "origin": "-1"}
    at = open_page("kernels", dataset=hourly.dataset.key, **broken)
    assert not at.exception
    assert not at.error
    assert len(at.warning) == len(broken)
    assert list(charts(at)) == ["kernel_by_slot", "kernel_profile", "dcor_comparison", "window_kernels"]


def test_a_mode_without_crossings_has_no_kernels_to_show(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", fusions=(Fusion.NONE,))
    at = open_page("kernels", dataset="NYweather")
    assert at.title[0].value == "Kernels"
    assert any("it crosses no path" in markdown.value for markdown in at.markdown)
    assert not charts(at)


def test_the_switch_shows_the_untrained_twin_on_every_panel(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, weights="untrained")
    assert not at.exception and not at.error
    assert address(at)["weights"] == "untrained"
    assert any("What they show too was not learned" in warning.value for warning in at.warning)
    trained = open_page("kernels", dataset=hourly.dataset.key)
    assert set(charts(at)) == set(charts(trained)) - {"dcor_comparison"}
    assert all(spec(at, name)["data"] != spec(trained, name)["data"] for name in charts(at))
