"""Names that users bring (columns, files, units), fit for a figure: shown as they are, never obeyed.

Plotly reads markup, entities, formulas and templates in every text. So each name passes here on its way in: labels
and hover by `shown` and `hover`, sentences by `shortened` (`core.figures.frame.framed` escapes them as a whole).
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from html import escape, unescape

from core.figures.lettering import BOLD, NARROWEST, fitting, text_width, wrap

SIZE = 12  # px: the type of labels
LONGEST = 300.0  # px of a label: about 40 letters
IN_MARGIN = NARROWEST / 2 - 46  # px of a label beside a panel, which keeps half of the narrowest picture
UNIT = 120.0  # px of a unit that stands alone
_HOVER_LETTERS = 80  # of a line
_BESIDE = 15  # letters that plotly shows of a name beside a hover label, entities counted letter by letter
_BRACKETS = r"[(\[{{]\s*{0}\s*[)\]}}]|[\s,_/]{0}$"
_TAG = re.compile(r"<[^>]+>")

_CODES = (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)  # no XML or font holds these
WITHOUT_CONTROL = {code: "\N{REPLACEMENT CHARACTER}" for code in _CODES if chr(code) not in "\t\n\r"}
_TURNING = {code: None for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}  # would reorder what follows
_BLANK = dict.fromkeys(map(ord, "\t\n\r\v\f\x85\u2028\u2029"), " ")
_IN_ONE_LINE = WITHOUT_CONTROL | _BLANK
_IN_MARKUP = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;"})


def printable(text: str) -> str:
    r"""Return a text as one line; a control character becomes the sign of what cannot be shown.

    >>> printable("a\nb"), printable("\x1b[31mred")
    ('a b', '�[31mred')
    """
    return text.translate(_IN_ONE_LINE)


def straight(name: str) -> str:
    """Return a name as one line in the order of its letters: what would turn them or the line round is left out."""
    return printable(name).translate(_TURNING)


def escaped(text: str) -> str:
    """Return plain text for a place where plotly reads markup, entities, formulas and templates.

    >>> escaped("load <kW> of %{x}")
    'load &lt;kW&gt; of %&#123;x&#125;'
    """
    return escape(text, quote=False).translate(_IN_MARKUP)


def plain(text: object, line_end: str = " ") -> str:
    """Return the words of plotly's rich text: the product's tags gone, names as they were, another line end.

    >>> plain("<b>GRU path</b><br>load &lt;kW&gt;")
    'GRU path load <kW>'
    """
    words = unescape(_TAG.sub("", str(text or "").replace("<br>", "\n"))).strip()
    return line_end.join(map(printable, words.split("\n")))


def shortened(name: str, width: float = LONGEST) -> str:
    """Return a name as plain text of at most `width` px, its middle left out where it is longer.

    A name with letters that run from right to left is isolated, so that the words around it keep their places.

    >>> shortened("Electricity drawn by all consumers of the third station [MWh]")
    'Electricity drawn by a…he third station [MWh]'
    """
    text = straight(name)
    if text_width(text, SIZE) > width:
        half = (width - SIZE) / 2
        text = f"{fitting(text, SIZE, half).rstrip()}…{fitting(text[::-1], SIZE, half)[::-1].lstrip()}"
    turned = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if turned else text


def shown(name: str, width: float = LONGEST) -> str:
    """Return a name for a label of at most `width` px.

    >>> shown("<b>load</b>")
    '&lt;b&gt;load&lt;/b&gt;'
    """
    return escaped(shortened(name, width))


def two_lines(name: str, width: float) -> list[str]:
    """Return a name in bold type for a narrow place: one or two lines, the second without its middle if need be."""
    text = straight(name)
    lines = wrap(text, SIZE * BOLD, width)
    kept = lines if len(lines) <= 2 else [lines[0], text[len(lines[0]) :].lstrip()]
    return [shown(line, width / BOLD) for line in kept]


def hover(name: str) -> str:
    """Return the end of a hover label that names its trace: beside it where the whole name fits, else below."""
    beside = shown(name)
    return f"<extra>{beside}</extra>" if len(beside) <= _BESIDE else f"<br>{whole(name)}<extra></extra>"


def told(name: str, width: float = LONGEST) -> str:
    """Return what a hover label adds where a label of `width` px shows only the ends of a name: the whole of it."""
    return f"<br>{whole(name)}" if text_width(straight(name), SIZE) > width else ""


def whole(name: str) -> str:
    """Return a name of any length in lines for a hover label."""
    return "<br>".join(map(escaped, textwrap.wrap(straight(name), _HOVER_LETTERS, break_on_hyphens=False)))


def with_unit(name: str, unit: str) -> str:
    """Return a name followed by its unit in brackets, once.

    >>> with_unit("load", "kW"), with_unit("Price ($/MWh) at noon", "$/MWh"), with_unit("temp_°C", "℃")
    ('load (kW)', 'Price ($/MWh) at noon', 'temp_°C')
    """
    there, wanted = _comparable(name), _comparable(unit)
    if not wanted or re.search(_BRACKETS.format(re.escape(wanted)), there):
        return name
    return f"{name} ({unit})"


def _comparable(text: str) -> str:
    """Return a text in which ℃ is °C and ㎧ is m/s."""
    return unicodedata.normalize("NFKC", text).replace("\N{DIVISION SLASH}", "/").strip()
