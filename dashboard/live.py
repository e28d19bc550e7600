"""A figure of a slide that is live: drawn by the board of its page as it was pinned, to be chosen otherwise.

That is no change of the pin, and the texts that other pages had before are put back once the slide is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.decks.deck import Deck, Pinned, Slide
from core.decks.sources import asked
from core.exhibits.case import Case
from core.exhibits.edits import rows_read
from core.exhibits.exhibit import Absent, Exhibit
from core.exhibits.links import parts
from core.figures.palette import Look
from core.text.words import mark, say
from dashboard import handles, pins, projected, sheets, state, whatif
from dashboard.board import Board
from dashboard.cases import follow, kept
from dashboard.guard import guard
from dashboard.markup import escaped, harmless
from dashboard.sides import LOOKED_INTO
from dashboard.slides import SLIDE
from dashboard.widgets import or_why

LIVE = "live"  # parameter of a link: the place of the figure on its slide, from 1
EDITED = "whatif"  # the page whose figures are of edits
TWO_SIDES = mark("One of two sides stays as it was pinned; the page Side by side draws both anew.")
WRITTEN = ("draft", "edits")  # choices of its figures that its form makes
_BEFORE = "texts before live"  # session: name -> the text of a choice, None where there was none
_PUT = "texts put live"  # session: the same, as the pin has them
NOTHING: Mapping[str, str | None] = MappingProxyType({})


def shown(slide: Slide) -> int:
    """Return the place of the figure that the link wants live, from 1; 0 for none."""
    text = state.value(LIVE) or ""
    there = text in [str(place) for place in range(1, len(slide.pins) + 1)]
    told = mark("There is no figure {text} to be live on this slide; showing what was pinned instead.")
    state.check(LIVE, say(told, text=harmless(text)) if text and not there else "")
    if there:
        state.set_value(LIVE, text)
        return int(text)
    state.drop_value(LIVE)
    return 0


def draw_switches(slide: Slide, live: int) -> None:
    """Draw what makes a figure live, for each that can be made now."""
    for place, pin in enumerate(slide.pins, start=1):
        key = f"{LIVE} {slide.name} {place}"
        try:
            one, subject = asked(pin)
            why = one.needs(subject) if pin.against is None else say(TWO_SIDES)
        except Absent:
            continue
        state.prime(key, place == live)
        st.toggle(
            say("Live") if len(slide.pins) == 1 else say("Live: figure {n}", n=place),
            key=key,
            disabled=bool(why),
            help=escaped(why or say("Drawn now, with its pickers; the pin stays as it is")),
            on_change=partial(_switch, pin, one, 0 if place == live else place),
        )


def _switch(pin: Pinned, one: Exhibit[Any], place: int) -> None:
    """Make a figure live with what was pinned, or show what was pinned again (a switch's callback)."""
    end()
    if place:
        names = [choice.name for choice in one.choices]
        before = {name: state.value(name) for name in [*names, whatif.HAND, whatif.DRAFT]}
        put = dict.fromkeys(before) | pin.choices | _hand(pin)
        state.keep(_BEFORE, before)
        state.keep(_PUT, put)
        _put(put)
        state.move_to(LIVE, str(place))


def _hand(pin: Pinned) -> dict[str, str]:
    """Return which of the pinned edits is in hand: the one whose form was pinned, else the last."""
    words, draft = parts(pin.choices.get(whatif.LIST, "")), pin.choices.get(whatif.DRAFT)
    if not words:
        return {}
    place = words.index(draft) if draft in words else len(words) - 1
    return {whatif.HAND: str(place + 1), whatif.DRAFT: words[place]}


def end() -> None:
    """End what is live, and give the other pages back what they had, where nobody chose anew since."""
    state.forget(LIVE)
    put = state.kept(_PUT, NOTHING)
    before: Mapping[str, str | None] = state.kept(_BEFORE, NOTHING)
    _put({name: text for name, text in before.items() if state.value(name) == put[name]})
    state.keep(_BEFORE, {})


def _put(texts: Mapping[str, str | None]) -> None:
    for name, text in texts.items():
        if text is None:
            state.forget(name)
        else:
            state.move_to(name, text)


@st.fragment
def draw(name: str, deck: Deck, slide: Slide, place: int) -> None:
    """Draw a slide with one of its figures live, and its pickers: alone, where these change."""
    pin = slide.pins[place - 1]
    with state.alone(), guard(), st.container(key=projected.STEP, gap="small"), or_why():
        for parameter, text in ((pins.DECK, name), (SLIDE, slide.name), (LIVE, str(place))):
            state.set_value(parameter, text)
        for parameter, text in pin.choices.items():
            if state.value(parameter) is None:
                state.set_value(parameter, text)
        one, subject = asked(pin)
        if sentence := one.needs(subject):
            raise Absent(sentence)
        case = kept(subject) if isinstance(subject, Case) else None
        if case is None or one.page != EDITED:
            _draw_chosen(one, Board(one.page, case or subject, chip=False), slide, deck.look)
        else:
            _draw_edited(one, Board(EDITED, case), slide, deck.look)
        if case is not None and one.page in LOOKED_INTO and not case.is_whole:
            from core.exhibits.gather import inspection_job  # what looks into models: a while to load

            follow(inspection_job(case), case)


def _draw_chosen(one: Exhibit[Any], board: Board[Any], slide: Slide, look: Look) -> None:
    board.pick(*[choice.name for choice in one.choices])
    sheets.draw(slide, [board.card(one.name, look)], live=one.name)


def _draw_edited(one: Exhibit[Any], board: Board[Case], slide: Slide, look: Look) -> None:
    """Draw a figure of edits with the form that they are made by, and what can be dragged on it."""
    case = board.subject
    words, hand = whatif.read_link(case)
    handled: dict[str, Any] = {}
    with st.container(key="present live", horizontal=True, gap="medium"):
        with st.container(key="present hands", gap="small"):
            board.pick(*[choice.name for choice in one.choices if choice.name not in WRITTEN])
            board.pick(*WRITTEN)
            edit = board["draft"]
            whatif.draw_form(case, words, hand, edit)
            whatif.draw_buttons(words, edit)
            whatif.draw_list(words, hand)
        if one.name == whatif.ROWS:
            rows, stamps = rows_read(case, board.values)
            given = (case, words, hand, edit, whatif.ROWS)
            handled["selects"] = ("box",)
            handled["on_select"] = partial(whatif.take_span, stamps[: len(rows)], *given)
            handled["handles"] = handles.handles_of(case, board.values, look)
            handled["on_move"] = partial(whatif.take_move, *given)
        sheets.draw(slide, [board.card(one.name, look)], live=one.name, **handled)
