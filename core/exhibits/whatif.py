"""What if: the rows of one window are edited, and every mode forecasts again; asked of the warm engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.exhibits import needs
from core.exhibits.asked import Answer
from core.exhibits.case import Case
from core.exhibits.choices import BLOCK, ORIGIN, VARIABLE, window_text
from core.exhibits.edits import (
    DRAFT,
    EDITS,
    KERNELS,
    RESET,
    UPDATE,
    WEIGHTS,
    asked,
    edit_text,
    in_hand,
    rows_read,
    scaler_of,
    told_edits,
    with_edits,
)
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.inside import forecast_in, part_of
from core.exhibits.trust_asked import EDITS as CHECKS
from core.figures import whatif as figures
from core.figures import whatif_inside as inside
from core.figures.names import shortened
from core.figures.palette import Look
from core.figures.theme import Drawing
from core.figures.whatif_errors import edited_errors as errors_figure
from core.figures.whatif_kernels import Kernel
from core.figures.whatif_kernels import edited_kernels as kernels_figure
from core.text.words import say
from core.trace.schema import Field
from core.vocabulary import Dim, Fusion

PAGE = "whatif"
HISTORY = 2  # horizons of rows before the origin, at most
ROOM = 2.0  # standard deviations above and below the rows, to drag into
Values = NDArray[np.float64]
Answers = dict[Fusion, tuple[Answer, Answer | None]]  # as recorded, and edited: None where nothing is


def _answers(case: Case, chosen: Chosen) -> Answers:
    """Ask every mode once with the edits, and once without."""
    place, edits, variable = chosen["origin"], chosen["edits"], chosen["variable"]
    return {
        mode: (asked(case, mode, place, (), variable), asked(case, mode, place, edits, variable) if edits else None)
        for mode in case.chosen_runs
    }


def _chart(case: Case, chosen: Chosen, drawing: Drawing, table: pd.DataFrame, *details: str) -> Chart:
    """Return a figure of the edits with its foot."""
    edits = chosen["edits"]
    foot = case.foot(case.chosen_runs.values(), window_text(case, chosen["origin"]), *details, told_edits(edits))
    return Chart(drawing, table, foot, edited=bool(edits))


@exhibit("Which rows are edited?", page=PAGE, needs=needs.chosen, choices=(VARIABLE, ORIGIN, DRAFT, EDITS))
def edited_rows(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the rows as recorded and as the edits make them, with the span of the one in hand."""
    (every, stamps), variable = rows_read(case, chosen), chosen["variable"]
    draft, edits = chosen["draft"], chosen["edits"]
    column = case.dataset.variables.index(variable)
    rows, made = every[:, column], with_edits(case, every, in_hand(chosen)[0])[:, column]
    drawing = figures.edited_rows(
        rows,
        made,
        stamps=stamps[: len(rows)],
        span=(draft.first, draft.last),
        room=ROOM * float(scaler_of(case).scale[column]),
        variable=variable,
        unit=case.dataset.units.get(variable, ""),
        step=case.dataset.step,
        look=look,
    )
    table = pd.DataFrame({"row": range(-len(rows), 0), "stamp": stamps[: len(rows)], variable: rows, "edited": made})
    more = [] if draft in edits else [say("if added: {edit}", edit=edit_text(draft).replace(" · ", ", "))]
    foot = case.foot([], window_text(case, chosen["origin"]), told_edits(edits), *more)
    return Chart(drawing, table, foot, edited=bool(edits))


@exhibit(
    "What would each mode forecast?",
    page=PAGE,
    needs=needs.chosen,
    choices=(VARIABLE, ORIGIN, EDITS),
    checks=CHECKS,
)
def edited_forecasts(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the forecasts of every mode as recorded and, below, with the edits."""
    (every, stamps), variable, window = rows_read(case, chosen), chosen["variable"], case.config.window
    column = case.dataset.variables.index(variable)
    rows, made = every[:, column], with_edits(case, every, chosen["edits"])[:, column]
    recorded, changed, truth = _forecasts(_answers(case, chosen))
    drawing = figures.edited_forecasts(
        rows,
        made,
        truth,
        recorded,
        changed,
        stamps=stamps,
        past=min(HISTORY * window.horizon, window.lookback),
        variable=variable,
        unit=case.dataset.units.get(variable, ""),
        step=case.dataset.step,
        look=look,
    )
    table = pd.DataFrame({"step": range(1, len(truth) + 1), "stamp": stamps[len(rows) :], "truth": truth})
    columns = {f"{mode.value}_recorded": values for mode, values in recorded.items()}
    columns |= {f"{mode.value}_edited": values for mode, values in changed.items()}
    return _chart(case, chosen, drawing, table.assign(**columns), shortened(variable))


def _forecasts(found: Answers) -> tuple[dict[Fusion, Values], dict[Fusion, Values], Values]:
    """Return the forecasts of the chosen variable as recorded and edited, by mode, and the truth, [step] each."""
    recorded = {mode: forecast_in(before)[:, 0] for mode, (before, _) in found.items()}
    changed = {
        mode: np.array(after["changed"], dtype=np.float64)[:, 0]
        for mode, (_, after) in found.items()
        if after is not None
    }
    return recorded, changed, np.array(next(iter(found.values()))[0]["truth"], dtype=np.float64)[:, 0]


@exhibit(
    "How far do the forecasts move, and do they miss by more?",
    page=PAGE,
    needs=needs.chosen,
    choices=(VARIABLE, ORIGIN, EDITS),
    checks=CHECKS,
)
def edited_errors(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how far each forecast moves, and its error against the truth of the rows as recorded."""
    recorded, changed, truth = _forecasts(_answers(case, chosen))
    if not np.isfinite(truth).any():
        raise Absent(say("Nothing was measured of this variable after this window: choose another one."))
    table = pd.DataFrame(
        {
            "fusion": [mode.value for mode in recorded],
            "recorded": [float(np.nanmean(np.abs(values - truth))) for values in recorded.values()],
            "edited": [_mean(changed.get(mode), truth) for mode in recorded],
            "moved": [_mean(changed.get(mode), values) for mode, values in recorded.items()],
        }
    )
    drawing = errors_figure(table, unit=case.dataset.units.get(chosen["variable"], ""), look=look)
    details = shortened(chosen["variable"]), say("truth of the rows as recorded")
    return _chart(case, chosen, drawing, table, *details)


def _mean(values: Values | None, of: Values) -> float:
    return float("nan") if values is None else float(np.nanmean(np.abs(values - of)))


INSIDE = (VARIABLE, ORIGIN, BLOCK, EDITS)


@exhibit("Which kernels would the paths write?", page=PAGE, needs=needs.chosen, choices=INSIDE, checks=CHECKS)
def edited_kernels(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the kernels of every crossing of every mode, as recorded beside edited."""
    kernels, taps = [], []
    for crossing in KERNELS:
        for mode, (before, after) in _answers(case, chosen).items():
            if crossing.value in before["record"]:
                taps = before["record"][crossing.value]["coords"][Dim.TAP]
                kernels.append(Kernel(mode, crossing, *_pair(crossing.value, before, after, chosen)))
    if not kernels:
        raise Absent(say("No mode that writes kernels is trained here: train one that crosses the paths."))
    table = pd.concat([_kernel_rows(one, taps) for one in kernels], ignore_index=True)
    drawing = kernels_figure(kernels, taps=taps, look=look)
    details = shortened(chosen["variable"]), say("block {block}", block=chosen["block"])
    return _chart(case, chosen, drawing, table, *details)


def _kernel_rows(one: Kernel, taps: Sequence[int]) -> pd.DataFrame:
    channel, tap = np.meshgrid(np.arange(1, len(one.recorded) + 1), taps, indexing="ij")
    columns = {
        "fusion": one.mode.value,
        "crossing": one.crossing.value,
        "channel": channel.ravel(),
        "tap": tap.ravel(),
    }
    table = pd.DataFrame(columns | {"recorded": one.recorded.ravel()})
    return table if one.edited is None else table.assign(edited=one.edited.ravel())


def _pair(name: str, before: Answer, after: Answer | None, chosen: Chosen) -> inside.Pair:
    """Return what was recorded under a name of the chosen variable and block, as recorded and edited."""
    at = {Dim.VARIABLE: chosen["variable"], Dim.BLOCK: chosen["block"]}
    return part_of(before, name, at), None if after is None else part_of(after, name, at)


@exhibit("What would the GRU gates do?", page=PAGE, needs=needs.chosen, choices=INSIDE, checks=CHECKS)
def edited_gates(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show update and reset gates token by token in every mode, as recorded and edited."""
    found = _answers(case, chosen)

    def levels(field: Field) -> dict[Fusion, inside.Pair]:
        return {mode: _pair(field.name, before, after, chosen) for mode, (before, after) in found.items()}

    gates = {"update": levels(UPDATE), "reset": levels(RESET)}
    table = pd.concat([_pair_rows(pairs, gate=gate) for gate, pairs in gates.items()], ignore_index=True)
    block = say("block {block}, mean over channels", block=chosen["block"])
    details = shortened(chosen["variable"]), block
    return _chart(case, chosen, inside.edited_gates(gates, look=look), table, *details)


@exhibit(
    "Where would the merge look?",
    page=PAGE,
    needs=needs.chosen,
    choices=(VARIABLE, ORIGIN, EDITS),  # the variable only so that one question serves all figures
    checks=CHECKS,
)
def edited_attention(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the routing weight of each key token in every mode, as recorded and edited."""

    def weight(answer: Answer) -> Values:
        return part_of(answer, WEIGHTS.name, {}).mean(axis=(0, 1))  # of [head, query, key]

    pairs = {
        mode: (weight(before), None if after is None else weight(after))
        for mode, (before, after) in _answers(case, chosen).items()
        if WEIGHTS.name in before["record"]
    }
    if not pairs:
        raise Absent(say("These models merge their paths without attention: choose others."))
    drawing, averaged = inside.edited_attention(pairs, look=look), say("heads, queries, variables averaged")
    return _chart(case, chosen, drawing, _pair_rows(pairs), averaged)


def _pair_rows(pairs: Mapping[Fusion, inside.Pair], **columns: str) -> pd.DataFrame:
    """Return one row a mode and token: as recorded, and edited where anything is."""
    parts = []
    for mode, (was, then) in pairs.items():
        part = pd.DataFrame({**columns, "fusion": mode.value, "token": np.arange(1, len(was) + 1), "recorded": was})
        parts.append(part if then is None else part.assign(edited=then))
    return pd.concat(parts, ignore_index=True)
