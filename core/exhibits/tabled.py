"""Runs as a shipped table knows them: their errors and measures, read a cell at a time and kept in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.analysis.statistic import DEFINITIONS
from core.config import RunConfig
from core.data.dataset import Dataset
from core.presets import preset_run
from core.table import BLEND, MISSING, Notes, definitions, read_notes
from core.train.pace import paced
from core.version import different_codes
from core.vocabulary import Fusion, Merge, Reference

PLACE = ("dataset", "horizon", "lookback", "preset")  # of a cell
NAMES = ("fusion", "reference", "merge", "statistic", "run_id", "reason")  # columns that repeat few words
READ = (*PLACE, *NAMES, "matched", "seed", "block", "value", "low", "high", "p_value", "n")
_NUMBERED = ("statistic", "value", "n")
_STEP, _VARIABLE, _PARAMETERS = "mse_step_", "mse_variable_", "parameters"
_ERROR = re.compile(rf"({BLEND}_)?(mse|mae|rmse)|mse_(step|variable)_.+|{_PARAMETERS}|{MISSING}")
_UNREAD = re.compile(rf"(mae|{BLEND}_mse|{BLEND}_mae)_(step|variable)_.+|(validation|test)_.+|mae_.+")
Place = tuple[str, int, int, str]  # data set, horizon, look-back, preset


@dataclass(frozen=True, eq=False)
class TabledRun:
    """A finished run of which only its rows in a table are at hand, told by the same names as `RunRecord`.

    `metrics` hold test and blend {mse, mae, rmse}, of test also windows, missing, per_step {mse} and per_variable
    {name: {mse}}, as well as baselines and parameters.
    """

    run_id: str
    config: RunConfig
    fingerprint: str  # of the data
    versions: Mapping[str, str]
    trainer: str  # in words; empty where the table does not say
    metrics: Mapping[str, Any]


@lru_cache(maxsize=16)
def cells_in(path: Path, written: int) -> tuple[tuple[Place, int], ...]:
    """Read which cells a table holds; `written` makes the cache forget a table that changed."""
    try:
        table = _columns(path, [*PLACE, "seed"], ("dataset", "preset"))
        known = table.group_by(list(PLACE)).aggregate([("seed", "min")]).to_pandas()
    except (OSError, ValueError, KeyError):  # pyarrow's errors are of these kinds; a damaged table counts as none
        return ()
    rows = known.loc[(known["preset"] != "") & (known["horizon"] > 0)]
    return tuple(
        ((str(dataset), int(horizon), int(lookback), str(preset)), int(seed))
        for dataset, horizon, lookback, preset, seed in rows[[*PLACE, "seed_min"]].itertuples(index=False)
    )


def _columns(path: Path, columns: Sequence[str], words: Sequence[str]) -> Any:
    """Read some columns; words stay places in a dictionary, so that a million rows take a tenth of a second."""
    return pq.read_table(path, columns=list(columns), read_dictionary=list(words)).unify_dictionaries()


@lru_cache(maxsize=16)
def notes_of(path: Path, written: int) -> Notes:
    """Return the notes of a table, see `core.table.notes_of`."""
    return read_notes(path)


@lru_cache(maxsize=8)
def read_cell(
    path: Path, written: int, place: Place, fingerprint: str, dataset: Dataset
) -> tuple[tuple[TabledRun, ...], pd.DataFrame]:
    """Return all runs of a cell of a table, and the rows of their measures."""
    rows, notes = _rows(path, place), notes_of(path, written)
    is_error = rows["statistic"].map({name: bool(_ERROR.fullmatch(name)) for name in rows["statistic"].unique()})
    metrics = _metrics(rows.loc[is_error])
    firsts = rows.loc[is_error].drop_duplicates("run_id").set_index("run_id")
    baselines = {str(name): metrics[str(name)]["test"] for name in firsts.index[firsts["fusion"] == ""]}
    trainers = {run: trainer for trainer, runs in notes.get("trained", {}).items() for run in runs}
    versions = {"code": min(different_codes(notes["code"]))}
    runs = [
        TabledRun(
            run_id=str(run_id),
            config=_config(place, row, dataset),
            fingerprint=fingerprint,
            versions=versions,
            trainer=trainers.get(str(run_id), ""),
            metrics=metrics[str(run_id)] | {"baselines": baselines},
        )
        for run_id, row in firsts.loc[firsts["fusion"] != ""].iterrows()
    ]
    are_present = definitions(notes) == [DEFINITIONS]  # those of former definitions mean something else
    return tuple(runs), rows.loc[~is_error] if are_present else rows.iloc[:0]


def _rows(path: Path, place: Place) -> pd.DataFrame:
    """Read the rows of a cell and of the references on its windows, without those that nothing here shows."""
    table = _columns(path, READ, (*NAMES, "dataset", "preset"))
    dataset, horizon, lookback, preset = place
    chosen = (pc.field("dataset") == dataset) & (pc.field("horizon") == horizon) & (pc.field("lookback") == lookback)
    table = table.filter(pa.chunked_array(map(_is_shown, table["statistic"].chunks), pa.bool_())).filter(chosen)
    rows = table.replace_schema_metadata(None).to_pandas()  # the notes would be copied with every part
    types = dict.fromkeys((*NAMES, "dataset", "preset"), "str") | dict.fromkeys(("seed", "block"), "Int64")
    return rows.loc[rows["preset"].isin([preset, ""])].astype(types)


def _is_shown(statistics: pa.DictionaryArray) -> pa.BooleanArray:
    """Return which rows of a column of statistics are read: words of the dictionary are looked at once each."""
    shown = [place for place, name in enumerate(statistics.dictionary.to_pylist()) if not _UNREAD.fullmatch(name)]
    return pc.is_in(statistics.indices, value_set=pa.array(shown, statistics.indices.type))


def _config(place: Place, row: pd.Series[Any], dataset: Dataset) -> RunConfig:
    """Return the settings of a run as its preset has them now."""
    key, horizon, lookback, preset = place
    form: dict[str, Any] = {
        "fusion": Fusion(row["fusion"]),
        "reference": Reference(row["reference"]),
        "merge": Merge(row["merge"]),
    }
    seed, matched = int(row["seed"]), bool(row["matched"])
    run = preset_run(key, preset, horizon=horizon, lookback=lookback, seed=seed, matched=matched, **form)
    return paced(run.canonical, dataset)


def _metrics(rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the errors of rows by run id, as `RunRecord.metrics` tells them; steps follow each other in a table."""
    found: dict[str, dict[str, Any]] = {}
    for run_id, name, value, windows in zip(*(rows[each] for each in ("run_id", *_NUMBERED)), strict=True):
        if run_id not in found:
            empty = {"windows": int(windows), "missing": 0, "per_step": {"mse": []}, "per_variable": {}}
            found[run_id] = {"test": empty, "blend": {}}
        own = found[run_id]
        if name.startswith(_STEP):
            own["test"]["per_step"]["mse"].append(value)
        elif name.startswith(_VARIABLE):
            known = None if np.isnan(value) else value
            own["test"]["per_variable"][name.removeprefix(_VARIABLE)] = {"mse": known}
        elif name.startswith(BLEND):
            own["blend"][name.removeprefix(f"{BLEND}_")] = value
        elif name == MISSING:
            own["test"]["missing"] = int(value)
        elif name == _PARAMETERS:
            own["parameters"] = int(value)
        else:
            own["test"][name] = value
    return {run_id: {name: part for name, part in own.items() if part} for run_id, own in found.items()}
