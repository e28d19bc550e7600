"""How a page shows a figure: its question and finding above, its foot below, numbers and files folded away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from core.exhibits.card import Card
from core.exhibits.checks import Check, Sign
from core.report.files import ImageFormat, Ratio
from dashboard import export, state
from dashboard.export import MakeCard
from dashboard.markup import escaped
from dashboard.widgets import sheet

COLOURS = {Sign.HOLDS: "green", Sign.AGAINST: "orange", Sign.OPEN: "blue", Sign.ABSENT: "gray"}  # beside the sign
CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d", "toImage"]}


def show(
    card: Card,
    key: str,
    make: MakeCard,
    *,
    on_select: Callable[[], None] | None = None,
    selects: Literal["points", "box"] = "points",
    unfolded: bool = False,
) -> None:
    """Draw a figure with its words.

    Parameters
    ----------
    card : as it is to appear; its colours are explicit, so no theme is put over it.
    key : unique on the page.
    make : makes the card in another look, for files.
    on_select : called after a click on a point, or after a drag across the chart where that `selects` a box.
    unfolded : whether numbers and files are unfolded at first.
    """
    with st.container(key=f"exhibit {key}", gap="small"):
        st.subheader(card.title, anchor=False)
        st.markdown(escaped(card.finding))
        if card.checks:
            draw_checks(card.checks)
        st.plotly_chart(
            card.figure,
            width="stretch",
            theme=None,
            key=key,
            config=CONFIG,
            alt=f"{card.title} {card.finding}",
            on_select=on_select or "ignore",
            selection_mode=selects,
        )
        st.caption(escaped(card.provenance))
    fold = st.expander(
        "Numbers and files", icon=":material/table_rows:", key=f"{key} numbers", on_change="rerun", expanded=unfolded
    )
    if fold.open:
        with fold:
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
    if not pictures:
        st.caption(escaped(how_to_get_chrome()))


def shape() -> Ratio:
    """Return the shape of pictures that was chosen on the Export page."""
    return next((ratio for ratio in Ratio if ratio.value == state.value("ratio")), Ratio.WIDE)
