"""Which code made a number: the product's version and fingerprints of the sources that decide a result.

Which sources these are is read from the import statements, from an entry on; no list names them.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import platform
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.text.words import mark, say

VERSION = "0.1.0"

TRAINING = ("core.train.fit", "core.train.stack.fit")  # the entries of what trains a run, alone or in a stack
MEASURING = ("core.inspection.run", "core.analysis.data_rows")  # of what measures a trained model, and a data set

DECIDES_NOTHING = frozenset(
    {
        # words and settings: those a run was trained with are saved beside it
        *("core.vocabulary", "core.text", "core.text.message", "core.text.amounts", "core.text.words"),
        *("core.data.spans", "core.config"),
        # where files lie, who may write them, how work is told and stopped
        *("core.workspace", "core.locks", "core.jobs", "core.stages", "core.exits", "core.aside", "core.version"),
        # how a file becomes a data set, and what is told about it: the data have a fingerprint of their own
        *("core.data.benchmarks", "core.data.report"),
        # numbers as files, written and read as they are
        *("core.train.record", "core.table", "core.trace.store"),
        "core.trace.schema",  # names of what a trace holds
        "core.analysis.verdict",  # measures of a data set in words
    }
)
# Former codes whose runs are as good as runs of the code at hand, each with its reason. tests/test_version.py trains
# a small run of theirs anew; where that gives another result, they have to go from this list.
EQUIVALENT = {
    "a8607e74c955": "since then missing cells count in no error; data with missing cells have other fingerprints",
    "7e233def57f9": "since then the workspace's subfolder of baselines is asked for by another name",
    "c3e227538ca1": "since then data wider than any of its runs learn some variables a step; sums in another order",
}
# Former measuring codes whose rows are as good as those of the code at hand, the oldest first; proved alike.
EQUIVALENT_MEASURING = {
    "3f8561117c6a": "since then a reason is kept as a message instead of in words; every number is made as before",
    "5ea22cce695c": "since then a model can be asked for some of its variables; measures ask for all, as before",
}
_ROOT = Path(__file__).parent.parent
_SILENT = {"COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "STRING"}


@cache
def code_fingerprint() -> str:
    """Return 12 hex digits over the sources that decide a trained result.

    Only words and operators count: comments, docstrings, messages and layout may change without a new fingerprint.
    A renamed file has a new one.
    """
    return fingerprint(TRAINING)


@cache
def measuring_fingerprint() -> str:
    """Return 12 hex digits over the sources that decide a measure of a trained model or of a data set."""
    return fingerprint(MEASURING)


def fingerprint(entries: Iterable[str], root: Path = _ROOT) -> str:
    """Return 12 hex digits over the names and words of `decisive(entries, root)`."""
    digest = hashlib.sha256()
    for path in decisive(entries, root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(_digest(path.read_text(encoding="utf-8")))
    return digest.hexdigest()[:12]


def answer_key(entry: str, *values: Any) -> str:
    """Return 8 hex digits that name a kept answer: over the code of a module and all it imports, and JSON values."""
    return hashlib.sha256(json.dumps([_code_of(entry), *values]).encode()).hexdigest()[:8]


@cache
def _code_of(entry: str) -> str:
    return fingerprint((entry,))


def decisive(entries: Iterable[str], root: Path = _ROOT) -> list[Path]:
    """Return the files of core that some modules and all they import consist of, in order of their names.

    Imports inside functions count, those for type checkers only do not. A module that decides nothing is left out
    with all that it alone imports.

    Parameters
    ----------
    entries : names of modules.
    root : the folder that holds `core`.

    Raises
    ------
    FileNotFoundError : an entry is no file below `root`.
    """
    found: dict[str, Path] = {}
    waiting = [(name, _place(name, root)) for name in entries]
    while waiting:
        name, path = waiting.pop()
        if name in found or name in DECIDES_NOTHING:
            continue
        found[name] = path
        places = ((other, _place(other, root)) for other in _imports(path.read_text(encoding="utf-8")))
        waiting += [(other, place) for other, place in places if place.exists()]
    return sorted(found.values())


def _place(name: str, root: Path) -> Path:
    """Return the file of a module, or of a package's own code."""
    path = root.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _imports(source: str) -> frozenset[str]:
    """Return what of core a source imports, with the packages it lies in; names that are no modules among them."""
    names = (name.split(".") for name in _imported(ast.parse(source).body))
    return frozenset(".".join(name[:end]) for name in names if name[0] == "core" for end in range(1, len(name) + 1))


def _imported(statements: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the full names of what statements import when they run."""
    for statement in statements:
        match statement:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=otherwise):
                yield from _imported(otherwise)
            case _:
                for part in ("body", "handlers", "orelse", "finalbody", "cases"):
                    yield from _imported(getattr(statement, part, ()))


@cache
def _digest(source: str) -> bytes:
    return hashlib.sha256(" ".join(_words(source)).encode()).digest()


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


def different_codes(codes: Iterable[str]) -> set[str]:
    """Return codes that may give different results: an equivalent one counts as the code at hand.

    >>> different_codes([code_fingerprint(), *EQUIVALENT]) == {code_fingerprint()}
    True
    """
    return {code_fingerprint() if code in EQUIVALENT else code for code in codes}


def different_measures(codes: Iterable[str]) -> set[str]:
    """Return measuring codes that may give different rows: an equivalent one counts as the code at hand.

    >>> different_measures([measuring_fingerprint(), *EQUIVALENT_MEASURING]) == {measuring_fingerprint()}
    True
    """
    return {measuring_fingerprint() if code in EQUIVALENT_MEASURING else code for code in codes}


def lasting_measuring_fingerprint() -> str:
    """Return the oldest measuring code that equals the one at hand: what is named by it is found by both."""
    return next(iter(EQUIVALENT_MEASURING), measuring_fingerprint())


def other_code(stamps: Iterable[Mapping[str, str]]) -> str:
    """Return that runs were trained by other code than the one at hand, as part of a sentence; "" where none was.

    Parameters
    ----------
    stamps : what each run was stamped with, as `versions` gives it.

    >>> other_code([versions()])
    ''
    """
    codes = different_codes(stamp.get("code", "unknown") for stamp in stamps)
    others = " and ".join(sorted(codes - {code_fingerprint()}))
    if not others:
        return ""
    told = mark("trained by code {others}, and the code at hand is {here}")
    if code_fingerprint() in codes:
        told = mark("partly trained by code {others}, and the code at hand is {here}")
    return say(told, others=others, here=code_fingerprint())
