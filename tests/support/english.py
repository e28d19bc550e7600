"""Finds English in what a page shows: every text of its elements and of its charts, but for names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

# Fields of Streamlit's elements that people read.
SHOWN = {"label", "body", "help", "placeholder", "text", "options", "caption", "captions", "value", "delta", "title"}
CHART = frozenset({"text", "ticktext", "name", "hovertemplate", "hovertext", "label"})  # of plotly's figures
PLAIN = re.compile(  # what is no sentence: icons, colours, code, links, gaps, markup, commands, the study's own title
    "|".join(
        (
            *(r":(?:material/)?[\w-]+:", r":[\w-]+(?=\[)", r"`[^`]*`", r"\]\([^)]*\)", r"https?://\S+"),
            *(r"%\{[^}]*\}", r"<[^>]*>", r"&\w+;", r"\{[^}]*\}", r"python -m core [\w. -]*", r"--[\w-]+ \w+"),
            r'"1D CNN-GRU Cross Learning for Multivariate TSF", Yonsei University, System Intelligence Lab',
        )
    )
)
HEX = re.compile(r"\b[0-9a-f]{8,12}\b|\b\d+e-\d+\b|\S+-h\d+-\S+")  # digits, small numbers, ids of runs
WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")


def shown(at: AppTest) -> Iterator[str]:
    """Yield every text that a page shows."""
    for element in at._tree:
        proto = getattr(element, "proto", None)
        if proto is None:
            continue
        if element.type == "bidi_component":
            yield from _of_chart(json.loads(proto.json or "{}"))
            continue
        if element.type in ("dataframe", "table"):
            yield from _of_table(element)
            continue
        fields = MessageToDict(proto)
        for inner in ("popover", "form", "dialog", "expandable"):  # a block holds its label one level down
            fields |= fields.get(inner, {})
        for name, value in fields.items():
            if name in SHOWN:
                yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):  # an option of a group of buttons
        yield from _texts(value.get("content"))


def _of_table(element: Any) -> Iterator[str]:
    """Yield the headings of a table as they are shown, and its cells that are texts."""
    settings = json.loads(getattr(element.proto, "columns", "") or "{}")
    for name, column in element.value.items():
        yield str((settings.get(str(name)) or {}).get("label") or name)
        yield from (cell for cell in column if isinstance(cell, str))


def _of_chart(sent: dict[str, Any]) -> Iterator[str]:
    yield from _texts(sent.get("alt"))
    figure = json.loads(sent.get("figure") or "{}")
    yield from _walk(figure.get("data", []), "", CHART)
    yield from _walk(figure.get("layout", {}), "", CHART - {"name"})  # shapes bear names that nobody sees


def _walk(node: Any, key: str, shown: frozenset[str]) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name != "template":
                yield from _walk(value, name, shown)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value, key, shown)
    elif isinstance(node, str) and key in shown:
        yield node


def english(text: str, names: frozenset[str]) -> list[str]:
    """Return the English words of a text that are no names, abbreviations or numbers in hexadecimal digits.

    >>> english("RMSE가 낮아집니다 (none), 가중치 f44f4d06", frozenset())
    ['none']
    """
    if text.startswith("<style>"):
        return []
    words = WORD.findall(HEX.sub(" ", PLAIN.sub(" ", text)))
    return [word for word in words if word not in names and not word.isupper()]
