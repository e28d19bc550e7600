"""Opened models for the pages that look inside: made once in the background, then read from disk, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core import jobs
from core.inspection import Inspection, inspection_key, open_inspection
from core.jobs import JobError, JobFolder, JobKind, JobState
from core.train.record import RunRecord
from core.vocabulary import Fusion
from dashboard import cache, runs
from dashboard.selection import Selection
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state, models_or_stop


def inspection_or_stop(selection: Selection) -> Inspection:
    """Return the opened models of the selected cell: every finished run there, whatever its fusion and merge.

    Where they were not opened yet, the work starts in the background; the page ends with its progress and runs
    again once it is done. A data set without models, or one that is not on this machine, ends the page too.
    """
    models_or_stop(selection)
    dataset_or_stop(selection)
    job = _job(selection, cell_records(selection))
    if job.state is not JobState.DONE:
        _show_progress(job)
        raise PageEnd
    return _opened(str(job.path), cache.folder_state(job.path, "result.json")["result.json"])


def cell_records(selection: Selection) -> list[RunRecord]:
    """Return every finished run of the selected cell, all fusions, merges and references."""
    return [
        record
        for record in cache.records()
        if record.config.dataset == selection.dataset and cache.cell_of(record) == selection.cell
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
    if job is not None:
        return job
    title = f"open the models of {cache.titles()[selection.dataset]} up"
    arguments = {"checkpoints": [str(record.folder) for record in records]}
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
            "Kernels, gates, attention and errors of every test window are recorded once, which takes half a minute "
            "or so. This page follows by itself."
        )
        runs.watch(job, runs.draw_progress)


@st.cache_resource(max_entries=8, show_spinner=False)
def _opened(folder: str, written: int) -> Inspection:
    """Open one inspection; `written` makes the cache forget one that was made again."""
    return open_inspection(Path(folder))
