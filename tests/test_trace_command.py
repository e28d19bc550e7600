from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.trace.store import open_trace
from core.train.fit import fit
from core.workspace import size_on_disk
from tests.support.tiny import tiny_dataset, tiny_run


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dataset = tiny_dataset()
    return fit(tiny_run(dataset, epochs=1, stride=8), dataset, tmp_path_factory.mktemp("run") / "both").folder


def test_the_command_records_what_it_predicted(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["trace", str(checkpoint), "--activations", "update_gate:last_token", "attention", "--json", "--verify"]
    assert main([*words, "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    out = tmp_path / "trace"
    assert main([*words, "--out", str(out)]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["arrays"] == ["update_gate_last_token", "attention"]
    assert set(open_trace(out).data_vars) == set(done["arrays"])
    assert told["predicted_bytes"] == pytest.approx(size_on_disk(out), rel=0.05)
    assert done["bytes"] == size_on_disk(out)
    assert done["windows"] == open_trace(out).sizes["origin"] == 115
    assert done["gate_disagreement"] < 1e-6


def test_the_command_says_what_it_did_in_words(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", str(checkpoint), "--dry-run"]) == 0
    assert "115 test windows" in (words := capsys.readouterr().out)
    assert "nothing was written" in words
    assert main(["trace", str(checkpoint), "--split", "validation", "--out", str(tmp_path / "trace")]) == 0
    assert f"written to {tmp_path / 'trace'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "give --out DIR, or --dry-run"),
        (["--dry-run", "--activations", "kernels"], "activation is 'kernels'; possible:"),
        (["--dry-run", "--activations", "attention:last_token"], "has no axis 'token'"),
    ],
)
def test_refusals_are_one_sentence(
    checkpoint: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", str(checkpoint), *words]) == 2
    assert sentence in capsys.readouterr().err
