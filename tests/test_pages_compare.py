"""Compare: asking starts a job on the study engine; its folder alone decides what the page shows."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core import jobs
from core.data.catalog import load_dataset
from core.data.step import Step
from core.jobs import JobFolder, JobKind, JobState
from core.locks import take
from core.study.folder import RunState, RunStatus, read_study
from core.study.grid import StudyConfig
from core.study.progress import StudyProgress
from core.text.words import speaking
from core.train.fit import fit
from core.vocabulary import Fusion, Language
from dashboard.compare import grid, studies
from tests.support.pages import MATCHED_MSE, MSE, address, charts, open_page, spec, write_runs
from tests.support.tiny import stored, tiny_frame
from tests.test_windows import counting, dataset_of

GRID = StudyConfig(("NYweather",), (24,), tuple(Fusion), (0,), "quick", 72, matched=False)


pytestmark = pytest.mark.usefixtures("home")


def comparison(**result: str) -> JobFolder:
    """Make a comparison's folder as its worker leaves it, without training."""
    job = jobs.create(JobKind.STUDY, "New York, four modes", {"study": GRID.to_dict()})
    (job.path / "study.json").write_text(json.dumps(GRID.to_dict()))
    (job.path / "runs").mkdir()
    if result:
        jobs.write_json(job.path / "result.json", {"message": "", "value": {}} | result)
    return job


@contextmanager
def at_work(*found: JobFolder) -> Iterator[None]:
    """Hold the jobs' locks, as their workers would."""
    locks = [take(job.path / "lock") for job in found]
    yield
    for lock in locks:
        assert lock is not None
        os.close(lock)


def tell(job: JobFolder, run_id: str, *events: dict[str, object]) -> None:
    lines = "".join(json.dumps(event) + "\n" for event in events)
    (job.path / "runs" / f"{run_id}.jsonl").write_text(lines)


def test_the_button_starts_the_chosen_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[JobFolder] = []
    monkeypatch.setattr("dashboard.background.start", started.append)  # the process itself is tested with the jobs
    at = open_page("compare", modes="none|both", train_seeds="2", train_horizon="24", train_lookback="72")
    (button,) = [button for button in at.button if button.label.startswith("Train")]
    assert button.label == "Train 6 models"  # the size control of both seeds is ticked
    button.click().run()
    assert not at.exception
    (job,) = started
    asked = StudyConfig.from_dict(job.spec["arguments"]["study"])
    assert asked == StudyConfig(
        ("NYweather",), (24,), (Fusion.NONE, Fusion.BOTH), (0, 1), "quick", 72, measures=False
    )
    assert address(at)["run"] == job.id
    assert " · horizon 24 · 2 modes × 2 seeds · quick" in job.title
    with speaking(Language.KOREAN):
        assert " · 예측 길이 24 · " in job.title and "mode" not in job.title


def test_a_lost_comparison_can_be_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    job = comparison()
    started: list[JobFolder] = []
    monkeypatch.setattr("dashboard.background.start", started.append)
    at = open_page("compare", run=job.id)
    assert not at.exception
    next(button for button in at.button if button.label == "Resume").click().run()
    assert [again.id for again in started] == [job.id]


def test_a_live_comparison_shows_each_run_and_can_be_cancelled() -> None:
    job = comparison()
    (job.path / "started").touch()
    run_ids = list(read_study(job.path).runs)
    step = {"kind": "step", "epoch": 1, "step": 50, "steps": 100, "loss": 0.6, "eta": 30.0}
    epoch = {"kind": "epoch", "epochs": 2, "epoch": 1, "train_loss": 0.6, "validation_mse": 0.55}
    tell(job, run_ids[0], step, epoch)
    with at_work(job):
        at = open_page("compare", run=job.id)
        next(button for button in at.button if button.label == "Cancel").click()
        table, shown = at.dataframe[0].value, charts(at)
        at.run()
        assert job.state is JobState.CANCELLING
    assert not at.exception
    assert list(table["progress"]) == [0.5, 0, 0, 0]
    assert table["validation"][0] == 0.55
    assert "How does the validation error fall" in shown["validation"]


@pytest.mark.slow
@pytest.mark.process
def test_what_the_first_mode_forecasts_is_there_before_the_others_are_trained() -> None:
    job = comparison()
    (job.path / "started").touch()
    run = next(iter(read_study(job.path).runs.values()))
    fit(run, load_dataset("NYweather"), job.path / "runs" / run.run_id)
    with at_work(job):
        at = open_page("compare", run=job.id)
    assert not at.exception and not at.error
    assert "How does the validation error fall" in charts(at)["validation"]
    drawn = {trace["name"] for trace in spec(at, "forecast_overlay")["data"]}
    assert {"truth", "none"} <= drawn and not drawn & {"both", "CNN → GRU"}
    assert address(at)["run"] == job.id


def test_a_finished_comparison_ends_in_numbers_table_and_curves() -> None:
    job = comparison(state="done")
    write_runs(job.path / "runs")
    at = open_page("compare", run=job.id, by="error_by_step")
    assert not at.exception
    assert not at.error
    assert [metric.value for metric in at.metric] == [f"{MSE[mode]:.4f}" for mode in Fusion]
    assert list(charts(at)) == ["error_by_step", "validation"]  # told by the finished runs' own histories


def test_a_failed_comparison_tells_its_sentence() -> None:
    job = comparison(state="failed", message="horizon is 0; it must be at least 1 row.")
    (job.path / "runs" / f"{next(iter(read_study(job.path).runs))}.error").write_text("diverged; lower the rate.")
    at = open_page("compare", run=job.id)
    assert any("horizon is 0" in warning.value for warning in at.warning)
    assert any("diverged" in error.value for error in at.error)


@pytest.mark.parametrize("text", ["../../etc", "nothing", ""])
def test_an_unknown_job_opens_the_empty_form(text: str) -> None:
    at = open_page("compare", run=text)
    assert at.title[0].value == "Compare"
    assert not at.exception
    assert any(button.label.startswith("Train") for button in at.button)


def test_studies_of_the_command_line_are_listed(home: Path) -> None:
    folder = home / "studies" / "by-hand"
    write_runs(folder / "runs")
    (folder / "study.json").write_text(json.dumps(GRID.to_dict()))
    (folder / "table.parquet").touch()
    (found,) = studies.known()
    assert found.id == "by-hand"
    assert found.state is JobState.DONE
    at = open_page("compare", run="by-hand")
    assert len(at.metric) == 4


def test_time_left_counts_waiting_runs_and_workers(tmp_path: Path) -> None:
    plan = list(GRID.runs.values())
    half = {"kind": "step", "step": 50, "steps": 100, "eta": 30.0, "loss": 1.0}
    for run in plan[:2]:
        (tmp_path / f"{run.run_id}.jsonl").write_text(json.dumps(half) + "\n")
    states = [RunState.TRAINING] * 2 + [RunState.WAITING] * 2
    statuses = [RunStatus(run, state, tmp_path / run.run_id) for run, state in zip(plan, states, strict=True)]
    found = StudyProgress(statuses, workers=2)
    assert found.share == pytest.approx(0.25)
    assert found.seconds_left == pytest.approx((30 + 30 + 60 + 60) / 2)


def test_the_size_control_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page("compare", train_horizon="24", train_lookback="72")
    next(box for box in at.checkbox if "size of both" in box.label).uncheck().run()
    assert not at.exception
    assert any(button.label == "Train 4 models" for button in at.button)
    assert address(at)["matched"] == "False"


def test_the_size_control_stands_beside_the_modes_and_is_never_mixed_with_none(home: Path) -> None:
    folder = home / "studies" / "by-hand"
    write_runs(folder / "runs", matched=True)
    (folder / "study.json").write_text(json.dumps(replace(GRID, matched=True).to_dict()))
    (folder / "table.parquet").touch()
    at = open_page("compare", run="by-hand")
    assert not at.exception
    assert [metric.value for metric in at.metric] == [f"{MSE[mode]:.4f}" for mode in Fusion]
    table = at.dataframe[0].value.set_index("model")
    assert table.loc["none", "MSE"] == MSE[Fusion.NONE] and table.loc["none", "seeds"] == 1
    assert table.loc["none, matched size", "MSE"] == MATCHED_MSE
    expected = 100 * (math.sqrt(MATCHED_MSE / MSE[Fusion.NONE]) - 1)
    assert table.loc["none, matched size", "RMSE change %"] == pytest.approx(expected)
    assert table.loc["average of ridge and both", "MSE"] == pytest.approx(0.9 * MSE[Fusion.BOTH])
    figure = spec(at, "mode_comparison")
    assert "none, matched size" in figure["layout"]["yaxis"]["ticktext"]


def test_a_study_elsewhere_is_opened_by_its_folder_and_kept_under_an_id(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("elsewhere") / "by hand"
    write_runs(folder / "runs")
    (folder / "study.json").write_text(json.dumps(GRID.to_dict()))
    (folder / "table.parquet").touch()
    at = open_page("compare")
    at.text_input[0].set_value(str(folder / "nothing"))
    next(button for button in at.button if button.label == "Open").click().run()
    assert any("holds no readable study.json" in error.value for error in at.error)
    at.text_input[0].set_value(str(folder))
    next(button for button in at.button if button.label == "Open").click().run()
    assert not at.exception and len(at.metric) == 4
    run = address(at)["run"]
    assert "/" not in run and run.startswith("by hand-")
    again = open_page("compare", run=run)  # a new session: the id is enough, a path is not
    assert len(again.metric) == 4
    assert not open_page("compare", run=str(folder)).metric
    next(button for button in again.button if button.label == "Close folder").click().run()
    assert not again.exception
    assert (folder / "study.json").exists() and studies.find(run) is None


def test_an_unfinished_study_of_the_command_line_shows_how_far_it_is(home: Path) -> None:
    folder = home / "studies" / "by-hand"
    write_runs(folder / "runs", fusions=[Fusion.NONE])
    (folder / "study.json").write_text(json.dumps(GRID.to_dict()))
    at = open_page("compare", run="by-hand")
    assert not at.exception
    assert list(at.dataframe[0].value["state"]) == ["done", "waiting", "waiting", "waiting"]
    assert any("python -m core study --out" in info.value for info in at.info)
    lock = take(folder / "study.lock")
    assert studies.find("by-hand").state is JobState.RUNNING
    live = open_page("compare", run="by-hand")
    assert len(live.get("progress")) == 1
    os.close(lock)


def test_only_windows_that_fit_are_offered() -> None:
    dataset = load_dataset("NYweather")
    assert grid.horizons(dataset, 36) == list(grid.HORIZONS)
    offered = grid.lookbacks(dataset, 96, 36)
    assert all(rows % 36 == 0 for rows in offered)
    assert 720 in offered


def test_a_short_file_begins_with_a_look_back_that_leaves_windows_and_says_how_many() -> None:
    dataset = stored(tiny_frame(966), "weeks.csv", Step(pd.Timedelta(days=7)))
    at = open_page("compare", dataset=dataset.key, modes="none")
    chosen = {box.label: box.value for box in at.selectbox}
    assert chosen["Look-back (rows)"] == "144" and chosen["Horizon (rows)"] == "48"
    assert 144 <= len(dataset.splits.train) // 4 < 180
    left = (len(dataset.splits.train) - 144 - 48) // 4 + 1, len(dataset.splits.validation) - 48 + 1
    (warning,) = (each.value for each in at.warning)
    assert warning.startswith(f"Only {left[0]} training windows and {left[1]} validation windows:")


def test_what_a_step_learns_of_wide_data_is_told_before_it_is_trained() -> None:
    wide = dataset_of(counting(9_000, 321), step="1h")
    note, few = grid.windows_note(wide, "quick", 96, 720)
    assert not few and note.endswith(
        "Each step learns 32 of the 321 variables, drawn anew; every one is read and tested."
    )
    assert "variables" not in grid.windows_note(dataset_of(counting(9_000, 7), step="1h"), "quick", 96, 720)[0]


def test_enough_windows_are_told_without_a_warning() -> None:
    at = open_page("compare", train_horizon="24", train_lookback="72", modes="none")
    assert not at.warning
    assert any("1,504 training windows and 850 validation windows." in caption.value for caption in at.caption)


def test_a_removed_comparison_is_gone_from_disk_and_address() -> None:
    job = comparison(state="done")
    at = open_page("compare", run=job.id)
    next(button for button in at.button if button.label == "Delete for good").click().run()
    assert not at.exception
    assert not job.path.exists()
    assert "run" not in address(at)


def test_a_waiting_comparison_says_how_many_come_first() -> None:
    first, second = comparison(), jobs.create(JobKind.STUDY, "second", {"study": GRID.to_dict()})
    (first.path / "started").touch()
    with at_work(first, second):
        at = open_page("compare", run=second.id)
    assert not at.exception
    assert [element.proto.text for element in at.get("progress")] == ["Waiting for 1 earlier comparison"]
