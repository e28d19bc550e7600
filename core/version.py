"""Which code made a number: the product's version and a fingerprint of the sources that decide a result."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

VERSION = "0.1.0"

_DECISIVE = ("data/windows.py", "model/*.py", "train/fit.py", "train/evaluate.py")


@cache
def code_fingerprint() -> str:
    """Return 12 hex digits over the sources that decide a trained result; other edits leave it unchanged."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for pattern in _DECISIVE:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def versions() -> dict[str, str]:
    """Return what a checkpoint is stamped with; nothing is imported to find out."""
    return {
        "product": VERSION,
        "code": code_fingerprint(),
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
    }
