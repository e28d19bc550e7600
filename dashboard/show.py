"""How a page shows a figure: its question and finding above, its foot below, numbers and files folded away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.decks.deck import Figure
from core.exhibits.card import Card
from core.exhibits.checks import Check, Sign
from core.report.files import ImageFormat, Ratio
from core.report.letters import letters_missing
from core.text.words import mark, say
from dashboard import export, pins, state
from dashboard.chart import Handle, SelectionMode, chart
from dashboard.export import MakeCard
from dashboard.markup import escaped
from dashboard.widgets import sheet

COLOURS = {Sign.HOLDS: "green", Sign.AGAINST: "orange", Sign.OPEN: "blue", Sign.ABSENT: "gray"}  # beside the sign
NUMBERS = mark("Numbers and files")


def show(
    card: Card,
    key: str,
    make: MakeCard,
    *,
    on_select: Callable[[], None] | None = None,
    selects: Sequence[SelectionMode] = ("points",),
    hint: str = "",
    handles: Sequence[Handle] = (),
    on_move: Callable[[], None] = lambda: None,
    unfolded: bool = False,
    pinned: Figure | None = None,
) -> None:
    """Draw a figure with its words.

    Parameters
    ----------
    card : as it is to appear.
    key : unique on the page.
    make : makes the card in another look, for files.
    on_select : called after a click on a point, or after what else `selects` names.
    selects : ways to select on the chart; boxes and lassos have a tool above it, which then is always there.
    hint : how to select on the chart.
    handles, on_move : what can be dragged on it, and what is called then.
    unfolded : whether numbers and files are unfolded at first.
    pinned : what a deck keeps of it, where it can be pinned.
    """
    with st.container(key=f"exhibit {key}", gap="small"):
        if pinned is None:
            st.subheader(card.title, anchor=False)
        else:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.subheader(card.title, anchor=False)
                pins.draw_pin([(pinned, make)], key)
        st.markdown(escaped(card.finding))
        if card.checks:
            draw_checks(card.checks)
        if hint:
            st.caption(f":material/ads_click: {hint}")
        chart(
            card.json,
            key,
            alt=f"{card.title} {card.finding}",
            height=card.figure.layout.height,
            selects=selects,
            on_select=on_select,
            handles=handles,
            on_move=on_move,
            frame=card.frame,
        )
        st.caption(escaped(card.provenance))
    fold = st.expander(
        say(NUMBERS), icon=":material/table_rows:", key=f"{key} numbers", on_change="rerun", expanded=unfolded
    )
    if fold.open:
        with fold:
            draw_numbers(card, key, make)


def draw_numbers(card: Card, key: str, make: MakeCard) -> None:
    """Draw the numbers of a figure, and a button for each of its files."""
    if card.table is not None:
        sheet(card.table, height=min(36 * (len(card.table) + 1) + 3, 360))
    _files(card, key, make)


def draw_checks(checks: Sequence[Check]) -> None:
    """Draw the trust strip: a pill for each check, its sign and words beside its colour; in full where one points."""
    pills = " ".join(f":{COLOURS[check.sign]}-badge[{escaped(check.text)}]" for check in checks)
    st.markdown(pills, help="\n\n".join(escaped(check.told) for check in checks))


def _files(card: Card, key: str, make: MakeCard) -> None:
    """Draw a button for each file of the figure; pictures need a browser."""
    from core.report.images import chrome, how_to_get_chrome  # only where the fold is open: half a second

    pictures, ratio = chrome() is not None, shape()
    with st.container(horizontal=True):
        for suffix, made in export.figure_files(make, card.look, ratio).items():
            drawn = suffix in set(ImageFormat)
            name = f"{card.name}-{ratio.value.replace(':', 'x')}" if drawn else card.name
            off = (drawn and not pictures) or (suffix == "csv" and card.table is None)
            export.save(suffix.upper(), made, f"{name}.{suffix}", key=f"{key} {suffix}", disabled=off)
    if hindered := letters_missing([card]) if pictures else how_to_get_chrome():
        st.caption(escaped(hindered))


def shape() -> Ratio:
    """Return the shape of pictures that was chosen on the Export page."""
    return next((ratio for ratio in Ratio if ratio.value == state.value("ratio")), Ratio.WIDE)
