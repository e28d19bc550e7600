"""`data`: check a file as the Data page does, and print its report."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.source import add_reading_options, answers, choices_of
from core.commands.terminal import as_json
from core.exits import Exit
from core.text.message import Message

HELP = "check a CSV, TSV, Excel or Parquet file and report what was found, mended and left out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to check")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--lookback", type=int, default=720, help="rows the model is to read (default 720)")
    parser.add_argument("--horizon", type=int, default=96, help="rows the model is to forecast (default 96)")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; return 0 when the file is accepted, 2 when it is refused."""
    from core.config import ModelConfig, WindowConfig
    from core.data.dataset import fraction_splits
    from core.data.reading.files.isolated import ingest_apart
    from core.data.windows import lookback_advice

    checked = ingest_apart(arguments.file, arguments.file.name, choices_of(arguments))
    report = checked.report
    if checked.frame is not None:
        window = WindowConfig(arguments.lookback, arguments.horizon)
        advice = lookback_advice(fraction_splits(len(checked.frame)), window, ModelConfig().patch)
        report = report.with_found(Message.plain(advice)) if advice else report
    if arguments.json:
        print(as_json(report.in_words(), indent=2))
    else:
        open_ends = list(answers(report))
        heading = "read differently with:" if report.accepted else "say it with:"
        print("\n".join([report.text(), *([heading, *open_ends] if open_ends else [])]))
    return 0 if report.accepted else Exit.REFUSED
