"""Every exhibit by name, and the figures of a case in telling order: what decks, lists and links name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.data.catalog import KNOWN
from core.data.dataset import Dataset
from core.exhibits.card import Card, file_stem
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Exhibit, Subject
from core.exhibits.links import parts
from core.exhibits.selected import WINDOWS
from core.figures.names import shortened
from core.figures.palette import Look
from core.text.words import say, speaking
from core.vocabulary import Language

OWN = 40  # letters of a user's file name that the names of exports begin with
# Topic, a file of this folder -> the page that shows its figures. Those of a case are in telling order.
TOPICS = {
    "errors": "overview",
    "data": "data",
    "forecasts": "forecasts",
    "model": "model",
    "kernels": "kernels",
    "abrupt": "gates",
    "response": "gates",
    "attention": "attention",
    "training": "gradients",
    "verdict": "tour",
}
# Not in decks: what no case holds, what is asked of a model while somebody looks, and what others tell at length.
OTHER_TOPICS = {
    "attribution": "attribution",
    "attribution_trust": "attribution",
    "attribution_account": "attribution",
    "attribution_mean": "attribution",
    "changes": "changes",
    "claims": "claims",
    "study_errors": "study",
    "study_tables": "study",
    "study_slopes": "study",
    "study_epochs": "study",
    "study_gradients": "study",
    "ground_truth": "ground_truth",
    "probe": "gates",
    "memory": "gates",
    "peers": "overview",
    "measure_grid": "side_by_side",
    "swaps": "changes",
    "effects": "changes",
    "tour": "tour",
    "whatif": "whatif",
}
EDITED = "whatif"  # the one of these whose figures are pinned while a link holds edits


@cache
def declared(*topics: str) -> Mapping[str, Exhibit[Any]]:
    """Return the exhibits of some topics by name; a topic is imported once it is asked for, which takes its time."""
    modules = [import_module(f"core.exhibits.{topic}") for topic in topics]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, Exhibit)]
    return MappingProxyType({one.name: one for one in found})


def of_page(page: str) -> Mapping[str, Exhibit[Any]]:
    """Return the exhibits of one page by name, in telling order."""
    return declared(*(topic for topic, place in (TOPICS | OTHER_TOPICS).items() if place == page))


def of_case() -> Mapping[str, Exhibit[Case]]:
    """Return the exhibits that are made of a case by name, in telling order."""
    return declared(*TOPICS)


@dataclass(frozen=True)
class Pin:
    """A figure with what is chosen of it, by the texts of a link; what is not named is chosen as pages open."""

    exhibit: str
    choices: tuple[tuple[str, str], ...] = ()
    edits: tuple[tuple[str, str], ...] = ()  # of a window whose rows are edited: these, and which window is shown

    @property
    def name(self) -> str:
        """Name of the pin in lists and files: that of the exhibit and of what is chosen, selected windows apart."""
        return "_".join([self.exhibit, *(text for name, text in self.choices if name != WINDOWS.name)])

    def following(self, windows: str) -> Pin:
        """Return the figure with some windows selected, by their text; as it is where it does not follow."""
        follows = windows and WINDOWS in declared(*TOPICS)[self.exhibit].choices
        return replace(self, choices=(*self.choices, (WINDOWS.name, windows))) if follows else self


def outline(case: Case) -> list[Pin]:
    """Return the figures that can be made of a case, in telling order."""
    return [pin for one in of_case().values() if not one.needs(case) for pin in _pins(one, case)]


def edited(case: Case, texts: Mapping[str, str]) -> list[Pin]:
    """Return the figures of a window whose rows are edited; none where a link's texts hold no edits that fit."""
    pins = []
    for one in declared(EDITED).values() if texts.get("edits") else ():
        choices = {choice.name: choice for choice in one.choices}
        kept = {
            name: text
            for name, text in texts.items()
            if name in choices and not choices[name].refusal(text, choices[name].options(case, {}))
        }
        kept = kept_choices(one, {"draft": "", **kept})
        if parts(kept.get("edits", "")) and not one.needs(case):
            pins.append(Pin(one.name, edits=tuple(kept.items())))
    return pins


def kept_choices(one: Exhibit[Any], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a figure's choices that files keep: of edits those of the list, not what a form holds."""
    kept = {choice.name: texts[choice.name] for choice in one.choices if choice.name in texts}
    listed = parts(kept.get("edits", ""))
    if "draft" in kept and kept["draft"] not in listed:
        kept["draft"] = listed[-1] if listed else ""
    if kept.get(WINDOWS.name) == "":
        del kept[WINDOWS.name]
    return kept


def _pins(one: Exhibit[Case], case: Case) -> list[Pin]:
    """Return the slides of an exhibit: one, or one for each option of the choice it is spread over."""
    try:
        chosen = one.chosen(case)
    except Absent:
        return []
    if not one.spread:
        return [Pin(one.name)]
    choice = next(choice for choice in one.choices if choice.name == one.spread)
    return [Pin(one.name, ((one.spread, text),)) for text in choice.options(case, chosen)]


def question(pin: Pin, language: Language = Language.ENGLISH) -> str:
    """Return the question that a figure of the outline answers.

    >>> question(Pin("kernel_by_slot", (("crossing", "cnn_to_gru"),)))
    'How do the generated kernels change over the cycle? (CNN → GRU)'
    """
    one = declared(*TOPICS, *OTHER_TOPICS)[pin.exhibit]
    choices = {choice.name: choice for choice in one.choices}
    with speaking(language):
        words = [choices[name].text(text, language) for name, text in pin.choices]
        words += [say("edited")] if pin.edits else []
        return f"{one.question} ({', '.join(words)})" if words else one.question


def card(pin: Pin, case: Case, look: Look) -> Card:
    """Make one figure of the outline."""
    one = declared(*TOPICS, EDITED)[pin.exhibit]
    chosen = one.chosen(case, dict(pin.choices + pin.edits))
    return one.card(case, chosen, look, name=card_name(case, pin.name))


def cards(case: Case, look: Look, pins: Sequence[Pin] | None = None) -> list[Card]:
    """Make figures of the outline, all of them unless some are named; one with nothing to show is left out."""
    made = []
    for pin in outline(case) if pins is None else pins:
        with suppress(Absent):
            made.append(card(pin, case, look))
    return made


def name_of(subject: Subject, exhibit: str) -> str:
    """Return the stem of the files of a figure: of a case its cell too."""
    return card_name(subject, exhibit) if isinstance(subject, Case) else exhibit


def card_name(case: Case, figure: str) -> str:
    """Return the stem of the files of a figure: data set, horizon, preset, figure."""
    place = [f"h{case.config.window.horizon}", case.config.preset] if case.known else []
    return file_stem(stem_of(case.dataset), *place, figure)


def stem_of(dataset: Dataset) -> str:
    """Return what the names of files about a data set begin with: a known one's key, or a user's own file name."""
    return dataset.key if dataset.key in KNOWN else file_stem(Path(dataset.title).stem)[:OWN].rstrip("-_")


def heading(case: Case) -> str:
    """Return the title of a deck or page with all figures of a case."""
    title, horizon = shortened(case.dataset.title), case.config.window.horizon
    return say("Cross learning on {dataset}, {horizon} steps ahead", dataset=title, horizon=horizon)
