"""One scale: two figures of a kind with equal ranges, limits and room, their data as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.kernels import kernel_by_slot
from core.figures.labels import written_ends
from core.figures.lettering import NARROWEST
from core.figures.one_scale import one_scale, paired
from core.figures.palette import Look
from core.figures.panels import LETTERS, axes, room_of
from core.vocabulary import Activation
from tests.support.figure_examples import EXAMPLES
from tests.support.plain_figures import lines, profile

LOOK = Look()
KINDS = ("forecast_overlay", "error_timeline", "kernel_profile", "window_kernels", "attention_map", "gate_timeline")


def sent(fig: go.Figure) -> list[Any]:
    """Return the traces of a figure as a browser gets them."""
    found: list[Any] = json.loads(fig.to_json())["data"]
    return found


def ranges(fig: go.Figure) -> dict[str, tuple[float, float] | None]:
    return {f"{letter}{number}": axis.range for letter in LETTERS for number, axis in axes(fig, letter).items()}


@pytest.mark.parametrize("name", KINDS)
def test_a_figure_beside_itself_stays_as_it_is(name: str) -> None:
    fig = EXAMPLES[name](LOOK).figure
    first, second, apart = one_scale(fig, fig)
    assert first.to_json() == second.to_json() and not apart
    assert ranges(first) == ranges(fig) and sent(first) == sent(fig)


def test_both_get_the_range_that_holds_both_and_keep_their_data() -> None:
    small, large = profile(1.0), profile(3.0)
    before = [sent(small), sent(large)]
    first, second, apart = one_scale(small, large)
    assert ranges(first) == ranges(second) and not apart
    for number, axis in axes(first, "y").items():
        ends = [axes(fig, "y")[number].range for fig in (small, large)]
        assert axis.range == (min(low for low, _ in ends), max(high for _, high in ends))
    assert [sent(first), sent(second)] == before
    assert first.layout.margin == second.layout.margin and first.layout.height == second.layout.height
    assert ranges(small) != ranges(large), "the figures themselves are left alone"


def test_labels_at_line_ends_stay_apart_on_the_new_scale() -> None:
    first, _, _ = one_scale(profile(1.0), profile(30.0))
    for number, notes in written_ends(first).items():
        low, high = axes(first, "y")[number].range
        places = sorted(note.y for note in notes)
        room = first.layout.height - first.layout.margin.t - first.layout.margin.b
        assert min(np.diff(places)) >= 15 * (high - low) / room * 0.99


@pytest.mark.parametrize("scales", [(1.0, 4.0), (4.0, 1.0)], ids=str)
def test_maps_share_their_limits_around_zero(scales: tuple[float, float]) -> None:
    generator = np.random.default_rng(0)
    figures = [
        kernel_by_slot(
            scale * generator.normal(size=(24, 8, 3)),
            crossing=Activation.KERNEL_GRU_TO_CNN,
            taps=(-1, 0, 1),
            slot_labels=[f"{slot:02d}:00" for slot in range(24)],
            cycle="Time of day",
            look=LOOK,
        ).figure
        for scale in scales
    ]
    maps = [
        trace for fig in one_scale(figures[0], figures[1])[:2] for trace in fig.select_traces({"type": "heatmap"})
    ]
    limits = {(trace.zmin, trace.zmax) for trace in maps}
    wanted = max(trace.zmax for fig in figures for trace in fig.select_traces({"type": "heatmap"}))
    assert limits == {(-wanted, wanted)}


def test_ranges_that_nothing_set_are_those_of_the_data() -> None:
    first, second, _ = one_scale(lines([0, 10], title="MSE"), lines([-10, 0], title="MSE"))
    assert first.layout.yaxis.range == second.layout.yaxis.range
    low, high = first.layout.yaxis.range
    assert low < -10 and high > 10
    first, second, _ = one_scale(lines([1, 10], title="g", axis="log"), lines([100, 1000], title="g", axis="log"))
    low, high = first.layout.yaxis.range
    assert low < 0 and 3 < high < 4, "of a logarithmic axis: powers of ten"


def test_other_units_stay_apart_and_are_named() -> None:
    first, second, apart = one_scale(lines([0, 10], title="load (MW)"), lines([0, 90], title="temp (°F)"))
    assert apart == "Not on one scale, as they are not of one quantity: load (MW) with temp (°F)."
    assert first.layout.yaxis.range is None and second.layout.yaxis.range is None


def test_dates_far_apart_keep_their_own_range() -> None:
    def of(*days: str) -> go.Figure:
        fig = lines([1, 2], title="MSE", x=[float(np.datetime64(day, "ms").astype(np.int64)) for day in days])
        fig.update_xaxes(type="date", range=list(fig.data[0].x))
        return fig

    first, second, _ = one_scale(of("2013-01-01", "2013-01-02"), of("2016-01-01", "2016-01-02"))
    assert first.layout.xaxis.range != second.layout.xaxis.range
    first, second, _ = one_scale(of("2013-01-01", "2013-01-03"), of("2013-01-02", "2013-01-05"))
    assert first.layout.xaxis.range == second.layout.xaxis.range


@pytest.mark.parametrize("swap", [False, True])
def test_panels_of_one_name_stand_for_each_other(swap: bool) -> None:
    names = (["GRU → CNN", "CNN → GRU"], ["CNN → GRU"])
    assert paired(*(names[::-1] if swap else names)) == [(0, 1) if swap else (1, 0)]


@pytest.mark.parametrize(
    ("make", "wanted"), [(lambda: lines([1, 2], title="MSE"), 64 + 180 + 24), (lambda: profile(1.0), NARROWEST)]
)
def test_a_figure_of_several_panels_needs_the_width_it_is_made_for(
    make: Callable[[], go.Figure], wanted: float
) -> None:
    assert room_of(make()) == wanted
