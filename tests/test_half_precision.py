"""Runs at half their size: the same forecaster within half precision, named as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from core.__main__ import main
from core.data.uploads import in_words
from core.train.checkpoint import load_checkpoint
from core.train.fit import fit
from core.train.half_precision import in_half_precision
from core.train.record import RecordError, read_record
from tests.support.tiny import tiny_dataset, tiny_run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_run_in_half_precision_forecasts_the_same_and_says_what_it_is(home: Path) -> None:
    dataset = tiny_dataset()
    whole = fit(tiny_run(dataset, epochs=1), dataset, home / "run")
    found = in_half_precision(whole.folder, dataset, home / "shipped")
    record = read_record(home / "shipped" / whole.run_id)
    assert found.recorded == whole.metrics["test"]["mse"]
    assert record.metrics.keys() == whole.metrics.keys()
    for kind, errors in whole.metrics["test"]["per_step"].items():
        assert record.metrics["test"]["per_step"][kind] == pytest.approx(errors, rel=1e-6)
    assert record.metrics["parameters"] == whole.metrics["parameters"]
    assert 0 < abs(found.error_growth) < 1e-3 * found.recorded
    assert record.versions["weights"] == f"float16 of {whole.weights_sha}" and record.weights_sha != whole.weights_sha
    sizes = [(folder / "weights.safetensors").stat().st_size for folder in (record.folder, whole.folder)]
    assert sizes[0] < 0.7 * sizes[1]  # the names of the weights stay as long as they are
    stored = load_file(record.folder / "weights.safetensors")
    loaded = load_checkpoint(record.folder).model.state_dict()
    for name, value in load_file(whole.folder / "weights.safetensors").items():
        assert stored[name].dtype is torch.float16 and loaded[name].dtype is torch.float32
        torch.testing.assert_close(loaded[name], value, rtol=2**-11, atol=1e-7)  # half of the last of 10 + 1 bits


def test_nothing_is_rounded_twice_or_overwritten(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = tiny_dataset()
    whole = fit(tiny_run(dataset, epochs=1), dataset, home / "run")
    assert main(["pack", str(whole.folder), "--out", str(home / "shipped")]) == 0
    assert f"{in_words(whole.run_id)}: test MSE" in capsys.readouterr().out
    with pytest.raises(RecordError, match="exists already; remove it or choose another folder"):
        in_half_precision(whole.folder, dataset, home / "shipped")
    with pytest.raises(RecordError, match="in half precision already; give the run as it was trained"):
        in_half_precision(home / "shipped" / whole.run_id, dataset, home / "again")
