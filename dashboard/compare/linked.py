"""Link studies elsewhere on this machine into the workspace by a typed path, and unlink them."""

from __future__ import annotations

import streamlit as st

from core.text.words import say
from dashboard import state
from dashboard.compare import studies
from dashboard.compare.studies import StudyFolder
from dashboard.markup import escaped


def ask() -> None:
    """Draw the field for a folder's path and open what it names; the address carries the study's id only."""
    with st.form("open a study", border=False):
        text = st.text_input(
            say("Folder of a study on this machine"),
            placeholder=say("a folder that holds study.json"),
            help=say(
                "As `python -m core study --out FOLDER` made it. It stays where it is; only a link to it is kept."
            ),
        )
        asked = st.form_submit_button(say("Open"), icon=":material/folder_open:")
    if not (asked and text.strip()):
        return
    try:
        found = studies.link_folder(text)
    except (ValueError, OSError) as error:
        st.error(escaped(str(error)), icon=":material/error:")
    else:
        state.set_value("run", found.id)
        st.rerun()


def draw_removal(job: StudyFolder) -> None:
    """Offer to unlink a folder, or to delete an ended comparison after a second look."""
    if job.linked:
        asked = st.button(
            say("Close folder"), key=f"close {job.id}", icon=":material/close:", help=say("Nothing is deleted.")
        )
        if asked:
            job.path.unlink()
            _leave()
    elif job.spec and not job.state.live:
        with st.popover(say("Remove"), icon=":material/delete:"):
            st.caption(say("Deletes this comparison with its checkpoints from the workspace. This cannot be undone."))
            if st.button(say("Delete for good"), key=f"remove {job.id}", type="primary"):
                job.remove()
                _leave()


def _leave() -> None:
    state.drop_value("run")
    st.rerun()
