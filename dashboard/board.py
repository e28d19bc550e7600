"""A page made of exhibits: pickers, cache keys and empty states follow from what each of them declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import streamlit as st

from core.decks.deck import Figure
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import kept_choices, of_page
from core.exhibits.exhibit import Absent, Choice, Exhibit, Kind, Options, Subject
from core.exhibits.links import joined, texts_of
from core.exhibits.selected import WINDOWS
from core.figures.palette import Look
from core.text.words import say
from dashboard import pickers, selected, state, windows
from dashboard.cards import made
from dashboard.chart import Handle, SelectionMode
from dashboard.show import show
from dashboard.widgets import or_why

S = TypeVar("S", bound=Subject)
NOTHING: Mapping[str, str] = MappingProxyType({})


class Board(Generic[S]):
    """The exhibits of one page and what is chosen of them.

    `chip`: whether it shows which windows are selected; `follows`: whether that, too, is what another board has.
    """

    def __init__(self, page: str, subject: S, *, chip: bool = True, follows: bool = False) -> None:
        self.subject = subject  # what the figures are made from
        self.values: dict[str, Any] = {}  # by name, what was chosen so far
        self._texts: dict[str, str] = {}
        self._exhibits = of_page(page)
        self._left = dict(self._exhibits)
        self._choices = {choice.name: choice for one in reversed(self._left.values()) for choice in one.choices}
        if WINDOWS.name in self._choices and not follows:
            self._read(WINDOWS)
            if chip and isinstance(subject, Case):
                selected.draw_chip(subject, self.values[WINDOWS.name])

    def __getitem__(self, name: str) -> Any:
        """Return what is chosen, asking for it where it was not asked yet."""
        if name not in self.values:
            self.pick(name)
        return self.values[name]

    def pick(self, *names: str, fixed: Mapping[str, str] = NOTHING) -> None:
        """Draw the pickers of some choices side by side, apart from those that are fixed or do not matter now."""
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            for choice in (self._choices[name] for name in names):
                if choice.name not in self.values and choice.when(self.values):
                    self._read(choice, fixed)

    def _read(self, choice: Choice, fixed: Mapping[str, str] = NOTHING) -> None:
        """Take in one choice, fixed or picked."""
        options = choice.options(self.subject, self.values)
        if choice.name in fixed:
            self._take(choice, options, fixed[choice.name])
        else:
            first = choice.default(self.subject, self.values, options)
            self.values[choice.name] = _picked(choice, options, first)
            self._texts[choice.name] = state.value(choice.name) or ""

    def follow(self, other: Board[S], *names: str, fixed: Mapping[str, str] = NOTHING) -> dict[str, tuple[str, str]]:
        """Choose what is chosen on another board, without pickers, apart from what is fixed.

        Returns
        -------
        By the title of a choice what is not to be had here, and what is chosen instead.
        """
        missed = {}
        for choice in (self._choices[name] for name in names):
            if choice.name in self.values or not choice.when(self.values):
                continue
            options = choice.options(self.subject, self.values)
            text = (other._texts | dict(fixed)).get(choice.name)
            if text is not None and not choice.refusal(text, options):
                self._take(choice, options, text)
                continue
            first = choice.default(self.subject, self.values, options)
            self._take(choice, options, joined(first) if choice.several else first)
            if text is not None:
                missed[say(choice.title)] = (text, self._texts[choice.name])
        return missed

    def _take(self, choice: Choice, options: Options, text: str) -> None:
        """Choose what a text of a link names."""
        self._texts[choice.name], self.values[choice.name] = text, choice.value(text, options)

    def key(self, name: str) -> tuple[str, ...]:
        """Return what a cache knows the figure of an exhibit by, as it is chosen."""
        texts = (self._texts[choice.name] for choice in self._exhibits[name].choices if choice.name in self.values)
        return (self.subject.key, name, *texts)

    def card(self, name: str, look: Look) -> Card:
        """Return the figure of an exhibit as it is chosen; Absent where it cannot be shown."""
        if sentence := self._exhibits[name].needs(self.subject):
            raise Absent(sentence)
        return self._card(self._exhibits[name], look)

    def draw(
        self,
        name: str,
        *,
        fixed: Mapping[str, str] = NOTHING,
        on_select: Callable[[], None] | None = None,
        selects: Sequence[SelectionMode] = ("points",),
        handles: Sequence[Handle] = (),
        on_move: Callable[[], None] = lambda: None,
        unfolded: bool = False,
    ) -> None:
        """Draw an exhibit, below the pickers of its choices that were not asked yet; or why it cannot be shown.

        `fixed` holds the texts of choices that are made already, by name; for the others see `show`.
        """
        one = self._exhibits[name]
        self._left.pop(name, None)
        with or_why(one.question):
            if sentence := one.needs(self.subject):
                raise Absent(sentence)
            self.pick(*[choice.name for choice in one.choices], fixed=fixed)
            make = partial(self._card, one)
            way, hint = windows.WAYS.get(name), ""
            if way is not None and isinstance(self.subject, Case):
                on_select, selects, hint = partial(windows.take, name, self.subject), way.selects, say(way.hint)
            show(
                make(state.look()),
                name,
                make,
                on_select=on_select,
                selects=selects,
                hint=hint,
                handles=handles,
                on_move=on_move,
                unfolded=unfolded,
                pinned=self.figure(name),
            )

    def figure(self, name: str) -> Figure:
        """Return what a deck keeps of an exhibit, as it is chosen."""
        one = self._exhibits[name]
        texts = {choice: self._texts[choice] for choice in self.values}
        return Figure(exhibit=name, source=texts_of(self.subject), choices=kept_choices(one, texts))

    def rest(self) -> None:
        """Draw every exhibit of the page that was not drawn yet, in telling order."""
        for name in list(self._left):
            self.draw(name)

    def _card(self, one: Exhibit[S], look: Look) -> Card:
        chosen = {choice.name: self.values[choice.name] for choice in one.choices if choice.name in self.values}
        texts = tuple(self._texts[name] for name in chosen)
        return made(texts, look, one, self.subject, chosen)


def _picked(choice: Choice, options: Any, default: Any) -> Any:
    """Draw one picker and return the value chosen."""
    language = state.look().language

    def text(option: str) -> str:
        return choice.text(option, language)

    match choice.kind:
        case Kind.WRITTEN:
            return pickers.read_written(choice.name, options, partial(choice.refusal, options=options))
        case Kind.SEVERAL | Kind.PILLS:
            settings: dict[str, Any] = {"max_selections": choice.most} if choice.most else {}
            settings |= {"kind": "pills"} if choice.kind is Kind.PILLS else {}
            return pickers.choose_several(
                choice.name, say(choice.title), options, default=default, format=text, **settings
            )
        case Kind.NUMBER:
            low, high = int(next(iter(options))), int(next(reversed(options)))
            number = pickers.choose_number(
                choice.name, say(choice.title), low, high, default=int(default), help=say(choice.help) or None
            )
            return options[str(number)]
        case _:
            kind: Any = choice.kind.value
            return pickers.choose(choice.name, say(choice.title), options, default=default, kind=kind, format=text)
