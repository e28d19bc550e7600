"""Forecasts: one window in the file's own units, and the error of every window along time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.analysis.errors import landmark_windows, window_errors
from core.baselines import has_ridge, load_ridge, repeat_last, season_rows, seasonal_naive
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.windows import Windows
from core.figures import forecast as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.vocabulary import Dim, Fusion, Tap

Values = NDArray[np.float64]
Traces = Mapping[Fusion, xr.Dataset]
SLICE = 512  # windows whose forecasts are read at once


def trace_errors(trace: xr.Dataset, windows: Windows) -> Values:
    """Return the MSE of every traced window and variable, standardised, [window, variable]."""
    forecast = trace[Tap.FORECAST.value]
    errors = np.empty((forecast.sizes[Dim.ORIGIN], forecast.sizes[Dim.VARIABLE]))
    for start in range(0, len(errors), SLICE):
        part = slice(start, min(start + SLICE, len(errors)))
        errors[part] = window_errors(forecast.isel({Dim.ORIGIN: part}).to_numpy(), windows.y[part])
    return errors


def landmarks(errors: Values) -> dict[str, int]:
    """Return the places of the best, the median and the worst window of errors [window]."""
    found = landmark_windows(errors)
    return {"best": found.best, "median": found.median, "worst": found.worst}


def error_timeline(
    errors: Mapping[Fusion, Values], windows: Windows, *, reference: Fusion, look: Look, provenance: str
) -> Slide:
    """Show the error of every window along time.

    Parameters
    ----------
    errors
        Of one variable, [window], by mode.
    windows
        At least as many, in the same order.
    reference
        Mode whose best, median and worst windows are named.
    """
    count = len(errors[reference])
    origins, stamps = windows.origins[:count], windows.stamps[:count]
    figure = figures.error_timeline(
        errors, origins, stamps, landmarks=landmarks(errors[reference]), look=look, provenance=provenance
    )
    columns = {"origin": origins, "stamp": pd.DatetimeIndex(stamps)}
    table = pd.DataFrame({**columns, **{mode.value: values for mode, values in errors.items()}})
    return Slide.of(figure, name="error_timeline", table=table)


@dataclass(frozen=True)
class OneWindow:
    """One window of one variable in the file's own units; every series is [step], the history [row]."""

    history: Values
    truth: Values
    modes: Mapping[Fusion, Values]
    baselines: Mapping[str, Values]

    def misses(self) -> tuple[dict[Fusion, Values], dict[str, Values]]:
        """Return the absolute error of each step, by mode and by baseline."""
        return (
            {mode: np.abs(values - self.truth) for mode, values in self.modes.items()},
            {name: np.abs(values - self.truth) for name, values in self.baselines.items()},
        )

    def table(self, stamps: pd.DatetimeIndex) -> pd.DataFrame:
        """Return the numbers, one row a step."""
        columns = {"step": range(1, len(self.truth) + 1), "stamp": stamps, "truth": self.truth}
        return pd.DataFrame({**columns, **{mode.value: one for mode, one in self.modes.items()}, **self.baselines})

    def miss_table(self) -> pd.DataFrame:
        """Return the absolute error of each step, one row a step."""
        modes, baselines = self.misses()
        columns = {"step": range(1, len(self.truth) + 1), **{mode.value: one for mode, one in modes.items()}}
        return pd.DataFrame({**columns, **baselines})


def one_window(
    traces: Traces,
    dataset: Dataset,
    windows: Windows,
    config: WindowConfig,
    *,
    place: int,
    variable: int,
    history: int,
) -> OneWindow:
    """Return truth, forecasts and baselines of one window, with the last `history` rows before it."""
    x = windows.x[place : place + 1]

    def original(values: NDArray[np.floating]) -> Values:  # [row, variable] -> [row]
        return windows.scaler.inverse(values)[:, variable]

    return OneWindow(
        history=original(x[0, -history:]),
        truth=original(windows.y[place]),
        modes={mode: original(trace[Tap.FORECAST.value][place].to_numpy()) for mode, trace in traces.items()},
        baselines={name: original(made[0]) for name, made in _baselines(dataset, config, x).items()},
    )


def _baselines(dataset: Dataset, window: WindowConfig, x: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return the baselines' forecasts; ridge only where it was fitted before, which takes seconds."""
    made = {"ridge": load_ridge(dataset, window).forecast(x)} if has_ridge(dataset, window) else {}
    return made | {
        "seasonal_naive": seasonal_naive(x, window.horizon, season_rows(dataset)),
        "repeat_last": repeat_last(x, window.horizon),
    }


def forecast_overlay(
    window: OneWindow, dataset: Dataset, *, origin: int, variable: str, look: Look, provenance: str
) -> Slide:
    """Show truth and every forecast of one window (`origin`: row of its first target)."""
    stamps = pd.DatetimeIndex(dataset.frame.index[origin : origin + len(window.truth)])
    figure = figures.forecast_overlay(
        window.history,
        window.truth,
        window.modes,
        window.baselines,
        origin=stamps[0].to_datetime64(),
        hours_per_step=dataset.step / pd.Timedelta(hours=1),
        variable=variable,
        unit=dataset.units.get(variable, ""),
        look=look,
        provenance=provenance,
    )
    return Slide.of(figure, name="forecast_overlay", table=window.table(stamps))
