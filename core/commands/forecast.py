"""`python -m core forecast`: the rows after the end of a file, in its own units."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NAME = "forecast"
HELP = "forecast the rows after the end of a data set, in original units"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument(
        "--data", help="a file or a known data set with the checkpoint's columns; its own, unless given"
    )
    parser.add_argument("--out", type=Path, required=True, help="CSV file to write")


def run(arguments: argparse.Namespace) -> int:
    """Read the last look-back, forecast one horizon, write a CSV with time stamps."""
    import pandas as pd

    from core.commands.source import open_source
    from core.train.checkpoint import load_checkpoint
    from core.train.evaluate import forecast_rows
    from core.version import other_code

    checkpoint = load_checkpoint(arguments.checkpoint)
    record = checkpoint.record
    dataset = open_source(arguments.data or record.config.dataset)
    rows = forecast_rows(checkpoint, dataset)
    start = dataset.frame.index[-1]
    stamps = pd.DatetimeIndex([start + dataset.step * (step + 1) for step in range(len(rows))], name="date")
    frame = pd.DataFrame(rows, index=stamps, columns=list(record.variables))
    partial = arguments.out.with_name(arguments.out.name + ".partial")
    frame.to_csv(partial)
    partial.replace(arguments.out)
    told = [
        f"{len(frame)} rows from {stamps[0]} to {stamps[-1]} written to {arguments.out}",
        other_code([record.versions]),
    ]
    sys.stdout.write("; ".join(filter(None, told)) + "\n")
    return 0
