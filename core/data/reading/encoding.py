"""Which characters a text file's bytes mean."""

from __future__ import annotations

import codecs
from typing import BinaryIO

_CHUNK = 1024**2
_SAMPLE = 4096
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

    Korean EUC-KR is told from Western European by its pairs of high bytes; a lone "°" or "é" never makes one.
    """
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    wide = looks_wide(stream)
    if wide:
        return wide
    return next(
        (name for name in ("utf-8", "euc_kr", "cp1252") if _decodes(stream, name)),
        "latin-1",  # every byte has a meaning in it
    )


def _decodes(stream: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            text = decoder.decode(chunk)
            if name == "euc_kr" and any("\x7f" < letter and not _is_korean(letter) for letter in text):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _is_korean(letter: str) -> bool:
    return "가" <= letter <= "힣" or letter in "℃㎡㎥㎍㎎㎏㎞㎜㎝·°²³µ％"
