"""The tidy table of results: one row per number, the columns every figure and page reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.train.record import RunRecord

KEYS = ("dataset", "horizon", "fusion", "reference", "merge", "embedding", "preset", "seed")
COLUMNS = (
    "study",
    *KEYS,
    "lookback",
    "block",
    "statistic",
    "value",
    "low",
    "high",
    "p_value",
    "n",
    "reason",
    "run_id",
)


def run_keys(record: RunRecord) -> dict[str, Any]:
    """Return the columns that name a run."""
    run = record.config
    return {
        "dataset": run.dataset,
        "horizon": run.window.horizon,
        "lookback": run.window.lookback,
        "fusion": run.model.fusion.value,
        "reference": run.model.reference.value,
        "merge": run.model.merge.value,
        "embedding": run.model.embedding.value,
        "preset": run.preset,
        "seed": run.train.seed,
        "run_id": record.run_id,
    }


def tidy(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table with every column in COLUMNS, missing numbers as NaN."""
    table = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS))
    for name in ("value", "low", "high", "p_value", "n", "block"):
        table[name] = table[name].astype(float)
    for name in ("study", "statistic", "reason", "run_id"):
        table[name] = table[name].astype(object).where(table[name].notna(), "").astype(str)
    return table


def error_rows(record: RunRecord, study: str = "") -> list[dict[str, Any]]:
    """Return a run's errors: totals, per horizon step (mse_step_1 ...), per variable, validation, baselines."""
    keys = {"study": study, **run_keys(record)}
    test = record.metrics["test"]
    numbers: dict[str, float] = {kind: test[kind] for kind in ("mse", "mae", "rmse")}
    for kind in ("mse", "mae"):
        numbers[f"validation_{kind}"] = record.metrics["validation"][kind]
        numbers |= {f"{kind}_step_{step}": value for step, value in enumerate(test["per_step"][kind], start=1)}
        numbers |= {f"{kind}_variable_{name}": values[kind] for name, values in test["per_variable"].items()}
        numbers |= {f"{kind}_{name}": errors[kind] for name, errors in record.metrics["baselines"].items()}
    numbers["parameters"] = record.metrics["parameters"]
    return [{**keys, "statistic": name, "value": value, "n": test["windows"]} for name, value in numbers.items()]


def write_table(path: Path, study: str, records: Sequence[RunRecord]) -> None:
    """Write all errors of all runs as parquet, replacing the file whole."""
    partial = path.with_suffix(".partial")
    tidy(row for record in records for row in error_rows(record, study)).to_parquet(partial, index=False)
    partial.replace(path)
