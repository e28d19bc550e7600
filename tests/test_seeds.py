"""Seeds of a cell: runs on this machine and rows of a shipped table tell one story, each training once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.ranking import Ranking
from core.config import RunConfig
from core.data.catalog import load_dataset
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.catalogue import cards, outline
from core.exhibits.errors import error_by_step, error_by_variable, mode_comparison
from core.exhibits.ranking import errors_of_variables, in_order
from core.exhibits.seeds import NOTHING, Tabled, sources, tabled
from core.figures.palette import Look
from core.table import study_table, write_rows
from core.train.finished import runs_in
from core.train.record import RunRecord
from core.vocabulary import Fusion, label
from core.workspace import ROOT
from tests.support.pages import MSE, charts, open_page, write_runs

PLACE = ("default", 24, 72)  # preset, horizon, look-back
SEEDS = (0, 1, 2)


@pytest.fixture
def trained(home: Path) -> list[RunRecord]:
    """Return three seeds of every mode, trained elsewhere."""
    write_runs(home / "elsewhere", preset="default", seeds=SEEDS)
    return list(runs_in(home / "elsewhere"))


@pytest.fixture
def tables(home: Path, trained: list[RunRecord]) -> Path:
    """Return the folder of shipped tables, where one holds these runs."""
    folder = home / "none shipped" / "tables"
    folder.mkdir(parents=True)
    write_rows(folder / "default.parquet", study_table("default", trained))
    return folder


@pytest.fixture
def noted(tables: Path) -> Callable[..., None]:
    """Return what changes the notes of the table."""

    def change(**notes: object) -> None:
        rows = pd.read_parquet(tables / "default.parquet")
        rows.attrs |= notes
        write_rows(tables / "default.parquet", rows)

    return change


def known(tables: Path, *records: RunRecord) -> Tabled:
    return tabled(load_dataset("NYweather"), PLACE, records, tables)


def captions(at: AppTest) -> list[str]:
    return [caption.value.replace("\\", "") for caption in at.caption]


def of_seed(trained: list[RunRecord], seed: int) -> list[RunRecord]:
    return [run for run in trained if run.config.train.seed == seed]


def test_a_table_tells_of_a_run_what_its_checkpoint_tells(tables: Path, trained: list[RunRecord]) -> None:
    records = {run.run_id: run for run in trained}
    found = {run.run_id: run for run in known(tables).runs}
    assert found.keys() == records.keys()
    for run_id, run in found.items():
        record = records[run_id]
        assert (run.config, run.fingerprint) == (record.config, record.fingerprint)
        test, blend = record.metrics["test"], record.metrics["blend"]
        for kind in ("mse", "mae", "rmse"):
            assert run.metrics["test"][kind] == test[kind] and run.metrics["blend"][kind] == blend[kind]
        assert run.metrics["test"]["windows"] == test["windows"]
        assert run.metrics["test"]["per_step"]["mse"] == test["per_step"]["mse"]
        by_variable = {name: {"mse": errors["mse"]} for name, errors in test["per_variable"].items()}
        assert run.metrics["test"]["per_variable"] == by_variable
        baselines = {name: errors["mse"] for name, errors in record.metrics["baselines"].items()}
        assert {name: errors["mse"] for name, errors in run.metrics["baselines"].items()} == baselines
        assert run.metrics["parameters"] == record.metrics["parameters"]


def test_a_run_in_both_counts_once_and_the_one_at_hand_wins(tables: Path, trained: list[RunRecord]) -> None:
    here = of_seed(trained, 0)
    case = Case(load_dataset("NYweather"), tuple(here), tabled=known(tables, *here))
    assert (case.seeds, case.known_seeds, case.tabled.seeds) == ([0], list(SEEDS), (1, 2))
    for mode, runs in case.known_runs.items():
        assert [run.config.train.seed for run in runs] == list(SEEDS), mode
        assert isinstance(runs[0], RunRecord) and not any(isinstance(run, RunRecord) for run in runs[1:])
    assert known(tables, *trained).runs == ()


def test_many_variables_are_offered_by_what_is_told_of_them(
    trained: list[RunRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen as the file has them; were they more than what is few, by error, by gain or by loss."""
    data, draw, runs = load_dataset("NYweather"), np.random.default_rng(0), []
    for run in trained:
        errors = {name: {"mse": float(draw.uniform(0.2, 0.9))} for name in data.variables}
        runs.append(replace(run, metrics={**run.metrics, "test": {**run.metrics["test"], "per_variable": errors}}))
    case = Case(data, tuple(runs))
    assert list(in_order(case, {})) == list(case.dataset.variables)
    errors = errors_of_variables(case.known_runs).pivot(index="variable", columns="source", values="mse")
    change = errors["both"] / errors["none"]
    wanted = {"error": errors.mean(axis=1).idxmax(), "gain": change.idxmin(), "loss": change.idxmax()}
    monkeypatch.setattr("core.exhibits.ranking.FEW", 3)
    for word, name in wanted.items():
        found = list(in_order(case, {"ranked": Ranking(word)}))
        assert found[0] == name and sorted(found) == sorted(case.dataset.variables)
    assert list(in_order(Case(case.dataset), {})) == list(case.dataset.variables)


@pytest.mark.parametrize("one", [mode_comparison, error_by_step, error_by_variable])
def test_figures_of_errors_are_the_same_from_either_source(tables: Path, trained: list[RunRecord], one) -> None:  # type: ignore[no-untyped-def]
    data = load_dataset("NYweather")
    here = of_seed(trained, 0)
    cases = [
        Case(data, tuple(trained)),
        Case(data, tuple(here), tabled=known(tables, *here)),
        Case(data, tabled=known(tables)),
    ]
    cards = [one.card(case, one.chosen(case), Look()) for case in cases]
    assert len({card.finding for card in cards}) == 1
    for card in cards[1:]:
        pd.testing.assert_frame_equal(card.table, cards[0].table)
    assert "seeds 1 and 2 from the shipped table" in cards[1].provenance
    assert "from the shipped table" not in cards[0].provenance


def test_chosen_seeds_are_chosen_of_both(tables: Path, trained: list[RunRecord]) -> None:
    here = of_seed(trained, 0)
    case = Case(load_dataset("NYweather"), tuple(here), tabled=known(tables, *here))
    assert case.of_seeds([0]).known_seeds == [0] and case.of_seeds([1, 2]).known_seeds == [1, 2]
    assert len({case.key, case.of_seeds([0]).key, case.of_seeds([1, 2]).key}) == 3


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ({"code": ["757e706178cf"]}, "its runs are of code 757e706178cf"),
        ({"data": {"NYweather": ["0123456789ab"]}}, "it is of version 0123456789ab of the data"),
        ({"data": {}}, "it is of version unknown of the data"),
    ],
)
def test_a_table_of_other_code_or_data_is_not_mixed_in(
    tables: Path, trained: list[RunRecord], noted: Callable[..., None], notes: dict[str, object], told: str
) -> None:
    noted(**notes)
    found = known(tables, *of_seed(trained, 0))
    assert found.runs == () and found.measures.empty and told in found.left_out


def test_a_run_of_another_recipe_is_not_mixed_in(home: Path, tables: Path, trained: list[RunRecord]) -> None:
    record = of_seed(trained, 0)[0]
    config = record.config.to_dict()
    config["train"]["epochs"] = 3
    other = replace(record, config=RunConfig.from_dict(config))
    found = known(tables, other)
    assert found.runs == () and "of another recipe" in found.left_out


def test_what_is_no_table_of_this_cell_adds_nothing(tables: Path) -> None:
    data = load_dataset("NYweather")
    assert tabled(data, ("default", 25, 72), (), tables) is NOTHING
    assert tabled(data, ("quick", 24, 72), (), tables) is NOTHING, "no table of this preset is shipped"
    (tables / "default.parquet").write_bytes(b"PAR1 no table")
    assert tabled(data, PLACE, (), tables) is NOTHING


def test_trainers_are_named_where_they_are_mixed(
    tables: Path, trained: list[RunRecord], noted: Callable[..., None]
) -> None:
    one, rest = [run.run_id for run in trained[:1]], [run.run_id for run in trained[1:]]
    noted(trained={"torch 2.11.0, stacked: cuda, bfloat16": rest, "torch 2.13.0, one at a time: cpu": one})
    told = sources(known(tables).runs)
    assert told.startswith("3 seeds: seeds 0 to 2 known from the shipped table.")
    assert told.endswith("bfloat16 (11 runs) and torch 2.13.0, one at a time: cpu (1 run).")
    assert "Trained by" not in sources(of_seed(trained, 0))


def test_a_cell_that_a_table_alone_knows_shows_errors_and_says_so(tables: Path) -> None:
    at = open_page("overview", dataset="NYweather")
    assert [metric.value for metric in at.metric] == [f"{MSE[mode] + 0.01:.3f} ± 0.010" for mode in Fusion]
    assert any("3 seeds: seeds 0 to 2 known from the shipped table" in caption for caption in captions(at))
    assert list(charts(at)) == ["mode_comparison", "peers"] and not at.exception
    assert any(needs.ERRORS_ALONE in info.value for info in at.info)
    assert at.sidebar.selectbox(key="pick horizon").options == ["24 *"]
    assert any("errors alone" in caption.value for caption in at.sidebar.caption)


@pytest.mark.parametrize("page", ["forecasts", "model", "kernels", "gates", "attention", "attribution", "gradients"])
def test_a_page_that_looks_inside_asks_for_the_models(tables: Path, page: str) -> None:
    at = open_page(page, dataset="NYweather")
    assert not at.exception and not at.error and not charts(at)
    assert any(needs.ERRORS_ALONE in markdown.value for markdown in at.markdown)


def test_errors_of_a_cell_that_a_table_alone_knows_leave_as_files(tables: Path) -> None:
    at = open_page("export", dataset="NYweather")
    assert not at.exception and not at.error
    assert any(needs.ERRORS_ALONE in info.value for info in at.info)
    case = Case(load_dataset("NYweather"), tabled=known(tables))
    assert {"mode_comparison", "error_by_step", "error_by_variable"} <= {pin.exhibit for pin in outline(case)}
    assert all(card.finding and card.provenance for card in cards(case, Look()))


def test_models_at_hand_open_first_and_have_no_star(home: Path, tables: Path, trained: list[RunRecord]) -> None:
    write_runs(home / "studies" / "one" / "runs", preset="default", horizon=48)
    at = open_page("overview", dataset="NYweather")
    horizon = at.sidebar.selectbox(key="pick horizon")
    assert (horizon.options, horizon.value) == (["24 *", "48"], "48")


def test_the_overview_and_results_tell_the_same_mean_over_ten_seeds(official_data: Path) -> None:
    at = open_page("overview", dataset="ETTh1", preset="default", horizon="96")
    (told,) = [caption for caption in captions(at) if "10 seeds" in caption]
    assert "seed 0 on this machine and seeds 1 to 9 known from the shipped table" in told
    assert "Trained by" in told
    section = (ROOT / "RESULTS.md").read_text(encoding="utf-8").split("## default", 1)[1]
    rows = [re.split(r"\s*\|\s*", line) for line in section.split("\n## ", 1)[0].splitlines() if "ETTh1, 96 " in line]
    results = {row[2]: (row[3], row[8]) for row in rows}
    shown = {label(mode): (metric.value, "10") for mode, metric in zip(Fusion, at.metric, strict=True)}
    assert shown == {name: results[name] for name in shown}


def test_settings_of_an_export_name_the_runs_of_the_table(tables: Path, trained: list[RunRecord]) -> None:
    here = of_seed(trained, 0)
    case = Case(load_dataset("NYweather"), tuple(here), tabled=known(tables, *here))
    settings = json.loads(json.dumps(case.settings))
    assert settings["seeds"] == list(SEEDS) and len(settings["from_table"]) == 8
