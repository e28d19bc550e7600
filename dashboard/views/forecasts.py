"""Forecasts: truth and every mode, window by window."""

from functools import partial

import streamlit as st

from core.report.chapters.forecasts import forecast_overlay, landmarks, one_window, window_error_by_step
from core.report.chapters.windows import traced_windows
from dashboard import forecasts, state
from dashboard.inspections import inspection_or_stop, proposed_runs
from dashboard.pickers import choose, texts
from dashboard.widgets import dataset_or_stop, key_numbers, page, provenance, show
from dashboard.windows import ORIGIN, choose_window, move_to_origin

TIMELINE = "error_timeline"

with page("forecasts") as selection:
    runs = proposed_runs(selection)
    inspection = inspection_or_stop(selection)
    dataset, look = dataset_or_stop(selection), state.look()
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
    with numbers:
        key_numbers(forecasts.window_numbers(window, errors, place, selection.language))
    with picture:
        overlay = forecast_overlay(window, look=look, provenance=foot)
        show(overlay.figure, overlay.name, table=overlay.table)
    with all_windows:
        st.caption(":material/ads_click: Click a point to see its window above.")
        timeline = forecasts.timeline(
            runs, errors, windows, reference=options.reference, look=look, provenance=f"{foot} · {variable}"
        )
        show(
            timeline.figure,
            TIMELINE,
            table=timeline.table,
            on_select=partial(state.take_point, ORIGIN, TIMELINE),
        )
    with steps:
        by_step = window_error_by_step(window, look=look, provenance=foot)
        show(by_step.figure, by_step.name, table=by_step.table)
