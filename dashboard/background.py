"""Background jobs as pages see them: start, watch live, cancel, resume."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core import jobs
from core.config import BOTH
from core.data.catalog import KNOWN
from core.data.official import misnamed
from core.jobs import JobFolder, JobKind, JobState, message_in
from core.serve import warm
from core.serve.warm import EngineError
from core.text.message import Message, word
from core.text.words import say
from core.train.record import RunRecord
from core.worker import start
from dashboard import cache
from dashboard.markup import escaped
from dashboard.selection import Selection

Job = TypeVar("Job", bound=JobFolder)
LISTED = 20
_serving = threading.Event()
POLL = 1.0  # seconds between two looks at a live job
BADGES: dict[JobState, tuple[str, str]] = {  # colour, icon
    JobState.QUEUED: ("gray", "schedule"),
    JobState.RUNNING: ("blue", "play_circle"),
    JobState.CANCELLING: ("orange", "pending"),
    JobState.DONE: ("green", "check_circle"),
    JobState.FAILED: ("red", "error"),
    JobState.CANCELLED: ("gray", "cancel"),
    JobState.LOST: ("orange", "link_off"),
}


def serving() -> None:
    """Say that this process is the server of the pages, which keeps the engine warm."""
    _serving.set()


def warm_engine(selection: Selection) -> None:
    """Set the engine going once the first page is drawn, and have it look at the models of the cell shown.

    So the page that is opened next takes neither a start nor a first look.
    """
    if _serving.is_set():
        _serving.clear()
        threading.Thread(target=_warm, args=(cache.members_of(selection),), daemon=True).start()


def _warm(members: Sequence[RunRecord]) -> None:
    with suppress(OSError, EngineError):  # whoever asks is told
        warm.start()
        import core.exhibits.gather  # noqa: F401  (what looks into models takes a while to load)

        gc.freeze()  # what lives as long as the server: to look through it again takes a tenth of a second
        both = next((run for run in members if run.config.model.arm == BOTH), None)
        if both is not None:
            warm.look_first(both.run_id, [run.run_id for run in members])


def begin(kind: JobKind, title: Message, arguments: Mapping[str, Any], *, name: str = "") -> JobFolder:
    """Make a job and set it going; JobError when one of that name is at work."""
    job = jobs.create(kind, title, arguments, name=name)
    start(job)
    return job


def unfinished(name: str, kind: JobKind) -> JobFolder | None:
    """Return the job of that name that is at work or can be gone on with; None where it is to be begun."""
    job = jobs.find(name, kind)
    return job if job is not None and job.spec and job.state is not JobState.DONE else None


def watch(job: Job, draw: Callable[[Job], None]) -> None:
    """Draw a job, every second while it lives; the page runs once more when it has ended or was resumed."""
    live = job.state.live

    @st.fragment(run_every=POLL if live else None)
    def poll() -> None:
        turned()  # first: what it left is drawn whole
        draw(job)
        turned()  # it ended while it was drawn: part of that may be of before

    def turned() -> None:
        if live is not job.state.live:
            st.rerun()

    poll()


def badge(job: JobFolder) -> None:
    """Draw a job's state."""
    colour, icon = BADGES[job.state]
    st.badge(str(word(job.state)), icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def controls(job: JobFolder) -> None:
    """Draw the button that fits a job's state: cancel while it lives, go on after it was lost or stopped."""
    state = job.state
    if state.live:
        st.button(
            say("Cancel"),
            key=f"cancel {job.id}",
            icon=":material/stop_circle:",
            on_click=job.cancel,
            disabled=state is JobState.CANCELLING,
        )
    elif state is not JobState.DONE and job.spec:
        st.button(say("Resume"), key=f"resume {job.id}", icon=":material/resume:", on_click=start, args=(job,))


def draw_progress(job: JobFolder) -> None:
    """Draw how far a simple job is: its last progress event, or why it ended."""
    events, _ = job.events()
    told = [event for event in events if event["kind"] == "progress" and {"done", "total", "message"} <= event.keys()]
    share, text = 0.0, say("starting")
    if told:
        last = told[-1]
        share = min(last["done"] / last["total"], 1.0) if last["total"] else 0.0
        text = str(message_in(last) or text)
    draw_standing(job, share, text)


def draw_standing(job: JobFolder, share: float, text: str) -> None:
    """Draw how far a job is and what it is at, or why it ended, and the button that fits its state."""
    if job.state.live:
        st.progress(share, text=say("waiting for an earlier job") if job.state is JobState.QUEUED else text)
    elif job.state is not JobState.DONE:
        why = str(job.message or say("The background process was killed; resume it."))
        st.error(escaped(why), icon=":material/error:")
    controls(job)


def offer_download(key: str) -> None:
    """Say that an official file is not here, and fetch it as a background job when asked."""
    known = KNOWN[key]
    job = jobs.find(key, JobKind.DOWNLOAD)
    with st.container(border=True):
        st.markdown("##### " + say("{title} is not on this machine yet.", title=known.title))
        st.caption(f"{say(known.description)} {say(known.licence)}. {say(known.source)}.")
        if wrong := misnamed(known.file) if known.file else "":
            todo = say("{wrong}; correct it and start again, or download the file.", wrong=wrong)
            st.warning(escaped(todo), icon=":material/folder_off:")
        if job is not None and job.state.live:
            watch(job, draw_progress)
            return
        if job is not None and job.message:
            st.error(escaped(str(job.message)), icon=":material/error:")
        if st.button(say("Download it once"), icon=":material/download:", type="primary"):
            begin(JobKind.DOWNLOAD, Message("title.download", dataset=known.title), {"dataset": key}, name=key)
            st.rerun()


def draw_list(found: Sequence[JobFolder], *, page: StreamlitPage, query: Mapping[str, str]) -> None:
    """Draw the latest jobs with their states, each a link that opens it."""
    if not found:
        return
    with st.expander(say("All comparisons ({count})", count=len(found)), icon=":material/history:"):
        for job in found[:LISTED]:
            with st.container(horizontal=True, vertical_alignment="center"):
                badge(job)
                st.page_link(
                    page, label=escaped(job.title), query_params=dict(query) | {"run": job.id}, width="content"
                )
                st.caption(job.created[:16].replace("T", " "))
