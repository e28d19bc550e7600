"""`python -m core forecast`: the rows after the end of a file, in its own units."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.commands.source import add_reading_options, choices_of, open_source

if TYPE_CHECKING:
    from core.baselines import Ridge
    from core.train.record import RunRecord

NAME = "forecast"
HELP = "forecast the rows after the end of a data set, in original units: the average of ridge and network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument(
        "--data", help="a file or a known data set with the checkpoint's columns; its own, unless given"
    )
    parser.add_argument("--network", action="store_true", help="the network alone, without ridge")
    parser.add_argument("--out", type=Path, required=True, help="CSV file to write")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read the last look-back, forecast one horizon, write a CSV with time stamps."""
    import pandas as pd

    from core.baselines import average_name
    from core.train.checkpoint import load_checkpoint
    from core.train.evaluate import forecast_rows
    from core.version import other_code

    checkpoint = load_checkpoint(arguments.checkpoint)
    record = checkpoint.record
    dataset = open_source(arguments.data or record.config.dataset, choices_of(arguments))
    ridge = None if arguments.network else _ridge(record)
    rows = forecast_rows(checkpoint, dataset, ridge)
    if ridge is None and not arguments.network:
        sys.stderr.write(
            f"The data that {record.run_id} was trained on are not at hand, so there is no ridge to average with: "
            "this is the forecast of the network alone.\n"
        )
    stamps = dataset.step.after(dataset.frame.index[-1], len(rows))
    frame = pd.DataFrame(rows, index=stamps, columns=list(record.variables))
    partial = arguments.out.with_name(arguments.out.name + ".partial")
    frame.to_csv(partial)
    partial.replace(arguments.out)
    told = [
        f"{'network alone' if ridge is None else average_name()}: {len(frame)} rows from {stamps[0]} to {stamps[-1]} "
        f"written to {arguments.out}",
        other_code([record.versions]),
    ]
    sys.stdout.write("; ".join(filter(None, told)) + "\n")
    return 0


def _ridge(record: RunRecord) -> Ridge | None:
    """Return the ridge of the data a run was trained on; None where this version of them is not on the machine."""
    from core.baselines import load_ridge
    from core.data.catalog import DataError, available, load_dataset

    if record.config.dataset not in available():
        return None
    try:
        dataset = load_dataset(record.config.dataset)
    except DataError:  # the file is there and is not the official one
        return None
    return load_ridge(dataset, record.config.window) if dataset.fingerprint == record.fingerprint else None
