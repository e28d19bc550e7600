"""Series that stand for what office charts lack: whiskers, guide lines, and words in place of an axis's numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.report.native.panels import Axis, Guide, Panel, Series, Values
from core.report.native.scale import AxisScale, scale_of
from core.report.table import inert
from core.text.words import say

_LINE = "8D949E"
_WHISKER = 1.5  # points


@dataclass(frozen=True)
class Helper:
    """A series, and texts beside its points."""

    series: Series
    texts: tuple[str, ...] = ()
    side: str = "above"  # where the texts stand: left, right, below, above


def scales_of(panel: Panel, ticks: tuple[int, int]) -> tuple[AxisScale, AxisScale]:
    """Choose both scales of a panel, error bars included; `ticks` is how many fit along x and y."""
    curves = any(series.line_width for series in panel.series)
    across = [_reach(series, "x") for series in panel.series]
    up = [_reach(series, "y") for series in panel.series]
    across += [np.array([guide.value]) for guide in panel.guides if guide.axis == "x"]
    up += [np.array([guide.value]) for guide in panel.guides if guide.axis == "y"]
    return (
        scale_of(panel.x, across, ticks=ticks[0], tight=curves),
        scale_of(panel.y, up, ticks=ticks[1]),
    )


def _reach(series: Series, letter: str) -> Values:
    """Return all that a series covers along one axis."""
    values = np.asarray(series.positions if letter == "x" else series.values, float)
    if series.error is None or series.error_along != letter:
        return values
    below, above = series.error
    return np.concatenate([values - below, values + above])


def helpers_of(panel: Panel, x: AxisScale, y: AxisScale) -> list[Helper]:
    """Return the helper series of a panel, in the units of its positions."""
    helpers = [_guide(guide, x, y) for guide in panel.guides]
    helpers += [_whiskers(series) for series in panel.series if series.error is not None]
    for axis, letter in ((panel.x, "x"), (panel.y, "y")):
        if axis.labels and not axis.bare:
            helpers.append(_words(axis, letter, x, y))
    return helpers


def _whiskers(series: Series) -> Helper:
    """Draw error bars as one broken line, because only PowerPoint itself shows error bars of its own kind."""
    assert series.error is not None
    below, above = series.error
    x, y = np.repeat(np.asarray(series.positions, float), 3), np.repeat(series.values, 3)
    moved = x if series.error_along == "x" else y
    moved[0::3] -= below
    moved[1::3] += above
    y[2::3] = np.nan  # every third point is the gap to the next whisker
    return Helper(Series(say("{name} (interval)", name=series.name), x, y, series.colour, _WHISKER, listed=False))


def _guide(guide: Guide, x: AxisScale, y: AxisScale) -> Helper:
    if guide.axis == "x":
        positions, values, side = np.full(2, guide.value), np.array([y.low, y.high]), "right"
    else:
        positions, values, side = np.array([x.low, x.high]), np.full(2, guide.value), "above"
    name = inert(guide.text or say("guide"))
    series = Series(name, positions, values, _LINE, line_width=0.75, listed=False)
    return Helper(series, ("", guide.text), side)


def _words(axis: Axis, letter: str, x: AxisScale, y: AxisScale) -> Helper:
    places = np.array([place for place, _ in axis.labels])
    if letter == "x":
        positions, values, side = places, np.full(len(places), y.low), "below"
    else:
        positions, values, side = np.full(len(places), x.low), places, "left"
    series = Series(say("names of the {axis} axis", axis=letter), positions, values, _LINE, listed=False)
    return Helper(series, tuple(text for _, text in axis.labels), side)
