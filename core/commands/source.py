"""Where a command's data come from: a known data set, an upload, or a user's own file, read as its owner says."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.data import uploads
from core.data.catalog import KNOWN, known_here, load_dataset
from core.data.choices import (
    AS_IT_IS,
    COMMA,
    DAY_FIRST,
    KEEP,
    MISSING,
    MONTH_FIRST,
    POINT,
    SPREAD,
    STEPS,
    UNFOLD,
    Choices,
    Question,
)
from core.data.dataset import DataError, Dataset
from core.data.reading.files.isolated import ingest_apart
from core.data.report import IngestReport

# Field of Choices -> word to type -> what Choices holds.
_WORDS = {
    "decimal": {"point": POINT, "comma": COMMA},
    "dates": {"day-first": DAY_FIRST, "month-first": MONTH_FIRST},
    "layout": {"unfold": UNFOLD, "as-is": AS_IT_IS},
    "placeholders": {"missing": MISSING, "keep": KEEP},
}
_HELP = {
    "decimal": "sign before the decimals",
    "dates": "what stands first in 1/2/2024",
    "layout": "of a table with times in its header: one row a time, or as it is",
    "placeholders": "what suspicious values such as -200 are taken as",
}
_MOST = 12  # answers that are listed of one question
_EXAMPLE = {"start": "'2024-01-31 13:00'", "step": "15min"}


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the owner of a file can say of it."""
    group = parser.add_argument_group(
        "a file of your own", "what only its owner knows; a file that leaves something open names the option"
    )
    group.add_argument("--start", default="", metavar="TIME", help="of the first row, where no column holds the time")
    group.add_argument("--step", default="", metavar="LENGTH", help=f"between rows: {', '.join(STEPS)} ...")
    for name, words in _WORDS.items():
        group.add_argument(f"--{name}", default="", choices=list(words), help=_HELP[name])
    series = f"of several below each other: {SPREAD} gives each its columns, COLUMN=VALUE takes one"
    group.add_argument("--series", default="", metavar=f"{SPREAD}|COLUMN=VALUE", help=series)


def choices_of(arguments: argparse.Namespace) -> Choices:
    """Return what was said of the file on the command line."""
    said = {name: getattr(arguments, name) for name in ("start", "step", "series")}
    said |= {name: words.get(getattr(arguments, name), "") for name, words in _WORDS.items()}
    return Choices.from_answers(said)


def open_source(
    name: str, choices: Choices | None = None, *, wanted: Sequence[str] = (), keep: bool = True
) -> Dataset:
    """Load a data set by key, or check a file and keep a copy of it as an upload.

    What was left out of a file, and what to look at, is told on standard error.

    Parameters
    ----------
    name : a key or a path.
    choices : what the file's owner said.
    wanted : variables that a given model reads (see `ingest`).
    keep : whether a file becomes an upload: what is trained on it finds it there.

    Raises
    ------
    DataError : neither a known key nor a readable file, or the file was refused: the reason and, below it, the
        options that answer what the file leaves open.
    """
    if name in KNOWN or uploads.is_upload(name):
        return load_dataset(name)
    path = Path(name)
    if not path.is_file():
        raise DataError(f"{name!r} is neither a data set ({', '.join(known_here())}) nor a file; check the spelling.")
    ingested = ingest_apart(path, path.name, choices, wanted=wanted)
    if ingested.frame is None:
        raise DataError("\n".join([f"{path.name} was refused: {ingested.report.reason}", *answers(ingested.report)]))
    _tell(path.name, ingested.report)
    return load_dataset(uploads.store(ingested, path.name)) if keep else uploads.unstored(ingested, path.name)


def _tell(name: str, report: IngestReport) -> None:
    untold = replace(report, left_out=tuple(part for part in report.left_out if part.reason not in report.warnings))
    if untold.losses:
        sys.stderr.write(f"{name}: left out {', '.join(map(str, untold.losses))}; python -m core data names them.\n")
    for warning in report.warnings:
        sys.stderr.write(f"{name}: {warning}\n")


def answers(report: IngestReport) -> Iterator[str]:
    """Yield one line for each answer to a file's questions: the option to type and what it means."""
    for question in report.questions:
        if not question.options:
            yield f"  --{question.key} {_EXAMPLE.get(question.key, '...')}    {question.text}"
        for option in question.options[:_MOST]:
            now = " (as it is read now)" if option.value == question.taken else ""
            yield f"  {_typed(question, option.value)}    {option.label}{now}"
        if more := question.options[_MOST:]:
            yield f"  ... and {len(more)} more"


def _typed(question: Question, value: str) -> str:
    """Return an answer as it is typed."""
    typed = {held: word for word, held in _WORDS.get(question.key, {}).items()}.get(value, value)
    return f"--{question.key} {shlex.quote(typed)}"
