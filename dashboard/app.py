"""The frame: page config, menu, what all pages share, the page itself. `streamlit run dashboard/app.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit puts only this file's folder there
    sys.path.insert(0, str(ROOT))

import streamlit as st

from dashboard import cache, frame, state

st.set_page_config(
    page_title="CrossLens",
    page_icon=str(frame.ASSETS / "icon.png"),
    layout="wide",
    initial_sidebar_state="expanded",
)
page = st.navigation(frame.pages(), position="hidden")
selection = state.begin(cache.catalog())
frame.draw_sidebar(selection)
page.run()
state.end()
