"""`python -m core stack`: many runs of one shape as one; Ctrl-C keeps the state, started again they go on."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from core.commands.terminal import stop_asked
from core.config import RunConfig
from core.data.uploads import in_words
from core.exits import Exit
from core.study.folder import sibling

HELP = "train runs that differ in seed, fusion or reference as one stack, into one folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--runs", type=Path, nargs="+", required=True, help="settings as JSON, one file a run")
    parser.add_argument("--out", type=Path, required=True, help="folder that gets one checkpoint folder a run")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="cuda where there is one, unless given")
    precision = "of matrix products: bfloat16 on cuda, unless given"
    parser.add_argument("--precision", choices=("float32", "bfloat16"), help=precision)
    parser.add_argument("--minutes", type=float, help="stop after so long, the state saved; start again to go on")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)  # stop when this process is gone
    parser.add_argument("--threads", type=int, default=1, help="of the CPU (1)")


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on with what was begun."""
    from core.commands.source import open_source

    should_stop = stop_asked(parent=arguments.parent, minutes=arguments.minutes)
    runs = [RunConfig.from_dict(json.loads(path.read_text(encoding="utf-8"))) for path in arguments.runs]
    dataset = open_source(runs[0].dataset)

    import torch

    from core.train.fit import Interrupted
    from core.train.probe import has_cuda
    from core.train.stack.fit import fit_stack
    from core.train.stack.loop import Target
    from core.train.stack.step import Precision

    torch.set_num_threads(arguments.threads)
    device = torch.device(arguments.device or ("cuda" if has_cuda() else "cpu"))
    if device.type == "cuda" and not has_cuda():
        raise ValueError("There is no CUDA device here; choose --device cpu.")
    usual = Precision.BFLOAT16 if device.type == "cuda" else Precision.FLOAT32
    target = Target(dataset, arguments.out, device, Precision(arguments.precision or usual))
    try:
        failed = fit_stack(runs, target, on_event=partial(_tell, arguments.out), should_stop=should_stop)
    except Interrupted as pause:
        sys.stderr.write(f"{in_words(str(pause))}\n")
        return Exit.STOPPED
    for run_id, sentence in failed.items():
        sibling(arguments.out / run_id, ".error").write_text(sentence, encoding="utf-8")
        sys.stderr.write(f"{in_words(sentence)}\n")
    sys.stdout.write(f"{len(runs) - len(failed)} of {len(runs)} runs are finished; written to {arguments.out}\n")
    return Exit.REFUSED if failed else 0


def _tell(out: Path, run: RunConfig, event: dict[str, Any]) -> None:
    """Write one file of events a run, as `train --events` does, and a line an epoch of all for people."""
    with sibling(out / run.run_id, ".jsonl").open("a") as file:
        file.write(json.dumps(event) + "\n")
    match event["kind"]:
        case "epoch":
            told = f"epoch {event['epoch']}/{event['epochs']}: validation MSE {event['validation_mse']:.4f}"
        case "halved":
            told = f"the memory ran out with {event['runs']} runs at once; trained {event['then']} at a time"
        case _:
            return
    sys.stderr.write(f"{in_words(run.run_id)}: {told}\n")
