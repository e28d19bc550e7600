"""Whose figures are held side by side: data set, cell, mode and weights of either side, each with its own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Exhibit
from core.exhibits.two_sides import told_of
from core.figures.names import shortened
from core.text.words import mark, say
from dashboard import cache, state
from dashboard.board import Board
from dashboard.cases import WEIGHTS, case_or_stop, kept, looked_into_or_stop, models_or_stop
from dashboard.pickers import choose, texts
from dashboard.selection import PREFERRED, WORDS, Selection, options, read_selection

SECOND = "second_"  # heads the names of the second side in a link; those of the first are the ones of every page
LOOKED_INTO = ("kernels", "forecasts", "attention", "gates")  # pages that need an inspection and show twins too
OF_TRAINED = {
    "dcor_comparison",
    "attention_controls",
    "event_response",
    "gate_half_life",
    "gates_by_slot",
    "held_edit",
}
CELL = mark("Second data and cell")
MODES = ("mode", "modes")  # choices that a side makes for itself


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a figure."""

    board: Board[Case]
    mode: str  # as a link names it; empty where the figure is of every mode at once
    told: str  # in words whose figure it is

    @property
    def case(self) -> Case:
        """What the figure is made from."""
        return self.board.subject

    @property
    def fixed(self) -> Mapping[str, str]:
        """The texts of the choices that the side makes for itself."""
        return dict.fromkeys(MODES, self.mode) if self.mode else {}

    @property
    def trained_as(self) -> tuple[str, ...]:
        """What tells its training from others."""
        return tuple(run.run_id for mode, run in self.case.chosen_runs.items() if mode == self.mode)


def pick_sides(one: Exhibit[Case], selection: Selection) -> tuple[Side, Side]:
    """Draw the pickers of both sides and return them; the page ends where a side has no models at all."""
    with st.container(border=True):
        *of_first, swap = st.columns([3, 3, 2], vertical_alignment="bottom")
        *of_second, cell = st.columns([3, 3, 2], vertical_alignment="bottom")
        with (
            cell,
            st.popover(
                say(CELL), icon=":material/dataset:", width="stretch", help=say("Those of the first: in the menu")
            ),
        ):
            other = _pick_cell(selection)
        swap.button(
            say("Swap sides"), icon=":material/swap_vert:", on_click=_swap, args=(selection, other), width="stretch"
        )
    case = _case(one.page, selection, "")
    same = (other.dataset, other.cell) == (selection.dataset, selection.cell)
    second = case if same else _case(one.page, other, SECOND)
    left = _pick_side(one, case, of_first)
    return left, _pick_side(one, second, of_second, left)


def _pick_cell(first: Selection) -> Selection:
    """Draw the pickers of the second side's data set and cell: those of the first unless chosen otherwise."""
    catalog, titles = cache.catalog(), cache.titles()

    def named(key: str) -> str:
        return shortened(titles.get(key, key))

    sets = texts(catalog.datasets)
    dataset = choose(f"{SECOND}dataset", say("Second data set"), sets, default=first.dataset, format=named)
    wanted = {"dataset": dataset, "language": first.language.value}
    for name in PREFERRED:
        usual, _ = read_selection(wanted, catalog)
        if usual.cell is None:
            break
        there, own = options(catalog, usual, name), str(getattr(first.cell, name, ""))
        default = own if own in there else str(getattr(usual.cell, name))
        title = say("Second {part}", part=say(WORDS[name]))
        wanted[name] = choose(f"{SECOND}{name}", title, texts(there), default=default)
    return read_selection(wanted, catalog)[0]


def _case(page: str, selection: Selection, side: str) -> Case:
    """Return the case of a side: inspected where the page that owns the figure needs that."""
    if page in LOOKED_INTO:
        return looked_into_or_stop(selection, side=side)
    return case_or_stop(selection, side) if page == "overview" else models_or_stop(selection, side)


def _pick_side(one: Exhibit[Case], case: Case, places: Sequence[DeltaGenerator], first: Side | None = None) -> Side:
    """Draw the pickers of mode and weights of one side, where the figure has them.

    A second side begins as the untrained twin of the first; where the figure has none, as another mode.
    """
    head = SECOND if first else ""
    language, mode, twinned = state.current().language, "", one.page in LOOKED_INTO and one.name not in OF_TRAINED
    choice = next((choice for choice in one.choices if choice.name == "mode"), None)
    if choice is not None and not _absent(one, case):
        there = choice.options(case, {})
        mode = choice.default(case, {}, there)
        if first and first.mode in there:
            mode = first.mode if twinned else next((text for text in there if text != first.mode), mode)
        with places[0]:
            title = say("Second mode" if first else "First mode")
            fusion = choose(
                f"{head}mode", title, there, default=mode, format=lambda text: choice.text(text, language)
            )
        mode = next(text for text, value in there.items() if value is fusion)
    if twinned:
        with places[1]:
            both = {"trained": False, "untrained": True}
            untrained = choose(
                f"{head}weights",
                say("Second models" if first else "First models"),
                both,
                default="untrained" if first else "trained",
                kind="segmented",
                format=lambda name: say(WEIGHTS[name]),
            )
        case = kept(replace(case, untrained=untrained))
    *told, weights = told_of(one, case, mode, language)
    words = [*told, weights if twinned else ""]
    return Side(Board(one.page, case, follows=first is not None), mode, " · ".join(filter(None, words)))


def _absent(one: Exhibit[Case], case: Case) -> bool:
    """Return whether a case has nothing to show in a figure: then there is no mode to choose."""
    try:
        return bool(one.needs(case))
    except Absent:
        return False


def _swap(first: Selection, second: Selection) -> None:
    """Let the sides change places (a button's callback)."""
    for name in ("mode", "weights"):
        mine, other = state.value(name), state.value(f"{SECOND}{name}")
        if mine is not None and other is not None:
            state.move_to(name, other)
            state.move_to(f"{SECOND}{name}", mine)
    for name in ("dataset", *PREFERRED):
        state.move_to(name, second.to_query().get(name, ""))
        state.move_to(f"{SECOND}{name}", first.to_query().get(name, ""))
