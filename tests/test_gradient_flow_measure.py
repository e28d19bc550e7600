"""Balance of gradients: known factors, invariances, and what is left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.gradient import imbalance, signed_share


@given(st.floats(1e-6, 1e6), st.integers(0, 100))
def test_a_branch_scaled_by_a_quarter_is_two_powers_off_at_any_scale(scale: float, seed: int) -> None:
    conv = scale * np.random.default_rng(seed).uniform(0.1, 10, size=(9, 3))
    assert imbalance(conv, conv / 4).value == pytest.approx(2, abs=1e-12)
    assert imbalance(conv / 4, conv).value == pytest.approx(2, abs=1e-12)
    assert imbalance(conv, conv).value == 0


def test_the_median_ignores_a_few_steps_and_the_interval_holds_half_of_them() -> None:
    conv = np.full(101, 2.0)
    conv[:10] = 1024
    found = imbalance(conv, np.ones(101))
    assert (found.value, found.low, found.high, found.n) == (1, 1, 1, 101)


def test_missing_and_vanishing_gradients() -> None:
    assert imbalance([math.nan, 4.0, 0.0], [1.0, 1.0, 0.0]).n == 1
    assert imbalance([4.0, 4.0, 0.0], [1.0, 1.0, 1.0]).value == 2
    assert "One path" in str(imbalance([0.0, 0.0, 1.0], [1.0, 1.0, 1.0]).reason)
    assert not imbalance([0.0], [0.0]).defined
    with pytest.raises(ValueError, match="same entries"):
        imbalance([1.0], [1.0, 2.0])


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_shares_lie_between_the_paths_and_change_sign_with_them(conv: float, gru: float) -> None:
    share, swapped = float(signed_share([conv], [gru])[0]), float(signed_share([gru], [conv])[0])
    if conv + gru == 0:
        assert math.isnan(share)
    else:
        assert -1 <= share <= 1
        assert share == pytest.approx(-swapped)
