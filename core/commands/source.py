"""Where a command's data come from: a known data set, an upload, or a file of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.data import uploads
from core.data.catalog import KNOWN, available, load_dataset
from core.data.dataset import DataError, Dataset
from core.data.reading.isolated import ingest_apart


def open_source(name: str, *, wanted: Sequence[str] = ()) -> Dataset:
    """Load a data set by key, or check a file and keep a copy of it as an upload.

    Parameters
    ----------
    name : str
        A key, or the path of a file.
    wanted : sequence of str
        Variables that a given model reads: they stay, however constant or empty they are lately.

    Raises
    ------
    DataError : neither a known key nor a readable file, or the file was refused (with the reason).
    """
    if name in KNOWN or uploads.is_upload(name):
        return load_dataset(name)
    path = Path(name)
    if not path.is_file():
        raise DataError(f"{name!r} is neither a data set ({', '.join(available())}) nor a file; check the spelling.")
    ingested = ingest_apart(path, path.name, wanted=wanted)
    if ingested.frame is None:
        raise DataError(f"{path.name} was refused: {ingested.report.reason}")
    return load_dataset(uploads.store(ingested, path.name))
