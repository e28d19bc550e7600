"""Forecasts: one window in the file's own units, and the windows it is chosen from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import jobs
from core.exhibits import gather
from core.jobs import JobKind
from core.vocabulary import Fusion
from dashboard import state
from dashboard.chart import take_point
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import address, charts, open_page, spec, write_runs

VARIABLE = "later load"


def first_origin(models: InspectedModels) -> int:
    return models.dataset.splits.test.start


def forecasts(models: InspectedModels, mode: Fusion, variable: str) -> np.ndarray:
    """Return all forecasts in the file's own units, [window, step], from the trace and the record alone."""
    record = models.runs[mode]
    column = record.variables.index(variable)
    made = models.trace(mode)["forecast"].to_numpy()[:, :, column]
    return np.asarray(made * record.scaler.scale[column] + record.scaler.mean[column])


def test_one_window_is_drawn_in_the_units_of_the_file(hourly: InspectedModels) -> None:
    origin = first_origin(hourly) + 7
    at = open_page("forecasts", dataset=hourly.dataset.key, variable=VARIABLE, origin=str(origin))
    assert at.title[0].value == "Forecasts"
    assert not at.exception
    assert not at.error
    overlay = spec(at, "forecast_overlay")
    truth = hourly.dataset.frame[VARIABLE].to_numpy()[origin : origin + 6]
    np.testing.assert_allclose(values(drawn(overlay, "truth")["y"]), truth, rtol=1e-5)
    both = forecasts(hourly, Fusion.BOTH, VARIABLE)[7]
    np.testing.assert_allclose(values(drawn(overlay, "both")["y"]), both, rtol=1e-5)
    repeat = np.full(6, hourly.dataset.frame[VARIABLE].to_numpy()[origin - 1])
    np.testing.assert_allclose(values(drawn(overlay, "repeat last")["y"]), repeat, rtol=1e-4)
    assert any(trace.get("name") == "ridge" for trace in overlay["data"]), "fitted while the models were trained"
    error = np.abs(both - truth)
    assert float(at.metric[3].value) == pytest.approx(error.mean(), rel=5e-3)
    np.testing.assert_allclose(values(drawn(spec(at, "window_error_by_step"), "both")["y"]), error, rtol=1e-4)


def test_jumping_to_the_worst_window_leaves_the_timeline_as_it_is(hourly: InspectedModels) -> None:
    at = open_page("forecasts", dataset=hourly.dataset.key, variable=VARIABLE)
    before = {name: spec(at, name) for name in charts(at)}
    next(button for button in at.button if button.label == "worst").click().run()
    after = {name: spec(at, name) for name in charts(at)}
    assert after["error_timeline"] == before["error_timeline"], "a change would clear what is selected on it"
    assert after["forecast_overlay"] != before["forecast_overlay"]
    made = forecasts(hourly, Fusion.BOTH, VARIABLE)
    column = hourly.dataset.frame[VARIABLE].to_numpy()
    truth = np.stack([column[first_origin(hourly) + place :][:6] for place in range(len(made))])
    worst = int(np.square(made - truth).mean(axis=1).argmax())
    assert address(at)["origin"] == str(first_origin(hourly) + worst)


def test_every_point_of_the_timeline_carries_its_origin(hourly: InspectedModels) -> None:
    timeline = spec(open_page("forecasts", dataset=hourly.dataset.key), "error_timeline")
    carried = values(drawn(timeline, "both")["customdata"]).ravel()
    np.testing.assert_array_equal(carried, first_origin(hourly) + np.arange(95))
    assert timeline["layout"]["dragmode"] == "pan"
    assert timeline["layout"]["clickmode"] == "event+select"


def test_a_clicked_point_moves_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {"chart": {"selected": {"points": [[27]], "boxes": []}}, "view": {"origin": "3"}}
    monkeypatch.setattr(state.st, "session_state", session)
    take_point("origin", "chart")
    assert state.value("origin") == "27"
    session["chart"] = {"selected": {"points": [], "boxes": []}}
    take_point("origin", "chart")
    assert state.value("origin") == "27", "a place without a point changes nothing"


def test_modes_and_baselines_can_be_left_out(hourly: InspectedModels) -> None:
    at = open_page("forecasts", dataset=hourly.dataset.key, modes="none|both", baselines="hidden")
    names = {trace.get("name") for trace in spec(at, "forecast_overlay")["data"]}
    assert {"none", "both", "truth"} <= names
    assert not names & {"GRU → CNN", "CNN → GRU", "ridge", "repeat last", "seasonal naive"}
    assert len(at.metric) == 2


def test_a_broken_link_falls_back_and_says_so(hourly: InspectedModels) -> None:
    broken = {"variable": "<b>x</b>", "origin": "999999", "history": "-3", "mode": "best", "modes": "none|all"}
    at = open_page("forecasts", dataset=hourly.dataset.key, **broken)
    assert not at.exception
    assert not at.error
    assert len(at.warning) == len(broken)
    known = ["forecast_overlay", "error_timeline", "error_pairs", "window_error_by_step", "forecast_panels"]
    assert list(charts(at)) == known


def test_without_models_the_page_leads_to_the_training(home: Path) -> None:
    at = open_page("forecasts", dataset="NYweather")
    assert at.title[0].value == "Forecasts"
    assert any("No model is trained" in markdown.value for markdown in at.markdown)
    assert not charts(at)


def test_models_that_are_not_inspected_yet_are_inspected_in_the_background(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(gather, "start", lambda job: started.append(job.id))  # no process of its own in a test
    write_runs(home / "studies" / "one" / "runs")
    at = open_page("forecasts", dataset="NYweather")
    assert any("Reading the models" in caption.value for caption in at.caption)
    assert not charts(at)
    (job,) = jobs.known(JobKind.INSPECT)
    assert started == [job.id]
    assert len(job.spec["arguments"]["run_folders"]) == 4
    at.run()
    assert started == [job.id], "one job is enough, whatever becomes of it"
