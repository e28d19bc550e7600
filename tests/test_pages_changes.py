"""Changes: the page asks the engine, and says what a change does to the forecast."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import JobKind, JobState, known
from core.serve.effect_work import EFFECT
from core.serve.engine import Engine
from core.serve.swaps import Source
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import address, charts, open_page, spec
from tests.support.waiting import wait_until

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


def test_every_part_that_can_be_changed_reaches_the_engine(hourly: InspectedModels) -> None:
    first = hourly.dataset.splits.test.start
    wanted = {
        "kernels=window": ({"kernels": "window", "other": str(first + 20)}, ["borrow:{}:20"]),
        "kernels=slot": ({"kernels": "slot", "slot": "13:00"}, ["slot:{}:13"]),
        "silent": ({"silent": "convolution"}, ["silence:convolution"]),
        "gate": ({"gate": "update:0"}, ["hold:update:0"]),
        "attention": ({"attention": "shuffled"}, ["attention:shuffled"]),
    }
    engine, run_id = Engine(hourly.runs.values), hourly.runs[Fusion.BOTH].run_id
    for name, (query, words) in wanted.items():
        words = [word.format(crossing) for word in words for crossing in Fusion.BOTH.crossings]
        expected = engine.ask(run_id, PLACE, changes=list(dict.fromkeys(words)))
        at = opened(hourly, **query)
        np.testing.assert_allclose(line(at, "changed"), expected.changed[:, 0], rtol=1e-5, err_msg=name)
        assert query.items() <= address(at).items()


def test_another_window_or_slot_is_chosen_on_its_chart(hourly: InspectedModels) -> None:
    engine, run_id = Engine(hourly.runs.values), hourly.runs[Fusion.BOTH].run_id
    for kernels, source, chart in (
        ("window", Source.WINDOW, "swaps_by_window"),
        ("slot", Source.SLOT, "swaps_by_slot"),
    ):
        assert chart not in charts(opened(hourly))
        at = opened(hourly, kernels=kernels)
        (points,) = spec(at, chart)["data"]
        found = engine.swaps(run_id, PLACE, source)
        np.testing.assert_allclose(values(points["y"]), found.moved[:, 0], rtol=1e-5)
        carried = [str(one[0]) for one in values(points["customdata"])]
        name = {"window": "other", "slot": "slot"}[kernels]
        for text in (carried[0], carried[-1]):
            again = opened(hourly, kernels=kernels, **{name: text})
            assert address(again)[name] == text and not again.warning


def test_an_effect_is_measured_in_the_background_and_found_again_by_the_link(hourly: InspectedModels) -> None:
    assert "effect_by_step" not in charts(opened(hourly))
    at = opened(hourly, gru_to_cnn="0")
    next(button for button in at.button if button.label.startswith("Measure this change")).click().run()
    (job,) = [job for job in known(JobKind.EFFECT) if job.spec.get("kind") == JobKind.EFFECT]
    wait_until(lambda: not job.state.live)
    assert job.state is JobState.DONE
    again = opened(hourly, gru_to_cnn="0")
    table = pd.read_parquet(job.path / EFFECT)
    shown = drawn(spec(again, "effect_by_step"), "both")
    np.testing.assert_allclose(values(shown["y"]), table.loc[table["step"] > 0, "value"], rtol=1e-5)
    windows = hourly.runs[Fusion.BOTH].metrics["test"]["windows"]
    assert f"{windows:,} test windows" in charts(again)["effect_by_step"]
    assert not any(button.label.startswith("Measure this change") for button in again.button)
    assert "effect_by_step" not in charts(opened(hourly, gru_to_cnn="0.5"))


def test_the_account_is_measured_on_request(hourly: InspectedModels) -> None:
    at = opened(hourly)
    next(button for button in at.button if button.label.startswith("Remove the parts")).click().run()
    job = next(job for job in known(JobKind.EFFECT) if job.title.startswith("two_path_account"))
    wait_until(lambda: not job.state.live)
    told = charts(opened(hourly))["two_path_account"]
    assert "both: without both crossings the MSE changes by" in told and "beyond the sum of each alone" in told


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
