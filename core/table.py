"""The tidy table: one row per number, the columns that every figure and page reads.

Rows of a run carry its keys. Rows of a reference that needs no training (ridge, seasonal naive, repeat-last) are
written once for each data set, horizon and look-back: they belong to no run, so they have no fusion and no seed, and
`run_id` is the reference's name. Where test cells were missing, `missing_cells` of a run counts them: no error does.
Statistics are named alike in both (`mse`, `mse_step_1`, `mse_variable_OT`); those
of the average of a run's forecast with ridge's are rows of the run that begin with `blend_`. Measures of a data set
itself belong to no run either; their horizon and look-back are 0. `reason` holds a message as
`core.text.message.stored` writes it, and in tables of earlier versions its sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet

from core.train.record import RecordError, RunRecord
from core.version import different_codes, different_measures

WORDS = ("fusion", "reference", "merge", "embedding", "preset")  # empty for a reference
KEYS = ("dataset", "horizon", "lookback", "fusion", "matched", "reference", "merge", "embedding", "preset", "seed")
NUMBERS = ("value", "low", "high", "p_value")
COLUMNS = ("study", *KEYS, "block", "statistic", *NUMBERS, "n", "reason", "run_id")
BLEND = "blend"
MISSING = "missing_cells"  # of the test rows; without it nothing was missing, or the run is of earlier code
NOTES = b"PANDAS_ATTRS"  # where pandas keeps the notes of a table (`attrs`) in a parquet file
Notes = Mapping[Any, Any]
FORMER = 1  # the definitions of measures whose table does not note them
TAKE_AGAIN = (
    "take them again where the weights are at hand (python -m core study --out FOLDER --measure), else train again"
)

_TYPES = {
    **{name: "float64" for name in NUMBERS},
    **{name: "Int64" for name in ("block", "seed")},
    **{name: "int64" for name in ("horizon", "lookback", "n")},
    "matched": "bool",
}


def run_keys(record: RunRecord) -> dict[str, Any]:
    """Return the columns that name a run."""
    run = record.config
    return {
        **_cell_keys(record),
        **{name: getattr(run.model, name).value for name in WORDS if name != "preset"},
        "matched": run.model.matched,
        "preset": run.preset,
        "seed": run.train.seed,
        "run_id": record.run_id,
    }


def _cell_keys(record: RunRecord) -> dict[str, Any]:
    window = record.config.window
    return {"dataset": record.config.dataset, "horizon": window.horizon, "lookback": window.lookback}


def error_rows(record: RunRecord) -> pd.DataFrame:
    """Return a run's errors: in all, by horizon step, variable and epoch; those of the blend; its size."""
    test, validation = record.metrics["test"], record.metrics["validation"]
    numbers = _numbers(test)
    numbers |= {f"{BLEND}_{name}": value for name, value in _numbers(record.metrics.get(BLEND, {})).items()}
    numbers |= {f"validation_{kind}": validation[kind] for kind in ("mse", "mae")}
    numbers |= _epoch_numbers(record)
    numbers["parameters"] = record.metrics["parameters"]
    if test.get("missing"):
        numbers[MISSING] = test["missing"]
    return _rows(numbers, **run_keys(record), n=test["windows"])


def _epoch_numbers(record: RunRecord) -> dict[str, float]:
    """Return the MSE after each epoch on validation windows, and on test windows where the recipe recorded it."""
    kinds = [kind for kind in ("validation_mse", "test_mse") if kind in record.history]
    return {
        f"{kind}_epoch_{epoch}": float(record.history[kind].iloc[epoch - 1])
        for kind in kinds
        for epoch in range(1, len(record.history) + 1)
    }


def reference_rows(record: RunRecord) -> pd.DataFrame:
    """Return the errors of the references on the windows of a run."""
    keys = {**_cell_keys(record), **dict.fromkeys(WORDS, ""), "matched": False, "seed": None}
    windows = record.metrics["test"]["windows"]
    parts = [
        _rows(_numbers(errors), **keys, run_id=name, n=windows)
        for name, errors in record.metrics["baselines"].items()
    ]
    return pd.concat(parts, ignore_index=True)


def _numbers(errors: Mapping[str, Any]) -> dict[str, float]:
    """Return totals, errors per horizon step and per variable by the names of their statistics."""
    found = {kind: errors[kind] for kind in ("mse", "mae", "rmse") if kind in errors}
    for kind in ("mse", "mae"):
        steps: Sequence[float] = errors.get("per_step", {}).get(kind, ())
        found |= {f"{kind}_step_{step}": value for step, value in enumerate(steps, start=1)}
        variables = errors.get("per_variable", {})
        found |= {f"{kind}_variable_{name}": values[kind] for name, values in variables.items()}
    return found


def _rows(numbers: Mapping[str, float], **shared: Any) -> pd.DataFrame:
    rows = pd.DataFrame({"statistic": list(numbers), "value": list(numbers.values())})
    return tidy(rows.assign(**shared))


def tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with every column of COLUMNS in its type; missing numbers as NaN, missing words as empty."""
    table = rows.reindex(columns=list(COLUMNS))
    for name in ("study", "reason"):
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    return table.astype(_TYPES)


def study_table(study: str, records: Sequence[RunRecord], measures: Sequence[pd.DataFrame] = ()) -> pd.DataFrame:
    """Return all errors of all runs, those of the references once a cell, in the order of the runs; then measures.

    Parameters
    ----------
    measures : tidy rows with notes of their versions, as `core.study.measures` keeps them.

    Returns
    -------
    DataFrame
        Columns COLUMNS; `attrs` notes the versions of all of it, see `notes_of`.

    Raises
    ------
    RecordError : the rows are of several versions of the code, of a data set or of the measures.
    """
    notes = joined([notes_of(records), *(rows.attrs for rows in measures)])
    if found := difference(notes):
        raise RecordError(f"The table would mix {found}; train or measure those of the other version again.")
    parts, seen = [], set()
    for record in records:
        cell = tuple(_cell_keys(record).values())
        if cell not in seen:
            seen.add(cell)
            parts.append(reference_rows(record))
        parts.append(error_rows(record))
    return one_table(study, [*parts, *map(tidy, measures)], notes)


def one_table(study: str, parts: Sequence[pd.DataFrame], notes: Notes) -> pd.DataFrame:
    """Return tidy rows as one table of a study, with its notes."""
    for part in parts:
        part.attrs = {}
    table = pd.concat(parts, ignore_index=True).assign(study=study)[list(COLUMNS)]
    table.attrs = dict(notes)
    return table


def notes_of(records: Iterable[RunRecord]) -> Notes:
    """Return the versions that runs are of: product, code, data by data set, runs by trainer; no measures."""
    used = list(records)
    data: dict[str, set[str]] = {}
    for record in used:
        data.setdefault(record.config.dataset, set()).add(record.fingerprint)
    return {
        "product": sorted({record.versions.get("product", "") for record in used}),
        "code": sorted({record.versions.get("code", "") for record in used}),
        "data": {key: sorted(versions) for key, versions in data.items()},
        "measures": [],
        "trained": _by_trainer((trainer(record.versions), record.run_id) for record in used),
    }


def _by_trainer(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    unique = sorted(set(pairs))
    return {trainer: [run_id for _, run_id in own] for trainer, own in groupby(unique, key=itemgetter(0))}


def trainer(versions: Mapping[str, str]) -> str:
    """Return what trained a run, in words.

    >>> trainer({"torch": "2.13.0+cpu", "stacked": "cuda, bfloat16"})
    'torch 2.13.0, stacked: cuda, bfloat16'
    """
    torch = f"torch {versions.get('torch', 'unknown').partition('+')[0]}"
    return f"{torch}, stacked: {versions['stacked']}" if "stacked" in versions else f"{torch}, one at a time: cpu"


def joined(notes: Sequence[Notes]) -> Notes:
    """Return the notes of tables that become one; each is asked for the definitions of its measures."""
    keys = dict.fromkeys(key for each in notes for key in each["data"])
    lists = {
        name: sorted({word for each in notes for word in each[name]}) for name in ("product", "code", "measures")
    }
    data = {key: sorted({v for each in notes for v in each["data"].get(key, ())}) for key in keys}
    return {
        **lists,
        "data": data,
        "trained": _by_trainer(
            (trainer, run_id)
            for each in notes
            for trainer, runs in each.get("trained", {}).items()
            for run_id in runs
        ),
        "definitions": sorted({one for each in notes for one in definitions(each)}),
    }


def definitions(notes: Notes) -> list[int]:
    """Return by which definitions the measures of a table were taken: the former where it does not say.

    >>> definitions({"measures": ["a1"]}), definitions({"measures": ["a1"], "definitions": [2]}), definitions({})
    ([1], [2], [])
    """
    return list(notes.get("definitions") or ([FORMER] if notes.get("measures") else []))


def difference(notes: Notes) -> str:
    """Return what differs between rows that one table must not mix, in words; empty where nothing does."""
    if len(different_codes(codes := notes["code"])) > 1:
        return f"runs of {len(codes)} versions of the code ({', '.join(codes)})"
    for key, versions in notes["data"].items():
        if len(versions) > 1:
            return f"runs on {len(versions)} versions of {key} ({', '.join(versions)})"
    if len(definitions(notes)) > 1:
        return f"measures by former definitions with those by present ones ({TAKE_AGAIN})"
    if len(different_measures(versions := notes["measures"])) > 1:
        return f"measures of {len(versions)} versions of the measuring code ({', '.join(versions)})"
    return ""


def write_rows(path: Path, rows: pd.DataFrame) -> None:
    """Write tidy rows and their notes as parquet, replacing the file whole.

    Words are kept as places in a dictionary; the bytes of numbers are put in order of their weight, which packs well:
    600,000 rows take 4 MB and are read in 0.4 s.
    """
    partial = path.with_suffix(".partial")
    words = [name for name in COLUMNS if name != "value"]
    rows.to_parquet(partial, index=False, compression="zstd", use_dictionary=words, use_byte_stream_split=["value"])
    partial.replace(path)


def read_notes(path: Path) -> Notes:
    """Return the notes of a file of rows without reading them; empty where there is none that can be read."""
    try:
        stored = pyarrow.parquet.read_schema(path).metadata or {}
        notes = json.loads(stored.get(NOTES, b"{}"))
    except (OSError, ValueError):  # pyarrow's errors are of both kinds
        return {}
    return notes if isinstance(notes, dict) else {}
