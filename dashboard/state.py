"""The only place that reads or writes the address bar and the session.

One dictionary of texts, the view, stands for everything a link carries. The address wins when it changed by itself (a
pasted link, back and forward); otherwise the session wins, because the menu clears the query string on a page switch.
Every run writes the view back, so the address can always be copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.exhibits.links import joined
from core.figures.palette import Look
from core.text.words import listen, speaking, spoken
from core.vocabulary import Language
from dashboard.selection import SHARED, Catalog, Selection, read_selection

Kept = TypeVar("Kept")

DATASETS = ("dataset", "second_dataset")  # the parameters that name a data set

_VIEW = "view"  # session: name -> text, all that a link may carry
_WRITTEN = "view written"  # session: the query parameters last written
_FRESH = "view fresh"  # session: names that came from a link and were not checked yet
_NOTES = "view notes"  # session: name -> sentence, until the user changes something
_TOLD = "view told"  # session: sentences about what this run's page was asked in vain
_SELECTION = "selection"  # session: this run's Selection
_USED = "view used"  # session: names of this run's own parameters of the page
_HELD = "view held"  # session: the address is left as it is
_TOUCHED = "view touched"  # session: a widget just changed the view; the address may still be the one before
_NAMED = "data sets named"  # session: every data set that its links and uploads named


def begin(catalog: Catalog) -> Selection:
    """Read the view at the start of a run and return what all pages share."""
    hold(False)
    address = st.query_params.to_dict()
    touched = st.session_state.pop(_TOUCHED, False)
    if address and not touched and address != st.session_state.get(_WRITTEN):
        st.session_state.setdefault(_VIEW, {}).update(address)
        st.session_state[_FRESH] = set(address)
        st.session_state[_NOTES] = {}
    view: dict[str, str] = st.session_state.setdefault(_VIEW, {})
    fresh: set[str] = st.session_state.setdefault(_FRESH, set())
    selection, told = read_selection(view, catalog, home())
    if sentences := [sentence for name, sentence in told.items() if name in fresh]:
        note("selection", " ".join(sentences))
    fresh -= set(SHARED)
    st.session_state[_VIEW] = _shared_with(view, selection)
    st.session_state[_SELECTION] = selection
    st.session_state[_USED] = set()
    st.session_state[_TOLD] = []
    _write(_shared_with(st.query_params.to_dict(), selection))
    return selection


def _shared_with(query: Mapping[str, str], selection: Selection) -> dict[str, str]:
    """Return parameters with the selection in place of what it was read from.

    A preset or horizon that another data set had does not stay: it would be no wish for this one.
    """
    return {name: text for name, text in query.items() if name not in SHARED} | selection.to_query()


def end() -> None:
    """Drop from the address what the page of this run does not use; the session keeps it for the others."""
    keep = set(current().to_query()) | st.session_state[_USED]
    _write({name: text for name, text in st.session_state[_VIEW].items() if name in keep})


@contextmanager
def alone() -> Iterator[None]:
    """Frame what may run again without the rest of the page: language and address follow it, in one step."""
    st.session_state.pop(_TOUCHED, None)
    st.session_state[_USED] = set()
    st.session_state[_TOLD] = []
    held = st.session_state.get(_HELD, False)
    hold(True)
    try:
        with speaking(spoken()):
            yield
    finally:
        hold(held)
        end()


def home() -> Language:
    """Return the language of the reader's browser, where it is one of the product's; else English."""
    told = (st.context.locale or "").partition("-")[0]
    return Language(told) if told in set(Language) else Language.ENGLISH


def language() -> Language | None:
    """Return the language of whoever reads the page that is drawn here; None outside of one."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    named = asked("language")
    return Language(named) if named in set(Language) else home()


listen(language)  # what a callback or a fragment says; `main` frames the rest of a run


def asked(name: str) -> str:
    """Return what the address or the session says of a parameter, before `begin` reads it; else nothing."""
    view: Mapping[str, str] = st.session_state.get(_VIEW, {})
    touched = st.session_state.get(_TOUCHED, False)
    return (not touched and st.query_params.get(name)) or view.get(name, "")


def named_datasets() -> frozenset[str]:
    """Return every data set that this session named so far: in its links, or by uploading it."""
    named: set[str] = st.session_state.setdefault(_NAMED, set())
    named |= {asked(name) for name in DATASETS}
    return frozenset(named)


def forget_dataset(key: str) -> None:
    """Let go of a data set that is gone: the next run shows the first one, without a word about it."""
    st.session_state[_NAMED].discard(key)
    for name in DATASETS:
        st.session_state[_VIEW].pop(name, None)
        st.query_params.pop(name, None)
    st.session_state[_WRITTEN] = st.query_params.to_dict()


def current() -> Selection:
    """Return what all pages share, as this run read it."""
    selection: Selection = st.session_state[_SELECTION]
    return selection


def look() -> Look:
    """Return how figures are to appear: the browser's scheme and the chosen language."""
    return Look(scheme="dark" if st.context.theme.type == "dark" else "light", language=current().language)


def value(name: str) -> str | None:
    """Return the text of one parameter of the view, None where nothing was chosen yet."""
    text: str | None = st.session_state.get(_VIEW, {}).get(name)
    return text


def set_value(name: str, text: str) -> None:
    """Put one parameter of the page into the view and the address."""
    st.session_state[_VIEW][name] = text
    st.session_state[_USED].add(name)
    _write(st.query_params.to_dict() | {name: text})


def drop_value(name: str) -> None:
    """Take one parameter out of the view and the address."""
    st.session_state[_VIEW].pop(name, None)
    st.session_state[_USED].discard(name)
    _write({other: text for other, text in st.query_params.to_dict().items() if other != name})


def move_to(name: str, text: str) -> None:
    """Change one parameter from a widget's callback: the next run shows it."""
    st.session_state[_VIEW][name] = text
    st.session_state[_NOTES] = {}
    st.session_state[_TOUCHED] = True


def forget(name: str) -> None:
    """Take one parameter out of the view from a widget's callback: the next run chooses it as it does at first."""
    st.session_state[_VIEW].pop(name, None)
    st.session_state[_NOTES] = {}
    st.session_state[_TOUCHED] = True


def take_over(name: str, key: str) -> None:
    """Change one parameter to what the widget with this key holds (a widget's callback)."""
    held = st.session_state[key]
    move_to(name, joined(map(str, held)) if isinstance(held, list | tuple) else str(held))


def prime(key: str, held: object) -> None:
    """Give a widget its value before it is drawn."""
    st.session_state[key] = held


def held(key: str) -> Any:
    """Return what the widget with this key holds (in a callback)."""
    return st.session_state[key]


def keep(name: str, thing: object) -> None:
    """Keep something for this session that no link carries."""
    st.session_state[name] = thing


def kept(name: str, otherwise: Kept) -> Kept:
    """Return what this session keeps under a name."""
    found: Kept = st.session_state.get(name, otherwise)
    return found


def check(name: str, sentence: str) -> None:
    """Say what is wrong with a parameter, where it came from a link, until the user changes something.

    `sentence` is empty where nothing is wrong.
    """
    fresh: set[str] = st.session_state[_FRESH]
    tell(name, sentence if name in fresh else "")
    fresh.discard(name)


def tell(name: str, sentence: str) -> None:
    """Say something above the page until the user changes something; empty: say again what still stands."""
    if sentence:
        note(name, sentence)
    told: list[str] = st.session_state[_TOLD]
    if (stands := _notes().get(name, "")) and stands not in told:
        told.append(stands)


def note(name: str, sentence: str) -> None:
    """Keep a sentence about a parameter until the user changes something."""
    _notes()[name] = sentence


def told() -> list[str]:
    """Return the sentences about what the link asked in vain of all pages and of this one."""
    return [*filter(None, [_notes().get("selection")]), *st.session_state[_TOLD]]


def _notes() -> dict[str, str]:
    found: dict[str, str] = st.session_state.setdefault(_NOTES, {})
    return found


def hold(held: bool) -> None:
    """Leave the address as it is for now, or no longer: each writing is a step that the browser goes back by."""
    st.session_state[_HELD] = held


def _write(query: Mapping[str, str]) -> None:
    if st.session_state.get(_HELD):
        return
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[_WRITTEN] = dict(query)
