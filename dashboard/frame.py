"""What surrounds every page: the menu, whose links carry the selection, and the pickers all pages share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.figures.names import shortened
from core.text.words import mark, say, spoken
from core.version import VERSION
from core.vocabulary import Language
from core.workspace import hindrance
from dashboard import cache, state
from dashboard.component import component
from dashboard.markup import escaped
from dashboard.pickers import pick_shared
from dashboard.selection import PREFERRED, Catalog, Selection, errors_alone, options

HERE = Path(__file__).resolve().parent
ASSETS = HERE / "assets"

# Group -> (file, title, icon, what the page answers).
PAGES: dict[str, list[tuple[str, str, str, str]]] = {
    mark("Compare and forecast"): [
        ("overview", mark("Overview"), "space_dashboard", mark("Does cross learning lower the error here?")),
        ("data", mark("Data"), "database", mark("Upload a file; see what was found, split and scaled.")),
        ("compare", mark("Compare"), "model_training", mark("Train the fusion modes on these data, side by side.")),
        ("forecasts", mark("Forecasts"), "show_chart", mark("Truth and every mode, window by window.")),
    ],
    mark("Look inside"): [
        ("model", mark("Model"), "schema", mark("What is the network, and where are its numbers?")),
        ("kernels", mark("Kernels"), "grid_on", mark("What each path writes to the other, by time of day.")),
        ("gates", mark("Gates & response"), "timeline", mark("How the GRU's gates answer abrupt changes.")),
        ("attention", mark("Attention"), "hub", mark("What the merge routes, and the error without it.")),
        ("attribution", mark("Attribution"), "colorize", mark("Which past values does a forecast rest on?")),
        ("changes", mark("Changes"), "tune", mark("What does the forecast do when something inside is changed?")),
        ("side_by_side", mark("Side by side"), "compare", mark("Where do two models, or two data sets, differ?")),
        (
            "whatif",
            mark("What if"),
            "edit_note",
            mark("What would every mode forecast if the rows it reads were others?"),
        ),
        ("gradients", mark("Gradient flow"), "waves", mark("How evenly training reaches both paths.")),
    ],
    mark("Judge"): [
        ("claims", mark("Claims"), "fact_check", mark("Every published number beside a measured one.")),
        ("study", mark("Study"), "insights", mark("The picture behind each claim, from every training at hand.")),
        ("ground_truth", mark("Ground truth"), "science", mark("Do the measures find what was planted?")),
    ],
    mark("Take away"): [
        (
            "tour",
            mark("Tour"),
            "slideshow",
            mark("How cross learning works on this data set, in six steps to project."),
        ),
        (
            "deck",
            mark("Deck"),
            "co_present",
            mark("The figures you pinned, in your order and with your words, as slides."),
        ),
        ("present", mark("Present"), "slideshow", mark("A deck on the whole screen, one slide at a time.")),
        ("export", mark("Export"), "ios_share", mark("Figures, numbers and slides as files.")),
    ],
}
ENTRIES = {name: (title, icon, answer) for group in PAGES.values() for name, title, icon, answer in group}
PROJECTED = ("tour", "present")  # pages with the whole screen to themselves: the menu is folded away
LANGUAGES = {"en": "English", "ko": "한국어"}
PAGE = "crosslens_page.page"
TITLE = 230.0  # px of a data set's name in its picker, in the type of figures
PICKERS = {"preset": mark("Preset"), "horizon": mark("Horizon"), "lookback": mark("Look-back"), "seed": mark("Seed")}


def pages() -> dict[str, list[StreamlitPage]]:
    """Return the pages by group, for the menu and the router."""
    return {group: [page_of(name) for name, *_ in entries] for group, entries in PAGES.items()}


def is_projected(url: str | None) -> bool:
    """Tell whether an address leads to a page that has the whole screen to itself."""
    return (url or "").rstrip("/").rpartition("/")[2] in PROJECTED


def page_of(name: str) -> StreamlitPage:
    """Return one page by the name of its file."""
    title, icon, answer = ENTRIES[name]
    return st.Page(
        HERE / "views" / f"{name}.py",
        title=say(title),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "overview",
        help=say(answer),
    )


def link(name: str, label: str, selection: Selection, *, icon: str = "", **choices: str) -> None:
    """Draw a link to a page, which opens it with a selection and with choices of its own."""
    shown = f":material/{icon}:" if icon else None
    st.page_link(page_of(name), label=label, icon=shown, query_params=selection.to_query() | choices)


def draw_sidebar(menu: Mapping[str, Sequence[StreamlitPage]], catalog: Catalog, selection: Selection) -> None:
    """Draw mark, menu and shared pickers."""
    scheme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(ASSETS / f"logo-{scheme}.png"), size="large", icon_image=str(ASSETS / "icon.png"))
    with st.sidebar:
        for group, found in menu.items():
            with st.container(gap="xxsmall"):
                st.caption(say(group))
                for page in found:
                    st.page_link(page, query_params=selection.to_query())
        _draw_pickers(catalog, selection)
        st.caption(f"CrossLens {VERSION}")
        # What every page owes readers who listen, use keys, or see what moves with trouble.
        component(PAGE)(key="page", data={"language": spoken().value}, height="content")


def draw_hindrance() -> None:
    """Say above every page that nothing can be kept, where the workspace is full or cannot be written."""
    if sentence := hindrance():
        st.warning(escaped(sentence), icon=":material/hard_drive:")


def _draw_pickers(catalog: Catalog, selection: Selection) -> None:
    titles = cache.titles()
    pick_shared(
        "dataset",
        say("Data set"),
        catalog.datasets,
        selection.dataset,
        format_func=lambda key: shortened(titles.get(str(key), str(key)), TITLE),
    )
    if selection.cell is not None:
        _draw_cell_pickers(catalog, selection)


def draw_language() -> None:
    """Draw the picker of the language."""
    pick_shared(
        "language",
        say("Language"),
        [word.value for word in Language],
        state.current().language.value,
        format_func=lambda word: LANGUAGES[word],
        label_visibility="collapsed",
    )


def _draw_cell_pickers(catalog: Catalog, selection: Selection) -> None:
    """Draw the pickers of the cell, two in a row; a star marks what has errors alone, no models on this machine."""
    present = {name: options(catalog, selection, name) for name in PREFERRED}
    starred = {name: errors_alone(catalog, selection, name) for name in PREFERRED}
    several = [name for name in PREFERRED if len(present[name]) > 1 or name in ("preset", "horizon")]
    for row in (several[:2], several[2:]):
        for column, name in zip(st.columns(2) if row else [], row, strict=False):
            chosen = str(getattr(selection.cell, name))
            with column:
                pick_shared(
                    name, say(PICKERS[name]), present[name], chosen, format_func=partial(_text, starred[name])
                )
    if any(starred[name] for name in several):
        st.caption("\\* " + say("errors alone, from a shipped table: no models on this machine"))


def _text(starred: Collection[str], value: str) -> str:
    return f"{value} *" if value in starred else value
