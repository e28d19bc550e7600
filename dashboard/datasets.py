"""What the Data page shows of a data set, and the way of a user's file into the workspace."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.data import uploads
from core.data.calendar import Cycle, cycle_of
from core.data.dataset import Dataset
from core.data.profile import daily_profile
from core.data.reading.isolated import ingest_apart
from core.data.report import IngestReport
from core.data.windows import longest_lookback
from core.report.chapters import data as chapter
from core.vocabulary import Split
from dashboard import state
from dashboard.plain import escaped

FORMATS = ["csv", "tsv", "txt", "xlsx", "parquet"]
LIMIT = 200  # MB


@st.cache_resource(max_entries=4, show_spinner="Checking the file …")
def _checked(file_id: str, _file: UploadedFile) -> tuple[IngestReport, str]:
    """Check and store one upload, once; returns its report and, where accepted, its key."""
    ingested = ingest_apart(_file, _file.name)
    key = uploads.store(ingested, _file.name) if ingested.frame is not None else ""
    return ingested.report, key


def receive_upload() -> None:
    """Draw the uploader; an accepted file becomes the chosen data set, a refused one says why."""
    file = st.file_uploader(
        "A CSV, TSV, Excel or Parquet file with a time column and one column a variable",
        type=FORMATS,
        max_upload_size=LIMIT,
        key="upload",
        help="At most 200 MB, one million rows and 1,000 columns. The file stays on this machine.",
    )
    if file is None:
        return
    report, key = _checked(file.file_id, file)
    if not report.accepted:
        st.error(escaped(report.reason), icon=":material/block:")
        draw_report(report)
    elif state.once(f"upload {file.file_id}"):
        state.move_to("dataset", key)
        st.rerun()


def draw_report(report: IngestReport) -> None:
    """Draw what was found, mended and refused, each sentence on a line."""
    groups = (
        ("Found", "search", report.found, "Nothing unusual was found."),
        ("Mended", "build", report.mended, "Nothing was changed."),
        ("Refused", "block", [text for text in report.refused if text != report.reason], "Nothing was left out."),
    )
    for title, icon, sentences, none in groups:
        if not (report.accepted or sentences):
            continue
        with st.container(border=True):
            st.markdown(f"**:material/{icon}: {title}**")
            st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in sentences) or f":gray[{none}]")


def lookback_note(dataset: Dataset, horizon: int, wanted: int, patch: int) -> str:
    """Return a sentence when the data are too short for a look-back, naming the longest that fits; else nothing."""
    longest = longest_lookback(dataset, horizon, patch)
    if longest >= wanted:
        return ""
    if longest == 0:
        return (
            f"{dataset.title} has too few rows for a horizon of {horizon}; "
            "choose a shorter horizon or bring a longer file."
        )
    return (
        f"{dataset.title} is too short for a look-back of {wanted} rows at horizon {horizon}; the longest that "
        f"fits is {longest} rows."
    )


def split_rows(dataset: Dataset) -> dict[Split, range]:
    """Return the rows of each part."""
    return {split: dataset.splits.of(split) for split in Split}


@st.cache_data(max_entries=16, show_spinner=False)
def split_statistics(fingerprint: str, _dataset: Dataset) -> pd.DataFrame:
    """Return mean and deviation of each variable in each part, after scaling."""
    return chapter.split_statistics(_dataset)


def cycle(dataset: Dataset) -> Cycle:
    """Return the calendar cycle that panels of this data set use."""
    return cycle_of(dataset)


@st.cache_data(max_entries=16, show_spinner=False)
def profile(fingerprint: str, variables: tuple[str, ...], _dataset: Dataset) -> pd.DataFrame:
    """Return mean and 10 and 90 % quantiles of the chosen variables over the cycle."""
    return daily_profile(_dataset.frame[list(variables)], cycle_of(_dataset))


@st.cache_data(max_entries=16, show_spinner=False)
def thinned(fingerprint: str, variables: tuple[str, ...], _dataset: Dataset) -> pd.DataFrame:
    """Return the first and last rows of the chosen variables, for the fold under the series."""
    frame = _dataset.frame[list(variables)].reset_index()
    return pd.concat([frame.head(200), frame.tail(200)]) if len(frame) > 400 else frame
