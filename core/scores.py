"""Errors over the windows of a split, counted as published tables count them: no window is left out.

Cells that were missing are no truth: they count nowhere, and their number stands beside the errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sums = NDArray[np.float64]  # [horizon step, variable]
Known = NDArray[np.bool_]  # [window, horizon step, variable]


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
        self._known = np.zeros((horizon, variables))

    def add(self, error: NDArray[np.float32], known: Known | None = None) -> None:
        """Count forecast - truth, standardised, [window, horizon, variable], where the truth is known."""
        if known is not None:
            error = np.where(known, error, np.float32(0))
        squared = np.square(error, dtype=np.float64).sum(axis=0)
        counts = None if known is None else known.sum(axis=0, dtype=np.float64)
        self.add_sums(len(error), squared, np.abs(error).sum(axis=0, dtype=np.float64), counts)

    def add_sums(self, windows: int, squared: Sums, absolute: Sums, known: Sums | None = None) -> None:
        """Count errors that were summed over some windows elsewhere, [horizon, variable] each.

        `known` is the number of windows whose truth is known there; all of them where it is not given.
        """
        self.windows += windows
        self._squared += squared
        self._absolute += absolute
        self._known += windows if known is None else known

    @property
    def cells(self) -> dict[str, Sums]:
        """Means over windows: mse and mae, [horizon step, variable] each; nan where no truth is known."""
        return self._means(())

    @property
    def total(self) -> dict[str, float]:
        """mse, mae, rmse as ONE mean over windows x steps x variables; rmse is the root of that mse."""
        mse, mae = (float(values) for values in self._means((0, 1)).values())
        return {"mse": mse, "mae": mae, "rmse": mse**0.5}

    def _means(self, axes: tuple[int, ...]) -> dict[str, NDArray[np.float64]]:
        """Return mse and mae over windows and some axes; where all truth is known the share is exactly one."""
        share = (self._known / self.windows).mean(axis=axes)
        sums = {"mse": self._squared, "mae": self._absolute}
        with np.errstate(invalid="ignore"):  # nothing known over nothing counted: nan
            return {kind: (of_kind / self.windows).mean(axis=axes) / share for kind, of_kind in sums.items()}

    def metrics(self, variables: Sequence[str]) -> dict[str, Any]:
        """Return JSON values: totals, what they count, errors of each step and variable.

        `cells` are the forecast cells that count, windows x steps x variables, and `left_out` those whose truth was
        missing. `per_step` is {mse, mae}, `per_variable` {name: {mse, mae}}; an error without any truth is None.
        """
        counted = int(self._known.sum())
        by_variable = {kind: _numbers(values) for kind, values in self._means((0,)).items()}
        return {
            **self.total,
            "cells": counted,
            "left_out": self.windows * self._known.size - counted,
            "per_step": {kind: _numbers(values) for kind, values in self._means((1,)).items()},
            "per_variable": {
                name: {kind: values[i] for kind, values in by_variable.items()} for i, name in enumerate(variables)
            },
        }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    """Return numbers as JSON knows them: it has no nan."""
    return [None if np.isnan(value) else float(value) for value in values]
