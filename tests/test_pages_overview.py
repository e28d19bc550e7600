"""Overview: the numbers on the page are those of the runs."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.catalog import load_dataset
from core.version import code_fingerprint
from core.vocabulary import Fusion, Merge, Reference
from tests.support.exhibits import EXHIBITS
from tests.support.pages import MSE, address, charts, open_page, write_run, write_runs

pytestmark = pytest.mark.usefixtures("home")


def test_without_models_the_page_leads_to_the_training() -> None:
    at = open_page("overview", dataset="NYweather")
    assert at.title[0].value == "Overview"
    assert any("No model is trained" in markdown.value for markdown in at.markdown)
    assert not at.metric


def test_key_numbers_are_means_over_seeds_and_changes_against_none(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0, 1))
    at = open_page("overview")
    spread = 0.01 / math.sqrt(2)  # of two seeds that lie .01 apart
    assert [metric.value for metric in at.metric] == [f"{MSE[mode] + 0.005:.4f} ± {spread:.4f}" for mode in Fusion]
    reductions = [1 - math.sqrt((MSE[Fusion.BOTH] + shift) / (MSE[Fusion.NONE] + shift)) for shift in (0.0, 0.01)]
    expected = f"↓ {100 * sum(reductions) / 2:.1f} %"
    assert expected in at.metric[3].proto.delta
    assert "RMSE" not in at.metric[0].proto.delta  # none is not compared with itself


def test_the_table_has_the_modes_and_the_baselines(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs")
    table = open_page("overview").dataframe[-2].value
    blends = [round(0.9 * mse, 3) for mse in MSE.values()]
    assert list(table["MSE"].round(3)) == [*MSE.values(), *blends, 0.6, 0.6, 0.6]
    assert list(table["model"])[:4] == ["none", "GRU → CNN", "CNN → GRU", "both"]


def test_weakened_forms_stand_below_the_modes(home: Path) -> None:
    folder = home / "studies" / "one" / "runs"
    plan = write_runs(folder)
    data = load_dataset("NYweather")
    both, none = (next(run for run in plan if run.model.fusion is mode) for mode in (Fusion.BOTH, Fusion.NONE))
    weak = replace(both, model=replace(both.model, reference=Reference.EMA))
    late = replace(none, model=replace(none.model, merge=Merge.CONCAT))
    for run, mse in ((weak, 0.7), (late, 0.8)):
        write_run(folder / run.run_id, run, data, mse)
    table = open_page("overview").dataframe[-2].value.set_index("model")
    assert table.loc[["both, weakened (EMA)", "late fusion"], "MSE"].tolist() == pytest.approx([0.7, 0.8])
    change = 100 * (math.sqrt(0.7 / MSE[Fusion.NONE]) - 1)
    assert table.loc["both, weakened (EMA)", "RMSE change %"] == pytest.approx(change)


def test_choosing_seeds_changes_the_numbers(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0, 1, 2))
    at = open_page("overview", seeds="2")
    assert at.metric[0].value == f"{MSE[Fusion.NONE] + 0.02:.4f}"


def test_all_seeds_of_one_cell_do_not_hide_those_of_another(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0,))
    write_runs(home / "studies" / "two" / "runs", seeds=(0, 1, 2), horizon=48)
    at = open_page("overview", horizon="24")
    at.query_params["horizon"] = "48"
    at.run()
    assert at.metric[0].value == f"{MSE[Fusion.NONE] + 0.01:.3f} ± 0.010", "in the digits that three seeds support"
    assert address(at)["seeds"] == "all"


@pytest.mark.parametrize("view", ["mode_comparison", "error_by_step", "error_by_variable"])
def test_each_view_draws_its_figure(home: Path, view: str) -> None:
    write_runs(home / "studies" / "one" / "runs")
    at = open_page("overview", by=view)
    assert not at.exception
    assert not at.error
    assert list(charts(at)) == [view, "peers"], "beside other networks stands below, whatever the page is of"
    assert charts(at)[view].startswith(EXHIBITS[view].question)


def test_one_mode_alone_is_shown_without_a_comparison(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", fusions=(Fusion.BOTH,))
    at = open_page("overview")
    assert not at.error
    assert [metric.value for metric in at.metric] == [f"{MSE[Fusion.BOTH]:.4f}"]


def test_runs_of_different_code_are_not_compared_silently(home: Path) -> None:
    runs = home / "studies" / "one" / "runs"
    write_runs(runs)
    assert not open_page("overview").warning
    config = next(runs.glob("*-both-*/config.json"))
    config.write_text(config.read_text().replace('"code": "', '"code": "other'))
    (config.parent / "metrics.json").touch()
    (warning,) = open_page("overview").warning
    assert "2 versions of the code" in warning.value


def test_checkpoints_of_other_code_are_marked_where_they_are_listed_and_in_the_foot(home: Path) -> None:
    runs = home / "studies" / "one" / "runs"
    write_runs(runs)
    mark = f"trained by code 757e706178cf, and the code at hand is {code_fingerprint()}"
    assert not any("trained by" in caption.value for caption in open_page("overview").caption)
    for config in runs.glob("*/config.json"):
        config.write_text(config.read_text().replace(code_fingerprint(), "757e706178cf"))
        (config.parent / "metrics.json").touch()
    at = open_page("overview")
    told = [caption.value for caption in at.caption if mark in caption.value]
    assert f"These were {mark}." in told
    assert len(told) == 2 and any(text.startswith("New York weather") for text in told), "the foot of the figure"
    assert not at.warning
