"""What a figure declares: the question it answers, what it needs, what one may choose, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

import pandas as pd

from core.exhibits.card import Card, file_stem, more_titled
from core.exhibits.checks import Check, CheckKind
from core.exhibits.links import ALL, joined, parts
from core.figures.names import shortened
from core.figures.palette import Look
from core.figures.theme import Drawing
from core.text.words import mark, say, speaking
from core.vocabulary import Language

Chosen = Mapping[str, Any]  # value of each choice by its name
Options = Mapping[str, Any]  # text of a link -> value, in the order shown


class Subject(Protocol):
    """What figures are made from: a case, the claims as one table decides them, generated series."""

    @property
    def key(self) -> str:
        """What a cache knows it by."""


S = TypeVar("S", bound=Subject)
Checks = Mapping[CheckKind, Callable[[S, Chosen], Check]]  # what a figure is held against, and how that is read


EDITED = "edited"  # in the name of a file: of rows that were not recorded so


NO_CHECKS: Mapping[CheckKind, Any] = MappingProxyType({})


class Absent(ValueError):
    """There is nothing to draw for these choices: one sentence that says why and what to choose."""


NOT_YET = mark("This needs every test window: they are being read, and it appears by itself.")


class Pending(Absent):
    """There is nothing to draw yet: it is being measured, and comes by itself."""


class Kind(StrEnum):
    """How a choice is asked."""

    SELECT = "select"
    SEGMENTED = "segmented"  # up to five short ones
    SLIDER = "slider"
    NUMBER = "number"  # whole numbers that follow each other
    SEVERAL = "several"  # any number of them; the value is a list
    PILLS = "pills"  # any number of a few short ones; the value is a list
    WRITTEN = "written"  # not asked by a picker: the page has another way to it, a link carries its text


class Written(Mapping[str, Any]):
    """Options without end: every text that a function reads into a value; what it refuses is no option.

    The empty text stands for nothing written, and is the one that is listed.
    """

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __getitem__(self, text: str) -> Any:
        """Return the value of a text; KeyError with the sentence why it cannot be read."""
        try:
            return self._read(text)
        except ValueError as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[str]:
        return iter([""])

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True)
class Choice:
    """One thing that a reader may choose of a figure."""

    name: str  # the parameter of a link: one word for one thing on every page
    title: str  # text beside the picker, marked
    options: Callable[[Any, Chosen], Options]  # of the subject and what is chosen before it; not empty
    # Text that is chosen at first, of several a list; None: the first option, or all where several can be chosen.
    first: Callable[[Any, Chosen], Any] | None = None
    kind: Kind = Kind.SELECT
    text: Callable[[str, Language], str] = lambda option, language: shortened(option)  # words on the screen
    when: Callable[[Chosen], bool] = lambda chosen: True  # whether it matters
    help: str = ""  # marked
    most: int = 0  # of several; 0: any number

    @property
    def several(self) -> bool:
        """Whether the value is a list."""
        return self.kind in (Kind.SEVERAL, Kind.PILLS)

    def default(self, subject: Subject, chosen: Chosen, options: Options) -> Any:
        """Return the text chosen at first; of several, a list of texts."""
        if self.first is not None:
            return self.first(subject, chosen)
        return list(options) if self.several else next(iter(options))

    def named(self, text: str, options: Options) -> list[str]:
        """Return the options that a text of a link names: one, or several."""
        if not self.several:
            return [text]
        return list(options) if text == ALL else parts(text)

    def refusal(self, text: str, options: Options) -> str:
        """Return why a text is none of the options and what to choose, in a sentence; empty where it is one."""
        for part in self.named(text, options):
            try:
                options[part]
            except KeyError as error:
                if self.kind is Kind.WRITTEN:
                    return str(error.args[0])
                known = ", ".join(list(options)[:20])
                return say(
                    "{title} is {part!r}; choose one of: {known}.", title=say(self.title), part=part, known=known
                )
        return ""

    def value(self, text: str, options: Options) -> Any:
        """Return what a text of a link that is not refused stands for; of several a list."""
        values = [options[part] for part in self.named(text, options)]
        return values if self.several else values[0]


@dataclass(frozen=True, eq=False)
class Chart:
    """What a build returns: a drawing with its numbers, and where they come from."""

    drawing: Drawing
    table: pd.DataFrame
    provenance: str
    subject: str = ""  # of which part it speaks, where several figures share the question
    edited: bool = False  # whether it shows rows that were edited: its title and the names of its files say so


@dataclass(frozen=True)
class Exhibit(Generic[S]):
    """One figure of the product."""

    name: str  # in links, files and lists
    asks: str  # the question it answers, marked
    build: Callable[[S, Chosen, Look], Chart]  # may raise `Absent`
    page: str  # that shows it
    needs: Callable[[S], str]  # why it cannot be shown, in one sentence that says what to do; empty where it can
    choices: tuple[Choice, ...]  # each may depend on those before it
    spread: str  # the choice whose every option has a slide of its own in a deck; empty: one slide
    checks: Checks[S]  # of what it explains; empty where it explains nothing

    @property
    def question(self) -> str:
        """What it answers: its title."""
        return say(self.asks)

    def chosen(self, subject: S, wanted: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the value of each choice: what is wanted of it, else what is chosen at first.

        Raises
        ------
        ValueError : something is wanted that is not among the options.
        """
        values: dict[str, Any] = {}
        for choice in self.choices:
            if not choice.when(values):
                continue
            options = choice.options(subject, values)
            text = (wanted or {}).get(choice.name)
            if text is not None and (why := choice.refusal(text, options)):
                raise ValueError(f"{self.name}: {why}")
            if text is None:
                first = choice.default(subject, values, options)
                text = joined(first) if choice.several else first
            values[choice.name] = choice.value(text, options)
        return values

    def checked(self, subject: S, chosen: Chosen) -> tuple[Check, ...]:
        """Return what the figure is held against; no selected windows move it."""
        return tuple(check(subject, chosen) for check in self.checks.values())

    def card(
        self, subject: S, chosen: Chosen, look: Look, *, name: str = "", checks: tuple[Check, ...] | None = None
    ) -> Card:
        """Make the figure with its words.

        Parameters
        ----------
        name : of its files where it is not the exhibit's.
        checks : as `checked` returned them, where they are at hand.
        """
        with speaking(look.language):
            return self._card(subject, chosen, look, name, checks)

    def _card(self, subject: S, chosen: Chosen, look: Look, name: str, checks: tuple[Check, ...] | None) -> Card:
        chart = self.build(subject, chosen, look)
        title = more_titled(self.question, chart.subject, say("edited") if chart.edited else "")
        stem = file_stem(name or self.name, EDITED) if chart.edited else name or self.name
        figure, finding = chart.drawing.figure, chart.drawing.finding
        held = self.checked(subject, chosen) if checks is None else checks
        return Card(title, finding, chart.provenance, figure, chart.table, stem, look, held)


def exhibit(
    question: str,
    *,
    page: str,
    needs: Callable[[S], str] = lambda subject: "",
    choices: tuple[Choice, ...] = (),
    spread: str = "",
    checks: Checks[S] = NO_CHECKS,
) -> Callable[[Callable[[S, Chosen, Look], Chart]], Exhibit[S]]:
    """Declare the function below it as the build of an exhibit of its name (parameters: see `Exhibit`)."""

    def declared(build: Callable[[S, Chosen, Look], Chart]) -> Exhibit[S]:
        return Exhibit(build.__name__, question, build, page, needs, choices, spread, checks)

    return declared
