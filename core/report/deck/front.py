"""What a deck begins with: a title slide with the one finding, then all findings, two columns a slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pptx.util import Pt

from core.report.deck.box import INCH, Box
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
from core.report.leaf import Leaf, sources
from core.text.words import mark, say

SIZE = 12  # points: what is smaller is not read from the back of a room
_GAP = 0.8  # space between entries, per font size
_COLUMN_GAP = 0.4  # inches
FINDINGS = mark("What the figures say")
HEADING, BELOW, ONE = (40, 36, 32, 28, 24, 20), (20, 18, 16, 14), (24, 20, 18, 16, 14)  # points
Entry = tuple[str, str]  # a question and its finding


@dataclass(frozen=True)
class Opening:
    """The words of a title slide, each with its place: what it is of, a line below that, and the one finding."""

    heading: tuple[Box, str]
    below: tuple[Box, str]
    said: tuple[Box, str]

    @classmethod
    def of(cls, page: Page, heading: str, subtitle: str, slides: Sequence[Leaf]) -> Self:
        """Return those of a deck; the finding is that of its first figure."""
        first, left, width, high = slides[0].cards[0], page.title.left, page.title.width, page.height
        return cls(
            (Box(left, round(0.16 * high), width, round(0.23 * high)), heading),
            (Box(left, round(0.41 * high), width, round(0.1 * high)), subtitle or first.title),
            (Box(left, round(0.55 * high), width, round(0.25 * high)), first.finding),
        )


def write_title(deck: Any, page: Page, heading: str, subtitle: str, slides: Sequence[Leaf]) -> None:
    """Add a title slide."""
    opening = Opening.of(page, heading, subtitle, slides)
    shapes = new_slide(deck, page, heading, slides[0].provenance, at=opening.heading[0], sizes=HEADING)
    add_text(shapes, *opening.below, sizes=BELOW)
    add_text(shapes, *opening.said, sizes=ONE, colour=INK)


def write_findings(deck: Any, page: Page, slides: Sequence[Leaf]) -> None:
    """Add every question with its finding, on as many slides as they take."""
    provenance = sources(slides)
    for columns in findings(page, slides):
        shapes = new_slide(deck, page, say(FINDINGS), provenance)
        for box, part in columns:
            _write(text_frame(shapes, box), part, box)


def findings(page: Page, slides: Sequence[Leaf]) -> Iterator[list[tuple[Box, list[Entry]]]]:
    """Yield for each slide its columns, with the questions and findings that stand in them."""
    top = page.finding.top + round(0.15 * INCH)
    place = Box(page.finding.left, top, page.finding.width, page.foot.top - top)
    gap = 0.5 * _COLUMN_GAP * INCH / place.width
    columns = [place.part(0, 0.5 - gap, 0, 1), place.part(0.5 + gap, 1, 0, 1)]
    parts = list(_dealt([(leaf.title, leaf.finding) for leaf in slides], columns[0]))
    for first in range(0, len(parts), 2):
        yield list(zip(columns, parts[first : first + 2], strict=False))


def _dealt(entries: Sequence[Entry], column: Box) -> Iterator[list[Entry]]:
    """Yield the entries of each column, in order."""
    kept: list[Entry] = []
    for entry in entries:
        if kept and sum(_height(one, column) for one in [*kept, entry]) > column.height / POINT:
            yield kept
            kept = []
        kept.append(entry)
    yield kept


def _height(entry: Entry, column: Box) -> float:
    """Return the points that a question with its finding takes."""
    question, finding = entry
    lines = len(lines_of(question, SIZE * BOLD, column)) + len(lines_of(finding, SIZE * WIDE, column))
    return lines * SIZE * LEADING + SIZE * _GAP


def _write(frame: Any, entries: Sequence[Entry], column: Box) -> None:
    for index, (question, finding) in enumerate(entries):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(SIZE * _GAP)
        add_run(paragraph, question, SIZE, INK, bold=True)
        paragraph.add_line_break()
        add_run(paragraph, cut(finding, column), SIZE, MUTED)


def cut(finding: str, column: Box) -> str:
    """Return a finding, cut where it fills a column alone."""
    room = Box(column.left, column.top, column.width, round(0.9 * column.height))
    return fitted(finding, (SIZE,), room)[1]
