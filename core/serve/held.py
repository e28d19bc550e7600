"""A model kept in memory, with what its questions need besides weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import add
from threading import RLock

import numpy as np
import pandas as pd
import torch
import xarray as xr
from numpy.typing import NDArray
from torch import Tensor

from core.baselines import Ridge, load_ridge
from core.data.calendar import Cycle, cycle_of, slots
from core.data.dataset import Dataset
from core.data.edited import edited
from core.data.edits import Edit, fitting
from core.data.windows import Windows, make_windows
from core.model.probe import whole
from core.serve.bands import Bands, fit_bands
from core.serve.changed import Changed, changed
from core.serve.changes import Change, ChangeError, check, parsed, windows_of_slot
from core.text.message import Message
from core.trace.intervene import kernel_means, untrained_twin
from core.trace.paths import BEYOND, path_activations
from core.trace.recorder import Recorder
from core.trace.schema import TraceSpec
from core.train.checkpoint import Checkpoint
from core.train.evaluate import in_batches
from core.train.record import RecordError, RunRecord
from core.vocabulary import CROSSED, Dim, Fusion, Split

MEAN_WINDOWS = 256  # drawn for a mean kernel


@dataclass(eq=False)
class Held:
    """A model in memory; what takes a while is made at the first question that needs it, by one thread.

    `dataset` is None where the data it was trained on are not on this machine in the same version.
    """

    checkpoint: Checkpoint
    dataset: Dataset | None
    lock: RLock = field(default_factory=RLock)
    _bands: dict[bool, Bands] = field(default_factory=dict)
    _of_slots: dict[int, dict[Fusion, Tensor]] = field(default_factory=dict)
    _asked_last: tuple[int, Tensor] | None = None

    @property
    def record(self) -> RunRecord:
        """Its run."""
        return self.checkpoint.record

    @property
    def data(self) -> Dataset:
        """The data it was trained on.

        Raises
        ------
        RecordError : they are not here.
        """
        if self.dataset is None:
            run = self.record
            raise RecordError(Message("engine.data_gone", run=run.run_id, version=run.fingerprint))
        return self.dataset

    @cached_property
    def windows(self) -> Windows:
        """Its test windows."""
        return make_windows(self.data, self.record.config.window, Split.TEST)

    @cached_property
    def ridge(self) -> Ridge | None:
        """Ridge of the data it was trained on; None where these are not here."""
        with self.lock:
            return None if self.dataset is None else load_ridge(self.dataset, self.record.config.window)

    @cached_property
    def twin(self) -> Held:
        """The same architecture with the weights that its training began with."""
        return Held(untrained_twin(self.checkpoint), self.dataset)

    def bands(self, network: bool) -> Bands | None:
        """Return the bands of the network alone or of its average with ridge; None where its data are not here."""
        if self.dataset is None:
            return None
        with self.lock:
            if network not in self._bands:
                self._bands[network] = fit_bands(self.checkpoint, self.dataset, None if network else self.ridge)
            return self._bands[network]

    @cached_property
    def cycle(self) -> Cycle:
        """The calendar cycle of its data."""
        return cycle_of(self.data)

    @cached_property
    def slots(self) -> NDArray[np.int64]:
        """The slot of the cycle in which the last row lies that each test window reads, [window]."""
        return slots(pd.DatetimeIndex(self.data.frame.index[self.windows.origins - 1]), self.cycle)

    def check_window(self, place: int) -> None:
        """Raise a ChangeError where there is no such test window."""
        if not 0 <= place < len(self.windows):
            windows = len(self.windows)
            raise ChangeError(Message("engine.no_window", window=place, windows=windows, last=windows - 1))

    def changed(self, changes: Iterable[str | Change]) -> Changed:
        """Return its model with changes inside.

        Raises
        ------
        ChangeError : a change that does not exist, or that this model cannot make.
        """
        asked = parsed(changes)
        check(asked, self.record.config.model, self.record.run_id)
        return changed(self.checkpoint.model, asked, self)

    def as_recorded(self, place: int) -> Tensor:
        """Return the forecast of a test window as recorded, standardised, [step, variable]; of the last one kept."""
        last = self._asked_last  # once: another thread may ask of another window meanwhile
        if last is None or last[0] != place:
            with torch.inference_mode():
                x = torch.from_numpy(self.windows.x[place : place + 1].copy())
                last = place, self.checkpoint.model(x).forecast[0]
            self._asked_last = last
        return last[1]

    def edited(self, place: int, edits: Sequence[Edit]) -> NDArray[np.float32]:
        """Return the rows that a test window reads with edits, standardised, [row, variable].

        A cell that no edit moves is to the bit as it was recorded.
        """
        recorded, scaler, step = self.windows.x[place], self.record.scaler, self.data.step
        rows = scaler.inverse(recorded)
        made = edited(rows, edits, variables=self.record.variables, scaler=scaler, season=step.season)
        return np.where(made == rows, recorded, scaler.transform(made)).astype(np.float32)

    def fitting(self, edits: Iterable[str | Edit]) -> tuple[Edit, ...]:
        """Return edits, given as words or as such; an EditError where they do not fit the windows."""
        lookback, season = self.record.config.window.lookback, self.data.step.season
        return fitting(edits, variables=self.record.variables, lookback=lookback, season=season)

    @cached_property
    def _means(self) -> dict[Fusion, Tensor]:
        with self.lock:
            return self._mean(self.windows, MEAN_WINDOWS)

    def _mean(self, windows: Windows, limit: int | None = None) -> dict[Fusion, Tensor]:
        found = kernel_means(self.checkpoint.model, windows, limit=limit, seed=self.record.config.train.seed)
        return {crossing: found[names.kernel] for crossing, names in CROSSED.items() if names.kernel in found}

    def mean_kernel(self, crossing: Fusion) -> Tensor:
        """Return a crossing's mean kernel over some test windows, [variable, block, channel, tap]."""
        return self._means[crossing]

    def kernel_of_slot(self, crossing: Fusion, slot: int) -> Tensor:
        """Return its mean kernel over some test windows of a slot of the cycle, [variable, block, channel, tap].

        Raises
        ------
        ChangeError : no test window lies in this slot.
        """
        with self.lock:
            if slot not in self._of_slots:
                there = np.flatnonzero(self.slots == slot)
                if not len(there):
                    cycle = self.cycle
                    raise ChangeError(
                        Message("engine.empty_slot", slot=slot, cycle=cycle.kind.value, slots=cycle.count)
                    )
                drawn = np.random.default_rng(slot).permutation(there)[: windows_of_slot(self.cycle.count)]
                self._of_slots[slot] = self._mean(self.windows.at(np.sort(drawn)))
            return self._of_slots[slot][crossing]

    def kernel_of(self, crossing: Fusion, place: int) -> Tensor:
        """Return the kernel that a crossing writes in a test window, [variable, block, channel, tap].

        Raises
        ------
        ChangeError : there is no such window.
        """
        self.check_window(place)
        return self.kernels_of([crossing], np.array([place]))[crossing][0]

    def mean_record(self, spec: TraceSpec, places: NDArray[np.int64]) -> xr.Dataset:
        """Return what is recorded of test windows as its mean over them; a batch of them is in memory at a time."""
        sums = reduce(add, self._sums_recorded(spec, places))
        return (sums / len(places)).astype(np.float32)

    @torch.inference_mode()
    def _sums_recorded(self, spec: TraceSpec, places: NDArray[np.int64]) -> Iterator[xr.Dataset]:
        """Yield what is recorded of each batch of test windows, summed over it."""
        model, variables = self.checkpoint.model, self.record.variables
        for part in in_batches(places, len(variables)):
            recorder = Recorder(model, spec)
            x, asked = torch.from_numpy(self.windows.x[part].copy()), recorder.asking(frozenset())
            inside = not BEYOND & asked.keys()  # merge and head are left out where nothing of theirs is asked for
            recorder.take(path_activations(model, x, asked) if inside else model(x, activations=asked).activations)
            found = recorder.dataset(variables=variables, origins=self.windows.origins[part])
            yield found.sum(Dim.ORIGIN, dtype=np.float64, skipna=False)

    @torch.inference_mode()
    def kernels_of(self, crossings: Sequence[Fusion], places: NDArray[np.int64]) -> dict[Fusion, Tensor]:
        """Return the kernels that crossings write in test windows, [window, variable, block, channel, tap]."""
        wanted = dict.fromkeys((CROSSED[crossing].kernel for crossing in crossings), whole)
        found = [
            path_activations(self.checkpoint.model, torch.from_numpy(self.windows.x[part].copy()), wanted)
            for part in in_batches(places, len(self.record.variables))
        ]
        return {crossing: torch.cat([part[CROSSED[crossing].kernel] for part in found]) for crossing in crossings}
