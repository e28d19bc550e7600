"""Gradient flow: the imbalance of each form, and the way to the forms that are missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.analysis.gradient import Reading
from core.data.catalog import load_dataset
from core.exhibits.training import FORMS, NOT_RECORDED
from core.jobs import JobKind, known
from core.presets import preset_run
from core.study.grid import StudyConfig
from core.text.words import speaking
from core.vocabulary import Fusion, Language, Merge
from dashboard import background, gradients
from dashboard.markup import escaped
from dashboard.selection import Cell, Selection
from tests.support.pages import charts, open_page, write_run, write_runs

IMBALANCE = {"proposed": 2.0, "late fusion": 1.0, "no fusion": 0.0}


@pytest.fixture
def three_forms(home: Path) -> None:
    """Write the three forms with gradients of known imbalance."""
    folder = home / "studies" / "one" / "runs"
    data = load_dataset("NYweather")
    for name, form in FORMS.items():
        run = preset_run("NYweather", "quick", horizon=24, lookback=72, fusion=form.fusion, merge=form.merge)
        write_run(folder / run.run_id, run, data, 0.5)
        conv = 2.0 ** IMBALANCE[name]
        table = {"step": [0, 10], "block": [1, 1], "conv": [conv, conv], "gru": [1.0, 1.0]}
        if name != "late fusion":  # trained before gradients of weights were recorded
            table |= {"conv_weights": [1.0, 1.0], "gru_weights": [8.0, 8.0]}
        pd.DataFrame(table).to_csv(folder / run.run_id / "gradient.csv", index=False)


@pytest.mark.usefixtures("three_forms")
def test_key_numbers_are_the_imbalances_of_the_three_forms() -> None:
    at = open_page("gradients")
    assert at.title[0].value == "Gradient flow"
    assert not at.exception
    assert not at.error
    assert [metric.value for metric in at.metric] == ["2.00", "1.00", "0.00"]
    assert "a factor of 4.00 · of the weights 3.00" in at.metric[0].proto.delta
    assert "weights not recorded" in at.metric[1].proto.delta
    assert not at.button or all("Train" not in button.label for button in at.button)


@pytest.mark.usefixtures("three_forms")
@pytest.mark.parametrize(
    ("reading", "found"),
    [("outputs", "proposed 2.0, late fusion 1.0 and no fusion 0"), ("weights", "proposed 3.0 and no fusion 3.0")],
)
def test_every_figure_is_drawn_and_the_first_in_the_chosen_reading(reading: str, found: str) -> None:
    at = open_page("gradients", reading=reading)
    assert list(charts(at)) == ["gradient_flow", "gradient_share", "training_curves"]
    assert found in charts(at)["gradient_flow"] and reading in charts(at)["gradient_flow"]


def test_runs_of_an_older_version_say_that_gradients_of_weights_are_missing(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", fusions=(Fusion.BOTH,))  # gradients at the outputs alone
    at = open_page("gradients", reading="weights")
    assert not at.error
    assert escaped(NOT_RECORDED[Reading.WEIGHTS]) in [info.value for info in at.info]
    assert list(charts(at)) == ["gradient_share", "training_curves"]


def test_missing_forms_are_offered_and_trained_in_the_background(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_runs(home / "studies" / "one" / "runs")
    monkeypatch.setattr(background, "start", lambda job: None)  # what is asked for counts here, not the training
    at = open_page("gradients")
    assert [metric.value for metric in at.metric][1:] == ["–", "–"]
    button = next(button for button in at.button if button.label.startswith("Train"))
    assert button.label == "Train late fusion and no fusion"
    button.click().run()
    (job,) = known(JobKind.STUDY)
    assert job.title == "train late fusion and no fusion"
    with speaking(Language.KOREAN):
        assert job.title == "후기 융합, 융합 없음 학습"
    study = StudyConfig.from_dict(job.spec["arguments"]["study"])
    assert (study.fusions, study.merges) == ((Fusion.NONE,), (Merge.CONCAT, Merge.MEAN))
    assert (study.horizons, study.lookback, study.preset, study.seeds) == ((24,), 72, "quick", (0,))


def test_the_missing_forms_of_a_study_are_those_asked_for() -> None:
    cell = Selection("NYweather", Cell("quick", 24, 72, 3))
    study = StudyConfig.from_dict(gradients.grid(cell, ["late fusion"]))
    assert [(run.model.fusion, run.model.merge, run.train.seed) for run in study.runs.values()] == [
        (Fusion.NONE, Merge.CONCAT, 3)
    ]


def test_without_models_the_page_leads_to_the_training(home: Path) -> None:
    at = open_page("gradients", dataset="NYweather")
    assert any("No model is trained" in markdown.value for markdown in at.markdown)
