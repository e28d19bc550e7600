"""The workspace on a page: what it holds of what this session sees, its budget, and clearing it, named first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from core.holdings import removal
from core.holdings.budget import standing
from core.holdings.holding import Holding, HoldingKind
from core.holdings.listing import holdings
from core.text.amounts import counted, in_bytes, lasting
from core.text.message import word
from core.text.words import mark, say
from dashboard import state
from dashboard.data import uploads
from dashboard.guard import guard
from dashboard.markup import escaped
from dashboard.widgets import sheet

_STATES = mark(
    "Made anew: goes by itself where the budget is exceeded, the least recently used first, and comes back when it "
    "is needed. Kept: stays until it is cleared. In use: a process is at work with it."
)


def draw() -> None:
    """Fold away what the workspace holds; it is looked at where somebody opens the fold."""
    fold = st.expander(say("Workspace"), icon=":material/hard_drive:", key="workspace", on_change="rerun")
    if fold.open:
        with fold, guard():
            found = holdings()
            mine = visible(found)
            _draw_budget(found)
            _draw_table(mine)
            if others := [one for one in found if one not in mine]:
                things, size = counted(len(others), "thing"), in_bytes(sum(one.bytes for one in others))
                st.caption(say("Of other people's files: {things} more, {size}.", things=things, size=size))
            _draw_clearing(mine)


def visible(found: Sequence[Holding]) -> list[Holding]:
    """Return the holdings that this session sees: what is of others' uploads stays theirs."""
    seen = {*uploads.visible(), *state.named_datasets()}
    return [one for one in found if one.uploads <= seen]


def _draw_budget(found: Sequence[Holding]) -> None:
    """Draw how much of the budget is used, and what is above it."""
    stands = standing(found)
    first, *above = map(str, stands.told)
    st.progress(stands.share, text=escaped(first))
    for sentence in above:
        st.warning(escaped(sentence), icon=":material/hard_drive:")


def _draw_table(found: Sequence[Holding]) -> None:
    if not found:
        st.caption(say("It is empty: uploads, comparisons and inspections will be listed here."))
        return
    size, fate, used, took = say("Size"), say("State"), say("Last used"), say("Trained in")
    rows = (
        {
            say("Kind"): str(word(one.kind)),
            say("Name"): one.title,
            size: one.bytes,
            fate: str(word(one.fate)),
            used: datetime.fromtimestamp(one.used, UTC).astimezone(),
            say("Runs"): f"{one.training.runs:,}" if one.training.runs else "",
            took: lasting(one.training.seconds) if one.training.seconds else "",
        }
        for one in found
    )
    shown = {
        size: st.column_config.NumberColumn(format="bytes"),
        fate: st.column_config.TextColumn(help=say(_STATES)),
        used: st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        took: st.column_config.TextColumn(help=say("Time that the training of its runs took.")),
    }
    sheet(pd.DataFrame(rows), column_config=shown)


def _draw_clearing(found: Sequence[Holding]) -> None:
    """Draw the choice of what to clear, and the button that names what is lost and asks once more."""
    held = _labelled(found)
    hint = say("Choose what is needed no more")
    chosen = st.multiselect(say("Clear"), list(held), key="cleared", placeholder=hint)
    going = [held[label] for label in chosen if label in held]
    if not going:
        return
    dialog = st.popover(say("What would be lost"), icon=":material/delete:", key="clearing", on_change="rerun")
    if not dialog.open:
        return
    with dialog, guard():
        parts = removal.parts_of(going)
        st.caption(say("Removed from this server, for everybody who uses it. This cannot be undone."))
        st.markdown("\n".join(f"- {escaped(str(part))}" for part in parts))
        st.markdown(f"**{escaped(str(removal.sum_of(parts)))}**")
        if st.button(say("Delete all of it"), key="clear", type="primary", icon=":material/delete_forever:"):
            removal.delete(parts)
            for one in going:
                if one.kind is HoldingKind.UPLOADS:
                    state.forget_dataset(one.name)
            st.rerun()


def _labelled(found: Sequence[Holding]) -> dict[str, Holding]:
    """Return holdings by a text that tells them apart: inspections of one cell by other code share their title."""
    labels = [f"{word(one.kind)}: {one.title}" for one in found]
    often = Counter(labels)
    apart = (f"{label} ({one.name})" if often[label] > 1 else label for label, one in zip(labels, found, strict=True))
    return dict(zip(apart, found, strict=True))
