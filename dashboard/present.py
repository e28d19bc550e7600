"""Presenting a deck: one slide fills the screen, and the keys turn it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.decks import shelf
from core.decks.deck import Deck, Slide
from core.decks.folder import find
from core.report.kept import PictureError
from core.text.words import begun, mark, say
from dashboard import frame, live, pins, projected, sheets, state
from dashboard.markup import harmless
from dashboard.sheets import Shown
from dashboard.slides import SLIDE


def draw_entry(name: str, deck: Deck) -> None:
    """Draw the button of the Deck page that leads here."""
    if st.button(say("Present"), icon=":material/slideshow:", type="primary", disabled=not deck.slides):
        first = {pins.DECK: name, SLIDE: deck.slides[0].name}
        st.switch_page(frame.page_of("present"), query_params=state.current().to_query() | first)


def deck_shown() -> tuple[str, Deck] | None:
    """Return the deck of the link with its name, else the one at hand; None where no deck has a slide to show."""
    wanted, name = state.value(pins.DECK), pins.at_hand()
    gone = say("The deck {name} is not on this machine and left out.", name=harmless(wanted or ""))
    state.check(pins.DECK, gone if wanted and wanted != name else "")
    deck = find(name) if name else None
    if name is None or deck is None:
        state.drop_value(pins.DECK)
        return None
    state.set_value(pins.DECK, name)
    return (name, deck) if deck.slides else None


def slide_shown(deck: Deck) -> int:
    """Return the place of the slide that the link names, from 1; the first one where it names none."""
    text = state.value(SLIDE)
    place = deck.place(text) if text else 0
    told = mark("The slide {name} is not in this deck; showing the first one instead.")
    state.check(SLIDE, say(told, name=harmless(text or "")) if place is None else "")
    state.set_value(SLIDE, deck.slides[place or 0].name)
    return (place or 0) + 1


def draw(name: str, deck: Deck, number: int) -> None:
    """Draw a slide, and the bar at the foot."""
    slide = deck.slides[number - 1]
    place = live.shown(slide)
    sheets.draw_style(deck.look)
    if place:
        live.draw(name, deck, slide, place)
    else:
        _draw_kept(name, slide)
    with projected.keys(number, len(deck.slides), partial(_go, deck)):
        frame.link("deck", say("Deck"), state.current(), icon="arrow_back", deck=name, slide=slide.name)
        with st.container(key="present place", horizontal=True, horizontal_alignment="center"):
            st.markdown(f"{number} / {len(deck.slides)}")
        live.draw_switches(slide, place)


def _go(deck: Deck, place: int) -> None:
    """Turn to a slide (a button's callback)."""
    state.move_to(SLIDE, deck.slides[place - 1].name)
    live.end()


def _draw_kept(name: str, slide: Slide) -> None:
    """Draw a slide as it is kept."""
    cards: list[Shown] = []
    for pin in slide.pins:
        try:
            cards.append(shelf.card(name, pin.picture))
        except PictureError as error:
            cards.append(f"{begun(str(error))}.")
    with st.container(key=projected.STEP, gap="small"):
        sheets.draw(slide, cards)
