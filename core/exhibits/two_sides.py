"""Two figures of one exhibit held against each other: on one scale, and what the first has more than the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.exhibits.card import Card, more_titled
from core.exhibits.case import Case
from core.exhibits.catalogue import card_name, of_page
from core.exhibits.exhibit import Absent, Exhibit
from core.figures.compared import Incomparable
from core.figures.difference import difference
from core.figures.names import shortened
from core.figures.one_scale import one_scale
from core.text.words import mark, say, speaking
from core.vocabulary import Language

# Page -> its figures that can be held side by side.
FIGURES = {
    "kernels": ("kernel_profile", "kernel_by_slot", "window_kernels", "dcor_comparison"),
    "forecasts": ("forecast_overlay", "window_error_by_step"),
    "attention": ("attention_map", "attention_by_slot", "attention_controls"),
    "gates": ("gate_timeline", "event_response", "gate_half_life", "gates_by_slot", "held_edit"),
    "attribution": ("attribution_map",),
    "gradients": ("gradient_flow", "gradient_share"),
    "overview": ("error_by_step", "error_by_variable", "mode_comparison"),
}
PAGE_OF = {name: page for page, names in FIGURES.items() for name in names}
OF_ALL_SEEDS = "overview"  # page whose figures are of every seed
WEIGHTS = {False: mark("trained"), True: mark("untrained")}
SAME = mark(
    "Both sides show the same: choose another data set, horizon, seed, mode or the untrained twin for one of them."
)


class Part(StrEnum):
    """What is shown of two sides."""

    FIRST = "first"
    SECOND = "second"
    DIFFERENCE = "difference"


SIDES = {Part.FIRST: mark("First"), Part.SECOND: mark("Second")}


@dataclass(frozen=True, eq=False)
class Compared:
    """Both figures on one scale, what stays apart, and their difference or the sentence why there is none."""

    cards: tuple[Card, Card]
    apart: str
    difference: Card | str

    def card(self, part: Part) -> Card:
        """Return one of the three figures; Absent where there is no difference to draw."""
        if part is not Part.DIFFERENCE:
            return self.cards[list(SIDES).index(part)]
        if isinstance(self.difference, str):
            raise Absent(self.difference)
        return self.difference


def exhibits() -> dict[str, Exhibit[Case]]:
    """Return every figure that can be held side by side, by name."""
    return {name: of_page(page)[name] for name, page in PAGE_OF.items()}


def told_of(one: Exhibit[Case], case: Case, mode: str, language: Language) -> list[str]:
    """Return in words whose figure a side is; of two sides of one exhibit, words at one place are of one thing.

    `mode` is the text of its choice, empty where the figure is of every mode at once.
    """
    choice = next((choice for choice in one.choices if choice.name == "mode"), None)
    with speaking(language):
        return [
            say("mode {mode}", mode=choice.text(mode, language)) if choice and mode else "",
            shortened(case.dataset.title),
            say("horizon {horizon}", horizon=case.config.window.horizon),
            say("preset {preset}", preset=case.config.preset),
            "" if one.page == OF_ALL_SEEDS else say("seed {seed}", seed=case.seed),
            say(WEIGHTS[case.untrained]),
        ]


def compared(
    one: Exhibit[Case], cases: Sequence[Case], cards: Sequence[Card], modes: Sequence[str], *, same: bool
) -> Compared:
    """Put the figures of two sides on one scale and draw what they differ by.

    Parameters
    ----------
    cases, cards, modes : of either side; a mode as `told_of` takes it.
    same : whether both sides are of one thing: then there is nothing to differ.
    """
    look = cards[0].look
    with speaking(look.language):
        first, second, apart = one_scale(cards[0].figure, cards[1].figure)
        told = [told_of(one, case, mode, look.language) for case, mode in zip(cases, modes, strict=True)]
        own = [[mine for mine, other in zip(*both, strict=True) if mine != other] for both in (told, told[::-1])]
        pair = [
            replace(card, figure=figure, name=f"{card.name[:90]}-{side}", title=more_titled(card.title, *words))
            for card, figure, side, words in zip(cards, (first, second), SIDES, own, strict=True)
        ]
        return Compared((pair[0], pair[1]), apart, say(SAME) if same else _difference(one, cases[0], cards))


def _difference(one: Exhibit[Case], case: Case, cards: Sequence[Card]) -> Card | str:
    look = cards[0].look
    try:
        found = difference(cards[0].figure, cards[1].figure, look=look)
    except Incomparable as why:
        return say("There is no difference to draw. {why}", why=why)
    foot = " · ".join(f"{say(SIDES[side])}: {card.provenance}" for side, card in zip(SIDES, cards, strict=True))
    told, file = found.drawing, card_name(case, f"{one.name}-difference")
    return Card(say("Where do the two sides differ?"), told.finding, foot, told.figure, found.table, file, look)
