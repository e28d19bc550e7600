"""Which characters a text file's bytes mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

_CHUNK = 1024**2
_SAMPLE = 4096
_KOREAN = "cp949"
_MOSTLY = 0.9  # share of Hangul among the letters of a Korean text; in Chinese read as CP949 it is about 0.6
_HANJA = re.compile("[\u4e00-\u9fff\uf900-\ufaff]")
_SQUARE = re.compile("[㎀-㏟]")  # units in one sign; the first of their bytes is § in Western text
_TWO_BYTES = re.compile(f"[가-힣]+|{_HANJA.pattern}|{_SQUARE.pattern}|℃")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins the same way
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def looks_wide(stream: BinaryIO) -> str:
    """Return "utf-16-le" or "utf-16-be" when every other byte is zero (UTF-16 without a mark), else "".

    >>> import io
    >>> looks_wide(io.BytesIO("date;load".encode("utf-16-be")))
    'utf-16-be'
    """
    stream.seek(0)
    head = stream.read(_SAMPLE)
    stream.seek(0)
    even, odd = head[0::2], head[1::2]
    for name, zeros, letters in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros and zeros.count(0) > 0.7 * len(zeros) and letters.count(0) == 0:
            return name
    return ""


def encoding_of(stream: BinaryIO) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 if all of it fits, else the likeliest older one.

    Korean CP949 is told from Western European by its share of Hangul.
    """
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if wide := looks_wide(stream):
        return wide
    for name, fits in (("utf-8", _ends), (_KOREAN, _is_korean), ("cp1252", _ends)):
        with suppress(UnicodeDecodeError):
            if fits(_decoded(stream, name)):
                return name
    return "latin-1"  # fits all bytes


def _ends(texts: Iterator[str]) -> bool:
    """Whether a text can be decoded to its end."""
    return all(True for _ in texts)


def _decoded(stream: BinaryIO, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(name)()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    finally:
        stream.seek(0)


def _is_korean(texts: Iterator[str]) -> bool:
    """Whether nearly all letters that two bytes make are Hangul, as CP949 writes them, or unit signs such as ㎿.

    Two Western letters in a row ("ÇÃ" of "GERAÇÃO") make one Hangul syllable too: beside a Latin letter it says
    nothing. Nor does a rare one alone, whose second byte is a Latin letter, as "°C" makes it: that counts against.
    """
    korean = other = 0
    for text in texts:
        for found in _TWO_BYTES.finditer(text):
            word = found[0]
            if _HANJA.match(word) or all(letter.encode(_KOREAN)[1] <= 0x7F for letter in word):
                other += len(word)
            elif len(word) > 1 or _SQUARE.match(word) or not _beside_latin(text, found):
                korean += len(word)
    return korean > 0 and korean >= _MOSTLY * (korean + other)


def _beside_latin(text: str, found: re.Match[str]) -> bool:
    beside = text[max(0, found.start() - 1) : found.start()] + text[found.end() : found.end() + 1]
    return any(letter.isascii() and letter.isalpha() for letter in beside)
