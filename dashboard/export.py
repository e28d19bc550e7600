"""Files of figures, made when they are asked for: one figure in every format, several as a deck, a page or a zip.

Writers are imported where a file is made: no page waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO

import streamlit as st

from core.exhibits.card import Card, file_stem
from core.exhibits.case import Case
from core.exhibits.catalogue import Pin, cards, edited, heading, outline, stem_of
from core.figures.palette import Look
from core.report.files import ImageFormat, Ratio
from core.report.table import table_csv
from core.text.words import speaking, spoken
from core.vocabulary import Language
from dashboard import state

MIME = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
    "html": "text/html",
    "csv": "text/csv",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "deck": "application/zip",
}
WINDOW = ("variable", "origin", "block", "edits")  # parameters of a link: an edited window, and what is shown of it
Make = Callable[[], bytes]
MakeCard = Callable[[Look], Card]


@st.cache_data(max_entries=12, show_spinner=False)
def pins_of(key: str, _case: Case) -> list[Pin]:
    """Return the figures that can be made of a case; `key` is the case's."""
    return outline(_case)


def edited_pins(case: Case) -> list[Pin]:
    """Return the figures of the window that the What-if page edits, where it does; the link keeps what they show."""
    texts = {name: text for name in WINDOW if (text := state.value(name))}
    pins = edited(case, texts)
    for name, text in dict(pair for pin in pins for pair in pin.edits).items():
        state.set_value(name, text)
    return pins


def on_paper(look: Look) -> Look:
    """Return how figures leave the product: light, whatever the screen shows."""
    return replace(look, scheme="light")


def figure_files(make: MakeCard, look: Look, ratio: Ratio) -> dict[str, Make]:
    """Return what makes each file of one figure, by suffix; called when a button is pressed, outside the script."""
    paper = on_paper(look)
    files: dict[str, Make] = {kind.value: partial(_image, make, paper, kind, ratio) for kind in ImageFormat}
    return files | {"html": lambda: _page(make(paper)), "csv": lambda: card_csv(make(paper))}


def _page(card: Card) -> bytes:
    from core.report.html import figure_html

    return figure_html(card).encode()


def _image(make: MakeCard, paper: Look, kind: ImageFormat, ratio: Ratio) -> bytes:
    from core.report.images import figure_image

    return figure_image(make(paper), kind, ratio)


def card_csv(card: Card) -> bytes:
    """Return a figure's numbers with their provenance."""
    return b"" if card.table is None else table_csv(card.table, card.provenance)


def report_files(made: Callable[[], list[Card]], heading: str, ratio: Ratio = Ratio.WIDE) -> dict[str, Make]:
    """Return what makes a deck and a page of several figures under a heading, by suffix."""

    def deck() -> bytes:
        from core.report.powerpoint import write_pptx

        buffer = BytesIO()
        write_pptx(made(), buffer, ratio, heading=heading)
        return buffer.getvalue()

    def page() -> bytes:
        from core.report.html import report_html

        return report_html(made(), heading=heading).encode()

    return {"pptx": deck, "html": page}


def case_files(
    case: Case, pins: Sequence[Pin], look: Look, formats: Sequence[ImageFormat], ratio: Ratio
) -> dict[str, Make]:
    """Return what makes each file of several figures of a case, by suffix; `formats` are the pictures in the zip."""
    made = partial(cards, case, look, pins)

    def bundle() -> bytes:
        from core.report.bundle import write_zip

        buffer = BytesIO()
        write_zip(made(), case.settings, buffer, formats, ratio)
        return buffer.getvalue()

    return report_files(made, heading(case), ratio) | {"zip": bundle}


def stem(case: Case) -> str:
    """Return the name of the files that hold several figures."""
    run = case.config
    return file_stem("crosslens", stem_of(case.dataset), f"h{run.window.horizon}", run.preset, f"s{case.seed}")


def _spoken(language: Language, make: Make) -> bytes:
    """Make a file in a language: outside the script nobody is asked which one is read."""
    with speaking(language):
        return make()


def save(
    title: str,
    make: Make,
    name: str,
    *,
    key: str = "",
    disabled: bool = False,
    primary: bool = False,
    note: str = "",
) -> None:
    """Draw a button that makes a file when it is pressed, in the page's language; the page stays as it is."""
    st.download_button(
        title,
        partial(_spoken, spoken(), make),
        name,
        MIME[name.rpartition(".")[2]],
        key=f"save {key or name}",
        on_click="ignore",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        disabled=disabled,
        help=note or None,
        width="stretch",
    )
