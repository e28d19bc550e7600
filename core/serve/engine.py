"""The questions that a trained model answers: which models there are, what comes next, and what happens inside.

    engine = Engine()
    forecast = engine.forecast(run_id, rows)         # of the user's own rows, with bands
    answer = engine.ask(run_id, 1200, record=["update_gate:last_token"], changes=["scale:gru_to_cnn:0"])

Every answer of one window is made anew and kept nowhere; of the window asked last its forecast as recorded is.
Questions may come from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
import torch
import xarray as xr

from core.baselines import average_name
from core.data.dataset import Dataset
from core.data.edits import Edit
from core.data.gaps import filled_from_before
from core.inspection.cell import open_inspection
from core.inspection.drawn import look_at_twin, look_first
from core.serve.answers import NETWORK, Answer, Band, Forecast
from core.serve.bands import LEVELS
from core.serve.changes import Change
from core.serve.explain import Explained
from core.serve.memory import Memory, memory
from core.serve.shelf import MOST, Shelf
from core.serve.swaps import Source, Swaps, swaps
from core.trace.recorder import Recorder
from core.trace.schema import TraceSpec
from core.train.evaluate import forecast_rows
from core.train.finished import finished_runs
from core.train.record import RunRecord


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
        self,
        run_id: str,
        window: int,
        *,
        record: Sequence[str] = (),
        changes: Sequence[str | Change] = (),
        edits: Sequence[str | Edit] = (),
        untrained: bool = False,
    ) -> Answer:
        """Forecast one test window, its rows edited and the network changed inside, and record what is asked for.

        An edited window is answered and forgotten: nothing else takes edits, and nothing stored rests on one.

        Parameters
        ----------
        window : counted from 0 over the test windows.
        record : activations as `core.trace.schema.TraceSpec.parse` reads them.
        changes : as `core.serve.changes` lists them.
        edits : of the rows that the window reads, as `core.data.edits` lists them.
        untrained : of the same architecture with the weights before training.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        ChangeError : no such window, or a change that this model cannot make.
        EditError : an edit that does not exist, or does not fit the window.
        TraceError : an activation that this model does not have.
        """
        held = self.shelf[run_id].twin if untrained else self.shelf[run_id]
        windows, run = held.windows, held.record
        held.check_window(window)
        subject, made = held.changed(changes), held.fitting(edits)
        reads = held.edited(window, made)
        recorder = Recorder(held.checkpoint.model, TraceSpec.parse(record)) if record else None
        together = [window, _partner(window, len(windows))] if subject.mixes else [window]
        x = torch.from_numpy(windows.x[together].copy())
        before = held.as_recorded(window) if changes or made else None
        with torch.inference_mode():
            x[0] = torch.from_numpy(reads)
            out = subject(x, recorder.asking(frozenset()) if recorder else frozenset())
        trace = None
        if recorder is not None:
            recorder.take({name: value[:1] for name, value in out.activations.items()})
            one = windows.at(slice(window, window + 1))
            trace = recorder.dataset(variables=run.variables, origins=one.origins, stamps=one.stamps)
        changed = run.scaler.inverse(out.forecast.numpy()[0])
        truth, known = windows.y[window], windows.known_at(slice(window, window + 1))
        return Answer(
            run=run,
            stamp=windows.stamps[window],
            as_is=changed if before is None else run.scaler.inverse(before.numpy()),
            changed=changed,
            truth=np.where(known[0] if known is not None else True, run.scaler.inverse(truth), np.nan),
            trace=trace,
            edits=made,
            rows=run.scaler.inverse(reads),
        )

    def mean_record(
        self, run_id: str, windows: Sequence[int], record: Sequence[str], *, untrained: bool = False
    ) -> xr.Dataset:
        """Record some test windows and return the mean over them, on axes with names.

        Parameters
        ----------
        windows : counted from 0 over the test windows; one that is named twice counts once.
        record : activations as `core.trace.schema.TraceSpec.parse` reads them.
        untrained : of the same architecture with the weights before training.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        ChangeError : no such window.
        TraceError : an activation that this model does not have.
        """
        held = self.shelf[run_id].twin if untrained else self.shelf[run_id]
        for window in (min(windows), max(windows)):
            held.check_window(window)
        return held.mean_record(TraceSpec.parse(record), np.unique(windows))

    def look_first(self, run_id: str, members: Sequence[str], *, untrained: bool = False) -> None:
        """Write into the workspace what an inspection keeps of a run over some windows, unless it is there.

        Parameters
        ----------
        members : ids of the runs that are inspected together.
        untrained : of the same architecture with the weights before training.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        InspectionError : the runs do not belong together.
        """
        held, records = self.shelf[run_id], self.shelf.records
        inspection = open_inspection([records[member] for member in members if member in records])
        with held.lock:  # two pages may ask at once
            if inspection.averages(run_id, untrained=untrained) is not None:
                return
            look = look_at_twin if untrained else look_first
            look(inspection.folder / run_id, held.checkpoint, held.data)

    def explain(self, run_id: str, window: int, variable: str, *, steps: tuple[int, int] | None = None) -> Explained:
        """Return one number of a test window's forecast by the network, to ask how it comes about.

        Parameters
        ----------
        window : counted from 0 over the test windows.
        variable, steps : it is the mean of the variable over the first to the last step, counted from 1; over all of
            the horizon unless given.

        Raises
        ------
        RecordError : no such run, or its data are not here.
        ChangeError : no such window, variable or steps.
        """
        held = self.shelf[run_id]
        held.check_window(window)
        return Explained.of(held, window, variable, steps)

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
