"""Tiny trained models, inspected: what pages that look inside are tested on."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import xarray as xr
from numpy.typing import NDArray

from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.step import Step
from core.inspection.cell import Inspection, inspect, inspection_key, open_inspection
from core.trace.record import trace_split
from core.trace.store import open_trace
from core.train.checkpoint import load_checkpoint
from core.train.finished import runs_in
from core.train.record import RunRecord
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support.tiny import stored, tiny_frame
from tests.support.trained import tiny_records

HOURLY, DAILY = "h", "D"


@dataclass(frozen=True)
class InspectedModels:
    """One data set of a workspace with the four modes, trained and inspected."""

    dataset: Dataset
    runs: dict[Fusion, RunRecord]
    inspection: Inspection

    def averages(self, mode: Fusion) -> xr.Dataset:
        """Return what the inspection keeps of a mode."""
        found = self.inspection.averages(self.runs[mode].run_id)
        assert found is not None
        return found

    def trace(self, mode: Fusion) -> xr.Dataset:
        """Return all that pages show of a mode's test windows, recorded apart: the other route to their numbers."""
        record = self.runs[mode]
        out = self.inspection.folder.parent.parent / "traces" / record.run_id
        if not out.exists():
            trace_split(load_checkpoint(record.folder), self.dataset, out=out)
        return open_trace(out)


FREQUENCIES: dict[str, tuple[Fusion, ...]] = {HOURLY: tuple(Fusion), DAILY: (Fusion.NONE, Fusion.BOTH)}


def inspect_models() -> None:
    """Train and inspect in the current workspace: models of rows an hour apart, and of rows a day apart."""
    torch.set_num_threads(1)  # models this small only wait for one another's threads
    for frequency, fusions in FREQUENCIES.items():
        frame = tiny_frame(500)
        frame.index = pd.date_range("2023-01-01", periods=len(frame), freq=frequency, name="date")
        dataset = stored(frame, f"tiny {frequency}.csv", Step(pd.Timedelta(f"1{frequency}")))
        runs = list(tiny_records(dataset, _runs(frequency), fusions).values())
        target = subfolder(Folder.INSPECTIONS) / inspection_key(runs)
        inspect(target, run_folders=[str(record.folder) for record in runs])


def inspected_models(frequency: str) -> InspectedModels:
    """Return the models of one frequency that `inspect_models` left in the current workspace, or in one copied."""
    runs = {record.config.model.fusion: record for record in runs_in(_runs(frequency))}
    in_order = {fusion: runs[fusion] for fusion in FREQUENCIES[frequency]}
    records = list(in_order.values())
    found = open_inspection(records)
    assert found.is_complete
    return InspectedModels(load_dataset(records[0].config.dataset), in_order, found)


def _runs(frequency: str) -> Path:
    return subfolder(Folder.STUDIES) / f"tiny-{frequency}" / "runs"


def values(sent: Any) -> NDArray[np.generic]:
    """Return an array of a sent chart, which plotly writes as text when it has a type."""
    if isinstance(sent, dict):
        flat = np.frombuffer(base64.b64decode(sent["bdata"]), dtype=sent["dtype"])
        return flat.reshape([int(length) for length in sent["shape"].split(",")]) if "shape" in sent else flat
    return np.asarray(sent)


def drawn(chart: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the trace of a sent chart with this name."""
    found: dict[str, Any] = next(trace for trace in chart["data"] if trace.get("name") == name)
    return found
