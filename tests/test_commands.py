"""The command line: what each command prints and writes, and one sentence for what it cannot do."""

from __future__ import annotations

import argparse
import importlib
import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import COMMANDS, main
from core.baselines import fit_ridge
from core.commands.source import add_reading_options, answers, choices_of, open_source
from core.data import uploads
from core.data.choices import AS_IT_IS, DAY_FIRST, MONTH_FIRST, SPREAD, UNFOLD, Choices, Option, Question
from core.data.dataset import Dataset
from core.data.report import IngestReport
from core.data.step import MONTH_END, Step
from core.exhibits.catalogue import heading, stem_of
from core.exhibits.gather import gather
from core.train.finished import finished_runs
from core.train.fit import fit
from core.train.record import RunRecord, read_record
from core.version import code_fingerprint
from dashboard import cache
from dashboard.selection import Selection
from tests.support.tiny import WINDOW, stored, tiny_dataset, tiny_frame, tiny_run


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Dataset]]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(home))
        dataset = tiny_dataset()
        fit(tiny_run(dataset, epochs=1), dataset, home / "run")
        yield home / "run", dataset


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


def test_evaluate_prints_the_promised_keys(trained: tuple[Path, Dataset], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(trained[0]), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    record = read_record(trained[0])
    keys = ["dataset", "horizon", "fusion", "seed", "windows", "missing", "mse", "mae", "rmse"]
    assert list(result) == [*keys, "network", "average", "ridge", "baselines", "note"]
    assert result["mse"] == pytest.approx(record.metrics["test"]["mse"])
    assert result["rmse"] == pytest.approx(result["mse"] ** 0.5)
    for name, kept in (("network", "test"), ("average", "blend")):
        assert result[name] == pytest.approx({kind: record.metrics[kept][kind] for kind in ("mse", "mae", "rmse")})
    assert result["mse"] == result["network"]["mse"] != result["average"]["mse"] != result["ridge"]["mse"]
    assert result["ridge"]["mse"] == result["baselines"]["ridge"]["mse"]
    assert set(result["baselines"]) == {"ridge", "seasonal_naive", "repeat_last"}
    assert all(set(errors) == {"mse", "mae"} for errors in result["baselines"].values())
    assert main(["evaluate", str(trained[0])]) == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    errors = {" ".join(line.split()[:-2]): line.split()[-2] for line in lines}
    assert list(errors)[:3] == ["network alone", "average of ridge and network", "ridge"]
    for name, shown in zip(("network", "average", "ridge"), errors.values(), strict=False):
        assert shown == f"{result[name]['mse']:.4f}"


@pytest.mark.process
def test_forecast_writes_the_rows_after_the_end(trained: tuple[Path, Dataset], tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    tiny_frame(rows=200, seed=3).to_csv(mine)
    out = tmp_path / "forecast.csv"
    assert main(["forecast", str(trained[0]), "--data", str(mine), "--out", str(out)]) == 0
    rows = pd.read_csv(out, parse_dates=["date"])
    assert rows["date"].tolist() == list(pd.date_range("2024-01-09 08:00", periods=WINDOW.horizon, freq="h"))
    assert list(rows.columns[1:]) == ["load", "later load", "drift"]
    assert rows["load"].abs().max() < 5, "original units"


def forecast_of(run: Path, out: Path, *words: str) -> pd.DataFrame:
    assert main(["forecast", str(run), *words, "--out", str(out)]) == 0
    return pd.read_csv(out, index_col="date")


def test_the_forecast_taken_away_is_the_average_and_the_network_alone_when_asked(
    trained: tuple[Path, Dataset], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, dataset = trained
    average = forecast_of(run, tmp_path / "average.csv")
    assert capsys.readouterr().out.startswith("average of ridge and network: 6 rows from ")
    network = forecast_of(run, tmp_path / "network.csv", "--network")
    told = capsys.readouterr()
    assert told.out.startswith("network alone: 6 rows from ") and not told.err
    scaler = read_record(run).scaler
    x = scaler.transform(dataset.frame.to_numpy()[-WINDOW.lookback :]).astype(np.float32)
    line = scaler.inverse(fit_ridge(dataset, WINDOW).forecast(x[None])[0])  # original units: the map is affine
    np.testing.assert_allclose(average, 0.5 * (network.to_numpy() + line), rtol=1e-4, atol=1e-5)
    assert not np.allclose(average, network, atol=1e-3)


@pytest.mark.process
@pytest.mark.parametrize("change", ["gone", "another version"])
def test_without_its_training_data_a_checkpoint_gives_the_network_alone_and_says_why(
    trained: tuple[Path, Dataset],
    change: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = Path(shutil.copytree(trained[0], tmp_path / "run"))
    config = run / "config.json"
    old, new = (trained[1].fingerprint, "0" * 12)
    if change == "gone":
        old, new = trained[1].key, f"upload-{new}"
    config.write_text(config.read_text().replace(old, new))
    mine = tmp_path / "mine.csv"
    tiny_frame(rows=200, seed=3).to_csv(mine)
    rows = forecast_of(run, tmp_path / "x.csv", "--data", str(mine))
    told = capsys.readouterr()
    assert told.out.startswith("network alone: ")
    (sentence,) = told.err.splitlines()
    assert "are not at hand, so there is no ridge to average with" in sentence
    pd.testing.assert_frame_equal(rows, forecast_of(run, tmp_path / "y.csv", "--data", str(mine), "--network"))


def test_a_checkpoint_of_other_code_opens_and_says_so(
    trained: tuple[Path, Dataset], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(trained[0])]) == 0
    assert "trained by code" not in capsys.readouterr().out
    old = Path(shutil.copytree(trained[0], tmp_path / "old"))
    config = old / "config.json"
    config.write_text(config.read_text().replace(code_fingerprint(), "757e706178cf"))
    mark = f"trained by code 757e706178cf, and the code at hand is {code_fingerprint()}\n"
    for words in (["evaluate", str(old)], ["forecast", str(old), "--out", str(tmp_path / "x.csv")]):
        assert main(words) == 0
        assert capsys.readouterr().out.endswith(mark)


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


@pytest.mark.parametrize(
    ("step", "stamps"),
    [
        (Step(pd.Timedelta(days=1), weekdays=(0, 1, 2, 3, 4)), pd.bdate_range("2014-01-02", periods=306)),
        (Step.by_months(1), pd.date_range("1949-01-01", periods=306, freq="MS")),
        (Step.by_months(3, day=MONTH_END), pd.date_range("1949-03-31", periods=306, freq="QE")),
    ],
    ids=lambda value: value.text if isinstance(value, Step) else "",
)
def test_a_forecast_goes_on_as_the_calendar_does(
    step: Step, stamps: pd.DatetimeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    data = stored(tiny_frame(300).set_axis(stamps[:300].rename("date")), "calendar.csv", step)
    fit(tiny_run(data, epochs=1), data, tmp_path / "run")
    assert read_record(tmp_path / "run").step == step
    rows = forecast_of(tmp_path / "run", tmp_path / "x.csv")
    assert pd.to_datetime(rows.index).tolist() == stamps[300:].tolist()


def written(frame: pd.DataFrame, path: Path) -> list[str]:
    frame.to_csv(path)
    return ["--data", str(path)]


@pytest.mark.process
@pytest.mark.parametrize("recorded", [True, False], ids=["with its step", "of earlier code"])
def test_a_model_refuses_rows_of_another_step(
    trained: tuple[Path, Dataset], recorded: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Path(shutil.copytree(trained[0], tmp_path / "run"))
    if not recorded:
        config = json.loads((run / "config.json").read_text())
        del config["step"]
        (run / "config.json").write_text(json.dumps(config))
        assert read_record(run).step is None
    frame = tiny_frame(rows=200, seed=3)
    frame.index = pd.date_range("2024-01-01", periods=200, freq="3h", name="date")
    words = ["forecast", str(run), *written(frame, tmp_path / "new.csv"), "--out", str(tmp_path / "x.csv")]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "The step of new.csv is 3 hours and the model was trained on a step of 1 hour" in told
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.process
def test_a_variable_that_is_constant_lately_is_forecast(trained: tuple[Path, Dataset], tmp_path: Path) -> None:
    frame = tiny_frame(rows=200, seed=3)
    frame["drift"] = 0.0
    rows = forecast_of(trained[0], tmp_path / "x.csv", *written(frame, tmp_path / "new.csv"))
    assert list(rows.columns) == list(frame.columns) and np.isfinite(rows.to_numpy()).all()


@pytest.mark.process
def test_missing_values_of_new_rows_are_told_and_a_variable_without_any_is_refused(
    trained: tuple[Path, Dataset], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = tiny_frame(rows=200, seed=3)
    frame.iloc[-20:-8, 1] = np.nan
    forecast_of(trained[0], tmp_path / "x.csv", *written(frame, tmp_path / "new.csv"))
    assert "12 values of later load" in capsys.readouterr().err
    frame["drift"] = np.nan
    words = ["forecast", str(trained[0]), *written(frame, tmp_path / "new.csv"), "--out", str(tmp_path / "y.csv")]
    assert main(words) == 2
    assert "no value of drift" in capsys.readouterr().err


@pytest.mark.process
def test_forecast_names_missing_columns(
    trained: tuple[Path, Dataset], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.csv"
    tiny_frame().rename(columns={"drift": "drifting"}).to_csv(other)
    assert main(["forecast", str(trained[0]), "--data", str(other), "--out", str(tmp_path / "x.csv")]) == 2
    assert "The data lack drift" in capsys.readouterr().err


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
def test_a_file_that_is_forecast_or_measured_is_not_kept(trained: tuple[Path, Dataset], tmp_path: Path) -> None:
    before = uploads.keys()
    new = written(tiny_frame(rows=400, seed=8), tmp_path / "new.csv")
    forecast_of(trained[0], tmp_path / "x.csv", *new)
    assert main(["measures", "--dataset", new[1]]) == 0
    assert uploads.keys() == before


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
