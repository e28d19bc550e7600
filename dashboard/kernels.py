"""What the Kernels page keeps between runs, and the numbers it opens with."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
import xarray as xr

from core.analysis.statistic import CROSSINGS
from core.data.calendar import CycleKind
from core.figures.lettering import number
from core.report.chapters import kernels
from core.report.chapters.kernels import Kernels
from core.report.chapters.windows import Calendar
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from dashboard.widgets import KeyNumber

SLOT_WORDS = {
    CycleKind.TIME_OF_DAY: "hour",
    CycleKind.DAY_OF_WEEK: "weekday",
    CycleKind.MONTH: "month",
    CycleKind.NONE: "nothing",
}
Dependence = tuple[pd.DataFrame, float]  # dCor of the kernels by crossing and block; of the raw input
Key = tuple[str, str, str]  # weights, data, variable: what the kernels shown are of


def key_of(run: RunRecord, variable: str) -> Key:
    """Return what a cache knows the kernels of a run and variable by."""
    return (run.weights_sha, run.fingerprint, variable)


@st.cache_resource(max_entries=4, show_spinner=False)
def read(key: Key, _trace: xr.Dataset) -> Kernels:
    """Return the kernels of a run for one variable, in memory."""
    return kernels.kernels_of(_trace, key[2])


@st.cache_data(max_entries=64, show_spinner=False)
def shares(key: Key, block: int, _kernels: Kernels, _calendar: Calendar) -> dict[Fusion, float]:
    """Return by crossing which share of its variance the cycle explains."""
    return kernels.variance_shares(_kernels, _calendar, block=block)


@st.cache_data(max_entries=64, show_spinner=False)
def dependence(run_id: str, mode: Fusion, folder: str, _rows: pd.DataFrame) -> Dependence:
    """Return dCor of a run's kernels with the time of day, and of the raw input, from an inspection's rows."""
    return kernels.dcor_table(_rows, run_id, mode)


def clock_numbers(table: pd.DataFrame, floor: float, language: Language) -> list[KeyNumber]:
    """Return the key numbers of data with a time of day: dCor of each crossing, of its twin, of the raw input."""
    found = []
    for crossing, tap in CROSSINGS.items():
        part = table.loc[table["crossing"] == tap.value]
        if part.empty:
            continue
        untrained = float(part["untrained"].mean())
        found.append(
            KeyNumber(
                f"**{label(crossing, language)}** · dCor",
                number(float(part["value"].mean()), 2),
                f"untrained twin {number(untrained, 2)}",
                help="Distance correlation of the kernels of all variables with the time of day, bias-corrected, "
                "mean over blocks: 0 independent, 1 a function of the hour. The untrained twin reads the same input "
                "with the weights before training: what it shows too was not learned.",
            )
        )
    raw = KeyNumber(
        "Raw input · dCor",
        number(floor, 2),
        "last day read",
        help="A state read from the last day can follow the hour as closely as this without any insight.",
    )
    return [*found, raw] if found else []


def share_numbers(found: Mapping[Fusion, float], calendar: Calendar, language: Language) -> list[KeyNumber]:
    """Return by crossing which share of the shown kernels' variance the cycle explains."""
    return [
        KeyNumber(
            f"**{label(crossing, language)}** · share",
            f"{100 * share:.1f} %",
            f"variance by {SLOT_WORDS[calendar.cycle.kind]}",
            help="Adjusted share of the variance of the shown block's and variable's kernels that the slots of the "
            "calendar cycle explain: 0 none, 100 all.",
        )
        for crossing, share in found.items()
    ]
