"""Data: what came in, how it is split and scaled."""

from dashboard.widgets import models_or_stop, page

with page("data") as selection:
    models_or_stop(selection)
