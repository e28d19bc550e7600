"""Forecast errors by hand, by two routes, and their change between modes."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from core.analysis.errors import (
    LandmarkWindows,
    delta_rmse,
    delta_rmse_by_seed,
    landmark_windows,
    window_errors,
)
from core.scores import Scores


def scores(error: np.ndarray, chunk: int = 16) -> Scores:
    """Count errors [window, step, variable] a few windows at a time."""
    found = Scores(*error.shape[1:])
    for start in range(0, len(error), chunk):
        found.add(error[start : start + chunk])
    return found


def test_errors_are_plain_means_whatever_the_chunks() -> None:
    generator = np.random.default_rng(0)
    forecast = generator.normal(size=(1100, 5, 3)).astype(np.float32)
    truth = generator.normal(size=(1100, 5, 3)).astype(np.float32)
    error = forecast - truth
    miss = error.astype(np.float64)
    found = scores(error, chunk=512)
    assert found.windows == 1100
    assert np.allclose(found.cells["mse"], (miss**2).mean(axis=0), atol=1e-12)
    assert np.allclose(found.cells["mae"], np.abs(miss).mean(axis=0), atol=1e-12)
    assert found.total["mse"] == pytest.approx((miss**2).mean())
    assert found.total["rmse"] == pytest.approx(math.sqrt((miss**2).mean()))
    apart = forecast.astype(np.float64) - truth
    assert np.allclose(window_errors(forecast, truth), (apart**2).mean(axis=1), atol=1e-12)


def test_cells_that_were_missing_count_nowhere() -> None:
    generator = np.random.default_rng(2)
    error = generator.normal(size=(50, 4, 3)).astype(np.float32)
    known = generator.random(error.shape) < 0.6
    known[:, 2, 1] = False  # a cell without any truth
    spoiled = np.where(known, error, 1e6).astype(np.float32)
    found = Scores(4, 3)
    for start in range(0, 50, 16):
        found.add(spoiled[start : start + 16], known[start : start + 16])
    miss = np.ma.array(error.astype(np.float64), mask=~known)
    assert found.total["mse"] == pytest.approx((miss**2).mean())
    assert found.total["mae"] == pytest.approx(np.abs(miss).mean())
    metrics = found.metrics(["a", "b", "c"])
    assert (metrics["cells"], metrics["left_out"]) == (known.sum(), (~known).sum())
    assert metrics["per_step"]["mse"] == pytest.approx((miss**2).mean(axis=(0, 2)).tolist())
    assert metrics["per_variable"]["b"]["mae"] == pytest.approx(np.abs(miss[..., 1]).mean())
    assert np.isnan(found.cells["mse"][2, 1]) and np.isfinite(found.cells["mse"]).sum() == 11


def test_an_error_without_any_truth_is_valid_json_and_no_number() -> None:
    found = Scores(2, 2)
    known = np.ones((5, 2, 2), dtype=bool)
    known[..., 1] = False
    found.add(np.ones((5, 2, 2), dtype=np.float32), known)
    metrics = json.loads(json.dumps(found.metrics(["a", "b"]), allow_nan=False))
    assert metrics["per_variable"] == {"a": {"mse": 1, "mae": 1}, "b": {"mse": None, "mae": None}}
    assert metrics["mse"] == 1 and metrics["left_out"] == 10


def test_all_known_is_the_same_as_no_mask_to_the_bit() -> None:
    error = np.random.default_rng(3).normal(size=(77, 6, 5)).astype(np.float32)
    plain, masked = Scores(6, 5), Scores(6, 5)
    plain.add(error)
    masked.add(error, np.ones(error.shape, dtype=bool))
    assert plain.metrics("abcde") == masked.metrics("abcde")
    assert plain.total["mse"] == float((np.square(error, dtype=np.float64).sum(axis=0) / 77).mean())


def test_a_window_is_judged_by_what_was_measured_of_it() -> None:
    forecast, truth = np.zeros((3, 2, 1)), np.array([[[1.0], [9.0]], [[2.0], [2.0]], [[5.0], [5.0]]])
    known = np.array([[[True], [False]], [[True], [True]], [[False], [False]]])
    errors = window_errors(forecast, truth, known)
    assert errors[:2, 0].tolist() == [1, 4] and np.isnan(errors[2, 0])
    assert landmark_windows(errors[:, 0]) == LandmarkWindows(best=0, median=0, worst=1)


def test_window_errors_average_to_the_total() -> None:
    generator = np.random.default_rng(1)
    forecast, truth = generator.normal(size=(2, 40, 6, 2))
    assert window_errors(forecast, truth).mean() == pytest.approx(scores(forecast - truth).total["mse"])


def test_landmarks_name_the_best_the_middle_and_the_worst_window() -> None:
    found = landmark_windows([5.0, 0.5, 2.0, 9.0])
    assert (found.best, found.median, found.worst) == (1, 2, 3)
    with pytest.raises(ValueError, match="no windows"):
        landmark_windows([])


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="window, step, variable"):
        window_errors(np.zeros((2, 3, 1)), np.zeros((2, 3, 2)))
    with pytest.raises(ValueError, match="window, step, variable"):
        window_errors(np.zeros((0, 3, 1)), np.zeros((0, 3, 1)))


def test_delta_rmse_pairs_by_seed_not_by_order() -> None:
    none = {0: 1.0, 1: 2.0, 2: 4.0}
    mode = {2: 3.6, 0: 0.9, 1: 1.8, 7: 100.0}
    found = delta_rmse(none, mode)
    assert (found.value, found.n) == (pytest.approx(10), 3)
    assert found.high - found.low == pytest.approx(0, abs=1e-9)
    assert list(delta_rmse_by_seed(none, mode)) == [0, 1, 2]


def test_delta_rmse_of_one_seed_or_none_says_why_there_is_no_interval() -> None:
    single = delta_rmse({3: 2.0}, {3: 2.1})
    assert single.value == pytest.approx(-5)
    assert math.isnan(single.low) and "One seed only" in str(single.reason)
    assert "no seed in common" in str(delta_rmse({0: 1.0}, {1: 1.0}).reason)
