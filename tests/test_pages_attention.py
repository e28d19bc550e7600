"""Attention: maps of one window and of the cycle, and the error without the routing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import charts, open_page, spec


def maps(models: InspectedModels, mode: Fusion) -> np.ndarray:
    """Return every window's map, [origin, head, query, key], from the trace alone."""
    return np.asarray(models.trace(mode)["attention_mean_variable"])


def test_the_map_of_a_window_is_drawn_head_by_head(hourly: InspectedModels) -> None:
    origin = hourly.dataset.splits.test.start + 5
    at = open_page("attention", dataset=hourly.dataset.key, mode="none", map="window", origin=str(origin))
    assert at.title[0].value == "Attention"
    assert not at.exception
    assert not at.error
    for head in range(2):
        shown = values(drawn(spec(at, "attention_map"), f"head {head + 1}")["z"])
        np.testing.assert_allclose(shown, maps(hourly, Fusion.NONE)[5, head], rtol=1e-5)
        np.testing.assert_allclose(shown.sum(axis=1), 1, rtol=1e-5)


def test_the_map_of_an_hour_is_the_mean_of_its_windows(hourly: InspectedModels) -> None:
    at = open_page("attention", dataset=hourly.dataset.key, map="slot", slot="06:00")
    trace = hourly.trace(Fusion.BOTH)
    last_read = pd.DatetimeIndex(trace["stamp"].to_numpy()) - pd.Timedelta(hours=1)
    expected = maps(hourly, Fusion.BOTH)[last_read.hour == 6].mean(axis=0)
    np.testing.assert_allclose(values(drawn(spec(at, "attention_map"), "head 2")["z"]), expected[1], rtol=1e-4)


def test_the_map_of_all_windows_is_their_mean(hourly: InspectedModels) -> None:
    at = open_page("attention", dataset=hourly.dataset.key, map="mean")
    expected = maps(hourly, Fusion.BOTH).mean(axis=0)
    np.testing.assert_allclose(values(drawn(spec(at, "attention_map"), "head 1")["z"]), expected[0], rtol=1e-4)


def test_routing_stands_beside_the_error_without_it(hourly: InspectedModels) -> None:
    at = open_page("attention", dataset=hourly.dataset.key)
    assert any("Routing weights" in info.value and "not what matters" in info.value for info in at.info)
    rows = hourly.inspection.rows
    own = rows[rows["run_id"] == hourly.runs[Fusion.BOTH].run_id].set_index("statistic")["value"]
    for metric, control in zip(at.metric[1:3], ("uniform_attention", "shuffled_attention"), strict=True):
        shown = float(metric.value.replace("−", "-").removesuffix(" %"))
        assert shown == pytest.approx(own[f"mse_change_{control}"], abs=0.006)


def test_a_broken_link_falls_back_and_says_so(hourly: InspectedModels) -> None:
    broken = {"mode": "all", "map": "slot", "slot": "25:00"}
    at = open_page("attention", dataset=hourly.dataset.key, **broken)
    assert not at.exception
    assert not at.error
    assert len(at.warning) == len(broken) - 1
    assert len(charts(at)) == 3


def test_daily_data_use_the_week_and_say_why(daily: InspectedModels) -> None:
    at = open_page("attention", dataset=daily.dataset.key, map="slot", slot="Tue")
    assert not at.error
    assert any("day of the week" in info.value for info in at.info)
    assert "Mean of day of week Tue" in charts(at)["attention_map"]


def test_without_models_the_page_leads_to_the_training(home: Path) -> None:
    at = open_page("attention", dataset="NYweather")
    assert at.title[0].value == "Attention"
    assert any("No model is trained" in markdown.value for markdown in at.markdown)
