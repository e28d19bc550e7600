"""Figure of how a forecast comes about: a waterfall from the window's mean over the parts of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import plotly.graph_objects as go

from core.figures.labels import category_axis, label_room, named_line
from core.figures.lettering import number
from core.figures.marks import dots, limits_of, line
from core.figures.names import UNIT, shortened, shown, told, with_unit
from core.figures.palette import Look, fusion_colour, path_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import fixed, listed, signed
from core.text.words import say
from core.vocabulary import Fusion, ModelPath, label

ROW = 34  # px of a row
BAR = 16  # px: height of a bar


@dataclass(frozen=True)
class CrossingPart:
    """What a crossing carries, in units of the explained variable: its share, silenced alone, and by gradients."""

    share: float
    silenced: float
    gradients: float


@dataclass(frozen=True)
class Parts:
    """A number of a forecast in parts, in its unit: level, embedding, paths, crossings and merge add up to it."""

    level: float
    embedding: float
    paths: Mapping[ModelPath, float]
    crossings: Mapping[Fusion, CrossingPart]
    merge: float | None
    forecast: float


def forecast_account(
    parts: Parts, *, what: str, variable: str, unit: str, joint: float, gap: float, look: Look
) -> Drawing:
    """Show how each part of the network moves one number of a forecast.

    Parameters
    ----------
    parts
        In units of the explained variable.
    what, variable, unit
        Which number it is, in words; the variable's name and unit ("" if unknown).
    joint
        What the crossings carry only together, beyond silencing each alone.
    gap
        What gradients through the corrections miss of what the crossings carry together.
    """
    steps = _steps(parts, look)
    fig = go.Figure()
    ends = [*accumulate((value for _, value, _ in steps), initial=parts.level)]
    first, last = say("window's mean"), say("forecast")
    names = [first, *(name for name, _, _ in steps), last]
    rows = list(range(len(names)))[::-1]
    _bars(fig, steps, ends, rows, look, told(with_unit(variable, unit)))
    _crossing_marks(fig, parts, steps, ends, rows, look)
    for text, value, row in ((first, parts.level, rows[0]), (last, parts.forecast, rows[-1])):
        style = {"size": 12, "symbol": "diamond", "hover": f"%{{x:.4g}}<extra>{text}</extra>", "showlegend": False}
        fig.add_trace(dots([value], [row], name=text, colour=look.colours.truth, **style))
    decimals = _decimals(ends)
    notes = [fixed(parts.level, decimals), *(signed(value, decimals) for _, value, _ in steps)]
    notes.append(fixed(parts.forecast, decimals))
    for row, text in zip(rows, notes, strict=True):
        at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 12, "y": row}
        fig.add_annotation(text=text, **at, font={"size": 12, "color": look.colours.ink})
    category_axis(fig, names[::-1], look=look)
    named_line(fig, look=look, text="", x=parts.level)
    reach = [parts.level + each for part in parts.crossings.values() for each in (part.silenced, part.gradients)]
    fig.update_xaxes(title_text=shown(with_unit(variable, unit)), range=limits_of(ends, reach), showgrid=True)
    margins = Margins(
        left=label_room(names), right=label_room(notes), legend=True, above=10, height=120 + ROW * len(names)
    )
    return drawn(fig, _sentence(parts, what, variable, unit, joint, gap, decimals), margins, look)


def _decimals(ends: Sequence[float]) -> int:
    """Return how many decimals tell the smallest hundredth of the whole movement."""
    reach = float(np.ptp(ends)) or 1.0
    return max(2 - int(np.floor(np.log10(reach))), 0)


def _steps(parts: Parts, look: Look) -> list[tuple[str, float, str]]:
    """Return name, value and colour of each bar, as data flow through the network."""
    language, colours = look.language, look.colours
    found = [(say("embedding"), parts.embedding, colours.none)]
    found += [(label(path, language), value, path_colour(path, look)) for path, value in parts.paths.items()]
    found += [
        (label(each, language), part.share, fusion_colour(each, look)) for each, part in parts.crossings.items()
    ]
    if parts.merge is not None:
        found.append((say("merge"), parts.merge, colours.both))
    return found


def _bars(
    fig: go.Figure,
    steps: Sequence[tuple[str, float, str]],
    ends: Sequence[float],
    rows: Sequence[int],
    look: Look,
    full_name: str,
) -> None:
    """Draw the bar of each part from where the one before ended, and thin lines that join them."""
    join, so_far = {"width": 1, "hoverinfo": "skip", "hover": "", "showlegend": False}, say("so far")
    for place, (name, value, colour) in enumerate(steps):
        start, row = float(ends[place]), rows[place + 1]
        fig.add_trace(line([start, start], [row + 1, row], name=so_far, colour=look.colours.line, **join))
        style = {"width": BAR, "hover": f"{signed(value, 3)}{full_name}<extra>{name}</extra>"}
        style["showlegend"] = False
        fig.add_trace(line([start, start + value], [row, row], name=name, colour=colour, **style))
    last = float(ends[-1])
    fig.add_trace(line([last, last], [rows[-2], rows[-1]], name=so_far, colour=look.colours.line, **join))


def _crossing_marks(
    fig: go.Figure,
    parts: Parts,
    steps: Sequence[tuple[str, float, str]],
    ends: Sequence[float],
    rows: Sequence[int],
    look: Look,
) -> None:
    """Mark where the bars of crossings would end by gradients, and if this crossing alone were silenced."""
    first = 1 + len(parts.paths)  # of the crossings among the steps
    at = range(first, first + len(parts.crossings))
    starts, y = [float(ends[place]) for place in at], [rows[place + 1] for place in at]
    found = list(parts.crossings.values())
    colour, hover = look.colours.ink, "%{customdata:+.3g}"
    kinds = {
        say("silenced alone"): ("square", [part.silenced for part in found]),
        say("by gradients through the correction"): ("diamond-tall", [part.gradients for part in found]),
    }
    for name, (symbol, values) in kinds.items():
        x = [start + value for start, value in zip(starts, values, strict=True)]
        style = {"symbol": symbol, "hollow": True, "hover": f"{hover}<extra>{name}</extra>", "customdata": values}
        fig.add_trace(dots(x, y, name=name, colour=colour, size=11, **style))


def _sentence(parts: Parts, what: str, variable: str, unit: str, joint: float, gap: float, decimals: int) -> str:
    suffix = f" {shortened(unit, UNIT)}" if unit else ""
    moved, together = parts.forecast - parts.level, sum(part.share for part in parts.crossings.values())
    each = listed(f"{label(one)} {signed(part.share, decimals)}" for one, part in parts.crossings.items())
    carried = f"{signed(together, decimals)}{suffix}" + (f" ({together / moved:.0%})" if together * moved > 0 else "")
    first = say(
        "For {what} of {variable} the network forecasts {forecast}, {moved} from the window's mean.",
        what=what,
        variable=shortened(variable),
        forecast=f"{fixed(parts.forecast, decimals)}{suffix}",
        moved=f"{signed(moved, decimals)}{suffix}",
    )
    if len(parts.crossings) > 1:
        shares = say(
            "The crossings carry {carried} of that: {each}, of which {joint} jointly, shared evenly.",
            carried=carried,
            each=each,
            joint=signed(joint, decimals),
        )
    else:
        shares = say(
            "{crossing} carries {carried} of that: what silencing it takes away.",
            crossing=listed(map(label, parts.crossings)),
            carried=carried,
        )
    by = listed(f"{label(one)} {signed(part.gradients, decimals)}" for one, part in parts.crossings.items())
    gradients = say(
        "By gradients through the corrections: {each}; they miss {missed}."
        if round(abs(gap), decimals)
        else "By gradients through the corrections: {each}; they miss nothing of it.",
        each=by,
        missed=number(abs(gap), 2),
    )
    return f"{first} {shares} {gradients}"
