"""What pages show of a data set: its key numbers, what came in and what did not, its split and its cycle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.report import IngestReport
from core.data.spans import step_of
from core.data.windows import longest_lookback, lookback_advice
from core.figures.names import shortened
from core.text.amounts import counted
from core.text.message import Message, some_of
from core.text.words import mark, say
from dashboard.markup import escaped
from dashboard.widgets import KeyNumber, key_numbers

MOST_WARNINGS = 5  # shown one by one; the rest is folded
_FILLED = mark(
    "Cells without a readable value, rows that the file lacks among them. The model reads them filled with the value "
    "before, and no error counts them as truth."
)
_TOLD = mark("What is not used of the file. Names, reasons and repairs are listed below and in the report.")
# As `core.data.windows.lookback_advice` says it.
_SHORT_OF_ALL = mark(
    "{data}: Too short for horizon {horizon}: the shortest part has {rows}; choose a horizon of at most {shortest} "
    "or bring a longer file."
)
_SHORT = mark(
    "{data}: Too short for look-back {lookback} and horizon {horizon}: they need {wanted:,} rows to train on and "
    "there are {train:,}; the longest look-back that fits is {longest}, or bring a longer file."
)
_SHORT_OF_HORIZON = mark(
    "{data}: Too short for look-back {lookback} and horizon {horizon}: they need {wanted:,} rows to train on and "
    "there are {train:,}; choose a shorter horizon, or bring a longer file."
)


def draw_facts(dataset: Dataset) -> None:
    """Draw the key numbers of a data set: what is there, what is missing, and what was left out."""
    stamps = pd.DatetimeIndex(dataset.frame.index)
    first, last = stamps[[0, -1]].strftime("%Y-%m-%d" if stamps.normalize().equals(stamps) else "%Y-%m-%d %H:%M")
    step = dataset.step.text  # "5 minutes, 09:30 to 15:55, Monday to Friday"
    missing = sum(dataset.missing_by_variable(slice(None)).values())
    if not missing:
        cells, _, share = say("none, every one measured").partition(", ")  # "none" alone is the mode
    else:
        share, cells = say("{share:.2g} %, filled", share=100 * missing / dataset.frame.size), f"{missing:,}"
    lost, *more = map(str, dataset.report.losses or (say("nothing"),))
    mended = len(dataset.report.mended)
    changes = say("{n} mended", n=mended) if mended else say("of the file")
    train = say("{rows:,} to train on", rows=len(dataset.splits.train))
    even = say("unbroken" if dataset.unbroken else "with irregular rows")
    key_numbers(
        [
            KeyNumber(say("Rows"), f"{len(dataset.frame):,}", train),
            KeyNumber(say("Variables"), str(len(dataset.variables)), say(dataset.licence)),
            KeyNumber(say("Step"), str(step_of(step.split(", ")[0])), even),
            KeyNumber(say("Missing cells"), cells, share, help=say(_FILLED)),
            KeyNumber(say("Left out"), lost, ", ".join(more) or changes, help=say(_TOLD)),
        ]
    )
    st.caption(
        say(
            "From {first} to {last}, step {step}.",
            first=escaped(first),
            last=escaped(last),
            step=escaped(str(step_of(step))),
        )
    )


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
    lost = ", ".join(map(str, report.losses)) + (f" ({_some(named)})" if named else "")
    parts = [say("Left out: {lost}.", lost=lost)] if lost else []
    parts += [say("Mended: {n}.", n=len(report.mended))] if report.mended else []
    return " ".join(parts)


def _some(names: Sequence[str]) -> str:
    """Return names as a list that is cut where they are many."""
    shown = some_of(names)
    return str(shown) if isinstance(shown, Message) else ", ".join(names)


def _lines(sentences: Iterable[Message | str]) -> str:
    return "\n".join(f"- {escaped(str(sentence))}" for sentence in sentences)


def draw_report(report: IngestReport) -> None:
    """Draw what was found, mended and refused, each sentence on a line."""
    open_ends = [question.text for question in report.questions if report.accepted]
    refused = [text for text in report.refused if text != report.reason]
    groups = (
        (say("Found"), "search", report.found, say("Nothing unusual was found.")),
        (say("Mended"), "build", report.mended, say("Nothing was changed.")),
        (say("Left out"), "block", refused, say("Nothing was left out.")),
        (say("Left open"), "help", open_ends, ""),
    )
    for title, icon, sentences, none in groups:
        if not (sentences or (report.accepted and none)):
            continue
        with st.container(border=True):
            st.markdown(f"**:material/{icon}: {title}**")
            st.markdown(_lines(sentences) or f":gray[{none}]")


def lookback_note(dataset: Dataset, horizon: int, wanted: int, patch: int) -> str:
    """Return a sentence when the data are too short for a horizon or look-back, naming what fits; else nothing."""
    splits = dataset.splits
    if not lookback_advice(splits, WindowConfig(wanted, horizon), patch):
        return ""
    shortest, longest = min(len(splits.validation), len(splits.test)), longest_lookback(dataset, horizon, patch)
    told = _SHORT_OF_ALL if horizon > shortest else _SHORT if longest else _SHORT_OF_HORIZON
    return say(
        told,
        data=dataset.title,
        lookback=wanted,
        horizon=horizon,
        rows=counted(shortest, "row"),
        shortest=shortest,
        wanted=wanted + horizon,
        train=len(splits.train),
        longest=longest,
    )
