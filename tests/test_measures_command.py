"""`python -m core measures`: promised keys, words for people, and one sentence for what it cannot do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main
from tests.support.tiny import tiny_frame

ESTIMATE = {"value", "low", "high", "p_value", "n", "reason"}


@pytest.mark.process
def test_json_has_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "--dataset", "NYweather", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for name in ("phase_drift", "spai", "phase_drift_robust", "spai_robust", "spai_null"):
        assert set(found[name]) == ESTIMATE
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert found["target"] in found["target_reason"] or "mean day" in found["target_reason"]
    for condition in ("c1", "c2", "c3", "c4"):
        for variant in ("target", "all"):
            assert 0 <= found["suitability"][condition][variant]["value"] <= 1
    said = found["suitability"]["verdict"]
    assert "three independent" in said["certainty"] and len(said["details"]) == 4 and said["sentence"].endswith(".")


@pytest.mark.data
@pytest.mark.usefixtures("official_data")
def test_the_command_gives_the_published_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "--dataset", "ETTh2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert round(found["phase_drift"]["value"], 4) == 0.0417
    assert round(found["spai"]["value"], 4) == 0.8193


@pytest.mark.process
def test_a_users_file_and_a_named_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.csv"
    tiny_frame(24 * 40).to_csv(path)
    assert main(["measures", "--dataset", str(path), "--target", "drift"]) == 0
    told = capsys.readouterr().out
    assert "target drift. It was chosen by name." in told
    assert "c3 all" in told and "Low certainty" in told


@pytest.mark.process
def test_values_that_are_undefined_are_null_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "daily.csv"
    frame = tiny_frame(300)
    frame.set_axis(frame.index[0] + (frame.index - frame.index[0]) * 24, axis=0).rename_axis("date").to_csv(path)
    assert main(["measures", "--dataset", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["spai"]["value"] is None and "no time of day" in found["spai"]["reason"]
    assert found["suitability"]["c4"]["all"]["value"] > 0
    assert main(["measures", "--dataset", str(path)]) == 0
    assert "no time of day" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["nowhere.csv"], "neither a data set"), (["NYweather", "--target", "OT"], "has no variable")],
)
def test_what_cannot_be_measured_is_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measures", "--dataset", *words]) == 2
    told = capsys.readouterr().err
    assert sentence in told and len(told.strip().splitlines()) == 1
