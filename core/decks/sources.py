"""From a figure to the texts that say what it is made of, and back: what a pin keeps, and makes again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.claims.tables import TABLES, Form
from core.data.catalog import load_here
from core.data.dataset import Dataset
from core.decks.deck import Figure
from core.exhibits import claims, ground_truth, study
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import OTHER_TOPICS, TOPICS, card_name, declared
from core.exhibits.claims import Judged
from core.exhibits.exhibit import Absent, Exhibit, Subject
from core.exhibits.ground_truth import Generated
from core.exhibits.links import parts
from core.exhibits.seeds import tabled
from core.exhibits.selected import WINDOWS
from core.exhibits.study import Studies
from core.figures.palette import Look
from core.train.finished import finished_runs
from core.train.record import RunRecord
from core.vocabulary import Merge, Reference

OF_TABLES = (claims.PAGE, "side_by_side")  # pages whose own figures are made of a table's claims


def texts_of(subject: Subject) -> dict[str, str]:
    """Return what a figure's subject is known by, as the texts of a link."""
    match subject:
        case Case():
            texts = {"dataset": subject.dataset.key}
            if subject.known:
                run = subject.config
                texts |= {"preset": run.preset, "horizon": str(run.window.horizon)}
                texts |= {"lookback": str(run.window.lookback), "seed": str(subject.seed)}
            texts |= {"weights": "untrained"} if subject.untrained else {}
            return texts | {"reference": subject.reference.value, "merge": subject.merge.value}
        case Judged():
            return {"form": subject.form.value}
        case Studies():
            return {"dataset": subject.own.key} if subject.own is not None else {}
        case _:
            return {}


def made(pin: Figure, look: Look) -> Card:
    """Make a pinned figure from what is there now.

    Raises
    ------
    Absent : what it is made of is gone, or has nothing to show: one sentence.
    """
    one = declared(*TOPICS, *OTHER_TOPICS).get(pin.exhibit)
    if one is None:
        raise Absent(f"This version of CrossLens has no figure {pin.exhibit!r}.")
    subject = _subject(one, pin.source)
    if sentence := one.needs(subject):
        raise Absent(sentence)
    try:
        chosen = one.chosen(subject, pin.choices)
    except ValueError as error:  # an option that the data or models do not have any more
        raise Absent(str(error)) from None
    untrained = isinstance(subject, Case) and subject.untrained  # checks are of the trained models
    name = name_of(one, subject, pin.choices)
    return one.card(subject, chosen, look, name=name, checks=() if untrained else None)


def name_of(one: Exhibit[Any], subject: Subject, choices: Mapping[str, str]) -> str:
    """Return the stem of the files of a pinned figure."""
    spread = [choices[one.spread]] if one.spread in choices else []
    figure = "_".join([one.name, *spread])
    return card_name(subject, figure) if isinstance(subject, Case) else figure


def kept_choices(one: Exhibit[Any], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a figure's choices that a pin keeps: of edits those of the list, not what a form holds."""
    kept = {choice.name: texts[choice.name] for choice in one.choices if choice.name in texts}
    if "draft" in kept:
        listed = parts(kept.get("edits", ""))
        kept["draft"] = kept["draft"] if kept["draft"] in listed else (listed or [""])[-1]
    if kept.get(WINDOWS.name) == "":
        del kept[WINDOWS.name]
    return kept


def _subject(one: Exhibit[Any], source: Mapping[str, str]) -> Subject:
    if one.page in OF_TABLES:
        return claims.judged(_word(Form, source.get("form", "")), TABLES)
    if one.page == study.PAGE:
        return study.studies(TABLES, _dataset(source["dataset"]) if "dataset" in source else None)
    return Generated() if one.page == ground_truth.PAGE else _case(source)


def _word(words: Any, text: str) -> Any:
    try:
        return words(text)
    except ValueError:
        raise Absent(f"This version of CrossLens does not know {text!r}.") from None


def _case(source: Mapping[str, str]) -> Case:
    from core.exhibits.gather import with_inspection  # what looks into models: a while to load

    dataset = _dataset(source.get("dataset", ""))
    if "preset" not in source:
        return Case(dataset)
    cell = source["preset"], _whole(source, "horizon"), _whole(source, "lookback")
    records = tuple(run for run in finished_runs() if run.config.dataset == dataset.key and _place(run) == cell)
    case = Case(
        dataset,
        records,
        _whole(source, "seed"),
        reference=_word(Reference, source.get("reference", Reference.DYNAMIC)),
        merge=_word(Merge, source.get("merge", Merge.ATTENTION)),
        untrained=source.get("weights") == "untrained",
        tabled=tabled(dataset, cell, records, TABLES),
    )
    if not case.known:
        preset, horizon, lookback = cell
        of = f"preset {preset}, horizon {horizon}, look-back {lookback}"
        raise Absent(f"No model of {dataset.title} with {of} is left on this machine: train one.")
    return with_inspection(case)


def _dataset(key: str) -> Dataset:
    dataset = load_here(key)
    if dataset is None:
        raise Absent(f"The data set {key} is not on this machine.")
    return dataset


def _place(run: RunRecord) -> tuple[str, int, int]:
    return run.config.preset, run.config.window.horizon, run.config.window.lookback


def _whole(source: Mapping[str, str], name: str) -> int:
    text = source.get(name, "")
    if not (text.isdecimal() and len(text) < 9):
        raise Absent(f"The pin names no {name}: pin the figure again.")
    return int(text)
