"""The choices that several figures share: one name in a link is one thing on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.exhibits.case import Case
from core.exhibits.exhibit import Choice, Chosen, Kind, Options
from core.exhibits.ranking import in_order
from core.exhibits.selected import chosen_windows
from core.figures.lettering import stamp_text
from core.text.words import begun, mark, say
from core.vocabulary import Fusion, Language, label

Modes = Callable[[Case], Iterable[Fusion]]
WINDOW, HOUR, ALL, SELECTED = "window", "slot", "mean", "selected"  # what a map is of
MAPS = {
    WINDOW: mark("One window"),
    HOUR: mark("By slot"),
    ALL: mark("All windows"),
    SELECTED: mark("Selected windows"),
}


def mode_text(mode: str, language: Language) -> str:
    """Return a mode's or a crossing's name for people."""
    return label(Fusion(mode), language)


def mode(modes: Modes = lambda case: case.inspected, title: str = mark("Mode")) -> Choice:
    """Return the choice of one mode: `both` unless chosen otherwise."""

    def options(case: Case, chosen: Chosen) -> Options:
        return {each.value: each for each in modes(case)}

    def first(case: Case, chosen: Chosen) -> str:
        there = options(case, chosen)
        return Fusion.BOTH.value if Fusion.BOTH in there else list(there)[-1]

    return Choice("mode", title, options, first, text=mode_text)


def compared_modes(case: Case) -> list[Fusion]:
    """Return the inspected modes that are measured against none."""
    return [each for each in case.inspected if each is not Fusion.NONE]


def block(case: Case, chosen: Chosen) -> Options:
    """Return the blocks of the inspected models."""
    return {str(one): one for one in range(1, case.config.model.blocks + 1)}


def middle(case: Case, chosen: Chosen) -> str:
    """Return the window in the middle of those selected, or of all."""
    return str(case.origins[chosen_windows(case, chosen).middle])


BLOCK = Choice("block", "Block", block)
VARIABLE = Choice("variable", "Variable", in_order)
ORIGIN = Choice(
    "origin",
    "Origin",
    lambda case, chosen: case.places,
    middle,
    Kind.NUMBER,
    when=lambda chosen: chosen.get("map", WINDOW) == WINDOW,
    help=mark("Row of the file that is forecast first; one step of the slider moves the window by one row."),
)


def said(option: str, language: Language) -> str:
    """Return an option whose text is marked, as a picker shows it."""
    return say(option)


SLOT = Choice(
    "slot",
    "Slot of the cycle",
    lambda case, chosen: {text: slot for slot, text in enumerate(case.calendar.cycle.labels)},
    kind=Kind.SLIDER,
    text=said,
    when=lambda chosen: chosen.get("map") == HOUR,
)


def worded(name: str, title: str, words: Mapping[str, str], **more: Any) -> Choice:
    """Return the choice of one of some words of a link, each with its text for people, marked.

    `title` is marked, too; `more`: see `Choice`.
    """

    def options(case: Case, chosen: Chosen) -> Options:
        return {word: word for word in words}

    return Choice(name, title, options, text=lambda word, language: begun(say(words[word])), **more)


def shown_map(first: str) -> Choice:
    """Return the choice of what a map is of: one window, one slot of the cycle, all windows, or those selected."""

    def options(case: Case, chosen: Chosen) -> Options:
        return {word: word for word in MAPS if word != SELECTED or chosen_windows(case, chosen)}

    return Choice(
        "map", "Map", options, lambda case, chosen: first, Kind.SEGMENTED, lambda word, language: say(MAPS[word])
    )


def window_text(case: Case, place: int) -> str:
    """Return in words which test window it is."""
    return say("window of {stamp}", stamp=stamp_text(case.dataset.frame.index.to_numpy()[case.origins[place]]))


def map_text(case: Case, chosen: Chosen) -> str:
    """Return in words what a map is of."""
    if chosen["map"] == WINDOW:
        return window_text(case, chosen["origin"])
    if chosen["map"] == HOUR:
        cycle = case.calendar.cycle
        return say("mean of {cycle} {slot}", cycle=say(cycle.kind.value), slot=say(cycle.labels[chosen["slot"]]))
    if chosen["map"] == SELECTED:
        return say("mean over {windows}", windows=chosen_windows(case, chosen).drawn_words)
    return say("mean over all windows")
