"""Training of the two forms that the proposed one is held against: late fusion and no fusion, same cell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.exhibits.training import FORMS
from core.jobs import JobFolder, JobKind
from core.study.folder import is_study
from core.study.grid import StudyConfig
from core.study.progress import progress
from core.text.amounts import listed
from core.text.message import Message, all_of
from core.text.words import say
from dashboard import background
from dashboard.selection import Selection

NAMES = {  # of forms, for a title that is told in any language
    "proposed": Message("form.proposed"),
    "late fusion": Message("form.late"),
    "no fusion": Message("form.none"),
}


def offer_training(selection: Selection, missing: Sequence[str]) -> None:
    """Say which forms have no checkpoint in the selected cell, and train them in the background when asked."""
    assert selection.cell is not None
    cell = selection.cell
    name = f"forms-{selection.dataset}-{cell.preset}-h{cell.horizon}-l{cell.lookback}-s{cell.seed}"
    job, forms = background.unfinished(name, JobKind.STUDY), listed(map(say, missing))
    with st.container(border=True):
        st.markdown("##### " + say("No checkpoint of {forms} here yet", forms=forms))
        if job is not None:
            background.watch(job, _draw)
            return
        st.caption(
            say("The comparison needs the same paths without crossings: merged late by a layer, and by a mean.")
        )
        if st.button(say("Train {forms}", forms=forms), icon=":material/play_arrow:", type="primary"):
            title = Message("title.train", forms=all_of([NAMES[one] for one in missing]))
            background.begin(JobKind.STUDY, title, {"study": grid(selection, missing)}, name=name)
            st.rerun()


def grid(selection: Selection, missing: Sequence[str]) -> dict[str, object]:
    """Return the study of the missing forms; both are without crossings, so that one grid holds them."""
    assert selection.cell is not None
    arms = [FORMS[name] for name in missing]
    return StudyConfig(
        datasets=(selection.dataset,),
        horizons=(selection.cell.horizon,),
        fusions=tuple(dict.fromkeys(arm.fusion for arm in arms)),
        merges=tuple(dict.fromkeys(arm.merge for arm in arms)),
        seeds=(selection.cell.seed,),
        preset=selection.cell.preset,
        lookback=selection.cell.lookback,
        measures=False,  # pages open models up on demand
    ).to_dict()


def _draw(job: JobFolder) -> None:
    """Draw how far the runs are on average, or why they ended."""
    share = progress(job.path).share if job.state.live and is_study(job.path) else 0.0
    background.draw_standing(job, share, say("training"))
