"""`python -m core cost`: what crossings cost, from formulas and counted, beside the whole network."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.config import ModelConfig, WindowConfig

HELP = "multiply-accumulates of crossings by formula and counted, and of whole networks, with measured time"

SLIP = (
    'The published sheet writes the number of crossings as "7 x 12"; its results follow from 7 x 2 = 14, two in each '
    "of seven blocks."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--preset", default="published", help="sizes of the model (default: published)")
    parser.add_argument("--lookback", type=int, default=720, help="rows the model reads (default 720)")
    parser.add_argument("--horizon", type=int, default=96, help="rows it forecasts (default 96)")
    parser.add_argument("--variables", type=int, default=7, help="columns of the data (default 7)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep", action="store_true", help="keep the counts as those the claims show (developers)")


def run(arguments: argparse.Namespace) -> int:
    """Count and print."""
    from core.analysis.cost import COUNTED, CostShape, Design, cost, times_dearer
    from core.config import ConfigError
    from core.presets import preset_run
    from core.trace.cost import proposed_cost, rowwise_cost, standard_cost

    if arguments.variables < 1:
        raise ConfigError(f"variables is {arguments.variables}; it must be at least 1.")
    chosen = preset_run("any", arguments.preset, horizon=arguments.horizon, lookback=arguments.lookback)
    model, window, variables = chosen.model, chosen.window, arguments.variables
    shape = CostShape(window.lookback, model.width, model.kernel, variables, model.patch, model.blocks)
    count = {Design.PROPOSED: proposed_cost, Design.STANDARD_CONV: standard_cost, Design.NO_EMBEDDING: rowwise_cost}
    designs: dict[str, dict[str, Any]] = {}
    for design in Design:
        formula, counted = cost(design, shape), count[design](model, window, variables)
        designs[design.value] = {
            "formula": {**vars(formula), "total": formula.total},
            "counted": {"embedding": counted.embedding, "crossing": counted.crossing, "total": counted.total},
            "times_proposed": times_dearer(design, shape),
            "milliseconds": counted.milliseconds,
        }
    if arguments.keep:
        if shape != CostShape():
            raise ConfigError(
                "the counts that are kept are those of the published sizes; leave the other options out."
            )
        counts = {name: row["counted"] for name, row in designs.items()}
        COUNTED.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    result = {
        "sizes": vars(shape),
        "designs": designs,
        "networks": _networks(model, window, variables),
        "note": SLIP,
    }
    sys.stdout.write((json.dumps(result, indent=1) if arguments.json else _text(result)) + "\n")
    return 0


def _networks(model: ModelConfig, window: WindowConfig, variables: int) -> dict[str, dict[str, Any]]:
    """Return the cost of whole networks: the four modes, and `both` with standard convolutions at its crossings."""
    from core.trace.cost import network_cost
    from core.vocabulary import Fusion, Reference

    forms: dict[str, dict[str, Any]] = {fusion.value: {"fusion": fusion} for fusion in Fusion}
    forms["both, standard_conv"] = {"fusion": Fusion.BOTH, "reference": Reference.STANDARD}
    return {name: vars(network_cost(replace(model, **form), window, variables)) for name, form in forms.items()}


def _text(result: dict[str, Any]) -> str:
    sizes = ", ".join(f"{name} {value}" for name, value in result["sizes"].items())
    lines = [
        f"One window ({sizes}); multiply-accumulates, and milliseconds on this machine",
        f"{'':20s}{'embedding':>12s}{'crossings':>16s}{'total':>16s}{'counted':>16s}{'times':>8s}{'ms':>9s}",
    ]
    for name, row in result["designs"].items():
        formula = row["formula"]
        lines.append(
            f"{name:20s}{formula['embedding']:12,d}{formula['crossing']:16,d}{formula['total']:16,d}"
            f"{row['counted']['total']:16,d}{row['times_proposed']:8.1f}{row['milliseconds']:9.2f}"
        )
    lines += ["", f"{'whole network':20s}{'parameters':>12s}{'MACs':>16s}{'ms':>9s}"]
    lines += [
        f"{name:20s}{row['parameters']:12,d}{row['macs']:16,d}{row['milliseconds']:9.2f}"
        for name, row in result["networks"].items()
    ]
    return "\n".join([*lines, "", result["note"]])
