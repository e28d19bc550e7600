"""Study: the picture behind each claim, made of every training that the shipped tables know."""

import streamlit as st

from core.claims.published import SOURCE
from core.claims.tables import Form
from dashboard import claims, study
from dashboard.board import Board
from dashboard.pickers import choose, texts
from dashboard.widgets import page

with page("study") as selection:
    questions = study.panels()
    panel = choose("panel", "Picture", texts(list(questions)), format=questions.__getitem__)
    subject = study.study(selection)
    board = Board("study", subject)
    board.draw(panel)
    if subject.forms:
        form = board.values.get("form", Form.OVERTRAINED if panel == "gain_by_epoch" else subject.forms[0])
        found = claims.judged(form)
        model = f" Model: {form.described}. {form.caution}" if panel != "data_conditions" else ""
        st.caption(f"Published: {SOURCE}.{model}")
        study.draw_claims(panel, found, selection)
