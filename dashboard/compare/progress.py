"""How a study is drawn while it is trained: how far it is, its runs, and what can be done with its folder."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core import jobs
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.provenance import provenance_line
from core.exhibits.training import training_curves
from core.figures.errors import training_curves as figure
from core.figures.palette import Look
from core.jobs import JobState
from core.study.progress import StudyProgress, clock
from core.text.amounts import counted
from core.text.words import say
from dashboard import cache
from dashboard.board import Board
from dashboard.compare import tables
from dashboard.compare.studies import StudyFolder
from dashboard.markup import escaped
from dashboard.show import show
from dashboard.widgets import sheet


def draw_bar(job: StudyFolder, found: StudyProgress | None) -> None:
    """Draw how far a live study is and how long it will still take."""
    before = len(jobs.ahead(job)) if job.state is JobState.QUEUED else 0
    if before:
        st.progress(0.0, text=say("Waiting for {earlier}", earlier=counted(before, "earlier comparison")))
    elif found is None:
        st.progress(0.0, text=say("Starting"))
    else:
        left = found.seconds_left
        told = say("Loading the data") if left is None else say("About {time} left", time=clock(left))
        st.progress(found.share, text=told)


def draw_training(found: StudyProgress, look: Look) -> None:
    """Draw each run's progress, the validation curves, and what failed; of a large study, the part at work."""
    cells = tables.cell_table(found)
    if len(cells) > 1:
        _draw_table(cells)
    runs = tables.shown_runs(found)
    _draw_table(tables.run_table(runs, look.language))
    for sentence in found.failures:
        st.error(escaped(sentence), icon=":material/error:")
    curves = tables.curves(runs)
    if not curves.empty:
        make = partial(_curves, curves, runs[0].config.dataset)
        show(make(look), "validation", make)


def draw_forecasts(case: Case) -> None:
    """Draw what the modes trained so far forecast for a test window."""
    board = Board("forecasts", case, chip=False)
    st.subheader(say("Forecasts of the modes trained so far"))
    board.pick("variable", "mode", "origin", fixed={"mode": next(iter(case.chosen_runs)).value})
    with st.expander(say("Modes, baselines and history shown"), icon=":material/tune:"):
        board.pick("modes", "baselines", "history")
    board.draw("forecast_overlay")


def _curves(curves: pd.DataFrame, dataset: str, look: Look) -> Card:
    """Return the validation error of runs that may still be at work."""
    drawing = figure(curves, look=look)
    foot = provenance_line(cache.titles().get(dataset, dataset))
    return Card(training_curves.question, drawing.finding, foot, drawing.figure, curves, "validation", look)


def _draw_table(table: pd.DataFrame) -> None:
    """Draw one line a data set and horizon, or one line a run."""
    columns = st.column_config
    shown: dict[str, Any] = {
        "dataset": columns.TextColumn(say("Data set"), pinned=True),
        "horizon": columns.NumberColumn(say("Horizon"), format="%d"),
        "done": columns.NumberColumn(say("Runs done"), format="%d"),
        "runs": columns.NumberColumn(say("of"), format="%d", width="small"),
        "failed": columns.NumberColumn(say("Failed"), format="%d", width="small"),
        "mode": columns.TextColumn(say("Mode"), pinned=True),
        "seed": columns.NumberColumn(say("Seed"), format="%d", width="small"),
        "state": columns.TextColumn(say("State")),
        "progress": columns.ProgressColumn(say("Progress"), format="percent", min_value=0, max_value=1),
        "loss": columns.LineChartColumn(say("Training loss")),
        "validation": columns.NumberColumn(say("Validation MSE"), format="%.4f"),
        "left": columns.TextColumn(say("Time left")),
    }
    sheet(table, placeholder="–", column_config={name: shown[name] for name in table.columns})
