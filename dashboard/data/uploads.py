"""Uploads as a session sees them: its own and shared ones; who sees what is said where one uploads."""

from __future__ import annotations

import streamlit as st

from core.data import uploads
from core.holdings import removal
from core.text.words import mark, say
from dashboard import state
from dashboard.guard import guard
from dashboard.markup import escaped

PRIVATE = mark(
    "The file stays on this server. Others do not see it: only the link of this page opens it, so keep the link or "
    "upload the file again."
)
SHARED = mark(
    "The file stays on this server. Everybody who opens these pages sees it by its name, and can remove it."
)


def visible() -> list[str]:
    """Return the uploads that this session's menus list, newest first: those it named, and shared ones."""
    named = state.named_datasets()
    return [key for key in uploads.keys() if key in named or uploads.account_of(key).shared]


def gone(key: str) -> str:
    """Return the sentence for an upload that a link named and that is gone or cannot be read; empty for others."""
    return uploads.gone(key) if uploads.is_upload(key) and key not in uploads.keys() else ""


def share_choice() -> bool:
    """Draw, at the uploader, whether others see the file; say what the choice means."""
    shared = st.checkbox(say("Share with everybody on this server"), key="share upload")
    st.caption(say(SHARED if shared else PRIVATE))
    return shared


def draw_account(key: str) -> None:
    """Draw who sees an upload, and the button that removes it."""
    if not uploads.is_upload(key):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        shared = uploads.account_of(key).shared
        box = f"shared {key}"
        state.prime(box, shared)
        st.checkbox(
            say("Shared with everybody on this server"),
            key=box,
            help=say(SHARED if shared else PRIVATE),
            on_change=uploads.share,
            args=(key, not shared),
        )
        remove_button(key)


def remove_button(key: str) -> None:
    """Offer to remove an upload: names what goes with it, and asks once more."""
    dialog = st.popover(say("Remove"), icon=":material/delete:", key=f"removal of {key}", on_change="rerun")
    if not dialog.open:
        return
    with dialog, guard():
        st.caption(say("Removed from this server, for everybody who uses it. This cannot be undone."))
        st.markdown("\n".join(f"- {escaped(str(part))}" for part in removal.made_from(key)))
        if st.button(say("Remove all of it"), key=f"remove {key}", type="primary", icon=":material/delete_forever:"):
            removal.remove(key)
            state.forget_dataset(key)
            st.rerun()
