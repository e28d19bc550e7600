"""How claims and findings fare, as pages tell it: a verdict in its colour, what is said of it, and its picture."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.claims.findings import Outcome
from core.claims.tables import Form
from core.claims.verdict import Answer, Verdict
from core.exhibits.claims import Judged
from core.text.message import word
from core.text.words import begun, say
from dashboard import frame
from dashboard.markup import escaped
from dashboard.selection import Selection

COLOURS: dict[str, str] = {
    **dict.fromkeys((Verdict.REPRODUCED, Verdict.NO_EFFECT, Answer.HOLDS, Outcome.CONFIRMED), "green"),
    **dict.fromkeys((Verdict.WEAKER, Verdict.STRONGER, Answer.PARTLY), "blue"),
    **dict.fromkeys((Verdict.NOT_FOUND, Outcome.REFUTED), "orange"),
    Verdict.OPPOSITE: "red",
}  # by word: equal words of different kinds of claims share a colour; all others are grey


def picture(exhibit: str, selection: Selection, form: Form) -> None:
    """Draw the way to the picture of a claim, made of the trainings of a model."""
    frame.link("study", say("See the picture"), selection, icon="insights", exhibit=exhibit, form=form.value)


def draw_verdicts(found: Judged, selection: Selection) -> None:
    """Draw the claims in words, and what became of the findings of the first trial."""
    words, trial = st.tabs([say("Claims in words"), say("Findings of a first trial, tested")])
    with words:
        for row in found.rows:
            if isinstance(row.published, str):
                tell(row.verdict, headline(row.quantity), f"({say(row.published)}). {row.sentence}")
                if row.exhibit:
                    picture(row.exhibit, selection, found.form)
                elif row.page:
                    frame.link(row.page, say("Show"), selection)
    with trial:
        for one in found.findings:
            tell(one.outcome, str(one.trial), str(one.sentence))
            if one.exhibit:
                picture(one.exhibit, selection, found.form)


def headline(quantity: str) -> str:
    """Return the name of a claim in words, as a sentence begins."""
    told = say(quantity)
    return begun(told)


def counts(found: Mapping[Verdict | Answer, int]) -> list[str]:
    """Return how many claims have each verdict, in words."""
    return [say("{count} {verdict}", count=count, verdict=word(verdict)) for verdict, count in found.items()]


def tell(fares: Verdict | Answer | Outcome, what: str, said: str) -> None:
    """Draw how a claim or finding fares, what it is, and what is said of it."""
    badge = f":{COLOURS.get(fares, 'gray')}-badge[{word(fares)}]"
    st.markdown(f"{badge} **{escaped(what)}** {escaped(said)}")
