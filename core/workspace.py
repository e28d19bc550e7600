"""Where the product keeps what it makes: one folder, its rooms, and the shipped checkpoints."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # the project
CHECKPOINTS = ROOT / "checkpoints"  # shipped with the product, never written to


class Room(StrEnum):
    """Subfolders of the workspace."""

    UPLOADS = "uploads"  # checked copies of users' files
    DATA = "data"  # downloaded official files
    STUDIES = "studies"  # one folder a comparison or study
    RUNS = "runs"  # links to runs that the command line trained elsewhere
    INSPECTIONS = "inspections"  # traces and statistics of opened models
    BASELINES = "baselines"  # errors of the baselines, by data set and window
    DOWNLOADS = "downloads"  # one folder a download job


def home() -> Path:
    """Return the workspace: CROSSLENS_HOME, or .crosslens in the project; made when missing."""
    path = Path(os.environ.get("CROSSLENS_HOME") or ROOT / ".crosslens").expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def room(name: Room) -> Path:
    """Return a subfolder of the workspace; made when missing."""
    path = home() / name.value
    path.mkdir(exist_ok=True)
    return path
