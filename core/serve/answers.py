"""What the engine answers: a forecast with its bands, and what a model does with one window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.data.edits import Edit
from core.train.record import RunRecord

NETWORK = "network alone"


@dataclass(frozen=True, eq=False)
class Band:
    """Where a forecast is to be expected.

    Attributes
    ----------
    level : float
        The share of cells that it is made to hold.
    low, high : DataFrame [step, variable]
        In the file's own units; nan where the validation part is too short for the level.
    coverage : float
        The share of test cells that it does hold.
    windows : int
        Validation windows that it comes from.
    """

    level: float
    low: pd.DataFrame
    high: pd.DataFrame
    coverage: float
    windows: int


@dataclass(frozen=True, eq=False)
class Forecast:
    """The rows after the end of a table, in its own units.

    Attributes
    ----------
    of : what forecasts: the network alone, or its average with ridge.
    rows : [step, variable], with the time of each row.
    bands : of each level in turn; none where the data that the model was trained on are not here.
    filled : what was missing in the rows that the model read, in a sentence; empty where nothing was.
    """

    run_id: str
    of: str
    rows: pd.DataFrame
    bands: tuple[Band, ...]
    filled: str


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model does with one test window.

    Attributes
    ----------
    run : RunRecord
        Whose answer it is.
    stamp : datetime64
        Time of the first row that is forecast.
    as_is, changed : float64 [horizon step, variable]
        The network's forecast in the file's own units: of the rows as they were recorded by the network as it is, and
        with the edits and changes; the same without any.
    truth : float64 [horizon step, variable]
        nan where nothing was measured; it belongs to the rows as they were recorded.
    trace : Dataset or None
        What was recorded of the changed pass, on axes with names; None where nothing was asked for.
    edits : tuple of Edit
        What was edited of the rows; empty: they are as they were recorded.
    rows : float64 [row, variable]
        The rows that were read for `changed` and `trace`, in the file's own units.
    """

    run: RunRecord
    stamp: np.datetime64
    as_is: NDArray[np.float64]
    changed: NDArray[np.float64]
    truth: NDArray[np.float64]
    trace: xr.Dataset | None
    edits: tuple[Edit, ...]
    rows: NDArray[np.float64]
