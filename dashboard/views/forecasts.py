"""Forecasts: truth and every mode, window by window."""

from functools import partial

import streamlit as st

from core.figures.names import shortened
from core.report.chapters.forecasts import (
    error_timeline,
    forecast_overlay,
    landmarks,
    one_window,
    window_error_by_step,
)
from core.report.chapters.windows import traced_windows
from dashboard import forecasts, state
from dashboard.inspections import inspection_or_stop, proposed_runs
from dashboard.pickers import choose, texts
from dashboard.slides import draw
from dashboard.widgets import dataset_or_stop, key_numbers, page, provenance
from dashboard.windows import ORIGIN, choose_window, move_to_origin

TIMELINE = "error_timeline"

with page("forecasts") as selection:
    runs = proposed_runs(selection)
    inspection = inspection_or_stop(selection)
    dataset = dataset_or_stop(selection)
    traces = {mode: inspection.trace(run.run_id) for mode, run in runs.items()}
    config = next(iter(runs.values())).config.window
    windows = traced_windows(dataset, config, next(iter(traces.values())))
    every = forecasts.errors_by_mode(inspection, runs, windows)

    numbers, pickers, picture, all_windows, steps = (st.container() for _ in range(5))
    with st.expander("Modes, baselines and history shown", icon=":material/tune:"):
        options = forecasts.choose_options(list(runs), config, selection.language)
    with pickers:
        left, middle, right = st.columns([3, 5, 4], vertical_alignment="bottom", gap="medium")
        with left:
            variable = choose("variable", "Variable", texts(dataset.variables))
        column = dataset.variables.index(variable)
        errors = {mode: values[:, column] for mode, values in every.items()}
        places = landmarks(errors[options.reference])
        with middle:
            place = choose_window(windows.origins, default=places["median"])
        with right.container(horizontal=True, gap="small"):
            for name, target in places.items():
                origin = int(windows.origins[target])
                st.button(name, on_click=move_to_origin, args=(origin,), help=f"Jump to the {name} window")

    shown = {mode: trace for mode, trace in traces.items() if mode in options.modes}
    window = one_window(
        shown,
        dataset,
        windows,
        place=place,
        variable=variable,
        history=options.history,
        baselines=options.baselines,
    )
    foot = provenance(selection, list(runs.values()))
    key = (tuple(run.weights_sha for run in runs.values()), variable)
    key_of_window = (*key, place, tuple(shown), options.history, tuple(window.baselines))
    with numbers:
        key_numbers(forecasts.window_numbers(window, errors, place, selection.language))
    with picture:
        draw(("overlay", *key_of_window), partial(forecast_overlay, window, provenance=foot))
    with all_windows:
        st.caption(":material/ads_click: Click a point to see its window above.")
        draw(
            (TIMELINE, *key, options.reference),
            partial(
                error_timeline,
                errors,
                windows,
                reference=options.reference,
                provenance=f"{foot} · {shortened(variable)}",
            ),
            on_select=partial(state.take_point, ORIGIN, TIMELINE),
        )
    with steps:
        draw(("steps", *key_of_window), partial(window_error_by_step, window, provenance=foot))
