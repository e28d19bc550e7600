"""What can be dragged on the rows of the What-if page: both ends of the span, and a row that the amount moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.edits import Edit, EditKind, limits_of
from core.exhibits.case import Case
from core.exhibits.edits import grip, rows_read
from core.exhibits.exhibit import Chosen
from core.figures.marks import milliseconds
from core.figures.palette import Look
from core.figures.whatif import rows_shown
from core.text.words import say
from dashboard.chart import Handle, Move

FIRST, LAST, AMOUNT = "first", "last", "amount"  # names of handles
STEPS = {EditKind.SCALE: 0.05, EditKind.SHIFT: 1.0}  # of an amount; else a tenth of a deviation


def step_of(kind: EditKind) -> float:
    """Return the step of the amount of a kind of edit."""
    return STEPS.get(kind, 0.1)


def earliest(case: Case, kind: EditKind) -> int:
    """Return the first row that a kind of edit can begin at, counted back from the origin."""
    lookback = case.config.window.lookback
    return ((case.dataset.step.season or 0) if kind is EditKind.REPEAT else 0) - lookback


def within(case: Case, edit: Edit, **to: Any) -> Edit:
    """Return an edit with some of its parts changed, moved to the nearest that can be made."""
    kind, first, last = (to.get(name, getattr(edit, name)) for name in ("kind", "first", "last"))
    first = max(first, earliest(case, kind))
    last = max(first, last)
    limits = limits_of(kind, last - first + 1)
    amount = float(np.clip(round(float(to.get("amount", edit.amount)), 6), *limits)) if limits else 0.0
    return replace(edit, **(to | {"first": first, "last": last, "amount": amount}))


def moved_to(case: Case, edit: Edit, move: Move) -> Edit:
    """Return an edit as a handle was moved; the ends of the span do not pass each other."""
    if move.name == FIRST:
        return within(case, edit, first=min(round(move.value), edit.last))
    if move.name == LAST:
        return within(case, edit, last=max(round(move.value), edit.first))
    return within(case, edit, amount=move.value)


def handles_of(case: Case, chosen: Chosen, look: Look) -> tuple[Handle, ...]:
    """Return what can be dragged on the rows that are chosen."""
    edit: Edit = chosen["draft"]
    rows, stamps = rows_read(case, chosen)
    times = milliseconds(stamps[: len(rows)])
    half = float(times[-1] - times[-2]) / 2 if len(times) > 1 else 0.0
    there = times[-rows_shown(edit.first, len(times)) :]
    made = [
        _end(FIRST, say("First row of the span"), there - half, edit.first, look),
        _end(LAST, say("Last row of the span"), there + half, edit.last, look),
    ]
    if (found := grip(case, chosen)) is not None and (limits := limits_of(edit.kind, len(edit))):
        row, low, high = found
        step = step_of(edit.kind)
        places = np.linspace(low, high, round((limits[1] - limits[0]) / step) + 1)
        made.append(
            Handle(
                AMOUNT,
                say("Height of the edit"),
                along="y",
                places=places.tolist(),
                low=limits[0],
                step=step,
                value=edit.amount,
                across=float(times[row]),
                colour=look.colours.edited,
            )
        )
    return tuple(made)


def _end(name: str, label: str, times: NDArray[np.float64], row: int, look: Look) -> Handle:
    return Handle(
        name,
        label,
        along="x",
        places=times.tolist(),
        low=float(-len(times)),
        step=1.0,
        value=float(row),
        across=None,
        colour=look.colours.edited,
    )
