"""Numbers as CSV that opens in any spreadsheet and runs nothing there."""

from __future__ import annotations

import re

import pandas as pd

from core.figures.names import WITHOUT_CONTROL

# Beginnings that a spreadsheet (or the writer of a chart's workbook) takes for a formula; full-width forms too.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]|\{=")


def inert(text: str) -> str:
    r"""Put an apostrophe before text that a spreadsheet would run as a formula, and make line ends plain.

    A bare carriage return would end the row in many readers, and what follows it would start a cell. A control
    character, which no workbook can hold and a terminal obeys, becomes a sign.

    >>> inert("=HYPERLINK(1)"), inert("temperature"), inert("\x1b[31mred")
    ("'=HYPERLINK(1)", 'temperature', '�[31mred')
    """
    text = f"'{text}" if _FORMULA.match(text) else text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(WITHOUT_CONTROL)


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its named index levels as ordinary columns; an unnamed index is dropped."""
    named = any(name is not None for name in frame.index.names)
    return frame.reset_index(drop=not named)


def table_csv(frame: pd.DataFrame, provenance: str = "") -> bytes:
    """Write a frame as CSV: UTF-8 with a mark (so that Excel reads Hangul), stamps in ISO 8601, full precision.

    Text cells and headers are made inert; numbers stay as they are. Provenance is a last column of that
    name, not a comment line: the file stays readable by every CSV reader, and rows keep their origin when
    several files are joined.
    """
    table = flat(frame)
    if provenance:
        table = table.assign(provenance=provenance)
    return inert_frame(table).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def inert_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame, flat, with headers and text cells inert, for whatever may end in a spreadsheet."""
    table = flat(frame).rename(columns=lambda name: inert(str(name)))
    for position, kind in enumerate(table.dtypes):
        if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)):
            cells = (inert(value) if isinstance(value, str) else value for value in table.iloc[:, position])
            table.isetitem(position, list(cells))
    return table
