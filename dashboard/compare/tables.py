"""Runs of a study as tables for the screen, while they are trained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.config import arm_label
from core.study.folder import RunState, RunStatus
from core.study.log import KEPT_STEPS
from core.study.progress import StudyProgress, by_cell, clock, share_of
from core.text.words import say
from core.train.record import HISTORY
from core.vocabulary import Language
from dashboard import cache


def shown_runs(found: StudyProgress) -> Sequence[RunStatus]:
    """Return the runs of the data set and horizon that is trained now; of the last one where none is."""
    cells = list(by_cell(found.statuses).values())
    begun = [cell for cell in cells if any(run.state is RunState.TRAINING for run in cell)]
    return (begun or cells)[-1] if cells else ()


def cell_table(found: StudyProgress) -> pd.DataFrame:
    """Return one row a data set and horizon: runs done, of how many, failed, progress."""
    names = cache.titles()
    return pd.DataFrame(
        {
            "dataset": names.get(key, key),
            "horizon": horizon,
            "done": sum(run.state is RunState.DONE for run in runs),
            "runs": len(runs),
            "failed": sum(run.state is RunState.FAILED for run in runs),
            "progress": sum(map(share_of, runs)) / len(runs),
        }
        for (key, horizon), runs in by_cell(found.statuses).items()
    )


def run_table(runs: Sequence[RunStatus], language: Language) -> pd.DataFrame:
    """Return one row a run: mode, seed, state, progress, loss so far, validation MSE, time left."""
    return pd.DataFrame([_row(run, language) for run in runs])


def _row(run: RunStatus, language: Language) -> dict[str, Any]:
    log, model = run.log, run.config.model
    losses = [event["loss"] for event in log.steps]
    return {
        "mode": arm_label(model.arm, language),
        "seed": run.config.train.seed,
        "state": say(run.state.value),
        "progress": share_of(run),
        "loss": losses[:: max(1, len(losses) // KEPT_STEPS)],
        "validation": log.epoch["validation_mse"] if log.epoch else None,
        "left": clock(log.step["eta"]) if log.step and run.state is RunState.TRAINING else "",
    }


def curves(runs: Sequence[RunStatus]) -> pd.DataFrame:
    """Return the validation errors of some runs so far: columns fusion, matched, seed, epoch, validation_mse."""
    rows = []
    for run in runs:
        model = run.config.model
        key = {"fusion": model.fusion.value, "matched": model.matched, "seed": run.config.train.seed}
        epochs: Sequence[dict[str, Any]] = run.log.epochs
        if not epochs and run.state is RunState.DONE:  # taken over from an equal run, which told its story elsewhere
            epochs = _history(run.folder)
        rows += [key | {"epoch": event["epoch"], "validation_mse": event["validation_mse"]} for event in epochs]
    names = ["fusion", "matched", "seed", "epoch"]
    return pd.DataFrame(rows, columns=[*names, "validation_mse"]).drop_duplicates(names, keep="last")


def _history(run: Path) -> list[dict[str, Any]]:
    path = run / HISTORY
    if not path.exists():
        return []
    return [{str(name): value for name, value in row.items()} for row in pd.read_csv(path).to_dict("records")]
