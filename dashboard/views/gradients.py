"""Gradient flow: how evenly the loss teaches both paths, in the proposed form and the two it is held against."""

import streamlit as st

from core.analysis.gradient import Reading
from core.exhibits.case import Case
from core.exhibits.training import FORMS, imbalances, runs_of_forms
from core.text.words import mark, say
from dashboard.board import Board
from dashboard.cases import models_or_stop
from dashboard.gradients import offer_training
from dashboard.widgets import KeyNumber, key_numbers, page

DESCRIPTIONS = {
    "proposed": mark("Both crossings, merged by cross-modal attention."),
    "late fusion": mark("No crossing, merged by one layer at the end."),
    "no fusion": mark(
        "No crossing, merged by the mean, which hands both paths the same gradient: the last block has 0."
    ),
}
MEASURED = mark(
    "Median over training steps and blocks of |log2(gradient of the convolution path / gradient of the GRU path)| at "
    "the paths' outputs, and beside it of their weights: 0 is balanced, 1 a factor of two."
)


def answers(case: Case) -> None:
    """Draw the imbalance of each form, at the outputs and of the weights."""
    runs = runs_of_forms(case)
    found, weights = imbalances(runs), imbalances(runs, Reading.WEIGHTS)
    numbers = []
    for name in FORMS:
        estimate = found.get(name)
        value, note = "–", say("not trained yet") if estimate is None else str(estimate.reason or "")
        explained = [say(DESCRIPTIONS[name]), say(MEASURED)]
        if estimate is not None and estimate.defined:
            value, other = f"{estimate.value:.2f}", weights[name]
            factor = say("a factor of {factor:.2f}", factor=2**estimate.value)
            beside = say("weights not recorded")
            if other.defined:
                beside = say("of the weights {value:.2f}", value=other.value)
            note = f"{factor} · {beside}"
            quartiles = mark("Quartiles over steps and blocks: {low:.2f} to {high:.2f}.")
            explained.append(say(quartiles, low=estimate.low, high=estimate.high))
        title = say("Imbalance, {form}", form=say(name))
        numbers.append(KeyNumber(title, value, note, help=" ".join(explained)))
    key_numbers(numbers)


with page("gradients") as selection:
    case = models_or_stop(selection)
    answers(case)
    missing = [name for name in FORMS if name not in runs_of_forms(case)]
    if len(missing) < len(FORMS):
        Board("gradients", case).rest()
    if missing:
        offer_training(selection, missing)
    with st.expander(say("How to read this"), icon=":material/info:"):
        st.markdown(
            say(
                "Every tenth training step, two gradients of the loss are kept for each path as a root mean square: "
                "at its output (after its correction), and of its weights. A path with a far smaller gradient is "
                "hardly taught. The first is settled by the form at the last block: the mean of no fusion hands both "
                "paths one and the same gradient, and with cross-modal attention the GRU path goes straight to the "
                "head. The second is the more usual reading; where both disagree, neither settles the question. One "
                "training of one seed stands behind each line. A small imbalance is no merit in itself: look at the "
                "error as well."
            )
        )
