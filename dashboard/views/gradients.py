"""Gradient flow: how evenly the loss teaches both paths, in the proposed form and the two it is held against."""

from functools import partial

import streamlit as st

from core.report.chapters import gradients
from core.report.chapters.gradients import FORMS
from dashboard import forms
from dashboard.inspections import cell_records
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.slides import draw
from dashboard.widgets import KeyNumber, key_numbers, models_or_stop, page, provenance

VIEWS = {"training": "Over training", "blocks": "By block"}
DESCRIPTIONS = {
    "proposed": "both crossings, merged by cross-modal attention",
    "late fusion": "no crossing, merged by one layer at the end",
    "no fusion": "no crossing, merged by the mean, which hands both paths the same gradient: the last block has 0",
}


def answers(runs: gradients.Runs) -> None:
    """Draw the imbalance of each form."""
    found = gradients.imbalances(runs)
    numbers = []
    for name in FORMS:
        estimate = found.get(name)
        value, note = "–", "not trained yet" if estimate is None else estimate.reason
        if estimate is not None and estimate.defined:
            value = f"{estimate.value:.2f}"
            note = f"a factor of {2**estimate.value:.2f} · quartiles {estimate.low:.2f} to {estimate.high:.2f}"
        text = f"Imbalance, {name}"
        explained = (
            f"{DESCRIPTIONS[name].capitalize()}. Median over training steps and blocks of |log2(gradient of the "
            "convolution path / gradient of the GRU path)|: 0 is balanced, 1 a factor of two."
        )
        numbers.append(KeyNumber(text, value, note, help=explained))
    key_numbers(numbers)


def picture(runs: gradients.Runs, selection: Selection) -> None:
    """Draw the chosen view."""
    view = choose(
        "by", "Gradient", texts(list(VIEWS)), kind="segmented", format=VIEWS.__getitem__, label_visibility="collapsed"
    )
    chapter = gradients.gradient_flow if view == "training" else gradients.gradient_share
    foot = provenance(selection, list(runs.values()))
    draw((view, foot), partial(chapter, runs, provenance=foot))


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
            "Every tenth training step, the gradient of the loss at each path's output (after its correction) is "
            "kept as a root mean square. A path with a far smaller gradient is hardly taught. One training of one "
            "seed stands behind each line: the quartiles are those of its steps, not of repeated trainings. The mean "
            "of no fusion hands both paths one and the same gradient, so that its last block is balanced by "
            "construction. A small imbalance is no merit in itself: look at the error as well."
        )
