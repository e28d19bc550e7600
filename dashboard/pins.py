"""Pinning: one click puts a figure into the deck at hand, the same click takes it out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.data import uploads
from core.decks import removal, shelf
from core.decks.deck import MOST_SLIDES, Deck, Figure, Pinned, Slide
from core.decks.folder import DeckError, find
from core.decks.shelf import Change, Entry
from core.exhibits.exhibit import Absent
from core.report.kept import written
from core.text.words import mark, say
from dashboard import state
from dashboard.data.uploads import visible
from dashboard.export import MakeCard
from dashboard.markup import escaped

DECK = "deck"  # parameter of a link: the deck at hand
FIRST = mark("My deck")  # title of the one that the first pin begins
_NAMED = "decks named"  # session: in its links, or by beginning and opening them
_TOLD = "pins told"  # session: what became of the last click, and an icon


def there() -> list[Entry]:
    """Return the decks that this session sees: those it named, and those with no figure of others' uploads."""
    named = state.kept(_NAMED, frozenset[str]()) | {state.value(DECK) or ""}
    state.keep(_NAMED, named)
    known = state.named_datasets() | set(visible())

    def seen(entry: Entry) -> bool:
        return entry.name in named or not any(map(uploads.is_upload, removal.datasets(entry.name) - known))

    return list(filter(seen, shelf.entries()))


def at_hand() -> str | None:
    """Return the name of the deck that is pinned to: that of the link, else the one changed last."""
    wanted, names = state.value(DECK), [entry.name for entry in there()]
    return wanted if wanted in names else next(iter(names), None)


def draw_pin(figures: Sequence[tuple[Figure, MakeCard]], key: str, label: str = "") -> None:
    """Draw the button that pins figures on one slide, or takes them out again where they are pinned as they stand.

    Parameters
    ----------
    figures : each with what makes it in another look.
    key : unique on the page.
    label : of the button that pins, where "Pin" says too little.
    """
    name = at_hand()
    deck = find(name) if name else None
    pinned = deck is not None and bool(deck.showing(*[figure for figure, _ in figures]))
    title = deck.title if deck is not None else say(FIRST)
    st.button(
        say("Unpin") if pinned else label or say("Pin"),
        key=f"{key} pin",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        type="tertiary",
        help=escaped(
            say("Take it out of “{title}” again" if pinned else "Put it into “{title}”, as it stands", title=title)
        ),
        on_click=partial(_toggle, figures),
        disabled=deck is not None and deck.is_full and not pinned,
    )


def draw_told() -> None:
    """Say what became of the last click."""
    told: tuple[str, str] | None = state.kept(_TOLD, None)
    if told is not None:
        st.toast(escaped(told[0]), icon=told[1])
        state.keep(_TOLD, None)


def tell(sentence: str, icon: str = ":material/info:") -> None:
    """Say something once, with the next run of the page."""
    state.keep(_TOLD, (sentence, icon))


def attempt(work: Callable[[], str]) -> None:
    """Do something to a deck and say what became of it, or why it could not be (in a callback)."""
    try:
        if done := work():
            tell(done, ":material/check:")
    except (DeckError, Absent) as error:
        tell(str(error), ":material/error:")


def change(name: str, make: Change) -> None:
    """Change a deck, or say why that cannot be (in a callback)."""

    def changed() -> str:
        shelf.change(name, make)
        return ""

    attempt(changed)


def _toggle(figures: Sequence[tuple[Figure, MakeCard]]) -> None:
    """Pin figures, or take them out where they are pinned (a button's callback)."""
    attempt(partial(_toggled, figures))


def _toggled(figures: Sequence[tuple[Figure, MakeCard]]) -> str:
    name = at_hand() or shelf.create(Deck(title=say(FIRST), language=state.current().language))
    deck = find(name)
    if deck is None:
        raise DeckError(say("This deck is gone; choose another one on the Deck page."))
    if there := deck.showing(*[figure for figure, _ in figures]):
        deck = shelf.change(name, lambda now: _without(now, there))
        return say("Taken out of “{title}”.", title=deck.title)
    if deck.is_full:
        told = say(
            "“{title}” has {n} slides, the most there can be: begin another deck.", title=deck.title, n=MOST_SLIDES
        )
        raise DeckError(told)
    pictures = [written(make(deck.look)) for _, make in figures]
    pins = [
        Pinned(**figure.model_dump(), picture=picture)
        for (figure, _), (picture, _) in zip(figures, pictures, strict=True)
    ]
    deck = shelf.change(name, lambda now: now.with_slide(Slide(pins=tuple(pins))), dict(pictures))
    return say("Pinned to “{title}”: slide {place}.", title=deck.title, place=len(deck.slides))


def _without(deck: Deck, names: list[str]) -> Deck:
    for name in names:
        deck = deck.without(name)
    return deck
