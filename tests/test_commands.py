"""The command line: what commands print and write of data and files, and one sentence for what they cannot do."""

from __future__ import annotations

import argparse
import importlib
import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import COMMANDS, main
from core.commands.source import add_reading_options, answers, choices_of, open_source
from core.data.choices import AS_IT_IS, DAY_FIRST, MONTH_FIRST, SPREAD, UNFOLD, Choices, Option, Question
from core.data.report import IngestReport
from core.exhibits.catalogue import heading, stem_of
from core.exhibits.gather import gather
from core.train.finished import finished_runs
from core.train.record import RunRecord
from dashboard import cache
from dashboard.selection import Selection
from tests.support.tiny import tiny_frame, tiny_run


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit) as end:
            main([name, "--help"])
        assert end.value.code == 0
        assert f"python -m core {name}" in capsys.readouterr().out


@pytest.mark.process
def test_data_tells_each_column_and_what_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: 2 cells of load are empty, 1 is a word, and 2 rows lack; one row has no time."""
    frame = tiny_frame(200).iloc[:, :2].set_axis(["load (kW)", "temp"], axis=1).round(3).astype(object)
    frame.iloc[[7, 8, 90], 0] = ["", "", "x"]
    frame = frame.assign(note="ok").drop(frame.index[[50, 51]]).rename_axis("date").reset_index().astype(object)
    frame.insert(0, "No", np.arange(len(frame)))
    frame.loc[len(frame)] = [len(frame), "bad", 1.5, 1.5, "ok"]
    frame.to_csv(tmp_path / "file.csv", index=False)
    assert main(["data", str(tmp_path / "file.csv"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    load, temp = report["columns"]
    assert list(load) == ["name", "unit", "low", "high", "missing", "filled"]
    numbers = pd.to_numeric(frame["load (kW)"], errors="coerce")[:-1]
    assert load == dict(name="load (kW)", unit="kW", low=numbers.min(), high=numbers.max(), missing=3, filled=5)
    assert (temp["name"], temp["unit"], temp["missing"], temp["filled"]) == ("temp", "", 0, 2)
    left = {(part["what"], part["name"], part["rows"]) for part in report["left_out"]}
    assert left == {("column", "No", 0), ("column", "note", 0), ("rows", "", 1)}
    assert all(part["reason"].endswith(".") for part in report["left_out"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "nowhere"], "There is no checkpoint at nowhere"),
        (["train", "--out", "x"], "No data set was named"),
        (["train", "--dataset", "ETTh9", "--out", "x"], "neither a data set"),
        (["train", "--dataset", "NYweather", "--lookback", "100", "--out", "x"], "choose 72 rows"),
        (["train", "--dataset", "NYweather", "--horizon", "9000", "--out", "x"], "horizon 9000"),
        (["study", "--out", "nowhere"], "holds no readable study.json"),
        (["study", "--out", "x", "--show"], "holds no table.parquet yet"),
        (["study", "--out", "x", "--datasets", "ETTh9"], "'ETTh9' is neither a data set (NYweather"),
        (
            ["study", "--out", "x", "--datasets", "NYweather", "--fusions", "all"],
            "fusions names 'all'; possible: none",
        ),
        (["study", "--out", "x", "--datasets", "NYweather", "--preset", "huge"], "preset is 'huge'; possible: quick"),
        (["study", "--out", "x", "--datasets", "NYweather", "--horizons", "9000"], "Too short for horizon 9000"),
        (["study", "--out", "x", "--datasets", "NYweather", "--lookback", "7200"], "Too short for look-back 7200"),
        (["forecast", "nowhere", "--out", "x.csv"], "There is no checkpoint"),
        (["report", "--dataset", "mine.cvs", "--out", "x.pptx"], "'mine.cvs' is neither a data set"),
        (["measures", "--dataset", "mine.cvs"], "'mine.cvs' is neither a data set"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    words: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told.strip().splitlines()) == 1 and "Traceback" not in told
    assert not any(path.is_dir() for path in tmp_path.glob("x*"))


OPENING = {
    "search": ["--out", "s"],
    "data": ["FILE"],
    "train": ["--out", "x"],
    "study": ["--out", "x"],
    "report": ["--dataset", "FILE", "--out", "x.pptx"],
    "measures": ["--dataset", "FILE"],
    "forecast": ["run", "--out", "x.csv"],
}


@pytest.mark.parametrize("name", OPENING)
def test_every_command_that_opens_a_file_takes_what_its_owner_says(name: str) -> None:
    parser = argparse.ArgumentParser()
    importlib.import_module(f"core.commands.{name}").add_arguments(parser)
    words = (
        "--decimal comma --dates month-first --layout as-is --placeholders keep --series a=b --start 2024 --step 1h"
    )
    said = choices_of(parser.parse_args([*OPENING[name], *words.split()]))
    assert said == Choices("comma", MONTH_FIRST, "a=b", AS_IT_IS, "keep", "2024", "1h")
    assert choices_of(parser.parse_args(OPENING[name])) == Choices()


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("decimal", ["point", "comma"]),
        ("dates", [DAY_FIRST, MONTH_FIRST]),
        ("layout", [UNFOLD, AS_IT_IS]),
        ("placeholders", ["missing", "keep"]),
        ("series", [SPREAD, "location=Seoul, Jung-gu", "it's=$HOME"]),
    ],
)
def test_what_a_refusal_says_to_type_is_the_answer(key: str, values: list[str]) -> None:
    options = tuple(Option(value, f"what {value} means") for value in values)
    lines = list(answers(IngestReport(False, "Say which.", questions=(Question(key, "Which?", options),))))
    parser = argparse.ArgumentParser()
    add_reading_options(parser)
    for line, option in zip(lines, options, strict=True):
        typed, _, meaning = line.strip().partition("    ")
        assert meaning == option.label
        assert getattr(choices_of(parser.parse_args(shlex.split(typed))), key) == option.value


def test_free_answers_are_shown_by_an_example_and_many_are_cut() -> None:
    questions = (Question("start", "When was the first row?"), Question("step", "How far apart are the rows?"))
    lines = list(answers(IngestReport(False, "No time.", questions=questions)))
    assert [line.split("    ")[0].strip() for line in lines] == ["--start '2024-01-31 13:00'", "--step 15min"]
    taken = Question("decimal", "Which?", (Option("point", "4492"), Option("comma", "4.492")), taken="comma")
    lines = list(answers(IngestReport(True, questions=(taken,))))
    assert ["(as it is read now)" in line for line in lines] == [False, True]
    many = Question("series", "Which?", tuple(Option(f"shop={number}", str(number)) for number in range(40)))
    lines = list(answers(IngestReport(False, "Forty series.", questions=(many,))))
    assert len(lines) == 13 and lines[-1].strip() == "... and 28 more"


def runs_of(data: str, *folders: Path) -> list[RunRecord]:
    """Return the finished runs of a data set, as the command `report` finds them."""
    return [record for record in finished_runs(folders) if record.config.dataset == data]


def own_file(folder: Path, **columns: object) -> str:
    tiny_frame(rows=400, seed=5).assign(**columns).to_csv(folder / "my load.csv")
    return str(folder / "my load.csv")


@pytest.mark.process
def test_what_a_file_loses_is_told_by_whoever_opens_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert open_source(own_file(tmp_path)).title == "my load.csv"
    assert not capsys.readouterr().err
    named = own_file(tmp_path, place="Seoul", still=7)
    assert open_source(named).variables == ("load", "later load", "drift")
    assert capsys.readouterr().err.startswith("my load.csv: left out 2 columns; ")
    assert main(["data", named]) == 0
    assert capsys.readouterr().out.startswith("accepted; left out: 2 columns\n400 rows x 3 variables, ")


@pytest.mark.process
def test_a_study_and_a_report_take_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = own_file(tmp_path)
    assert main(["study", "--out", str(tmp_path / "study"), "--datasets", mine, "--horizons", "9000"]) == 2
    assert "Too short for horizon 9000" in capsys.readouterr().err, "the file was opened"
    assert main(["report", "--dataset", mine, "--out", str(tmp_path / "deck.html")]) == 2
    assert "No finished run of my load.csv was found" in capsys.readouterr().err


@pytest.mark.process
def test_what_is_cut_off_a_file_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = tiny_frame(rows=400, seed=5)
    frame.iloc[-30:] = np.nan
    frame.to_csv(tmp_path / "early.csv")
    open_source(str(tmp_path / "early.csv"))
    told = capsys.readouterr().err
    assert told.startswith("early.csv: The last 30 rows (") and told.count("left out") == 1


@pytest.mark.process
def test_a_refused_file_says_why_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = pd.concat([tiny_frame(rows=90).assign(place=place, note="same") for place in "AB"])
    both.to_csv(tmp_path / "both.csv")
    assert main(["data", str(tmp_path / "both.csv")]) == 2
    told = capsys.readouterr().out
    assert told.startswith("refused: 2 series stand below each other") and told.count("below each other") == 1
    assert "--series spread" in told and "--series place=A" in told


@pytest.mark.process
def test_a_study_kept_elsewhere_is_found_and_told_by_the_name_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    mine = own_file(tmp_path)
    grid = ["--preset", "quick", "--lookback", "36", "--horizons", "8", "--fusions", "none", "--no-measures"]
    assert main(["study", "--out", str(tmp_path / "study"), "--datasets", mine, *grid]) == 0
    told = "".join(capsys.readouterr())
    assert "finished: run my load.csv-h8-none" in told and "upload-" not in told
    key = open_source(mine).key
    (found,) = runs_of(key)
    assert cache.of_cell(Selection(key, cache.cell_of(found))) == (found,), "on the pages too"


@pytest.mark.process
def test_a_run_trained_anywhere_is_found_by_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    dataset = open_source(own_file(tmp_path))
    run = tiny_run(dataset, epochs=1, stride=8)
    (tmp_path / "run.json").write_text(json.dumps(run.to_dict()))
    assert runs_of(dataset.key) == []
    assert main(["train", "--run", str(tmp_path / "run.json"), "--out", str(tmp_path / "R.1")]) == 0
    told = "".join(capsys.readouterr())
    assert "my load.csv-h" in told and "upload-" not in told
    (found,) = runs_of(dataset.key)
    assert found.run_id == run.run_id
    selection = Selection(dataset.key, cache.cell_of(found))
    assert cache.of_cell(selection) == (found,), "on the pages too"
    case = gather([found])  # the one horizon that is trained
    assert heading(case).startswith("Cross learning on my load.csv,")
    assert stem_of(case.dataset) == "my-load"
    moved = (tmp_path / "R.1").rename(tmp_path / "moved")
    assert runs_of(dataset.key) == [] and cache.of_cell(selection) == ()
    assert [record.run_id for record in runs_of(dataset.key, moved)] == [run.run_id]
