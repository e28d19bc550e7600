"""The official files: found in CROSSLENS_DATA, else downloaded once, and never used unless their sha256 fits."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.data.dataset import DataError
from core.exits import is_full_disk
from core.text.words import mark, say
from core.workspace import Folder, subfolder

VARIABLE = "CROSSLENS_DATA"
Progress = Callable[[int, int], None]  # bytes done, bytes in all (0 where the server does not say)


@dataclass(frozen=True)
class OfficialFile:
    """A file of the field's benchmark: its name, where it lies officially, and its sha256."""

    name: str
    url: str
    sha256: str


def local_path(file: OfficialFile) -> Path | None:
    """Return where the file lies on this machine, unchecked; None where it must be downloaded."""
    named = os.environ.get(VARIABLE)
    folders = [*([named] if named else []), str(subfolder(Folder.DATA))]
    return next((path for folder in folders if (path := _in(folder, file)) is not None), None)


def misnamed(file: OfficialFile) -> str:
    """Return that CROSSLENS_DATA is set and wrong, as a clause; empty where it is not set or holds the file."""
    named = os.environ.get(VARIABLE)
    if not named or _in(named, file) is not None:
        return ""
    return say("{variable} is {folder} and holds no {file}", variable=VARIABLE, folder=named, file=file.name)


def _in(folder: str, file: OfficialFile) -> Path | None:
    """Return the file's path in what somebody names a folder, which may be anything: a file, a loop, ~nobody."""
    try:
        path = Path(folder).expanduser() / file.name
        return path if path.is_file() else None
    except (OSError, RuntimeError):
        return None


def fetch(file: OfficialFile, *, progress: Progress | None = None) -> Path:
    """Return the path of the checked file; downloads it into the workspace when it is nowhere.

    Raises
    ------
    DataError
        One sentence that says what to do: the file differs from the official one, or cannot be downloaded.
    """
    path = local_path(file) or _download(file, progress)
    status = path.stat()
    found = _sha256(path, status.st_mtime_ns, status.st_size)
    if found != file.sha256:
        told = mark(
            "{path} is not the official {file}: its sha256 begins with {found}, wanted {wanted}; replace it by "
            "{url}, or upload it as your own file."
        )
        digests = {"found": found[:12], "wanted": file.sha256[:12]}
        raise DataError(say(told, path=path, file=file.name, url=file.url, **digests))
    return path


@lru_cache(maxsize=32)
def _sha256(path: Path, modified: int, size: int) -> str:
    """Hash a file; `modified` and `size` make the cache forget a file that changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Bar:
    """The progress bar that pooch drives, as calls of a `Progress`."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.total = 0
        self.done = 0

    def update(self, size: int) -> None:
        self.done += size
        self.progress(min(self.done, self.total or self.done), self.total)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        """Nothing is held."""


def _download(file: OfficialFile, progress: Progress | None) -> Path:
    import pooch  # here: only a first use of an official data set needs it

    pooch.get_logger().setLevel(logging.WARNING)
    downloader = pooch.HTTPDownloader(progressbar=_Bar(progress) if progress else False, timeout=30)
    try:
        path = pooch.retrieve(
            file.url, f"sha256:{file.sha256}", fname=file.name, path=subfolder(Folder.DATA), downloader=downloader
        )
    except ValueError as error:
        told = mark("What {url} sent is not the official {file} (its sha256 differs) and was thrown away; {put_it}.")
        raise DataError(say(told, url=file.url, file=file.name, put_it=_put_it(file))) from error
    except OSError as error:
        if is_full_disk(error):
            raise
        told = mark(
            "{file} is not on this machine and could not be downloaded ({fault}); fetch {url} elsewhere: {put_it}."
        )
        values = {"file": file.name, "fault": type(error).__name__, "url": file.url, "put_it": _put_it(file)}
        raise DataError(say(told, **values)) from error
    return Path(path)


def _put_it(file: OfficialFile) -> str:
    wrong = misnamed(file)
    told = say("put the official file into a folder and name that folder in {variable}", variable=VARIABLE)
    return f"{told} ({wrong})" if wrong else told
