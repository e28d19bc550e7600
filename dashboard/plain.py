"""Other people's words (file names, columns, links) made fit for a page: shown as they are, never as markup."""

from __future__ import annotations

_SIGNS = r"\`*_[]<>#|~$:"  # what Markdown, with its colours, icons and formulas, reads as its own


def escaped(text: str) -> str:
    r"""Return a text with Markdown's signs made harmless.

    >>> escaped("load_[kW]")
    'load\\_\\[kW\\]'
    """
    return "".join(f"\\{letter}" if letter in _SIGNS else letter for letter in text)


def shortened(text: str, length: int = 40) -> str:
    """Return a stranger's text fit for a sentence: printable, without markup, of bounded length.

    >>> shortened("<script>"), shortened("[]")
    ('script', '(empty)')
    """
    plain = "".join(letter for letter in text if letter.isalnum() or letter in " -_.,")
    return plain[:length] + ("…" if len(plain) > length else "") or "(empty)"
