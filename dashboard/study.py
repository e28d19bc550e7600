"""What the Study page shows: its pictures, the tables they are made of, and the claims they show."""

from __future__ import annotations

import streamlit as st

from core.claims.rows import IN_WORDS, Group, verdict_counts
from core.data.catalog import available, load_dataset
from core.exhibits.catalogue import of_page
from core.exhibits.claims import Judged
from core.exhibits.study import PAGE, Studies
from core.exhibits.study import studies as of_folder
from core.text.amounts import listed
from core.text.message import word
from core.text.words import say
from dashboard import cache, frame, verdicts
from dashboard.selection import Selection


def studies(selection: Selection, *, beside: bool) -> Studies:
    """Return every shipped table; `beside` adds the data set that is looked at."""
    own = load_dataset(selection.dataset) if beside and selection.dataset in available() else None
    return of_folder(cache.tables(), own)


def figures() -> dict[str, str]:
    """Return the question of each figure by the name of its exhibit, in telling order."""
    return {name: one.question for name, one in of_page(PAGE).items()}


def draw_claims(exhibit: str, found: Judged, selection: Selection) -> None:
    """Draw how the claims fare that a picture shows, by the table it is made of, and the way back to all of them."""
    st.markdown("##### " + say("The claims it shows"))
    rows = [row for row in found.rows if row.exhibit == exhibit]
    for row in rows:
        if row.mode == IN_WORDS:
            verdicts.tell(
                row.verdict, verdicts.headline(row.quantity), f"({say(str(row.published))}). {row.sentence}"
            )
    for one in found.findings:
        if one.exhibit == exhibit:
            verdicts.tell(one.outcome, str(one.trial), str(one.sentence))
    numbers = [row for row in rows if row.mode != IN_WORDS]
    for group in Group:
        if counts := verdict_counts(numbers, group):
            st.markdown(f"**{word(group)}**: {listed(verdicts.counts(counts))}.")
    frame.link("claims", say("All claims"), selection, icon="fact_check", form=found.form.value)
