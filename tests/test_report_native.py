"""What decides a native chart: which figures can be one, round scales, thinning, shares of the slide."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from core.report.deck.box import Box, panel_boxes
from core.report.native.panels import Axis, Panel
from core.report.native.scale import nice_step, scale_of
from core.report.native.traces import POINTS, thin
from core.report.native.translate import MOST_PANELS, native
from tests.support.report_cards import bare


@pytest.mark.parametrize(
    "trace",
    [
        go.Heatmap(z=[[1, 2]]),
        go.Bar(x=["ETTh1"], y=[1]),
        go.Scatter(x=["ETTh1"], y=[1]),
        go.Scatter(y=[1, 2], marker={"color": [0.1, 0.9]}),
    ],
)
def test_what_an_office_chart_does_not_hold_is_a_picture(trace: Any):
    assert native(bare(go.Figure(trace))) is None


def test_more_panels_than_can_be_read_are_a_picture():
    figure = make_subplots(rows=MOST_PANELS + 1, cols=1)
    for row in range(MOST_PANELS + 1):
        figure.add_scatter(y=[0, 1], row=row + 1, col=1)
    assert native(bare(figure)) is None


@pytest.mark.parametrize("span", [1e-6, 0.07, 0.9, 1.0, 7.3, 96.0, 12_345.0])
@pytest.mark.parametrize("parts", [2, 6])
def test_steps_are_round_and_never_too_many(span: float, parts: int):
    step = nice_step(span, parts)
    assert span / step <= parts * (1 + 1e-9)
    assert span / step > parts / 2.6
    assert re.match(r"(1|2|2\.5|5)(\.0*)?e", f"{step:.1e}")


def test_scales_hold_all_values_and_start_at_a_tick():
    values = np.array([0.352, 0.418])
    scale = scale_of(Axis(), [values])
    assert scale.low <= values.min() < values.max() <= scale.high
    assert scale.low / scale.step == pytest.approx(round(scale.low / scale.step))


@pytest.mark.parametrize("hours", [6, 48, 24 * 30, 24 * 400, 24 * 4_000])
def test_date_scales_hold_the_data_with_few_ticks(hours: int):
    days = 17_000.3 + np.array([0.0, hours / 24])
    scale = scale_of(Axis(dates=True), [days])
    assert scale.low <= days[0] + 25_569 < days[1] + 25_569 <= scale.high
    assert 1 <= (scale.high - scale.low) / scale.step <= 9


def test_thinning_keeps_short_curves_whole_and_clouds_spread():
    assert thin(np.arange(5.0), np.ones(5)).tolist() == [0, 1, 2, 3, 4]
    cloud = thin(np.tile([0.0, 1.0], 1_000), np.arange(2_000.0))
    assert len(cloud) <= POINTS
    assert (cloud[0], cloud[-1]) == (0, 1_999)


def test_panels_of_a_grid_share_the_body_without_overlap():
    domains = [(0.0, 0.4, 0.6, 1.0), (0.6, 1.0, 0.6, 1.0), (0.0, 0.4, 0.0, 0.5), (0.6, 1.0, 0.0, 0.5)]
    panels = [Panel("", domain, Axis(), Axis(), ()) for domain in domains]
    boxes = panel_boxes(panels, Box(0, 0, 1_000, 800))
    assert sum(box.width * box.height for box in boxes) == pytest.approx(1_000 * 800, rel=0.01)
    assert boxes[0].top + boxes[0].height == pytest.approx(boxes[2].top, abs=1)
    assert boxes[0].left + boxes[0].width == pytest.approx(boxes[1].left, abs=1)
