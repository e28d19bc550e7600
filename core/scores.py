"""Errors over the windows of a split, counted as published tables count them: no window is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Scores:
    """Mean squared and absolute errors, gathered a batch of windows at a time; nothing large is kept.

    Parameters
    ----------
    horizon, variables : the shape of one window's forecast.
    """

    def __init__(self, horizon: int, variables: int) -> None:
        self.windows = 0
        self._squared = np.zeros((horizon, variables))
        self._absolute = np.zeros((horizon, variables))

    def add(self, error: NDArray[np.float32]) -> None:
        """Count forecast - truth, standardised, [window, horizon, variable]."""
        squared = np.square(error, dtype=np.float64).sum(axis=0)
        self.add_sums(len(error), squared, np.abs(error).sum(axis=0, dtype=np.float64))

    def add_sums(self, windows: int, squared: NDArray[np.float64], absolute: NDArray[np.float64]) -> None:
        """Count errors that were summed over some windows elsewhere, [horizon, variable] each."""
        self.windows += windows
        self._squared += squared
        self._absolute += absolute

    @property
    def cells(self) -> dict[str, NDArray[np.float64]]:
        """Means over windows: mse and mae, [horizon step, variable] each."""
        return {"mse": self._squared / self.windows, "mae": self._absolute / self.windows}

    @property
    def total(self) -> dict[str, float]:
        """mse, mae, rmse as ONE mean over windows x steps x variables; rmse is the root of that mse."""
        mse, mae = (float(values.mean()) for values in self.cells.values())
        return {"mse": mse, "mae": mae, "rmse": mse**0.5}

    def metrics(self, variables: Sequence[str]) -> dict[str, Any]:
        """Return JSON values: the totals, `per_step` {mse, mae} and `per_variable` {name: {mse, mae}}."""
        by_variable = {kind: values.mean(axis=0).tolist() for kind, values in self.cells.items()}
        return {
            **self.total,
            "per_step": {kind: values.mean(axis=1).tolist() for kind, values in self.cells.items()},
            "per_variable": {
                name: {kind: values[i] for kind, values in by_variable.items()} for i, name in enumerate(variables)
            },
        }
