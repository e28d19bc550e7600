"""What pages load, kept between runs.

Keys are names and fingerprints, never data: streamlit hashes only a sample of a large argument. What these functions
return is shared by all sessions: read it, never change it.
"""

from __future__ import annotations

from pathlib import Path

from core.data.catalog import KNOWN
from core.data.uploads import names
from core.exhibits import seeds
from core.exhibits.cell import runs_of_cell
from core.figures.names import straight
from core.train.finished import finished_runs
from core.train.record import RunRecord
from core.workspace import CHECKPOINTS
from dashboard.data.uploads import visible
from dashboard.selection import Catalog, Cell, Selection


def cell_of(record: RunRecord) -> Cell:
    """Return the place of the grid a run lies in."""
    run = record.config
    return Cell(run.preset, run.window.horizon, run.window.lookback, run.train.seed)


def tables() -> Path:
    """Return the folder of the shipped tables of studies."""
    return CHECKPOINTS / "tables"


def catalog() -> Catalog:
    """Return every data set that this session can choose, with its cells: trained here, or known from a table."""
    cells: dict[str, set[Cell]] = {key: set() for key in (*KNOWN, *visible())}
    for record in finished_runs():
        if record.config.dataset in cells:
            cells[record.config.dataset].add(cell_of(record))
    for (key, horizon, lookback, preset), seed in seeds.cells(tables()):
        trained = {(cell.preset, cell.horizon, cell.lookback) for cell in cells.get(key, ()) if cell.here}
        if key in cells and (preset, horizon, lookback) not in trained:
            cells[key].add(Cell(preset, horizon, lookback, seed, here=False))
    return Catalog({key: tuple(sorted(found)) for key, found in cells.items()})


def titles() -> dict[str, str]:
    """Return the name for people of every data set that this session can choose."""
    own = {key: straight(name) for key, name in names(visible()).items()}
    return {key: known.title for key, known in KNOWN.items()} | own


def of_cell(selection: Selection) -> tuple[RunRecord, ...]:
    """Return the finished runs of the selection in every form and seed."""
    return runs_of_cell(selection.dataset, selection.cell.place) if selection.cell else ()


def members_of(selection: Selection) -> list[RunRecord]:
    """Return the runs of the selection that are inspected together."""
    return seeds.looked_into(of_cell(selection), selection.cell.seed) if selection.cell else []
