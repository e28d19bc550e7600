"""Changes: the page asks the engine, and says what a change does to the forecast."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.serve.engine import Engine
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import open_page, spec

pytestmark = pytest.mark.process

PLACE = 5


def opened(models: InspectedModels, **changes: str) -> AppTest:
    origin = models.dataset.splits.test.start + PLACE
    at = open_page("changes", dataset=models.dataset.key, variable="load", origin=str(origin), **changes)
    assert not at.exception and not at.error
    return at


def finding(at: AppTest) -> str:
    return next(one.value for one in at.markdown if re.search(r"moves the forecast|Nothing is changed", one.value))


def line(at: AppTest, name: str) -> np.ndarray:
    return values(drawn(spec(at, "changed_forecast"), name)["y"])


def test_without_a_change_the_forecast_is_that_of_the_network(hourly: InspectedModels) -> None:
    at = opened(hourly)
    run = hourly.runs[Fusion.BOTH]
    expected = Engine(hourly.runs.values).ask(run.run_id, PLACE)
    np.testing.assert_allclose(line(at, "as trained"), expected.as_is[:, 0], rtol=1e-6)
    np.testing.assert_allclose(line(at, "truth"), expected.truth[:, 0], rtol=1e-6)
    assert "Nothing is changed" in finding(at)
    assert "changed" not in [trace["name"] for trace in spec(at, "changed_forecast")["data"]]


def test_a_change_moves_the_forecast_as_the_engine_says_and_is_undone(hourly: InspectedModels) -> None:
    wanted = {"gru_to_cnn": "0", "cnn_to_gru": "2", "kernels": "mean", "attention": "uniform"}
    at = opened(hourly, **wanted)
    words = [
        "freeze:gru_to_cnn",
        "freeze:cnn_to_gru",
        "scale:gru_to_cnn:0",
        "scale:cnn_to_gru:2",
        "attention:uniform",
    ]
    expected = Engine(hourly.runs.values).ask(hourly.runs[Fusion.BOTH].run_id, PLACE, changes=words)
    np.testing.assert_allclose(line(at, "changed"), expected.changed[:, 0], rtol=1e-6)
    moved = np.abs(expected.changed - expected.as_is)[:, 0].mean()
    told = float(re.search(r"moves the forecast by ([\d.]+)", finding(at)).group(1))
    assert told == pytest.approx(moved, rel=0.01)
    foot = next(one.value for one in at.caption if "weights" in one.value)
    assert "GRU → CNN × 0 · CNN → GRU × 2" in foot and "mean kernels" in foot and "every token alike" in foot
    next(button for button in at.button if button.label == "As trained").click().run()
    assert "Nothing is changed" in finding(at)


def test_a_mode_without_crossings_has_no_dials(hourly: InspectedModels) -> None:
    assert [slider.label for slider in opened(hourly).select_slider] == ["GRU → CNN, times", "CNN → GRU, times"]
    one = opened(hourly, mode="gru_to_cnn")
    assert [slider.label for slider in one.select_slider] == ["GRU → CNN, times"]
    assert set(next(box for box in one.selectbox if box.label == "Mode").options) == {
        "GRU → CNN",
        "CNN → GRU",
        "both",
    }


def test_a_model_that_is_gone_is_one_sentence(hourly: InspectedModels) -> None:
    folder = hourly.runs[Fusion.BOTH].folder
    weights = folder / "weights.safetensors"
    shutil.move(weights, folder / "elsewhere")
    try:
        at = opened(hourly, attention="1")
        assert any("There is no run" in info.value for info in at.info)
    finally:
        shutil.move(folder / "elsewhere", weights)
