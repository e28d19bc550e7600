"""Forecast errors by hand, by two routes, and their change between modes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.analysis.errors import (
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
    assert math.isnan(single.low) and "One seed only" in single.reason
    assert "no seed in common" in delta_rmse({0: 1.0}, {1: 1.0}).reason
