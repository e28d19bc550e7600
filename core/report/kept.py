"""A figure as it was pinned, in a file of text: words, drawing and numbers, without anything that runs."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype, is_numeric_dtype

from core.exhibits.card import Card
from core.figures.palette import Look
from core.report.table import flat
from core.text.words import say
from core.vocabulary import Language

MOST_BYTES = 50_000_000  # of a picture, unpacked
_DTYPES = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"}  # that plotly writes arrays in


class PictureError(ValueError):
    """A file is no picture of a figure."""


def says_the_same(one: Card, other: Card) -> bool:
    """Tell whether two pictures have the same question and numbers, whatever their look."""
    return one.title == other.title and _columns(one.table) == _columns(other.table)


def written(card: Card) -> tuple[str, bytes]:
    """Return a figure as a file, and its mark: what tells it from every other picture."""
    content = {
        **{"title": card.title, "finding": card.finding, "provenance": card.provenance, "name": card.name},
        **{"scheme": card.look.scheme, "language": card.look.language},
        **{"figure": json.loads(card.json), "table": _columns(card.table)},
    }
    file = gzip.compress(json.dumps(content, ensure_ascii=False).encode(), compresslevel=1, mtime=0)
    return hashlib.sha256(file).hexdigest()[:16], file


def read(content: bytes) -> Card:
    """Return the figure that a file holds.

    Raises
    ------
    PictureError : it holds none, or one of more than `MOST_BYTES`.
    """
    try:
        inflating = zlib.decompressobj(wbits=31)
        text = inflating.decompress(content, MOST_BYTES)
        if inflating.unconsumed_tail:
            raise PictureError(say("a picture has more than {most} MB", most=MOST_BYTES // 10**6))
        held = json.loads(text)
        look = Look(scheme=held["scheme"], language=Language(held["language"]))
        figure, table = go.Figure(_decoded(held["figure"])), _table(held["table"])
        return Card(held["title"], held["finding"], held["provenance"], figure, table, held["name"], look)
    except PictureError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error) as error:
        raise PictureError(say("a picture cannot be read ({fault})", fault=type(error).__name__)) from None


def _columns(table: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    """Return a table as columns of plain values: name, kind, values."""
    return None if table is None else [_column(str(name), values) for name, values in flat(table).items()]


def _column(name: str, values: pd.Series[Any]) -> dict[str, Any]:
    there = values.notna()
    if is_datetime64_any_dtype(values):
        kind, plain = "stamp", values.map(lambda stamp: stamp.isoformat(), na_action="ignore")
    elif is_bool_dtype(values) or not is_numeric_dtype(values):
        kind, plain = "text", values.map(str, na_action="ignore")
    else:
        kind, plain = ("whole" if is_integer_dtype(values) else "number"), values
    return {"name": name, "kind": kind, "values": plain.astype(object).where(there, None).tolist()}


def _table(columns: list[Mapping[str, Any]] | None) -> pd.DataFrame | None:
    if columns is None:
        return None
    kinds = {"stamp": "datetime64[ns]", "text": "object", "whole": "Int64", "number": "float64"}
    return pd.DataFrame({str(one["name"]): pd.Series(one["values"], dtype=kinds[one["kind"]]) for one in columns})


def _decoded(node: Any) -> Any:
    """Return a figure's JSON with its arrays as arrays again."""
    if isinstance(node, dict):
        if "bdata" in node:
            if node["dtype"] not in _DTYPES:
                raise PictureError(say("a picture holds an array of an unknown kind"))
            flat_values = np.frombuffer(base64.b64decode(node["bdata"], validate=True), dtype=node["dtype"])
            shape = [int(part) for part in str(node.get("shape", flat_values.size)).split(",")]
            return flat_values.reshape(shape)
        return {key: _decoded(value) for key, value in node.items()}
    return [_decoded(value) for value in node] if isinstance(node, list) else node
