"""What a story is told from: the data set, the finished runs of one cell of the grid, and their inspection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.config import RunConfig
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import Windows
from core.inspection import Inspection, inspection_key, open_inspection
from core.report.chapters.attention import maps_by_slot
from core.report.chapters.forecasts import window_errors
from core.report.chapters.kernels import Kernels, kernels_of
from core.report.chapters.response import abrupt_changes
from core.report.chapters.windows import Calendar, calendar, traced_windows
from core.report.provenance import provenance_line
from core.table import COLUMNS
from core.train.elsewhere import remembered
from core.train.record import METRICS, RunRecord, find_records
from core.vocabulary import Fusion, Merge, Reference
from core.workspace import CHECKPOINTS, Room, room

NO_RUN = (
    "No finished run of {title} was found; train one (python -m core study --help), or name the folder that holds "
    "it (python -m core report --runs FOLDER)."
)
USUAL = {"horizon": 96, "preset": "default", "lookback": 720}  # chosen where several are trained


class StoryError(ValueError):
    """There is nothing to tell of: what was asked for, what there is, and what to do."""


@dataclass(frozen=True)
class Material:
    """Everything that the figures of one data set and horizon are made from.

    Attributes
    ----------
    dataset
    records
        Finished runs of one preset, horizon and look-back: all forms and seeds. Not empty.
    seed
        Whose models are looked into.
    inspection
        Of that seed's models; None before they were opened up.
    """

    dataset: Dataset
    records: tuple[RunRecord, ...]
    seed: int
    inspection: Inspection | None = None

    @property
    def config(self) -> RunConfig:
        """Settings that all runs share in preset and window."""
        return self.records[0].config

    @cached_property
    def runs(self) -> dict[Fusion, list[RunRecord]]:
        """The runs of the proposed form, all seeds, by mode."""
        proposed = [record for record in self.records if is_proposed(record)]
        found = {mode: [run for run in proposed if run.config.model.fusion is mode] for mode in Fusion}
        return {mode: sorted(runs, key=_seed_of) for mode, runs in found.items() if runs}

    @cached_property
    def matched(self) -> list[RunRecord]:
        """The runs of none with as many parameters as both: they stand beside the modes and are not opened up."""
        found = [record for record in self.records if record.config.model.matched]
        return sorted((run for run in found if run.config.model.merge is Merge.ATTENTION), key=_seed_of)

    @property
    def members(self) -> list[RunRecord]:
        """The runs of the seed looked into, all forms."""
        mine = [record for record in self.records if _seed_of(record) == self.seed]
        return [record for record in mine if not record.config.model.matched]

    @property
    def opened(self) -> dict[Fusion, RunRecord]:
        """The runs of the proposed form that were opened up, by mode; empty without an inspection."""
        if self.inspection is None:
            return {}
        return {mode: run for mode, runs in self.runs.items() for run in runs if _seed_of(run) == self.seed}

    @cached_property
    def traces(self) -> dict[Fusion, xr.Dataset]:
        """The traces of those runs, opened lazily."""
        if self.inspection is None:
            return {}
        return {mode: self.inspection.trace(run.run_id) for mode, run in self.opened.items()}

    @property
    def rows(self) -> pd.DataFrame:
        """The statistics of those runs (columns: `core.table.COLUMNS`); and of the raw input."""
        if self.inspection is None:
            return pd.DataFrame(columns=list(COLUMNS))
        rows, run_ids = self.inspection.rows, [run.run_id for run in self.opened.values()]
        return rows.loc[rows["run_id"].isin([*run_ids, ""])]

    @property
    def shown(self) -> tuple[Fusion, RunRecord]:
        """The mode whose inside is shown: `both` where there is one, else the last that was opened up."""
        mode = Fusion.BOTH if Fusion.BOTH in self.opened else list(self.opened)[-1]
        return mode, self.opened[mode]

    @property
    def trace(self) -> xr.Dataset:
        """The trace of that mode."""
        return self.traces[self.shown[0]]

    @cached_property
    def windows(self) -> Windows:
        """The test windows that the traces cover (views: nothing is copied)."""
        return traced_windows(self.dataset, self.config.window, self.trace)

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of those windows."""
        return calendar(self.dataset, self.windows)

    @cached_property
    def kernels(self) -> Kernels:
        """The kernels of the shown mode for the first variable, by crossing."""
        return kernels_of(self.trace, self.dataset.variables[0])

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The abrupt changes of the shown mode and none, the largest first (as `abrupt_changes` returns them)."""
        none = self.traces.get(Fusion.NONE)
        if none is None or self.shown[0] is Fusion.NONE:
            return pd.DataFrame({"place": []})
        return abrupt_changes(self.trace, none)

    @cached_property
    def attention(self) -> xr.DataArray:
        """Mean attention map of each slot of the cycle in the shown mode, [slot, head, query, key]."""
        return maps_by_slot(self.trace, self.calendar)

    @cached_property
    def errors(self) -> dict[Fusion, NDArray[np.float64]]:
        """MSE of every traced window and variable by mode, [window, variable]."""
        return {mode: window_errors(trace, self.windows) for mode, trace in self.traces.items()}

    def provenance(self, runs: Iterable[RunRecord]) -> str:
        """Return the foot of a figure of some of the runs."""
        return provenance_line(self.dataset.title, list(runs), data=self.dataset.fingerprint)


def is_proposed(record: RunRecord) -> bool:
    """Tell whether a run merges by attention and makes its kernels from the present state, at its usual size."""
    model = record.config.model
    return model.merge is Merge.ATTENTION and model.reference is Reference.DYNAMIC and not model.matched


def _seed_of(record: RunRecord) -> int:
    return record.config.train.seed


def finished_runs(dataset: str, folders: Iterable[Path] = ()) -> list[RunRecord]:
    """Return every finished run of a data set (its key); of equal runs the latest.

    Shipped, trained in a study of this workspace or by `train --out`, or lying in the given folders or below them.
    """
    places = [CHECKPOINTS, room(Room.STUDIES), *remembered(), *folders]
    found = [run for run in find_records(places) if run.config.dataset == dataset]
    found.sort(key=lambda run: (run.folder / METRICS).stat().st_mtime_ns)
    return list({run.run_id: run for run in found}.values())


def gather(
    records: Sequence[RunRecord],
    horizon: int | None = None,
    seed: int | None = None,
    *,
    preset: str | None = None,
    lookback: int | None = None,
) -> Material:
    """Return the material of one horizon from the runs of one data set.

    Parameters
    ----------
    records
        Finished runs of the data set.
    horizon
        In rows; where several are trained, 96 if not given, else the first.
    seed
        Only this seed; without it all seeds, the first one being looked into.
    preset, lookback
        Those trained; where several are, the default preset and 720 rows, else the first.

    Raises
    ------
    StoryError
        If nothing of the kind is trained.
    DataError
        If the data set is not on this machine.
    """
    wanted: dict[str, str | int | None] = {"horizon": horizon, "preset": preset, "lookback": lookback, "seed": seed}
    left = list(records)
    for name, value in wanted.items():
        there = sorted({_part(record, name) for record in left})
        if not there:
            raise StoryError(NO_RUN.format(title="this data set"))
        if value is None and name == "seed":
            continue
        chosen = value if value is not None else USUAL[name] if USUAL[name] in there else there[0]
        left = [record for record in left if _part(record, name) == chosen]
        if not left:
            kinds = ", ".join(map(str, there))
            raise StoryError(f"No finished run has the {name} {chosen}; there are: {kinds}. Choose one, or train it.")
    return look_into(Material(load_dataset(left[0].config.dataset), tuple(left), min(map(_seed_of, left))))


def look_into(material: Material) -> Material:
    """Return the material with its inspection, where there is one by now."""
    members = material.members
    return replace(material, inspection=open_inspection(inspection_key(members)) if members else None)


def _part(record: RunRecord, name: str) -> str | int:
    run = record.config
    match name:
        case "preset":
            return run.preset
        case "horizon":
            return run.window.horizon
        case "lookback":
            return run.window.lookback
        case _:
            return run.train.seed
