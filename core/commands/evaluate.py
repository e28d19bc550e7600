"""`python -m core evaluate`: test errors of a checkpoint, alone and averaged with ridge, beside the baselines."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from core.text.amounts import without_truth

HELP = "test errors of a checkpoint over every window, beside the baselines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Compute the errors anew from the weights and the data."""
    from core.baselines import average_name, baseline_errors, load_ridge
    from core.data.catalog import load_dataset
    from core.data.windows import make_windows
    from core.train.checkpoint import load_checkpoint
    from core.train.evaluate import test_scores
    from core.version import other_code
    from core.vocabulary import Split

    checkpoint = load_checkpoint(arguments.checkpoint)
    run = checkpoint.record.config
    dataset = load_dataset(run.dataset)
    checkpoint.check_data(dataset)
    windows = make_windows(dataset, run.window, Split.TEST)
    network, average = test_scores(checkpoint.model, windows, load_ridge(dataset, run.window))
    baselines = baseline_errors(dataset, run.window)
    result = {
        "dataset": run.dataset,
        "horizon": run.window.horizon,
        "fusion": run.model.fusion.value,
        "seed": run.train.seed,
        "windows": len(windows),
        "missing": dataset.missing(Split.TEST),
        **network.total,
        "network": network.total,
        "average": average.total,
        "ridge": {kind: baselines["ridge"][kind] for kind in network.total},
        "baselines": {name: {kind: errors[kind] for kind in ("mse", "mae")} for name, errors in baselines.items()},
        "note": other_code([checkpoint.record.versions]),
    }
    text = json.dumps(result, indent=1) if arguments.json else _table(dataset.title, result, average_name())
    sys.stdout.write(f"{text}\n")
    return 0


def _table(title: str, result: dict[str, Any], average: str) -> str:
    lines = [
        f"{title}, horizon {result['horizon']}, fusion {result['fusion']}, seed {result['seed']}: "
        f"{result['windows']} test windows, errors on standardised values",
        f"{'':30s}{'MSE':>8s}{'MAE':>8s}",
    ]
    rows = {"network alone": result["network"], average: result["average"], **result["baselines"]}
    lines += [f"{name.replace('_', ' '):30s}{row['mse']:8.4f}{row['mae']:8.4f}" for name, row in rows.items()]
    return "\n".join([*lines, *filter(None, [without_truth(result["missing"]), result["note"]])])
