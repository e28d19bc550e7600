"""Gradient flow: how evenly the loss teaches both paths, in the proposed form and the two it is held against."""

from functools import partial

import streamlit as st

from core.analysis.gradient import Reading
from core.report.chapters import gradients
from core.report.chapters.gradients import FORMS
from dashboard import forms
from dashboard.inspections import cell_records
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.slides import draw
from dashboard.widgets import KeyNumber, key_numbers, models_or_stop, page, provenance

VIEWS = {"training": "Outputs over training", "weights": "Weights over training", "blocks": "By block, both"}
DESCRIPTIONS = {
    "proposed": "both crossings, merged by cross-modal attention",
    "late fusion": "no crossing, merged by one layer at the end",
    "no fusion": "no crossing, merged by the mean, which hands both paths the same gradient: the last block has 0",
}


def answers(runs: gradients.Runs) -> None:
    """Draw the imbalance of each form, at the outputs and of the weights."""
    found, weights = gradients.imbalances(runs), gradients.imbalances(runs, Reading.WEIGHTS)
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


def picture(runs: gradients.Runs, selection: Selection) -> None:
    """Draw the chosen view."""
    view = choose(
        "by", "Gradient", texts(list(VIEWS)), kind="segmented", format=VIEWS.__getitem__, label_visibility="collapsed"
    )
    foot = provenance(selection, list(runs.values()))
    if view == "blocks":
        draw((view, foot), partial(gradients.gradient_share, runs, provenance=foot))
        return
    reading = Reading.WEIGHTS if view == "weights" else Reading.OUTPUTS
    draw((view, foot), partial(gradients.gradient_flow, runs, reading=reading, provenance=foot))


with page("gradients") as selection:
    models_or_stop(selection)
    runs = gradients.runs_of_forms(cell_records(selection))
    answers(runs)
    missing = [name for name in FORMS if name not in runs]
    if runs:
        picture(runs, selection)
    if missing:
        forms.offer_training(selection, missing)
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
