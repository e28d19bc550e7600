"""The case of a selection, shared by all sessions; models are inspected once in the background, where a page asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core import jobs
from core.aside import DAMAGED, damage
from core.exhibits.case import Case
from core.jobs import JobError, JobFolder, JobKind, JobState
from dashboard import background, cache
from dashboard.markup import escaped
from dashboard.selection import Selection
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state, models_or_stop


def case_or_stop(selection: Selection) -> Case:
    """Return the case of the selected cell, all seeds; the page ends where there are no models or no data."""
    models_or_stop(selection)
    dataset = dataset_or_stop(selection)
    assert selection.cell is not None
    return kept(Case(dataset, cache.of_cell(selection), selection.cell.seed))


def inspected_or_stop(selection: Selection, needed: Callable[[Case], str] = lambda case: "") -> Case:
    """Return the case of the selected cell with its inspection.

    Where the models were not inspected yet, the work starts in the background; the page ends with its progress and
    runs again once it is done. It ends before that where `needed` says what is not trained.
    """
    case = case_or_stop(selection)
    if not case.chosen_runs:
        empty_state(
            "All models trained here are of other forms: no mode merges by attention with dynamic kernels.",
            to="compare",
            action="Train the four modes",
        )
        raise PageEnd
    if sentence := needed(case):
        empty_state(sentence, to="compare", action="Train the rest")
        raise PageEnd
    from core.inspection.cell import inspection_key, open_inspection  # what reads traces; the Overview goes without

    key = inspection_key(case.members)
    found = open_inspection(key)
    if found is None:
        _show_progress(_job(case, key))
        raise PageEnd
    return kept(replace(case, inspection=found))


def kept(case: Case) -> Case:
    """Return the case that is kept under its key, with all that was computed for it."""
    return _kept(case.key, case)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(key: str, _case: Case) -> Case:
    return _case


def _job(case: Case, key: str) -> JobFolder:
    """Return the job that inspects these models; started where there is none."""
    job = jobs.find(key, JobKind.INSPECT)
    if job is not None and job.spec and job.state is not JobState.DONE:  # done without rows: they were set aside
        return job
    arguments = {"run_folders": [str(record.folder) for record in case.members]}
    try:
        return background.begin(JobKind.INSPECT, f"inspect the models of {case.dataset.title}", arguments, name=key)
    except JobError:  # another session was faster
        found = jobs.find(key, JobKind.INSPECT)
        if found is None:
            raise
        return found


def _show_progress(job: JobFolder) -> None:
    with st.container(border=True):
        st.markdown("##### Inspecting the models")
        st.caption(
            "Kernels, gates, attention and errors of every test window are recorded once, which takes up to a few "
            "minutes. This page updates by itself."
        )
        for name in damage(job.path):
            lost = name.partition(DAMAGED)[0]
            st.caption(escaped(f"{lost} could not be read, is set aside as {name}, and is made again."))
        background.watch(job, background.draw_progress)
