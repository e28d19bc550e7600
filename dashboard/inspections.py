"""Opened models for the pages that look inside: made once in the background, then read from disk, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
import xarray as xr

from core import jobs
from core.aside import DAMAGED, damage
from core.inspection import ROWS, Inspection, inspection_key, open_inspection
from core.jobs import JobError, JobFolder, JobKind, JobState
from core.study.opening import TRACE
from core.trace.store import open_trace
from core.train.record import RunRecord
from core.vocabulary import Fusion
from dashboard import cache, runs
from dashboard.plain import escaped
from dashboard.selection import Selection
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state, models_or_stop


@dataclass(frozen=True)
class Opened(Inspection):
    """A finished inspection whose traces stay open between runs."""

    def trace(self, run_id: str) -> xr.Dataset:
        """Return the trace of a run; values are read from disk where they are used."""
        folder = self.folder / run_id / TRACE
        return _trace(str(folder), cache.folder_state(folder, ".zgroup")[".zgroup"])


@st.cache_resource(max_entries=64, show_spinner=False)
def _trace(folder: str, written: int) -> xr.Dataset:
    """Open one trace; `written` makes the cache forget one that was recorded again."""
    return open_trace(Path(folder))


def inspection_or_stop(selection: Selection) -> Inspection:
    """Return the opened models of the selected cell: every finished run there, whatever its fusion and merge.

    Where they were not opened yet, the work starts in the background; the page ends with its progress and runs
    again once it is done. A data set without models, or one that is not on this machine, ends the page too.
    """
    models_or_stop(selection)
    dataset_or_stop(selection)
    records = cell_records(selection)
    found = open_inspection(inspection_key(records))
    if found is not None:
        return _opened(str(found.folder), cache.folder_state(found.folder, ROWS)[ROWS])
    _show_progress(_job(selection, records))
    raise PageEnd


@st.cache_resource(max_entries=8, show_spinner=False)
def _opened(folder: str, written: int) -> Opened:
    """Keep one inspection with its rows; `written` makes the cache forget one that was made again."""
    return Opened(Path(folder))


def cell_records(selection: Selection) -> list[RunRecord]:
    """Return every finished run of the selected cell, all fusions, merges and references."""
    return [
        record
        for record in cache.records()
        if record.config.dataset == selection.dataset
        and cache.cell_of(record) == selection.cell
        and not record.config.model.matched  # stands beside the modes by its error alone
    ]


def proposed_runs(selection: Selection) -> dict[Fusion, RunRecord]:
    """Return the run of each fusion mode in the proposed form (attention, dynamic kernels) of the selected seed.

    The page ends where there is none.
    """
    models_or_stop(selection)
    found = {mode: records[0] for mode, records in cache.chosen(selection).items()}
    if not found:
        empty_state(
            "The models trained here are all of other forms: none merges by attention with dynamic kernels.",
            to="compare",
            action="Train the four modes",
        )
        raise PageEnd
    return found


def _job(selection: Selection, records: Sequence[RunRecord]) -> JobFolder:
    """Return the job that opens these runs up; started where there is none."""
    key = inspection_key(records)
    job = jobs.find(key, JobKind.INSPECT)
    if job is not None and job.spec and job.state is not JobState.DONE:  # done without rows: they were set aside
        return job
    title = f"open the models of {cache.titles()[selection.dataset]} up"
    arguments = {"run_folders": [str(record.folder) for record in records]}
    try:
        return runs.begin(JobKind.INSPECT, title, arguments, name=key)
    except JobError:  # another session was faster
        found = jobs.find(key, JobKind.INSPECT)
        if found is None:
            raise
        return found


def _show_progress(job: JobFolder) -> None:
    with st.container(border=True):
        st.markdown("##### Opening the models up")
        st.caption(
            "Kernels, gates, attention and errors of every test window are recorded once, which takes up to a few "
            "minutes. This page follows by itself."
        )
        for name in damage(job.path):
            lost = name.partition(DAMAGED)[0]
            st.caption(escaped(f"{lost} could not be read, is set aside as {name}, and is made again."))
        runs.watch(job, runs.draw_progress)
