"""The standard deck: the pictures of the published presentation in its order, and the slides as they are drawn."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from core.claims.in_words import CLAIMS
from core.claims.published import SOURCE
from core.claims.tables import TABLES, Form
from core.decks import shelf, standard
from core.decks.deck import MOST_CAPTION, MOST_NOTE, Figure
from core.decks.files import slides_of
from core.decks.sources import made
from core.decks.standard import ENTRIES, Piece
from core.exhibits.card import Card
from core.exhibits.claims import judged
from core.exhibits.exhibit import Absent
from core.figures.palette import Look
from core.report import kept
from core.report.files import Ratio
from core.text.words import speaking
from core.vocabulary import Language
from tests.support.exhibits import EXHIBITS
from tests.support.pages import open_page

PRESENTATION = [
    *("fusion_gradients", "weakened_losses", "direction_tables", "direction_tables", "rmse_changes"),
    *("rmse_by_horizon", "excess_gain", "win_rates", "gain_by_lead", "gain_by_alignment", "data_conditions"),
    *("model_diagram", "cost_comparison", "gain_by_epoch"),  # the last one was not in it
]
TOOLS = ("soffice", "pdftotext", "pdffonts")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
WORD = re.compile(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>')
PAGE = re.compile(r'<page width="(\S+)" height="(\S+)">(.*?)</page>', re.DOTALL)
Box = tuple[float, float, float, float]
Pieces = Callable[[Language], list[Piece]]
everywhere = pytest.mark.parametrize("language", Language)


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    found: dict[Language, list[Piece]] = {}

    def of(language: Language) -> list[Piece]:
        if language not in found:
            found[language] = list(standard.pieces(language))
        return found[language]

    return of


def test_its_pictures_are_exhibits_in_the_order_of_the_presentation() -> None:
    assert [entry.exhibit for entry in ENTRIES] == PRESENTATION
    assert set(PRESENTATION) <= set(EXHIBITS)
    assert all(entry.claimed.claims for entry in ENTRIES[:-1]) and not ENTRIES[-1].claimed.claims


def test_every_picture_of_a_claim_is_in_it() -> None:
    assert {claim.exhibit for claim in CLAIMS if claim.exhibit} <= set(PRESENTATION)


@everywhere
def test_every_picture_is_made_with_what_was_claimed_and_what_is_measured(language: Language, pieces: Pieces) -> None:
    found = pieces(language)
    assert not standard.left_out(found)
    deck = standard.deck_of(found, language)
    assert [pin.exhibit for pin in deck.pins] == PRESENTATION and deck.language is language
    files = standard.files_of(found)
    for slide in deck.slides:
        assert 0 < len(slide.caption) < MOST_CAPTION and len(slide.note) < MOST_NOTE
        assert (SOURCE in slide.note) is (slide is not deck.slides[-1])
        assert kept.read(files[slide.pins[0].picture]).look == deck.look
    assert "8.3 %" in deck.slides[4].note and "56,340,480" in deck.slides[-2].note
    (finding,) = (one for one in judged(Form.OVERTRAINED, TABLES).findings if one.exhibit == "gain_by_epoch")
    with speaking(language):
        assert str(finding.trial) in deck.slides[-1].caption and str(finding.sentence) in deck.slides[-1].note


def test_what_cannot_be_made_is_no_slide_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(figure: object, look: object) -> None:
        raise Absent("The data set is not on this machine.")

    monkeypatch.setattr(standard, "made", gone)
    found = list(standard.pieces(Language.ENGLISH))
    assert not standard.deck_of(found, Language.ENGLISH).slides and len(standard.left_out(found)) == len(ENTRIES)
    assert standard.left_out(found)[-2] == "Left out: What does a crossing cost? The data set is not on this machine."


def test_the_network_is_shown_of_our_own_data_where_the_official_ones_are_not_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_official(figure: Figure, look: Look) -> Card:
        if figure.source["dataset"] != "NYweather":
            raise Absent("The data set is not on this machine.")
        return made(figure, look)

    monkeypatch.setattr(standard, "made", without_official)
    monkeypatch.setattr(standard, "ENTRIES", [entry for entry in ENTRIES if entry.of_model])
    deck = standard.deck_of(list(standard.pieces(Language.ENGLISH)), Language.ENGLISH)
    assert [pin.source["dataset"] for pin in deck.pins] == ["NYweather"] * 2


def test_the_page_puts_it_on_the_shelf(home: Path, monkeypatch: pytest.MonkeyPatch, pieces: Pieces) -> None:
    monkeypatch.setattr(standard, "pieces", lambda language: iter(pieces(language)))
    at = open_page("deck")
    next(one for one in at.button if one.label == "The published presentation").click().run()
    assert not at.exception
    (entry,) = shelf.entries()
    assert [pin.exhibit for pin in entry.deck.pins] == PRESENTATION
    assert at.toast[0].value.startswith(f"A new deck with {len(PRESENTATION)} slides")


@pytest.mark.process
@pytest.mark.skipif(bool(MISSING), reason=f"slides are drawn by programs that are not installed: {MISSING}")
@pytest.mark.parametrize(("language", "ratio"), [(Language.ENGLISH, Ratio.WIDE), (Language.KOREAN, Ratio.STANDARD)])
def test_slides_are_drawn_without_cut_or_overlapping_words(
    language: Language, ratio: Ratio, pieces: Pieces, tmp_path: Path
) -> None:
    found = pieces(language)
    files = standard.files_of(found)
    slides = slides_of(standard.deck_of(found, language, ratio), lambda mark: kept.read(files[mark]))
    slides.write(".pptx", tmp_path / "deck.pptx")
    drawn = _converted(tmp_path)
    assert len(drawn) > len(PRESENTATION)
    for place, (size, words) in enumerate(drawn, start=1):
        assert words, f"slide {place} is empty"
        for box, text in words:
            assert "\ufffd" not in text and "\u25a1" not in text, f"slide {place}: a glyph is missing in {text!r}"
            inside = -1 < box[0] and -1 < box[1] and box[2] < size[0] + 1 and box[3] < size[1] + 1
            assert inside, f"slide {place}: {text!r} leaves the page"
        assert not (clash := _overlapping(words)), f"slide {place}: {clash}"


def _converted(folder: Path) -> list[tuple[tuple[float, float], list[tuple[Box, str]]]]:
    """Return the size of every slide as LibreOffice draws it, and its words with their boxes."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    into = ["--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run(
        ["soffice", "--headless", profile, *into, folder / "deck.pptx"], check=True, capture_output=True, timeout=120
    )
    fonts = subprocess.run(["pdffonts", folder / "deck.pdf"], check=True, capture_output=True, text=True).stdout
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:]), "a font is not embedded"
    told = subprocess.run(
        ["pdftotext", "-bbox", folder / "deck.pdf", "-"], check=True, capture_output=True, text=True
    )
    return [
        (
            (float(width), float(height)),
            [(tuple(map(float, word[:4])), unescape(word[4])) for word in WORD.findall(body)],  # type: ignore[misc]
        )
        for width, height, body in PAGE.findall(told.stdout)
    ]


def _overlapping(words: list[tuple[Box, str]]) -> list[tuple[str, str]]:
    """Return words whose letters, the middle half of their boxes, lie on one another; charts' marks are no words."""
    read = [(box, text) for box, text in words if any(map(str.isalnum, text)) and box[2] - box[0] > 0]
    cores = [((x0 + 1, y0 + 0.3 * (y1 - y0), x1 - 1, y1 - 0.3 * (y1 - y0)), text) for (x0, y0, x1, y1), text in read]
    return [
        (text, other)
        for place, (a, text) in enumerate(cores)
        for b, other in cores[place + 1 :]
        if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
    ]
