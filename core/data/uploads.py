"""Checked copies of users' files in the workspace: one folder each, named by the fingerprint of the values."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.data.dataset import DataError, Dataset, fraction_splits, frame_fingerprint
from core.data.gaps import fill_forward
from core.data.report import IngestReport
from core.data.step import Step
from core.workspace import Room, room

if TYPE_CHECKING:
    from core.data.ingest import Ingested

_KEY = re.compile(r"upload-[0-9a-f]{12}")
_TABLE, _ACCOUNT = "data.parquet", "account.json"


def is_upload(key: str) -> bool:
    """Whether a key has the form of an upload's.

    >>> is_upload("upload-0123456789ab"), is_upload("upload-../../etc")
    (True, False)
    """
    return _KEY.fullmatch(key) is not None


def keys() -> list[str]:
    """Return the keys of all stored uploads, newest first."""
    folders = [path for path in room(Room.UPLOADS).iterdir() if is_upload(path.name) and (path / _ACCOUNT).is_file()]
    return [path.name for path in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)]


def store(ingested: Ingested, title: str) -> str:
    """Write an accepted file to the workspace and return its key ("upload-" and 12 hex digits).

    The same values give the same key.

    Raises
    ------
    ValueError
        When the file was refused.
    """
    if ingested.frame is None or ingested.step is None:
        raise ValueError(f"{title} was refused ({ingested.report.reason}); only accepted files are stored.")
    key = f"upload-{frame_fingerprint(*fill_forward(ingested.frame))}"
    final = room(Room.UPLOADS) / key
    if final.exists():
        return key
    account = {"title": title, "step": ingested.step.to_dict(), "report": ingested.report.to_dict()}
    with tempfile.TemporaryDirectory(dir=room(Room.UPLOADS)) as making:
        folder = Path(making) / key
        folder.mkdir()
        ingested.frame.to_parquet(folder / _TABLE)
        (folder / _ACCOUNT).write_text(json.dumps(account, ensure_ascii=False), encoding="utf-8")
        try:
            folder.rename(final)  # a reader sees the whole folder or none
        except OSError:
            if not final.exists():  # someone else stored the same values meanwhile
                raise
    return key


def stored(key: str) -> Path:
    """Return the folder of a stored upload; DataError when it is gone."""
    folder = room(Room.UPLOADS) / key
    if not (folder / _ACCOUNT).is_file():
        raise DataError(f"{key} is not in this workspace; upload the file again on the Data page.")
    return folder


def title(key: str) -> str:
    """Return the name of the file that a stored upload came from."""
    account = json.loads((stored(key) / _ACCOUNT).read_text(encoding="utf-8"))
    return str(account["title"])


def read(key: str, folder: Path) -> Dataset:
    """Return a stored upload as a data set with 70/10/20 % splits."""
    account = json.loads((folder / _ACCOUNT).read_text(encoding="utf-8"))
    report = IngestReport.from_dict(account["report"])
    step = Step.from_dict(account["step"])
    frame, filled = fill_forward(pd.read_parquet(folder / _TABLE))
    return Dataset(
        key=key,
        title=account["title"],
        frame=frame,
        splits=fraction_splits(len(frame)),
        step=step,
        report=report,
        units={column.name: column.unit for column in report.columns},
        licence="your own file",
        source=account["title"],
        unbroken=True,  # on the step by its making
        filled=filled if filled.any() else None,
    )
