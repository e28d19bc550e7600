"""The embedded sample, its report, where it comes from (PROVENANCE.txt), and how it was made (build.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.data.report import IngestReport

FOLDER = Path(__file__).parent
TABLE = FOLDER / "NYweather.parquet"
REPORT = FOLDER / "NYweather.json"

_UNITS = {"temp": "°F", "dew point": "°F", "humidity": "%", "wind speed": "mph", "pressure": "mbar"}


def read() -> tuple[pd.DataFrame, IngestReport, Mapping[str, str]]:
    """Return the sample's frame [row, variable], missing values as NaN, its report and units."""
    frame = pd.read_parquet(TABLE)
    report = IngestReport.from_dict(json.loads(REPORT.read_text(encoding="utf-8")))
    return frame, report, units_of(frame)


def units_of(frame: pd.DataFrame) -> dict[str, str]:
    """Return the unit of each variable by the quantity in its name."""
    return {name: _UNITS[name.split(" ", 1)[1]] for name in frame.columns}
