"""A PowerPoint deck: question as title, finding below it, native charts, provenance at the foot and in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pptx import Presentation

from core.exhibits.card import Card
from core.exhibits.checks import in_words
from core.figures.names import printable
from core.report.deck.box import Box, panel_boxes
from core.report.deck.charts import add_chart, add_key
from core.report.deck.drawing_ml import describe
from core.report.deck.layout import Page, add_text, fit_template, new_slide, write_cover
from core.report.deck.table import add_table
from core.report.files import ImageFormat, Ratio, write_whole
from core.report.images import ExportError, Picture, draw
from core.report.native.panels import NativeFigure
from core.report.native.translate import native

_EDITABLE = "The charts are native: their numbers are in the file (right click, Edit data)."
_MOST_LETTERS = 255  # of a property of a document
_PICTURE = "The chart is a picture, because an office chart cannot hold this kind of figure."


def write_pptx(
    cards: Sequence[Card], path: Path | BinaryIO, ratio: Ratio = Ratio.WIDE, *, heading: str | None = None
) -> None:
    """Write a deck.

    Parameters
    ----------
    cards : in the order of the deck. Lines and points become native charts; other figures become pictures where a
        Chromium is installed, else a sentence and the first rows of their numbers.
    path : a file appears complete or not at all.
    heading : adds a first slide that lists all questions with their findings.
    """
    if not cards:
        raise ValueError("the deck has no slides; choose at least one figure.")
    page = Page.of(ratio)
    deck = Presentation()
    fit_template(deck, page)
    deck.core_properties.title = printable(heading or cards[0].title)[:_MOST_LETTERS]
    sources = " | ".join(dict.fromkeys(card.provenance for card in cards))
    deck.core_properties.subject = printable(sources)[:_MOST_LETTERS]
    deck.core_properties.author = "CrossLens"
    if heading:
        write_cover(deck, page, heading, cards)
    for card, body in zip(cards, _bodies(cards, page), strict=True):
        _add(deck, page, card, body)
    content = BytesIO()
    deck.save(content)
    write_whole(path, content.getvalue())


def _bodies(cards: Sequence[Card], page: Page) -> list[NativeFigure | bytes | str]:
    """Return for each card its native panels, else its picture, else the sentence that says why there is none."""
    bodies: list[NativeFigure | bytes | str] = [native(card.figure) or "" for card in cards]
    wanted = [index for index, body in enumerate(bodies) if body == ""]
    size = page.body.pixels  # pictures fill the slide's body; the slide itself shows the words
    pictures = [Picture(cards[index].figure, cards[index].words, ImageFormat.PNG, *size) for index in wanted]
    try:
        images: Sequence[bytes | str] = draw(pictures)
    except ExportError as error:
        images = [str(error)] * len(wanted)
    for index, image in zip(wanted, images, strict=True):
        bodies[index] = image
    return bodies


def _add(deck: Any, page: Page, card: Card, body: NativeFigure | bytes | str) -> None:
    """Add one slide with its words, body and speaker notes."""
    shapes = new_slide(deck, page, card.words)
    match body:
        case NativeFigure():
            _add_panels(shapes, page.body, body, card.finding)
            origin = [_EDITABLE, *body.notes]
        case bytes():
            frame = shapes.add_picture(BytesIO(body), *page.body)
            describe(frame, card.finding)
            origin = [_PICTURE]
        case str():
            note, rest = page.body.split_top(0.6)
            add_text(shapes, note, body, sizes=(14, 12))
            if card.table is not None:
                add_table(shapes, rest, card.table)
            origin = [body]
    notes = [card.finding, f"Provenance: {card.provenance}", *filter(None, [in_words(card.checks)]), " ".join(origin)]
    if card.table is not None:
        notes.append(f"All numbers of this figure: {card.name}.csv of the zip export ({len(card.table):,} rows).")
    shapes.parent.notes_slide.notes_text_frame.text = "\n\n".join(notes)


def _add_panels(shapes: Any, body: Box, figure: NativeFigure, finding: str) -> None:
    """Place each panel where the figure has it; one legend line serves several panels."""
    several = len(figure.panels) > 1
    if several:
        key, body = body.split_top(0.35)
        add_key(shapes, key, figure.panels)
    for panel, box in zip(figure.panels, panel_boxes(figure.panels, body), strict=True):
        add_chart(shapes, panel, box, description=finding, legend=not several)
