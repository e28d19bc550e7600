"""How a study is drawn while it is trained: how far it is, its runs, and what can be done with its folder."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core import jobs
from core.exhibits.card import Card
from core.exhibits.provenance import provenance_line
from core.exhibits.training import training_curves
from core.figures.errors import training_curves as figure
from core.figures.palette import Look
from core.jobs import JobState
from core.study.progress import StudyProgress, clock
from core.text.amounts import counted
from dashboard import cache
from dashboard.compare import studies
from dashboard.compare.studies import StudyFolder
from dashboard.markup import escaped
from dashboard.show import show
from dashboard.widgets import sheet


def draw_bar(job: StudyFolder, found: StudyProgress | None) -> None:
    """Draw how far a live study is and how long it will still take."""
    before = len(jobs.ahead(job)) if job.state is JobState.QUEUED else 0
    if before:
        st.progress(0.0, text=f"Waiting for {counted(before, 'earlier comparison')}")
    elif found is None:
        st.progress(0.0, text="Starting")
    else:
        left = found.seconds_left
        st.progress(found.share, text=f"About {clock(left)} left" if left is not None else "Loading the data")


def draw_training(found: StudyProgress, look: Look) -> None:
    """Draw each run's progress, the validation curves, and what failed; of a large study, the part at work."""
    cells = studies.cell_table(found)
    if len(cells) > 1:
        _draw_table(cells)
    runs = studies.shown_runs(found)
    _draw_table(studies.run_table(runs, look.language))
    for sentence in found.failures:
        st.error(escaped(sentence), icon=":material/error:")
    curves = studies.curves(runs)
    if not curves.empty:
        make = partial(_curves, curves, runs[0].config.dataset)
        show(make(look), "validation", make)


def _curves(curves: pd.DataFrame, dataset: str, look: Look) -> Card:
    """Return the validation error of runs that may still be at work."""
    drawing = figure(curves, look=look)
    foot = provenance_line(cache.titles().get(dataset, dataset))
    return Card(training_curves.question, drawing.finding, foot, drawing.figure, curves, "validation", look)


def _draw_table(table: pd.DataFrame) -> None:
    """Draw one line a data set and horizon, or one line a run."""
    columns = st.column_config
    shown: dict[str, Any] = {
        "dataset": columns.TextColumn("Data set", pinned=True),
        "horizon": columns.NumberColumn("Horizon", format="%d"),
        "done": columns.NumberColumn("Runs done", format="%d"),
        "runs": columns.NumberColumn("of", format="%d", width="small"),
        "failed": columns.NumberColumn("Failed", format="%d", width="small"),
        "mode": columns.TextColumn("Mode", pinned=True),
        "seed": columns.NumberColumn("Seed", format="%d", width="small"),
        "state": columns.TextColumn("State"),
        "progress": columns.ProgressColumn("Progress", format="percent", min_value=0, max_value=1),
        "loss": columns.LineChartColumn("Training loss"),
        "validation": columns.NumberColumn("Validation MSE", format="%.4f"),
        "left": columns.TextColumn("Time left"),
    }
    sheet(table, placeholder="–", column_config={name: shown[name] for name in table.columns})
