"""What follows selected windows: each figure with and without, this page and the next, and links to windows gone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.changes import shared_events
from core.exhibits import response
from core.exhibits.case import Case
from core.exhibits.catalogue import Pin, cards, of_case
from core.exhibits.exhibit import Absent
from core.exhibits.forecasts import landmarks_of
from core.exhibits.inside import changes_of
from core.exhibits.selected import (
    DRAWN,
    WINDOWS,
    change_text,
    rows_text,
    selected,
    slot_text,
)
from core.figures.marks import milliseconds
from core.figures.palette import Look
from core.figures.selected import SELECTED
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn
from tests.support.pages import address, charts, open_page, spec

OF_CASE, LOOK = of_case(), Look()
FOLLOWERS = [name for name, one in OF_CASE.items() if WINDOWS in one.choices]


def made(case: Case, name: str, **wanted: str) -> Any:
    return OF_CASE[name].card(case, OF_CASE[name].chosen(case, wanted), LOOK)


def some(case: Case) -> str:
    """Return the text of the windows 20 to 43: each hour of a day once."""
    return rows_text([(int(case.origins[20]), int(case.origins[43]))])


@pytest.mark.parametrize("name", FOLLOWERS)
def test_a_figure_with_a_selection_is_another_and_without_it_the_same(case: Case, name: str) -> None:
    if name in ("event_response", "window_kernels", "attention_map"):
        return  # below
    bare = made(case, name).figure.to_json()
    assert made(case, name, windows="").figure.to_json() == bare
    assert made(case, name, windows=some(case)).figure.to_json() != bare


def test_followers_are_those_that_show_windows() -> None:
    assert FOLLOWERS == [
        *("series_plot", "forecast_overlay", "error_timeline", "error_pairs", "window_error_by_step"),
        *("forecast_panels", "kernel_by_slot", "kernel_profile", "window_kernels"),
        *("abrupt_changes", "event_response", "gate_timeline", "attention_map", "attention_by_slot"),
    ]


def shades(card: Any) -> list[tuple[float, float]]:
    return [(shape.x0, shape.x1) for shape in card.figure.layout.shapes if shape.name == SELECTED]


@pytest.mark.parametrize("name", ["error_timeline", "abrupt_changes", "series_plot"])
def test_selected_windows_are_shaded_along_time(case: Case, name: str) -> None:
    hour = 3_600_000.0
    times = milliseconds(case.dataset.frame.index)[case.origins]
    assert shades(made(case, name)) == []
    assert shades(made(case, name, windows=some(case))) == [(times[20] - hour / 2, times[43] + hour / 2)]
    slots = selected(case, slot_text("13:00")).places
    assert [low + hour / 2 for low, _ in shades(made(case, name, windows="slot:13:00"))] == times[slots].tolist()


@pytest.mark.parametrize("name", ["kernel_by_slot", "attention_by_slot", "kernel_profile"])
def test_bars_count_the_selected_windows_of_each_slot(case: Case, name: str) -> None:
    text = rows_text([(int(case.origins[0]), int(case.origins[29]))])
    bars = next(trace for trace in made(case, name, windows=text).figure.data if trace.type == "bar")
    hours = case.dataset.frame.index[case.origins[:30] - 1].hour
    counts = np.bincount(hours, minlength=24)
    assert [int(count) for _, count in bars.customdata] == counts[np.asarray(bars.x)].tolist()
    assert set(bars.x) == set(hours) and counts.sum() == 30
    np.testing.assert_allclose(bars.y / np.max(bars.y), counts[np.asarray(bars.x)] / counts.max())


@pytest.mark.parametrize(("name", "cells"), [("kernel_by_slot", "heatmap"), ("attention_by_slot", "heatmap")])
def test_unseen_points_over_a_map_tell_its_values_and_carry_its_slots(case: Case, name: str, cells: str) -> None:
    figure = made(case, name).figure
    maps = [trace for trace in figure.data if trace.type == cells]
    points = [trace for trace in figure.data if trace.name == "slots"]
    assert len(maps) == len(points)
    for picture, over in zip(maps, points, strict=True):
        told = [picture.z[y - 1][x] for x, y in zip(over.x, over.y, strict=True)]
        np.testing.assert_allclose([float(text) for _, text in over.customdata], told, atol=6e-4)
        labels = case.calendar.cycle.labels
        assert [one[0] for one in over.customdata] == [labels[x] for x in over.x]


def shown(case: Case, name: str, **wanted: str) -> pd.DataFrame:
    table = made(case, name, **wanted).table
    assert table is not None
    return table


@pytest.mark.parametrize("name", ["window_kernels", "attention_map"])
def test_the_mean_over_selected_windows_is_that_of_one_or_of_all(case: Case, name: str) -> None:
    row = str(case.origins[30])
    one = shown(case, name, windows=f"rows:{row}", map="selected")
    pd.testing.assert_frame_equal(one, shown(case, name, map="window", origin=row), rtol=1e-4, atol=1e-6)
    every = rows_text([(int(case.origins[0]), int(case.origins[-1]))])
    assert len(case.origins) <= DRAWN
    of_all = shown(case, name, windows=every, map="selected")
    pd.testing.assert_frame_equal(of_all, shown(case, name, map="mean"), check_dtype=False, rtol=1e-3, atol=1e-5)
    assert not np.allclose(of_all.iloc[:, -1], one.iloc[:, -1])
    with pytest.raises(ValueError, match="choose one of"):
        OF_CASE[name].chosen(case, {"map": "selected"})


def test_a_slot_selected_is_the_map_of_that_slot(case: Case) -> None:
    of_slot = shown(case, "window_kernels", map="slot", slot="13:00")
    of_windows = shown(case, "window_kernels", windows="slot:13:00", map="selected")
    pd.testing.assert_frame_equal(of_slot, of_windows, check_dtype=False, rtol=1e-4, atol=1e-6)


def test_the_window_shown_and_the_named_ones_lie_inside(case: Case) -> None:
    text, inside = some(case), set(range(20, 44))
    chosen = OF_CASE["forecast_overlay"].chosen(case, {"windows": text, "variable": "load"})
    assert chosen["origin"] == 32, "the one in the middle"
    errors = case.errors[Fusion.BOTH][:, 0]
    found = landmarks_of(case, chosen)
    assert set(found.values()) <= inside
    assert found["worst"] == 20 + errors[20:44].argmax() and found["best"] == 20 + errors[20:44].argmin()
    alone = OF_CASE["forecast_overlay"].chosen(case, {"windows": f"rows:{case.origins[7]}", "variable": "load"})
    assert landmarks_of(case, alone)["worst"] == errors.argmax(), "one window has no best and worst"


def test_the_scatter_tells_in_how_many_windows_a_mode_is_better(case: Case) -> None:
    none, both = (case.errors[mode][:, 0] for mode in (Fusion.NONE, Fusion.BOTH))
    card = made(case, "error_pairs", variable="load", windows=some(case))
    assert f"in {100 * (both < none).mean():.2g} % of {len(none)} windows" in card.finding
    assert f"Of 24 selected windows: {100 * (both < none)[20:44].mean():.2g} %" in card.finding
    table = card.table
    assert table is not None and np.flatnonzero(table["selected"]).tolist() == list(range(20, 44))
    np.testing.assert_array_equal(table["both"], both)
    with pytest.raises(Absent, match="held against itself"):
        OF_CASE["error_pairs"].build(case, {"mode": Fusion.NONE, "variable": "load"}, LOOK)


def test_responses_of_all_changes_are_those_of_all_windows(case: Case) -> None:
    kept = [case.averages(mode) for mode in case.inspected]
    every = response.responses_among(kept, case.origins)
    pd.testing.assert_frame_equal(every, response.responses(kept), check_dtype=False)
    pair = [changes_of(case.averages(mode)) for mode in (Fusion.BOTH, Fusion.NONE)]
    places = shared_events(pair[0], pair[1], 36).places
    one = response.responses_among(kept, case.origins[places[:1]])
    of_both = one.loc[one["fusion"] == Fusion.BOTH]
    assert (of_both["events"] == 1).all() and len(of_both) == 50
    assert response.responses_among(kept, case.origins[:1]).empty
    with pytest.raises(Absent, match="No abrupt change lies among"):
        made(case, "event_response", windows=f"rows:{case.origins[0]}")
    assert made(case, "event_response", windows=change_text(int(case.origins[places[0]]))).finding


def test_the_gates_show_a_change_among_the_selected_windows(case: Case) -> None:
    changes = case.changes(Fusion.BOTH)
    last = int(changes["place"].iloc[-1])
    row = int(case.origins[last])
    for text in (f"rows:{row}", change_text(row)):
        assert OF_CASE["gate_timeline"].chosen(case, {"windows": text})["event"] == last
    first = OF_CASE["gate_timeline"].chosen(case)["event"]
    assert first == changes["place"].iloc[0]
    elsewhere = made(case, "gate_timeline", windows=f"rows:{case.origins[0]}")
    assert "outside" in elsewhere.provenance


def test_a_selection_follows_to_the_next_page_and_is_cleared(hourly: InspectedModels) -> None:
    first = hourly.dataset.splits.test.start
    text = f"rows:{first + 20}-{first + 43}"
    at = open_page("forecasts", dataset=hourly.dataset.key, windows=text, variable="load")
    assert not at.exception and address(at)["windows"] == text and address(at)["origin"] == str(first + 32)
    assert any("24 windows" in note.value for note in at.markdown)
    shapes = spec(at, "error_timeline")["layout"]["shapes"]
    assert sum(shape.get("name") == SELECTED for shape in shapes) == 1
    assert sum("selected" in metric.label for metric in at.metric) == 4
    at.switch_page("views/kernels.py").run()
    assert address(at)["windows"] == text
    assert drawn(spec(at, "kernel_by_slot"), SELECTED)
    next(button for button in at.button if button.label == "Clear").click().run()
    assert "windows" not in address(at)
    assert not any(trace.get("name") == SELECTED for trace in spec(at, "kernel_by_slot")["data"])
    at.switch_page("views/forecasts.py").run()
    assert "windows" not in address(at) and not any("selected" in metric.label for metric in at.metric)


def test_files_follow_too_under_the_same_names(case: Case) -> None:
    text = some(case)
    pins = [Pin("kernel_by_slot", (("crossing", "cnn_to_gru"),)), Pin("daily_profile")]
    following = [pin.following(text) for pin in pins]
    assert [pin.name for pin in following] == [pin.name for pin in pins]
    assert following[1] is pins[1] and pins[0].following("") is pins[0]
    bare, marked = (cards(case, LOOK, found)[0] for found in (pins, following))
    assert bare.name == marked.name and bare.title == marked.title
    assert "24 of 95 test windows selected" in marked.provenance and "selected" not in bare.provenance


def test_the_export_page_shows_and_follows_the_selection(hourly: InspectedModels) -> None:
    at = open_page("export", dataset=hourly.dataset.key, windows="slot:13:00", figure="error_timeline")
    assert not at.exception and address(at)["windows"] == "slot:13:00"
    assert sum("Selected: time of day 13" in note.value for note in at.markdown) == 1, "one chip"
    assert any(shape.get("name") == SELECTED for shape in spec(at, "error_timeline")["layout"]["shapes"])


def told(at: AppTest) -> list[str]:
    """Return what the page says of its link."""
    return [warning.value for warning in at.warning if warning.icon == ":material/link_off:"]


def test_a_link_to_windows_that_are_gone_says_so_once(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, windows="rows:3-9")
    assert not at.exception and "windows" not in address(at)
    (sentence,) = told(at)
    assert "nothing is selected" in sentence
    assert list(charts(at)), "the page goes on without"


def test_another_data_set_drops_a_selection_that_it_cannot_read(hourly: InspectedModels) -> None:
    at = open_page("data", dataset=hourly.dataset.key, windows=f"rows:{hourly.dataset.splits.test.start}-9999")
    assert not told(at) and "windows" in address(at)
    at.selectbox(key="pick dataset").set_value("NYweather").run()
    assert address(at)["dataset"] == "NYweather" and "windows" in address(at), "rows that are there too"
    at = open_page("data", dataset=hourly.dataset.key, windows=f"rows:{hourly.dataset.splits.test.start}")
    at.selectbox(key="pick dataset").set_value("NYweather").run()
    assert "windows" not in address(at) and len(told(at)) == 1
