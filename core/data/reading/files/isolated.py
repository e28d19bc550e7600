"""A user's file read in a process of its own: what breaks the reading breaks nothing else, and is one sentence."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from core.data.choices import Choices
from core.data.ingest import Ingested
from core.data.reading import limits
from core.data.reading.files.child import ANSWER, FRAME
from core.data.reading.files.guard import check_bytes, check_parquet
from core.data.report import IngestReport, Refused
from core.data.step import Step
from core.exits import Exit
from core.text.message import Message
from core.workspace import ROOT

CHILD = (sys.executable, "-m", "core.data.reading.files.child")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
_FRUGAL = {  # threads and pools take memory before they use it, and the C library keeps what was freed
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
}
_ERROR = re.compile(r"^(?:\w+\.)*(\w+)", re.ASCII)
_TAIL = 4096
_OUT_OF_MEMORY = ("MemoryError", "ArrowMemoryError")


def ingest_apart(
    source: Path | BinaryIO, name: str, choices: Choices | None = None, *, wanted: Sequence[str] = ()
) -> Ingested:
    """Check a file as `core.data.ingest.ingest` does, in a process of its own with limits of memory, time and output.

    It takes and returns the same, whatever a bad file does to the process that reads it. A stream is copied to a
    private file for the time of the check.

    Raises
    ------
    OSError
        When the temporary folder cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="crosslens-") as private:  # for its owner alone
        folder = Path(private)
        try:
            path = source.absolute() if isinstance(source, Path) else _copied(source, folder / "file")
            request = {"path": str(path), "name": name, "choices": asdict(choices or Choices()), "wanted": [*wanted]}
            _read(request, folder)
            return _answer(folder)
        except Refused as refusal:
            reason = refusal.message
            return Ingested(None, None, IngestReport(accepted=False, reason=reason, refused=(reason,)))


def _copied(stream: BinaryIO, path: Path) -> Path:
    check_bytes(stream.seek(0, 2))
    stream.seek(0)
    path.touch(mode=0o600)
    with path.open("wb") as copy:
        shutil.copyfileobj(stream, copy)
    stream.seek(0)
    return path


def _read(request: Mapping[str, object], folder: Path) -> None:
    """Let the child read the file; Refused with one sentence when it does not come to an end."""
    errors = folder / "errors"
    try:
        with errors.open("wb") as stderr:
            status = subprocess.run(
                [*CHILD, str(folder), *map(str, (limits.MOST_MEMORY, limits.MOST_SECONDS, limits.MOST_ANSWER))],
                input=json.dumps(request).encode(),
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=ROOT,
                env={key: os.environ[key] for key in _KEPT if key in os.environ} | _FRUGAL,
                timeout=limits.LONGEST_WAIT,
                check=False,
            ).returncode
    except subprocess.TimeoutExpired as error:
        raise _too_long(limits.LONGEST_WAIT) from error
    if status == -signal.SIGXCPU:
        raise _too_long(limits.MOST_SECONDS)
    if status == Exit.FULL_DISK:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if status or not (folder / ANSWER).is_file():
        raise _broken(status, _last_error(errors))


def _too_long(seconds: int) -> Refused:
    return Refused(Message("file.too_slow", seconds=Message("count.second", n=seconds)))


def _broken(status: int, error: str) -> Refused:
    if error in _OUT_OF_MEMORY or status == -signal.SIGKILL:
        return Refused(limits.TOO_LARGE)
    how = error or (signal.Signals(-status).name if status < 0 else f"status {status}")
    return Refused(Message("file.broke_off", error=how))


def _last_error(errors: Path) -> str:
    """Return the name of the error in the last line that the child wrote, "" where it wrote none."""
    with errors.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, 2) - _TAIL))
        lines = stream.read().decode("utf-8", "replace").splitlines()
    found = _ERROR.match(lines[-1]) if lines else None
    return found.group(1) if found else ""


def _answer(folder: Path) -> Ingested:
    """Return what the child found; its files are checked as a user's are, for it may have been taken over."""
    answer = folder / ANSWER
    if answer.stat().st_size > limits.MOST_REPORT:
        raise Refused(Message("file.long_report"))
    told = json.loads(answer.read_text(encoding="utf-8"))
    report = IngestReport.from_dict(told["report"])
    step = Step.from_dict(told["step"]) if told["step"] else None
    if not report.accepted:
        return Ingested(None, step, report)
    with (folder / FRAME).open("rb") as stream:
        frame = _frame(check_parquet(stream, index=1), [column.name for column in report.columns])
    return Ingested(frame, step, report)


def _frame(file: pq.ParquetFile, names: list[str]) -> pd.DataFrame:
    """Return the frame [row, variable], read column by column: a server holds it once, not beside Arrow's copy."""
    *variables, stamps = range(file.metadata.num_columns)  # the index is written last
    values = np.empty((len(variables), file.metadata.num_rows))
    for place in variables:
        values[place] = file.reader.read_column(place).to_numpy()
    index = pd.DatetimeIndex(file.reader.read_column(stamps).to_numpy(), name="date")
    return pd.DataFrame(values.T, index=index, columns=names, copy=False)
