"""The published presentation drawn again: its pictures in its order, from what is measured on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from core.claims.about_errors import (
    cnn_to_gru_costs,
    excess,
    gru_to_cnn_helps,
    losses_follow_the_cycle,
    mixing_helps,
    standard_hurts,
    wins,
)
from core.claims.about_insides import alignment_gains, earlier_gains, joined_late, rises_with_both
from core.claims.by_epoch import FIRST_SETS
from core.claims.in_words import dearer, fits_best
from core.claims.published import SOURCE, Quantity
from core.claims.tables import TABLES, first_form
from core.decks.deck import Deck, Figure, Pinned, Slide
from core.decks.sources import made
from core.decks.standard_words import Claimed, caption, note
from core.exhibits.catalogue import OTHER_TOPICS, TOPICS, declared
from core.exhibits.exhibit import Absent
from core.figures.palette import Look
from core.report import kept
from core.report.files import Ratio
from core.text.words import mark, say, speaking
from core.vocabulary import Fusion, Language, Merge, Reference

TITLE = mark("The published presentation, measured again")
OF_NO_FORM = ("data_conditions", "gain_by_epoch")  # exhibits whose table is not chosen
NOTHING: Mapping[str, str] = MappingProxyType({})
# Trained models that the network is shown of, the first whose data are here: one of the published sets, else our own.
CELLS = tuple(
    {"dataset": dataset, "preset": "default", "horizon": "96", "lookback": "720", "seed": "0"}
    | {"reference": Reference.DYNAMIC.value, "merge": Merge.ATTENTION.value}
    for dataset in ("ETTm2", "NYweather")
)


@dataclass(frozen=True)
class Entry:
    """One picture of the presentation: the exhibit that shows it, its choices, and what was claimed with it."""

    exhibit: str
    claimed: Claimed
    choices: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    of_model: bool = False  # made of trained weights, not of the tables of all trainings

    def figures(self) -> list[Figure]:
        """Return the figure as it is wanted, the best first."""
        if self.of_model:
            return [Figure(exhibit=self.exhibit, source=cell, choices=dict(self.choices)) for cell in CELLS]
        form = {} if self.exhibit in OF_NO_FORM else {"form": first_form(TABLES).value}
        return [Figure(exhibit=self.exhibit, source={}, choices={**form, **self.choices})]


_CLOCK = Claimed((rises_with_both,), (Quantity.DCOR_KERNEL_TOD, Quantity.DCOR_CONV_CHANGE_TOD), Fusion.GRU_TO_CNN)
_ABRUPT = Claimed(
    (rises_with_both,),
    (Quantity.SPEARMAN_GAIN, Quantity.PEAK_AMPLIFICATION, Quantity.RESPONSE_LEAD),
    Fusion.CNN_TO_GRU,
)
_COST = (Quantity.MACS_EMBEDDING, Quantity.MACS_CROSSING, Quantity.MACS_TOTAL)
_LOSSES = Claimed((losses_follow_the_cycle,), (Quantity.SPAI, Quantity.PHASE_DRIFT, Quantity.RMSE_INCREASE))
_CHANGES = Claimed((gru_to_cnn_helps, cnn_to_gru_costs), (Quantity.DELTA_RMSE,))
ENTRIES = (  # in the order of the presentation, and a picture of what it leaves open
    Entry("fusion_gradients", Claimed((joined_late,))),
    Entry("weakened_losses", _LOSSES),
    Entry("direction_tables", _CLOCK, {"direction": Fusion.GRU_TO_CNN.value}),
    Entry("direction_tables", _ABRUPT, {"direction": Fusion.CNN_TO_GRU.value}),
    Entry("rmse_changes", _CHANGES, {"ahead": "all"}),
    Entry("rmse_by_horizon", _CHANGES, {"error": "change"}),
    Entry("excess_gain", Claimed((excess,)), {"fit": "ols"}),
    Entry("win_rates", Claimed((wins,))),
    Entry("gain_by_lead", Claimed((earlier_gains,))),
    Entry("gain_by_alignment", Claimed((alignment_gains,))),
    Entry("data_conditions", Claimed((fits_best,))),
    Entry("model_diagram", Claimed((mixing_helps,)), of_model=True),
    Entry("cost_comparison", Claimed((dearer, standard_hurts), _COST), of_model=True),
    Entry("gain_by_epoch", Claimed(finding="gain_by_epoch"), {"epochs_of": FIRST_SETS[0]}),
)


@dataclass(frozen=True, eq=False)
class Piece:
    """What became of one picture: a slide with its figure as a file, or why there is none."""

    question: str
    slide: Slide | None
    file: bytes = b""
    why: str = ""


def pieces(language: Language) -> Iterator[Piece]:
    """Yield every picture of the presentation in its order, as it is made."""
    for entry in ENTRIES:
        with speaking(language):
            piece = _piece(entry, Look("light", language))
        yield piece


def _piece(entry: Entry, look: Look) -> Piece:
    """Make the first figure of an entry that can be made."""
    question, why = declared(*TOPICS, *OTHER_TOPICS)[entry.exhibit].question, ""
    for figure in entry.figures():
        try:
            card = made(figure, look)
        except Absent as error:
            why = why or str(error)
            continue
        picture, file = kept.written(card)
        pin = Pinned(**figure.model_dump(), picture=picture)
        return Piece(question, Slide(pins=(pin,), caption=caption(entry.claimed), note=note(entry.claimed)), file)
    return Piece(question, None, why=why)


def deck_of(found: Sequence[Piece], language: Language, ratio: Ratio = Ratio.WIDE) -> Deck:
    """Return the deck of what could be made."""
    slides = tuple(piece.slide for piece in found if piece.slide is not None)
    with speaking(language):
        return Deck(title=say(TITLE), subtitle=SOURCE, slides=slides, ratio=ratio, language=language)


def files_of(found: Sequence[Piece]) -> dict[str, bytes]:
    """Return the pictures that were made, by their marks."""
    return {piece.slide.pins[0].picture: piece.file for piece in found if piece.slide is not None}


def left_out(found: Sequence[Piece]) -> list[str]:
    """Return a sentence for each picture that could not be made."""
    return [
        say("Left out: {question} {why}", question=one.question, why=one.why) for one in found if one.slide is None
    ]
