"""Parts of pages that are written for the browser: each is a folder of `assets` with a script and a style."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

from core.version import VERSION

HERE = Path(__file__).resolve().parent


def component(name: str) -> ComponentRenderer:
    """Return what draws a component, by its full name: `crosslens_chart.chart` lies in `assets/chart`."""
    return _known(get_bidi_component_manager(), name)


@cache
def _known(manager: BidiComponentManager, name: str) -> ComponentRenderer:
    """Make a component known to a server once: its script and style come as files of their own."""
    package, _, part = name.partition(".")
    manager.register_from_manifest(
        ComponentManifest(package, VERSION, [ComponentConfig(part, f"assets/{part}")]), HERE
    )
    return st.components.v2.component(name, js=f"{part}.js", css=f"{part}.css", isolate_styles=False)
