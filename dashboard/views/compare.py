"""Compare: train the fusion modes side by side in the background, follow them, and read the result."""

from dataclasses import replace

import streamlit as st

from core.exhibits.errors import of_chosen_seeds
from core.jobs import JobState
from core.text.words import say
from dashboard import background, cache, frame, overview, state
from dashboard.board import Board
from dashboard.cases import case_or_stop, kept
from dashboard.compare import grid, linked, progress, studies
from dashboard.compare.studies import StudyFolder
from dashboard.data import uploads
from dashboard.guard import guard
from dashboard.markup import escaped
from dashboard.pickers import choose
from dashboard.selection import Selection
from dashboard.widgets import dataset_or_stop, empty_state, page


def follow(job: StudyFolder) -> None:
    """Draw a comparison's name and state and, until it is done, how far it is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        background.badge(job)
        st.markdown(f"**{escaped(job.title)}**")
        if job.can_resume:
            background.controls(job)
        linked.draw_removal(job)
    found = studies.progress(job)
    if job.damage:
        st.warning(escaped(job.damage), icon=":material/broken_image:")
    if job.message and not job.linked:
        st.warning(escaped(str(job.message)), icon=":material/info:")
    if job.state is JobState.LOST and not job.can_resume and not job.damage:
        st.info(
            say("Not finished. Go on with: `python -m core study --out {folder}`", folder=job.path.resolve()),
            icon=":material/info:",
        )
    if job.state.live:
        progress.draw_bar(job, found)
    if found is not None and job.state is not JobState.DONE:
        progress.draw_training(found, state.look())
        if cell := next(iter(studies.finished(job, state.look().language).values()), None):
            progress.draw_forecasts(kept(cell.case()))


def results_of(job: StudyFolder, selection: Selection) -> None:
    """Draw the result of a finished comparison, one data set and horizon at a time, then how it was trained."""
    cells = studies.finished(job, selection.language)
    if not cells:
        empty_state(say("No run of this comparison has finished."))
        return
    cell = next(iter(cells.values()))
    if len(cells) > 1:
        cell = choose("cell", say("Data set and horizon"), cells, format=lambda name: cells[name].title)
    case = kept(cell.case())
    board = Board("overview", case)
    overview.draw_comparison(board, of_chosen_seeds(case, {"seeds": board["seeds"]}), selection.language)
    found = replace(selection, dataset=cell.dataset, cell=cache.cell_of(cell.records[0]))
    frame.link("forecasts", say("Look inside these models"), found, icon="arrow_forward")
    if trained := studies.progress(job):
        with st.expander(say("Training"), icon=":material/model_training:"):
            progress.draw_training(trained, state.look())


with page("compare") as selection:
    dataset = dataset_or_stop(selection)
    asked = state.value("run")
    job = studies.find(asked)
    if asked and job is None:
        state.note("run", studies.missing(asked))
        state.drop_value("run")
    state.check("run", "")
    with st.expander(say("New comparison"), expanded=job is None, icon=":material/add_circle:"):
        grid.ask(dataset, selection)
    with st.expander(say("Open a study"), icon=":material/folder_open:"):
        linked.ask()
    if job is None and selection.cell is not None:
        overview.point_to(case_or_stop(selection), selection)
    if job is not None:
        state.set_value("run", job.id)
        with guard():
            background.watch(job, follow)
            if job.state is JobState.DONE:
                results_of(job, selection)
    background.draw_list(studies.listed(uploads.visible()), page=frame.page_of("compare"), query=selection.to_query())
