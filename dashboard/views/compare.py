"""Compare: train the fusion modes side by side in the background, follow them, and read the result."""

import streamlit as st

from core.figures.errors import training_curves
from core.jobs import JobFolder
from dashboard import cache, frame, grid, results, runs, state, studies
from dashboard.pickers import choose
from dashboard.plain import escaped
from dashboard.selection import Selection
from dashboard.widgets import dataset_or_stop, empty_state, foot, page, show


def follow(job: JobFolder) -> None:
    """Draw a comparison's name and state and, until it is done, how far it is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        runs.badge(job)
        st.markdown(f"**{escaped(job.title)}**")
        runs.controls(job)
        studies.draw_removal(job)
    found = studies.progress(job)
    if job.message:
        st.warning(escaped(job.message), icon=":material/info:")
    if job.state.live:
        studies.draw_bar(job, found)
    if found is not None and not studies.is_done(job):
        training(job, found)


def training(job: JobFolder, found: studies.Progress) -> None:
    """Draw each run's progress, the validation curves, and what failed."""
    studies.draw_runs(found.table(state.current().language))
    for sentence in found.failures:
        st.error(escaped(sentence), icon=":material/error:")
    curves = found.curves(job.path)
    if not curves.empty:
        source = foot(found.statuses[0].config.dataset)
        show(training_curves(curves, look=state.look(), provenance=source), "validation", table=curves)


def results_of(job: JobFolder, selection: Selection) -> None:
    """Draw the result of a finished comparison, one data set and horizon at a time, then how it was trained."""
    cells = {f"{key} {horizon}": (key, cell) for (key, horizon), cell in studies.finished(job).items()}
    if not cells:
        empty_state("No run of this comparison has finished.")
        return
    key, cell = next(iter(cells.values())) if len(cells) == 1 else choose("cell", "Data set and horizon", cells)
    results.draw_comparison(cell, cache.dataset(key), selection)
    opened = Selection(key, cache.cell_of(next(iter(cell.values()))[0]), selection.language)
    st.page_link(
        frame.page_of("forecasts"),
        label="Look inside these models",
        icon=":material/arrow_forward:",
        query_params=opened.to_query(),
        width="content",
    )
    if found := studies.progress(job):
        with st.expander("Training", icon=":material/model_training:"):
            training(job, found)


with page("compare") as selection:
    dataset = dataset_or_stop(selection)
    job = studies.find(state.value("run"))
    with st.expander("New comparison", expanded=job is None, icon=":material/add_circle:"):
        grid.ask(dataset, selection)
    if job is not None:
        state.set_value("run", job.id)
        runs.watch(job, follow)
        if studies.is_done(job):
            results_of(job, selection)
    runs.draw_list(studies.known(), page=frame.page_of("compare"), query=selection.to_query())
