"""Comparisons as background jobs on the study engine: followed run by run, and read when finished."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd
import streamlit as st

from core import jobs, study
from core.jobs import JobFolder, JobKind, JobState
from core.study import RunStatus
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from core.workspace import room
from dashboard import cache, state

SPARK = 60  # points of a loss line in the table


def known() -> list[JobFolder]:
    """Return every comparison of the workspace, newest first; studies made by the command line included."""
    found = jobs.known(JobKind.STUDY)
    told = {job.path for job in found}
    folders = [path.parent for path in room(JobKind.STUDY.room).glob("*/study.json") if path.parent not in told]
    return found + [JobFolder(folder) for folder in sorted(folders)]


def find(job_id: str | None) -> JobFolder | None:
    """Look a comparison up among those that exist."""
    return next((job for job in known() if job.id == job_id), None)


def is_done(job: JobFolder) -> bool:
    """Tell whether a comparison has its table; one made by the command line has no job around it."""
    return job.state is JobState.DONE or (not job.spec and (job.path / "table.parquet").exists())


@dataclass(frozen=True)
class Progress:
    """A comparison at one moment."""

    statuses: Sequence[RunStatus]

    @property
    def share(self) -> float:
        """Part of the work that is done, 0 to 1."""
        return mean(_share(run) for run in self.statuses)

    @property
    def seconds_left(self) -> float | None:
        """Estimate of the time left: what runs at work still need, and a whole run's time for each one waiting."""
        last = [_last(run, "step") for run in self.statuses if run.state == "training"]
        told = [event for event in last if event is not None]
        if not told:
            return None
        left = [float(event["eta"]) for event in told]
        whole = mean(
            eta / max(1 - event["step"] / event["steps"], 0.01) for eta, event in zip(left, told, strict=True)
        )
        waiting = sum(run.state == "waiting" for run in self.statuses)
        return float(sum(left) + waiting * whole) / min(os.cpu_count() or 1, len(told) + waiting)

    @property
    def failures(self) -> list[str]:
        """One sentence a run that failed."""
        return [f"{run.config.run_id}: {run.error}" for run in self.statuses if run.error]

    def table(self, language: Language) -> pd.DataFrame:
        """Return one row a run: mode, seed, state, progress, loss so far, validation MSE, time left."""
        return pd.DataFrame([_row(run, language) for run in self.statuses])

    def curves(self, folder: Path) -> pd.DataFrame:
        """Return the validation errors so far: columns fusion, seed, epoch, validation_mse."""
        rows = []
        for run in self.statuses:
            key = {"fusion": run.config.model.fusion.value, "seed": run.config.train.seed}
            epochs = [event for event in run.events if event["kind"] == "epoch"]
            if not epochs and run.state == "done":  # taken over from an equal run, which told its story elsewhere
                epochs = _history(folder / study.RUNS / run.config.run_id)
            rows += [key | {"epoch": event["epoch"], "validation_mse": event["validation_mse"]} for event in epochs]
        table = pd.DataFrame(rows, columns=["fusion", "seed", "epoch", "validation_mse"])
        return table.drop_duplicates(["fusion", "seed", "epoch"], keep="last")


def progress(job: JobFolder) -> Progress | None:
    """Return how far a comparison is; None before its worker has written the plan."""
    return Progress(study.status(job.path)) if (job.path / "study.json").exists() else None


def _history(run: Path) -> list[dict[str, Any]]:
    history = pd.read_csv(run / "history.csv")
    return [{str(name): value for name, value in row.items()} for row in history.to_dict("records")]


def _share(run: RunStatus) -> float:
    last = _last(run, "step")
    if run.state == "done":
        return 1.0
    return last["step"] / last["steps"] if last else 0.0


def _last(run: RunStatus, kind: str) -> dict[str, Any] | None:
    return next((event for event in reversed(run.events) if event["kind"] == kind), None)


def _row(run: RunStatus, language: Language) -> dict[str, Any]:
    step, epoch = _last(run, "step"), _last(run, "epoch")
    losses = [event["loss"] for event in run.events if event["kind"] == "step"]
    return {
        "mode": label(run.config.model.fusion, language),
        "seed": run.config.train.seed,
        "state": run.state,
        "progress": _share(run),
        "loss": losses[:: max(1, len(losses) // SPARK)],
        "validation": epoch["validation_mse"] if epoch else None,
        "left": clock(step["eta"]) if step and run.state == "training" else "",
    }


def clock(seconds: float) -> str:
    """Return a duration as people say it.

    >>> clock(42), clock(130), clock(7300)
    ('42 s', '2 min 10 s', '2 h 1 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def draw_bar(job: JobFolder, found: Progress | None) -> None:
    """Draw how far a live comparison is and how long it will still take."""
    before = len(jobs.ahead(job)) if job.state is JobState.QUEUED else 0
    if before:
        st.progress(0.0, text=f"Waiting for {before} earlier comparison{'s' if before > 1 else ''}")
    elif found is None:
        st.progress(0.0, text="Starting")
    else:
        left = found.seconds_left
        st.progress(found.share, text=f"About {clock(left)} left" if left is not None else "Loading the data")


def draw_removal(job: JobFolder) -> None:
    """Offer to delete an ended comparison with its checkpoints, after a second look."""
    if job.state.live or not job.spec:
        return
    with st.popover("Remove", icon=":material/delete:"):
        st.caption("Deletes this comparison with its checkpoints from the workspace. It cannot be undone.")
        if st.button("Delete for good", key=f"remove {job.id}", type="primary"):
            job.remove()
            state.drop_value("run")
            st.rerun()


def draw_runs(table: pd.DataFrame) -> None:
    """Draw one line a run with its progress and loss."""
    columns = st.column_config
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        placeholder="–",
        column_config={
            "mode": columns.TextColumn("Mode", pinned=True),
            "seed": columns.NumberColumn("Seed", format="%d", width="small"),
            "state": columns.TextColumn("State"),
            "progress": columns.ProgressColumn("Progress", format="percent", min_value=0, max_value=1),
            "loss": columns.LineChartColumn("Training loss"),
            "validation": columns.NumberColumn("Validation MSE", format="%.4f"),
            "left": columns.TextColumn("Time left"),
        },
    )


def finished(job: JobFolder) -> dict[tuple[str, int], dict[Fusion, list[RunRecord]]]:
    """Return the finished runs of a comparison by data set and horizon, then by mode, seeds ascending."""
    found: dict[tuple[str, int], dict[Fusion, list[RunRecord]]] = {}
    for record in cache.records_below(job.path / study.RUNS):
        run = record.config
        cell = found.setdefault((run.dataset, run.window.horizon), {mode: [] for mode in Fusion})
        cell[run.model.fusion].append(record)
    return {
        key: {
            mode: sorted(group, key=lambda record: record.config.train.seed) for mode, group in cell.items() if group
        }
        for key, cell in found.items()
    }
