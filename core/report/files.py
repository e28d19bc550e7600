"""Files that are either complete or absent, and buffers, behind one door."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import BinaryIO


def write_whole(target: Path | BinaryIO, content: bytes) -> None:
    """Write to a buffer, or to a file by renaming a finished one into place."""
    if not isinstance(target, Path):
        target.write(content)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
