"""Where the product keeps what it makes: one folder, its subfolders, and the shipped checkpoints."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from core.text.words import mark, say

ROOT = Path(__file__).resolve().parent.parent  # the checkout, or the folder that the packages are installed in
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()
CHECKPOINTS = ROOT / "checkpoints"  # shipped with the product, never written to
OWN = ROOT / ".crosslens" if IS_CHECKOUT else Path("~/.crosslens")  # the workspace unless CROSSLENS_HOME names one
PRIVATE = 0o700  # other accounts of the machine read nobody's files
FULL = 1_000_000  # bytes free below which nothing can be kept


class Folder(StrEnum):
    """Subfolders of the workspace."""

    UPLOADS = "uploads"  # checked copies of users' files
    DATA = "data"  # downloaded official files
    STUDIES = "studies"  # one folder a comparison or study
    RUNS = "runs"  # links to runs and studies that the command line trained elsewhere
    INSPECTIONS = "inspections"  # averages and statistics of inspected models, and effects of changes inside them
    ATTRIBUTIONS = "attributions"  # what forecasts rest on, averaged over windows
    BASELINES = "baselines"  # ridge and the errors of the baselines, by data set and window
    DOWNLOADS = "downloads"  # one folder a download job
    DECKS = "decks"  # one folder a deck: its slides, and the pictures they keep


def home() -> Path:
    """Return the workspace: CROSSLENS_HOME, else .crosslens in the checkout or, installed, in the user's own folder.

    It is made when missing, for this account alone; one that cannot be made is left to whoever writes there. A folder
    that somebody else made keeps its rights.
    """
    named = os.environ.get("CROSSLENS_HOME")
    path = Path(os.path.expanduser(named or OWN)).resolve()  # noqa: PTH111  # ~nobody
    with suppress(OSError):
        path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if not named and path.stat().st_mode & 0o077:  # made by an earlier version, open to all
            path.chmod(PRIVATE)
    return path


def subfolder(name: Folder) -> Path:
    """Return a subfolder of the workspace; made when missing, where that can be."""
    path = home() / name.value
    with suppress(OSError):
        path.mkdir(exist_ok=True)
    return path


def size_on_disk(path: Path, skip: Callable[[str], bool] = lambda name: False) -> int:
    """Return the bytes of a file, or of all files in a folder and below it; where a link leads does not count.

    What has a name that `skip` names is left out, and so is what vanishes meanwhile or cannot be looked at.
    """
    try:
        status = path.lstat()
    except OSError:
        return 0
    return _bytes_below(path, skip) if stat.S_ISDIR(status.st_mode) else status.st_size


def _bytes_below(folder: str | Path, skip: Callable[[str], bool]) -> int:
    size = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if skip(entry.name) or entry.is_symlink():
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                size += _bytes_below(entry.path, skip) if is_folder else entry.stat(follow_symlinks=False).st_size
    return size


def mark_used(path: Path) -> None:
    """Note that a folder was used just now: of what can be made anew, the least recently used makes room."""
    with suppress(OSError):  # a workspace that cannot be written: nothing makes room there
        os.utime(path)


def hindrance() -> str:
    """Return in one sentence why nothing can be kept in the workspace; empty where it can.

    Raises nothing: what is there can still be read.
    """
    path = home()
    if not path.is_dir():
        told = mark("The workspace {path} is no folder and cannot be made one; name another in CROSSLENS_HOME.")
        return say(told, path=path)
    unwritable = [place for place in (path, *map(subfolder, Folder)) if not os.access(place, os.W_OK | os.X_OK)]
    if unwritable:
        told = mark(
            "{folder} cannot be written, so nothing new is kept; make it writable, or name another folder in "
            "CROSSLENS_HOME and start again."
        )
        return say(told, folder=unwritable[0])
    if shutil.disk_usage(path).free < FULL:
        return say("The disk that holds {path} is full, so nothing new is kept; free some space.", path=path)
    return ""
