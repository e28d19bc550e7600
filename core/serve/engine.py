"""The questions that a trained model answers: which models there are, what comes next, and what happens inside.

    engine = Engine()
    forecast = engine.forecast(run_id, rows)         # of the user's own rows, with bands
    answer = engine.ask(run_id, 1200, record=["update_gate:last_token"], changes=["scale:gru_to_cnn:0"])

Every answer of one window is made anew and kept nowhere. Questions may come from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
import xarray as xr
from numpy.typing import NDArray

from core.baselines import average_name
from core.data.dataset import Dataset
from core.data.gaps import filled_from_before
from core.serve.attribution import Attribution, Background, Method, Target, attribute, background_of
from core.serve.bands import LEVELS
from core.serve.changes import Change, ChangeError
from core.serve.held import MOST, Shelf
from core.serve.memory import Memory, memory
from core.serve.swaps import Source, Swaps, swaps
from core.trace.recorder import Recorder
from core.trace.schema import TraceSpec
from core.train.evaluate import forecast_rows
from core.train.finished import finished_runs
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
    stamp : datetime64
        Time of the first row that is forecast.
    as_is, changed : float64 [horizon step, variable]
        The network's forecast in the file's own units, as it is and with the changes; the same without any.
    truth : float64 [horizon step, variable]
        nan where nothing was measured.
    trace : Dataset or None
        What was recorded of the changed pass, on axes with names; None where nothing was asked for.
    """

    stamp: np.datetime64
    as_is: NDArray[np.float64]
    changed: NDArray[np.float64]
    truth: NDArray[np.float64]
    trace: xr.Dataset | None


class Engine:
    """Trained models in memory, and what they answer.

    Parameters
    ----------
    records : where the runs are looked up; every finished run of this machine, unless given.
    most : models in memory at once.
    """

    def __init__(self, records: Callable[[], Iterable[RunRecord]] = finished_runs, most: int = MOST) -> None:
        self.shelf = Shelf(records, most)

    def models(self) -> list[RunRecord]:
        """Return the runs that can be asked, by id."""
        return [record for _, record in sorted(self.shelf.records.items())]

    def forecast(self, run_id: str, rows: Dataset, *, network: bool = False) -> Forecast:
        """Forecast the rows after the end of a table.

        Parameters
        ----------
        rows : a checked table with the model's variables and step; its last look-back rows are read.
        network : the network alone instead of its average with ridge.

        Raises
        ------
        RecordError : no such run, damaged weights, or rows that it cannot read.
        """
        held = self.shelf[run_id]
        record = held.record
        ridge = None if network else held.ridge
        values = forecast_rows(held.checkpoint, rows, ridge)  # checks the rows
        stamps = rows.step.after(rows.frame.index[-1], len(values))
        table = pd.DataFrame(values, index=stamps, columns=list(record.variables))
        bands = held.bands(network)
        found: list[Band] = []
        if bands is not None:
            halves = bands.half * record.scaler.scale  # in the file's own units
            for level, half, coverage in zip(LEVELS, halves, bands.coverage, strict=True):
                found.append(Band(level, table - half, table + half, float(coverage), bands.windows))
        filled = filled_from_before(rows, record.variables, record.config.window.lookback)
        return Forecast(run_id, NETWORK if ridge is None else average_name(), table, tuple(found), filled)

    def ask(
        self, run_id: str, window: int, *, record: Sequence[str] = (), changes: Sequence[str | Change] = ()
    ) -> Answer:
        """Forecast one test window, with changes inside the network, and record what is asked for.

        Parameters
        ----------
        window : counted from 0 over the test windows.
        record : activations as `core.trace.schema.TraceSpec.parse` reads them.
        changes : as `core.serve.changes` lists them.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        ChangeError : no such window, or a change that this model cannot make.
        TraceError : an activation that this model does not have.
        """
        held = self.shelf[run_id]
        windows, run = held.windows, held.record
        held.check_window(window)
        subject = held.changed(changes)
        recorder = Recorder(held.checkpoint.model, TraceSpec.parse(record)) if record else None
        together = [window, _partner(window, len(windows))] if subject.mixes else [window]
        x = torch.from_numpy(windows.x[together].copy())
        with torch.inference_mode():
            as_is = held.checkpoint.model(x[:1]).forecast.numpy()[0]
            out = subject(x, recorder.asking(frozenset()) if recorder else frozenset())
        trace = None
        if recorder is not None:
            recorder.take({name: value[:1] for name, value in out.activations.items()})
            one = windows.at(slice(window, window + 1))
            trace = recorder.dataset(variables=run.variables, origins=one.origins, stamps=one.stamps)
        truth, known = windows.y[window], windows.known_at(slice(window, window + 1))
        return Answer(
            stamp=windows.stamps[window],
            as_is=run.scaler.inverse(as_is),
            changed=run.scaler.inverse(out.forecast.numpy()[0]),
            truth=np.where(known[0] if known is not None else True, run.scaler.inverse(truth), np.nan),
            trace=trace,
        )

    def attribute(
        self,
        run_id: str,
        window: int,
        variable: str,
        *,
        steps: tuple[int, int] | None = None,
        method: Method = Method.INTEGRATED_GRADIENTS,
        background: Background = Background.MEAN,
        rows: int | None = None,
        checked: bool = True,
    ) -> Attribution:
        """Share out the mean over some steps of one variable's forecast by the network, see `core.serve.attribution`.

        Parameters
        ----------
        steps : first and last, counted from 1; all of the horizon unless given.
        rows : length of a block; a token's unless given.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        ChangeError : no such window, variable or steps, or blocks that do not fit.
        ValueError : the data have no season, which the background needs.
        """
        held = self.shelf[run_id]
        run, shape = held.record, held.record.config.window
        held.check_window(window)
        first, last = steps or (1, shape.horizon)
        length = run.config.model.patch if rows is None else rows
        if variable not in run.variables:
            raise ChangeError(f"{variable!r} is no variable of {run_id}; choose one of: {', '.join(run.variables)}.")
        if not 1 <= first <= last <= shape.horizon or not 1 <= length <= shape.lookback:
            raise ChangeError(
                f"Steps {first} to {last} and blocks of {length} rows were asked for; steps go from 1 to "
                f"{shape.horizon} and a block has 1 to {shape.lookback} rows."
            )
        x = torch.from_numpy(held.windows.x[window : window + 1].copy())
        forward = Target(run.variables.index(variable), first - 1, last - 1).of(held.checkpoint.model)
        stands_in = background_of(x, background, held.data.step.season)
        return attribute(forward, x, stands_in, method, rows=length, checked=checked)

    def swaps(self, run_id: str, window: int, source: Source) -> Swaps:
        """Tell how far the forecast of a window moves with kernels of elsewhere, see `core.serve.swaps`.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        ChangeError : no such window, or a model that writes no kernel.
        """
        return swaps(self.shelf[run_id], window, source)

    def memory(self, run_id: str) -> Memory:
        """Tell what the GRU of a model keeps, over some test windows, see `core.serve.memory`.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        """
        return memory(self.shelf[run_id])


def _partner(window: int, windows: int) -> int:
    """Return a test window whose attention a window may read with: drawn at random, always the same one."""
    return int((window + np.random.default_rng(window).integers(1, max(windows, 2))) % windows)
