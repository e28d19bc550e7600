"""The edits of a window as figures choose them: read from a link, told in words, and asked of every mode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.edited import edited, moved_most
from core.data.edits import Edit, EditError, EditKind, fitting
from core.data.windows import Scaler
from core.exhibits.asked import Answer, answered
from core.exhibits.case import Case
from core.exhibits.exhibit import Choice, Chosen, Kind, Options, Written
from core.exhibits.links import parts
from core.figures.names import shortened
from core.serve.warm import ask_window
from core.text.amounts import MINUS, counted, fixed, listed
from core.text.words import mark, say
from core.trace.schema import Field, Reduction
from core.vocabulary import Activation, Fusion

UPDATE, RESET = (Field(gate, Reduction.MEAN_CHANNEL) for gate in (Activation.UPDATE_GATE, Activation.RESET_GATE))
WEIGHTS = Field(Activation.ATTENTION, Reduction.MEAN_VARIABLE)
KERNELS = (Activation.KERNEL_GRU_TO_CNN, Activation.KERNEL_CNN_TO_GRU)
RECORDED = (*KERNELS, *(f"{one.activation}:{one.reduction}" for one in (UPDATE, RESET, WEIGHTS)))  # of every question
Values = NDArray[np.float64]
MOST_TOLD = 3  # edits that a foot tells one by one
_KINDS = {
    EditKind.SPIKE: mark("Spike"),
    EditKind.LEVEL: mark("Level shift"),
    EditKind.SLOPE: mark("Slope"),
    EditKind.NOISE: mark("Noise"),
    EditKind.SCALE: mark("Scale"),
    EditKind.SHIFT: mark("Shift in time"),
    EditKind.ZERO: mark("Zero"),
    EditKind.HOLD: mark("Hold"),
    EditKind.SWAP: mark("Swap"),
    EditKind.REPEAT: mark("Repeat one cycle"),
}


def edits_in(case: Case, text: str) -> tuple[Edit, ...]:
    """Return the edits that a text of a link holds; an EditError where one does not fit the windows of a case."""
    return _fitting(case, parts(text))


def _fitting(case: Case, words: Iterable[str | Edit]) -> tuple[Edit, ...]:
    lookback, season = case.config.window.lookback, case.dataset.step.season
    return fitting(words, variables=case.dataset.variables, lookback=lookback, season=season)


def sorted_out(case: Case, text: str) -> tuple[list[str], str]:
    """Return the edits of a link's text that fit a case, and of the others why they do not, in one sentence."""
    kept: list[str] = []
    why: list[str] = []
    for word in parts(text):
        try:
            _fitting(case, [*kept, word])
        except EditError as error:
            why.append(str(error))
        else:
            kept.append(word)
    if not why:
        return kept, ""
    told = [say("{edits} left out: {why}", edits=counted(len(why), "edit"), why=why[0])]
    if len(why) > 1:
        told.append(say("{others} do not fit either.", others=counted(len(why) - 1, "other")))
    return kept, " ".join(told)


def _options(case: Case, chosen: Chosen) -> Options:
    return Written(partial(edits_in, case))


def _drafts(case: Case, chosen: Chosen) -> Options:
    return Written(partial(draft_in, case))


def draft_in(case: Case, text: str) -> Edit:
    """Return the edit that the form of a page holds; without a text that with which it opens."""
    if text:
        return _fitting(case, [text])[0]
    rows = min(case.dataset.step.season or case.config.model.patch, case.config.window.lookback)
    return Edit(EditKind.LEVEL, (case.dataset.variables[0],), -rows, -1, 1.0)


EDITS = Choice("edits", "Edits", _options, kind=Kind.WRITTEN)
DRAFT = Choice("draft", "Edit in hand", _drafts, kind=Kind.WRITTEN)


def rows_read(case: Case, chosen: Chosen) -> tuple[Values, NDArray[np.datetime64]]:
    """Return the rows that the chosen window reads, [row, variable], and the stamps of these and the steps."""
    origin, window = int(case.origins[chosen["origin"]]), case.config.window
    frame = case.dataset.frame.iloc[origin - window.lookback : origin + window.horizon]  # of long files a little
    return frame.iloc[: window.lookback].to_numpy(np.float64), frame.index.to_numpy()


def in_hand(chosen: Chosen) -> tuple[tuple[Edit, ...], int]:
    """Return the edits of the list with the one in hand, where that is not in it yet, and its place among them."""
    edits, draft = chosen["edits"], chosen["draft"]
    edits = edits if draft in edits else (*edits, draft)
    return edits, edits.index(draft)


def scaler_of(case: Case) -> Scaler:
    """Return what the models of a case standardise rows by."""
    return next(iter(case.chosen_runs.values())).scaler


def _how(case: Case) -> dict[str, Any]:
    """Return what edits of a case's rows go by."""
    return {"variables": case.dataset.variables, "scaler": scaler_of(case), "season": case.dataset.step.season}


def with_edits(case: Case, rows: Values, edits: Sequence[Edit]) -> Values:
    """Return rows that a window of a case reads, [row, variable], with edits made in them."""
    return edited(rows, edits, **_how(case))


def grip(case: Case, chosen: Chosen) -> tuple[int, float, float] | None:
    """Return by which row the amount of the edit in hand is dragged, see `core.data.edited.moved_most`."""
    rows, _ = rows_read(case, chosen)
    return moved_most(rows, *in_hand(chosen), variable=chosen["variable"], **_how(case))


def asked(case: Case, mode: Fusion, place: int, edits: Sequence[Edit], variable: str) -> Answer:
    """Return what a mode does for a variable in a test window with edits of its rows: one answer for all figures."""
    words, run = tuple(map(str, edits)), case.chosen_runs[mode]
    how = {"record": RECORDED, "edits": words, "untrained": case.untrained, "variables": (variable,)}
    return answered(ask_window, run, place, **how)


def kind_text(kind: EditKind) -> str:
    """Return the name of a kind of edit for people."""
    return say(_KINDS[kind])


def amount_text(edit: Edit) -> str:
    """Return the amount of an edit with its unit; empty where it has none.

    >>> amount_text(Edit(EditKind.LEVEL, ("load",), -24, -1, -1.5))
    '−1.5 sd'
    """
    match edit.kind:
        case EditKind.SPIKE | EditKind.LEVEL | EditKind.SLOPE:
            return f"{'+' if edit.amount > 0 else ''}{fixed(edit.amount, 1)} sd"
        case EditKind.NOISE:
            return f"{fixed(edit.amount, 1)} sd"
        case EditKind.SCALE:
            return f"× {fixed(edit.amount, 2)}"
        case EditKind.SHIFT:
            rows = counted(abs(int(edit.amount)), "row")
            return say("{rows} later" if edit.amount > 0 else "{rows} earlier", rows=rows)
        case _:
            return ""


def span_text(edit: Edit) -> str:
    """Return the span of an edit in words.

    >>> span_text(Edit(EditKind.ZERO, ("load",), -24, -1)), span_text(Edit(EditKind.ZERO, ("load",), -48, -25))
    ('last 24 rows', 'rows −48 to −25')
    """
    if edit.last == -1:
        return say("last {rows}", rows=counted(len(edit), "row")) if len(edit) > 1 else say("last row")
    first, last = (str(row).replace("-", MINUS) for row in (edit.first, edit.last))
    return say("rows {first} to {last}", first=first, last=last)


def edit_text(edit: Edit) -> str:
    """Return an edit in words: of the list on the page, and of a foot.

    >>> edit_text(Edit.parse("level:EWR temp:-24..-1:1.5"))
    'Level shift +1.5 sd · EWR temp · last 24 rows'
    """
    names = listed([shortened(name) for name in edit.variables])
    return " · ".join([f"{kind_text(edit.kind)} {amount_text(edit)}".strip(), names, span_text(edit)])


def told_edits(edits: Sequence[Edit]) -> str:
    """Return what is edited, for the foot of a figure; empty without any."""
    if not edits:
        return ""
    words = [edit_text(edit).replace(" · ", ", ") for edit in edits[:MOST_TOLD]]
    more = [say("{n} more", n=len(edits) - MOST_TOLD)] if len(edits) > MOST_TOLD else []
    return say("edited: {edits}", edits="; ".join([*words, *more]))
