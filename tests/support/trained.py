"""Tiny runs trained for a moment: enough for what is asked of models, and the same for all who ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from core.data.dataset import Dataset
from core.train.fit import fit
from core.train.record import RunRecord
from core.vocabulary import Fusion
from tests.support.tiny import tiny_run


@contextmanager
def one_thread() -> Iterator[None]:
    """Work on one thread meanwhile: models this small only wait for one another's threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def tiny_records(dataset: Dataset, folder: Path, fusions: Iterable[Fusion] = Fusion) -> dict[Fusion, RunRecord]:
    """Train a run of each fusion on every eighth window, once through, into a folder of its own in `folder`."""
    runs = [tiny_run(dataset, fusion=fusion, epochs=1, stride=8) for fusion in fusions]
    with one_thread():
        return {run.model.fusion: fit(run, dataset, folder / run.run_id) for run in runs}
