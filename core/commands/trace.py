"""`python -m core trace`: record what happens inside a checkpoint over all windows of a split."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.uploads import in_words
from core.trace.schema import DEFAULT_TRACE, Reduction, TraceError, TraceSpec
from core.vocabulary import Activation, Split

if TYPE_CHECKING:
    from core.data.dataset import Dataset
    from core.train.checkpoint import Checkpoint

HELP = "record kernels, gates, path outputs and attention over all windows of a split"
_VERIFIED = 64  # windows whose gates are computed a second time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoint", type=Path, help="folder of a trained model")
    parser.add_argument("--out", type=Path, help="folder to write; an older trace there is replaced")
    parser.add_argument(
        "--activations",
        nargs="+",
        metavar="NAME[:REDUCTION]",
        help=f"what to record (what the dashboard reads, unless given); activations: {', '.join(Activation)}; "
        f"reductions: {', '.join(Reduction)}",
    )
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.TEST)
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be recorded and its size")
    parser.add_argument("--verify", action="store_true", help="also compute the gates by another formula")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Record, or tell the size."""
    spec = DEFAULT_TRACE if arguments.activations is None else TraceSpec.parse(arguments.activations)
    if arguments.out is None and not arguments.dry_run:
        raise TraceError("No folder to write was named; give --out DIR, or --dry-run for the size alone.")

    from core.data.catalog import load_dataset
    from core.data.windows import make_windows
    from core.trace.gates import gate_disagreement
    from core.trace.layout import predicted_bytes
    from core.train.checkpoint import load_checkpoint

    checkpoint = load_checkpoint(arguments.checkpoint)
    config = checkpoint.record.config
    dataset = load_dataset(config.dataset)
    checkpoint.check_data(dataset)
    windows = make_windows(dataset, config.window, arguments.split)
    summary: dict[str, Any] = {
        "checkpoint": checkpoint.record.run_id,
        "split": arguments.split.value,
        "windows": len(windows),
        "arrays": [field.name for field in spec.for_model(config.model).fields],
        "predicted_bytes": predicted_bytes(config.model, config.window, dataset.variables, len(windows), spec),
    }
    if arguments.verify:
        summary["gate_disagreement"] = gate_disagreement(checkpoint.model, windows.x[:_VERIFIED])
    if not arguments.dry_run:
        summary |= _record(arguments, checkpoint, dataset, spec)
    sys.stdout.write((json.dumps(summary) if arguments.json else _sentence(summary)) + "\n")
    return 0


def _record(
    arguments: argparse.Namespace, checkpoint: Checkpoint, dataset: Dataset, spec: TraceSpec
) -> dict[str, Any]:
    from tqdm import tqdm

    from core.trace.record import trace_split
    from core.workspace import size_on_disk

    with tqdm(unit="window", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        out = trace_split(
            checkpoint, dataset, out=arguments.out, split=arguments.split, spec=spec, on_progress=progress
        )
    return {"out": str(out), "bytes": size_on_disk(out)}


def _sentence(summary: dict[str, Any]) -> str:
    size = summary.get("bytes", summary["predicted_bytes"]) / 1e6
    done = f"written to {summary['out']}" if "out" in summary else "predicted, nothing was written"
    lines = [
        f"{in_words(summary['checkpoint'])}: {summary['windows']} {summary['split']} windows, {size:.1f} MB, {done}",
        f"arrays: {', '.join(summary['arrays'])}",
    ]
    if "gate_disagreement" in summary:
        lines.append(f"gates recomputed from weights and states differ by at most {summary['gate_disagreement']:.1e}")
    return "\n".join(lines)
