"""Shared by all tests: a workspace of their own, and the official data where they are at hand."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data.catalog import KNOWN


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
    from dashboard import cache

    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    monkeypatch.delenv("CROSSLENS_DATA", raising=False)
    monkeypatch.setattr(cache, "CHECKPOINTS", tmp_path / "none shipped")
    return tmp_path
