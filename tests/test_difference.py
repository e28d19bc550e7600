"""Differences of two figures: nothing beside themselves, the other sign when swapped, refused in a sentence."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.attention import attention_by_slot
from core.figures.compared import Incomparable
from core.figures.difference import ALIKE, difference
from core.figures.kernels import kernel_by_slot
from core.figures.palette import Look
from core.vocabulary import Activation
from tests.support.figure_examples import EXAMPLES
from tests.support.plain_figures import lines, profile

LOOK = Look()
KINDS = (
    *("forecast_overlay", "window_error_by_step", "kernel_profile", "kernel_by_slot", "window_kernels"),
    *("attention_map", "attention_by_slot", "gate_timeline", "gradient_flow", "error_by_step", "error_by_variable"),
    *("attribution_map", "gates_by_slot", "held_edit"),
)


def slots(channels: np.ndarray) -> go.Figure:
    """Return a map whose rows the figure sorts by the slot of their peak: a kernel [slot, channel, tap]."""
    return kernel_by_slot(
        channels,
        crossing=Activation.KERNEL_GRU_TO_CNN,
        taps=(0,),
        slot_labels=[f"{slot:02d}:00" for slot in range(24)],
        cycle="Time of day",
        look=LOOK,
    ).figure


@pytest.mark.parametrize("name", KINDS)
def test_a_figure_less_itself_is_zero_everywhere(name: str) -> None:
    fig = EXAMPLES[name](LOOK).figure
    found = difference(fig, fig, look=LOOK)
    assert len(found.table) and (found.table["difference"].dropna() == 0).all()
    assert found.drawing.finding == "Both sides are the same everywhere."
    for trace in found.drawing.figure.data:
        if trace.type == "heatmap":
            assert not np.nan_to_num(np.asarray(trace.z)).any() and -trace.zmin == trace.zmax


@pytest.mark.parametrize("name", KINDS)
def test_swapped_sides_change_the_sign_alone(name: str) -> None:
    fig = EXAMPLES[name](LOOK).figure
    other = go.Figure(fig)
    for trace in other.data:
        if trace.type == "heatmap":
            trace.z = 2 * np.asarray(trace.z) + 1
        elif "markers" in str(trace.mode) and name == "error_by_variable":
            trace.x = 2 * np.asarray(trace.x) + 1
        else:
            trace.y = 2 * np.asarray(trace.y) + 1
    there, back = (difference(*pair, look=LOOK) for pair in ((fig, other), (other, fig)))
    assert np.nan_to_num(there.table["difference"]).any()
    np.testing.assert_array_equal(there.table["difference"], -back.table["difference"])
    np.testing.assert_array_equal(there.table["first"], back.table["second"])
    for one, opposite in zip(there.drawing.figure.data, back.drawing.figure.data, strict=True):
        told = ("z",) if one.type == "heatmap" else ("x", "y")
        sums = [np.abs(np.asarray(one[letter]) + np.asarray(opposite[letter])) for letter in told]
        assert any(not np.nan_to_num(total).any() for total in sums)


def test_the_finding_says_how_far_and_where_in_the_unit_of_the_axis() -> None:
    first, second = lines([1, 2, 9], title="load (MW)"), lines([1, 4, 3], title="load (MW)")
    found = difference(first, second, look=LOOK)
    assert found.drawing.finding == (
        "load (MW): the sides are 2.67 apart on average, and most, by 6.00, at line, step ahead 2, "
        "where the first is higher."
    )
    assert found.table["difference"].tolist() == [0, -2, 6]
    fig = found.drawing.figure
    low, high = fig.layout.yaxis.range
    assert low == -high and high > 6 and "First − second" in fig.layout.yaxis.title.text
    assert ALIKE in {note.text for note in fig.layout.annotations}, "zero is named"


def test_what_both_sides_share_is_named_and_left_out() -> None:
    figures = [EXAMPLES["forecast_overlay"](LOOK).figure for _ in range(2)]
    for trace in figures[1].data[-1:]:
        trace.y = np.asarray(trace.y) + 1
    found = difference(figures[0], figures[1], look=LOOK)
    assert [trace.name for trace in found.drawing.figure.data] == [figures[0].data[-1].name]
    assert "The same on both sides: history" in found.drawing.finding and "truth" in found.drawing.finding


def test_rows_that_each_figure_sorts_its_own_way_are_held_against_their_own() -> None:
    generator = np.random.default_rng(1)
    kernels = generator.normal(size=(24, 6, 1))
    moved = kernels.copy()
    moved[5, 2] += 50.0  # the peak of channel 3: it is sorted elsewhere now
    found = difference(slots(kernels), slots(moved), look=LOOK)
    changed = found.table.loc[found.table["difference"].abs() > 1e-3]
    assert changed["at y"].tolist() == ["channel 3"] and changed["difference"].tolist() == [pytest.approx(-50.0)]
    assert "channel 3, where the second is higher" in found.drawing.finding.replace("time of day 5, ", "")


def attention(tokens: int, slots: int = 24) -> go.Figure:
    weights = np.random.default_rng(2).dirichlet(np.ones(tokens), size=slots)
    names = [f"{slot:02d}:00" for slot in range(slots)]
    return attention_by_slot(weights, slot_labels=names, cycle="Time of day", token="36 h", look=LOOK).figure


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (lines([1, 2], title="MSE"), lines([1, 2, 3], title="MSE"), "other places: the first at 2 points from step"),
        (lines([1, 2], title="a (MW)"), lines([1, 2], title="b (°F)"), "not of one quantity: a (MW) and b (°F)."),
        (attention(20), attention(8), "a map of 24 by 20 cells, the second one of 24 by 8."),
        (profile(1.0), lines([1, 2], title="MSE"), "The first has 2 panels and the second 1."),
        (slots(np.ones((24, 6, 1))), slots(np.ones((24, 7, 1))), "24 by 6 cells, the second one of 24 by 7."),
    ],
    ids=["other steps", "other units", "other tokens", "other panels", "other channels"],
)
def test_shapes_that_differ_are_refused_in_a_sentence(first: go.Figure, second: go.Figure, why: str) -> None:
    for pair in ((first, second), (second, first)):
        with pytest.raises(Incomparable) as told:
            difference(*pair, look=LOOK)
        assert str(told.value)[0].isupper() and str(told.value).endswith(".")
    with pytest.raises(Incomparable) as told:
        difference(first, second, look=LOOK)
    assert why in str(told.value)
