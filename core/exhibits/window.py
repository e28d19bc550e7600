"""One window of one variable in the file's own units: history, truth, forecasts and baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.baselines import has_ridge, load_ridge, naive_forecasts
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.step import Step
from core.data.windows import Windows
from core.vocabulary import Activation, Fusion

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OneWindow:
    """One window of one variable, in the file's own units; forecasts are [step], the history [row]."""

    stamps: NDArray[np.datetime64]  # of history and horizon, [row + step]
    variable: str
    unit: str
    step: Step
    history: Values
    truth: Values  # NaN where nothing was measured
    modes: Mapping[Fusion, Values]
    baselines: Mapping[str, Values]

    @property
    def stamp(self) -> np.datetime64:
        """Of the first step."""
        return self.stamps[len(self.history)]

    def table(self) -> pd.DataFrame:
        """Return truth and forecasts, one row a step."""
        stamps = pd.DatetimeIndex(self.stamps[len(self.history) :])
        columns = {"step": range(1, len(self.truth) + 1), "stamp": stamps, "truth": self.truth}
        return pd.DataFrame({**columns, **{mode.value: one for mode, one in self.modes.items()}, **self.baselines})

    def misses(self) -> tuple[dict[Fusion, Values], dict[str, Values]]:
        """Return the absolute error of each step, by mode and by baseline; NaN where the truth is missing."""
        return (
            {mode: np.abs(values - self.truth) for mode, values in self.modes.items()},
            {name: np.abs(values - self.truth) for name, values in self.baselines.items()},
        )


def one_window(
    traces: Mapping[Fusion, xr.Dataset],
    dataset: Dataset,
    windows: Windows,
    *,
    place: int,
    variable: str,
    history: int,
    baselines: bool = True,
) -> OneWindow:
    """Return truth, forecasts and baselines of one window.

    Parameters
    ----------
    traces
        Of the modes to show.
    windows
        Those the traces cover.
    place
        Of the window among them.
    history
        Rows before the origin.
    """
    column = dataset.variables.index(variable)
    x = windows.x[place : place + 1]

    def original(values: NDArray[np.floating]) -> Values:  # standardised [row, variable] -> [row]
        return windows.scaler.inverse(values)[:, column]

    window = WindowConfig(lookback=windows.x.shape[1], horizon=windows.y.shape[1])
    origin, past = int(windows.origins[place]), x[0, -history:]
    truth, known = original(windows.y[place]), windows.known_at(slice(place, place + 1))
    made = _baselines(dataset, window, x) if baselines else {}
    return OneWindow(
        stamps=dataset.frame.index.to_numpy()[origin - len(past) : origin + window.horizon],
        variable=variable,
        unit=dataset.units.get(variable, ""),
        step=dataset.step,
        history=original(past),
        truth=truth if known is None else np.where(known[0, :, column], truth, np.nan),
        modes={mode: original(trace[Activation.FORECAST.value][place].to_numpy()) for mode, trace in traces.items()},
        baselines={name: original(values[0]) for name, values in made.items()},
    )


def _baselines(dataset: Dataset, window: WindowConfig, x: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return the baselines' forecasts; ridge only where it was fitted before, which takes seconds."""
    made = {"ridge": load_ridge(dataset, window).forecast(x)} if has_ridge(dataset, window) else {}
    return made | naive_forecasts(dataset, x, window.horizon)
