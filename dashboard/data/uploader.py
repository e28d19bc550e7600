"""The way of a user's file into the workspace: brought, read, asked about, read again."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.data.choices import Choices, Question
from core.data.reading.files.isolated import ingest_apart
from core.data.reading.limits import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from core.data.report import IngestReport
from core.data.uploads import share, store
from core.text.words import say
from dashboard import state
from dashboard.data import questions, uploads
from dashboard.data.facts import draw_report
from dashboard.markup import escaped

FORMATS = ["csv", "tsv", "txt", "xlsx", "parquet"]
_READING = "upload reading"  # session: of the file in the uploader


@dataclass
class UploadState:
    """What a session knows of the file in its uploader."""

    upload: str = ""  # of this file; another one gets another
    questions: dict[str, Question] = field(default_factory=dict)  # all that were raised, by key: to be answered anew
    accepted: bool = False  # whether it could be read with the answers given so far
    dataset: str = ""  # key of the data set that it last became
    shared: bool = False  # whether others were to see that one

    def ask(self) -> None:
        """Draw its questions."""
        if self.questions:
            questions.ask(self.questions.values(), upload=self.upload)


def receive() -> None:
    """Draw the uploader; an accepted file becomes the chosen data set, a refused one says why and asks."""
    file = st.file_uploader(
        say("A CSV, TSV, Excel or Parquet file with a time column and one column per variable"),
        type=FORMATS,
        max_upload_size=MOST_BYTES // 1024**2,
        key="upload",
        help=say(
            "At most {size} MB, {rows:,} rows and {columns:,} columns.",
            size=MOST_BYTES // 1024**2,
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        ),
    )
    shared = uploads.share_choice()
    if file is None:
        state.keep(_READING, UploadState())
        return
    if _current().upload != file.file_id:
        state.keep(_READING, UploadState(file.file_id))
    reading = _current()
    with st.spinner(say("Reading the file …")):
        report, key = _checked(file.file_id, Choices.from_answers(questions.answers(file.file_id)), file)
    reading.questions |= {question.key: question for question in report.questions}
    reading.accepted = report.accepted
    if not report.accepted:
        st.error(escaped(str(report.reason)), icon=":material/block:")
        reading.ask()
        draw_report(report)
    elif (key, shared) != (reading.dataset, reading.shared):
        if shared or reading.shared:
            share(key, shared)
        reading.dataset, reading.shared = key, shared
        state.move_to("dataset", key)
        st.rerun()


def read_differently(dataset: str) -> None:
    """Fold away what the file of this data set left open, as long as the file is in the uploader."""
    reading = _current()
    if reading.accepted and reading.dataset == dataset and reading.questions:
        with st.expander(say("Read differently"), icon=":material/help:"):
            reading.ask()


def _current() -> UploadState:
    reading: UploadState = state.kept(_READING, UploadState())
    return reading


@st.cache_resource(max_entries=4, show_spinner=False)
def _checked(upload: str, choices: Choices, _file: UploadedFile) -> tuple[IngestReport, str]:
    """Read and store one upload, once for each set of answers; returns its report and, where accepted, its key."""
    ingested = ingest_apart(_file, _file.name, choices)
    key = store(ingested, _file.name) if ingested.frame is not None else ""
    return ingested.report, key
