"""What pages show of a data set: its key numbers, what came in and what did not, its split and its cycle."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.report import IngestReport, some
from core.data.windows import lookback_advice
from core.figures.names import shortened
from core.text.amounts import counted
from core.text.message import Message
from dashboard.markup import escaped
from dashboard.widgets import KeyNumber, key_numbers

MOST_WARNINGS = 5  # shown one by one; the rest is folded
_FILLED = (
    "Cells without a readable value, rows that the file lacks among them. The model reads them filled with the value "
    "before, and no error counts them as truth."
)
_TOLD = "What is not used of the file. Names, reasons and repairs are listed below and in the report."


def draw_facts(dataset: Dataset) -> None:
    """Draw the key numbers of a data set: what is there, what is missing, and what was left out."""
    stamps = pd.DatetimeIndex(dataset.frame.index)
    first, last = stamps[[0, -1]].strftime("%Y-%m-%d" if stamps.normalize().equals(stamps) else "%Y-%m-%d %H:%M")
    step = dataset.step.text  # "5 minutes, 09:30 to 15:55, Monday to Friday"
    missing = sum(dataset.missing_by_variable(slice(None)).values())
    share = f"{100 * missing / dataset.frame.size:.2g} %, filled" if missing else "every one measured"
    lost, *more = map(str, dataset.report.losses or ("nothing",))
    changes = f"{len(dataset.report.mended)} mended" if dataset.report.mended else "of the file"
    key_numbers(
        [
            KeyNumber("Rows", f"{len(dataset.frame):,}", f"{len(dataset.splits.train):,} to train on"),
            KeyNumber("Variables", str(len(dataset.variables)), dataset.licence),
            KeyNumber("Step", step.split(", ")[0], "unbroken" if dataset.unbroken else "with irregular rows"),
            KeyNumber("Missing cells", f"{missing:,}" if missing else "none", share, help=_FILLED),
            KeyNumber("Left out", lost, ", ".join(more) or changes, help=_TOLD),
        ]
    )
    st.caption(f"From {escaped(first)} to {escaped(last)}, step {escaped(step)}.")


def draw_doubts(report: IngestReport) -> None:
    """Draw what the owner should know at first sight: warnings, and what was left out with its name and reason."""
    for sentence in report.warnings[:MOST_WARNINGS]:
        st.warning(escaped(str(sentence)), icon=":material/warning:")
    if more := report.warnings[MOST_WARNINGS:]:
        with st.expander(counted(len(more), "more warning"), icon=":material/warning:"):
            st.markdown(_lines(more))
    if report.left_out or report.mended:
        with st.expander(_changed(report), icon=":material/build:"):
            lost = [": ".join(filter(None, [part.name, str(part.reason)])) for part in report.left_out]
            st.markdown(_lines([*lost, *report.mended]))


def _changed(report: IngestReport) -> str:
    """Return what is not as in the file in few words: "Left out: 2 columns (No, location). Mended: 3."."""
    named = [escaped(shortened(part.name)) for part in report.left_out if part.name]
    lost = ", ".join(map(str, report.losses)) + (f" ({some(named)})" if named else "")
    parts = [f"Left out: {lost}." if lost else "", f"Mended: {len(report.mended)}." if report.mended else ""]
    return " ".join(filter(None, parts))


def _lines(sentences: Iterable[Message | str]) -> str:
    return "\n".join(f"- {escaped(str(sentence))}" for sentence in sentences)


def draw_report(report: IngestReport) -> None:
    """Draw what was found, mended and refused, each sentence on a line."""
    open_ends = [question.text for question in report.questions if report.accepted]
    groups = (
        ("Found", "search", report.found, "Nothing unusual was found."),
        ("Mended", "build", report.mended, "Nothing was changed."),
        ("Left out", "block", [text for text in report.refused if text != report.reason], "Nothing was left out."),
        ("Left open", "help", open_ends, ""),
    )
    for title, icon, sentences, none in groups:
        if not (sentences or (report.accepted and none)):
            continue
        with st.container(border=True):
            st.markdown(f"**:material/{icon}: {title}**")
            st.markdown(_lines(sentences) or f":gray[{none}]")


def lookback_note(dataset: Dataset, horizon: int, wanted: int, patch: int) -> str:
    """Return a sentence when the data are too short for a horizon or look-back, naming what fits; else nothing."""
    advice = lookback_advice(dataset.splits, WindowConfig(wanted, horizon), patch)
    return f"{dataset.title}: {advice}" if advice else ""
