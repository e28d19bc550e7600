"""Every training of a cell whose errors are known: the runs on this machine, and those that a shipped table knows.

Checkpoints of one seed a cell are shipped, and tables of every seed that was trained. A training that is known from a
table alone has errors like any other, but nobody can look inside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd

from core.claims.tables import TABLES, Form, shipped_path
from core.config import Arm
from core.data.dataset import Dataset
from core.exhibits.tabled import READ, Place, TabledRun, cells_in, notes_of, read_cell
from core.table import Notes, trainer
from core.text.amounts import counted, listed
from core.text.message import Message
from core.text.words import say, say_many
from core.train.record import RunRecord
from core.version import different_codes

Training = RunRecord | TabledRun  # whose errors are known
T = TypeVar("T", RunRecord, Training)


@dataclass(frozen=True, eq=False)
class Tabled:
    """What the shipped table of a preset holds of one cell."""

    name: str = ""  # of the table; empty where it holds nothing that can be used
    origin: str = ""  # the table, and when it was written
    runs: tuple[TabledRun, ...] = ()  # those that are not on this machine
    measures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(READ)))  # of all its runs
    lacks: Message | None = None  # why some of it cannot stand beside the runs at hand

    @property
    def left_out(self) -> str:
        """Why some of it cannot stand beside the runs at hand, in one sentence; empty where all of it can."""
        return str(self.lacks or "")

    def of_seeds(self, seeds: Collection[int]) -> Tabled:
        """Return what it holds of some seeds."""
        kept = tuple(run for run in self.runs if run.config.train.seed in seeds)
        return replace(self, runs=kept)

    @property
    def key(self) -> str:
        """What a cache knows it by, beside the runs on this machine."""
        return f"{self.origin} {self.seeds}"

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of those runs."""
        return tuple(sorted({run.config.train.seed for run in self.runs}))


NOTHING = Tabled()


def cells(folder: Path = TABLES) -> frozenset[tuple[Place, int]]:
    """Return every cell of the shipped tables, each with its least seed."""
    found = (cells_in(path, path.stat().st_mtime_ns) for path in _paths(folder))
    return frozenset(cell for of_table in found for cell in of_table)


def _paths(folder: Path) -> list[Path]:
    return [path for form in Form if (path := shipped_path(form, folder)).exists()]


def tabled(
    dataset: Dataset, cell: tuple[str, int, int], records: Sequence[RunRecord] = (), folder: Path = TABLES
) -> Tabled:
    """Return what the shipped tables hold of a cell beside the runs on this machine.

    Weights at hand win: a form and seed that is among `records` counts once. A table of other code than the records
    or of other data than those at hand stays out whole, a run of another recipe alone.

    Parameters
    ----------
    cell : preset, horizon and look-back (rows).
    records : finished runs of that cell on this machine.
    """
    preset, horizon, lookback = cell
    place: Place = (dataset.key, horizon, lookback, preset)
    if preset not in set(Form) or not (path := shipped_path(Form(preset), folder)).exists():
        return NOTHING
    written = path.stat().st_mtime_ns
    if place not in {known for known, _ in cells_in(path, written)}:
        return NOTHING
    if lacks := _difference(preset, notes_of(path, written), dataset, records):
        return Tabled(lacks=lacks)
    kept, measures = read_cell(path, written, place, dataset.fingerprint, dataset)
    here = {_form_and_seed(run) for run in records}
    beside = [run for run in kept if _form_and_seed(run) not in here]
    runs = [run for run in beside if not records or any(_same_recipe(run, record) for record in records)]
    other = len(beside) - len(runs)
    lacks = Message("tabled.other_recipe", runs=other, table=preset) if other else None
    return Tabled(preset, f"{path} {written}", tuple(runs), measures, lacks)


def _form_and_seed(run: Training) -> tuple[Arm, int]:
    return run.config.model.arm, run.config.train.seed


def _same_recipe(run: TabledRun, record: RunRecord) -> bool:
    """Tell whether a run has the settings of a record, apart from what its form and its seed decide."""
    form = {name: getattr(run.config.model, name) for name in ("fusion", "reference", "merge", "matched")}
    model, train = replace(record.config.model, **form), replace(record.config.train, seed=run.config.train.seed)
    return replace(record.config, model=model, train=train).run_id == run.run_id


def _difference(table: str, notes: Notes, dataset: Dataset, records: Sequence[RunRecord]) -> Message | None:
    """Return why a table cannot stand beside runs on these data; None where it can."""
    data = notes.get("data", {}).get(dataset.key, [])
    if data != [dataset.fingerprint]:
        versions = ", ".join(data) or Message("tabled.unknown")
        return Message("tabled.other_data", table=table, versions=versions, here=dataset.fingerprint)
    codes, own = (
        different_codes(stamps)
        for stamps in (notes.get("code", []), [run.versions.get("code", "") for run in records])
    )
    if len(codes) != 1 or (records and codes != own):
        stamped = ", ".join(sorted(codes)) or Message("tabled.unknown")
        return Message("tabled.other_code", table=table, codes=stamped)
    return None


def by_arm(runs: Iterable[T]) -> dict[Arm, list[T]]:
    """Return trainings by form of the model, seeds ascending."""
    found: dict[Arm, list[T]] = {}
    for run in sorted(runs, key=lambda run: run.config.train.seed):
        found.setdefault(run.config.model.arm, []).append(run)
    return found


def looked_into(records: Iterable[RunRecord], seed: int) -> list[RunRecord]:
    """Return the runs of a cell that are inspected together: those of one seed in every form but the matched."""
    return [run for run in records if run.config.train.seed == seed and not run.config.model.matched]


def sources(runs: Iterable[Training]) -> str:
    """Return in a sentence or two how many seeds trainings are of, where each is known from, and what trained them.

    Trainers are named where there are several: results of different ones differ by more than rounding.
    """
    used = list(runs)
    seeds, by = {run.config.train.seed for run in used}, trainers(used)
    here = sorted({run.config.train.seed for run in used if isinstance(run, RunRecord)})
    beside = sorted({run.config.train.seed for run in used if isinstance(run, TabledRun)})
    places = [say("{seeds} on this machine", seeds=in_a_row(here))] if here else []
    places += [say("{seeds} known from the shipped table", seeds=in_a_row(beside))] if beside else []
    told = f"{counted(len(seeds), 'seed')}: {listed(places)}."
    return f"{told} {say('Trained by {trainers}.', trainers=listed(by))}" if len(by) > 1 else told


def trainers(runs: Iterable[Training]) -> list[str]:
    """Return what trained runs, in words and how many; what is not known is left out."""
    found: dict[str, int] = {}
    for run in runs:
        by = run.trainer if isinstance(run, TabledRun) else trainer(run.versions)
        found[by] = found.get(by, 0) + 1
    return [f"{by} ({counted(number, 'run')})" for by, number in sorted(found.items()) if by]


def in_a_row(seeds: Sequence[int]) -> str:
    """Return seeds in order, three or more that follow each other as first and last.

    >>> in_a_row([0]), in_a_row([0, 2]), in_a_row([1, 2, 3])
    ('seed 0', 'seeds 0 and 2', 'seeds 1 to 3')
    """
    row = len(seeds) > 2 and seeds[-1] - seeds[0] == len(seeds) - 1
    told = say("{first} to {last}", first=seeds[0], last=seeds[-1]) if row else listed(seeds)
    return say_many("seed {seeds}", "seeds {seeds}", n=len(seeds), seeds=told)
