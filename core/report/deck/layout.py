"""Where things stand on a slide, and text set so that it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from core.figures.lettering import wrap
from core.report.deck.box import Box
from core.report.deck.style import FONT, MUTED, set_type
from core.report.deck.template import HEIGHT, layout_of, title_of
from core.report.files import Ratio

POINT = 12_700  # EMU
TITLE, FOOT = (26, 22, 20, 18, 16, 14), 10  # points: the first that fits; the only one
SAID = (16, 14, 12, 10)  # of a finding
LEADING = 1.2  # line height, per font size
WIDE, BOLD = 1.1, 1.22  # room for a wider substitute of the font, and for bold letters


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
        margin = 0.6
        title = Box(Inches(margin), Inches(0.4), Inches(wide - 2 * margin), Inches(0.9))
        return cls.below(title, Inches(wide), HEIGHT)

    @classmethod
    def below(cls, title: Box, width: int, height: int) -> Self:
        """Lay out a slide of that size below a title, EMU; everything keeps to the title's left and right."""
        left, inner = title.left, title.width
        finding = Box(left, title.top + title.height, inner, Inches(0.7))
        foot = Box(left, height - Inches(0.63), inner - Inches(0.6), Inches(0.4))
        top = finding.top + finding.height + Inches(0.05)
        return cls(
            width=width,
            height=height,
            title=title,
            finding=finding,
            body=Box(left, top, inner, foot.top - Inches(0.12) - top),
            foot=foot,
            number=Box(left + inner - Inches(0.5), foot.top, Inches(0.5), foot.height),
        )


def fit_template(deck: Any, ratio: Ratio) -> Page:
    """Stretch the product's template, which is made for 4:3, and give its titles the deck's place."""
    page = Page.of(ratio)
    stretch = page.width / deck.slide_width
    deck.slide_width, deck.slide_height = page.width, page.height
    for canvas in (deck.slide_master, *deck.slide_layouts):
        for shape in canvas.placeholders:
            shape.left, shape.width = round(shape.left * stretch), round(shape.width * stretch)
    _place(title_of(layout_of(deck)), page.title)
    return page


def fit_to(deck: Any) -> Page:
    """Lay slides out below the title of a template that somebody brought."""
    title = title_of(layout_of(deck))
    low = max(title.height, Inches(0.5))
    at = Box(title.left, title.top, title.width, min(low, Inches(1.2)))
    return Page.below(at, deck.slide_width, deck.slide_height)


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = box


def new_slide(
    deck: Any, page: Page, title: str, provenance: str, *, at: Box | None = None, sizes: Sequence[float] = TITLE
) -> Any:
    """Add a slide with title (where slides have theirs, unless `at` names a place), foot and number."""
    shapes = deck.slides.add_slide(layout_of(deck)).shapes
    for empty in list(shapes.placeholders):
        if empty.placeholder_format.idx != shapes.title.placeholder_format.idx:
            empty._element.getparent().remove(empty._element)
    _set_title(shapes.title, at or page.title, title, sizes)
    _add_foot(shapes, page, provenance)
    return shapes


def add_text(
    shapes: Any, box: Box, text: str, *, sizes: Sequence[float], bottom: bool = False, colour: Any = MUTED
) -> None:
    """Write text into a box at the largest size that fits; beyond the smallest it is cut with an ellipsis."""
    size, shown = fitted(text, sizes, box)
    frame = text_frame(shapes, box)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if bottom else MSO_ANCHOR.TOP
    add_run(frame.paragraphs[0], shown, size, colour)


def fitted(text: str, sizes: Sequence[float], box: Box, *, width: float = WIDE) -> tuple[float, str]:
    """Return the first size at which the text fits the box, and the text (cut at the last size, if it must be).

    `width` corrects the estimated width of letters (bold ones are wider).
    """
    for size in sizes:
        if len(lines_of(text, size * width, box)) <= _room_for(size, box):
            return size, text
    kept = lines_of(text, sizes[-1] * width, box)[: _room_for(sizes[-1], box)]
    return sizes[-1], " ".join(kept)[:-1].rstrip() + "…"


def lines_of(text: str, size: float, box: Box) -> list[str]:
    """Return the lines that a text takes in a box."""
    return wrap(text, size, box.width / POINT)


def _room_for(size: float, box: Box) -> int:
    """Return how many lines of a size fit a box, at least one."""
    return max(int(box.height / POINT / (size * LEADING)), 1)


def _set_title(title: Any, box: Box, text: str, sizes: Sequence[float]) -> None:
    """Write the question into the slide's own title, so that outlines and screen readers find it."""
    _place(title, box)
    size, shown = fitted(text, sizes, box, width=BOLD)
    frame = _plain_frame(title.text_frame)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    run = frame.paragraphs[0].add_run()  # face and colour are the master's
    run.text, run.font.size, run.font.bold = shown, Pt(size), True


def _add_foot(shapes: Any, page: Page, provenance: str) -> None:
    """Write as much of the provenance as one line holds, and the slide's number; the notes have all of it."""
    add_text(shapes, page.foot, in_one_line(provenance, page.foot), sizes=(FOOT,), bottom=True)
    frame = text_frame(shapes, page.number)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{5B6E3F0A-8C1D-4E57-9B7B-2C5D1E0F7A11}}" type="slidenum">'
        f'<a:rPr lang="en-US" sz="1000"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
        f'<a:latin typeface="{FONT}"/></a:rPr><a:t>‹#›</a:t></a:fld>'
    )
    frame.paragraphs[0]._p.append(field)


def in_one_line(provenance: str, box: Box) -> str:
    """Return the first parts of a provenance that one line holds: data and model come first."""
    parts = provenance.split(" · ")
    kept = [" · ".join(parts[:many]) for many in range(len(parts), 0, -1)]
    return next((text for text in kept if len(lines_of(text, FOOT * WIDE, box)) == 1), kept[-1])


def text_frame(shapes: Any, box: Box) -> Any:
    """Add a box for text and return its frame."""
    return _plain_frame(shapes.add_textbox(*box).text_frame)


def _plain_frame(frame: Any) -> Any:
    """Make a frame wrap its text and align it with the slide's margin."""
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def add_run(paragraph: Any, text: str, size: float, colour: Any, *, bold: bool = False) -> None:
    """Write text of one size and colour at the end of a paragraph."""
    run = paragraph.add_run()
    run.text = text
    set_type(run.font, Pt(size), colour)
    run.font.bold = bold
