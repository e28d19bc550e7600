"""The frame of every page: page config, menu, what all pages share, the page itself. `app.py` serves it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit puts only this file's folder there
    sys.path.insert(0, str(ROOT))

import streamlit as st

from core.text.words import say, speaking, spoken
from dashboard import background, cache, frame, state
from dashboard.data import uploads
from dashboard.guard import guard

st.set_page_config(  # first: the icon of a page would be fetched from elsewhere
    page_title="CrossLens",
    page_icon=str(frame.ASSETS / "icon.png"),
    layout="wide",
    # Else as the window allows. Once: what is said of it a second time unfolds a menu that was folded away.
    initial_sidebar_state="collapsed" if frame.is_projected(st.context.url) else "auto",
)
with speaking(spoken()):
    menu = frame.pages()
    page = st.navigation(menu, position="hidden")
    with guard():
        asked = state.asked("dataset")
        catalog = cache.catalog()
        selection = state.begin(catalog)
        if sentence := uploads.gone(asked):
            state.note("selection", say("{why} Showing another data set instead.", why=sentence))
        frame.draw_sidebar(menu, catalog, selection)
        frame.draw_hindrance()
        page.run()
        state.end()
        background.warm_engine(selection)
