"""`python -m core evaluate`: test errors of a checkpoint beside its baselines."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

NAME = "evaluate"
HELP = "test errors of a checkpoint over every window, beside the baselines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Compute the errors anew from the weights and the data."""
    from core.baselines import baseline_errors
    from core.data.catalog import load_dataset
    from core.data.windows import make_windows
    from core.train.checkpoint import load_checkpoint
    from core.train.evaluate import split_scores
    from core.version import other_code
    from core.vocabulary import Split

    checkpoint = load_checkpoint(arguments.checkpoint)
    run = checkpoint.record.config
    dataset = load_dataset(run.dataset)
    checkpoint.check_data(dataset)
    windows = make_windows(dataset, run.window, Split.TEST)
    result = {
        "dataset": run.dataset,
        "horizon": run.window.horizon,
        "fusion": run.model.fusion.value,
        "seed": run.train.seed,
        "windows": len(windows),
        **split_scores(checkpoint.model, windows).total,
        "baselines": {
            name: {kind: errors[kind] for kind in ("mse", "mae")}
            for name, errors in baseline_errors(dataset, run.window).items()
        },
        "note": other_code([checkpoint.record.versions]),
    }
    sys.stdout.write((json.dumps(result, indent=1) if arguments.json else _table(result)) + "\n")
    return 0


def _table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['dataset']}, horizon {result['horizon']}, fusion {result['fusion']}, seed {result['seed']}: "
        f"{result['windows']} test windows, errors on standardised values",
        f"{'':16s}{'MSE':>8s}{'MAE':>8s}",
    ]
    rows = {"this model": result, **result["baselines"]}
    lines += [f"{name:16s}{row['mse']:8.4f}{row['mae']:8.4f}" for name, row in rows.items()]
    return "\n".join([*lines, *filter(None, [result["note"]])])
