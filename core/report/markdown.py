"""Paragraphs and tables as Markdown that reads as plain text too."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 118  # characters of a line


def paragraph(text: str) -> str:
    """Return words broken into lines."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Return a table; the first `words` columns are aligned left, numbers right.

    >>> print(markdown_table(["mode", "MSE"], [["both", "0.37"], ["none", "0.4"]]))
    | mode | MSE  |
    | ---- | ---: |
    | both | 0.37 |
    | none |  0.4 |
    """
    cells = [[_cell(text) for text in row] for row in rows]
    widths = [max(3, *(len(row[place]) for row in [list(head), *cells])) for place in range(len(head))]

    def line(row: Sequence[str]) -> str:
        places = enumerate(zip(row, widths, strict=True))
        aligned = (text.ljust(width) if place < words else text.rjust(width) for place, (text, width) in places)
        return f"| {' | '.join(aligned)} |"

    rule = ["-" * width if place < words else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    titles = [text.ljust(width) for text, width in zip(head, widths, strict=True)]
    return "\n".join([f"| {' | '.join(titles)} |", f"| {' | '.join(rule)} |", *map(line, cells)])


def _cell(text: str) -> str:
    """Keep what would end a cell from doing so."""
    return text.replace("|", "\\|").replace("\n", " ")
