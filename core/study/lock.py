"""One process writes a study at a time, and says which one it is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.exits import is_full_disk
from core.locks import take
from core.study.folder import LOCK, RUNS, FullDisk, StudyError, writer


@contextmanager
def only_writer(folder: Path, workers: int) -> Iterator[None]:
    """Hold a study's folder while it is written; a full disk becomes a sentence.

    Raises
    ------
    StudyError : another process writes the folder, or the disk is full.
    """
    try:
        with _lock(folder, workers):
            yield
    except OSError as error:
        if not is_full_disk(error):
            raise
        raise FullDisk(folder) from error


@contextmanager
def _lock(folder: Path, workers: int) -> Iterator[None]:
    (folder / RUNS).mkdir(parents=True, exist_ok=True)
    lock = take(folder / LOCK)
    if lock is None:
        process = (writer(folder) or {}).get("process", "unknown")
        raise StudyError(
            f"{folder} is being written by another study (process {process}); wait for it, stop it, or choose "
            "another folder."
        )
    try:
        os.truncate(lock, 0)
        os.write(lock, json.dumps({"process": os.getpid(), "workers": workers}).encode())
        yield
    finally:
        os.close(lock)
