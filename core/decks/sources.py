"""From the texts that a pin keeps back to its figure, made of what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.claims.tables import TABLES, Form
from core.data.catalog import load_here
from core.data.dataset import Dataset
from core.decks.deck import Figure, Side
from core.exhibits import claims, ground_truth, peers, study
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import OTHER_TOPICS, TOPICS, declared, name_of
from core.exhibits.cell import case_of_cell
from core.exhibits.exhibit import Absent, Exhibit, Subject
from core.exhibits.ground_truth import Generated
from core.exhibits.two_sides import compared, exhibits
from core.figures.palette import Look
from core.text.words import say
from core.vocabulary import Merge, Reference

OF_TABLES = (claims.PAGE, "side_by_side")  # pages whose own figures are made of a table's claims


def made(pin: Figure, look: Look) -> Card:
    """Make a pinned figure from what is there now.

    Raises
    ------
    Absent : what it is made of is gone, or has nothing to show: one sentence.
    """
    if pin.against is None:
        return _made(*asked(pin), pin, look)
    one = exhibits().get(pin.exhibit)
    if one is None:
        raise _unknown(pin)
    sides: tuple[Side, Side] = (pin, pin.against)
    cases = [_case(side.source) for side in sides]
    cards = [_made(one, case, side, look) for case, side in zip(cases, sides, strict=True)]
    modes = [side.choices.get("mode", "") for side in sides]
    same = (pin.source, pin.choices) == (pin.against.source, pin.against.choices)
    return compared(one, cases, cards, modes, same=same).card(pin.against.shows)


def _made(one: Exhibit[Any], subject: Subject, pin: Side, look: Look) -> Card:
    if sentence := one.needs(subject):
        raise Absent(sentence)
    try:
        chosen = one.chosen(subject, pin.choices)
    except ValueError as error:  # an option that the data or models do not have any more
        raise Absent(str(error)) from None
    untrained = isinstance(subject, Case) and subject.untrained  # checks are of the trained models
    return one.card(subject, chosen, look, name=name_of(subject, one.name), checks=() if untrained else None)


def asked(pin: Figure) -> tuple[Exhibit[Any], Subject]:
    """Return the exhibit of a pinned figure and what it is made of now; raises as `made` does."""
    one = declared(*TOPICS, *OTHER_TOPICS).get(pin.exhibit)
    if one is None:
        raise _unknown(pin)
    return one, _subject(one, pin.source)


def _unknown(pin: Figure) -> Absent:
    return Absent(say("This version of CrossLens has no figure {name!r}.", name=pin.exhibit))


def _subject(one: Exhibit[Any], source: Mapping[str, str]) -> Subject:
    if one.page in OF_TABLES:
        return claims.judged(_word(Form, source.get("form", "")), TABLES)
    if one.page == study.PAGE:
        return study.studies(TABLES, _dataset(source["dataset"]) if "dataset" in source else None)
    if one is peers.peers:
        return peers.peers_of()
    return Generated() if one.page == ground_truth.PAGE else _case(source)


def _word(words: Any, text: str) -> Any:
    try:
        return words(text)
    except ValueError:
        raise Absent(say("This version of CrossLens does not know {word!r}.", word=text)) from None


def _case(source: Mapping[str, str]) -> Case:
    from core.exhibits.gather import with_inspection  # what looks into models: a while to load

    dataset = _dataset(source.get("dataset", ""))
    if "preset" not in source:
        return Case(dataset)
    cell = source["preset"], _whole(source, "horizon"), _whole(source, "lookback")
    case = replace(
        case_of_cell(dataset, cell, _whole(source, "seed"), TABLES),
        reference=_word(Reference, source.get("reference", Reference.DYNAMIC)),
        merge=_word(Merge, source.get("merge", Merge.ATTENTION)),
        untrained=source.get("weights") == "untrained",
    )
    if not case.known:
        preset, horizon, lookback = cell
        raise Absent(
            say(
                "No model of {title} with preset {preset}, horizon {horizon}, look-back {lookback} is left on this "
                "machine: train one.",
                title=dataset.title,
                preset=preset,
                horizon=horizon,
                lookback=lookback,
            )
        )
    return with_inspection(case)


def _dataset(key: str) -> Dataset:
    dataset = load_here(key)
    if dataset is None:
        raise Absent(say("The data set {key} is not on this machine.", key=key))
    return dataset


def _whole(source: Mapping[str, str], name: str) -> int:
    text = source.get(name, "")
    if not (text.isdecimal() and len(text) < 9):
        raise Absent(say("The pin names no {name}: pin the figure again.", name=name))
    return int(text)
