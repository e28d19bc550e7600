"""A cell of the grid of trained models as a case, and the texts of a link that name it."""

from __future__ import annotations

from pathlib import Path

from core.data.dataset import Dataset
from core.exhibits.case import Case
from core.exhibits.links import texts_of
from core.exhibits.seeds import tabled
from core.train.finished import finished_runs
from core.train.record import RunRecord

Place = tuple[str, int, int]  # of a cell: preset, horizon, look-back


def runs_of_cell(dataset: str, place: Place) -> tuple[RunRecord, ...]:
    """Return the finished runs of this machine of a cell: every form and seed."""

    def lies_there(record: RunRecord) -> bool:
        run = record.config
        return run.dataset == dataset and (run.preset, run.window.horizon, run.window.lookback) == place

    return tuple(filter(lies_there, finished_runs()))


def case_of_cell(dataset: Dataset, place: Place, seed: int, tables: Path) -> Case:
    """Return the case of a cell: its runs on this machine, and what the tables of a folder know beside them."""
    records = runs_of_cell(dataset.key, place)
    return Case(dataset, records, seed, tabled=tabled(dataset, place, records, tables))


@texts_of.register
def _(case: Case) -> dict[str, str]:
    texts = {"dataset": case.dataset.key}
    if case.known:
        run = case.config
        texts |= {"preset": run.preset, "horizon": str(run.window.horizon), "lookback": str(run.window.lookback)}
        texts |= {"seed": str(case.seed)}
    texts |= {"weights": "untrained"} if case.untrained else {}
    return texts | {"reference": case.reference.value, "merge": case.merge.value}
