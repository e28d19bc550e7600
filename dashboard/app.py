"""The server: the pages of main.py behind headers that keep other sites out. `streamlit run dashboard/app.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit puts only this file's folder there
    sys.path.insert(0, str(ROOT))

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboard import background, chart
from dashboard.headers import SafeHeaders

background.serving()
app = App(ROOT / "dashboard" / "main.py", routes=[chart.route()], middleware=[Middleware(SafeHeaders)])
