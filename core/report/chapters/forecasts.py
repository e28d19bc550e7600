"""Forecasts: one window in the file's own units, and the error of every window along time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.analysis.errors import landmark_windows
from core.analysis.errors import window_errors as errors_of
from core.baselines import has_ridge, load_ridge, naive_forecasts
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.step import Step
from core.data.windows import Windows
from core.figures import forecast as figures
from core.figures.names import shortened
from core.figures.theme import Look
from core.figures.window_steps import window_error_by_step as step_figure
from core.report.chapters.windows import stamp_text
from core.report.slide import Slide
from core.vocabulary import Activation, Dim, Fusion

Values = NDArray[np.float64]
SLICE = 512  # windows whose forecasts are read at once


def window_errors(trace: xr.Dataset, windows: Windows) -> Values:
    """Return the MSE of every window and variable of a run, standardised, [window, variable]."""
    forecast = trace[Activation.FORECAST.value]
    errors = np.empty((len(windows), forecast.sizes[Dim.VARIABLE]))
    for start in range(0, len(windows), SLICE):
        part = slice(start, start + SLICE)
        made = forecast.isel({Dim.ORIGIN: part}).to_numpy()
        errors[part] = errors_of(made, windows.y[part], windows.known_at(part))
    return errors


def landmarks(errors: Values) -> dict[str, int]:
    """Return the places of the best, the median and the worst window of errors [window]."""
    found = landmark_windows(errors)
    return {"best": found.best, "median": found.median, "worst": found.worst}


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


def forecast_overlay(window: OneWindow, *, look: Look, provenance: str) -> Slide:
    """Show truth, modes and baselines of one window over each other."""
    figure = figures.forecast_overlay(
        window.history,
        window.truth,
        window.modes,
        window.baselines,
        stamps=window.stamps,
        step=window.step,
        variable=window.variable,
        unit=window.unit,
        look=look,
        provenance=f"{provenance} · window of {stamp_text(window.stamp)}",
    )
    return Slide.of(figure, name="forecast_overlay", table=window.table())


def window_error_by_step(window: OneWindow, *, look: Look, provenance: str) -> Slide:
    """Show by how much each forecast of one window misses, step by step."""
    modes, baselines = window.misses()
    figure = step_figure(
        modes,
        baselines,
        step=window.step,
        unit=window.unit,
        look=look,
        provenance=f"{provenance} · {shortened(window.variable)}, window of {stamp_text(window.stamp)}",
    )
    table = pd.DataFrame({**{mode.value: values for mode, values in modes.items()}, **baselines})
    table.insert(0, "step", range(1, len(table) + 1))
    return Slide.of(figure, name="window_error_by_step", table=table)


def error_timeline(
    errors: Mapping[Fusion, Values], windows: Windows, *, reference: Fusion, look: Look, provenance: str
) -> Slide:
    """Show the error of every window along time.

    Parameters
    ----------
    errors
        Of one variable (or their mean), [window], by mode.
    reference
        The mode whose best, median and worst windows are named.
    """
    figure = figures.error_timeline(
        errors,
        windows.origins,
        windows.stamps,
        landmarks=landmarks(errors[reference]),
        look=look,
        provenance=provenance,
    )
    columns = {"origin": windows.origins, "stamp": pd.DatetimeIndex(windows.stamps)}
    table = pd.DataFrame({**columns, **{mode.value: values for mode, values in errors.items()}})
    return Slide.of(figure, name="error_timeline", table=table)
