"""What the Deck page shows and does with whole decks: which there are, their words, files, and making them again."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import streamlit as st

from core.decks import removal, shared, shelf
from core.decks.deck import MOST_CAPTION, MOST_TITLE, Deck
from core.decks.shared import SUFFIX
from core.report.files import Ratio, Scheme
from core.report.kept import PictureError
from core.text.amounts import counted
from core.text.words import mark, say, say_many
from core.vocabulary import Language
from dashboard import deck_files, frame, pins, state
from dashboard.markup import harmless
from dashboard.pickers import choose, texts

TITLE, SUBTITLE = "title", "subtitle"  # fields of a deck
RATIO, LANGUAGE, SCHEME = "ratio", "language", "scheme"
SCHEMES: dict[str, Scheme] = {mark("light"): "light", mark("dark"): "dark"}
_REMOVED = "deck removed"  # session: the name of the one that can be brought back


def picked() -> str | None:
    """Draw the picker of the deck at hand and what can be done with decks; None where there is none yet."""
    entries = pins.there()
    wanted = state.value(pins.DECK)
    if wanted and not entries:
        state.check(pins.DECK, say("The deck {name} is not on this machine and left out.", name=harmless(wanted)))
        state.drop_value(pins.DECK)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = None
        if entries:
            words = {entry.name: _told(entry.deck) for entry in entries}
            name = choose(
                pins.DECK, say("Deck"), texts(list(words)), default=pins.at_hand(), format=words.__getitem__
            )
        st.button(say("New"), icon=":material/add:", on_click=partial(pins.attempt, _begun))
        standard = st.button(say("The published presentation"), icon=":material/auto_stories:")
        if name is not None:
            off = not shelf.can_undo(name)
            undone = partial(pins.attempt, partial(_undone, name))
            st.button(say("Undo"), icon=":material/undo:", on_click=undone, disabled=off)
            st.button(
                say("Remove"), icon=":material/delete:", on_click=partial(pins.attempt, partial(_removed, name))
            )
        with st.popover(say("Open a deck"), icon=":material/folder_open:"):
            _draw_opening()
        back: str = state.kept(_REMOVED, "")
        if back:
            st.button(
                say("Bring back the removed one"),
                icon=":material/restore_from_trash:",
                on_click=partial(pins.attempt, partial(_restored, back)),
            )
    if standard:
        deck_files.draw_standard()
    return name


def _told(deck: Deck) -> str:
    return f"{deck.title} · {counted(len(deck.slides), 'slide')}"


def _begun() -> str:
    name = shelf.create(Deck(title=say(pins.FIRST), language=state.current().language))
    state.move_to(pins.DECK, name)
    return say("A new deck: pins go into it.")


def _undone(name: str) -> str:
    shelf.undo(name)
    return say("The last change is undone.")


def _removed(name: str) -> str:
    removal.remove(name)
    state.forget(pins.DECK)
    state.keep(_REMOVED, name)
    return ""


def _restored(name: str) -> str:
    state.keep(_REMOVED, "")
    if not removal.restore(name):
        return ""
    state.move_to(pins.DECK, name)
    return say("The deck is back.")


def _draw_opening() -> None:
    """Draw the way for a deck that somebody handed on."""
    limit = shared.MOST_BYTES // 10**6
    file = st.file_uploader(
        say("A file whose name ends in {suffix}, at most {limit} MB", suffix=SUFFIX, limit=limit), key="deck file"
    )
    if file is not None:
        st.button(
            say("Add this deck"), type="primary", on_click=partial(pins.attempt, partial(_opened, file.getvalue()))
        )


def _opened(content: bytes) -> str:
    found = shared.opened(content)
    state.move_to(pins.DECK, shelf.create(found.deck, found.pictures))
    return say("Opened with {slides}.", slides=counted(len(found.deck.slides), "slide"))


def draw_settings(name: str, deck: Deck) -> None:
    """Draw what holds for the whole deck, folded away."""
    with st.expander(say("Title, shape, language, template"), icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            _field(name, TITLE, say("Title"), deck.title, MOST_TITLE)
            _field(name, SUBTITLE, say("Line below it"), deck.subtitle, MOST_CAPTION)
        with right:
            dressed = deck.template is not None
            _words(name, RATIO, say("Shape"), {one.value: one for one in Ratio}, deck.ratio, off=dressed)
            _words(name, LANGUAGE, say("Language"), {frame.LANGUAGES[one]: one for one in Language}, deck.language)
            schemes = {say(word): scheme for word, scheme in SCHEMES.items()}
            _words(name, SCHEME, say("Slides and figures"), schemes, deck.scheme)
        _draw_template(name, deck)
    others = _drawn_otherwise(name, deck)
    if others:
        st.info(
            say_many(
                "{n} figure was drawn in another language or scheme: make the deck again to have it in this one.",
                "{n} figures were drawn in another language or scheme: make the deck again to have them in this one.",
                n=others,
            ),
            icon=":material/palette:",
        )


def _drawn_otherwise(name: str, deck: Deck) -> int:
    """Count the figures that were pinned in another look than the deck's."""
    looks = []
    for mark_of_picture in dict.fromkeys(pin.picture for pin in deck.pins):
        with suppress(PictureError):
            looks.append(shelf.card(name, mark_of_picture).look)
    return sum(look != deck.look for look in looks)


def _draw_template(name: str, deck: Deck) -> None:
    """Draw the way for a PowerPoint template of one's own."""
    if deck.template is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(say("PowerPoint slides are made on your own template: its masters, colours, fonts and shape."))
            off = partial(pins.attempt, partial(_dressed, name, None))
            st.button(say("Without it"), icon=":material/layers_clear:", on_click=off)
        return
    limit = shelf.MOST_TEMPLATE // 10**6
    file = st.file_uploader(
        say("PowerPoint template of your own (.pptx or .potx, at most {limit} MB)", limit=limit), key="template"
    )
    if file is not None:
        worn = partial(pins.attempt, partial(_dressed, name, file.getvalue()))
        st.button(say("Use this template"), type="primary", on_click=worn)


def _dressed(name: str, file: bytes | None) -> str:
    shelf.dressed(name, file)
    return say("The template is used for PowerPoint.") if file else say("The slides are the product's own again.")


def _field(name: str, field: str, label: str, text: str, most: int) -> None:
    """Draw a line of text that belongs to the deck."""
    key = f"{name} {field}"
    state.prime(key, text)
    st.text_input(label, key=key, max_chars=most, on_change=partial(_set_field, name, field, key))


def _set_field(name: str, field: str, key: str) -> None:
    text = str(state.held(key)).strip()
    if text or field != TITLE:  # a deck has a title
        pins.change(name, lambda deck: deck.model_copy(update={field: text}))


def _words(name: str, field: str, label: str, words: Mapping[str, str], chosen: str, *, off: bool = False) -> None:
    key = f"{name} {field}"
    state.prime(key, next(text for text, value in words.items() if value == chosen))

    def take() -> None:
        pins.change(name, lambda deck: deck.model_copy(update={field: words[state.held(key)]}))

    st.segmented_control(label, list(words), key=key, required=True, on_change=take, disabled=off)
