"""Whether this machine has fonts for the letters of pictures and PDF files that it draws."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ctypes import CDLL, POINTER, c_char_p, c_int, c_void_p
from functools import cache

from core.exhibits.card import Card
from core.text.words import say

DRAWN = (".pdf", ".zip")  # kinds of files with pictures that this machine draws
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def letters_missing(cards: Iterable[Card]) -> str:
    """Say which letters of figures no font here has, and what to install; empty where none is missing."""
    return missing_in(text for card in cards for text in (card.title, card.finding, card.provenance, card.json))


def missing_in(texts: Iterable[str]) -> str:
    """Say the same of texts."""
    if has_hangul() or not any(map(_HANGUL.search, texts)):
        return ""
    return say(
        "No font on this machine has Korean letters, so pictures and PDF files would show boxes in their place: "
        "install one with `apt-get install fonts-nanum` (Debian, Ubuntu) or `dnf install google-noto-sans-cjk-fonts` "
        "(Fedora) where CrossLens runs; PowerPoint and HTML take the fonts of whoever opens them."
    )


@cache
def has_hangul() -> bool:
    """Tell whether a font with Hangul is installed: of fontconfig's, which Chromium asks on Linux.

    Where there is no fontconfig, the system brings such a font along.
    """
    try:
        library = CDLL("libfontconfig.so.1")
    except OSError:
        return True
    library.FcNameParse.restype, library.FcNameParse.argtypes = c_void_p, [c_char_p]
    library.FcObjectSetCreate.restype = c_void_p
    library.FcFontList.restype, library.FcFontList.argtypes = POINTER(c_int), [c_void_p, c_void_p, c_void_p]
    library.FcPatternDestroy.argtypes = library.FcObjectSetDestroy.argtypes = [c_void_p]
    library.FcFontSetDestroy.argtypes = [POINTER(c_int)]
    pattern, objects = library.FcNameParse(b":lang=ko"), library.FcObjectSetCreate()
    found = library.FcFontList(None, pattern, objects)
    count = int(found[0]) if found else 0  # the first field of an FcFontSet
    if found:
        library.FcFontSetDestroy(found)
    library.FcPatternDestroy(pattern)
    library.FcObjectSetDestroy(objects)
    return count > 0
