"""Overview: does cross learning lower the error on these data?"""

from dashboard.widgets import models_or_stop, page

with page("overview") as selection:
    models_or_stop(selection)
