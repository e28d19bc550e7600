"""The only place that reads or writes the address bar and the session.

One dictionary of texts stands for the whole view. The address wins when it changed by itself (a pasted link, back and
forward); otherwise the session wins, because the menu clears the query string on a page switch. Every run writes the
view back, so the address can always be copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st

from core.figures.theme import Look
from dashboard.selection import Catalog, Selection, matching, read_selection, shortened

Value = TypeVar("Value")
Kind = Literal["select", "slider", "segmented"]

_VIEW = "view"  # session: name -> text, all that a link may carry
_WRITTEN = "view written"  # session: the query parameters last written
_FRESH = "view fresh"  # session: names that came from a link and were not checked yet
_NOTES = "view notes"  # session: name -> sentence, until the user changes something
_SELECTION = "selection"  # session: this run's Selection
_USED = "view used"  # session: names of this run's own parameters of the page
_TOUCHED = "view touched"  # session: a picker just changed; the address may still be the one before


def begin(catalog: Catalog) -> Selection:
    """Read the view at the start of a run and return what all pages share."""
    address = st.query_params.to_dict()
    touched = st.session_state.pop(_TOUCHED, False)
    if address and not touched and address != st.session_state.get(_WRITTEN):
        st.session_state.setdefault(_VIEW, {}).update(address)
        st.session_state[_FRESH] = set(address)
        st.session_state[_NOTES] = {}
    view: dict[str, str] = st.session_state.setdefault(_VIEW, {})
    fresh: set[str] = st.session_state.setdefault(_FRESH, set())
    selection, notes = read_selection(view, catalog)
    if fresh and notes:
        _notes()["selection"] = " ".join(notes)
    view |= selection.to_query()
    fresh -= set(selection.to_query()) | {"language"}
    st.session_state[_SELECTION] = selection
    st.session_state[_USED] = set()
    _write(selection.to_query())
    return selection


def end() -> None:
    """Drop from the address what the page of this run does not use; the session keeps it for the others."""
    keep = set(current().to_query()) | st.session_state[_USED]
    _write({name: text for name, text in st.session_state[_VIEW].items() if name in keep}, only=True)


def current() -> Selection:
    """Return what all pages share, as this run read it."""
    selection: Selection = st.session_state[_SELECTION]
    return selection


def look() -> Look:
    """Return how figures are to appear: the browser's scheme and the chosen language."""
    scheme = st.context.theme.type
    return Look(scheme="dark" if scheme == "dark" else "light", language=current().language)


def notes() -> list[str]:
    """Return the sentences about values of the link that do not exist."""
    return list(_notes().values())


def value(name: str) -> str | None:
    """Return the text of one parameter of the view."""
    text: str | None = st.session_state.get(_VIEW, {}).get(name)
    return text


def choose(
    name: str,
    label: str,
    choices: Mapping[str, Value] | Sequence[str],
    *,
    default: str | None = None,
    kind: Kind = "select",
    format: Callable[[str], str] = str,
    **widget: Any,
) -> Value:
    """Draw a picker whose choice is part of the link, shared by all pages that use the same name.

    Parameters
    ----------
    name
        The query parameter: `variable`, `origin`, `block`, `crossing` ... one word for one thing everywhere.
    label
        Text beside the widget.
    choices
        Text in the link -> value; a sequence of texts stands for itself. Not empty.
    default
        Text of the choice without a link; the first one when not given.
    kind
        A drop-down, a slider over the choices in order, or a row of buttons (up to five short choices).
    format
        Text in the link -> text on the screen.
    widget
        Passed on to the widget (`help`, `label_visibility`, ...).
    """
    table = _table(choices)
    first = default if default is not None else next(iter(table))
    text = value(name)
    _, note = matching(label.lower(), text, table, first)
    if note and name in st.session_state[_FRESH]:
        _notes()[name] = note
        st.warning(note, icon=":material/link_off:")
    chosen = text if text is not None and text in table else first
    key = f"choose {name}"
    st.session_state[key] = chosen
    st.session_state[_FRESH].discard(name)
    settings = {"key": key, "on_change": _chosen, "args": (name, key), "format_func": format, **widget}
    texts = list(table)
    if len(texts) == 1:
        kind = "select"  # a slider needs two ends
    if kind == "slider":
        st.select_slider(label, texts, **settings)
    elif kind == "segmented":
        st.segmented_control(label, texts, required=True, **settings)
    else:
        st.selectbox(label, texts, **settings)
    set_value(name, chosen)
    return table[chosen]


def choose_number(name: str, label: str, low: int, high: int, *, default: int | None = None, **widget: Any) -> int:
    """Draw a slider over whole numbers (both ends included) whose place is part of the link."""
    first = low if default is None else default
    text = value(name) or str(first)
    known = text.isdecimal() and len(text) < 12 and low <= int(text) <= high
    if not known and name in st.session_state[_FRESH]:
        note = f"The {label.lower()} {shortened(text)} is not between {low} and {high}; showing {first} instead."
        _notes()[name] = note
        st.warning(note, icon=":material/link_off:")
    st.session_state[_FRESH].discard(name)
    chosen, key = (int(text) if known else first), f"choose {name}"
    if low < high:
        st.session_state[key] = chosen
        st.slider(label, low, high, key=key, on_change=_chosen, args=(name, key), **widget)
    set_value(name, str(chosen))
    return chosen


def set_value(name: str, text: str) -> None:
    """Put one parameter of the page into the view and the address."""
    st.session_state[_VIEW][name] = text
    st.session_state[_USED].add(name)
    _write({name: text})


def drop_value(name: str) -> None:
    """Take one parameter out of the view and the address."""
    st.session_state[_VIEW].pop(name, None)
    st.session_state[_USED].discard(name)
    if name in st.query_params:
        del st.query_params[name]
    st.session_state[_WRITTEN] = st.query_params.to_dict()


def pick_shared(name: str, label: str, texts: Sequence[str], chosen: str, **widget: Any) -> None:
    """Draw a picker of the frame for a part of the Selection; its callback changes the next run."""
    key = f"shared {name}"
    st.session_state[key] = chosen
    st.selectbox(label, texts, key=key, on_change=_chosen, args=(name, key), **widget)


def _chosen(name: str, key: str) -> None:
    st.session_state[_VIEW][name] = str(st.session_state[key])
    st.session_state[_NOTES] = {}
    st.session_state[_TOUCHED] = True


def _notes() -> dict[str, str]:
    found: dict[str, str] = st.session_state.setdefault(_NOTES, {})
    return found


def _table(choices: Mapping[str, Value] | Sequence[str]) -> Mapping[str, Value]:
    if isinstance(choices, Mapping):
        return choices
    return {text: text for text in choices}  # type: ignore[misc]


def _write(query: Mapping[str, str], *, only: bool = False) -> None:
    wanted = dict(query) if only else st.query_params.to_dict() | dict(query)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[_WRITTEN] = wanted
