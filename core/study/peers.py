"""CrossLens beside its peers, as `benchmarks.bench_peers` measured it: one row an entry, data set and horizon.

Seconds are CPU seconds of one thread until the kept weights were there; errors are those of every test window on
standardised values.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.workspace import CHECKPOINTS

TABLE = CHECKPOINTS / "tables" / "peers.csv"
DATASETS = ("ETTh1", "ETTh2", "ETTm2")
HORIZONS = (96, 720)
ENTRIES = ("ridge", "quick", "DLinear", "NHITS", "default", "iTransformer", "best", "PatchTST")
CROSSLENS, AVERAGE, RIDGE, PEER = "crosslens", "average", "ridge", "peer"  # kinds: AVERAGE is that with ridge
OURS = (CROSSLENS, AVERAGE)
CAPPED = "cap"  # how a training ended that had not come to its end
COLUMNS = (
    *("dataset", "horizon", "entry", "kind", "seconds", "mse", "mae", "stopped", "training_rate", "inference_rate"),
    *("parameters", "peak_mb", "ready_mb", "validation_mse", "wall_seconds", "windows", "lookback", "cap"),
    *("product", "code", "data", "torch", "neuralforecast"),
)
CELL = ["dataset", "horizon"]


def read_peers(path: Path = TABLE) -> pd.DataFrame:
    """Return the table with a column `front`: whether nothing else of its cell has less error in as little time.

    Without a file it is empty.
    """
    rows = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=list(COLUMNS))
    return with_front(rows)


def with_front(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the column `front`."""
    rows = rows.reset_index(drop=True)
    cells = [of for _, of in rows.groupby(CELL)]
    on = [of.index[place] for of in cells for place in front(of["seconds"].tolist(), of["mse"].tolist())]
    return rows.assign(front=rows.index.isin(on))


def missing(rows: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    """Return the entries that were not measured yet, by data set and horizon; of a cell without any, none."""
    there = {cell: set(of["entry"]) for cell, of in rows.groupby(CELL)}
    left: dict[tuple[str, int], list[str]] = {}
    for cell in ((dataset, horizon) for horizon in HORIZONS for dataset in DATASETS):
        found = there.get(cell, set())
        if found != set(ENTRIES):
            left[cell] = [entry for entry in ENTRIES if entry not in found] if found else []
    return left


def front(first: Sequence[float], second: Sequence[float]) -> list[int]:
    """Return the places of the points that no other point dominates, by growing first cost.

    A point dominates another where it is at most as dear in both costs and less dear in one; equal points share their
    place on the front.

    >>> front([1.0, 2.0, 3.0, 2.5], [0.5, 0.4, 0.4, 0.3])
    [0, 1, 3]
    """
    points = list(zip(first, second, strict=True))
    kept = [
        place
        for place, (one, two) in enumerate(points)
        if not any(a <= one and b <= two and (a, b) != (one, two) for a, b in points)
    ]
    return sorted(kept, key=lambda place: points[place])
