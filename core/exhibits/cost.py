"""What a crossing costs: the published table beside counts, and at the sizes of the runs at hand."""

from __future__ import annotations

import math

import pandas as pd

from core.analysis.cost import PARTS, CostShape, Design, cost, counted_costs
from core.claims.published import SOURCE, published_numbers
from core.english import counted
from core.exhibits.case import Case
from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.figures import cost_comparison as figures
from core.figures.palette import Look
from core.version import VERSION


def needs_sizes(case: Case) -> str:
    """Ask for a run, whose sizes are compared."""
    return "" if case.records else "No model is trained here yet: train one on the Compare page."


@exhibit("What does a crossing cost?", page="model", needs=needs_sizes)
def cost_comparison(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show three designs of the crossing; the first layer is the published one, which mixes all variables."""
    model, window, variables = case.config.model, case.config.window, len(case.records[0].variables)
    here = CostShape(window.lookback, model.width, model.kernel, variables, model.patch, model.blocks)
    published = {(one.mode, one.quantity.value): one.value for one in published_numbers()}
    running = counted_costs()
    rows = [
        {
            "design": design.value,
            "part": part,
            "published": published.get((design.value, f"macs_{part}"), math.nan),
            "counted": running[design, part],
            "here": getattr(cost(design, here), part),
        }
        for design in Design
        for part in PARTS
    ]
    table = pd.DataFrame(rows)
    sizes = (f"sizes {name}: {_sizes(shape)}" for name, shape in (("published", CostShape()), ("here", here)))
    foot = " · ".join([f"Published: {SOURCE}", *sizes, f"CrossLens {VERSION}"])
    return Chart(figures.cost_comparison(table, look=look), table, foot)


def _sizes(shape: CostShape) -> str:
    return (
        f"look-back {shape.lookback}, patch {shape.patch}, width {shape.width}, kernel {shape.kernel}, "
        f"{counted(shape.blocks, 'block')}, {counted(shape.variables, 'variable')}"
    )
