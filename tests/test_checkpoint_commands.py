"""What the command line gives of a checkpoint: its errors, and its forecasts of rows that it has not seen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.baselines import fit_ridge
from core.data import uploads
from core.data.dataset import Dataset
from core.data.step import MONTH_END, Step
from core.train.fit import fit
from core.train.record import read_record
from core.version import code_fingerprint
from tests.support.tiny import WINDOW, stored, tiny_dataset, tiny_frame, tiny_run


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Dataset]]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(home))
        dataset = tiny_dataset()
        fit(tiny_run(dataset, epochs=1), dataset, home / "run")
        yield home / "run", dataset


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


@pytest.mark.process
def test_a_file_that_is_forecast_or_measured_is_not_kept(trained: tuple[Path, Dataset], tmp_path: Path) -> None:
    before = uploads.keys()
    new = written(tiny_frame(rows=400, seed=8), tmp_path / "new.csv")
    forecast_of(trained[0], tmp_path / "x.csv", *new)
    assert main(["measures", "--dataset", new[1]]) == 0
    assert uploads.keys() == before
