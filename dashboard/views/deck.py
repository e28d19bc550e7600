"""Deck: the figures that were pinned, in order, with words of one's own, as slides and files."""

import streamlit as st

from core.decks.folder import find
from core.text.words import say
from dashboard import deck_files, decks, present, slides
from dashboard.widgets import page

with page("deck"):
    name = decks.picked()
    deck = find(name) if name else None
    if name is None or deck is None:
        st.info(
            say(
                "Nothing is pinned yet. Every figure has a button **Pin** beside its question: one click puts it "
                "into a deck, as it stands."
            ),
            icon=":material/keep:",
        )
    else:
        present.draw_entry(name, deck)
        deck_files.draw_files(name, deck)
        decks.draw_settings(name, deck)
        deck_files.draw_again(name, deck)
        left, right = st.columns([3, 8], gap="medium")
        with left:
            slide = slides.draw_slides(name, deck)
        with right:
            if slide is not None:
                slides.draw_slide(name, slide)
            else:
                st.info(say("This deck has no slides yet: pin a figure on any page."), icon=":material/keep:")
