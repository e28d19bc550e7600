"""What pages load, kept between runs.

Keys are names and fingerprints, never data: streamlit hashes only a sample of a large argument. What these functions
return is shared by all sessions: read it, never change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from core.data.catalog import KNOWN, available, load_dataset
from core.data.dataset import Dataset
from core.data.uploads import names
from core.figures.names import straight
from core.train.record import RecordError, RunRecord, read_record
from core.vocabulary import Fusion, Merge, Reference
from core.workspace import CHECKPOINTS, Room, room
from dashboard.selection import PREFERRED, Catalog, Cell, Selection
from dashboard.uploads import visible

METRICS = "metrics.json"  # the last file of a finished run


def records() -> tuple[RunRecord, ...]:
    """Return every finished run, shipped and trained here; of equal runs the latest."""
    run, of_study = f"*/{METRICS}", f"*/runs/*/{METRICS}"
    elsewhere = room(Room.RUNS)
    places = (
        *((CHECKPOINTS, f"**/{METRICS}"), (room(Room.STUDIES), of_study)),
        *((elsewhere, run), (elsewhere, of_study)),
    )
    return _latest(tuple(entry for root, pattern in places for entry in _written(root, pattern)))


def records_below(folder: Path) -> tuple[RunRecord, ...]:
    """Return the finished runs that lie directly in one folder."""
    return _latest(tuple(_written(folder, f"*/{METRICS}")))


def _written(root: Path, pattern: str) -> list[tuple[Path, int]]:
    """Return the folders of finished runs, each with when it was finished; one with a suffix was set aside."""
    found = (path for path in sorted(root.glob(pattern)) if not path.parent.suffix)
    return [(path.parent, path.stat().st_mtime_ns) for path in found]


@lru_cache(maxsize=8)
def _latest(written: tuple[tuple[Path, int], ...]) -> tuple[RunRecord, ...]:
    found = {}
    for folder, when in sorted(written, key=lambda entry: entry[1]):
        record = _record(folder, when)
        if record is not None:
            found[record.run_id] = record
    return tuple(found.values())


@lru_cache(maxsize=4000)
def _record(folder: Path, when: int) -> RunRecord | None:
    """Read one run; `when` makes the cache forget a folder that changed."""
    try:
        return read_record(folder)
    except RecordError:
        return None


def cell_of(record: RunRecord) -> Cell:
    """Return the place of the grid a run lies in."""
    run = record.config
    return Cell(run.preset, run.window.horizon, run.window.lookback, run.train.seed)


def tables() -> Path:
    """Return the folder of the shipped tables of studies."""
    return CHECKPOINTS / "tables"


def catalog() -> Catalog:
    """Return every data set that this session can choose, with its trained cells."""
    cells: dict[str, set[Cell]] = {key: set() for key in (*KNOWN, *visible())}
    for record in records():
        if record.config.dataset in cells:
            cells[record.config.dataset].add(cell_of(record))
    return Catalog({key: tuple(sorted(found)) for key, found in cells.items()})


def titles() -> dict[str, str]:
    """Return the name for people of every data set that this session can choose."""
    own = {key: straight(name) for key, name in names(visible()).items()}
    return {key: known.title for key, known in KNOWN.items()} | own


def is_here(key: str) -> bool:
    """Tell whether a data set loads without a download."""
    return key in available()


def dataset(key: str) -> Dataset:
    """Return a data set that is on this machine (the catalog keeps the last few in memory)."""
    return load_dataset(key)


def of_cell(selection: Selection, *, all_seeds: bool = False) -> list[RunRecord]:
    """Return the finished runs of the selection in every form; every seed of its cell instead of the selected one."""
    if selection.cell is None:
        return []
    fixed = [name for name in PREFERRED if not (all_seeds and name == "seed")]
    wanted = [getattr(selection.cell, name) for name in fixed]
    return [
        record
        for record in records()
        if record.config.dataset == selection.dataset and [getattr(cell_of(record), name) for name in fixed] == wanted
    ]


def chosen(
    selection: Selection,
    *,
    merge: Merge = Merge.ATTENTION,
    reference: Reference = Reference.DYNAMIC,
    all_seeds: bool = False,
    matched: bool = False,
) -> dict[Fusion, list[RunRecord]]:
    """Return the finished runs of the selection by mode, in the order of the modes, seeds ascending.

    Parameters
    ----------
    merge, reference
        The proposed form by default; `none` has no reference and always counts.
    all_seeds
        Every seed of the cell instead of the selected one.
    matched
        Instead, the runs of `none` with as many parameters as `both`.
    """
    found: dict[Fusion, dict[int, RunRecord]] = {mode: {} for mode in Fusion}
    for record in of_cell(selection, all_seeds=all_seeds):
        model = record.config.model
        if (model.merge, model.matched) == (merge, matched) and (
            model.fusion is Fusion.NONE or model.reference is reference
        ):
            found[model.fusion][record.config.train.seed] = record
    return {mode: [runs[seed] for seed in sorted(runs)] for mode, runs in found.items() if runs}


def folder_state(folder: Path, *names: str) -> Mapping[str, int]:
    """Return when each file was written (0 where missing): the part of a cache key that forgets changed files."""
    return {name: (folder / name).stat().st_mtime_ns if (folder / name).exists() else 0 for name in names}
