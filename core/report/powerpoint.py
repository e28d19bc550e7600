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
from core.report.deck.front import write_findings, write_title
from core.report.deck.layout import Page, add_text, fit_template, new_slide
from core.report.deck.table import add_table
from core.report.files import ImageFormat, Ratio, write_whole
from core.report.images import ExportError, Picture, draw
from core.report.leaf import Leaf, leaves
from core.report.native.panels import NativeFigure
from core.report.native.translate import native

_EDITABLE = "The charts are native: their numbers are in the file (right click, Edit data)."
_BETWEEN, _SAID, _ROWS = 0.35, 1.0, 1.5  # inches: between two figures, a finding above each, numbers below each
_MOST_LETTERS = 255  # of a property of a document
_PICTURE = "The chart is a picture, because an office chart cannot hold this kind of figure."


def write_pptx(
    shown: Sequence[Card | Leaf],
    path: Path | BinaryIO,
    ratio: Ratio = Ratio.WIDE,
    *,
    heading: str | None = None,
    subtitle: str = "",
) -> None:
    """Write a deck.

    Parameters
    ----------
    shown : in the order of the deck. Lines and points become native charts; other figures become pictures where a
        Chromium is installed, else a sentence and the first rows of their numbers.
    path : a file appears complete or not at all.
    heading : adds a title slide, with a line below it, and one or more slides with all questions and findings.
    """
    slides = leaves(shown)
    if not slides:
        raise ValueError("the deck has no slides; choose at least one figure.")
    page = Page.of(ratio)
    deck = Presentation()
    fit_template(deck, page)
    deck.core_properties.title = printable(heading or slides[0].title)[:_MOST_LETTERS]
    sources = " | ".join(dict.fromkeys(leaf.provenance for leaf in slides))
    deck.core_properties.subject = printable(sources)[:_MOST_LETTERS]
    deck.core_properties.author = "CrossLens"
    if heading:
        write_title(deck, page, heading, subtitle, slides)
        write_findings(deck, page, slides)
    plans = [_Plan(leaf, page) for leaf in slides]
    bodies = iter(_bodies([(card, box) for plan in plans for card, box in plan.places]))
    for plan in plans:
        _add(deck, page, plan, [next(bodies) for _ in plan.places])
    content = BytesIO()
    deck.save(content)
    write_whole(path, content.getvalue())


class _Plan:
    """Where the parts of a slide stand."""

    def __init__(self, leaf: Leaf, page: Page) -> None:
        self.leaf = leaf
        self.several = len(leaf.cards) > 1
        whole = page.finding.joined(page.body) if self.several else page.body
        boxes = whole.columns(len(leaf.cards), _BETWEEN)
        self.findings = [box.split_top(_SAID)[0] if self.several else page.finding for box in boxes]
        bodies = [box.split_top(_SAID)[1] if self.several else box for box in boxes]
        self.numbers: list[Box | None] = [None] * len(boxes)
        if leaf.numbers:
            parts = [box.split_bottom(_ROWS) if self.several else box.columns(2, _BETWEEN, 0.62) for box in bodies]
            bodies, self.numbers = [part[0] for part in parts], [part[1] for part in parts]
        self.places = list(zip(leaf.cards, bodies, strict=True))


def _bodies(places: Sequence[tuple[Card, Box]]) -> list[NativeFigure | bytes | str]:
    """Return for each card its native panels, else its picture, else the sentence that says why there is none."""
    bodies: list[NativeFigure | bytes | str] = [native(card.figure) or "" for card, _ in places]
    wanted = [index for index, body in enumerate(bodies) if body == ""]
    pictures = []
    for index in wanted:  # pictures fill their place; the slide itself shows the words
        card, box = places[index]
        pictures.append(Picture(card.figure, card.words, ImageFormat.PNG, *box.pixels))
    try:
        images: Sequence[bytes | str] = draw(pictures)
    except ExportError as error:
        images = [str(error)] * len(wanted)
    for index, image in zip(wanted, images, strict=True):
        bodies[index] = image
    return bodies


def _add(deck: Any, page: Page, plan: _Plan, bodies: Sequence[NativeFigure | bytes | str]) -> None:
    """Add one slide with its words, bodies and speaker notes."""
    leaf = plan.leaf
    shapes = new_slide(deck, page, leaf.title, leaf.provenance)
    notes = [leaf.note] if leaf.note else []
    for (card, box), said, numbers, body in zip(plan.places, plan.findings, plan.numbers, bodies, strict=True):
        text = card.finding if not plan.several or not leaf.caption else f"{card.title} {card.finding}"
        add_text(shapes, said, text, sizes=(16, 14, 12, 10))
        origin = _fill(shapes, box, card, body)
        if numbers is not None and card.table is not None:
            add_table(shapes, numbers, card.table)
        asked = [card.title] if plan.several or leaf.caption else []
        notes += [*asked, card.finding, f"Provenance: {card.provenance}"]
        notes += [*filter(None, [in_words(card.checks)]), origin]
        if card.table is not None:
            notes.append(f"All numbers of this figure: {card.name}.csv of the zip export ({len(card.table):,} rows).")
    shapes.parent.notes_slide.notes_text_frame.text = "\n\n".join(notes)


def _fill(shapes: Any, box: Box, card: Card, body: NativeFigure | bytes | str) -> str:
    """Put a figure into its place, and return how it is there."""
    match body:
        case NativeFigure():
            _add_panels(shapes, box, body, card.finding)
            return " ".join([_EDITABLE, *body.notes])
        case bytes():
            describe(shapes.add_picture(BytesIO(body), *box), card.finding)
            return _PICTURE
        case str():
            note, rest = box.split_top(0.6)
            add_text(shapes, note, body, sizes=(14, 12))
            if card.table is not None:
                add_table(shapes, rest, card.table)
            return body


def _add_panels(shapes: Any, body: Box, figure: NativeFigure, finding: str) -> None:
    """Place each panel where the figure has it; one legend line serves several panels."""
    several = len(figure.panels) > 1
    if several:
        key, body = body.split_top(0.35)
        add_key(shapes, key, figure.panels)
    for panel, box in zip(figure.panels, panel_boxes(figure.panels, body), strict=True):
        add_chart(shapes, panel, box, description=finding, legend=not several)
