"""Widgets whose choice is part of the link. The same name on two pages is the same choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st

from core.exhibits.links import ALL, joined, parts
from core.figures import names
from core.text.amounts import listed
from core.text.words import mark, say
from dashboard import state
from dashboard.markup import harmless
from dashboard.selection import matching

Value = TypeVar("Value")
Kind = Literal["select", "radio", "slider", "segmented"]


def choose(
    name: str,
    label: str,
    choices: Mapping[str, Value],
    *,
    default: str | None = None,
    kind: Kind = "select",
    format: Callable[[str], str] = names.shortened,
    **widget: Any,
) -> Value:
    """Draw a picker and return the chosen value.

    Parameters
    ----------
    name : the query parameter: `variable`, `origin`, `block`, `crossing` ... one word for one thing everywhere.
    label : text beside the widget.
    choices : text in the link -> value; not empty. `texts` makes it from plain names.
    default : text of the choice without a link; the first one when not given.
    kind : a drop-down, a list, a slider over the choices in order, or a row of buttons (up to five short choices).
    format : text in the link -> text on the screen; names of any length lose their middle.
    widget : passed on to the widget (`help`, `label_visibility`, ...).
    """
    first = default if default is not None else next(iter(choices))
    text = state.value(name)
    _, sentence = matching(label.lower(), text, choices, first, format(first))
    state.check(name, sentence)
    chosen = text if text is not None and text in choices else first
    settings = _settings(name, chosen) | {"format_func": format} | widget
    options = list(choices)
    if kind == "slider" and len(options) > 1:
        st.select_slider(label, options, **settings)
    elif kind == "radio":
        st.radio(label, options, **settings)
    elif kind == "segmented":
        st.segmented_control(label, options, required=True, **settings)
    else:
        st.selectbox(label, options, **settings)
    state.set_value(name, chosen)
    return choices[chosen]


def texts(choices: Sequence[str]) -> dict[str, str]:
    """Return choices that stand for themselves."""
    return {choice: choice for choice in choices}


def choose_several(
    name: str,
    label: str,
    choices: Mapping[str, Value],
    *,
    default: Sequence[str],
    format: Callable[[str], str] = names.shortened,
    kind: Literal["select", "pills"] = "select",
    **widget: Any,
) -> list[Value]:
    """Draw a picker of any number of choices and return those chosen, in the order of `choices`.

    One that is chosen at first and alone needs no picker.
    """
    text = state.value(name)
    every = kind == "pills" and list(default) == list(choices)
    wanted = list(default) if text is None or (every and text == ALL) else parts(text)
    unknown = [part for part in wanted if part not in choices]
    instead = listed([format(option) for option in default]) if len(unknown) == len(wanted) else ""
    told = mark("{label}: {text} is not here; left out.")
    if instead:
        told = mark("{label}: {text} is not here; showing {instead} instead.")
    off = say(told, label=label, text=harmless(", ".join(unknown)), instead=instead)
    state.check(name, off if unknown else "")
    if len(choices) == 1 and list(default) == list(choices):
        return list(choices.values())
    chosen = [option for option in choices if option in wanted]
    if wanted and not chosen:  # another data set's choice
        chosen = [option for option in choices if option in default]
    settings = _settings(name, chosen) | {"format_func": format} | widget
    if kind == "pills":
        st.pills(label, list(choices), selection_mode="multi", **settings)
    else:
        st.multiselect(label, list(choices), placeholder=say("Choose options"), **settings)
    state.set_value(name, ALL if every and chosen == list(choices) else joined(chosen))
    return [choices[option] for option in chosen]


def choose_number(name: str, label: str, low: int, high: int, *, default: int | None = None, **widget: Any) -> int:
    """Draw a slider over whole numbers, both ends included, and return its place."""
    first = low if default is None else default
    text = state.value(name) or str(first)
    known = text.isdecimal() and len(text) < 12 and low <= int(text) <= high
    off = say(
        "The {label} {text} is not between {low} and {high}; showing {first} instead.",
        **{"label": label.lower(), "text": harmless(text), "low": low, "high": high, "first": first},
    )
    state.check(name, "" if known else off)
    chosen = int(text) if known else first
    if low < high:
        st.slider(label, low, high, **_settings(name, chosen), **widget)
    state.set_value(name, str(chosen))
    return chosen


def choose_flag(name: str, label: str, *, default: bool, **widget: Any) -> bool:
    """Draw a checkbox and return whether it is ticked."""
    choices = {"True": True, "False": False}
    shown, asked = say("the box ticked" if default else "the box empty"), say("answer to {label!r}", label=label)
    chosen, sentence = matching(asked, state.value(name), choices, str(default), shown)
    state.check(name, sentence)
    st.checkbox(label, **_settings(name, chosen), **widget)
    state.set_value(name, str(chosen))
    return chosen


def read_written(name: str, choices: Mapping[str, Value], refusal: Callable[[str], str]) -> Value:
    """Return the value of a text that the page itself writes into the link; nothing is drawn.

    What `refusal` says of it is told once, also where it was good for what was shown before, and the text is dropped.
    """
    text = state.value(name) or ""
    sentence = refusal(text) if text else ""
    state.tell(name, sentence)
    if sentence or not text:
        state.drop_value(name)
        return choices[""]
    state.set_value(name, text)
    return choices[text]


def pick_shared(name: str, label: str, options: Sequence[str], chosen: str, **widget: Any) -> None:
    """Draw a picker of the frame for a part of the Selection, which the next run reads."""
    st.selectbox(label, options, **_settings(name, chosen), **widget)


def _settings(name: str, chosen: object) -> dict[str, Any]:
    key = f"pick {name}"
    state.prime(key, chosen)
    return {"key": key, "on_change": state.take_over, "args": (name, key)}
