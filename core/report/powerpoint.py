"""A PowerPoint deck: question as title, finding below it, native charts, provenance at the foot and in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from core.exhibits.card import Card
from core.exhibits.checks import in_words
from core.figures.names import printable
from core.report.deck.box import Box, panel_boxes
from core.report.deck.charts import add_chart, add_key
from core.report.deck.drawing_ml import describe
from core.report.deck.front import write_findings, write_title
from core.report.deck.layout import SAID, Page, add_text, fit_template, fit_to, new_slide
from core.report.deck.plan import Plan
from core.report.deck.table import add_table
from core.report.deck.template import opened, own_template
from core.report.files import ExportError, ImageFormat, Ratio, Scheme, Tell, silent, write_whole
from core.report.images import Picture, draw
from core.report.leaf import Leaf, leaves, sources
from core.report.native.panels import NativeFigure
from core.report.native.translate import native
from core.text.words import mark, say, speaking

_EDITABLE = mark("The charts are native: their numbers are in the file (right click, Edit data).")
_MOST_LETTERS = 255  # of a property of a document
_PICTURE = mark("The chart is a picture, because an office chart cannot hold this kind of figure.")


def write_pptx(
    shown: Sequence[Card | Leaf],
    path: Path | BinaryIO,
    ratio: Ratio = Ratio.WIDE,
    *,
    heading: str | None = None,
    subtitle: str = "",
    scheme: Scheme = "light",
    template: bytes | None = None,
    tell: Tell = silent,
) -> None:
    """Write a deck.

    Parameters
    ----------
    shown : in the order of the deck. Lines and points become native charts; other figures become pictures where a
        Chromium is installed, else a sentence and the first rows of their numbers.
    path : a file appears complete or not at all.
    heading : adds a title slide, with a line below it, and one or more slides with all questions and findings.
    scheme : colours of the slides.
    template : a PowerPoint file whose masters, colours, fonts and shape are used, in place of `ratio` and `scheme`.
    tell : told how many figures are drawn and placed.
    """
    slides = leaves(shown)
    if not slides:
        raise ValueError(say("the deck has no slides; choose at least one figure."))
    deck = own_template(scheme) if template is None else opened(template)
    page = fit_template(deck, ratio) if template is None else fit_to(deck)
    deck.core_properties.title = printable(heading or slides[0].title)[:_MOST_LETTERS]
    deck.core_properties.subject = printable(sources(slides))[:_MOST_LETTERS]
    deck.core_properties.author = "CrossLens"
    if heading:
        write_title(deck, page, heading, subtitle, slides)
        write_findings(deck, page, slides)
    plans = [Plan(leaf, page) for leaf in slides]
    made = _bodies([place for plan in plans for place in plan.places], lambda done, of: tell(done, of + len(plans)))
    drawn, bodies = sum(isinstance(body, bytes) for body in made), iter(made)
    for placed, plan in enumerate(plans, start=1):
        _add(deck, page, plan, [next(bodies) for _ in plan.places])
        tell(drawn + placed, drawn + len(plans))
    content = BytesIO()
    deck.save(content)
    write_whole(path, content.getvalue())


def _bodies(places: Sequence[tuple[Card, Box]], tell: Tell) -> list[NativeFigure | bytes | str]:
    """Return for each card its native panels, else its picture, else the sentence that says why there is none."""
    bodies: list[NativeFigure | bytes | str] = [_native(card) or "" for card, _ in places]
    wanted = [index for index, body in enumerate(bodies) if body == ""]
    pictures = []
    for index in wanted:  # pictures fill their place; the slide itself shows the words
        card, box = places[index]
        pictures.append(Picture.of(card, ImageFormat.PNG, box.pixels))
    try:
        images: Sequence[bytes | str] = draw(pictures, tell)
    except ExportError as error:
        images = [str(error)] * len(wanted)
    for index, image in zip(wanted, images, strict=True):
        bodies[index] = image
    return bodies


def _native(card: Card) -> NativeFigure | None:
    """Return the panels of a figure, with what is said of them in its language."""
    with speaking(card.look.language):
        return native(card.figure)


def _add(deck: Any, page: Page, plan: Plan, bodies: Sequence[NativeFigure | bytes | str]) -> None:
    """Add one slide with its words, bodies and speaker notes."""
    leaf = plan.leaf
    shapes = new_slide(deck, page, leaf.title, leaf.provenance)
    notes = [leaf.note] if leaf.note else []
    for (card, box), said, numbers, body in zip(plan.places, plan.findings, plan.numbers, bodies, strict=True):
        add_text(shapes, said, plan.said(card), sizes=SAID)
        origin = _fill(shapes, box, card, body)
        if numbers is not None and card.table is not None:
            add_table(shapes, numbers, card.table)
        asked = [card.title] if plan.several or leaf.caption else []
        notes += [*asked, card.finding, say("Provenance: {text}", text=card.provenance)]
        notes += [*filter(None, [in_words(card.checks)]), origin]
        if card.table is not None:
            notes.append(
                say(
                    "All numbers of this figure: {name}.csv of the zip export ({rows:,} rows).",
                    name=card.name,
                    rows=len(card.table),
                )
            )
    shapes.parent.notes_slide.notes_text_frame.text = "\n\n".join(notes)


def _fill(shapes: Any, box: Box, card: Card, body: NativeFigure | bytes | str) -> str:
    """Put a figure into its place, and return how it is there."""
    match body:
        case NativeFigure():
            with speaking(card.look.language):  # dates and series
                _add_panels(shapes, box, body, card.finding)
            return " ".join([say(_EDITABLE), *body.notes])
        case bytes():
            describe(shapes.add_picture(BytesIO(body), *box), card.finding)
            return say(_PICTURE)
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
