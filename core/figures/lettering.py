"""Text that has to fit: widths, wrapping, numbers and sentences of the figures."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate, takewhile

import numpy as np
import pandas as pd

from core.text.amounts import MINUS, signed

FONT = (
    "'Source Sans', Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', "
    "'Apple SD Gothic Neo', 'Malgun Gothic', NanumGothic, "
    "'Nanum Gothic', sans-serif"
)
NARROWEST = 560  # px: the smallest width at which nothing may be clipped
NO_BREAK = "\N{NO-BREAK SPACE}"  # between a number and its unit
BOLD = 1.05  # how much wider bold letters are


def _letter_width(letter: str) -> float:
    """Width of one letter in units of the font size, as in DejaVu Sans, the widest of the fonts above."""
    if letter in " .,:;'|!()[]/-·fijlrtIJ" + NO_BREAK:
        return 0.4
    if letter in "mwMW%+=<>×±→&@" + MINUS:
        return 0.9
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.75 if letter.isupper() else 0.63


def text_width(text: str, size: float) -> float:
    """Return an upper estimate of the width in px of one line at a font size."""
    return size * sum(map(_letter_width, text))


def widest(texts: Iterable[str], size: float = 12) -> float:
    """Return the width in px of the longest of several one-line texts (0 without any)."""
    return max((text_width(text, size) for text in texts), default=0.0)


def fitting(text: str, size: float, width: float) -> str:
    """Return as many of the first letters as fit `width` px at a font size."""
    widths = accumulate(size * _letter_width(letter) for letter in text)
    return text[: sum(1 for _ in takewhile(lambda used: used <= width, widths))]


def wrap(text: str, size: float, width: float = NARROWEST - 32) -> list[str]:
    """Break a sentence into lines that fit `width` px at a font size; parts between dots stay whole where they can.

    >>> wrap("ETTh1 · horizon 96 · seed 0", 11, width=80)
    ['ETTh1 ·', 'horizon 96 ·', 'seed 0']
    """
    lines = [""]
    for piece in _pieces(text, size, width):
        longer = f"{lines[-1]} {piece}".strip()
        if text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines[1:] if not lines[0] and len(lines) > 1 else lines


def _pieces(text: str, size: float, width: float) -> list[str]:
    """Return what may not be broken: parts between dots, else words, else as many letters as fit a line."""
    parts = re.sub(r"(?<=\d) (?=[%°])", NO_BREAK, text).split(" · ")
    parts = [f"{part} ·" for part in parts[:-1]] + parts[-1:]
    keep = len(parts) > 1
    words = [
        word for part in parts for word in ([part] if keep and text_width(part, size) <= width else part.split(" "))
    ]
    letters = max(int(width / size), 1)
    return [
        piece
        for word in words
        for piece in (
            [word]
            if text_width(word, size) <= width
            else [word[start : start + letters] for start in range(0, len(word), letters)]
        )
    ]


def number(value: float, digits: int = 3) -> str:
    """Return a number in `digits` significant figures with a true minus sign; a missing one is a dash.

    >>> number(-0.012345), number(float("nan"))
    ('−0.0123', '–')
    """
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}g}" if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{value:.{digits - 1}e}"
    if "e" not in text and value != 0:
        decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
        text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS)


def interval(low: float, high: float, decimals: int = 1) -> str:
    """Return an interval in brackets, or nothing when there is none.

    >>> interval(0.5, 1.25), interval(float("nan"), 1.0)
    (' [+0.5, +1.2]', '')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f" [{signed(low, decimals)}, {signed(high, decimals)}]"


def probability(value: float) -> str:
    """Return a p-value as text, never as zero.

    >>> probability(0.0004), probability(0.031)
    ('p < .001', 'p = .031')
    """
    if not math.isfinite(value):
        return ""
    return "p < .001" if value < 0.001 else f"p = {value:.3f}".replace("0.", ".")


def stamp_text(stamp: np.datetime64) -> str:
    """Return a stamp as text, to the minute.

    >>> stamp_text(np.datetime64("2017-12-03T20:00"))
    '2017-12-03 20:00'
    """
    return pd.Timestamp(stamp).strftime("%Y-%m-%d %H:%M")
