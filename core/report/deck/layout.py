"""Where things stand on a slide, and text set so that it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from core.exhibits.card import Card
from core.figures.frame import Words
from core.figures.lettering import wrap
from core.report.deck.box import Box
from core.report.deck.style import FONT, INK, MUTED
from core.report.files import Ratio

_POINT = 12_700  # EMU
_LEADING, _GAP = 1.2, 0.6  # line height, and space between entries, per font size
_WIDE, _BOLD = 1.1, 1.22  # room for a wider substitute of the font, and for bold letters
_COLUMN_GAP = 0.3  # inches
_TITLE_ONLY = 5  # of python-pptx's own template

Entry = Sequence[tuple[str, float]]  # texts of one question, each with the correction of its width


@dataclass(frozen=True)
class Page:
    """The parts of a slide: title over finding over body over foot, inside equal margins."""

    width: int
    height: int
    title: Box
    finding: Box
    body: Box
    foot: Box
    number: Box

    @classmethod
    def of(cls, ratio: Ratio) -> Self:
        """Lay out a slide of 7.5 inches height."""
        wide = 13.333 if ratio is Ratio.WIDE else 10.0
        margin, inner = 0.6, wide - 1.2

        def box(top: float, height: float, left: float = margin, width: float = inner) -> Box:
            return Box(Inches(left), Inches(top), Inches(width), Inches(height))

        return cls(
            width=Inches(wide),
            height=Inches(7.5),
            title=box(0.4, 0.9),
            finding=box(1.3, 0.7),
            body=box(2.05, 4.7),
            foot=box(6.87, 0.4, width=inner - 0.6),
            number=box(6.87, 0.4, left=wide - margin - 0.5, width=0.5),
        )


def fit_template(deck: Any, page: Page) -> None:
    """Stretch the template, which is made for 4:3, and give its titles the deck's place."""
    stretch = page.width / deck.slide_width
    deck.slide_width, deck.slide_height = page.width, page.height
    for canvas in (deck.slide_master, *deck.slide_layouts):
        for shape in canvas.placeholders:
            shape.left, shape.width = round(shape.left * stretch), round(shape.width * stretch)
    _place(deck.slide_layouts[_TITLE_ONLY].placeholders[0], page.title)


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = box


def new_slide(deck: Any, page: Page, words: Words) -> Any:
    """Add a slide with title, finding, foot and number; return its shapes."""
    shapes = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY]).shapes
    _set_title(shapes.title, page.title, words.title)
    add_text(shapes, page.finding, words.finding, sizes=(16, 14, 12, 10))
    _add_foot(shapes, page, words.provenance)
    return shapes


def write_cover(deck: Any, page: Page, heading: str, cards: Sequence[Card]) -> None:
    """Add a first slide: the heading, then every question with its finding (without, where they are too many)."""
    provenance = " | ".join(dict.fromkeys(card.provenance for card in cards))
    shapes = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY]).shapes
    _set_title(shapes.title, page.title, heading)
    _add_foot(shapes, page, provenance)
    top = page.finding.top + round(0.2 * 72 * _POINT)
    place = Box(page.finding.left, top, page.finding.width, page.foot.top - top)
    entries: list[Entry] = [[(card.title, _BOLD), (card.finding, _WIDE)] for card in cards]
    questions = [entry[:1] for entry in entries]
    one, two = [place], _columns(place)
    choices = [(entries, size, one) for size in (16, 14, 12)] + [(entries, size, two) for size in (12, 11, 10, 9)]
    choices += [(questions, size, two) for size in (16, 14, 12, 10, 8)]
    entries, size, columns = next((choice for choice in choices if _cover_fits(*choice)), choices[-1])
    for part, box in zip(_dealt(entries, len(columns)), columns, strict=True):
        _write_entries(_text_frame(shapes, box), part, size)


def _columns(place: Box) -> list[Box]:
    """Return the two halves of a place, with a gap between them."""
    gap = 0.5 * _COLUMN_GAP * 72 * _POINT / place.width
    return [place.part(0, 0.5 - gap, 0, 1), place.part(0.5 + gap, 1, 0, 1)]


def _dealt(entries: Sequence[Entry], columns: int) -> list[Sequence[Entry]]:
    """Deal entries to columns, in order and the first ones first."""
    each = -(-len(entries) // columns)
    return [entries[column * each : (column + 1) * each] for column in range(columns)]


def _write_entries(frame: Any, entries: Sequence[Entry], size: float) -> None:
    """Write questions, each with its finding below it where there is one."""
    for index, (question, *finding) in enumerate(entries):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * _GAP)
        _add_run(paragraph, question[0], size, INK, bold=True)
        for text, _ in finding:
            paragraph.add_line_break()
            _add_run(paragraph, text, size, MUTED)


def _cover_fits(entries: Sequence[Entry], size: float, columns: Sequence[Box]) -> bool:
    """Say whether all texts of a cover, each with its correction of width, fit its columns at a size."""
    for part, box in zip(_dealt(entries, len(columns)), columns, strict=True):
        lines = sum(len(_lines(text, size * width, box)) for entry in part for text, width in entry)
        if lines * size * _LEADING + len(part) * size * _GAP > box.height / _POINT:
            return False
    return True


def add_text(shapes: Any, box: Box, text: str, *, sizes: Sequence[float], bottom: bool = False) -> None:
    """Write text into a box at the largest size that fits; beyond the smallest it is cut with an ellipsis."""
    size, shown = fitted(text, sizes, box)
    frame = _text_frame(shapes, box)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if bottom else MSO_ANCHOR.TOP
    _add_run(frame.paragraphs[0], shown, size, MUTED)


def fitted(text: str, sizes: Sequence[float], box: Box, *, width: float = _WIDE) -> tuple[float, str]:
    """Return the first size at which the text fits the box, and the text (cut at the last size, if it must be).

    `width` corrects the estimated width of letters (bold ones are wider).
    """
    for size in sizes:
        if len(_lines(text, size * width, box)) <= _room_for(size, box):
            return size, text
    kept = _lines(text, sizes[-1] * width, box)[: _room_for(sizes[-1], box)]
    return sizes[-1], " ".join(kept)[:-1].rstrip() + "…"


def _lines(text: str, size: float, box: Box) -> list[str]:
    return wrap(text, size, box.width / _POINT)


def _room_for(size: float, box: Box) -> int:
    """Return how many lines of a size fit a box, at least one."""
    return max(int(box.height / _POINT / (size * _LEADING)), 1)


def _set_title(title: Any, box: Box, text: str) -> None:
    """Write the question into the slide's own title, so that outlines and screen readers find it."""
    _place(title, box)
    size, shown = fitted(text, (26, 22, 20, 18, 16, 14), box, width=_BOLD)
    frame = _plain_frame(title.text_frame)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    _add_run(frame.paragraphs[0], shown, size, INK, bold=True)


def _add_foot(shapes: Any, page: Page, provenance: str) -> None:
    """Write the provenance and the slide's number."""
    add_text(shapes, page.foot, provenance, sizes=(10, 9, 8, 7), bottom=True)
    frame = _text_frame(shapes, page.number)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{5B6E3F0A-8C1D-4E57-9B7B-2C5D1E0F7A11}}" type="slidenum">'
        f'<a:rPr lang="en-US" sz="1000"><a:solidFill><a:srgbClr val="{MUTED}"/></a:solidFill>'
        f'<a:latin typeface="{FONT}"/></a:rPr><a:t>‹#›</a:t></a:fld>'
    )
    frame.paragraphs[0]._p.append(field)


def _text_frame(shapes: Any, box: Box) -> Any:
    return _plain_frame(shapes.add_textbox(*box).text_frame)


def _plain_frame(frame: Any) -> Any:
    """Make a frame wrap its text and align it with the slide's margin."""
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _add_run(paragraph: Any, text: str, size: float, colour: Any, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.name, run.font.size, run.font.color.rgb, run.font.bold = FONT, Pt(size), colour, bold
