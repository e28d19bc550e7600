"""Which code made a number: the product's version and a fingerprint of the sources that decide a result."""

from __future__ import annotations

import hashlib
import io
import platform
import tokenize
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

VERSION = "0.1.0"

_DECISIVE = (
    "data/windows.py",
    "scores.py",
    "model/*.py",
    "train/recipe.py",
    "train/fit.py",
    "train/state.py",
    "train/evaluate.py",
)
_MEASURING = (  # what measures after training rest on, beside the model itself
    *("data/windows.py", "model/*.py", "study/opening.py"),
    *(f"trace/{name}.py" for name in ("intervene", "paths", "perturb", "record", "recorder")),
    *(f"analysis/{name}.py" for name in ("changes", "clock", "data_measures", "data_rows", "dependence", "estimate")),
    *(f"analysis/{name}.py" for name in ("events", "gains", "gradient", "phase", "resample", "response")),
    *(f"analysis/{name}.py" for name in ("statistic", "suitability", "summarise", "traced", "wobble")),
)
_SILENT = {"COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "STRING"}


@cache
def code_fingerprint() -> str:
    """Return 12 hex digits over the sources that decide a trained result.

    Only words and operators count: comments, docstrings, messages and layout may change without a new fingerprint.
    """
    return _fingerprint(_DECISIVE)


@cache
def measuring_fingerprint() -> str:
    """Return 12 hex digits over the sources that decide a measure of a trained model or of a data set."""
    return _fingerprint(_MEASURING)


def _fingerprint(patterns: Iterable[str]) -> str:
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(" ".join(_words(path.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()[:12]


def _words(source: str) -> list[str]:
    """Return the tokens that matter, the same on every Python: newer ones split an f-string, older ones do not."""
    words, depth = [], 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = tokenize.tok_name[token.type]
        depth += (name == "FSTRING_START") - (name == "FSTRING_END")
        if depth == 0 and name not in _SILENT and not name.startswith("FSTRING"):
            words.append(token.string)
    return words


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
