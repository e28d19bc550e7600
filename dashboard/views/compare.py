"""Compare: train the fusion modes on the chosen data."""

from dashboard.widgets import models_or_stop, page

with page("compare") as selection:
    models_or_stop(selection)
