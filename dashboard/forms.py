"""Which form of the model a page judges by its shipped table: picked, read and kept between runs."""

from __future__ import annotations

import streamlit as st

from core.claims.tables import Form, first_form
from core.exhibits import claims
from core.exhibits.claims import Judged
from core.text.words import say
from dashboard import cache
from dashboard.pickers import choose

FORMS = {form.value: form for form in Form}


def pick_form(first: Form) -> Form:
    """Draw the picker of the form whose table is read."""
    return choose(
        "form",
        say("Model"),
        FORMS,
        default=first.value,
        format=lambda text: Form(text).short,
        help=say("Which model is measured"),
    )


def opening_form() -> Form:
    """Return the form that the page opens with."""
    return first_form(cache.tables())


def judged(form: Form) -> Judged:
    """Return what the shipped table of a form says."""
    with st.spinner(say("Judging the claims …")):
        return claims.judged(form, cache.tables())
