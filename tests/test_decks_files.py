"""Decks as files: the picture that a pin keeps, what is handed on, and slides, pages and zips that are written."""

from __future__ import annotations

import argparse
import io
import json
import zlib
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation

from core.commands import report
from core.decks import shared, shelf
from core.decks.deck import Deck
from core.decks.files import slides_of
from core.decks.folder import DeckError, find
from core.exhibits.card import Card
from core.report import kept
from core.report.files import ExportError
from core.report.kept import PictureError
from core.report.native.translate import native
from core.vocabulary import Fusion, Language
from tests.support.decks import PICTURE, deck_of, mark_of, pin_all, the_deck, three_cards
from tests.support.report_cards import card, curves

OTHER = Deck(title="Other")


def file_of(one: Card) -> bytes:
    return kept.written(one)[1]


@pytest.fixture
def cards() -> list[Card]:
    return three_cards()


@pytest.fixture
def pinned(home: Path, cards: list[Card]) -> str:
    name = shelf.create(Deck(title="Seminar"))
    pin_all(name, cards)
    return name


@pytest.mark.parametrize("place", range(3))
def test_a_kept_picture_is_the_figure_that_was_pinned(place: int, cards: list[Card]) -> None:
    one = replace(cards[place], look=replace(cards[place].look, language=Language.KOREAN))
    back = kept.read(file_of(one))
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
    back = kept.read(file_of(replace(card(curves()), table=table))).table
    assert back is not None
    assert back["stamp"].tolist()[0] == table["stamp"][0] and pd.isna(back["stamp"][1])
    assert back["value"][0] == np.pi and back["whole"][0] == 2**53 + 1 and pd.isna(back["whole"][1])
    assert back["fusion"].tolist() == ["both", "none"] and back["text"].tolist() == ["국소 패턴", None]


def test_another_number_is_another_picture_and_another_look_is_not(cards: list[Card]) -> None:
    one = cards[0]
    assert one.table is not None
    moved = replace(one, table=one.table.assign(**{str(one.table.columns[-1]): 0.5}))
    assert not kept.says_the_same(one, moved) and mark_of(one) != mark_of(moved)
    korean = replace(one, look=replace(one.look, language=Language.KOREAN))
    assert kept.says_the_same(one, korean) and mark_of(one) != mark_of(korean)


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", zlib.compress(b"{}"), file_of(card(curves()))[:200]], ids=range(4)
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError):
        kept.read(content)


def test_a_picture_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 1_000)
    with pytest.raises(PictureError, match="more than"):
        kept.read(file_of(card(curves())))


def test_a_deck_that_is_handed_on_is_the_same_deck(pinned: str, cards: list[Card]) -> None:
    found = shared.opened(shared.packed(pinned))
    assert found.deck == find(pinned)
    again_here = shelf.create(found.deck, found.pictures)
    for one in cards:
        assert shelf.card(again_here, mark_of(one)).words == one.words


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as made_here:
        for name, body in files.items():
            made_here.writestr(name, body)
    return content.getvalue()


WHOLE = deck_of("a").model_dump_json().encode()
ONE = deck_of("a").slides[0]
TWICE = Deck(title="x").model_copy(update={"slides": (ONE, ONE)}).model_dump_json().encode()


def broken() -> bytes:
    """Return an archive whose packed bytes are damaged."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as made_here:
        made_here.writestr("deck.json", WHOLE * 20)
    packed = bytearray(content.getvalue())
    start = len("deck.json") + 30
    packed[start : start + 8] = b"\xff" * 8
    return bytes(packed)


BROKEN = broken()


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
        (archive(**{"deck.json": TWICE}), "two slides have one name"),
        (BROKEN, "cannot be unpacked"),
    ],
    ids=range(11),
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
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as whole, ZipFile(packed, "w", ZIP_DEFLATED) as smaller:
        for name in whole.namelist():
            smaller.writestr(name, whole.read(name) + b" " * 1_000_000 * name.startswith("pictures/"))
    monkeypatch.setattr(shared, "MOST_BYTES", 2_500_000)
    with pytest.raises(DeckError, match="has more than"):  # three of a megabyte each, however small they are packed
        shared.opened(packed.getvalue())
    monkeypatch.setattr(shared, "MOST_BYTES", 10)
    with pytest.raises(DeckError, match="at most"):
        shared.opened(content)


def test_slides_hold_captions_notes_numbers_and_two_pictures(pinned: str, no_chromium: None, tmp_path: Path) -> None:
    first, _, third = (slide.name for slide in the_deck(pinned).slides)
    shelf.change(pinned, lambda now: now.changed(first, caption="Mine", note="Slowly.", numbers=True))
    deck = shelf.change(pinned, lambda now: now.doubled(first).moved(third, -1).joined(third))
    slides = slides_of(deck, lambda mark: shelf.card(pinned, mark))
    names = [one.name for leaf in slides.leaves for one in leaf.cards]
    assert len(set(names)) == 4 and not slides.missing
    for kind in (".pptx", ".html", ".zip"):
        slides.write(kind, tmp_path / f"out{kind}")
    with pytest.raises(ExportError, match="Chromium"):  # it prints a PDF
        slides.write(".pdf", tmp_path / "out.pdf")
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
    deck = the_deck(pinned)
    (home / "decks" / pinned / "pictures" / deck.pins[1].picture).unlink()
    slides = slides_of(deck, lambda mark: shelf.card(pinned, mark))
    assert slides.missing == (2,) and len(slides.leaves) == 2
    empty = slides_of(OTHER, lambda mark: shelf.card(pinned, mark))
    with pytest.raises(ValueError, match="pin a figure first"):
        empty.write(".html", tmp_path / "out.html")


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
        with pytest.raises(ValueError, match="one of --dataset, --deck and --standard"):
            run(*words)
