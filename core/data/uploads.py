"""Checked copies of users' files in the workspace: one folder each, named by the fingerprint of the values."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pandas as pd

from core.data.dataset import DataError, Dataset, fraction_splits, frame_fingerprint, unit_in_name
from core.data.report import IngestReport
from core.workspace import Room, room

_KEY = re.compile(r"upload-[0-9a-f]{12}")


def is_upload(key: str) -> bool:
    """Whether a key has the form of an upload's.

    >>> is_upload("upload-0123456789ab"), is_upload("upload-../../etc")
    (True, False)
    """
    return _KEY.fullmatch(key) is not None


def keys() -> list[str]:
    """Return the keys of all stored uploads, newest first."""
    folders = [
        path for path in room(Room.UPLOADS).iterdir() if is_upload(path.name) and (path / "report.json").is_file()
    ]
    return [path.name for path in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)]


def store(frame: pd.DataFrame, report: IngestReport, title: str) -> str:
    """Write an accepted frame to the workspace and return its key; the same values give the same key."""
    key = f"upload-{frame_fingerprint(frame)}"
    final = room(Room.UPLOADS) / key
    if final.exists():
        return key
    with tempfile.TemporaryDirectory(dir=room(Room.UPLOADS)) as making:
        folder = Path(making) / key
        folder.mkdir()
        frame.to_parquet(folder / "data.parquet")
        (folder / "title.txt").write_text(title, encoding="utf-8")
        (folder / "report.json").write_text(json.dumps(report.to_dict(), ensure_ascii=False), encoding="utf-8")
        try:
            folder.rename(final)  # a reader sees the whole folder or none
        except OSError:
            if not final.exists():  # someone else stored the same values meanwhile
                raise
    return key


def stored(key: str) -> Path:
    """Return the folder of a stored upload; DataError when it is gone."""
    folder = room(Room.UPLOADS) / key
    if not (folder / "report.json").is_file():
        raise DataError(f"{key} is not in this workspace; upload the file again on the Data page.")
    return folder


def read(key: str, folder: Path) -> Dataset:
    """Return a stored upload as a data set with 70/10/20 % splits."""
    title = (folder / "title.txt").read_text(encoding="utf-8")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    frame = pd.read_parquet(folder / "data.parquet")
    steps = frame.index.to_series().diff().dropna()
    step = pd.Timedelta(steps.median())
    return Dataset(
        key=key,
        title=title,
        frame=frame,
        splits=fraction_splits(len(frame)),
        step=step,
        report=IngestReport.from_dict(report),
        units={name: unit_in_name(name) for name in frame.columns},
        licence="your own file",
        source=title,
        unbroken=bool((steps == step).all()),
    )
