"""List what the workspace holds: uploads, studies, what is made of them, caches, downloads, decks, what is aside.

Nothing outside the workspace is listed: a link that lies in it is not followed, what it leads to is somebody's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from core.aside import DAMAGED, OLD, is_aside, was_set_aside
from core.data import uploads
from core.data.catalog import KNOWN, titles
from core.decks import removal, shelf
from core.holdings.holding import Holding, HoldingKind, entries, in_use
from core.jobs import JobFolder
from core.study.folder import RUNS, datasets_of
from core.text.words import mark, say
from core.train.finished import finished_runs
from core.workspace import Folder, home

# As what is made of a cell's trained models is named: inspections, effects, response probes.
_CELL = re.compile(r"(.+)-h(\d+)-l(\d+)-(.+)-s(\d+)(?:-(effect|probe))?-[0-9a-f]{8}")
_MADE = {"effect": mark("effect of changes"), "probe": mark("response probe")}
_DATASET = re.compile(r"(.+?)-h\d+-")  # at the head of these names, and of run ids
_ROOMS = {
    HoldingKind.STUDIES: Folder.STUDIES,
    HoldingKind.INSPECTIONS: Folder.INSPECTIONS,
    HoldingKind.ATTRIBUTIONS: Folder.ATTRIBUTIONS,
}
_DEPTH = 3  # folders below a subfolder in which something is set aside: studies/<study>/runs/<run>.damaged


def holdings() -> list[Holding]:
    """Return all that the workspace holds, by kind, the largest first; what cannot be read is listed all the same."""
    names, busy = titles(), _at_work()
    found = [*_uploads(names, busy), *_of_jobs(names), *_caches(names), *_downloads(busy), *_decks()]
    found += _aside(names)  # last: a broken upload was set aside just now
    order = list(HoldingKind)
    return sorted(found, key=lambda one: (order.index(one.kind), -one.bytes, one.name))


def _at_work() -> frozenset[str]:
    """Return the keys of data sets that a process trains on, looks into models of, or downloads."""
    studies, inspections, attributions, downloads = (
        [path for path in entries(home() / room) if in_use(path)] for room in (*_ROOMS.values(), Folder.DOWNLOADS)
    )
    trained = [key for study in studies for key in datasets_of(study)]
    asked = [named[1] for path in (*inspections, *attributions) if (named := _DATASET.match(path.name))]
    return frozenset([*trained, *asked, *(path.name for path in downloads)])


def _uploads(names: Mapping[str, str], busy: frozenset[str]) -> Iterator[Holding]:
    for key in uploads.keys():
        folder = home() / Folder.UPLOADS / key
        if folder in entries(folder.parent):
            title, of = names.get(key, key), frozenset({key})
            yield Holding(HoldingKind.UPLOADS, key, title, folder, [folder], of, False, key in busy)


def _of_jobs(names: Mapping[str, str]) -> Iterator[Holding]:
    """Yield studies, and what was made of trained models in the background."""
    for kind, room in _ROOMS.items():
        for folder in entries(home() / room):
            if folder.is_dir():
                title, of, again = title_of(folder, names), _uploads_of(folder), kind is not HoldingKind.STUDIES
                yield Holding(kind, folder.name, title, folder, [folder], of, again, in_use(folder))


def title_of(folder: Path, names: Mapping[str, str]) -> str:
    """Return the name for people of a job's folder: the cell that its name tells, else what the job is called.

    `names` are those of data sets by key.

    >>> title_of(Path("ETTh1-h96-l720-default-s0-1f2a3b4c"), {"ETTh1": "ETTh1"})
    'ETTh1 · horizon 96 · look-back 720 · default · seed 0'
    """
    parts = _CELL.fullmatch(folder.name)
    if parts is None:
        return uploads.in_words(JobFolder(folder).title)
    key, horizon, lookback, preset, seed, made = parts.groups()
    size = say("horizon {horizon} · look-back {lookback}", horizon=horizon, lookback=lookback)
    cell = f"{names.get(key, key)} · {size} · {preset} · {say('seed {seed}', seed=seed)}"
    return f"{cell} · {say(_MADE[made])}" if made else cell


def _caches(names: Mapping[str, str]) -> Iterator[Holding]:
    """Yield what is kept of the baselines of each version of data."""
    of = {run.fingerprint: run.config.dataset for run in finished_runs()}
    kept: dict[str, list[Path]] = {}
    for path in entries(home() / Folder.BASELINES):
        kept.setdefault(path.name.split("-")[0], []).append(path)
    for fingerprint, paths in kept.items():
        key = of.get(fingerprint, "")
        data = names.get(key, key) or say("data {fingerprint}", fingerprint=fingerprint)
        title, keys = say("baselines of {data}", data=data), uploads.named_in(key)
        yield Holding(HoldingKind.CACHES, fingerprint, title, paths[0].parent, paths, keys, True, False)


def _downloads(busy: frozenset[str]) -> Iterator[Holding]:
    for path in entries(home() / Folder.DATA):
        known = {key: one for key, one in KNOWN.items() if one.file is not None and one.file.name == path.name}
        title = next((one.title for one in known.values()), path.name)
        at_work = not busy.isdisjoint(known)
        yield Holding(HoldingKind.DOWNLOADS, path.name, title, path, [path], frozenset(), False, at_work)


def _decks() -> Iterator[Holding]:
    for entry in shelf.entries():
        folder, of = home() / Folder.DECKS / entry.name, uploads.named_in(" ".join(removal.datasets(entry.name)))
        yield Holding(HoldingKind.DECKS, entry.name, entry.deck.title, folder, [folder], of, False, in_use(folder))


def _aside(names: Mapping[str, str]) -> Iterator[Holding]:
    """Yield what was set aside, by its path in the workspace; what it is part of may be at work."""
    for room in Folder:
        for path in _set_aside_in(home() / room, _DEPTH):
            place = path.relative_to(home())
            owner, name = home().joinpath(*place.parts[:2]), place.as_posix()
            of = uploads.named_in(name) | _uploads_of(owner)
            title = _aside_title(path, owner, names)
            again = room in (Folder.INSPECTIONS, Folder.BASELINES)
            yield Holding(HoldingKind.ASIDE, name, title, owner, [path], of, again, in_use(owner))


def _aside_title(path: Path, owner: Path, names: Mapping[str, str]) -> str:
    """Return what was set aside in words: what it is part of, its own name before, and why."""
    why = say("damaged" if is_aside(path) else "of former code")
    own = uploads.in_words(re.split(f"{re.escape(DAMAGED)}|{re.escape(OLD)}", path.name)[0])
    return f"{own}, {why}" if path == owner else f"{title_of(owner, names)}: {own}, {why}"


def _uploads_of(folder: Path) -> frozenset[str]:
    """Return the uploads that a job's folder is of, as its name, its grid, or the names of its runs tell."""
    runs = [run.name for run in entries(folder / RUNS)]
    return uploads.named_in(" ".join([folder.name, *runs, *datasets_of(folder)]))


def _set_aside_in(folder: Path, depth: int) -> Iterator[Path]:
    with suppress(OSError):
        if folder.is_symlink() or not folder.is_dir():
            return
        for path in sorted(folder.iterdir()):
            if was_set_aside(path.name) and not path.is_symlink():
                yield path
            elif depth > 1:
                yield from _set_aside_in(path, depth - 1)
