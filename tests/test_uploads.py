"""Accepted files in the workspace, and the same check on the command line."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from core.__main__ import main
from core.config import WindowConfig
from core.data import uploads
from core.data.catalog import available, load_dataset
from core.data.dataset import frame_fingerprint
from core.data.gaps import fill_forward
from core.data.report import IngestReport
from core.data.windows import longest_lookback, make_windows
from core.vocabulary import Split
from tests.support.files import accepted, check, hourly, told


def test_a_stored_upload_loads_as_a_data_set(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    frame = hourly(400).rename(columns={"load": "load (MW)"})
    result = accepted(frame.to_csv(), "plant.csv")
    key = uploads.store(result, "plant.csv")
    assert uploads.is_upload(key) and uploads.store(result, "plant.csv") == key
    dataset = load_dataset(key)
    assert dataset.title == "plant.csv" and dataset.report == result.report and key in available()
    assert dataset.fingerprint == frame_fingerprint(*fill_forward(result.frame))
    assert dataset.units == {"load (MW)": "MW", "temp": ""}
    assert [len(dataset.splits.of(split)) for split in Split] == [280, 40, 80] and dataset.unbroken
    assert longest_lookback(dataset, 24, 36) == 252
    assert len(make_windows(dataset, WindowConfig(252, 24), Split.TEST)) == 57
    with pytest.raises(ValueError, match="was refused"):
        uploads.store(check(b""), "empty.csv")


def stored(rows: int, title: str, *, shared: bool = False) -> str:
    return uploads.store(accepted(hourly(rows).to_csv(), title), title, shared=shared)


def test_everybody_keeps_their_own_title(home):
    mine, yours = stored(400, "plant.csv"), stored(400, "turbine.csv")
    titles = [uploads.account_of(key).title for key in (mine, yours)]
    assert mine != yours and titles == ["plant.csv", "turbine.csv"]
    assert load_dataset(mine).fingerprint == load_dataset(yours).fingerprint


def test_two_of_one_name_are_told_apart_by_what_differs(home):
    frame = hourly(400)
    same = [uploads.store(accepted((frame + shift).to_csv(), "a.csv"), "a.csv") for shift in (0, 1)]
    other, alone = stored(500, "a.csv"), stored(400, "b.csv")
    names = uploads.names([*same, other, alone])
    assert names[other] == "a.csv, 500 rows" and names[alone] == "b.csv"
    assert len(set(names.values())) == 4 and all(names[key].startswith("a.csv, 400 rows, 2") for key in same)
    assert uploads.names([other]) == {other: "a.csv"}


def test_a_text_names_files_instead_of_keys(home):
    key = stored(100, "load.csv")
    gone = "upload-000000000000"
    assert uploads.in_words(f"{key}-h24 and {gone}-h24") == f"load.csv-h24 and {gone}-h24"


def test_sharing_is_a_choice_that_can_be_taken_back(home):
    key = stored(400, "plant.csv")
    assert not uploads.account_of(key).shared
    assert stored(400, "plant.csv", shared=True) == key and uploads.account_of(key).shared
    assert stored(400, "plant.csv") == key and uploads.account_of(key).shared, "an upload by another changes nothing"
    uploads.share(key, False)
    assert not uploads.account_of(key).shared and load_dataset(key).title == "plant.csv"


def run_command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "core", "data", *words], capture_output=True, text=True, check=False)


@pytest.mark.process
def test_command_line(tmp_path, capsys):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(hourly(1000).to_csv(), encoding="utf-8")
    bad.write_bytes(b"\x80\x04")
    done = run_command(str(good), "--json")
    report = json.loads(done.stdout)
    keys = ["accepted", "reason", "rows", "variables", "step", "start", "end", "found", "mended", "refused"]
    keys += ["warnings", "columns", "left_out", "questions"]
    assert done.returncode == 0 and list(report) == keys and report["accepted"] and report["rows"] == 1000
    assert told(report["found"], "look-back 720", "longest look-back that fits is 576")
    variable = {"name": "load", "unit": "", "low": 100.5, "high": 130.5, "missing": 0, "filled": 0}
    assert report["columns"][0] == variable and report["left_out"] == []
    done = run_command(str(bad), "--json")
    assert (
        done.returncode == 2
        and list(json.loads(done.stdout)) == keys
        and "pickle" in json.loads(done.stdout)["reason"]
    )
    done = run_command(str(tmp_path / "none.csv"))
    assert done.returncode == 2 and "cannot be opened" in done.stdout and not done.stderr


@pytest.mark.process
def test_what_is_missing_and_left_out_is_counted_for_programs(tmp_path, capsys):
    frame = hourly(200).assign(place="Seoul").rename(columns={"load": "load (MW)"})
    frame.iloc[50:60, 0] = np.nan
    path = tmp_path / "holes.csv"
    path.write_text(frame.drop(frame.index[100:103]).to_csv(), encoding="utf-8")
    assert main(["data", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    kept = [(column["name"], column["unit"], column["filled"]) for column in report["columns"]]
    assert kept == [("load (MW)", "MW", 13), ("temp", "", 3)]
    assert report["columns"][1] | {"low": -2.75, "high": 13.25} == report["columns"][1]
    assert [(part["what"], part["name"], part["rows"]) for part in report["left_out"]] == [("column", "place", 0)]
    assert report["left_out"][0]["reason"].startswith("not numeric")


@pytest.mark.process
def test_json_survives_an_output_of_ascii(tmp_path):
    path = tmp_path / "warm.csv"
    hourly().rename(columns={"temp": "기온 (°C)"}).to_csv(path)
    words = [sys.executable, "-m", "core", "data", str(path), "--json"]
    printed = subprocess.run(words, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=True)
    assert json.loads(printed.stdout.decode("ascii"))["columns"][1]["name"] == "기온 (°C)"


def test_readable_report():
    text = accepted(hourly().drop(hourly().index[5]).to_csv()).report.text()
    assert text.startswith(
        "accepted\n96 rows x 2 variables, 2024-01-25 00:00:00 to 2024-01-28 23:00:00, step 1 hour\n"
    )
    assert "mended:\n  - 1 row missing" in text


def test_a_report_is_read_back_from_json_in_messages_and_in_words():
    frame = hourly(200).assign(place="Seoul", steady=1.0).drop(hourly(200).index[100:103])
    report = accepted(frame[::-1].to_csv()).report
    again = IngestReport.from_dict(json.loads(json.dumps(report.to_dict())))
    assert again == report and again.text() == report.text() and len(report.left_out) == 2
    in_words = IngestReport.from_dict(json.loads(json.dumps(report.in_words())))  # as earlier versions kept it
    assert in_words.text() == report.text() and in_words.in_words() == report.in_words()
    assert {message.key for message in in_words.mended} == {"plain"}
