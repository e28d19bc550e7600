"""The workspace: private, not needed for reading; a disk, a path or a terminal that gives out is one sentence."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.__main__ import main
from core.data.catalog import KNOWN, load_dataset
from core.data.dataset import DataError
from core.data.official import local_path, misnamed
from core.exits import Exit, refusal
from core.study.folder import FullDisk
from core.workspace import Folder, hindrance, home, subfolder
from dashboard.guard import sentence_of
from tests.support.pages import open_page

ROOT = Path(__file__).parent.parent
ETTH1 = KNOWN["ETTh1"].file
assert ETTH1 is not None


def test_a_new_workspace_is_its_accounts_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "new"))
    assert stat.S_IMODE(home().stat().st_mode) == 0o700
    (tmp_path / "theirs").mkdir(mode=0o755)
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "theirs"))
    assert stat.S_IMODE(home().stat().st_mode) == 0o755, "a folder that was there keeps its rights"


@pytest.mark.parametrize("name", ["a file", "a device"])
def test_a_workspace_that_cannot_be_is_a_sentence_on_every_page(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    path = Path("/dev/null") if name == "a device" else tmp_path / "a file"
    monkeypatch.setenv("CROSSLENS_HOME", str(path))
    assert f"{path} is no folder" in hindrance()
    for page in ("overview", "data", "compare"):
        at = open_page(page)
        assert not at.exception and not at.error
        assert any("is no folder and cannot be made one" in warning.value for warning in at.warning)


def test_a_workspace_that_cannot_be_written_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hindrance() == ""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != home)
    assert hindrance().startswith(f"{home} cannot be written")
    at = open_page("overview")
    assert any("cannot be written" in warning.value for warning in at.warning)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Exit.FULL_DISK, "The disk is full"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), Exit.REFUSED, "/x: read-only file system; make it"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), Exit.REFUSED, "/x: permission denied; make it"),
        (FullDisk(Path("/x")), Exit.FULL_DISK, "The disk that holds /x is full"),
        (MemoryError(), Exit.OUT_OF_MEMORY, "The memory ran out"),
    ],
)
def test_page_and_command_say_the_same(error: Exception, status: Exit, words: str) -> None:
    told = refusal(error)
    assert told is not None and told[0] is status and told[1].startswith(words)
    assert sentence_of(error) == told[1]


def test_a_room_that_could_not_be_made_is_told_as_the_workspace_it_belongs_to(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = OSError(errno.ENOENT, "No such file or directory", str(home / "uploads" / "tmp"))
    assert sentence_of(missing).endswith("no such file or directory; check the path.")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != home)
    assert sentence_of(missing).startswith(f"{home} cannot be written")
    elsewhere = OSError(errno.ENOENT, "No such file or directory", "/elsewhere")
    assert sentence_of(elsewhere) == "/elsewhere: no such file or directory; check the path."


def test_a_fault_of_the_program_stays_in_the_log() -> None:
    assert sentence_of(KeyError("x")) == sentence_of(ValueError("y"))
    assert "log has the details" in sentence_of(KeyError("x"))


def test_study_and_train_end_alike_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    def no_room(*_: object, **__: object) -> None:
        raise full

    monkeypatch.setattr("core.study.run._prepare", no_room)
    monkeypatch.setattr("core.train.fit.fit", no_room)
    shared = ["--preset", "quick", "--lookback", "72", "--out"]
    study = ["study", "--datasets", "NYweather", "--horizons", "24", *shared, str(tmp_path / "s")]
    train = ["train", "--dataset", "NYweather", "--horizon", "24", *shared, str(tmp_path / "t")]
    assert main(study) == main(train) == Exit.FULL_DISK


def a_data_folder(kind: str, place: Path) -> str:
    (place / "file").touch()
    (place / "loop").symlink_to(place / "loop")
    (place / "empty").mkdir()
    (place / "folder" / "ETTh1.csv").mkdir(parents=True)
    named = {"nobody": "~nobody-of-this-name", "long": "/" + "x" * 5000, "nowhere": str(place / "none")}
    return named.get(kind, str(place / kind))


@pytest.mark.parametrize("kind", ["file", "loop", "empty", "folder", "nobody", "long", "nowhere"])
def test_a_wrong_data_folder_is_named_as_set_and_wrong(
    kind: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ETTH1 is not None
    assert misnamed(ETTH1) == "", "not set is not wrong"
    named = a_data_folder(kind, tmp_path)
    monkeypatch.setenv("CROSSLENS_DATA", named)
    words = f"CROSSLENS_DATA is {named} and holds no ETTh1.csv"
    assert local_path(ETTH1) is None and misnamed(ETTH1) == words
    monkeypatch.setattr("pooch.retrieve", no_network)
    with pytest.raises(DataError, match="could not be downloaded") as refused:
        load_dataset("ETTh1")
    assert words in str(refused.value)
    if kind == "empty":
        at = open_page("data", dataset="ETTh1")
        assert any("and holds no ETTh1.csv" in warning.value for warning in at.warning)


def no_network(*_: object, **__: object) -> None:
    raise ConnectionError("no route")


@pytest.mark.process
@pytest.mark.parametrize(
    "locale", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}]
)
def test_output_survives_a_terminal_without_our_letters(locale: dict[str, str]) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    done = subprocess.run(
        [sys.executable, "-m", "core", "claims"], cwd=ROOT, env=plain | locale, capture_output=True, check=False
    )
    assert done.returncode == 0 and not done.stderr
    assert b"?" in done.stdout and len(done.stdout) > 1000


def test_a_folder_need_not_exist_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "a file" / "below"))
    assert list(subfolder(Folder.UPLOADS).glob("*")) == []


@pytest.mark.process
def test_output_that_nobody_reads_to_its_end_is_no_fault() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "core", "claims"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
