"""What a deck begins with: a title slide with the one finding, then all findings, two columns a slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pptx.util import Pt

from core.report.deck.box import Box
from core.report.deck.layout import (
    BOLD,
    LEADING,
    POINT,
    WIDE,
    Page,
    add_run,
    add_text,
    fitted,
    lines_of,
    new_slide,
    text_frame,
)
from core.report.deck.style import INK, MUTED
from core.report.leaf import Leaf

SIZE = 12  # points: what is smaller is not read from the back of a room
_GAP = 0.8  # space between entries, per font size
_COLUMN_GAP = 0.4  # inches
_INCH = 72 * POINT
FINDINGS = "What the figures say"


def write_title(deck: Any, page: Page, heading: str, subtitle: str, slides: Sequence[Leaf]) -> None:
    """Add a title slide: what it is of, the line below that, and the finding of its first figure."""
    first = slides[0]
    left, _, width, _ = page.title
    upper = Box(left, round(1.2 * _INCH), width, round(1.7 * _INCH))
    shapes = new_slide(deck, page, heading, first.provenance, at=upper, sizes=(40, 36, 32, 28, 24, 20))
    below = Box(left, round(3.1 * _INCH), width, round(0.7 * _INCH))
    add_text(shapes, below, subtitle or first.cards[0].title, sizes=(20, 18, 16, 14))
    said = Box(left, round(4.1 * _INCH), width, round(1.9 * _INCH))
    add_text(shapes, said, first.cards[0].finding, sizes=(24, 20, 18, 16, 14), colour=INK)


def write_findings(deck: Any, page: Page, slides: Sequence[Leaf]) -> None:
    """Add every question with its finding, on as many slides as they take."""
    top = page.finding.top + round(0.15 * _INCH)
    place = Box(page.finding.left, top, page.finding.width, page.foot.top - top)
    gap = 0.5 * _COLUMN_GAP * _INCH / place.width
    columns = [place.part(0, 0.5 - gap, 0, 1), place.part(0.5 + gap, 1, 0, 1)]
    provenance = " | ".join(dict.fromkeys(leaf.provenance for leaf in slides))
    parts = list(_dealt([(leaf.title, leaf.finding) for leaf in slides], columns[0]))
    for first in range(0, len(parts), 2):
        shapes = new_slide(deck, page, FINDINGS, provenance)
        for part, box in zip(parts[first : first + 2], columns, strict=False):
            _write(text_frame(shapes, box), part, box)


def _dealt(entries: Sequence[tuple[str, str]], column: Box) -> Iterator[list[tuple[str, str]]]:
    """Yield the entries of each column, in order."""
    kept: list[tuple[str, str]] = []
    for entry in entries:
        if kept and sum(_height(one, column) for one in [*kept, entry]) > column.height / POINT:
            yield kept
            kept = []
        kept.append(entry)
    yield kept


def _height(entry: tuple[str, str], column: Box) -> float:
    """Return the points that a question with its finding takes."""
    question, finding = entry
    lines = len(lines_of(question, SIZE * BOLD, column)) + len(lines_of(finding, SIZE * WIDE, column))
    return lines * SIZE * LEADING + SIZE * _GAP


def _write(frame: Any, entries: Sequence[tuple[str, str]], column: Box) -> None:
    for index, (question, finding) in enumerate(entries):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(SIZE * _GAP)
        add_run(paragraph, question, SIZE, INK, bold=True)
        paragraph.add_line_break()
        room = Box(column.left, column.top, column.width, round(0.9 * column.height))
        add_run(paragraph, fitted(finding, (SIZE,), room)[1], SIZE, MUTED)
