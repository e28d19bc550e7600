"""A user's file becomes a checked frame and a report: found, mended, refused; nothing is repaired silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from core.data.choices import Choices
from core.data.gaps import account, tell_missing
from core.data.reading.files.guard import FileKind, kind_of
from core.data.reading.files.parquetfile import read_parquet
from core.data.reading.files.textfile import read_text
from core.data.reading.files.workbook import read_workbook
from core.data.reading.layout.columns import drop_counters, drop_useless, to_numbers
from core.data.reading.layout.series import one_series
from core.data.reading.layout.wide import unfold
from core.data.reading.limits import TOO_LARGE
from core.data.reading.numbers.placeholders import drop_placeholders
from core.data.reading.rows.table import RawTable
from core.data.reading.times.order import close_days
from core.data.reading.times.timeaxis import cut_ends, to_regular
from core.data.reading.times.timecolumn import take_time
from core.data.report import IngestReport, Notes, Refused, extent
from core.data.step import Step
from core.text.message import Message

__all__ = ["IngestReport", "Ingested", "ingest"]

FEWEST_ROWS = 48
# how a file of each kind is read, and how its name usually ends
_KINDS: Mapping[FileKind, tuple[Callable[[BinaryIO, Notes], RawTable], tuple[str, ...]]] = {
    FileKind.TEXT: (read_text, (".csv", ".tsv", ".txt", ".tab", ".dat")),
    FileKind.EXCEL: (read_workbook, (".xlsx", ".xlsm")),
    FileKind.PARQUET: (read_parquet, (".parquet", ".pq")),
}


@dataclass(frozen=True, eq=False)
class Ingested:
    """A file after its check.

    Attributes
    ----------
    frame : DataFrame [row, variable] or None
        float64, regular index `date`; NaN where nothing was measured. None when the file was refused.
    step : Step or None
        How its rows follow each other.
    report : IngestReport
    """

    frame: pd.DataFrame | None
    step: Step | None
    report: IngestReport


@dataclass
class _Progress:
    """What is known so far, so that a refusal can still tell it."""

    notes: Notes = field(default_factory=Notes)
    step: Step | None = None
    known: dict[str, Any] = field(default_factory=dict)  # fields of the report

    def report(self, refusal: Refused | None = None) -> IngestReport:
        step = self.step.text if self.step else ""
        report = self.notes.report(accepted=refusal is None, step=step, **self.known)
        if refusal is None:
            return report
        refused = (*report.refused, refusal.message)
        return replace(report, reason=refusal.message, refused=refused, questions=refusal.questions)


def ingest(
    source: Path | BinaryIO, name: str, choices: Choices | None = None, *, wanted: Sequence[str] = ()
) -> Ingested:
    """Check a CSV, TSV, Excel or Parquet file and bring it onto a regular time axis.

    It costs this process what the file costs: pages and commands use `core.data.reading.files.isolated.ingest_apart`.

    Parameters
    ----------
    source : Path or binary stream
        A stream must be seekable; it stays open.
    name : str
        The file's name: only compared with the content, which alone decides how it is read.
    choices : Choices, optional
        What the file's owner said.
    wanted : sequence of str
        Variables that a given model reads: they stay, however constant or empty they are lately.

    Returns
    -------
    Ingested
        Never raises for a bad file: the report says in one sentence why it was refused.
    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                return ingest(stream, name, choices, wanted=wanted)
        except OSError as error:
            closed = Refused(Message("ingest.closed", name=name, error=error.strerror or ""))
            return Ingested(None, None, _Progress().report(closed))
    progress = _Progress()
    try:
        frame = _checked(source, name, choices or Choices(), frozenset(wanted), progress)
        return Ingested(frame, progress.step, progress.report())
    except Refused as refusal:
        return Ingested(None, None, progress.report(refusal))
    except MemoryError:
        return Ingested(None, None, progress.report(Refused(TOO_LARGE)))


def _checked(
    stream: BinaryIO, name: str, choices: Choices, wanted: frozenset[str], progress: _Progress
) -> pd.DataFrame:
    notes = progress.notes
    kind = kind_of(stream)
    read, usual_names = _KINDS[kind]
    try:
        table = read(stream, notes)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # zipfile, openpyxl and pyarrow raise nearly anything on damaged bytes
        raise Refused(Message("ingest.damaged", kind=kind.value, error=type(error).__name__)) from error
    if "." in name and not name.lower().endswith(usual_names):
        notes.found.append(Message("ingest.other_name", suffix=Path(name).suffix, kind=kind.value))
    progress.known |= extent(table.frame)
    table = unfold(table, choices, notes)
    stamps, names = take_time(table.frame, choices, notes)
    stamps = close_days(stamps, notes)
    names = drop_counters(table.frame, names, stamps, notes, wanted)  # of the whole file: no names of series
    stamps, table, names = one_series(stamps, table, names, choices, notes)
    numbers = to_numbers(table, names, choices, notes)
    del table  # text cells take several times the memory of their numbers
    numbers = numbers[drop_counters(numbers, list(numbers.columns), stamps, notes, wanted)]
    progress.known |= extent(numbers)
    if numbers.empty:
        raise Refused(Message("ingest.no_numbers"))
    numbers = drop_placeholders(numbers, choices, notes)
    missing = numbers.isna().sum()
    frame, progress.step = to_regular(numbers, stamps, choices, notes)
    frame = cut_ends(frame, notes)
    progress.known |= extent(frame)
    frame = drop_useless(frame, wanted, notes)
    progress.known |= extent(frame)
    if frame.empty:
        raise Refused(Message("ingest.nothing_left"))
    if len(frame) < FEWEST_ROWS and not wanted:
        raise Refused(Message("ingest.too_short", rows=Message("count.row", n=len(frame)), needed=FEWEST_ROWS))
    tell_missing(frame, notes)
    progress.known["columns"] = account(frame, notes.units, missing)
    return frame
