"""The model as a diagram, in the DOT language: both paths, what crosses, and the average with ridge."""

from __future__ import annotations

from core.config import RunConfig
from core.figures.palette import Look, fusion_colour
from core.vocabulary import Fusion, Merge

SHARE = "½"  # of the network, and of ridge, in the forecast that people take away
_MERGES = {
    Merge.ATTENTION: "Cross-modal attention",
    Merge.CONCAT: "Both paths, one after the other",
    Merge.MEAN: "Mean of both paths",
}


def diagram(run: RunConfig, look: Look) -> str:
    """Return the way from the look-back to the forecast; a crossing that is off is dashed and says so.

    Parameters
    ----------
    run : RunConfig
        Of the network that is drawn.
    look : Look
    """
    colours, window, model = look.colours, run.window, run.model
    tokens = window.lookback // model.patch
    nodes = {
        "rows": (f"Look-back\\n{window.lookback} rows", colours.ink),
        "tokens": (f"First layer\\n{tokens} tokens of {model.patch} rows", colours.ink),
        "conv": (f"Convolution path\\n{model.blocks} blocks", colours.conv),
        "gru": (f"GRU path\\n{model.blocks} blocks", colours.gru),
        "merge": (_MERGES[model.merge], colours.ink),
        "network": (f"Head: network\\nshare {SHARE}", colours.both),
        "ridge": (f"Ridge, a line\\nshare {SHARE}", colours.muted),
        "forecast": (f"Forecast\\n{window.horizon} rows", colours.truth),
    }
    ways = ("rows -> tokens", "tokens -> {conv gru}", "{conv gru} -> merge", "merge -> network")
    average = ("rows -> ridge", "{network ridge} -> forecast")
    crossings = (("gru -> conv", Fusion.GRU_TO_CNN), ("conv -> gru", Fusion.CNN_TO_GRU))
    return "\n".join(
        [
            'digraph { rankdir=LR; bgcolor="transparent";',
            f'node [shape=box style=rounded fontname="sans-serif" fontsize=11 fontcolor="{colours.ink}"];',
            f'edge [color="{colours.line}" fontname="sans-serif" fontsize=10];',
            *(f'{name} [label="{text}" color="{colour}"];' for name, (text, colour) in nodes.items()),
            *(f"{way};" for way in (*ways, *average)),
            "{ rank=same; conv; gru; }",
            *(_crossing(way, crossing, crossing in model.crossings, look) for way, crossing in crossings),
            "}",
        ]
    )


def _crossing(way: str, crossing: Fusion, on: bool, look: Look) -> str:
    """Return a crossing in the hue of the path that speaks."""
    if on:
        return f'{way} [color="{fusion_colour(crossing, look)}" penwidth=2.5];'
    return f'{way} [color="{look.colours.muted}" style=dashed label="off" fontcolor="{look.colours.muted}"];'
