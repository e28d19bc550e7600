"""How evenly the loss teaches both paths: the balance of their gradients, at their outputs and of their weights.

Where the paths meet settles the gradient at the last block's outputs: a mean hands both the same by definition. The
gradient of the weights, the more usual reading, is free of that.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.analysis.estimate import Estimate, Floats, undefined
from core.text.message import Message

NO_GRADIENTS = Message("gradient.not_recorded")
NO_WEIGHTS = Message("gradient.weights_not_recorded")
NO_GRADIENT_IN_ANY_STEP = Message("gradient.none_in_any_step")


class Reading(StrEnum):
    """Which gradient of a path is looked at."""

    OUTPUTS = "outputs"  # of the loss by the path's output, its correction included
    WEIGHTS = "weights"  # of the loss by the path's parameters

    @property
    def columns(self) -> tuple[str, str]:
        """Columns of a recorded table: convolution path, GRU path."""
        return ("conv", "gru") if self is Reading.OUTPUTS else ("conv_weights", "gru_weights")


def reading_of(gradient: pd.DataFrame | None, reading: Reading) -> pd.DataFrame | Message:
    """Return a recorded table as columns step, block, conv, gru in one reading, or why it does not have it.

    >>> str(reading_of(pd.DataFrame({"step": [0], "block": [1], "conv": [1.0], "gru": [2.0]}), Reading.WEIGHTS))
    'Gradients of the weights were not recorded while this run was trained; train it again.'
    """
    if gradient is None or gradient.empty:
        return NO_GRADIENTS
    conv, gru = reading.columns
    if not {conv, gru} <= set(gradient.columns) or gradient[[conv, gru]].isna().all(axis=None):
        return NO_WEIGHTS
    kept = gradient[["step", "block", conv, gru]]
    return kept.set_axis(["step", "block", *Reading.OUTPUTS.columns], axis=1)


def imbalance(conv: ArrayLike, gru: ArrayLike) -> Estimate:
    """Return the median of |log2(conv / gru)|: 0 is balanced, 1 a factor of two.

    Parameters
    ----------
    conv, gru : root mean square of a path's gradient per training step and block, [step, block]. Entries at which
        neither path has a gradient, or one is missing, are left out.

    Returns
    -------
    The interval is the central half of the entries (quartiles): entries of one training are no sample of trainings.
    `n` counts entries.

    >>> imbalance([[1.0, 1.0]], [[4.0, 4.0]]).value
    2.0
    """
    left, right = _pair(conv, gru)
    kept = np.isfinite(left) & np.isfinite(right) & (left + right > 0)
    if not kept.any():
        return undefined(NO_GRADIENT_IN_ANY_STEP)
    if (np.minimum(left, right)[kept] == 0).mean() >= 0.5:
        return undefined(Message("gradient.one_path_has_none"), int(kept.sum()))
    with np.errstate(divide="ignore"):  # one path without a gradient: infinitely unbalanced, at that step
        sizes = np.abs(np.log2(left[kept]) - np.log2(right[kept]))
    low, high = np.quantile(sizes, [0.25, 0.75], method="nearest")  # nearest: there may be infinite ones
    return Estimate(float(np.median(sizes)), float(low), float(high), n=sizes.size)


def signed_share(conv: ArrayLike, gru: ArrayLike) -> Floats:
    """Return (conv - gru) / (conv + gru): 1 all in the convolution path, -1 all in the GRU path, 0 balanced.

    Parameters
    ----------
    conv, gru : as in `imbalance`, any shape, which the result has too; it is NaN where neither has a gradient.

    >>> signed_share([3.0, 0.0], [1.0, 0.0]).tolist()
    [0.5, nan]
    """
    left, right = _pair(conv, gru)
    total = left + right
    return np.divide(left - right, total, out=np.full(total.shape, np.nan), where=total > 0)


def _pair(conv: ArrayLike, gru: ArrayLike) -> tuple[Floats, Floats]:
    left, right = np.asarray(conv, dtype=np.float64), np.asarray(gru, dtype=np.float64)
    if left.shape != right.shape:
        raise ValueError(
            f"gradients have shapes {left.shape} and {right.shape}; give the same entries of both paths."
        )
    return left, right
