"""Cells that were missing: read as they were filled, and the truth of no error, loss, scale or baseline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from core.__main__ import main
from core.baselines import baseline_errors, fit_ridge, seasonal_naive
from core.config import TrainConfig, WindowConfig
from core.data.dataset import DataError, Dataset
from core.data.gaps import fill_forward, measured
from core.data.step import Step
from core.data.windows import fit_scaler, make_windows
from core.study.search import fold_of
from core.table import MISSING, error_rows, reference_rows
from core.train.checkpoint import load_checkpoint
from core.train.evaluate import predict
from core.train.fit import fit
from core.train.recipe import Turns, loss_of, turned_known
from core.train.record import read_record
from core.train.stack.fit import fit_stack
from core.train.stack.loop import Target
from core.vocabulary import Loss, Split, Weighting
from tests.support.stacks import SMALL_WINDOW, some_runs
from tests.support.tiny import WINDOW, stored, tiny_dataset, tiny_frame, tiny_run
from tests.support.trained import one_thread


@pytest.fixture(scope="module", autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with one_thread(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(tmp_path_factory.mktemp("home")))
        yield tmp_path_factory.mktemp("runs")


def holed(rows: int = 600, share: float = 0.1) -> Dataset:
    """Cells missing here and there, and a hole over forty rows of the test part."""
    frame = tiny_frame(rows)
    frame = frame.mask(np.random.default_rng(5).random(frame.shape) < share)
    frame.iloc[rows - 80 : rows - 40, 0] = np.nan
    return stored(frame, "holed.csv")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return holed()


@pytest.fixture(scope="module")
def trained(alone: Path, dataset: Dataset) -> Path:
    fit(tiny_run(dataset, epochs=2), dataset, alone / "run")
    return alone / "run"


def truth(dataset: Dataset, window: WindowConfig) -> np.ma.MaskedArray:
    """The standardised test targets by hand, [window, horizon, variable], missing ones masked."""
    scaler = fit_scaler(dataset)
    values = (dataset.frame.to_numpy() - scaler.mean) / scaler.scale
    table = np.ma.array(values, mask=dataset.filled)
    part = dataset.splits.test
    return np.ma.stack([table[at : at + window.horizon] for at in range(part.start, part.stop - window.horizon + 1)])


def test_windows_know_what_was_measured(dataset: Dataset) -> None:
    assert dataset.filled is not None
    for split, stride in ((Split.TRAIN, 3), (Split.TEST, 1)):
        windows = make_windows(dataset, WINDOW, split, stride=stride)
        assert windows.known is not None and not windows.known.flags.owndata, "a view"
        for place in (0, 7, len(windows) - 1):
            rows = slice(windows.origins[place], windows.origins[place] + WINDOW.horizon)
            assert (windows.known[place] == ~dataset.filled[rows]).all()
        assert np.isfinite(windows.x).all(), "what the model reads stays filled"
        picked = windows.at(np.array([3, 1]))
        assert picked.known is not None and (picked.known == windows.known[[3, 1]]).all()
    assert make_windows(tiny_dataset(), WINDOW, Split.TEST).known is None


def test_the_scaler_is_that_of_measured_cells(dataset: Dataset) -> None:
    rows = len(dataset.splits.train)
    assert dataset.filled is not None
    measured = np.ma.array(dataset.frame.to_numpy()[:rows], mask=dataset.filled[:rows])
    scaler = fit_scaler(dataset)
    np.testing.assert_allclose(scaler.mean, measured.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(scaler.scale, measured.std(axis=0), rtol=1e-12)
    late = tiny_frame()
    late.iloc[:500, 0] = np.nan  # nothing of it in the train rows
    assert fit_scaler(stored(late, "late.csv")).scale[0] == 1


def test_errors_of_model_average_and_baselines_are_those_by_hand(trained: Path, dataset: Dataset) -> None:
    record, wanted = read_record(trained), truth(dataset, WINDOW)
    windows = make_windows(dataset, WINDOW, Split.TEST)
    network = predict(load_checkpoint(trained).model, windows)
    ridge = fit_ridge(dataset, WINDOW).forecast(windows.x)
    made = {
        "ridge": ridge,
        "repeat_last": np.repeat(windows.x[:, -1:], WINDOW.horizon, axis=1),
        "seasonal_naive": seasonal_naive(windows.x, WINDOW.horizon, 24),
    }
    found = {"test": network, "blend": 0.5 * (network + ridge)}
    for name, forecast in found.items():
        assert record.metrics[name]["mse"] == pytest.approx(((forecast - wanted) ** 2).mean(), rel=1e-5)
        assert record.metrics[name]["mae"] == pytest.approx(np.abs(forecast - wanted).mean(), rel=1e-5)
    baselines = baseline_errors(dataset, WINDOW)
    assert baselines.keys() == made.keys()
    for name, forecast in made.items():
        assert baselines[name]["mse"] == pytest.approx(((forecast - wanted) ** 2).mean(), rel=1e-5)
    assert dataset.filled is not None
    assert record.metrics["test"]["missing"] == dataset.filled[dataset.splits.test.start :].sum()
    assert record.metrics["test"]["left_out"] == wanted.mask.sum()


def test_repeat_last_gains_nothing_from_a_hole() -> None:
    """Filled by the value before, a hole is what repeat-last forecasts: as truth it made this baseline the best."""
    whole = tiny_frame(900)
    gap = whole.copy()
    gap.iloc[750:850] = np.nan
    with_hole, without = stored(gap, "hole.csv"), stored(whole, "whole.csv")
    errors = baseline_errors(with_hole, WINDOW)
    assert errors["repeat_last"]["mse"] > 0.8 * baseline_errors(without, WINDOW)["repeat_last"]["mse"]
    assert errors["ridge"]["mse"] < errors["repeat_last"]["mse"]
    naive = baseline_errors(replace(with_hole, filled=None), WINDOW)
    assert naive["repeat_last"]["mse"] < 0.7 * errors["repeat_last"]["mse"], (
        "what it gained when filled cells counted"
    )


@pytest.mark.slow
def test_an_empty_mask_changes_no_bit(alone: Path) -> None:
    plain = tiny_dataset(400)
    masked = replace(plain, filled=np.zeros(plain.frame.shape, dtype=bool))
    assert masked.fingerprint == plain.fingerprint
    runs = some_runs(plain, epochs=1)[:3]
    digests = []
    for name, data in (("plain", plain), ("masked", masked)):
        fit(tiny_run(data, epochs=1), data, alone / name / "alone")
        fit_stack(runs, Target(data, alone / name))
        read = [read_record(alone / name / part) for part in ("alone", *(run.run_id for run in runs))]
        digests.append([(each.weights_sha, each.metrics["test"], each.metrics["validation"]) for each in read])
    assert digests[0] == digests[1]


def test_what_stands_in_missing_cells_is_never_aimed_at(alone: Path) -> None:
    """A fault injected: other values in the missing cells of the targets alone must move nothing."""
    frame = tiny_frame(400)
    frame.iloc[0:300:7, 1] = np.nan
    data = stored(frame, "aimed.csv")
    windows = make_windows(data, SMALL_WINDOW, Split.TRAIN)
    assert windows.known is not None
    spoiled = np.where(windows.known, windows.y, 1e3).astype(np.float32)
    for loss in Loss:
        for weighting in Weighting:
            recipe = TrainConfig(loss=loss, weighting=weighting)
            forecast = torch.zeros(64, SMALL_WINDOW.horizon, 3, requires_grad=True)
            known = torch.from_numpy(windows.known[:64].copy())
            gradients = []
            for y in (windows.y, spoiled):
                loss_of(recipe, forecast, torch.from_numpy(y[:64].copy()), known).backward()
                assert forecast.grad is not None
                gradients.append(forecast.grad.clone())
                forecast.grad = None
            assert torch.equal(*gradients)
            assert (gradients[0][~known] == 0).all() and gradients[0][known].abs().sum() > 0


@pytest.mark.parametrize("weighting", Weighting)
def test_the_loss_is_the_weighted_mean_of_known_cells(weighting: Weighting) -> None:
    generator = torch.Generator().manual_seed(0)
    forecast, y = torch.randn(2, 9, 5, 3, generator=generator, dtype=torch.float64)
    recipe = TrainConfig(loss=Loss.MSE, weighting=weighting)
    known = torch.rand(y.shape, generator=generator) < 0.5
    weights = torch.ones(5) if weighting is Weighting.EVEN else torch.arange(1, 6).rsqrt()
    counted = known * weights[:, None]
    expected = float((counted * (forecast - y) ** 2).sum() / counted.sum())
    assert float(loss_of(recipe, forecast, y, known)) == pytest.approx(expected)
    whole = float(loss_of(recipe, forecast, y))
    assert float(loss_of(recipe, forecast, y, torch.ones_like(known))) == pytest.approx(whole)


def test_a_batch_without_truth_has_no_loss_and_no_gradient() -> None:
    forecast = torch.ones(4, 3, 2, requires_grad=True)
    loss = loss_of(TrainConfig(), forecast, torch.zeros(4, 3, 2), torch.zeros(4, 3, 2, dtype=torch.bool))
    loss.backward()
    assert loss == 0 and forecast.grad is not None and (forecast.grad == 0).all()


def test_a_turned_target_is_known_where_both_of_its_windows_are() -> None:
    known = torch.tensor([[[True, True]], [[False, True]], [[True, False]]])
    turns = Turns(torch.tensor([1, 2, 0]), torch.tensor([0.6, 0.6, 1.0]), torch.tensor([0.8, 0.8, 0.0]))
    assert turned_known(known, turns).tolist() == [[[False, True]], [[False, False]], [[True, False]]]


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [{}, {"rotation": 0.5, "weighting": Weighting.ROOT, "test_every_epoch": True}])
def test_stacked_and_single_runs_agree_with_missing_cells(alone: Path, recipe: dict[str, object]) -> None:
    data = holed(300)
    runs = some_runs(data, dropout=0.0, epochs=2, **recipe)[:3]
    out = alone / f"stack {len(recipe)}"
    fit_stack(runs, Target(data, out))
    for run in runs:
        stacked, single = read_record(out / run.run_id), fit(run, data, out / "alone" / run.run_id)
        for kind in ("test", "blend", "validation"):
            for error in ("mse", "mae"):
                assert stacked.metrics[kind][error] == pytest.approx(single.metrics[kind][error], rel=1e-4)
        assert stacked.metrics["test"]["left_out"] == single.metrics["test"]["left_out"] > 0
        assert stacked.history["train_loss"].tolist() == pytest.approx(
            single.history["train_loss"].tolist(), rel=1e-4
        )


def test_ridge_is_fitted_on_whole_horizons_while_half_of_them_remain() -> None:
    window = WindowConfig(lookback=12, horizon=4)
    few, many = holed(600, share=0.03), holed(600, share=0.4)
    for data, chosen in ((few, True), (many, False)):
        train = make_windows(data, window, Split.TRAIN)
        assert train.known is not None
        whole = train.known.all(axis=1)
        assert (whole.mean() >= 0.5) == chosen
        used = whole.ravel() if chosen else np.ones(whole.size, dtype=bool)
        level = train.x.mean(axis=1, keepdims=True)
        x = (train.x - level).transpose(0, 2, 1).reshape(-1, 12)[used].astype(float)
        y = (train.y - level).transpose(0, 2, 1).reshape(-1, 4)[used].astype(float)
        ridge = fit_ridge(data, window)
        expected = np.linalg.solve(x.T @ x + ridge.penalty * np.eye(12), x.T @ y)
        np.testing.assert_allclose(ridge.weights, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("step", "season"),
    [
        (Step(pd.Timedelta("1h")), 24),
        (Step(pd.Timedelta("1D")), 7),
        (Step(pd.Timedelta("1D"), weekdays=(0, 1, 2, 3, 4)), 5),
        (Step(pd.Timedelta("1D"), weekdays=(0, 1, 2, 3, 4, 5)), 6),
        (Step.by_months(1), 12),
        (Step.by_months(3), 4),
        (Step.by_months(12), None),
        (Step(pd.Timedelta("7D")), None),  # 52 weeks: longer than the look-back
        (Step(pd.Timedelta("15min")), None),  # 96 rows: longer than the look-back
        (Step(pd.Timedelta("7h")), None),
    ],
    ids=lambda value: value.text if isinstance(value, Step) else str(value),
)
def test_the_seasonal_forecast_is_the_calendars_or_none(step: Step, season: int | None) -> None:
    frame = tiny_frame(400)
    frame.index = pd.DatetimeIndex(step.axis(*step.after(pd.Timestamp("2001-01-01"), 400)[[0, -1]]), name="date")
    data = stored(frame, "season.csv", step)
    errors = baseline_errors(data, WINDOW)
    assert ("seasonal_naive" in errors) == (season is not None)
    if season is not None:
        windows = make_windows(data, WINDOW, Split.TEST)
        error = seasonal_naive(windows.x, WINDOW.horizon, season) - windows.y
        assert errors["seasonal_naive"]["mse"] == pytest.approx(float(np.square(error, dtype=float).mean()))
        assert errors["seasonal_naive"]["mse"] != errors["repeat_last"]["mse"]


def test_a_part_without_any_truth_is_one_sentence() -> None:
    frame = tiny_frame()
    frame.iloc[480:] = np.nan
    with pytest.raises(DataError, match="nothing was measured in the test part"):
        make_windows(stored(frame, "silent.csv"), WINDOW, Split.TEST)


def test_folds_of_a_search_keep_what_was_missing(dataset: Dataset) -> None:
    fold = fold_of(dataset, 1)
    assert fold.filled is not None and dataset.filled is not None
    assert (fold.filled == dataset.filled[: len(fold.frame)]).all()


def test_the_number_left_out_stands_beside_the_errors(
    trained: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = dataset.missing(Split.TEST)
    assert main(["evaluate", str(trained), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["missing"] == missing > 0
    assert result["mse"] == pytest.approx(read_record(trained).metrics["test"]["mse"])
    assert main(["evaluate", str(trained)]) == 0
    assert f"{missing} test cells were missing and are left out of every error." in capsys.readouterr().out
    record = read_record(trained)
    rows = error_rows(record).set_index("statistic")["value"]
    assert rows[MISSING] == missing and len(reference_rows(record))


def test_a_forecast_tells_what_was_missing_in_what_it_reads(
    trained: Path, dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dataset.filled is not None
    assert main(["forecast", str(trained), "--out", str(tmp_path / "f.csv")]) == 0
    told = capsys.readouterr().err
    for name, cells in zip(dataset.variables, dataset.filled[-WINDOW.lookback :].sum(axis=0), strict=True):
        assert cells and f"{cells} value{'s' if cells > 1 else ''} of {name}" in told
    assert f"Missing in the {WINDOW.lookback} rows that the model reads" in told


def test_what_was_filled_is_missing_again_in_the_columns_asked_for() -> None:
    frame = tiny_frame(60)
    frame.iloc[5:8, 0], frame.iloc[20:30, 2] = np.nan, np.nan
    filled, places = fill_forward(frame)
    for names in (list(frame)[::-1], [frame.columns[2]]):
        pd.testing.assert_frame_equal(measured(filled, places, names), frame[names])
    assert measured(filled, None, list(frame)).notna().all(axis=None)
