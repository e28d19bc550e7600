"""Data: what came in, what was mended, how it is split and scaled, and its cycle."""

import streamlit as st

from core.config import WindowConfig
from core.data.calendar import CycleKind
from core.data.dataset import Dataset
from core.data.gaps import measured
from core.figures.series import MOST_PANELS, daily_profile, scaling_shift, series_plot
from core.presets import PRESETS
from dashboard import datasets, state, uploader, uploads
from dashboard.pickers import choose, choose_several, texts
from dashboard.plain import escaped
from dashboard.selection import Selection
from dashboard.widgets import dataset_or_stop, page, provenance, show

VIEWS = {"series": "Series", "report": "Report", "split": "Split and scaling", "cycle": "Cycle"}
SHOWN = 4  # variables drawn before anything is chosen


def facts(dataset: Dataset, lookback: int, horizon: int) -> None:
    """Draw the key numbers, doubts, open questions, who sees the file and, where it is too short, what fits."""
    datasets.draw_facts(dataset)
    datasets.draw_doubts(dataset.report)
    uploader.read_differently(dataset.key)
    uploads.draw_account(dataset.key)
    if note := datasets.lookback_note(dataset, horizon, lookback, PRESETS["default"].model.patch):
        st.warning(escaped(note), icon=":material/straighten:")


def series(dataset: Dataset, selection: Selection, variables: list[str]) -> None:
    """Draw the chosen variables with the parts marked."""
    figure = series_plot(
        measured(dataset.frame, dataset.filled, variables),
        datasets.split_rows(dataset),
        units=dataset.units,
        look=state.look(),
        provenance=provenance(selection),
    )
    show(figure, "series", table=lambda: datasets.thinned(dataset.fingerprint, tuple(variables), dataset))


def scaling(dataset: Dataset, selection: Selection) -> None:
    """Draw how level and spread move between the parts."""
    statistics = datasets.split_statistics(dataset.fingerprint, dataset)
    figure = scaling_shift(statistics, look=state.look(), provenance=provenance(selection))
    show(figure, "scaling", table=statistics)


def cycle(dataset: Dataset, selection: Selection, variables: list[str]) -> None:
    """Draw the profile over the calendar cycle, or say why there is none."""
    used = datasets.cycle(dataset)
    if used.reason:
        st.info(str(used.reason), icon=":material/calendar_month:")
    if used.kind is CycleKind.NONE:
        return
    profile = datasets.profile(dataset.fingerprint, tuple(variables), dataset)
    words = {"cycle": used.kind.capitalize(), "provenance": provenance(selection)}
    figure = daily_profile(profile, units=dataset.units, look=state.look(), **words)
    show(figure, "cycle", table=profile)


with page("data") as selection:
    with st.expander("Use your own file", icon=":material/upload_file:"):
        uploader.receive()
    dataset = dataset_or_stop(selection)
    window = WindowConfig()
    facts(dataset, selection.cell.lookback if selection.cell else window.lookback, window.horizon)
    view = choose(
        "view", "View", texts(list(VIEWS)), kind="segmented", format=VIEWS.__getitem__, label_visibility="collapsed"
    )
    if view in ("series", "cycle"):
        names = texts(dataset.variables)
        chosen = choose_several(
            "variables", "Variables", names, default=dataset.variables[:SHOWN], max_selections=MOST_PANELS
        )
    match view:
        case "series":
            series(dataset, selection, chosen)
        case "report":
            datasets.draw_report(dataset.report)
        case "split":
            scaling(dataset, selection)
        case "cycle":
            cycle(dataset, selection, chosen)
