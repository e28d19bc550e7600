"""What the Attention page keeps between runs, and the numbers it opens with."""

from __future__ import annotations

import pandas as pd
import streamlit as st
import xarray as xr

from core.english import signed
from core.figures.attention import reach
from core.figures.lettering import number
from core.report.chapters import attention
from core.report.chapters.windows import Calendar
from core.train.record import RunRecord
from core.vocabulary import Dim, Fusion
from dashboard.widgets import KeyNumber

CONTROLS = {"uniform_attention": "Attention uniform", "shuffled_attention": "Attention of another window"}
CAUTION = "Routing weights say what a query reads, not what matters: that shows in the error without the routing."


@st.cache_resource(max_entries=16, show_spinner=False)
def by_slot(weights_sha: str, fingerprint: str, _trace: xr.Dataset, _calendar: Calendar) -> xr.DataArray:
    """Return the mean map of every slot of the cycle, [slot, head, query, key]."""
    return attention.maps_by_slot(_trace, _calendar)


def routing_numbers(changes: pd.DataFrame, mode: Fusion, run: RunRecord, shown: xr.DataArray) -> list[KeyNumber]:
    """Return the key numbers: the error as it is, its change without the routing, and how far a query spreads."""
    own = changes.loc[changes["fusion"] == mode.value]
    change_of = dict(zip(own["control"], own["change"], strict=True))
    test = run.metrics["test"]
    found = [KeyNumber("MSE as it is", f"{test['mse']:.4f}", f"{test['windows']:,} test windows")]
    for control, title in CONTROLS.items():
        if control in change_of:
            drawn = f"MSE, over {own['windows'].iloc[0]:,} windows"
            found.append(KeyNumber(title, f"{signed(change_of[control], 2)} %", drawn))
    found.append(
        KeyNumber(
            "A query reads",
            f"{number(reach(shown.to_numpy()))} of {shown.sizes[Dim.KEY]}",
            "key tokens of this map",
            help="Effective number of key tokens in the map shown: exponential of the entropy of a query's weights.",
        )
    )
    return found
