"""Decks: what can be done to one, what the shelf keeps, what is handed on, and what becomes of pins."""

from __future__ import annotations

import argparse
import io
import json
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation

from core.commands import report
from core.data.catalog import load_dataset
from core.decks import shared, shelf, sources
from core.decks.again import Outcome, again, renewed
from core.decks.deck import MOST_SLIDES, Deck, Figure, Pinned, Slide
from core.decks.files import FORMATS, slides_of
from core.decks.shelf import DeckError
from core.decks.sources import kept_choices, made, texts_of
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import declared
from core.exhibits.exhibit import Absent
from core.exhibits.ground_truth import Generated
from core.exhibits.links import joined
from core.report import kept
from core.report.kept import PictureError
from core.report.native.translate import native
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language
from tests.support.decks import PICTURE, deck_of, pin
from tests.support.report_cards import card, curves, dots, heat

OTHER = Deck(title="Other")


def order(deck: Deck) -> list[str]:
    return ["+".join(one.exhibit for one in slide.pins) for slide in deck.slides]


@pytest.fixture
def deck(home: Path) -> str:
    return shelf.create(Deck(title="Seminar"))


@pytest.fixture
def cards() -> list[Card]:
    return [card(curves(), "curves"), card(dots(), "dots"), card(heat(), "heat")]


@pytest.fixture
def pinned(deck: str, cards: list[Card]) -> Iterator[str]:
    for one in cards:
        new = Slide(pins=(pin(one.name, kept.mark_of(one)),))
        shelf.change(deck, lambda now, new=new: now.with_slide(new), (one,))  # type: ignore[misc]
    yield deck


def test_slides_are_moved_doubled_joined_parted_and_taken_out() -> None:
    deck = deck_of("a", "b", "c")
    a, b, c = (slide.name for slide in deck.slides)
    assert order(deck.moved(c, -1)) == ["a", "c", "b"] and order(deck.moved(a, 99)) == ["b", "c", "a"]
    assert deck.moved(a, -1) == deck and deck.moved("ffffffff", 1) == deck
    doubled = deck.doubled(b)
    assert order(doubled) == ["a", "b", "b", "c"] and len({slide.name for slide in doubled.slides}) == 4
    together = deck.changed(b, note="say this").changed(a, note="and that", caption="Mine").joined(a)
    assert order(together) == ["a+b", "c"] and together.slides[0].note == "and that\n\nsay this"
    assert together.joined(a) == together  # two pictures at most
    parted = together.parted(a)
    assert order(parted) == ["a", "b", "c"] and [slide.caption for slide in parted.slides] == ["Mine", "", ""]
    assert order(deck.without(b)) == ["a", "c"]
    full = deck_of(*["a"] * MOST_SLIDES)
    assert full.with_slide(deck.slides[0]) == full == full.doubled(full.slides[0].name)


def test_a_figure_is_found_by_what_it_is_of() -> None:
    deck = deck_of("a", "b")
    assert deck.showing(pin("a").figure) == [deck.slides[0].name]
    assert not deck.showing(Figure(exhibit="a", source={"dataset": "y"}, choices={}))
    assert not deck.joined(deck.slides[0].name).showing(pin("a").figure)


@pytest.mark.parametrize("place", range(3))
def test_a_kept_picture_is_the_figure_that_was_pinned(place: int, cards: list[Card]) -> None:
    one = replace(cards[place], look=replace(cards[place].look, language=Language.KOREAN))
    back = kept.read(kept.written(one))
    assert back.words == one.words and back.look == one.look and back.name == one.name
    assert json.loads(back.json) == json.loads(one.json)
    assert kept.says_the_same(back, one)
    assert type(native(back.figure)) is type(native(one.figure))  # as good for a slide as the figure itself
    assert one.table is not None and back.table is not None
    assert back.table.to_csv(index=False) == one.table.to_csv(index=False)


def test_numbers_of_every_kind_come_back() -> None:
    table = pd.DataFrame(
        {
            "stamp": pd.to_datetime(["2024-01-01 00:30", None]),
            "text": ["국소 패턴", None],
            "fusion": [Fusion.BOTH, Fusion.NONE],
            "value": [np.pi, np.nan],
            "whole": pd.array([2**53 + 1, None], dtype="Int64"),
        }
    )
    back = kept.read(kept.written(replace(card(curves()), table=table))).table
    assert back is not None
    assert back["stamp"].tolist()[0] == table["stamp"][0] and pd.isna(back["stamp"][1])
    assert back["value"][0] == np.pi and back["whole"][0] == 2**53 + 1 and pd.isna(back["whole"][1])
    assert back["fusion"].tolist() == ["both", "none"] and back["text"].tolist() == ["국소 패턴", None]


def test_another_number_is_another_picture_and_another_look_is_not(cards: list[Card]) -> None:
    one = cards[0]
    assert one.table is not None
    moved = replace(one, table=one.table.assign(**{str(one.table.columns[-1]): 0.5}))
    assert not kept.says_the_same(one, moved) and kept.mark_of(one) != kept.mark_of(moved)
    korean = replace(one, look=replace(one.look, language=Language.KOREAN))
    assert kept.says_the_same(one, korean) and kept.mark_of(one) != kept.mark_of(korean)


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", zlib.compress(b"{}"), kept.written(card(curves()))[:200]], ids=range(4)
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError):
        kept.read(content)


def test_a_picture_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 1_000)
    with pytest.raises(PictureError, match="more than"):
        kept.read(kept.written(card(curves())))


def test_two_tabs_that_change_one_deck_lose_nothing(deck: str) -> None:
    def work(tab: int) -> None:
        for place in range(10):
            new = Slide(pins=(pin(f"{tab} {place}"),))
            shelf.change(deck, lambda now, new=new: now.with_slide(new))  # type: ignore[misc]

    tabs = [threading.Thread(target=work, args=(tab,)) for tab in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    found = shelf.find(deck)
    assert found is not None
    exhibits = [one.exhibit for one in found.pins]
    assert sorted(exhibits) == sorted(f"{tab} {place}" for tab in range(4) for place in range(10))
    for tab in range(4):
        assert [name for name in exhibits if name.startswith(f"{tab} ")] == [f"{tab} {place}" for place in range(10)]


def test_changes_are_undone_one_by_one_and_their_pictures_stay_as_long(pinned: str, cards: list[Card]) -> None:
    first = kept.mark_of(cards[0])
    shelf.change(pinned, lambda now: now.without(now.slides[0].name))
    assert shelf.card(pinned, first).words == cards[0].words
    assert order(shelf.undo(pinned)) == ["curves", "dots", "heat"]
    for _ in range(3):
        shelf.undo(pinned)
    assert not shelf.can_undo(pinned) and shelf.undo(pinned).slides == ()
    shelf.change(pinned, lambda now: now.with_slide(Slide(pins=(pin("dots"),))))
    with pytest.raises(PictureError, match="gone"):
        shelf.card(pinned, first)  # no state of the deck shows it any more


def test_decks_are_listed_with_the_one_changed_last_first_and_a_removed_one_comes_back(deck: str) -> None:
    other = shelf.create(OTHER)
    shelf.change(deck, lambda now: now.model_copy(update={"title": "지역 세미나"}))
    assert [(entry.name, entry.deck.title) for entry in shelf.entries()] == [(deck, "지역 세미나"), (other, "Other")]
    shelf.remove(deck)
    assert [entry.name for entry in shelf.entries()] == [other] and shelf.find(deck) is None
    with pytest.raises(DeckError, match="gone"):
        shelf.change(deck, lambda now: now)
    assert shelf.restore(deck) and shelf.find(deck) is not None
    assert not shelf.restore(deck)


@pytest.mark.parametrize("name", ["../../etc", "", "ABCDEF01", "0123456", ".1234567", "0123456g"])
def test_only_a_name_of_our_own_making_leads_to_a_deck(name: str, home: Path) -> None:
    assert shelf.find(name) is None
    with pytest.raises(DeckError):
        shelf.change(name, lambda now: now)


def test_a_damaged_deck_is_set_aside_and_the_others_stay(deck: str, home: Path) -> None:
    other = shelf.create(OTHER)
    (home / "decks" / deck / "deck.json").write_text('{"title": 3')
    assert [entry.name for entry in shelf.entries()] == [other]
    assert list((home / "decks" / deck).glob("deck.json.damaged*"))
    with pytest.raises(DeckError):
        shelf.change(deck, lambda now: now)


def test_a_deck_that_is_handed_on_is_the_same_deck(pinned: str, cards: list[Card]) -> None:
    found = shared.opened(shared.packed(pinned))
    assert found.deck == shelf.find(pinned)
    again_here = shelf.create(found.deck, found.pictures)
    for one in cards:
        assert shelf.card(again_here, kept.mark_of(one)).words == one.words


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as made_here:
        for name, body in files.items():
            made_here.writestr(name, body)
    return content.getvalue()


WHOLE = deck_of("a").model_dump_json().encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no deck"),
        (b"PK\x03\x04 and nothing else", "is no deck"),
        (archive(other=b"{}"), "not whole"),
        (archive(**{"deck.json": b"[]"}), "cannot be read"),
        (archive(**{"deck.json": b'{"title": ""}'}), "cannot be read at title"),
        (archive(**{"deck.json": b'{"title": "x", "code": "rm"}'}), "cannot be read at code"),
        (archive(**{"deck.json": WHOLE}), "not whole"),
        (archive(**{"deck.json": WHOLE, f"pictures/{PICTURE}": b"no picture"}), "is damaged"),
        (archive(**{"deck.json": WHOLE.replace(PICTURE.encode(), b"../../../../etc/")}), "cannot be read at slides"),
    ],
    ids=range(9),
)
def test_what_is_no_deck_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(DeckError, match=says) as caught:
        shared.opened(content)
    assert "\n" not in str(caught.value)


def test_a_deck_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, pinned: str) -> None:
    content = shared.packed(pinned)
    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    with pytest.raises(DeckError, match="more than"):
        shared.opened(content)
    monkeypatch.setattr(shared, "MOST_BYTES", 10)
    with pytest.raises(DeckError, match="at most"):
        shared.opened(content)


def test_slides_hold_captions_notes_numbers_and_two_pictures(pinned: str, no_chromium: None, tmp_path: Path) -> None:
    first, _, third = (slide.name for slide in (shelf.find(pinned) or OTHER).slides)
    shelf.change(pinned, lambda now: now.changed(first, caption="Mine", note="Slowly.", numbers=True))
    deck = shelf.change(pinned, lambda now: now.doubled(first).moved(third, -1).joined(third))
    slides = slides_of(deck, lambda mark: shelf.card(pinned, mark))
    names = [one.name for leaf in slides.leaves for one in leaf.cards]
    assert len(set(names)) == 4 and not slides.missing
    for kind in FORMATS:
        slides.write(kind, tmp_path / f"out{kind}")
    pages = list(Presentation(str(tmp_path / "out.pptx")).slides)[-3:]
    assert pages[0].shapes.title.text_frame.text == "Mine"
    assert pages[0].notes_slide.notes_text_frame.text.startswith("Slowly.\n\n")
    held = [[sum(getattr(shape, of) for shape in page.shapes) for of in ("has_chart", "has_table")] for page in pages]
    assert held == [
        [1, 1],
        [1, 1],
        [1, 1],
    ]  # its numbers; those of its double; a chart beside a map, which is a table
    page = (tmp_path / "out.html").read_text()
    assert len(slides.leaves[-1].cards) == 2
    assert '<h2 class="caption">Mine</h2>' in page and "Slowly." not in page
    with ZipFile(tmp_path / "out.zip") as made_here:
        assert json.loads(made_here.read("settings.json"))["deck"]["title"] == "Seminar"


def test_a_picture_that_is_gone_is_told_and_the_rest_is_written(pinned: str, home: Path, tmp_path: Path) -> None:
    deck = shelf.find(pinned) or OTHER
    (home / "decks" / pinned / "pictures" / deck.pins[1].picture).unlink()
    slides = slides_of(deck, lambda mark: shelf.card(pinned, mark))
    assert slides.missing == (2,) and len(slides.leaves) == 2
    empty = slides_of(OTHER, lambda mark: shelf.card(pinned, mark))
    with pytest.raises(ValueError, match="pin a figure first"):
        empty.write(".html", tmp_path / "out.html")


def case_of(runs: dict[Fusion, RunRecord]) -> Case:
    records = tuple(runs.values())
    return Case(load_dataset(records[0].config.dataset), records)


def test_a_pin_is_made_again_as_its_page_made_it(
    tiny_runs: dict[Fusion, RunRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "finished_runs", lambda: tuple(tiny_runs.values()))
    case = case_of(tiny_runs)
    one = declared("errors")["error_by_step"]
    figure = Figure(exhibit=one.name, source=texts_of(case), choices={})
    here = one.card(case, one.chosen(case), Deck(title="x").look, name=sources.name_of(one, case, {}))
    found = made(figure, Deck(title="x").look)
    assert found.words == here.words and found.json == here.json and found.name == here.name


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        (Figure(exhibit="nothing", source={}, choices={}), "no figure"),
        (Figure(exhibit="error_by_step", source={"dataset": "gone"}, choices={}), "not on this machine"),
        (
            Figure(
                exhibit="error_by_step",
                source={"dataset": "NYweather", "preset": "gone", "horizon": "24", "lookback": "72", "seed": "0"},
                choices={},
            ),
            "train one",
        ),
        (
            Figure(exhibit="error_by_step", source={"dataset": "NYweather", "preset": "default"}, choices={}),
            "pin the figure again",
        ),
        (Figure(exhibit="published_measured", source={"form": "gone"}, choices={}), "does not know"),
        (Figure(exhibit="ground_truth", source={}, choices={"draw": "1000"}), "choose one of"),
    ],
    ids=range(6),
)
def test_what_a_pin_is_of_and_is_gone_is_told_in_one_sentence(figure: Figure, says: str) -> None:
    with pytest.raises(Absent, match=says):
        made(figure, Deck(title="x").look)


def test_made_again_a_deck_tells_what_changed_and_what_is_gone(deck: str) -> None:
    look = Deck(title="x").look
    figure = Figure(exhibit="ground_truth", source=texts_of(Generated()), choices={"draw": "3"})
    same, gone = made(figure, look), card(curves(), "curves")
    assert same.table is not None
    before = replace(same, table=same.table.assign(value=0.0))
    for one, of in ((same, figure), (before, figure), (gone, pin().figure)):
        new = Slide(pins=(Pinned(**of.model_dump(), picture=kept.mark_of(one)),))
        shelf.change(deck, lambda now, new=new: now.with_slide(new), (one,))  # type: ignore[misc]
    found = list(again(shelf.find(deck) or OTHER, lambda mark: shelf.card(deck, mark)))
    assert [one.outcome for one in found] == [Outcome.SAME, Outcome.CHANGED, Outcome.GONE]
    assert "not on this machine" in found[2].why
    elsewhere = shelf.change(deck, lambda now: now.moved(now.slides[0].name, 2))  # another tab, meanwhile
    cards = tuple(one.card for one in found if one.card is not None)
    after = shelf.change(deck, lambda now: renewed(now, found), cards)
    assert order(after) == order(elsewhere)
    assert [one.picture for one in after.pins] == [kept.mark_of(same), kept.mark_of(gone), kept.mark_of(same)]
    assert shelf.card(deck, kept.mark_of(gone)).words == gone.words  # it keeps its last picture


def test_of_edits_a_pin_keeps_those_of_the_list_not_what_a_form_holds() -> None:
    one = declared("whatif")["edited_rows"]
    first, second = "level:a:-24..-1:1", "zero:a:-4..-1"
    texts = {"variable": "a", "origin": "7", "edits": joined([first, second]), "draft": "level:a:-24..-1:9", "x": "y"}
    kept_here = kept_choices(one, texts)
    assert kept_here == {"variable": "a", "origin": "7", "edits": joined([first, second]), "draft": second}
    assert kept_choices(one, {**texts, "draft": first})["draft"] == first
    assert kept_choices(one, {**texts, "edits": ""})["draft"] == ""


def test_the_command_writes_a_deck_that_was_handed_on(
    pinned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"seminar{shared.SUFFIX}"
    file.write_bytes(shared.packed(pinned))

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        report.add_arguments(parser)
        return report.run(parser.parse_args([*words, "--out", str(tmp_path / "out.html")]))

    assert run("--deck", str(file)) == 0
    assert capsys.readouterr().out.endswith("3 slides\n")
    assert run("--deck", str(file), "--again") == 0
    told = capsys.readouterr().err
    assert [line.partition(":")[0] for line in told.splitlines()] == [f"slide {place} gone" for place in (1, 2, 3)]
    for words in ((), ("--deck", str(file), "--dataset", "ETTh1")):
        with pytest.raises(ValueError, match="one of --dataset and --deck"):
            run(*words)
