"""The questions that a trained model answers: which models there are, what comes next, and what happens inside.

    engine = Engine()
    forecast = engine.forecast(run_id, rows)         # of the user's own rows, with bands
    answer = engine.ask(run_id, 1200, record=["update_gate:last_token"], changes=["scale:gru_to_cnn:0"])

Every answer of one window is made anew and kept nowhere. Questions may come from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
import torch

from core.baselines import average_name
from core.data.dataset import Dataset
from core.data.gaps import filled_from_before
from core.inspection.cell import open_inspection
from core.inspection.drawn import look_first
from core.model.probe import Edit
from core.serve.answers import NETWORK, Answer, Band, Forecast
from core.serve.attribution import Attribution, Background, Method, Target, attribute, background_of
from core.serve.bands import LEVELS
from core.serve.changes import Change, ChangeError, check, edits_of
from core.serve.held import MOST, Held, Shelf
from core.trace.recorder import Recorder
from core.trace.schema import TraceSpec
from core.train.evaluate import forecast_rows
from core.train.finished import finished_runs
from core.train.record import RunRecord
from core.vocabulary import Activation, Fusion


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
        self._check_window(held, window)
        asked = [Change.parse(change) if isinstance(change, str) else change for change in changes]
        recorder = Recorder(held.checkpoint.model, TraceSpec.parse(record)) if record else None
        x = torch.from_numpy(windows.x[window : window + 1].copy())
        with torch.inference_mode():
            as_is = held.checkpoint.model(x).forecast.numpy()[0]
            out = held.checkpoint.model(
                x,
                activations=recorder.asking(frozenset()) if recorder else frozenset(),
                edits=self._edits(held, asked),
            )
        trace = None
        if recorder is not None:
            recorder.take(out.activations)
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

    def look_first(self, run_id: str, members: Sequence[str]) -> None:
        """Write into the workspace what an inspection keeps of a run over drawn windows, unless it is there.

        Parameters
        ----------
        members : ids of the runs that are inspected together.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        InspectionError : the runs do not belong together.
        """
        held, records = self.shelf[run_id], self.shelf.records
        inspection = open_inspection([records[member] for member in members if member in records])
        with held.lock:  # two pages may ask at once
            if inspection.averages(run_id) is None:
                look_first(inspection.folder / run_id, held.checkpoint, held.data)

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
        self._check_window(held, window)
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

    def _edits(self, held: Held, changes: Sequence[Change]) -> dict[Activation, Edit]:
        model = held.record.config.model
        check(changes, model, held.record.run_id)

        def kernel_of(crossing: Fusion, window: int) -> torch.Tensor:
            self._check_window(held, window)
            return held.kernel_of(crossing, window)

        return edits_of(changes, model.merge, model.heads, mean_kernel=held.mean_kernel, kernel_of=kernel_of)

    @staticmethod
    def _check_window(held: Held, window: int) -> None:
        if not 0 <= window < len(held.windows):
            raise ChangeError(
                f"Window {window} was asked for and there are {len(held.windows):,} test windows; "
                f"choose one from 0 to {len(held.windows) - 1}."
            )
