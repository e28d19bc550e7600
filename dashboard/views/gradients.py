"""Gradient flow: how evenly the loss teaches both paths, in the proposed form and the two it is held against."""

import streamlit as st

from core.analysis.gradient import Reading
from core.exhibits.case import Case
from core.exhibits.training import FORMS, imbalances, runs_of_forms
from dashboard.board import Board
from dashboard.cases import models_or_stop
from dashboard.gradients import offer_training
from dashboard.widgets import KeyNumber, key_numbers, page

DESCRIPTIONS = {
    "proposed": "both crossings, merged by cross-modal attention",
    "late fusion": "no crossing, merged by one layer at the end",
    "no fusion": "no crossing, merged by the mean, which hands both paths the same gradient: the last block has 0",
}


def answers(case: Case) -> None:
    """Draw the imbalance of each form, at the outputs and of the weights."""
    runs = runs_of_forms(case)
    found, weights = imbalances(runs), imbalances(runs, Reading.WEIGHTS)
    numbers = []
    for name in FORMS:
        estimate = found.get(name)
        value, note, spread = "–", "not trained yet" if estimate is None else str(estimate.reason or ""), ""
        if estimate is not None and estimate.defined:
            value, other = f"{estimate.value:.2f}", weights[name]
            beside = f"of the weights {other.value:.2f}" if other.defined else "weights not recorded"
            note = f"a factor of {2**estimate.value:.2f} · {beside}"
            spread = f" Quartiles over steps and blocks: {estimate.low:.2f} to {estimate.high:.2f}."
        explained = (
            f"{DESCRIPTIONS[name].capitalize()}. Median over training steps and blocks of |log2(gradient of the "
            "convolution path / gradient of the GRU path)| at the paths' outputs, and beside it of their weights: 0 "
            f"is balanced, 1 a factor of two.{spread}"
        )
        numbers.append(KeyNumber(f"Imbalance, {name}", value, note, help=explained))
    key_numbers(numbers)


with page("gradients") as selection:
    case = models_or_stop(selection)
    answers(case)
    missing = [name for name in FORMS if name not in runs_of_forms(case)]
    if len(missing) < len(FORMS):
        Board("gradients", case).rest()
    if missing:
        offer_training(selection, missing)
    with st.expander("How to read this", icon=":material/info:"):
        st.markdown(
            "Every tenth training step, two gradients of the loss are kept for each path as a root mean square: at "
            "its output (after its correction), and of its weights. A path with a far smaller gradient is hardly "
            "taught. "
            "The first is settled by the form at the last block: the mean of no fusion hands both paths one and the "
            "same gradient, and with cross-modal attention the GRU path goes straight to the head. The second is the "
            "more usual reading; where both disagree, neither settles the question. One training of one seed stands "
            "behind each line. A small imbalance is no merit in itself: look at the error as well."
        )
