"""The case of a selection, shared by all sessions; models are inspected once in the background, where a page asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.aside import DAMAGED, damage
from core.data.dataset import Dataset
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.cell import case_of_cell
from core.jobs import JobFolder
from core.text.amounts import listed
from core.text.words import mark, say
from dashboard import background, cache, state
from dashboard.markup import escaped
from dashboard.pickers import choose
from dashboard.selection import Selection
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state

WEIGHTS = {"trained": mark("Trained"), "untrained": mark("Untrained twins")}
TWIN = mark(
    "**Untrained twins**: the same networks with the weights before training, on the same windows. What they show "
    "too was not learned."
)
READING = mark("Reading the models, once.")
_SEEN = "models seen"  # session: the cell shown last, and the ids of its runs


def case_or_stop(selection: Selection, side: str = "") -> Case:
    """Return the case of the selected cell, all seeds; the page ends without data, or where nothing is known.

    `side` tells apart what a page shows of two cells.
    """
    if selection.cell is None:
        title = escaped(cache.titles()[selection.dataset])
        sentence = say("No model is trained on {title} yet.", title=title)
        empty_state(sentence, to="compare", action=say("Train the four modes"))
        raise PageEnd
    case = case_of(dataset_or_stop(selection), selection)
    _tell_gone(selection, {record.run_id for record in case.records}, side)
    if not case.known:
        empty_state(escaped(case.tabled.left_out), to="compare", action=say("Train the four modes"))
        raise PageEnd
    return case


def case_of(dataset: Dataset, selection: Selection) -> Case:
    """Return the case of the selected cell, all seeds, whatever is known of it; without a cell the data alone."""
    cell = selection.cell
    if cell is None:
        return kept(Case(dataset))
    return kept(case_of_cell(dataset, cell.place, cell.seed, cache.tables()))


def _tell_gone(selection: Selection, here: set[str], side: str) -> None:
    """Say which models of the cell were here when it was shown last: another mode never takes the place silently."""
    place = (selection.dataset, selection.cell)
    before, seen = state.kept(f"{_SEEN} {side}", (place, here))
    state.keep(f"{_SEEN} {side}", (place, here))
    gone = sorted(seen - here) if before == place else []
    told = say("No longer on this machine: {models}; the page goes on without.", models=listed(gone))
    state.tell(f"models {side}", told if gone else "")


def models_or_stop(selection: Selection, side: str = "") -> Case:
    """Return the case of the selected cell; the page ends where its models are not on this machine."""
    case = case_or_stop(selection, side)
    if sentence := needs.models(case):
        empty_state(sentence, to="compare", action=say("Train the four modes"))
        raise PageEnd
    return case


def inspected_or_stop(selection: Selection, needed: Callable[[Case], str] = lambda case: "") -> Case:
    """Return the case of the selected cell with its inspection, as far as that is.

    Where it is not complete, the work starts in the background and the page runs again once every model was read and
    once all is measured; until then figures rest on drawn windows, or say that they come. The page ends where
    `needed` says what is not trained.
    """
    return as_chosen(looked_into_or_stop(selection, needed))


def looked_into_or_stop(
    selection: Selection, needed: Callable[[Case], str] = lambda case: "", side: str = ""
) -> Case:
    """Return the same case without a switch between trained and untrained."""
    case = models_or_stop(selection, side)
    if not case.chosen_runs:
        empty_state(
            say("All models trained here are of other forms: no mode merges by attention with dynamic kernels."),
            to="compare",
            action=say("Train the four modes"),
        )
        raise PageEnd
    if sentence := needed(case):
        empty_state(sentence, to="compare", action=say("Train the rest"))
        raise PageEnd
    from core.exhibits.gather import inspection_job, with_inspection  # what looks into models; the Overview does not

    case = with_inspection(case)
    if not case.is_whole:
        follow(inspection_job(case), case)
    return case


def as_chosen(case: Case) -> Case:
    """Draw the switch between the trained models and the untrained, and return the case as it stands."""
    weights = choose(
        "weights",
        say("Models"),
        {"trained": False, "untrained": True},
        kind="segmented",
        format=lambda name: say(WEIGHTS[name]),
        label_visibility="collapsed",
        help=say(TWIN),
    )
    if weights:
        st.warning(say(TWIN), icon=":material/science:")
    return kept(replace(case, untrained=weights))


def kept(case: Case) -> Case:
    """Return the case that is kept under its key, with all that was computed for it."""
    return _kept(case.key, case)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(key: str, _case: Case) -> Case:
    return _case


def follow(job: JobFolder, case: Case) -> None:
    """Draw how far the models are read, every second.

    The page runs again once all models are read and once everything is measured: drawing takes from the reading.
    """
    models, live = len(case.chosen_runs), job.state.live
    begun = _read(case) == models

    @st.fragment(run_every=background.POLL if live else None)
    def poll() -> None:
        read = _read(case)
        with st.container(border=True):
            st.caption(f"**{say(READING)}** {_so_far(read, models)} {say('This page updates by itself.')}")
            for name in damage(job.path):
                lost = name.partition(DAMAGED)[0]
                aside = mark("{file} could not be read, is set aside as {name}, and is made again.")
                st.caption(escaped(say(aside, file=lost, name=name)))
            background.draw_progress(job)
        if live is not job.state.live or (read == models) != begun:
            st.rerun()

    poll()


def _so_far(read: int, models: int) -> str:
    """Return in words what figures rest on while the models are read."""
    if read == models:
        return say("Every test window is read; what is measured over them follows.")
    if not read:
        return say(
            "The first look comes first; until a model is read, its figures rest on windows drawn at random and say "
            "how many."
        )
    return say(
        "{read} of {models} are read over every test window; until a model is read, its figures rest on windows "
        "drawn at random and say how many.",
        read=read,
        models=models,
    )


def _read(case: Case) -> int:
    """Return how many runs were read over every test window by now."""
    return 0 if case.inspection is None else len(case.inspection.read)
