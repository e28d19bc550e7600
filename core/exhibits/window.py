"""One window of one variable in the file's own units: history, truth, forecasts and baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.baselines import has_ridge, load_ridge, naive_forecasts
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.step import Step
from core.exhibits.case import Case
from core.exhibits.exhibit import Chosen
from core.exhibits.inside import forecast_in
from core.vocabulary import Fusion

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


def window_of(case: Case, chosen: Chosen) -> OneWindow:
    """Return the chosen window of the chosen variable: the chosen rows before it, modes and baselines."""
    dataset, windows, place = case.dataset, case.windows, chosen["origin"]
    column, part = dataset.variables.index(chosen["variable"]), slice(place, place + 1)
    x = windows.x[part]

    def original(values: NDArray[np.floating]) -> Values:  # standardised [row, variable] -> [row]
        return windows.scaler.inverse(values)[:, column]

    origin, past = int(windows.origins[place]), x[0, -chosen["history"] :]
    truth, known = original(windows.y[place]), windows.known_at(part)
    asked = {mode: case.answers(mode, place, "") for mode in chosen["modes"] or case.chosen_runs}
    made = _baselines(dataset, case.config.window, x) if chosen["baselines"] else {}
    return OneWindow(
        stamps=dataset.frame.index.to_numpy()[origin - len(past) : origin + len(truth)],
        variable=chosen["variable"],
        unit=dataset.units.get(chosen["variable"], ""),
        step=dataset.step,
        history=original(past),
        truth=truth if known is None else np.where(known[0, :, column], truth, np.nan),
        modes={mode: forecast_in(answer)[:, column] for mode, answer in asked.items()},
        baselines={name: original(values[0]) for name, values in made.items()},
    )


def _baselines(dataset: Dataset, window: WindowConfig, x: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return the baselines' forecasts; ridge only where it was fitted before, which takes seconds."""
    made = {"ridge": load_ridge(dataset, window).forecast(x)} if has_ridge(dataset, window) else {}
    return made | naive_forecasts(dataset, x, window.horizon)
