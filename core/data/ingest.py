"""A user's file becomes a checked frame and a report: found, mended, refused; nothing is repaired silently."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, assert_never

import pandas as pd

from core.data import uploads
from core.data.columns import drop_sentinels, drop_useless, to_numbers
from core.data.gaps import fill_missing
from core.data.guard import FileKind, kind_of
from core.data.parquetfile import read_parquet
from core.data.report import IngestReport, Notes, Refused, count
from core.data.table import RawTable
from core.data.textfile import read_text
from core.data.timeaxis import to_regular
from core.data.timecolumn import take_time
from core.data.workbook import read_workbook

__all__ = ["IngestReport", "Ingested", "ingest", "store_upload"]

FEWEST_ROWS = 48
_USUAL_NAMES = {
    FileKind.TEXT: (".csv", ".tsv", ".txt", ".tab", ".dat"),
    FileKind.EXCEL: (".xlsx", ".xlsm"),
    FileKind.PARQUET: (".parquet", ".pq"),
}


@dataclass(frozen=True, eq=False)
class Ingested:
    """A file after its check.

    Attributes
    ----------
    frame : DataFrame [row, variable] or None
        float64, regular index `date`, nothing missing; None when the file was refused.
    report : IngestReport
    """

    frame: pd.DataFrame | None
    report: IngestReport


@dataclass
class _Progress:
    """What is known so far, so that a refusal can still tell it."""

    notes: Notes = field(default_factory=Notes)
    rows: int = 0
    variables: int = 0
    step: str = ""
    start: str = ""
    end: str = ""

    def saw(self, frame: pd.DataFrame) -> None:
        self.rows, self.variables = frame.shape

    def report(self, reason: str = "") -> IngestReport:
        return IngestReport(
            accepted=not reason,
            reason=reason,
            rows=self.rows,
            variables=self.variables,
            step=self.step,
            start=self.start,
            end=self.end,
            found=tuple(self.notes.found),
            mended=tuple(self.notes.mended),
            refused=(*self.notes.refused, *([reason] if reason else [])),
        )


def ingest(source: Path | BinaryIO, name: str) -> Ingested:
    """Check a CSV, TSV, Excel or Parquet file and bring it onto a regular time axis.

    Parameters
    ----------
    source : Path or binary stream
        A stream must be seekable; it stays open.
    name : str
        The file's name: only compared with the content, which alone decides how it is read.

    Returns
    -------
    Ingested
        Never raises for a bad file: the report says in one sentence why it was refused.
    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                return ingest(stream, name)
        except OSError as error:
            return Ingested(None, _Progress().report(f"{name} cannot be opened ({error.strerror}); check the path."))
    progress = _Progress()
    try:
        return Ingested(_checked(source, name, progress), progress.report())
    except Refused as refusal:
        return Ingested(None, progress.report(str(refusal)))
    except MemoryError:
        return Ingested(
            None, progress.report("The file does not fit into this machine's memory; cut it and try again.")
        )


def _checked(stream: BinaryIO, name: str, progress: _Progress) -> pd.DataFrame:
    notes = progress.notes
    kind = kind_of(stream)
    table = _read(stream, kind, notes)
    if "." in name and not name.lower().endswith(_USUAL_NAMES[kind]):
        notes.found.append(f"The name ends in {Path(name).suffix} and the content is {kind.value}, which counts.")
    progress.saw(table.frame)
    stamps, names = take_time(table.frame, notes)
    numbers = to_numbers(table, names, notes)
    progress.saw(numbers)
    if numbers.empty:
        raise Refused("No column besides the time is numeric; add at least one column of numbers.")
    frame, progress.step = to_regular(numbers, stamps, notes)
    progress.saw(frame)
    progress.start, progress.end = str(frame.index[0]), str(frame.index[-1])
    frame = drop_useless(drop_sentinels(frame, notes), notes)
    progress.saw(frame)
    if frame.empty:
        raise Refused("Every numeric column is constant, mostly missing or a row count; nothing is left to forecast.")
    if len(frame) < FEWEST_ROWS:
        raise Refused(
            f"The file has {count(len(frame), 'row')} and at least {FEWEST_ROWS} are needed; bring a longer one."
        )
    return fill_missing(frame, notes)


def _read(stream: BinaryIO, kind: FileKind, notes: Notes) -> RawTable:
    try:
        match kind:
            case FileKind.TEXT:
                return read_text(stream, notes)
            case FileKind.EXCEL:
                return read_workbook(stream, notes)
            case FileKind.PARQUET:
                return read_parquet(stream, notes)
            case _:
                assert_never(kind)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # zipfile, openpyxl and pyarrow raise nearly anything on damaged bytes
        raise Refused(
            f"The file begins as {kind.value} and is damaged or encrypted ({type(error).__name__}); "
            "open it where it was made and save it again, best as CSV."
        ) from error


def store_upload(ingested: Ingested, name: str) -> str:
    """Write an accepted file to the workspace and return its key ("upload-" and 12 hex digits).

    Raises
    ------
    ValueError
        When the file was refused.
    """
    if ingested.frame is None:
        raise ValueError(f"{name} was refused ({ingested.report.reason}); only accepted files are stored.")
    return uploads.store(ingested.frame, ingested.report, name)
