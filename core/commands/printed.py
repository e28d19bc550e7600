"""What commands print for programs."""

from __future__ import annotations

import codecs
import json
import sys


def as_json(value: object, *, indent: int) -> str:
    """Return JSON that standard output can hold: other letters than ASCII as escapes where it is not UTF-8."""
    is_utf8 = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    return json.dumps(value, indent=indent, ensure_ascii=not is_utf8)
