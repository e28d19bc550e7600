"""Claims: every published number and claim beside what is measured here."""

from functools import partial

import streamlit as st

from core.claims.published import SOURCE
from core.claims.tables import Form
from core.report.chapters.claims import published_measured
from dashboard import claims, state
from dashboard.pickers import choose
from dashboard.plain import escaped
from dashboard.slides import draw
from dashboard.widgets import empty_state, page

FORMS = {form.value: form for form in Form}
TITLES = {
    "default": "Default",
    "published-small": "Published form, small",
    "published": "Published form and size",
    "shared-embedding": "Shared embedding",
}

with page("claims") as selection:
    numbers = st.container()
    form = choose("form", "Model", FORMS, kind="segmented", format=TITLES.__getitem__, help="Which model is measured")
    found = claims.judged(form)
    with numbers:
        claims.answers(found)
    st.caption(f"Published: {SOURCE}. Model: {form.described}.")
    if found.absent:
        empty_state(escaped(found.absent), to="compare", action="Train a study")
    else:
        build = partial(published_measured, found.table, provenance=found.provenance)
        draw(("published_measured", *found.key), build)
    rows = claims.chosen_rows(found)
    claims.draw_rows(rows, selection)
    if not found.absent:
        claims.draw_verdicts(found)
    claims.draw_files(found, rows, form, state.look())
    with st.expander("How to read this", icon=":material/info:"):
        st.markdown(
            "*Reproduced*: the 95 % interval over seeds holds the published number; with one seed, only the printed "
            "number itself counts. *Same direction* and *opposite* compare signs, and the sentence says where an "
            "interval holds 0. Published means are over four horizons; each sentence names the horizons measured "
            "here. Controls stand beside the numbers: none with as many parameters, the untrained twin, the raw "
            "input, shuffled events. ETTh is every fourth row of ETTm: five data sets are three independent ones."
        )
