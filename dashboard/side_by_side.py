"""Two sides of one figure: what each of them shows, on one scale, and what the first has more than the second."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import card_name
from core.exhibits.exhibit import Absent, Exhibit
from core.exhibits.kernels import MEAN
from core.figures.compared import Incomparable
from core.figures.difference import difference
from core.figures.names import shortened
from core.figures.one_scale import one_scale
from core.figures.palette import Look
from core.figures.panels import room_of
from core.text.amounts import listed
from core.text.words import mark, say, speaking
from dashboard import state
from dashboard.markup import escaped
from dashboard.show import show
from dashboard.sides import Side
from dashboard.widgets import or_why

SIDES = {"first": mark("First"), "second": mark("Second")}
BORDER = 34  # px around a side
SAME = mark(
    "Both sides show the same: choose another data set, horizon, seed, mode or the untrained twin for one of them."
)
OF_CHANNELS = ("kernel_by_slot", "window_kernels")  # figures of single channels
CHANNELS = mark(
    "Channels of different trainings need not stand for one another: the difference is of equal numbers alone."
)


@dataclass(frozen=True, eq=False)
class Compared:
    """Both figures on one scale, what stays apart, and their difference or the sentence why there is none."""

    cards: tuple[Card, Card]
    apart: str
    difference: Card | str


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
    if found.apart:
        st.caption(escaped(found.apart))
    room = max(room_of(card.figure) for card in found.cards) + BORDER
    st.html(f"<style>.st-key-sides > * {{ min-width: {room}px; }}</style>")  # what does not fit goes below
    with st.container(horizontal=True, gap="medium", key="sides"):
        for place, (name, card) in enumerate(zip(SIDES, found.cards, strict=True)):
            with st.container(border=True):
                st.caption(f"**{say(SIDES[name])}** · {escaped(sides[place].told)}")
                show(card, name, partial(_card_of, one, sides, place))
    if isinstance(found.difference, str):
        st.info(escaped(found.difference), icon=":material/info:")
    else:
        show(found.difference, "difference", partial(_difference_of, one, sides))
        of_channels = one.name in OF_CHANNELS or sides[0].board.values.get("channel", MEAN) != MEAN
        if of_channels and sides[0].trained_as != sides[1].trained_as:
            st.caption(say(CHANNELS))


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
    for name, side in zip(SIDES, sides, strict=True):
        with st.container(border=True):
            st.caption(f"**{say(SIDES[name])}** · {escaped(side.told)}")
            with or_why(one.question):
                make = partial(side.board.card, one.name)
                show(make(state.look()), name, make)


def _compared(one: Exhibit[Case], sides: tuple[Side, Side], look: Look) -> Compared:
    """Return both sides compared; Absent where one of them cannot be shown."""
    cards = [side.board.card(one.name, look) for side in sides]
    return _kept(tuple(side.board.key(one.name) for side in sides), look, one.name, sides, cards)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept(
    key: tuple[tuple[str, ...], ...], look: Look, name: str, _sides: tuple[Side, Side], _cards: list[Card]
) -> Compared:
    with st.spinner(say("Comparing …")), speaking(look.language):
        file = card_name(_sides[0].case, f"{name}-difference")
        return _compare(_cards, file, look, same=key[0] == key[1])


def _compare(cards: list[Card], file: str, look: Look, *, same: bool) -> Compared:
    """Put two figures on one scale and draw what they differ by; `file` names it."""
    first, second, apart = one_scale(cards[0].figure, cards[1].figure)
    pair = [
        replace(card, figure=figure, name=f"{card.name[:90]}-{side}")
        for card, figure, side in zip(cards, (first, second), SIDES, strict=True)
    ]
    if same:
        return Compared((pair[0], pair[1]), apart, say(SAME))
    try:
        found = difference(cards[0].figure, cards[1].figure, look=look)
    except Incomparable as why:
        return Compared((pair[0], pair[1]), apart, say("There is no difference to draw. {why}", why=why))
    foot = " · ".join(f"{say(SIDES[side])}: {card.provenance}" for side, card in zip(SIDES, cards, strict=True))
    told = found.drawing
    card = Card(say("Where do the two sides differ?"), told.finding, foot, told.figure, found.table, file, look)
    return Compared((pair[0], pair[1]), apart, card)


def _card_of(one: Exhibit[Case], sides: tuple[Side, Side], place: int, look: Look) -> Card:
    return _compared(one, sides, look).cards[place]


def _difference_of(one: Exhibit[Case], sides: tuple[Side, Side], look: Look) -> Card:
    found = _compared(one, sides, look).difference
    assert isinstance(found, Card), "offered only where there is one"
    return found
