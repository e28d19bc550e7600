"""Files of a study on their way to a node and back, as bytes by their paths below a folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.study.folder import sibling

Files = Mapping[str, bytes]
_STUDY = "{study}"  # in place of the folder of a study
GROWING = (".jsonl", ".log")  # files whose lines are sent as they are written


def portable(words: Sequence[str], study: Path) -> tuple[str, ...]:
    """Return a command line whose paths below a study begin with a mark in its place; `at_home` puts another there.

    >>> portable(["train", "--run", "s/runs/ETTs.json", "--out", "s"], Path("s"))
    ('train', '--run', '{study}/runs/ETTs.json', '--out', '{study}')
    """
    return tuple(_portable(word, study) for word in words)


def _portable(word: str, study: Path) -> str:
    if word == str(study):
        return _STUDY
    root, path = study.resolve(), Path(word).resolve()
    if "/" not in word or not path.is_relative_to(root):
        return word
    return f"{_STUDY}/{path.relative_to(root).as_posix()}"


def at_home(words: Sequence[str], study: Path) -> list[str]:
    """Return a command line that `portable` made, for a study at another place."""
    return [str(study) + word[len(_STUDY) :] if word.startswith(_STUDY) else word for word in words]


def packed(paths: Sequence[Path], root: Path) -> dict[str, bytes]:
    """Return files, and those of folders, by their paths below a root; what is not there is left out."""
    found = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in found if file.is_file()}


def append(files: Files, study: Path) -> None:
    """Put what files grew by at their ends."""
    for name, body in files.items():
        with below(study, name).open("ab") as file:
            file.write(body)


def receive(files: Files, study: Path) -> None:
    """Put what was written into the folder of a study; a finished run appears whole or not at all."""
    finished: dict[Path, Path] = {}  # folder -> where it is filled
    for name, body in files.items():
        target = below(study, name)
        top = study.joinpath(*Path(name).parts[:2])
        if top != target and not top.suffix:
            finished[top] = top.with_name(f"{top.name}.copying")
            target = finished[top] / target.relative_to(top)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.partial")
        partial.write_bytes(body)
        partial.replace(target)
    for folder, filled in finished.items():
        filled.rename(folder)
        shutil.rmtree(sibling(folder, ".training"), ignore_errors=True)  # what it kept while it was unfinished


def below(folder: Path, name: str) -> Path:
    """Return a path below a folder; ValueError for one that leads out of it."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(f"{name!r} came from another machine and is no file of the study: nothing was written.")
    return folder / name


def lay(files: Files, folder: Path) -> None:
    """Write files below a folder."""
    for name, body in files.items():
        path = below(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every file below a folder with what changes when it is written."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (status.st_mtime_ns, status.st_size) for path, status in found}


def grown(folder: Path, sent: dict[str, int]) -> dict[str, bytes]:
    """Return what the growing files of a folder hold beyond what was sent, and note that it is."""
    found = {}
    for path in (path for path in folder.rglob("*") if path.name.endswith(GROWING)):
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as file:
            file.seek(sent.get(name, 0))
            body = file.read()
        if body:
            found[name], sent[name] = body, sent.get(name, 0) + len(body)
    return found
