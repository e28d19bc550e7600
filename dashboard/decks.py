"""What the Deck page shows and does with whole decks: which there are, their words, files, and making them again."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import streamlit as st

from core.decks import removal, shared, shelf
from core.decks.again import Outcome, Remade, again, files_of, renewed, told
from core.decks.deck import MOST_CAPTION, MOST_TITLE, Deck
from core.decks.files import FORMATS, Slides, slides_of
from core.decks.folder import DeckError, find
from core.decks.shared import SUFFIX
from core.exhibits.card import file_stem
from core.report.files import Ratio
from core.text.amounts import counted, listed
from core.vocabulary import Language
from dashboard import export, frame, pins, state
from dashboard.export import Make
from dashboard.markup import escaped, harmless
from dashboard.pickers import choose, texts

TITLE, SUBTITLE = "title", "subtitle"  # fields of a deck
RATIO, LANGUAGE = "ratio", "language"
NAMES = {".pptx": "PowerPoint", ".html": "One page (HTML)", ".zip": "Everything (zip)"}
_REMOVED = "deck removed"  # session: the name of the one that can be brought back
_NEWS = "deck made again"  # session: of which deck, and what changed or could not be made when it was made again
News = list[tuple[int, Outcome, str]]  # as `core.decks.again.told` returns it
NO_NEWS: tuple[str, News] = ("", [])


def picked() -> str | None:
    """Draw the picker of the deck at hand and what can be done with decks; None where there is none yet."""
    entries = pins.there()
    wanted = state.value(pins.DECK)
    if wanted and not entries:
        state.check(pins.DECK, f"The deck {harmless(wanted)} is not on this machine and left out.")
        state.drop_value(pins.DECK)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = None
        if entries:
            words = {entry.name: _told(entry.deck) for entry in entries}
            name = choose(pins.DECK, "Deck", texts(list(words)), default=pins.at_hand(), format=words.__getitem__)
        st.button("New", icon=":material/add:", on_click=partial(pins.attempt, _begun))
        if name is not None:
            off = not shelf.can_undo(name)
            undone = partial(pins.attempt, partial(_undone, name))
            st.button("Undo", icon=":material/undo:", on_click=undone, disabled=off)
            st.button("Remove", icon=":material/delete:", on_click=partial(pins.attempt, partial(_removed, name)))
        with st.popover("Open a deck", icon=":material/folder_open:"):
            _draw_opening()
        gone: str = state.kept(_REMOVED, "")
        if gone:
            st.button(
                "Bring back the removed one",
                icon=":material/restore_from_trash:",
                on_click=partial(pins.attempt, partial(_restored, gone)),
            )
    return name


def _told(deck: Deck) -> str:
    return f"{deck.title} · {counted(len(deck.slides), 'slide')}"


def _begun() -> str:
    name = shelf.create(Deck(title=pins.FIRST, language=state.current().language))
    state.move_to(pins.DECK, name)
    return "A new deck: pins go into it."


def _undone(name: str) -> str:
    shelf.undo(name)
    return "The last change is undone."


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
    return "The deck is back."


def _draw_opening() -> None:
    """Draw the way for a deck that somebody handed on."""
    limit = shared.MOST_BYTES // 10**6
    file = st.file_uploader(f"A file whose name ends in {SUFFIX}, at most {limit} MB", key="deck file")
    if file is not None:
        st.button("Add this deck", type="primary", on_click=partial(pins.attempt, partial(_opened, file.getvalue())))


def _opened(content: bytes) -> str:
    found = shared.opened(content)
    state.move_to(pins.DECK, shelf.create(found.deck, found.pictures))
    return f"Opened with {counted(len(found.deck.slides), 'slide')}."


def draw_settings(name: str, deck: Deck) -> None:
    """Draw what holds for the whole deck, folded away."""
    with st.expander("Title, shape, language", icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            _field(name, TITLE, "Title", deck.title, MOST_TITLE)
            _field(name, SUBTITLE, "Line below it", deck.subtitle, MOST_CAPTION)
        with right:
            _words(name, RATIO, "Shape", {one.value: one for one in Ratio}, deck.ratio)
            _words(name, LANGUAGE, "Figure labels", {frame.LANGUAGES[one]: one for one in Language}, deck.language)


def _field(name: str, field: str, label: str, text: str, most: int) -> None:
    """Draw a line of text that belongs to the deck."""
    key = f"{name} {field}"
    state.prime(key, text)
    st.text_input(label, key=key, max_chars=most, on_change=partial(_set_field, name, field, key))


def _set_field(name: str, field: str, key: str) -> None:
    text = str(state.held(key)).strip()
    if text or field != TITLE:  # a deck has a title
        pins.change(name, lambda deck: deck.model_copy(update={field: text}))


def _words(name: str, field: str, label: str, words: dict[str, Ratio] | dict[str, Language], chosen: str) -> None:
    key = f"{name} {field}"
    state.prime(key, next(text for text, value in words.items() if value == chosen))

    def take() -> None:
        pins.change(name, lambda deck: deck.model_copy(update={field: words[state.held(key)]}))

    st.segmented_control(label, list(words), key=key, required=True, on_change=take)


def draw_files(name: str, deck: Deck) -> None:
    """Draw a button for each file of the deck, made of the pictures that it keeps."""
    with st.container(horizontal=True):
        for kind in FORMATS:
            stem, off = file_stem("crosslens", deck.title), not deck.slides
            made = _file(name, kind)
            export.save(NAMES[kind], made, f"{stem}{kind}", key=f"deck {kind}", disabled=off, primary=kind == ".pptx")
        handed = partial(shared.packed, name)
        export.save("To hand on", handed, f"{file_stem(deck.title)}{SUFFIX}", key="deck file out")


def _file(name: str, kind: str) -> Make:
    def make() -> bytes:
        buffer = BytesIO()
        _slides(name).write(kind, buffer)
        return buffer.getvalue()

    return make


def _slides(name: str) -> Slides:
    deck = find(name)
    if deck is None:
        raise DeckError("This deck is gone; choose another one.")
    return slides_of(deck, partial(shelf.card, name))


def draw_again(name: str, deck: Deck) -> None:
    """Draw the button that makes every figure again, and what became of them."""
    if st.button("Make it again from what is here now", icon=":material/refresh:", disabled=not deck.slides):
        found: list[Remade] = []
        with st.status("Making the figures again …", expanded=True) as status:
            bar = st.progress(0.0)
            for one in again(deck, partial(shelf.card, name)):
                found.append(one)
                bar.progress(len(found) / len(deck.pins))
            deck = shelf.change(name, partial(renewed, found=found), files_of(found))
            status.update(label="Made again.", state="complete", expanded=False)
        state.keep(_NEWS, (name, told(deck, found)))
        st.rerun()
    of, news = state.kept(_NEWS, NO_NEWS)
    if of == name:
        _draw_news(news)


def _draw_news(news: News) -> None:
    """Say which slides changed, and which could not be made: these keep their picture."""
    changed = sorted({place for place, outcome, _ in news if outcome is Outcome.CHANGED})
    if changed:
        st.info(escaped(f"Changed: {counted(len(changed), 'slide')}, {listed(changed)}."), icon=":material/sync:")
    else:
        st.success("No slide changed.", icon=":material/check:")
    for place, outcome, why in news:
        if outcome is Outcome.GONE:
            st.warning(escaped(f"Slide {place} keeps its last picture. {why}"), icon=":material/history:")
