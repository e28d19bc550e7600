"""Tables say which versions they are of, become one without doubles, and never mix what must not be mixed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.analysis.changes import NO_NONE
from core.data.dataset import Dataset
from core.study.combine import combine
from core.study.folder import MEASURES, TABLE, StudyError, records
from core.study.run import measure_study
from core.study.show import read_table, show
from core.table import NUMBERS, definitions, error_rows, notes_of, read_notes, study_table, write_rows
from core.text.message import stored as kept
from core.train.fit import fit
from core.train.record import RecordError
from core.version import VERSION, code_fingerprint, measuring_fingerprint
from tests.support.studies import Here, grid, tiny_home, train
from tests.support.tiny import tiny_run

pytestmark = pytest.mark.slow

OTHER = "000000000000"  # a version that sorts before every other


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with tiny_home(tmp_path_factory) as found:
        yield found


@pytest.fixture(scope="module")
def studies(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two measured studies that share the run of mode none; one lacks what the other's runs are compared with."""
    place = tmp_path_factory.mktemp("studies")
    train(place / "modes", grid(dataset, measures=True))
    train(place / "more", grid(dataset, measures=True, fusions=["both"], seeds=[0, 1]))
    return place / "modes", place / "more"


def table_of(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / TABLE)


def test_a_table_notes_its_versions(studies: tuple[Path, Path], dataset: Dataset) -> None:
    wanted: dict[str, Any] = {
        "product": [VERSION],
        "code": [code_fingerprint()],
        "data": {dataset.key: [dataset.fingerprint]},
        "measures": [measuring_fingerprint()],
    }
    rows = next((studies[0] / MEASURES).glob("*-s?.parquet"))
    wanted["trained"] = notes_of(records(studies[0]))["trained"]
    wanted["definitions"] = definitions(read_notes(rows))  # as noted with the measures, else the former
    assert read_notes(studies[0] / TABLE) == table_of(studies[0]).attrs == wanted


def test_measures_are_not_printed_among_errors(studies: tuple[Path, Path]) -> None:
    text = show(read_table(studies[0]))
    assert text.count("horizon") == 1 and "dcor" not in text and "ridge" in text


def test_several_tables_become_one_without_doubles(studies: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "tables" / "default.parquet"
    assert main(["study", "--out", str(out), "--combine", *map(str, studies)]) == 0
    whole, parts = pd.read_parquet(out), [table_of(folder) for folder in studies]
    runs = {record.run_id for folder in studies for record in records(folder)}
    assert set(whole.loc[whole["fusion"] != "", "run_id"]) == runs and len(runs) == 3
    keys = ["dataset", "horizon", "run_id", "seed", "block", "statistic"]
    assert not whole.duplicated(keys).any()
    assert set(map(tuple, whole[keys].astype(str).to_numpy())) == {
        key for part in parts for key in map(tuple, part[keys].astype(str).to_numpy())
    }
    (named,) = whole.attrs["trained"].values()
    assert set(whole["study"]) == {"default"} and whole.attrs == {**parts[0].attrs, "trained": whole.attrs["trained"]}
    assert set(named) == runs
    ridge = whole[(whole["run_id"] == "ridge") & (whole["statistic"] == "mse")]
    assert len(ridge) == 1


@pytest.mark.parametrize("order", [0, 1])
def test_a_number_that_one_study_lacks_the_control_for_comes_from_the_other(
    studies: tuple[Path, Path], tmp_path: Path, order: int
) -> None:
    both = next(record.run_id for record in records(studies[0]) if "both" in record.run_id)
    lacking, known = (
        table[(table["run_id"] == both) & (table["statistic"] == "spearman_gain")].iloc[0]
        for table in (table_of(studies[1]), table_of(studies[0]))
    )
    assert np.isnan(lacking["value"]) and lacking["reason"] == kept(NO_NONE)
    whole = combine(tmp_path / "t.parquet", studies[:: -1 if order else 1])
    (row,) = whole[(whole["run_id"] == both) & (whole["statistic"] == "spearman_gain")].itertuples()
    assert row.value == known["value"] and row.reason == known["reason"]


def test_one_table_made_twice_is_the_same(studies: tuple[Path, Path], tmp_path: Path) -> None:
    combine(tmp_path / "a" / "t.parquet", studies)
    combine(tmp_path / "b" / "t.parquet", studies)
    assert (tmp_path / "a" / "t.parquet").read_bytes() == (tmp_path / "b" / "t.parquet").read_bytes()
    alone = combine(tmp_path / "t.parquet", studies[:1])
    pd.testing.assert_frame_equal(alone.drop(columns="study"), table_of(studies[0]).drop(columns="study"))


def _other(name: str) -> Callable[[pd.DataFrame], None]:
    def change(table: pd.DataFrame) -> None:
        notes: dict[str, Any] = dict(table.attrs)
        notes[name] = {key: [OTHER] for key in notes["data"]} if name == "data" else [OTHER]
        table.attrs = notes

    return change


def _define_anew(table: pd.DataFrame) -> None:
    table.attrs = {**table.attrs, "definitions": [99]}


def _raise_errors(table: pd.DataFrame) -> None:
    table.loc[table["statistic"] == "rmse", "value"] *= 1.01


def _forget(table: pd.DataFrame) -> None:
    table.attrs = {}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_other("code"), "would mix runs of 2 versions of the code (000000000000, {code})"),
        (_other("data"), "would mix runs on 2 versions of {key} (000000000000, {data})"),
        (_other("measures"), "would mix measures of 2 versions of the measuring code (000000000000, {measures})"),
        (_define_anew, "would mix measures by former definitions with those by present ones (take them again where"),
        (_raise_errors, "The studies contradict each other in"),
        (_forget, "does not say which versions it is of; run that study again"),
    ],
)
def test_mixtures_are_refused_with_the_difference_named(
    studies: tuple[Path, Path],
    dataset: Dataset,
    tmp_path: Path,
    change: Callable[[pd.DataFrame], None],
    sentence: str,
) -> None:
    table = table_of(studies[0])
    change(table)
    (tmp_path / "other").mkdir()
    write_rows(tmp_path / "other" / TABLE, table)
    with pytest.raises(StudyError) as told:
        combine(tmp_path / "t.parquet", [tmp_path / "other", studies[0]])
    versions = {"code": code_fingerprint(), "measures": measuring_fingerprint(), "data": dataset.fingerprint}
    assert sentence.format(key=dataset.key, **versions) in str(told.value)
    assert not (tmp_path / "t.parquet").exists()


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"holds no table.parquet; run that study to its end first"):
        combine(tmp_path / "t.parquet", [tmp_path])


def test_measures_of_another_measuring_code_are_left_out_or_refused(studies: tuple[Path, Path]) -> None:
    cells = sorted((studies[1] / MEASURES).glob("*-s?.parquet"))
    rows = [pd.read_parquet(path) for path in cells]
    rows[0].attrs = {**rows[0].attrs, "measures": [OTHER]}
    with pytest.raises(RecordError, match=r"would mix measures of 2 versions of the measuring code \(000000000000, "):
        study_table("s", records(studies[1]), rows)
    write_rows(cells[0], rows[0])
    told: list[tuple[str, dict[str, Any]]] = []
    measure_study(studies[1], workers=1, launch=Here, on_event=lambda kind, **fields: told.append((kind, fields)))
    assert [fields["cell"] for kind, fields in told if kind == "measured"] == [cells[0].stem], "measured anew"
    assert table_of(studies[1]).attrs["measures"] == [measuring_fingerprint()]


def test_a_table_of_two_hundred_runs_stays_small(tmp_path: Path) -> None:
    """200 runs of 720 steps, with the blend's: errors per step are random to the last bit."""
    generator = np.random.default_rng(0)
    names = [
        f"{blend}{kind}_step_{step}" for blend in ("", "blend_") for kind in ("mse", "mae") for step in range(720)
    ]
    runs = [f"ETTh1-h720-both-attention-default-s{seed}-{seed:08x}" for seed in range(200)]
    pairs = list(itertools.product(runs, names))
    table = pd.DataFrame(pairs, columns=["run_id", "statistic"])
    same = {"study": "s", "dataset": "ETTh1", "horizon": 720, "lookback": 720, "fusion": "both", "matched": False}
    words = {"reference": "dynamic", "merge": "attention", "embedding": "hybrid", "preset": "default", "reason": ""}
    table = table.assign(**same, **words, seed=1, block=pd.NA, n=2161, **dict.fromkeys(NUMBERS, np.nan))
    table["value"] = 0.4 + 0.1 * generator.random(len(table))
    write_rows(tmp_path / TABLE, table)
    assert (tmp_path / TABLE).stat().st_size < 8e6
    pd.testing.assert_series_equal(pd.read_parquet(tmp_path / TABLE)["value"], table["value"])


def test_errors_of_every_epoch_are_in_the_table(dataset: Dataset, tmp_path: Path) -> None:
    run = tiny_run(dataset, epochs=3, test_every_epoch=True)
    record = fit(run, dataset, tmp_path / "run")
    rows = error_rows(record).set_index("statistic")["value"]
    for epoch in range(1, 4):
        assert rows[f"validation_mse_epoch_{epoch}"] == pytest.approx(record.history["validation_mse"][epoch - 1])
    kept = record.metrics["best_epoch"]
    assert rows[f"test_mse_epoch_{kept}"] == pytest.approx(rows["mse"]), "the kept epoch's error is the run's"
    blind = error_rows(fit(tiny_run(dataset, epochs=1), dataset, tmp_path / "blind"))
    assert "test_mse_epoch_1" not in set(blind["statistic"])
