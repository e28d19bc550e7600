"""The case of a selection, shared by all sessions; models are inspected once in the background, where a page asks."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.aside import DAMAGED, damage
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.seeds import tabled
from core.jobs import JobFolder
from dashboard import background, cache
from dashboard.markup import escaped
from dashboard.selection import Selection
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state


def case_or_stop(selection: Selection) -> Case:
    """Return the case of the selected cell, all seeds; the page ends without data, or where nothing is known."""
    if selection.cell is None:
        title = cache.titles()[selection.dataset]
        empty_state(f"No model is trained on {escaped(title)} yet.", to="compare", action="Train the four modes")
        raise PageEnd
    dataset, records, cell = dataset_or_stop(selection), cache.of_cell(selection), selection.cell
    known = tabled(dataset, (cell.preset, cell.horizon, cell.lookback), records, cache.tables())
    if not (records or known.runs):
        empty_state(escaped(known.left_out), to="compare", action="Train the four modes")
        raise PageEnd
    return kept(Case(dataset, records, cell.seed, tabled=known))


def models_or_stop(selection: Selection) -> Case:
    """Return the case of the selected cell; the page ends where its models are not on this machine."""
    case = case_or_stop(selection)
    if sentence := needs.models(case):
        empty_state(sentence, to="compare", action="Train the four modes")
        raise PageEnd
    return case


def inspected_or_stop(selection: Selection, needed: Callable[[Case], str] = lambda case: "") -> Case:
    """Return the case of the selected cell with its inspection.

    Where the models were not inspected yet, the work starts in the background; the page ends with its progress and
    runs again once it is done. It ends before that where `needed` says what is not trained.
    """
    case = models_or_stop(selection)
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
    from core.exhibits.gather import inspection_job, with_inspection  # what reads traces; the Overview goes without

    case = with_inspection(case)
    if case.inspection is None:
        _show_progress(inspection_job(case))
        raise PageEnd
    return kept(case)


def kept(case: Case) -> Case:
    """Return the case that is kept under its key, with all that was computed for it."""
    return _kept(case.key, case)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(key: str, _case: Case) -> Case:
    return _case


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
