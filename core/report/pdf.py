"""A deck as PDF: each slide a page, figures as vectors, fonts inside; an installed Chromium prints it.

Everything stands where it stands on a PowerPoint slide (`Page`, `Plan`, `Opening`).
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import BinaryIO

from core.exhibits.card import Card
from core.figures.frame import Words
from core.figures.palette import COLOURS
from core.report.deck.box import INCH, Box
from core.report.deck.front import BELOW, FINDINGS, HEADING, ONE, SIZE, Entry, Opening, cut, findings
from core.report.deck.layout import BOLD, FOOT, SAID, TITLE, WIDE, Page, fitted, in_one_line
from core.report.deck.plan import Plan
from core.report.deck.table import first_rows
from core.report.files import ExportError, ImageFormat, Ratio, Scheme, Tell, silent, write_whole
from core.report.images import START_SECONDS, Picture, chrome, draw, how_to_get_chrome
from core.report.leaf import Leaf, leaves, sources
from core.report.stamp import stamp_pdf
from core.text.words import say, spoken

_PAGE = Template(Path(__file__).with_name("slides.html").read_text(encoding="utf-8"))
_PRINTING = 60.0  # seconds that printing takes at most, once the browser is up
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-pdf-header-footer")


def write_pdf(
    shown: Sequence[Card | Leaf],
    path: Path | BinaryIO,
    ratio: Ratio = Ratio.WIDE,
    *,
    heading: str = "",
    subtitle: str = "",
    scheme: Scheme = "light",
    tell: Tell = silent,
) -> None:
    """Write a deck, as `core.report.powerpoint.write_pptx` does; its notes are left out.

    Raises
    ------
    ExportError : without a Chromium, or when it fails or takes too long.
    """
    slides = leaves(shown)
    page = Page.of(ratio)
    plans = [Plan(leaf, page) for leaf in slides]
    places = [place for plan in plans for place in plan.places]
    figures = iter(draw([Picture.of(card, ImageFormat.SVG, box.pixels) for card, box in places], tell))
    pages = [*_opening(page, heading, subtitle, slides), *(_slide(page, plan, figures) for plan in plans)]
    colours = COLOURS[scheme]
    html = _PAGE.substitute(
        lang=spoken().value,
        heading=escape(heading or slides[0].title),
        width=f"{page.width / INCH:.3f}in",
        height=f"{page.height / INCH:.3f}in",
        **{name: getattr(colours, name) for name in ("paper", "ink", "muted", "grid")},
        body="\n".join(_numbered(page, place, *parts) for place, parts in enumerate(pages, start=1)),
    )
    words = Words(heading or slides[0].title, slides[0].finding, sources(slides))
    write_whole(path, stamp_pdf(_printed(html), words))


Parts = tuple[list[str], str]  # what stands on a page, and its provenance


def _opening(page: Page, heading: str, subtitle: str, slides: Sequence[Leaf]) -> Iterator[Parts]:
    """Yield the title page and the pages of all findings."""
    if not heading:
        return
    opening = Opening.of(page, heading, subtitle, slides)
    title = _text(*opening.heading, HEADING, "title", bold=True)
    yield [title, _text(*opening.below, BELOW), _text(*opening.said, ONE, "ink")], slides[0].provenance
    for columns in findings(page, slides):
        told = [_column(box, part) for box, part in columns]
        yield [_text(page.title, say(FINDINGS), TITLE, "title", bold=True), *told], sources(slides)


def _slide(page: Page, plan: Plan, figures: Iterator[bytes]) -> Parts:
    """Return a slide of figures with its words and numbers."""
    parts = [_text(page.title, plan.leaf.title, TITLE, "title", bold=True)]
    for (card, box), said, numbers in zip(plan.places, plan.findings, plan.numbers, strict=True):
        parts.append(_text(said, plan.said(card), SAID))
        image = base64.b64encode(next(figures)).decode()
        alt = escape(card.finding, quote=True)
        parts.append(f'<img style="{_at(box)}" alt="{alt}" src="data:image/svg+xml;base64,{image}">')
        if numbers is not None and card.table is not None:
            rows = first_rows(card.table, numbers).to_html(
                index=False, border=0, na_rep="", float_format=lambda number: f"{number:.4g}"
            )
            parts.append(f'<div style="{_at(numbers)}">{rows}</div>')
    return parts, plan.leaf.provenance


def _numbered(page: Page, place: int, parts: Sequence[str], provenance: str) -> str:
    """Return a page with its foot and number."""
    foot = _text(page.foot, in_one_line(provenance, page.foot), (FOOT,), "foot")
    number = f'<p class="foot number" style="{_at(page.number)};font-size:{FOOT}pt">{place}</p>'
    return f"<section>{''.join(parts)}{foot}{number}</section>"


def _column(box: Box, entries: Sequence[Entry]) -> str:
    told = "".join(f"<p><b>{escape(asked)}</b><br>{escape(cut(found, box))}</p>" for asked, found in entries)
    return f'<div class="column" style="{_at(box)};font-size:{SIZE}pt">{told}</div>'


def _text(box: Box, text: str, sizes: Sequence[float], kind: str = "", *, bold: bool = False) -> str:
    """Return text in its place, at the largest size that fits."""
    size, shown = fitted(text, sizes, box, width=BOLD if bold else WIDE)
    return f'<p class="{kind}" style="{_at(box)};font-size:{size}pt">{escape(shown)}</p>'


def _at(box: Box) -> str:
    """Return a place as CSS."""
    names = ("left", "top", "width", "height")
    return ";".join(f"{name}:{value / INCH:.3f}in" for name, value in zip(names, box, strict=True))


def _printed(html: str) -> bytes:
    """Return a page as Chromium prints it."""
    browser = chrome()
    if browser is None:
        raise ExportError(how_to_get_chrome())
    with TemporaryDirectory(prefix="crosslens-pdf-") as folder:
        source, target = Path(folder, "slides.html"), Path(folder, "slides.pdf")
        source.write_text(html, encoding="utf-8")
        command = [str(browser), *_FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        try:
            done = subprocess.run(
                [*command, source.as_uri()], capture_output=True, timeout=START_SECONDS + _PRINTING, check=False
            )
        except subprocess.TimeoutExpired:
            raise ExportError(
                say("{browser} did not print the deck in time; try again with fewer slides.", browser=browser)
            ) from None
        except OSError as error:
            raise _nothing(browser, str(error)) from None
        if not target.is_file():
            raise _nothing(browser, " ".join(done.stderr.decode(errors="replace").split())[-300:])
        return target.read_bytes()


def _nothing(browser: Path, fault: str) -> ExportError:
    """Return that a browser printed nothing, with what it said."""
    told = say(
        "{browser} printed nothing ({fault}); set BROWSER_PATH to another Chromium.", browser=browser, fault=fault
    )
    return ExportError(told)
