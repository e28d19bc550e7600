"""Words written into a picture's own metadata, so that the file alone says where its numbers come from."""

from __future__ import annotations

import logging
import struct
import zlib
from html import escape
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from core.figures.frame import Words

CREATOR = "CrossLens"
logging.getLogger("pypdf").setLevel(logging.ERROR)  # it remarks on Chromium's PDF, which nobody can act on
_PNG_HEAD = 8 + 25  # bytes of the signature and of the IHDR chunk; text chunks may follow


def stamp_png(image: bytes, words: Words) -> bytes:
    """Add the words as PNG text chunks (Title, Description, Source, Software)."""
    entries = {"Title": words.title, "Description": words.finding, "Source": words.provenance, "Software": CREATOR}
    chunks = b"".join(_text_chunk(key, text) for key, text in entries.items() if text)
    return image[:_PNG_HEAD] + chunks + image[_PNG_HEAD:]


def _text_chunk(key: str, text: str) -> bytes:
    """Return one tEXt chunk, or iTXt where the text is beyond Latin-1 (PNG specification, 11.3.3)."""
    try:
        kind, body = b"tEXt", key.encode() + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        kind, body = b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def stamp_svg(image: bytes, words: Words) -> bytes:
    """Add the words as title, description and Dublin Core metadata of the SVG root."""
    title, finding, provenance = (escape(text) for text in (words.title, words.finding, words.provenance))
    elements = (
        f"<title>{title}</title><desc>{finding} {provenance}</desc>"
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:description>{finding}</dc:description>"
        f"<dc:source>{provenance}</dc:source><dc:creator>{CREATOR}</dc:creator></metadata>"
    )
    root, opening_end, rest = image.decode().partition(">")
    return (root + opening_end + elements + rest).encode()


def stamp_pdf(image: bytes, words: Words) -> bytes:
    """Add the words as PDF document information (Title, Subject = provenance, Keywords = finding)."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(image)))
    writer.add_metadata(
        {"/Title": words.title, "/Subject": words.provenance, "/Keywords": words.finding, "/Creator": CREATOR}
    )
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
