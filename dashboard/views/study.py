"""Study: the picture behind each claim, made of every training that the shipped tables know."""

import streamlit as st

from core.claims.published import SOURCE
from core.claims.tables import Form
from core.text.words import say
from dashboard import forms, study
from dashboard.board import Board
from dashboard.pickers import choose, texts
from dashboard.widgets import page

with page("study") as selection:
    questions = study.figures()
    name = choose("exhibit", say("Figure"), texts(list(questions)), format=questions.__getitem__)
    subject = study.studies(selection, beside=name == "data_conditions")
    board = Board("study", subject)
    board.draw(name)
    if subject.forms:
        form = board.values.get("form", Form.OVERTRAINED if name == "gain_by_epoch" else subject.forms[0])
        found = forms.judged(form)
        told = [say("Published: {source}.", source=SOURCE)]
        if name != "data_conditions":
            told.append(say("Model: {model}. {caution}", model=form.described, caution=form.caution))
        st.caption(" ".join(told))
        study.draw_claims(name, found, selection)
