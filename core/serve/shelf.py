"""The models in memory: loaded when they are first asked, the least recently asked going first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock

from core.data.catalog import load_here
from core.serve.held import Held
from core.text.message import Message
from core.train.checkpoint import load_checkpoint
from core.train.record import WEIGHTS, RecordError, RunRecord

MOST = 12  # models in memory: four modes of three cells


class UnknownRun(RecordError):
    """A run that is not on this machine."""


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
            raise UnknownRun(Message("engine.no_run", run=run_id))
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
