"""Claims: every published number and claim beside what is measured here."""

import streamlit as st

from core.claims.published import SOURCE
from core.claims.rows import Group
from core.exhibits.claims import DIFFERENCES, NUMBERS
from core.text.words import say
from dashboard import claims, state, verdicts
from dashboard.board import Board
from dashboard.forms import judged, opening_form, pick_form
from dashboard.markup import escaped
from dashboard.pickers import choose, texts
from dashboard.widgets import empty_state, page

with page("claims") as selection:
    numbers = st.container()
    left, right = st.columns([2, 3])
    with left:
        form = pick_form(opening_form())
    with right:
        kind = choose(
            "group",
            say("Claims"),
            texts(list(claims.KINDS)),
            kind="segmented",
            format=lambda group: say(claims.KINDS[group]),
        )
    found = judged(form)
    with numbers:
        claims.answers(found)
    st.caption(
        say(
            "Published: {source}. Model: {model}. {caution}",
            source=SOURCE,
            model=form.described,
            caution=form.caution,
        )
    )
    if found.evidence.former:
        st.warning(escaped(str(found.evidence.former)), icon=":material/history:")
    if found.evidence.absent:
        empty_state(escaped(str(found.evidence.absent)), to="compare", action=say("Train a study"))
    else:
        part = DIFFERENCES if kind == Group.CONTRASTS else NUMBERS
        Board("claims", found).draw("published_measured", fixed={"part": part})
    rows = claims.chosen_rows(found, kind)
    claims.draw_rows(found, rows, selection)
    if not found.evidence.absent:
        verdicts.draw_verdicts(found, selection)
    claims.draw_files(found, rows, form, state.look())
    with st.expander(say("How to read this"), icon=":material/info:"):
        st.markdown(
            say(
                "*Reproduced*: the 95 % interval over seeds holds the published number and not 0. *Reproduced, no "
                "effect*: next to nothing is published, and measured as closely. *Undecided*: the interval holds "
                "both. *Weaker* and *stronger*: the sign agrees, the size does not. *Not found*: the published size "
                "is excluded and no effect is seen. *Opposite*: an effect of the other sign. *One seed* is a number "
                "without a verdict. *No more than control* (≤ control): measured minus control, paired by seed, is "
                "not seen to differ from 0 in the published direction. Published means are over four horizons and "
                "ten seeds; each row says on how many it rests. Claims in words are judged over data sources: ETTh "
                "is every fourth row of ETTm, so five data sets are three independent ones."
            )
        )
