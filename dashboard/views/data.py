"""Data: what came in, what was mended, how it is split and scaled, and its cycle."""

import streamlit as st

from core.config import WindowConfig
from core.data.calendar import cycle_of
from core.data.dataset import Dataset
from core.presets import PRESETS
from core.text.words import mark, say
from dashboard.board import Board
from dashboard.cases import case_of
from dashboard.data import facts, uploader, uploads, workspace
from dashboard.markup import escaped
from dashboard.pickers import choose, texts
from dashboard.widgets import dataset_or_stop, page

VIEWS = {
    "series": mark("Series"),
    "report": mark("Report"),
    "split": mark("Split and scaling"),
    "cycle": mark("Cycle"),
}
EXHIBITS = {"series": "series_plot", "split": "scaling_shift", "cycle": "daily_profile"}


def draw(dataset: Dataset, lookback: int, horizon: int) -> None:
    """Draw the key numbers, doubts, open questions, who sees the file and, where it is too short, what fits."""
    facts.draw_facts(dataset)
    facts.draw_doubts(dataset.report)
    uploader.read_differently(dataset.key)
    uploads.draw_account(dataset.key)
    if note := facts.lookback_note(dataset, horizon, lookback, PRESETS["default"].model.patch):
        st.warning(escaped(note), icon=":material/straighten:")


with page("data") as selection:
    with st.expander(say("Use your own file"), icon=":material/upload_file:"):
        uploader.receive()
    workspace.draw()
    dataset = dataset_or_stop(selection)
    window = WindowConfig()
    draw(dataset, selection.cell.lookback if selection.cell else window.lookback, window.horizon)
    view = choose(
        "view",
        say("View"),
        texts(list(VIEWS)),
        kind="segmented",
        format=lambda name: say(VIEWS[name]),
        label_visibility="collapsed",
    )
    if view == "report":
        facts.draw_report(dataset.report)
    else:
        if view == "cycle" and (reason := cycle_of(dataset).reason):
            st.info(escaped(str(reason)), icon=":material/calendar_month:")
        Board("data", case_of(dataset, selection)).draw(EXHIBITS[view])
