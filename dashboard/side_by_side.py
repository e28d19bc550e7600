"""Two sides of one figure: what each of them shows, on one scale, and what the first has more than the second."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import streamlit as st

from core.decks.deck import Figure, Held
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Exhibit
from core.exhibits.kernels import MEAN
from core.exhibits.two_sides import SIDES, Compared, Part, compared
from core.figures.names import shortened
from core.figures.palette import Look
from core.figures.panels import room_of
from core.text.amounts import listed
from core.text.words import mark, say
from dashboard import state
from dashboard.export import MakeCard
from dashboard.markup import escaped
from dashboard.pins import draw_pin
from dashboard.show import show
from dashboard.sides import Side
from dashboard.widgets import or_why

BORDER = 34  # px around a side
OF_CHANNELS = ("kernel_by_slot", "window_kernels")  # figures of single channels
CHANNELS = mark(
    "Channels of different trainings need not stand for one another: the difference is of equal numbers alone."
)


def draw_sides(one: Exhibit[Case], sides: tuple[Side, Side]) -> None:
    """Draw both figures beside each other, below each other where they need the width, and their difference."""
    missed = _choose(one, sides)
    if missed:
        st.caption(escaped(say("The second side has {missed}.", missed=listed(missed))))
    try:
        found = _compared(one, sides, state.look())
    except Absent:
        _draw_apart(one, sides)
        return
    make: dict[Part, MakeCard] = {part: partial(_card_of, one, sides, part) for part in Part}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if found.apart:
            st.caption(escaped(found.apart))
        draw_pin([(_figure(one, sides, part), make[part]) for part in SIDES], "sides", say("Pin both"))
    room = max(room_of(card.figure) for card in found.cards) + BORDER
    st.html(f"<style>.st-key-sides > * {{ min-width: {room}px; }}</style>")  # what does not fit goes below
    with st.container(horizontal=True, gap="medium", key="sides"):
        for part, side, card in zip(SIDES, sides, found.cards, strict=True):
            with st.container(border=True):
                st.caption(f"**{say(SIDES[part])}** · {escaped(side.told)}")
                show(card, part, make[part])
    if isinstance(found.difference, str):
        st.info(escaped(found.difference), icon=":material/info:")
    else:
        both = Part.DIFFERENCE
        show(found.difference, both, make[both], pinned=_figure(one, sides, both))
        of_channels = one.name in OF_CHANNELS or sides[0].board.values.get("channel", MEAN) != MEAN
        if of_channels and sides[0].trained_as != sides[1].trained_as:
            st.caption(say(CHANNELS))


def _figure(one: Exhibit[Case], sides: tuple[Side, Side], part: Part) -> Figure:
    """Return what a deck keeps of both sides, with the part of them that it shows."""
    first, second = (side.board.figure(one.name) for side in sides)
    return first.model_copy(update={"against": Held(source=second.source, choices=second.choices, shows=part)})


def _choose(one: Exhibit[Case], sides: tuple[Side, Side]) -> list[str]:
    """Draw the pickers of what is chosen once for both sides; return in words what the second side has not."""
    names, (first, second) = [choice.name for choice in one.choices], sides
    missed: Mapping[str, tuple[str, str]] = {}
    with suppress(Absent):  # it is told where the figure would stand
        if not one.needs(first.case):
            first.board.pick(*names, fixed=first.fixed)
    with suppress(Absent):
        if not one.needs(second.case):
            missed = second.board.follow(first.board, *names, fixed=second.fixed)
    return [
        say(
            "no {title} {text} ({own} is shown)",
            title=title.partition(" (")[0].lower(),
            text=shortened(text),
            own=shortened(own),
        )
        for title, (text, own) in missed.items()
    ]


def _draw_apart(one: Exhibit[Case], sides: tuple[Side, Side]) -> None:
    """Draw each side by itself, or why it cannot be shown."""
    for part, side in zip(SIDES, sides, strict=True):
        with st.container(border=True):
            st.caption(f"**{say(SIDES[part])}** · {escaped(side.told)}")
            with or_why(one.question):
                make = partial(side.board.card, one.name)
                show(make(state.look()), part, make, pinned=side.board.figure(one.name))


def _compared(one: Exhibit[Case], sides: tuple[Side, Side], look: Look) -> Compared:
    """Return both sides compared; Absent where one of them cannot be shown."""
    cards = [side.board.card(one.name, look) for side in sides]
    return _kept(tuple(side.board.key(one.name) for side in sides), look, one, sides, cards)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept(
    key: tuple[tuple[str, ...], ...], look: Look, _one: Exhibit[Case], _sides: tuple[Side, Side], _cards: list[Card]
) -> Compared:
    with st.spinner(say("Comparing …")):
        cases, modes = [side.case for side in _sides], [side.mode for side in _sides]
        return compared(_one, cases, _cards, modes, same=key[0] == key[1])


def _card_of(one: Exhibit[Case], sides: tuple[Side, Side], part: Part, look: Look) -> Card:
    return _compared(one, sides, look).card(part)
