"""`python -m core forecast`: the rows after the end of a file, in its own units."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from core.commands.source import add_reading_options, choices_of, open_source

HELP = "forecast the rows after the end of a data set, in original units: the average of ridge and network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("checkpoint", type=Path)
    add("--data", help="a file or a known data set with the checkpoint's columns; its own, unless given")
    add("--network", action="store_true", help="the network alone, without ridge")
    add("--out", type=Path, required=True, help="CSV file to write")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read the last look-back, forecast one horizon, write a CSV with time stamps."""
    import pandas as pd

    from core.baselines import average_name, load_ridge
    from core.data.catalog import load_here
    from core.data.gaps import filled_from_before
    from core.data.uploads import in_words
    from core.report.files import write_whole
    from core.train.checkpoint import load_checkpoint
    from core.train.evaluate import forecast_rows
    from core.version import other_code

    checkpoint = load_checkpoint(arguments.checkpoint)
    record = checkpoint.record
    trained_on = load_here(record.config.dataset)
    if record.step is None and trained_on is not None:  # a run of earlier code
        record = replace(record, step=trained_on.step)
        checkpoint = replace(checkpoint, record=record)
    dataset = open_source(
        arguments.data or record.config.dataset, choices_of(arguments), wanted=record.variables, keep=False
    )
    ridge = None
    if trained_on is not None and trained_on.fingerprint == record.fingerprint and not arguments.network:
        ridge = load_ridge(trained_on, record.config.window)
    rows = forecast_rows(checkpoint, dataset, ridge)
    told = [filled_from_before(dataset, record.variables, record.config.window.lookback)]
    if ridge is None and not arguments.network:
        told.append(
            f"The data that {in_words(record.run_id)} was trained on are not at hand, so there is no ridge to "
            "average with: this is the forecast of the network alone."
        )
    sys.stderr.writelines(f"{sentence}\n" for sentence in told if sentence)
    stamps = dataset.step.after(dataset.frame.index[-1], len(rows))
    frame = pd.DataFrame(rows, index=stamps, columns=list(record.variables))
    write_whole(arguments.out, frame.to_csv().encode())
    written = (
        f"{'network alone' if ridge is None else average_name()}: {len(frame)} rows from {stamps[0]} to {stamps[-1]} "
        f"written to {arguments.out}"
    )
    sys.stdout.write("; ".join(filter(None, [written, other_code([record.versions])])) + "\n")
    return 0
