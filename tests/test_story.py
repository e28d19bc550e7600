"""The story: which figures there are, what they are made from, and that pages and files draw the same."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis.changes import shared_events
from core.analysis.events import contrast
from core.analysis.gradient import Reading
from core.analysis.traced import path_changes
from core.commands import report as command
from core.figures.catalogue import QUESTIONS
from core.figures.palette import Look
from core.report.chapters import response
from core.report.chapters.gradients import imbalances, runs_of_forms, share_table
from core.report.material import Material, StoryError, finished_runs, gather
from core.report.opening import opened
from core.report.provenance import provenance_line
from core.report.story import FIGURES, outline, question, settings_of, story, tell
from core.version import code_fingerprint
from core.vocabulary import Dim, Fusion, Merge
from tests.support.opened import OpenedModels


@pytest.fixture
def material(hourly: OpenedModels) -> Material:
    return gather(finished_runs(hourly.dataset.key), 6)


def test_every_figure_of_the_story_answers_a_question_of_the_catalogue() -> None:
    assert {question(name).split(" (")[0] for name in FIGURES} <= set(QUESTIONS.values())


def test_the_story_of_opened_models_tells_the_inside_too(material: Material) -> None:
    assert material.inspection is not None
    slides = tell(material, Look())
    assert [slide.name.rsplit("-", 1)[-1] for slide in slides] == outline(material)
    assert len({slide.name for slide in slides}) == len(slides)
    inside = {
        "kernel_by_slot_gru_to_cnn",
        "dcor_comparison",
        "attention_map",
        "attention_controls",
        "forecast_overlay",
    }
    assert inside <= set(outline(material))
    for slide in slides:
        assert slide.finding
        assert slide.provenance.startswith(material.dataset.title)
        assert material.dataset.fingerprint in slide.provenance
        assert "CrossLens" in slide.provenance
        assert slide.table is not None
        assert len(slide.table)


def test_models_that_were_not_opened_up_leave_the_inside_out(material: Material) -> None:
    closed = outline(replace(material, inspection=None))
    assert {"mode_comparison", "series_plot", "gradient_flow"} <= set(closed)
    assert not any(name.startswith(("kernel", "gate", "attention", "forecast", "event")) for name in closed)


def test_the_story_needs_a_run_and_says_what_there_is(hourly: OpenedModels) -> None:
    with pytest.raises(StoryError, match="No finished run"):
        story("nothing", 96)
    with pytest.raises(StoryError, match="horizon 96; there are: 6"):
        story(hourly.dataset.key, 96)
    with pytest.raises(StoryError, match="seed 7; there are: 0"):
        story(hourly.dataset.key, 6, 7)


def test_settings_name_every_checkpoint_and_are_plain_json(material: Material) -> None:
    settings = json.loads(json.dumps(settings_of(material)))
    assert {entry["weights_sha"] for entry in settings["checkpoints"]} == {
        run.weights_sha for run in material.records
    }
    assert settings["seeds"] == [0]
    assert settings["data"] == material.dataset.fingerprint


def test_opened_models_are_not_opened_again(material: Material) -> None:
    assert opened(material) is material


def test_the_command_writes_the_same_figures(
    hourly: OpenedModels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = tmp_path / "report.html"
    assert command.run(parser.parse_args(["--dataset", hourly.dataset.key, "--horizon", "6", "--out", str(out)])) == 0
    page = out.read_text()
    slides = story(hourly.dataset.key, 6)
    assert all(f'id="{slide.name}"' in page for slide in slides)
    assert f"{len(slides)} figures" in capsys.readouterr().out


def test_provenance_names_few_checkpoints_one_by_one_and_many_by_one_hash(material: Material) -> None:
    runs = list(material.records)
    line = provenance_line("tiny", runs)
    assert all(run.weights_sha[:8] in line for run in runs)
    more = [*runs, replace(runs[0], weights_sha="f" * 64)]
    assert "5 checkpoints" in provenance_line("tiny", more)
    swapped = provenance_line("tiny", [*runs, replace(runs[0], weights_sha="e" * 64)])
    assert swapped != provenance_line("tiny", more)


def test_provenance_marks_runs_of_other_code_once(material: Material) -> None:
    new = replace(material.records[0], versions={"code": code_fingerprint()})
    old = replace(new, versions={"code": "757e706178cf"})
    mark = f"trained by code 757e706178cf, and the code at hand is {code_fingerprint()}"
    assert "trained by" not in provenance_line("tiny", [new])
    assert f" · {mark} · " in provenance_line("tiny", [old])
    assert provenance_line("tiny", [old, new, old]).count(f"partly {mark}") == 1


def test_abrupt_changes_are_those_both_choose_the_largest_first(hourly: OpenedModels) -> None:
    mode, none = (hourly.inspection.trace(hourly.runs[one].run_id) for one in (Fusion.BOTH, Fusion.NONE))
    changes = response.abrupt_changes(mode, none)
    patch = hourly.runs[Fusion.BOTH].config.model.patch
    pair = [path_changes(trace) for trace in (mode, none)]
    assert sorted(changes["place"]) == shared_events(*pair, patch).places.tolist()
    assert np.diff(np.sort(changes["place"])).min() >= patch
    assert changes["size"].is_monotonic_decreasing
    heights = [contrast(conv, patch)[changes["place"]] for conv, _ in pair]
    assert np.allclose(changes["size"], np.sqrt(np.exp(heights[0] + heights[1])))


def test_gate_levels_are_means_over_channels_of_the_last_token(hourly: OpenedModels) -> None:
    trace = hourly.inspection.trace(hourly.runs[Fusion.BOTH].run_id)
    levels = response.gate_levels(trace, place=5, variable="drift", block=2)
    wanted = (
        trace["update_gate_last_token"].sel(variable="drift", block=2).mean(Dim.CHANNEL)[: 5 + response.AROUND + 1]
    )
    assert np.allclose(levels["update"], wanted, atol=1e-6)
    assert np.array_equal(levels.index, trace["stamp"][: len(levels)])


def test_the_livelier_variable_moved_most_for_its_spread(hourly: OpenedModels) -> None:
    frame = hourly.dataset.frame.copy()
    frame.iloc[9, 2] += 50 * frame.iloc[:, 2].std()
    assert response.livelier_variable(replace(hourly.dataset, frame=frame), 10) == "drift"


def test_measures_put_their_controls_beside_each_number() -> None:
    rows = pd.DataFrame(
        {
            "run_id": ["a"] * 4,
            "fusion": ["both"] * 4,
            "statistic": [
                *("peak_amplification", "peak_amplification_anywhere", "peak_amplification_with_embedding"),
                "response_lead",
            ],
            "value": [12.0, 0.1, 2.5, np.nan],
            "low": [5.0, -4.0, 1.0, np.nan],
            "high": [20.0, 4.0, 3.0, np.nan],
            "p_value": [0.01, np.nan, 0.2, np.nan],
            "n": [25, 25, 25, 25],
            "reason": ["", "", "", "no match"],
        }
    )
    table = response.measures(rows).set_index("quantity")
    beside = ["value", "anywhere_low", "anywhere_high", "with_embedding"]
    assert table.loc["amplification", beside].tolist() == [12.0, -4.0, 4.0, 2.5]
    assert table.loc["lead", "reason"] == "no match"


def test_each_form_is_found_by_its_crossings_and_merge(material: Material) -> None:
    both = material.runs[Fusion.BOTH][0]
    none = material.runs[Fusion.NONE][0]
    late = replace(none, config=replace(none.config, model=replace(none.config.model, merge=Merge.CONCAT)))
    assert list(runs_of_forms([none, late, both])) == ["proposed", "late fusion"]


def test_imbalance_and_share_of_known_gradients_in_both_readings(material: Material) -> None:
    run = material.runs[Fusion.BOTH][0]
    known = replace(run)
    table = pd.DataFrame({"step": [0, 10], "block": [1, 1], "conv": [3.0, 3.0], "gru": [1.0, 1.0]})
    known.__dict__["gradient"] = table.assign(conv_weights=1.0, gru_weights=4.0)
    assert imbalances({"proposed": known})["proposed"].value == pytest.approx(np.log2(3))
    assert imbalances({"proposed": known}, Reading.WEIGHTS)["proposed"].value == 2
    shares = share_table({"proposed": known})
    assert shares[["reading", "value"]].to_numpy().tolist() == [["outputs", 0.5], ["weights", -0.6]]
    known.__dict__["gradient"] = table
    assert "not recorded" in str(imbalances({"proposed": known}, Reading.WEIGHTS)["proposed"].reason)
    assert share_table({"proposed": known})["reading"].tolist() == ["outputs"]
