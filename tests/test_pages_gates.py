"""Gates & response: the abrupt changes a mode shares with none, and numbers that say when they cannot be given."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.exhibits import inside
from core.exhibits.response import gate_levels
from core.jobs import JobKind, JobState, known
from core.serve.engine import Engine
from core.serve.probe import PROBE
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import address, charts, open_page, spec, write_runs
from tests.support.waiting import wait_until


def abrupt_changes(models: InspectedModels, mode: Fusion) -> pd.DataFrame:
    return inside.abrupt_changes(models.averages(mode), models.averages(Fusion.NONE))


def test_the_page_opens_with_the_largest_change_and_says_what_is_too_few(hourly: InspectedModels) -> None:
    at = open_page("gates", dataset=hourly.dataset.key)
    assert at.title[0].value == "Gates & response"
    assert not at.exception
    assert not at.error
    changes = abrupt_changes(hourly, Fusion.BOTH)
    assert at.metric[0].value == str(len(changes))
    assert len(changes) < 24
    assert [metric.value for metric in at.metric[1:3]] == ["–", "–"]
    assert any("needs 24" in info.value for info in at.info)
    picker = next(box for box in at.selectbox if box.label.startswith("Abrupt change"))
    assert picker.value == f"{changes['stamp'].iloc[0]:%Y-%m-%d %H:%M}"
    assert address(at)["event"] == picker.value


def test_the_spearman_gain_is_that_of_the_chosen_mode(hourly: InspectedModels) -> None:
    rows = hourly.inspection.rows
    for mode in (Fusion.GRU_TO_CNN, Fusion.BOTH):
        at = open_page("gates", dataset=hourly.dataset.key, mode=mode.value)
        own = rows[rows["run_id"] == hourly.runs[mode].run_id].set_index("statistic")["value"]
        shown = float(at.metric[3].value.replace("−", "-"))
        assert shown == pytest.approx(own["spearman_gain"], abs=5.1e-4)
        assert "ceiling +" in at.metric[3].proto.delta


def test_the_gates_shown_are_those_of_the_chosen_change(hourly: InspectedModels) -> None:
    change = abrupt_changes(hourly, Fusion.BOTH).iloc[-1]
    at = open_page(
        "gates",
        dataset=hourly.dataset.key,
        event=f"{change['stamp']:%Y-%m-%d %H:%M}",
        variable="drift",
        block="2",
    )
    assert not at.error
    kept = hourly.averages(Fusion.BOTH)
    wanted = gate_levels(kept, place=int(change["place"]), variable="drift", block=2)["update"]
    curve = drawn(spec(at, "gate_timeline"), "both")
    np.testing.assert_allclose(values(curve["y"]), wanted, rtol=1e-5)


@pytest.mark.process
def test_what_the_gru_remembers_is_asked_when_it_is_wanted(hourly: InspectedModels) -> None:
    memory = ("held_edit", "gate_half_life", "gates_by_slot")
    assert not set(memory) & set(charts(open_page("gates", dataset=hourly.dataset.key)))
    at = open_page("gates", dataset=hourly.dataset.key, memory="True", mode="cnn_to_gru")
    assert not at.exception and set(memory) <= set(charts(at))
    found = Engine(hourly.runs.values).memory(hourly.runs[Fusion.CNN_TO_GRU].run_id)
    for block in (1, 2):
        shown = values(drawn(spec(at, "held_edit"), f"block {block}, measured")["y"])
        np.testing.assert_allclose(shown, found.held[:, block - 1].mean(0), rtol=1e-5)
        lives = np.sort(np.log(2) / -found.log_gate[block - 1])[::-1]
        np.testing.assert_allclose(values(drawn(spec(at, "gate_half_life"), f"block {block}")["y"]), lives, rtol=1e-5)
    saturated = 100 * found.saturated.mean(1)
    means = [saturated[found.slots == slot].mean() for slot in np.unique(found.slots)]
    shown = values(drawn(spec(at, "gates_by_slot"), "Gates below .1 or above .9")["y"])
    np.testing.assert_allclose(shown, means, rtol=1e-4, atol=1e-6)


@pytest.mark.process
def test_a_pulse_is_put_in_when_it_is_wanted_and_found_again_by_the_link(hourly: InspectedModels) -> None:
    probe, button = {"probe_by_slot", "probe_around_changes"}, "Put a pulse at every origin"
    at = open_page("gates", dataset=hourly.dataset.key)
    windows = hourly.runs[Fusion.BOTH].metrics["test"]["windows"]
    assert any(f"all {windows:,} test windows" in one.value and "It takes about" in one.value for one in at.caption)
    assert not probe & set(charts(at))
    next(one for one in at.button if one.label == button).click().run()
    (job,) = [job for job in known(JobKind.PROBE) if job.spec.get("kind") == JobKind.PROBE]
    wait_until(lambda: not job.state.live)
    assert job.state is JobState.DONE
    again = open_page("gates", dataset=hourly.dataset.key, mode="cnn_to_gru")
    assert not again.exception and probe <= set(charts(again))
    assert not any(one.label == button for one in again.button)
    table = pd.read_parquet(job.path / PROBE)
    own = table.loc[table["fusion"] == "cnn_to_gru", "size"].to_numpy()
    shown = values(drawn(spec(again, "probe_by_slot"), "CNN → GRU")["y"])
    assert own.min() < shown.min() and shown.max() < own.max() and len(shown) == 24
    assert not probe & set(charts(open_page("gates", dataset=hourly.dataset.key, weights="untrained")))
    shutil.rmtree(job.path)


def test_without_none_the_page_says_what_is_missing(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", fusions=(Fusion.BOTH,))
    at = open_page("gates")
    assert not at.error
    assert any("Mode none is not trained here" in markdown.value for markdown in at.markdown)


def test_a_change_that_does_not_exist_falls_back_in_one_sentence(hourly: InspectedModels) -> None:
    at = open_page("gates", dataset=hourly.dataset.key, event="yesterday", block="99")
    assert not at.exception
    assert not at.error
    assert len(at.warning) == 2
