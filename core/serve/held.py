"""Models kept in memory, the least recently asked going first; each with what its questions need besides weights."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock, RLock

import torch
from torch import Tensor

from core.baselines import Ridge, load_ridge
from core.data.catalog import load_here
from core.data.dataset import Dataset
from core.data.windows import Windows, make_windows
from core.model.probe import whole
from core.serve.bands import Bands, fit_bands
from core.trace.intervene import kernel_means, untrained_twin
from core.trace.paths import path_activations
from core.train.checkpoint import Checkpoint, load_checkpoint
from core.train.record import WEIGHTS, RecordError, RunRecord
from core.vocabulary import CROSSED, Fusion, Split

MOST = 12  # models in memory: four modes of three cells
MEAN_WINDOWS = 256  # drawn for a mean kernel


class UnknownRun(RecordError):
    """A run that is not on this machine."""


@dataclass(eq=False)
class Held:
    """A model in memory; what takes a while is made at the first question that needs it, by one thread.

    `dataset` is None where the data it was trained on are not on this machine in the same version.
    """

    checkpoint: Checkpoint
    dataset: Dataset | None
    lock: RLock = field(default_factory=RLock)
    _bands: dict[bool, Bands] = field(default_factory=dict)

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
            raise RecordError(
                f"The data that {self.record.run_id} was trained on are not on this machine in version "
                f"{self.record.fingerprint}; bring them, or ask about rows of your own."
            )
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
    def _means(self) -> dict[Fusion, Tensor]:
        with self.lock:
            seed = self.record.config.train.seed
            found = kernel_means(self.checkpoint.model, self.windows, limit=MEAN_WINDOWS, seed=seed)
        return {crossing: found[names.kernel] for crossing, names in CROSSED.items() if names.kernel in found}

    def mean_kernel(self, crossing: Fusion) -> Tensor:
        """Return a crossing's mean kernel over some test windows, [variable, block, channel, tap]."""
        return self._means[crossing]

    def kernel_of(self, crossing: Fusion, place: int) -> Tensor:
        """Return the kernel that a crossing writes in a test window, [variable, block, channel, tap]."""
        kernel = CROSSED[crossing].kernel
        with torch.inference_mode():
            x = torch.from_numpy(self.windows.x[place : place + 1].copy())
            return path_activations(self.checkpoint.model, x, {kernel: whole})[kernel][0]


class Shelf:
    """The models in memory, by run id."""

    def __init__(self, records: Callable[[], Iterable[RunRecord]], most: int = MOST) -> None:
        self._records = records
        self._most = most
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._lock = Lock()

    @property
    def records(self) -> dict[str, RunRecord]:
        """All runs that can be asked."""
        return {record.run_id: record for record in self._records() if (record.folder / WEIGHTS).exists()}

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, run_id: str) -> Held:
        """Return a model, loaded where it is not in memory or was trained anew.

        Raises
        ------
        UnknownRun : there is no such run with weights.
        RecordError : its weights are damaged.
        """
        record = self.records.get(run_id)
        if record is None:
            raise UnknownRun(f"There is no run {run_id!r} here; the list of models names those that can be asked.")
        with self._lock:
            held = self._held.get(run_id)
            if held is None or held.record.weights_sha != record.weights_sha:
                data = load_here(record.config.dataset)
                same = data is not None and data.fingerprint == record.fingerprint
                held = Held(load_checkpoint(record.folder), data if same else None)
            self._held[run_id] = held
            self._held.move_to_end(run_id)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
            return held
