"""What the Forecasts page keeps between runs, its folded pickers, and the numbers it opens with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
import xarray as xr
from numpy.typing import NDArray

from core.config import WindowConfig
from core.data.windows import Windows
from core.figures.lettering import number
from core.inspection import Inspection
from core.report.chapters import forecasts
from core.report.chapters.forecasts import OneWindow
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from dashboard.pickers import choose, choose_mode, choose_number, choose_several
from dashboard.results import HUES
from dashboard.widgets import KeyNumber

Values = NDArray[np.float64]
Runs = Mapping[Fusion, RunRecord]


@dataclass(frozen=True)
class Options:
    """What the page is asked to draw, apart from variable and window."""

    modes: Sequence[Fusion]
    baselines: bool
    reference: Fusion  # whose best, median and worst windows are named
    history: int  # rows before the origin


def choose_options(modes: Sequence[Fusion], window: WindowConfig, language: Language) -> Options:
    """Draw the folded pickers of the page."""
    names = {mode.value: mode for mode in modes}
    columns = st.columns([5, 3, 4, 4], gap="medium")
    with columns[0]:
        shown = choose_several(
            "modes",
            "Modes",
            names,
            default=list(names),
            format=lambda text: label(names[text], language),
            kind="pills",
        )
    with columns[1]:
        baselines = choose("baselines", "Baselines", {"shown": True, "hidden": False}, kind="segmented")
    with columns[2]:
        reference = choose_mode(modes, language, label="Best, median, worst of")
    with columns[3]:
        rows = min(2 * window.horizon, window.lookback)
        history = choose_number("history", "Rows before the origin", 1, window.lookback, default=rows)
    return Options(shown or modes, baselines, reference, history)


def errors_by_mode(inspection: Inspection, runs: Runs, windows: Windows) -> dict[Fusion, Values]:
    """Return the MSE of every window and variable, standardised, [window, variable], by mode."""
    return {
        mode: _errors(run.weights_sha, run.fingerprint, inspection.trace(run.run_id), windows)
        for mode, run in runs.items()
    }


@st.cache_resource(max_entries=24, show_spinner=False)
def _errors(weights_sha: str, fingerprint: str, _trace: xr.Dataset, _windows: Windows) -> Values:
    return forecasts.window_errors(_trace, _windows)


def window_numbers(
    window: OneWindow, errors: Mapping[Fusion, Values], place: int, language: Language
) -> list[KeyNumber]:
    """Return one key number a mode: its mean absolute error in this window, and where that ranks among all."""
    misses, _ = window.misses()
    return [
        KeyNumber(
            f":{HUES[mode]}[**{label(mode, language)}**] · MAE",
            f"{number(_mean(miss))} {window.unit}".strip(),
            _ranked(errors[mode], place),
            help="Mean absolute error of this window and variable in the file's own units; below it the MSE on "
            f"standardised values, and its rank among {len(errors[mode]):,} windows (1 is the smallest error).",
        )
        for mode, miss in misses.items()
    ]


def _mean(values: Values) -> float:
    """Return the mean of the numbers; NaN where there is none."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _ranked(errors: Values, place: int) -> str:
    """Return the error of a window and its rank among those that have one."""
    if not np.isfinite(errors[place]):
        return "nothing was measured here"
    return f"MSE {errors[place]:.3f} · rank {int((errors < errors[place]).sum()) + 1:,}"
