"""Shared by all tests: a workspace of their own, and the official data where they are at hand."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.data.catalog import KNOWN

if TYPE_CHECKING:
    from tests.support.inspected import InspectedModels


@pytest.fixture(scope="session", autouse=True)
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Results of tests go to a folder of the session, never into the user's workspace."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("workspace")
        patch.setenv("CROSSLENS_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def official_data() -> Path:
    """Return the folder named by CROSSLENS_DATA; skips the test when an official file is missing."""
    folder = Path(os.environ.get("CROSSLENS_DATA") or "/nowhere")
    missing = sorted({known.file.name for known in KNOWN.values() if known.file} - {p.name for p in folder.glob("*")})
    if missing:
        pytest.skip(f"official data not at hand: set CROSSLENS_DATA to a folder with {', '.join(missing)}")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of the test's own, without shipped checkpoints and official files: an empty start for a page."""
    from core.train import finished
    from dashboard import cache

    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    monkeypatch.delenv("CROSSLENS_DATA", raising=False)
    for module in (finished, cache):
        monkeypatch.setattr(module, "CHECKPOINTS", tmp_path / "none shipped")
    return tmp_path


@pytest.fixture(scope="session")
def inspected_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "InspectedModels", "InspectedModels"]:
    """Return a workspace with tiny models, trained and inspected: (folder, hourly, daily)."""
    from tests.support.inspected import DAILY, HOURLY, inspect_models

    folder = tmp_path_factory.mktemp("inspected")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(folder))
        return folder, inspect_models(HOURLY), inspect_models(DAILY)


@pytest.fixture
def hourly(
    home: Path, inspected_home: tuple[Path, "InspectedModels", "InspectedModels"], monkeypatch: pytest.MonkeyPatch
) -> "InspectedModels":
    """Return inspected models of hourly data, in the workspace of the test."""
    monkeypatch.setenv("CROSSLENS_HOME", str(inspected_home[0]))
    return inspected_home[1]


@pytest.fixture
def daily(
    hourly: "InspectedModels", inspected_home: tuple[Path, "InspectedModels", "InspectedModels"]
) -> "InspectedModels":
    """Return inspected models of daily data, in the workspace of the test."""
    return inspected_home[2]
