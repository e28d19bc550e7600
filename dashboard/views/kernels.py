"""Kernels: what each path writes to the other, by time of day and for one window."""

from functools import partial

import streamlit as st

from core.data.calendar import CycleKind
from core.figures.names import shortened
from core.report.chapters.kernels import (
    MEAN,
    channel_text,
    crossings,
    dcor_comparison,
    kernel_by_slot,
    kernel_profile,
    window_kernels,
)
from core.report.chapters.windows import calendar, traced_windows
from core.vocabulary import Dim, label
from dashboard import kernels
from dashboard.inspections import inspection_or_stop, proposed_runs
from dashboard.pickers import choose, choose_mode, texts
from dashboard.slides import draw
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state, key_numbers, page, provenance
from dashboard.windows import choose_window

with page("kernels") as selection:
    runs = {mode: run for mode, run in proposed_runs(selection).items() if crossings(mode)}
    if not runs:
        empty_state("Only the mode none is trained here: it crosses no path.", to="compare", action="Train the rest")
        raise PageEnd
    inspection = inspection_or_stop(selection)
    dataset = dataset_or_stop(selection)

    numbers, pickers, hours, profiles, dependence, one = (st.container() for _ in range(6))
    with pickers:
        columns = st.columns(5, gap="small")
        with columns[0]:
            mode = choose_mode(list(runs), selection.language)
        run, trace = runs[mode], inspection.trace(runs[mode].run_id)
        switched = {each.value: each for each in crossings(mode)}
        with columns[1]:
            crossing = choose(
                "crossing", "Crossing", switched, format=lambda text: label(switched[text], selection.language)
            )
        with columns[2]:
            block = choose("block", "Block", {str(each): int(each) for each in trace[Dim.BLOCK].to_numpy()})
        with columns[3]:
            variable = choose("variable", "Variable", texts(dataset.variables))
        with columns[4]:
            channels = texts([MEAN, *map(str, trace[Dim.CHANNEL].to_numpy())])
            channel = choose("channel", "Channel of the profile", channels, format=channel_text)

    windows = traced_windows(dataset, run.config.window, trace)
    dial = calendar(dataset, windows)
    key = kernels.key_of(run, variable)
    found = kernels.read(key, trace)
    foot = provenance(selection, [run])
    detail = f"{foot} · mode {label(mode, selection.language)}, {shortened(variable)}"
    with numbers:
        table, floor = kernels.dependence(run.run_id, mode, str(inspection.folder), inspection.rows)
        shares = kernels.shares(key, block, found, dial)
        of_clock = kernels.clock_numbers(table, floor, selection.language)
        key_numbers([*of_clock, *kernels.share_numbers(shares, dial, selection.language)])
        if dial.cycle.kind is not CycleKind.TIME_OF_DAY:
            st.info(str(dial.cycle.reason), icon=":material/calendar_month:")
    with hours:
        heat = partial(kernel_by_slot, found, crossing, dial, block=block, provenance=detail)
        draw(("kernels by slot", key, crossing, block), heat)
    with profiles:
        curves = partial(kernel_profile, found, dial, block=block, channel=channel, provenance=detail)
        draw(("kernel profile", key, block, channel), curves)
    with dependence:
        if dial.cycle.kind is CycleKind.TIME_OF_DAY:
            compared = partial(dcor_comparison, inspection.rows, run.run_id, mode, provenance=foot)
            draw(("dcor", run.run_id, str(inspection.folder)), compared)
    with one:
        st.subheader("One window", anchor=False)
        place = choose_window(windows.origins)
        stamp = windows.stamps[place]
        single = partial(window_kernels, found, place=place, stamp=stamp, block=block, provenance=detail)
        draw(("window kernels", key, place, block), single)
