"""The code fingerprint: blind to words for people, sharp for anything that computes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.numpy import load_file

from core.analysis.data_rows import data_rows
from core.inspection.run import MEASURED, MEASURED_BYTES, STAGES, inspect_run, statistics
from core.stages import Stages
from core.table import KEYS, NUMBERS, error_rows, reference_rows, tidy
from core.train.fit import fit
from core.train.record import WEIGHTS, read_record
from core.version import (
    DECIDES_NOTHING,
    EQUIVALENT,
    EQUIVALENT_MEASURING,
    MEASURING,
    TRAINING,
    _place,
    _words,
    code_fingerprint,
    decisive,
    different_codes,
    different_measures,
    fingerprint,
    lasting_measuring_fingerprint,
    measuring_fingerprint,
    other_code,
)
from core.vocabulary import Fusion
from core.workspace import ROOT
from tests.support.tiny import tiny_dataset

ENTRIES = {"training": TRAINING, "measuring": MEASURING}
ANSWERS = [(f"core.serve.{name}",) for name in ("mean", "effect_work", "probe")]  # what keeps its answers

SOURCE = '''
def area(side: float) -> float:
    """Return the area."""
    if side < 0:
        raise ValueError(f"side is {side}; it must be 0 or more")
    return side * side  # square
'''


def test_messages_comments_and_layout_do_not_count() -> None:
    reworded = (
        SOURCE.replace("Return the area.", "Area.").replace("# square", "# s x s").replace("must be", "has to be")
    )
    reworded = reworded.replace("ValueError(", "ValueError(\n            ").replace("\n    if", "\n\n    if")
    assert _words(reworded) == _words(SOURCE)


def test_an_operator_or_a_number_counts() -> None:
    assert _words(SOURCE.replace("side * side", "side + side")) != _words(SOURCE)
    assert _words(SOURCE.replace("side < 0", "side < 1")) != _words(SOURCE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the product's sources; who plants something in one takes it out again."""
    root = tmp_path_factory.mktemp("copy")
    for part in ("core", "dashboard"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", "*.parquet"))
    return root


def planted(path: Path, line: str, entries: Sequence[str], root: Path) -> str:
    """Return the fingerprint with one more line at the end of a file."""
    source = path.read_text()
    path.write_text(f"{source}\n{line}\n")
    try:
        return fingerprint(entries, root)
    finally:
        path.write_text(source)


def names(paths: Sequence[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_statement_in_any_file_that_decides_a_result_moves_the_fingerprint(kind: str, copy: Path) -> None:
    entries = ENTRIES[kind]
    before = fingerprint(entries, copy)
    paths = decisive(entries, copy)
    assert len(paths) > 20
    unmoved = [path for path in paths if planted(path, "_planted = 1", entries, copy) == before]
    assert not unmoved
    assert fingerprint(entries, copy) == before  # all taken out again


@pytest.mark.parametrize("kind", ENTRIES)
def test_comments_and_docstrings_leave_it(kind: str, copy: Path) -> None:
    entries = ENTRIES[kind]
    before = fingerprint(entries, copy)
    assert {planted(path, '# said\n"""Told."""', entries, copy) for path in decisive(entries, copy)} == {before}


def test_figures_pages_reports_and_words_leave_both(copy: Path) -> None:
    kept = [*ENTRIES.values(), *ANSWERS]
    before = [fingerprint(entries, copy) for entries in kept]
    told = [path for part in ("core/figures", "core/report", "dashboard") for path in (copy / part).rglob("*.py")]
    told += [copy / "core/vocabulary.py", *(copy / "core/text").glob("*.py")]
    for path in told:
        path.write_text(f"{path.read_text()}\n_planted = 1\n")
    after = [fingerprint(entries, copy) for entries in kept]
    for path in told:
        path.write_text(path.read_text().removesuffix("\n_planted = 1\n"))
    assert after == before


@pytest.mark.parametrize(
    "line",
    [
        "from core.train.planted import seed",
        "import core.train.planted",
        "def late():\n    try:\n        from core.train import planted\n    finally:\n        pass",
    ],
)
def test_a_file_that_training_newly_imports_counts_without_being_listed(line: str, copy: Path) -> None:
    entry, new = copy / "core/train/fit.py", copy / "core/train/planted.py"
    source = entry.read_text()
    new.write_text("from core.train.deeper import seed\n")
    (copy / "core/train/deeper.py").write_text("seed = 1\n")
    try:
        assert not {"core/train/planted.py", "core/train/deeper.py"} & set(names(decisive(TRAINING, copy), copy))
        entry.write_text(f"{source}\n{line}\n")
        assert {"core/train/planted.py", "core/train/deeper.py"} < set(names(decisive(TRAINING, copy), copy))
    finally:
        entry.write_text(source)
        new.unlink()
        (copy / "core/train/deeper.py").unlink()


def test_an_import_for_type_checkers_does_not_count(copy: Path) -> None:
    entry = copy / "core/train/fit.py"
    source = entry.read_text()
    line = "if TYPE_CHECKING:\n    from core.figures import {}\nelse:\n    from core.figures import {}"
    entry.write_text(f"{source}\n{line.format('theme', 'colour')}\n")
    found = names(decisive(TRAINING, copy), copy)
    entry.write_text(source)
    assert "core/figures/colour.py" in found
    assert "core/figures/theme.py" not in found


def test_a_renamed_file_has_another_fingerprint_and_a_missing_entry_is_an_error(copy: Path) -> None:
    renamed = shutil.copy(copy / "core/scores.py", copy / "core/errors_of.py")
    assert fingerprint(["core.errors_of"], copy) != fingerprint(["core.scores"], copy)
    renamed.unlink()
    with pytest.raises(FileNotFoundError, match="errors_of"):
        fingerprint(["core.errors_of"], copy)


def test_the_product_is_what_is_fingerprinted() -> None:
    assert code_fingerprint() == fingerprint(TRAINING, ROOT)
    assert measuring_fingerprint() == fingerprint(MEASURING, ROOT)
    assert len({code_fingerprint(), measuring_fingerprint()}) == 2


@pytest.mark.process
@pytest.mark.parametrize("kind", ENTRIES)
def test_nothing_that_python_loads_is_overlooked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statements that are read give all modules that are loaded; imports inside functions come on top."""
    files = "print(*(module.__file__ for name, module in sys.modules.items() if name.startswith('core.')))"
    program = f"import sys, {', '.join(ENTRIES[kind])}; {files}"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    monkeypatch.setattr("core.version.DECIDES_NOTHING", frozenset())
    own = ROOT / "core/inspection/__init__.py"  # the package that the entry itself lies in
    known = {*decisive(ENTRIES[kind]), own}
    assert {Path(file) for file in loaded.stdout.split()} <= known


def test_what_decides_nothing_is_there() -> None:
    """A module that is renamed leaves the short list, instead of standing in it for nothing."""
    for name in DECIDES_NOTHING:
        assert _place(name, ROOT).exists(), name


@pytest.mark.slow
@pytest.mark.parametrize("code", EQUIVALENT)
def test_a_small_run_of_an_equivalent_code_is_trained_again(code: str, tmp_path: Path) -> None:
    """To the bit where that run was made; another processor may round sums in another order."""
    torch.set_num_threads(1)
    former, dataset = read_record(Path(__file__).parent / "equivalent" / code), tiny_dataset()
    assert (former.versions["code"], former.fingerprint) == (code, dataset.fingerprint)
    again = fit(replace(former.config, dataset=dataset.key), dataset, tmp_path / "run")
    weights, wanted = (load_file(record.folder / WEIGHTS) for record in (again, former))
    assert weights.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_allclose(weights[name], values, rtol=1e-3, atol=1e-3)
    rows = [pd.concat([error_rows(record), reference_rows(record)]) for record in (again, former)]
    numbers, wanted_numbers = (table.set_index(["fusion", "statistic"])["value"] for table in rows)
    timed = numbers.index.get_level_values("statistic") == "seconds"
    both = numbers.index[~timed].intersection(wanted_numbers.index)
    assert len(both) >= 10
    np.testing.assert_allclose(numbers[both], wanted_numbers[both], rtol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("code", EQUIVALENT_MEASURING)
def test_a_small_run_of_an_equivalent_measuring_code_is_measured_again(code: str, tmp_path: Path) -> None:
    """To the bit where it was measured; what has a reason has one, however it is kept and told."""
    torch.set_num_threads(1)
    former, dataset = Path(__file__).parent / "equivalent" / code, tiny_dataset()
    runs = [read_record(former / fusion) for fusion in (Fusion.NONE, Fusion.BOTH)]
    assert {run.fingerprint for run in runs} == {dataset.fingerprint}
    steps = Stages(STAGES * len(runs), lambda done, total, message: None, lambda: False)
    for run in runs:
        inspect_run(tmp_path / run.run_id, run, dataset, MEASURED, steps, limit=MEASURED_BYTES)
    found = tidy(pd.concat([statistics(tmp_path, runs, dataset, ""), data_rows(dataset)]).assign(study=""))
    wanted = pd.read_parquet(former / "rows.parquet")
    columns = [*KEYS, "run_id", "block", "statistic"]
    again, once = (rows.set_index(columns).sort_index() for rows in (found, wanted))
    assert list(again.index) == list(once.index) and len(once) > 100
    assert again["n"].tolist() == once["n"].tolist()
    assert ((again["reason"] != "") == (once["reason"] != "")).all() and (once["reason"] != "").any()
    for name in NUMBERS:
        np.testing.assert_allclose(again[name], once[name], rtol=1e-3, atol=1e-5)


def test_equivalent_measures_are_one_and_keep_their_inspections() -> None:
    here = measuring_fingerprint()
    assert different_measures([*EQUIVALENT_MEASURING, here, "000000000000"]) == {here, "000000000000"}
    assert here not in EQUIVALENT_MEASURING
    assert lasting_measuring_fingerprint() == [*EQUIVALENT_MEASURING, here][0]


def test_equivalent_codes_are_one_and_others_are_told_apart() -> None:
    here = code_fingerprint()
    assert different_codes([*EQUIVALENT, here]) == {here}
    assert different_codes([*EQUIVALENT, "unknown"]) == {here, "unknown"}
    assert here not in EQUIVALENT
    assert other_code([{"code": code} for code in EQUIVALENT]) == ""
    assert other_code([{"code": "757e706178cf"}, {"code": here}]).startswith("partly trained by code 757e706178cf")
