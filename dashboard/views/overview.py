"""Overview: the modes side by side on the chosen data."""

from dashboard.widgets import models_or_stop, page

with page("overview") as selection:
    models_or_stop(selection)
