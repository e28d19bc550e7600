"""Other people's words (file names, columns, links) made fit for a page: shown as they are, never as markup."""

from __future__ import annotations

import re

from core.text.words import say

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~$:&]")  # what Markdown, with its colours, icons and formulas, reads as its own
_LISTED = re.compile(r"^(\d*)(?=[-+.)](?:\s|$)|--)")  # the number before a sign that begins a list item; a rule
# Addresses become links, and some words icons or arrows, even where their signs are escaped: a sign that nobody sees
# keeps their halves apart.
_HALVES = re.compile(
    r"(?<=:)(?=//|material/|[a-z_]+:)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?:(?<=\s[<>~-])|(?<=^[<>~-]))(?=[->=]{1,2}(?:\s|$))",
    re.IGNORECASE,
)
_APART = "\N{WORD JOINER}"


def escaped(text: str) -> str:
    r"""Return a text as one line with Markdown's signs made harmless.

    >>> escaped("load_[kW]"), escaped("1. row")
    ('load\\_\\[kW\\]', '1\\. row')
    """
    line = _HALVES.sub(_APART, " ".join(text.split()))
    return _LISTED.sub(r"\1\\", _SIGNS.sub(r"\\\g<0>", line))


def harmless(text: str, length: int = 40) -> str:
    """Return a stranger's text fit for a sentence: printable, without markup, of bounded length.

    >>> harmless("<script>"), harmless("[]")
    ('script', '(empty)')
    """
    plain = "".join(letter for letter in text if letter.isalnum() or letter in " -_.,")
    return plain[:length] + ("…" if len(plain) > length else "") or say("(empty)")
