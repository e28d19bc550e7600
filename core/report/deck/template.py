"""What slides are made on: a template of the product's own, light or dark, or one that somebody brings.

Text, tables and axes name colours and fonts of the theme, never their values: so they follow whichever it is.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn

from core.figures.palette import COLOURS
from core.report.files import Scheme
from core.text.words import say

HEIGHT = 6_858_000  # EMU of a slide: 7.5 inches
MOST_UNPACKED, MOST_PARTS = 200_000_000, 3_000
_FACE = "Arial"  # on every office machine, and as wide as Liberation Sans; Hangul falls back to the system's face
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_BESIDE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_COLOURS = re.compile(rb"(<a:(dk1|lt1|dk2|lt2)>).*?(</a:\2>)", re.S)
_FACES = re.compile(rb'(<a:(?:major|minor)Font><a:latin typeface=")[^"]*')
_MAPS: dict[Scheme, dict[str, str]] = {  # which of the theme's colours stand for what
    "light": {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"},
    "dark": {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"},
}


class TemplateError(ValueError):
    """A file that slides cannot be made on: one sentence that says what to do."""


def own_template(scheme: Scheme) -> Any:
    """Return an empty deck in the colours of a scheme and the product's type."""
    deck = Presentation()
    colours = COLOURS[scheme]
    shown = {"bg1": colours.paper, "tx1": colours.ink, "bg2": colours.grid, "tx2": colours.muted}
    worn = {colour: shown[name] for name, colour in _MAPS[scheme].items()}
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)

    def coloured(found: re.Match[bytes]) -> bytes:
        value = worn[found[2].decode()].removeprefix("#").encode()
        return b'%s<a:srgbClr val="%s"/>%s' % (found[1], value, found[3])

    theme._blob = _FACES.sub(rb"\1" + _FACE.encode(), _COLOURS.sub(coloured, theme.blob))
    for name, colour in _MAPS[scheme].items():
        deck.slide_master._element.find(qn("p:clrMap")).set(name, colour)
    return deck


def opened(content: bytes) -> Any:
    """Return a deck without slides on a template that somebody brings: its masters, colours, fonts and shape.

    Raises
    ------
    TemplateError : it is no PowerPoint file, too large, damaged, or has no layout with a title.
    """
    _check(content)
    try:
        deck = Presentation(BytesIO(content))
        ids = deck.slides._sldIdLst
        for slide in list(ids):
            deck.part.drop_rel(slide.rId)
            ids.remove(slide)
        _enlarge(deck, HEIGHT / (deck.slide_height or HEIGHT))
        layout_of(deck)
    except TemplateError:
        raise
    except (
        *(PythonPptxError, BadZipFile, zlib.error, EOFError, OSError, RuntimeError),
        *(KeyError, ValueError, AttributeError, TypeError, SyntaxError),
    ) as error:
        fault = type(error).__name__
        raise TemplateError(
            say(
                "The template is damaged or encrypted ({fault}); open it in PowerPoint and save it again.",
                fault=fault,
            )
        ) from None
    return deck


def _enlarge(deck: Any, factor: float) -> None:
    """Bring masters and layouts to the height that the type of charts and tables is made for."""
    deck.slide_width, deck.slide_height = round(deck.slide_width * factor), HEIGHT
    for canvas in (deck.slide_master, *deck.slide_layouts):
        for place in canvas.shapes._spTree.xpath("./*/p:spPr/a:xfrm | ./*/p:grpSpPr/a:xfrm | ./*/p:xfrm"):
            for corner in place.xpath("./a:off | ./a:ext"):
                for name, value in corner.attrib.items():
                    corner.set(name, str(round(int(value) * factor)))


def _check(content: bytes) -> None:
    """Refuse what is no PowerPoint file, holds programs, or would unpack to too much."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except BadZipFile:
        raise TemplateError(say("The template is no PowerPoint file; save it as .pptx or .potx.")) from None
    names = {part.filename for part in parts}
    if "ppt/presentation.xml" not in names:
        raise TemplateError(say("The template is no PowerPoint file; save it as .pptx or .potx."))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise TemplateError(say("The template holds macros, which are not taken; save it as .pptx without them."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TemplateError(
            say(
                "The template would unpack to more than {size} MB or {parts:,} parts; leave slides and pictures out.",
                size=MOST_UNPACKED // 10**6,
                parts=MOST_PARTS,
            )
        )


def layout_of(deck: Any) -> Any:
    """Return the layout that slides are made on: a title with nothing else, or the first that has a title."""
    with_title = [
        layout
        for layout in deck.slide_layouts
        if any(shape.placeholder_format.type in _TITLES for shape in layout.placeholders)
    ]
    if not with_title:
        raise TemplateError(say("The template has no layout with a title; add one in PowerPoint's slide master."))
    return min(with_title, key=_others)


def _others(layout: Any) -> int:
    """Count what a layout asks for besides a title; dates, feet and numbers are not copied to slides."""
    return sum(shape.placeholder_format.type not in (*_TITLES, *_BESIDE) for shape in layout.placeholders)


def title_of(layout: Any) -> Any:
    """Return the place of a layout's title."""
    return next(shape for shape in layout.placeholders if shape.placeholder_format.type in _TITLES)
