"""The model itself: the network of one run as the published figure shows it, and what its crossings cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product, starmap

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis.cost import PARTS, CostShape, Design, cost, counted_costs
from core.analysis.gradient import Reading, reading_of, signed_share
from core.analysis.parts import Part, Quantity, part_costs
from core.claims.published import SOURCE, published_numbers
from core.config import Arm, arm_label
from core.data.windows import make_windows
from core.exhibits.case import Case
from core.exhibits.exhibit import Chart, Choice, Chosen, Options, exhibit
from core.figures import cost_comparison as cost_figures
from core.figures import model_diagram as figures
from core.figures.palette import Look
from core.inspection.averages import kernel_name, size_name
from core.text.amounts import counted
from core.text.message import Message
from core.text.words import mark, say
from core.trace.weights import crossing_gates, weight_shapes
from core.train.record import RecordError, RunRecord
from core.version import VERSION
from core.vocabulary import Dim, Fusion, Language, Merge, Reference, Split

PAGE = "model"
COLUMNS = ("part", "block", "quantity", "value", "reason")
NOT_INSPECTED = mark(
    "Sizes of kernels and corrections are left out, because the run was not inspected yet: open a page that looks "
    "inside it."
)
NO_KERNEL = mark("A standard convolution writes no kernel, so it has no kernel norm.")
_MATCHED = "matched"
Row = tuple[Part, int | None, Quantity, float, str]


def arm_word(arm: Arm) -> str:
    """Return a form as the word of a link: its mode, and what of it is not as proposed.

    >>> arm_word(Arm(Fusion.BOTH)), arm_word(Arm(Fusion.NONE, merge=Merge.CONCAT))
    ('both', 'none-concat')
    """
    parts = [arm.fusion.value]
    parts += [arm.reference.value] if arm.reference is not Reference.DYNAMIC else []
    parts += [arm.merge.value] if arm.merge is not Merge.ATTENTION else []
    return "-".join([*parts, _MATCHED] if arm.matched else parts)


ARMS = {arm_word(arm): arm for arm in starmap(Arm.of, product(Fusion, Reference, Merge, (False, True)))}


def _text(word: str, language: Language) -> str:
    return arm_label(ARMS[word], language)


def runs_of_arms(case: Case) -> dict[str, RunRecord]:
    """Return the run of each form with the seed looked into, by the form's word."""
    return {arm_word(arm): run for arm in case.arms if (run := case.of_seed(arm)) is not None}


def needs_a_run(case: Case) -> str:
    """Ask for a trained form."""
    return (
        "" if runs_of_arms(case) else say("No form of the model is trained here yet: train one on the Compare page.")
    )


def _first(case: Case, chosen: Chosen) -> str:
    there = runs_of_arms(case)
    return Fusion.BOTH.value if Fusion.BOTH in there else next(iter(there))


def _blocks(case: Case, chosen: Chosen) -> Options:
    return {str(block): block for block in range(1, chosen["arm"].config.model.blocks + 1)}


ARM = Choice("arm", "Form", lambda case, chosen: runs_of_arms(case), _first, text=_text)
BLOCK = Choice("block", "Block", _blocks)


@exhibit("How is the network built, and what did it learn where?", page=PAGE, needs=needs_a_run, choices=(ARM, BLOCK))
def model_diagram(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the network of one form with its parameters, costs, gates, kernels and gradients."""
    run = chosen["arm"]
    table = network_numbers(case, run)
    rows = make_windows(case.dataset, run.config.window, Split.TEST).x[-1, :, 0]
    drawing = figures.model_diagram(
        run.config, len(run.variables), table, rows=rows, block=chosen["block"], look=look
    )
    form = arm_label(run.config.model.arm, look.language)
    what = [say("form {form}", form=form), say("block {block}", block=chosen["block"])]
    return Chart(drawing, table, case.foot([run], *what))


def network_numbers(case: Case, run: RunRecord) -> pd.DataFrame:
    """Return what is known of each part of a run's network.

    Returns
    -------
    Columns part, block (missing outside blocks), quantity (see `core.analysis.parts`), value (NaN where it cannot be
    had; corrections and gradient shares in %), reason (why it cannot).
    """
    return _table([*_costs(run), *_gates(run), *_traced(case, run), *_gradients(run)])


def weight_numbers(run: RunRecord) -> pd.DataFrame:
    """Return those that the weights alone tell: parameters, costs and gates."""
    return _table([*_costs(run), *_gates(run)])


def _table(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"block": "Int64", "value": float})


def _costs(run: RunRecord) -> Iterator[Row]:
    try:
        costs = part_costs(weight_shapes(run), run.config, len(run.variables))
    except RecordError as error:
        for part in Part:
            for quantity in (Quantity.PARAMETERS, Quantity.MACS):
                yield part, None, quantity, math.nan, str(error)
        return
    for row in costs.to_dict("records"):
        part, block = Part(row["part"]), None if pd.isna(row["block"]) else int(row["block"])
        yield part, block, Quantity.PARAMETERS, float(row["parameters"]), ""
        yield part, block, Quantity.MACS, float(row["macs"]), ""


def _gates(run: RunRecord) -> Iterator[Row]:
    try:
        gates = crossing_gates(run)
    except RecordError as error:
        for crossing in run.config.model.crossings:
            yield Part(crossing.value), None, Quantity.GATE, math.nan, str(error)
        return
    for (crossing, block), values in gates.items():
        yield Part(crossing.value), block, Quantity.GATE, float(np.abs(values).mean()), ""


def _traced(case: Case, run: RunRecord) -> Iterator[Row]:
    """Yield what only the inspection tells: sizes of kernels and of corrections."""
    model = run.config.model
    kept = case.inspection.averages(run.run_id) if case.inspection is not None else None
    for crossing in model.crossings:
        part, standard = Part(crossing.value), model.reference is Reference.STANDARD
        if standard:
            yield part, None, Quantity.KERNEL_NORM, math.nan, say(NO_KERNEL)
        if kept is None:
            missing = [Quantity.CORRECTION] if standard else [Quantity.KERNEL_NORM, Quantity.CORRECTION]
            yield from ((part, None, quantity, math.nan, say(NOT_INSPECTED)) for quantity in missing)
            continue
        if not standard:
            yield from _by_block(part, Quantity.KERNEL_NORM, kept[kernel_name(crossing, "norm")])
        yield from _by_block(part, Quantity.CORRECTION, 100 * kept[size_name(crossing)])


def _by_block(part: Part, quantity: Quantity, values: xr.DataArray) -> Iterator[Row]:
    for value in values:
        yield part, int(value[Dim.BLOCK]), quantity, float(value), ""


def _gradients(run: RunRecord) -> Iterator[Row]:
    """Yield each path's share of the gradient of both paths' weights, the median over training."""
    try:
        table = reading_of(run.gradient, Reading.WEIGHTS)
    except RecordError as error:
        table = Message.plain(str(error))
    if isinstance(table, Message):
        for part in (Part.CONV_PATH, Part.GRU_PATH):
            yield part, None, Quantity.GRADIENT_SHARE, math.nan, str(table)
        return
    for block, rows in table.groupby("block"):
        conv = 50 * (1 + float(np.nanmedian(signed_share(rows["conv"], rows["gru"]))))
        yield Part.CONV_PATH, int(str(block)), Quantity.GRADIENT_SHARE, conv, ""
        yield Part.GRU_PATH, int(str(block)), Quantity.GRADIENT_SHARE, 100 - conv, ""


def needs_sizes(case: Case) -> str:
    """Ask for a run, whose sizes are compared."""
    return "" if case.records else say("No model is trained here yet: train one on the Compare page.")


@exhibit("What does a crossing cost?", page=PAGE, needs=needs_sizes)
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
    sizes = say("sizes published: {sizes}", sizes=_sizes(CostShape())), say("sizes here: {sizes}", sizes=_sizes(here))
    foot = " · ".join([say("Published: {source}", source=SOURCE), *sizes, f"CrossLens {VERSION}"])
    return Chart(cost_figures.cost_comparison(table, look=look), table, foot)


def _sizes(shape: CostShape) -> str:
    return say(
        "look-back {lookback}, patch {patch}, width {width}, kernel {kernel}, {blocks}, {variables}",
        **{name: getattr(shape, name) for name in ("lookback", "patch", "width", "kernel")},
        blocks=counted(shape.blocks, "block"),
        variables=counted(shape.variables, "variable"),
    )
