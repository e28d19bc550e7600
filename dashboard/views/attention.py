"""Attention: where the merge routes each query, and what the error does without it."""

from functools import partial

import streamlit as st

from core.data.calendar import CycleKind
from core.report.chapters import attention
from core.report.chapters.windows import calendar, stamp_text, traced_windows
from core.vocabulary import label
from dashboard import routing
from dashboard.inspections import inspection_or_stop, proposed_runs
from dashboard.pickers import choose, choose_mode, texts
from dashboard.slides import draw
from dashboard.widgets import dataset_or_stop, key_numbers, page, provenance
from dashboard.windows import choose_window

VIEWS = {"window": "One window", "slot": "By slot", "mean": "All windows"}

with page("attention") as selection:
    runs = proposed_runs(selection)
    inspection = inspection_or_stop(selection)
    dataset = dataset_or_stop(selection)

    numbers, pickers, picture, controls, cycle = (st.container() for _ in range(5))
    with pickers:
        left, middle, right = st.columns([3, 5, 5], gap="medium")
        with left:
            mode = choose_mode(list(runs), selection.language)
        with middle:
            view = choose("map", "Map", texts(list(VIEWS)), kind="segmented", format=VIEWS.__getitem__)
    run, trace = runs[mode], inspection.trace(runs[mode].run_id)
    windows = traced_windows(dataset, run.config.window, trace)
    dial = calendar(dataset, windows)
    key = (run.weights_sha, run.fingerprint)
    by_slot = routing.by_slot(*key, trace, dial)
    with right:
        if view == "window":
            place = choose_window(windows.origins)
            weights, shown = attention.window_map(trace, place), f"window of {stamp_text(windows.stamps[place])}"
        elif view == "slot":
            slots = {text: slot for slot, text in enumerate(dial.cycle.labels)}
            slot = choose("slot", dial.title, slots, kind="slider")
            weights, shown = by_slot[slot], f"mean of {dial.cycle.kind.value} {dial.cycle.labels[slot]}"
        else:
            weights, shown = attention.mean_map(by_slot, dial), "mean over all windows"

    changes = attention.effects(inspection.rows, {record.run_id: each for each, record in runs.items()})
    foot = f"{provenance(selection, [run])} · mode {label(mode, selection.language)}, variables averaged"
    token = dataset.step.span(run.config.model.patch)
    with numbers:
        key_numbers(routing.routing_numbers(changes, mode, run, weights))
        st.info(routing.CAUTION, icon=":material/info:")
        if dial.cycle.kind is not CycleKind.TIME_OF_DAY:
            st.info(str(dial.cycle.reason), icon=":material/calendar_month:")
    with picture:
        routed = partial(attention.attention_map, weights, token=token, shown=shown, provenance=foot)
        draw(("attention map", *key, shown), routed)
    with controls:
        every = provenance(selection, list(runs.values()))
        draw(("controls", str(inspection.folder)), partial(attention.attention_controls, changes, provenance=every))
    with cycle:
        over = partial(attention.attention_by_slot, by_slot, dial, token=token, provenance=foot)
        draw(("attention by slot", *key), over)
