"""Reads the benchmark files as the field reads them: every row kept, in file order, nothing mended unasked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.data.gaps import account, tell_missing
from core.data.report import IngestReport, Notes, extent
from core.data.spans import length_of
from core.data.step import length_text
from core.data.units import unit_in_name
from core.text.message import Message

SENTINEL = -9999.0  # what Weather's logger wrote where it had no value

# The distributed weather.csv has lost three signs to a wrong re-encoding; here with their meaning.
_SIGNS = {
    "SWDR (W/m\ufffd)": "SWDR (W/m²)",
    "PAR (\ufffdmol/m\ufffd/s)": "PAR (µmol/m²/s)",
    "max. PAR (\ufffdmol/m\ufffd/s)": "max. PAR (µmol/m²/s)",
}
_UNITS = {"OT": "°C"}  # ETT's oil temperature; its loads are published without a unit


def read_benchmark(path: Path, *, mend: bool) -> tuple[pd.DataFrame, IngestReport, Mapping[str, str]]:
    """Return frame [row, variable], missing values as NaN, report and units of an official file, checked before.

    Mending takes -9999 cells as missing, instead of keeping them as published.
    """
    frame = pd.read_csv(path, encoding="utf-8", encoding_errors="replace", index_col="date", parse_dates=["date"])
    notes = Notes()
    damaged = [name for name in frame.columns if name in _SIGNS]
    if damaged:
        frame = frame.rename(columns=_SIGNS)
        lost = Message("count.column_name", n=len(damaged))
        notes.mended.append(Message("benchmark.signs_lost", column_names=lost))
    frame = _sentinels(frame.astype("float64"), notes, mend=mend)
    _irregular(frame.index, notes)
    known = {} if any(map(unit_in_name, frame.columns)) else _UNITS  # Weather's OT is something else
    units = {name: unit_in_name(name) or known.get(name, "") for name in frame.columns}
    step = length_text(frame.index.to_series().diff().mode().iloc[0])
    columns = account(frame, units, frame.isna().sum())
    return frame, notes.report(accepted=True, step=step, columns=columns, **extent(frame)), units


def _sentinels(frame: pd.DataFrame, notes: Notes, *, mend: bool) -> pd.DataFrame:
    flags = frame == SENTINEL
    counts = flags.sum()
    fate = Message("benchmark.as_missing" if mend else "benchmark.as_published")
    for name, number in counts[counts > 0].items():
        cells = Message("count.cell", n=number)
        notes.found.append(Message("benchmark.sentinel", name=str(name), cells=cells, sentinel=SENTINEL, fate=fate))
    if not (mend and flags.to_numpy().any()):
        return frame
    frame = frame.mask(flags)
    tell_missing(frame, notes)
    return frame


def _irregular(index: pd.Index, notes: Notes) -> None:
    """Tell where rows do not follow each other by one step; the published protocol ignores it."""
    steps = index.to_series().diff()
    usual = steps.mode().iloc[0]
    for stamp, step in steps[steps.notna() & (steps != usual)].items():
        what = Message("benchmark.comes_later", length=length_of(step)) if step else Message("benchmark.repeats")
        notes.found.append(Message("benchmark.irregular_row", stamp=str(stamp), what=what))
