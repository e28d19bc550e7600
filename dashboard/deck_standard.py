"""The published presentation on the Deck page: made of what is measured here, as a deck of its own."""

from __future__ import annotations

import streamlit as st

from core.decks import shelf, standard
from core.decks.folder import DeckError
from core.decks.standard import Piece
from core.text.amounts import counted
from core.text.words import say
from dashboard import pins, state


def draw_making() -> None:
    """Make every picture, telling how far it is, and put them on the shelf as a deck in the reader's language."""
    language, found = state.current().language, list[Piece]()
    with st.status(say("Making the published presentation …"), expanded=True):
        bar = st.progress(0.0)
        for piece in standard.pieces(language):
            found.append(piece)
            bar.progress(len(found) / len(standard.ENTRIES))
    try:
        deck = standard.deck_of(found, language)
        state.move_to(pins.DECK, shelf.create(deck, standard.files_of(found)))
        made = say("A new deck with {slides}.", slides=counted(len(deck.slides), "slide"))
        pins.tell(" ".join([made, *standard.left_out(found)]), ":material/check:")
    except DeckError as error:
        pins.tell(str(error), ":material/error:")
    st.rerun()
