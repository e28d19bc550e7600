"""RESULTS.md: up to date, and every number in it that of the tables."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.__main__ import main
from core.config import BOTH, LATE_FUSION, NONE
from core.report.recipe import recipe_section
from core.report.results import results
from core.study.search import SHIPPED
from core.table import WORDS, write_rows
from core.train.finished import runs_in
from core.vocabulary import Fusion, Merge
from core.workspace import CHECKPOINTS, ROOT
from tests.support.claim_tables import Row, row, table

MSE = {NONE: (0.40, 0.42, 0.44), BOTH: (0.38, 0.41, 0.42)}  # by seed
NOTES = {"product": ["0"], "code": ["c0de"], "data": {"ETTh1": ["da7a"]}, "measures": []}


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("+", ""))


def cells(text: str, *begin: str) -> list[str]:
    """Return the cells of the one table row that begins with these words."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    (found,) = [cells for cells in rows if cells[: len(begin)] == list(begin)]
    return found


def reference(name: str, mse: float) -> Row:
    nothing = {**dict.fromkeys(WORDS, ""), "matched": False, "seed": None, "lookback": 720}
    return {"statistic": "mse", "value": mse, "n": 100, "dataset": "ETTh1", "horizon": 96, "run_id": name, **nothing}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Checkpoints whose one table has known errors: network as MSE, its average with ridge .9 of that."""
    rows = [reference("ridge", 0.39), reference("seasonal_naive", 0.6)]
    errors = [(arm, seed, mse) for arm, seeds in MSE.items() for seed, mse in enumerate(seeds)] + [
        (LATE_FUSION, 1, 0.5)
    ]
    for arm, seed, mse in errors:
        kinds = {"mse": mse, "rmse": mse**0.5, "blend_mse": 0.9 * mse, "parameters": 1000.0}
        rows += [row(kind, value, "ETTh1", 96, seed, arm) for kind, value in kinds.items()]
    found = table(rows)
    by = {"torch 2.13.0, one at a time: cpu": [*"abcd"], "torch 2.13.0, stacked: cuda, bfloat16": [*"efg"]}
    found.attrs = {**NOTES, "trained": by}
    (tmp_path / "tables").mkdir()
    write_rows(tmp_path / "tables" / "default.parquet", found)
    return tmp_path


def test_the_file_is_what_the_tables_say() -> None:
    assert main(["results", "--out", str(ROOT / "RESULTS.md"), "--check"]) == 0


def test_its_sample_rows_are_those_of_the_shipped_records() -> None:
    text = (ROOT / "RESULTS.md").read_text(encoding="utf-8")
    runs = [record for record in runs_in(CHECKPOINTS) if record.config.dataset == "NYweather"]
    for horizon in (24, 96):
        both = [
            run
            for run in runs
            if run.config.window.horizon == horizon
            and run.config.model.fusion is Fusion.BOTH
            and run.config.model.merge is Merge.ATTENTION
        ]
        network, average = ([run.metrics[of]["mse"] for run in both] for of in ("test", "blend"))
        found = cells(text, f"NYweather, {horizon}", "both")
        assert found[2] == f"{np.mean(network):.4f} ± {np.std(network, ddof=1):.4f}"
        assert found[3].startswith(f"{np.mean(average):.4f}")
        assert found[4] == f"{both[0].metrics['baselines']['ridge']['mse']:.4f}"


def test_a_table_of_no_form_has_its_own_section_and_judges_no_claim(folder: Path) -> None:
    shutil.copy(folder / "tables" / "default.parquet", folder / "tables" / "default-stride-1.parquet")
    own, claims = results(folder).split("## default-stride-1")[1].split("## Published claims")
    assert "every training window" in " ".join(own.split()) and cells(own, "ETTh1, 96", "both")[7] == "3"
    judged = claims.split("## Cost")[0]
    assert "| default " in judged and "stride" not in judged


def test_means_spreads_and_changes_are_those_of_the_rows(folder: Path) -> None:
    text = results(folder)
    both = cells(text, "ETTh1, 96", "both")
    for told, share in ((both[2], 1.0), (both[3], 0.9)):
        mean, deviation = told.split(" ± ")
        assert float(mean) == pytest.approx(share * np.mean(MSE[BOTH]), abs=0.0006)
        assert float(deviation) == pytest.approx(share * np.std(MSE[BOTH], ddof=1), rel=0.05)
        assert len(mean) == len(deviation), "in the same decimals"
    assert both[4:6] == ["0.3900", "0.6000"] and both[7] == "3"
    none, mode = np.sqrt(MSE[NONE]), np.sqrt(MSE[BOTH])
    changes = 100 * (mode - none) / none
    half = stats.t.ppf(0.975, 2) * np.std(changes, ddof=1) / np.sqrt(3)
    mean, low, high = (number(word.strip("()")) for word in both[6].replace(" to ", " ").split())
    assert (mean, low, high) == pytest.approx(
        (changes.mean(), changes.mean() - half, changes.mean() + half), abs=0.006
    )
    assert "both lowers it in 1 and raises it in 0 of 1" in text
    assert cells(text, "ETTh1, 96", "none")[6] == "–"


def test_another_form_is_held_against_none_and_both_of_its_seed(folder: Path) -> None:
    late = cells(results(folder), "ETTh1, 96", "late fusion")
    assert late[2] == "0.5000" and late[-1] == "1"
    for place, arm in ((4, NONE), (5, BOTH)):
        assert number(late[place]) == pytest.approx(100 * (np.sqrt(0.5 / MSE[arm][1]) - 1), abs=0.006)


def test_it_says_what_the_numbers_rest_on_and_counts_every_claim(folder: Path) -> None:
    text = results(folder)
    assert cells(text, "default", "`c0de`")[3:] == [
        *("ETTh1", "96", "0 to 2"),
        *("4 by torch 2.13.0, one at a time: cpu; 3 by torch 2.13.0, stacked: cuda, bfloat16", "7"),
    ]
    assert cells(text, "ETTh1", "`da7a`")[2] == "96: 100"
    (told,) = [line for line in text.splitlines() if "| Numbers of trained models" in line]
    assert sum(int(word) for word in told.split("|")[3].replace(",", " ").split() if word.isdigit()) == 73
    assert cells(text, "proposed")[-2:] == ["4,257,792", "1.0"]
    assert cells(text, "delta rmse", "ETTh1", "both")[5] == "1.9"
    assert "## Recipe" not in text


def test_check_tells_where_the_file_is_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "RESULTS.md"
    words = ["results", "--checkpoints", str(folder), "--out", str(out)]
    assert main([*words, "--check"]) == 1
    assert main(words) == 0
    out.write_text(out.read_text().replace("0.3900", "0.3800"))
    capsys.readouterr()
    assert main([*words, "--check"]) == 1
    assert capsys.readouterr().err == "RESULTS.md is not what the tables say; write it with python -m core results.\n"
    assert "0.3800" in out.read_text(), "a check writes nothing"


def search() -> pd.DataFrame:
    """Two cells, two folds: `better` errs by a tenth less, `partial` knows one cell and the second fold alone."""
    level = {("ETTh1", 96): 0.4, ("ETTh2", 720): 0.8}
    rows = [
        {"candidate": name, "dataset": dataset, "horizon": horizon, "fold": fold, "mse": share * base + fold}
        for name, share in ((SHIPPED, 1.0), ("worse", 1.25), ("better", 0.9))
        for (dataset, horizon), base in level.items()
        for fold in (0, 1)
    ]
    found = pd.DataFrame([*rows, rows[1] | {"candidate": "partial", "mse": 0.7}])
    return found.assign(seed=0, mae=0.1, average_mse=found["mse"] / 2, ridge_mse=0.3, seconds=12.4)


def test_candidates_stand_by_their_mean_ratio_to_the_shipped_recipe(folder: Path) -> None:
    search().to_parquet(folder / "tables" / "recipe_search.parquet")
    text = results(folder)
    assert recipe_section(search()) in text
    names = [line.split("|")[1].strip() for line in recipe_section(search()).splitlines() if line[:1] == "|"]
    assert names[2:] == ["better", SHIPPED, "worse", "partial"]
    assert cells(text, "candidate")[2:4] == ["ETTh1, 96", "ETTh2, 720"]
    assert cells(text, SHIPPED)[1:] == ["1.0000"] * 4 + ["12"]
    first, second = (0.9 * 0.4 + 0.5) / 0.9, (0.9 * 0.8 + 0.5) / 1.3  # of the means over folds
    better = [f"{value:.4f}" for value in ((first + second) / 2, first, second, (first + second) / 2)]
    assert cells(text, "better")[1:5] == better
    assert cells(text, "partial")[1:4] == ["–", f"{0.7 / 1.4:.4f}", "–"]


def test_data_sets_with_other_candidates_have_a_table_of_their_own() -> None:
    other = search().assign(dataset="ETTm1", horizon=96)
    other = other[other["candidate"].isin([SHIPPED, "worse"])].replace("worse", "steps")
    text = recipe_section(pd.concat([search(), other]))
    heads = [line for line in text.splitlines() if line.startswith("| candidate")]
    assert ["ETTm1" in head for head in heads] == [False, True]
    assert [name for name in ("better", "steps") if name in text.split(heads[1])[1]] == ["steps"]


def test_the_soaks_figures_stand_at_the_end_of_the_file(folder: Path) -> None:
    soak = folder / "soak.json"
    assert "Under strain" not in results(folder, soak), "not there, not told"
    told = '{"version": "9.9", "hostile uploads": {"inputs": 1234, "slowest s": 2.5}, "kills": {"kills": 3}}'
    soak.write_text(told)
    text = results(folder, soak).partition("## Under strain")[2]
    assert "Version 9.9." in text
    assert cells(text, "hostile uploads", "inputs")[2] == "1,234"
    assert "slowest" not in text, "seconds are those of a machine"
    assert cells(text, "kills", "kills")[2] == "3"
