"""The slides of a deck on the Deck page: their list, and the words and pictures of the one at hand."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.decks import shelf
from core.decks.deck import MOST_CAPTION, MOST_NOTE, TOGETHER, Deck, Slide
from core.figures.names import shortened
from core.report.kept import PictureError
from core.report.leaf import together
from core.text.words import begun, say
from dashboard import pins, state
from dashboard.chart import chart
from dashboard.markup import escaped
from dashboard.pickers import choose, texts

SLIDE = "slide"  # parameter of a link: the slide at hand
CAPTION, NOTE, NUMBERS = "caption", "note", "numbers"  # fields of a slide
WIDTH = 190.0  # px of a slide's title in the list


def draw_slides(name: str, deck: Deck) -> Slide | None:
    """Draw the list of slides with what can be done to the one at hand, and return that."""
    if not deck.slides:
        return None
    words = {slide.name: _line(name, place, slide) for place, slide in enumerate(deck.slides, start=1)}
    default = deck.slides[-1].name
    chosen = choose(SLIDE, say("Slides"), texts(list(words)), default=default, kind="radio", format=words.__getitem__)
    place = deck.place(chosen)
    assert place is not None
    slide, last = deck.slides[place], len(deck.slides) - 1
    together = place < last and len(slide.pins) + len(deck.slides[place + 1].pins) <= TOGETHER
    with st.container(horizontal=True, gap="xxsmall"):
        tools = (
            ("arrow_upward", say("Earlier"), lambda now: now.moved(chosen, -1), place > 0),
            ("arrow_downward", say("Later"), lambda now: now.moved(chosen, 1), place < last),
            ("content_copy", say("Double"), lambda now: now.doubled(chosen), not deck.is_full),
            ("splitscreen_right", say("With the next one on one slide"), lambda now: now.joined(chosen), together),
            ("call_split", say("One slide a picture"), lambda now: now.parted(chosen), len(slide.pins) > 1),
            ("delete", say("Take out"), lambda now: now.without(chosen), True),
        )
        for icon, help, make, on in tools:
            act = partial(pins.change, name, make)
            st.button("", key=f"slide {icon}", icon=f":material/{icon}:", help=help, on_click=act, disabled=not on)
    return slide


def _line(name: str, place: int, slide: Slide) -> str:
    """Return a slide in a line of the list: its place, and what stands above it."""
    title = slide.caption
    if not title:
        try:
            title = together([shelf.card(name, pin.picture).title for pin in slide.pins])
        except PictureError:
            title = say("its picture is gone")
    return escaped(f"{place}. {shortened(title, WIDTH)}")


def draw_slide(name: str, slide: Slide) -> None:
    """Draw the slide at hand: its words, and its pictures as they are kept."""
    key = f"{name} {slide.name}"
    caption, note, numbers = f"{key} {CAPTION}", f"{key} {NOTE}", f"{key} {NUMBERS}"
    state.prime(caption, slide.caption)
    state.prime(note, slide.note)
    state.prime(numbers, slide.numbers)

    def take(field: str, of: str) -> None:
        pins.change(name, lambda deck: deck.changed(slide.name, **{field: state.held(of)}))

    st.text_input(
        say("Caption, in place of the question"),
        key=caption,
        max_chars=MOST_CAPTION,
        on_change=partial(take, CAPTION, caption),
    )
    for place, pin in enumerate(slide.pins):
        with st.container(border=True):
            try:
                card = shelf.card(name, pin.picture)
            except PictureError as error:
                st.warning(escaped(f"{begun(str(error))}."), icon=":material/broken_image:")
                continue
            st.markdown(f"**{escaped(card.title)}**  \n{escaped(card.finding)}")
            alt = f"{card.title} {card.finding}"
            chart(card.json, f"{key} {place}", alt=alt, height=card.figure.layout.height, frame=card.frame)
            st.caption(escaped(card.provenance))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        st.text_area(
            say("Note for whoever speaks"),
            key=note,
            max_chars=MOST_NOTE,
            height=90,
            on_change=partial(take, NOTE, note),
        )
    with right:
        st.toggle(say("With numbers"), key=numbers, on_change=partial(take, NUMBERS, numbers))
