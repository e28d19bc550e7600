"""Files of a deck on the Deck page: written, stopped, handed on; figures made again; the standard deck made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO

import streamlit as st

from core.decks import shared, shelf, standard
from core.decks.again import Outcome, Remade, again, files_of, renewed, told
from core.decks.deck import Deck
from core.decks.files import FORMATS, Slides, slides_of
from core.decks.folder import DeckError, find
from core.decks.shared import SUFFIX
from core.decks.standard import Piece
from core.exhibits.card import file_stem
from core.report.letters import DRAWN
from core.text.amounts import counted, in_bytes, listed
from core.text.words import mark, say
from dashboard import export, pins, state
from dashboard.guard import LOG, sentence_of
from dashboard.markup import escaped

NAMES = {
    ".pptx": mark("PowerPoint"),
    ".pdf": mark("PDF"),
    ".html": mark("One page (HTML)"),
    ".zip": mark("Everything (zip)"),
}
_ASKED = "deck file asked"  # session: of which deck, and which kind of file
_WRITTEN = "deck file written"  # session: the last File
_NEWS = "deck made again"  # session: of which deck, and what changed or could not be made when it was made again
News = list[tuple[int, Outcome, str]]  # as `core.decks.again.told` returns it
NO_NEWS: tuple[str, News] = ("", [])
NOTHING = ("", "")


@dataclass(frozen=True, eq=False)
class File:
    """A file that was written, and the deck as it was then."""

    deck: Deck
    kind: str
    content: bytes


def draw_files(name: str, deck: Deck) -> None:
    """Draw a button for each kind of file; pressed, the file is written of the pictures that the deck keeps."""
    with st.container(horizontal=True):
        for kind in FORMATS:
            asked = partial(state.keep, _ASKED, (name, kind))
            st.button(say(NAMES[kind]), key=f"deck {kind}", on_click=asked, disabled=not deck.slides)
        handed = partial(shared.packed, name)
        export.save(say("To hand on"), handed, f"{file_stem(deck.title)}{SUFFIX}", key="deck file out")
    of, kind = state.kept(_ASKED, NOTHING)
    if of == name and deck.slides:
        state.keep(_WRITTEN, File(deck, kind, _written(name, kind)))
        state.keep(_ASKED, NOTHING)
        st.rerun()
    file: File | None = state.kept(_WRITTEN, None)
    if file is not None and file.deck == deck and file.content:
        size, kind = in_bytes(len(file.content)), file.kind
        label = say("Save the file ({kind}, {size})", kind=say(NAMES[kind]), size=size)
        stem = file_stem("crosslens", deck.title)
        export.save(label, lambda: file.content, f"{stem}{kind}", key=f"written {kind}", primary=True)


def _written(name: str, kind: str) -> bytes:
    """Write a file of a deck, telling how far it is; what is pressed meanwhile ends it, Cancel without a trace."""
    buffer, told = BytesIO(), say("Writing the file …")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, text=told)
        st.button(say("Cancel"), icon=":material/stop_circle:", on_click=partial(state.keep, _ASKED, NOTHING))

    def tell(done: int, total: int) -> None:
        bar.progress(done / total, told)

    try:
        slides = _slides(name)
        slides.write(kind, buffer, tell=tell)
        if kind in DRAWN and slides.letters_missing:
            pins.tell(slides.letters_missing, ":material/font_download_off:")
    except Exception as error:
        LOG.exception("a file of a deck failed")
        pins.tell(sentence_of(error), ":material/error:")
        return b""
    return buffer.getvalue()


def _slides(name: str) -> Slides:
    deck = find(name)
    if deck is None:
        raise DeckError(say("This deck is gone; choose another one."))
    template = shelf.template(name, deck)
    return slides_of(deck, partial(shelf.card, name), template)


def draw_again(name: str, deck: Deck) -> None:
    """Draw the button that makes every figure again, and what became of them."""
    if st.button(say("Make it again from what is here now"), icon=":material/refresh:", disabled=not deck.slides):
        found: list[Remade] = []
        with st.status(say("Making the figures again …"), expanded=True) as status:
            bar = st.progress(0.0)
            for one in again(deck, partial(shelf.card, name)):
                found.append(one)
                bar.progress(len(found) / len(deck.pins))
            deck = shelf.change(name, partial(renewed, found=found), files_of(found))
            status.update(label=say("Made again."), state="complete", expanded=False)
        state.keep(_NEWS, (name, told(deck, found)))
        st.rerun()
    of, news = state.kept(_NEWS, NO_NEWS)
    if of == name:
        _draw_news(news)


def _draw_news(news: News) -> None:
    """Say which slides changed, and which could not be made: these keep their picture."""
    changed = sorted({place for place, outcome, _ in news if outcome is Outcome.CHANGED})
    if changed:
        told_of = {"slides": counted(len(changed), "slide"), "places": listed(changed)}
        st.info(escaped(say("Changed: {slides}, {places}.", **told_of)), icon=":material/sync:")
    else:
        st.success(say("No slide changed."), icon=":material/check:")
    for place, outcome, why in news:
        if outcome is Outcome.GONE:
            sentence = say("Slide {place} keeps its last picture. {why}", place=place, why=why)
            st.warning(escaped(sentence), icon=":material/history:")


def draw_standard() -> None:
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
