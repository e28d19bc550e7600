"""The tidy table: one row per number, the columns that every figure and page reads.

Rows of a run carry its keys. Rows of a reference that needs no training (ridge, seasonal naive, repeat-last) are
written once for each data set, horizon and look-back: they belong to no run, so they have no fusion and no seed, and
`run_id` is the reference's name. Statistics are named alike in both (`mse`, `mse_step_1`, `mse_variable_OT`); those
of the average of a run's forecast with ridge's are rows of the run that begin with `blend_`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.train.record import RecordError, RunRecord

WORDS = ("fusion", "reference", "merge", "embedding", "preset")  # empty for a reference
KEYS = ("dataset", "horizon", "lookback", "fusion", "matched", "reference", "merge", "embedding", "preset", "seed")
NUMBERS = ("value", "low", "high", "p_value")
COLUMNS = ("study", *KEYS, "block", "statistic", *NUMBERS, "n", "reason", "run_id")
BLEND = "blend"

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
    """Return a run's errors: totals, per horizon step, per variable; those of the blend; validation; its size."""
    test, validation = record.metrics["test"], record.metrics["validation"]
    numbers = _numbers(test)
    numbers |= {f"{BLEND}_{name}": value for name, value in _numbers(record.metrics.get(BLEND, {})).items()}
    numbers |= {f"validation_{kind}": validation[kind] for kind in ("mse", "mae")}
    numbers["parameters"] = record.metrics["parameters"]
    return _rows(numbers, **run_keys(record), n=test["windows"])


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


def study_table(study: str, records: Sequence[RunRecord]) -> pd.DataFrame:
    """Return all errors of all runs, and those of the references once a cell, in the order of the runs.

    Raises
    ------
    RecordError : the runs are of several versions of the code or of a data set.
    """
    if difference := mixture(records):
        raise RecordError(f"The table would mix {difference}; train the runs of the other version again.")
    parts, seen = [], set()
    for record in records:
        cell = tuple(_cell_keys(record).values())
        if cell not in seen:
            seen.add(cell)
            parts.append(reference_rows(record))
        parts.append(error_rows(record))
    return pd.concat(parts, ignore_index=True).assign(study=study)[list(COLUMNS)]


def mixture(records: Iterable[RunRecord]) -> str:
    """Return what differs between runs that one table must not mix, in words; empty where nothing does."""
    used = list(records)
    codes = {record.versions.get("code", "") for record in used}
    if len(codes) > 1:
        return f"runs of {len(codes)} versions of the code ({', '.join(sorted(codes))})"
    for key in dict.fromkeys(record.config.dataset for record in used):
        versions = {record.fingerprint for record in used if record.config.dataset == key}
        if len(versions) > 1:
            return f"runs on {len(versions)} versions of {key} ({', '.join(sorted(versions))})"
    return ""


def write_table(path: Path, study: str, records: Sequence[RunRecord]) -> None:
    """Write the table of a study as parquet, replacing the file whole."""
    partial = path.with_suffix(".partial")
    study_table(study, records).to_parquet(partial, index=False)
    partial.replace(path)
