"""What goes over the wire: rows that are sent become a checked table, answers become JSON, CSV or Arrow."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr
from numpy.typing import NDArray

from core.data import uploads
from core.data.dataset import DataError, Dataset
from core.data.reading.files.isolated import ingest_apart
from core.serve.answers import Answer, Forecast
from core.serve.changes import ChangeError
from core.serve.memory import Memory
from core.serve.swaps import Swaps
from core.text.message import Message
from core.train.record import RunRecord
from core.vocabulary import Dim

MOST_NUMBERS = 2_000_000  # of one recording
ARROW = "application/vnd.apache.arrow.stream"
_SENT = "the rows sent"


class Form(StrEnum):
    """How a forecast is written."""

    JSON = "json"
    CSV = "csv"
    ARROW = "arrow"


def table_of(body: bytes, record: RunRecord, *, is_json: bool) -> Dataset:
    """Return a table that was sent, checked as an upload is.

    Raises
    ------
    DataError : it cannot be read, or lacks what the model reads.
    """
    file = io.BytesIO(_as_csv(body) if is_json else body)
    ingested = ingest_apart(file, _SENT, wanted=record.variables)
    if ingested.frame is None:
        raise DataError(f"The rows sent were refused: {ingested.report.reason}")
    return uploads.unstored(ingested, _SENT)


def _as_csv(body: bytes) -> bytes:
    """Return JSON rows as a file, so that both ways in are checked by the same code."""
    try:
        rows = pd.DataFrame(json.loads(body))
    except (ValueError, TypeError, RecursionError):
        rows = pd.DataFrame()
    if rows.empty:
        raise DataError('The JSON is no list of rows; send [{"time": "2024-01-01 00:00", "load": 1.5}, ...].')
    return rows.to_csv(index=False).encode()


def described(record: RunRecord) -> dict[str, Any]:
    """Return a run as the list of models names it, with what its numbers rest on."""
    config = record.config
    return {
        "run_id": record.run_id,
        "dataset": config.dataset,
        "fusion": config.model.fusion,
        "reference": config.model.reference,
        "merge": config.model.merge,
        "preset": config.preset,
        "seed": config.train.seed,
        "lookback": config.window.lookback,
        "horizon": config.window.horizon,
        "step": None if record.step is None else record.step.text,
        "variables": list(record.variables),
        "test_mse": record.metrics["test"]["mse"],
        "data": record.fingerprint,
        "weights": record.weights_sha,
        "versions": record.versions,
    }


def told_of(rows: Dataset, forecast: Forecast) -> list[str]:
    """Return in sentences what was mended, left out or doubted of the rows that were sent."""
    report = rows.report
    lost = f"Left out: {', '.join(map(str, report.losses))}." if report.losses else ""
    return [
        sentence for sentence in (forecast.filled, lost, *map(str, (*report.mended, *report.warnings))) if sentence
    ]


def as_json(forecast: Forecast, told: Sequence[str]) -> dict[str, Any]:
    """Return a forecast and its bands, [horizon step][variable] each, and what is told of the rows sent."""
    return {
        "run_id": forecast.run_id,
        "of": forecast.of,
        "time": [str(time) for time in forecast.rows.index],
        "variables": [*forecast.rows],
        "forecast": lists(forecast.rows.to_numpy()),
        "told": [*told],
        "bands": [
            {
                "level": band.level,
                "low": lists(band.low.to_numpy()),
                "high": lists(band.high.to_numpy()),
                "coverage_on_test": lists(band.coverage),
                "validation_windows": band.windows,
            }
            for band in forecast.bands
        ],
    }


def as_table(forecast: Forecast) -> pd.DataFrame:
    """Return a row a step: the time, then each variable, then the ends of each band of each variable."""
    parts = {"": forecast.rows}
    for band in forecast.bands:
        parts |= {f" low {band.level:.0%}": band.low, f" high {band.level:.0%}": band.high}
    columns = [part.add_suffix(name) for name, part in parts.items()]
    return pd.concat(columns, axis=1).rename_axis("time").reset_index()


def as_arrow(table: pd.DataFrame) -> bytes:
    """Return a table as an Arrow stream."""
    sink = io.BytesIO()
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    with pa.ipc.new_stream(sink, arrow.schema) as writer:
        writer.write_table(arrow)
    return sink.getvalue()


def as_reply(answer: Answer, window: int, variables: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a model does with one window; with edits also these, and the rows of each variable that they edit.

    Parameters
    ----------
    variables : whose forecast and recordings are told; of all unless given.

    Raises
    ------
    ChangeError : no such variable, or more was recorded than one answer holds.
    """
    there = answer.run.variables
    if gone := [name for name in variables if name not in there]:
        raise ChangeError(Message("engine.variable_gone", variable=gone[0], known=", ".join(there)))
    told = [*variables] or [*there]
    columns, trace = [there.index(name) for name in told], answer.trace
    if trace is not None and variables and Dim.VARIABLE in trace.dims:
        trace = trace.sel({Dim.VARIABLE: told})
    names = dict.fromkeys(name for edit in answer.edits for name in edit.variables)
    return {
        "run_id": answer.run.run_id,
        "window": window,
        "time": str(answer.stamp),
        "variables": told,
        "as_is": lists(answer.as_is[:, columns]),
        "changed": lists(answer.changed[:, columns]),
        "truth": lists(answer.truth[:, columns]),
        "edits": [str(edit) for edit in answer.edits],
        "rows": {name: lists(answer.rows[:, there.index(name)]) for name in names},
        "record": {} if trace is None else _recorded(trace),
    }


def as_mean_record(mean: xr.Dataset, windows: int) -> dict[str, Any]:
    """Return what was recorded of so many windows, as their mean.

    Raises
    ------
    ChangeError : more was recorded than one answer holds.
    """
    return {"windows": windows, "record": _recorded(mean)}


def as_swaps(found: Swaps) -> dict[str, Any]:
    """Return how far a forecast moves with kernels of elsewhere, [place][variable], in the file's own units."""
    return {"variables": list(found.variables), "places": lists(found.places), "moved": lists(found.moved)}


def as_memory(found: Memory) -> dict[str, Any]:
    """Return what a GRU keeps, with the axes of `core.serve.memory.Memory`; null where a gate was 0."""
    return {name: lists(values) for name, values in vars(found).items()}


def _recorded(trace: xr.Dataset) -> dict[str, Any]:
    numbers = sum(array.size for array in trace.data_vars.values())
    if numbers > MOST_NUMBERS:
        raise ChangeError(Message("engine.too_much", numbers=numbers, most=MOST_NUMBERS))
    return {
        str(name): {
            "dims": [str(dim) for dim in array.dims],
            "coords": {str(dim): array[dim].to_numpy().tolist() for dim in array.dims},
            "values": lists(array.to_numpy()),
        }
        for name, array in trace.data_vars.items()
    }


def lists(values: NDArray[Any] | float) -> Any:
    """Return a number, or nested lists of them; what is not finite is null, as JSON knows no other word for it."""
    numbers = np.asarray(values)
    if np.isfinite(numbers).all():
        return numbers.tolist()
    told = numbers.astype(object)
    told[~np.isfinite(numbers)] = None
    return told.tolist()
