"""`python -m core train`: one run, with a progress bar; Ctrl-C keeps the state, started again it goes on."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.commands.source import add_reading_options, choices_of, open_source
from core.commands.terminal import given, stop_asked
from core.config import RunConfig
from core.data.uploads import in_words
from core.exits import Exit
from core.presets import PRESETS, preset_run, presets_in_words
from core.text.amounts import without_truth
from core.vocabulary import Embedding, Fusion, Loss, Merge, Reference, Select

HELP = "train one model and write its checkpoint folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--dataset", help="a known data set, or a file of your own")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint folder to write")
    parser.add_argument("--preset", default="default", choices=PRESETS, help=presets_in_words())
    parser.add_argument("--horizon", type=int, default=96, help="rows to forecast (96)")
    parser.add_argument("--lookback", type=int, default=720, help="rows to read (720)")
    parser.add_argument("--fusion", type=Fusion, default=Fusion.BOTH, choices=list(Fusion))
    parser.add_argument("--reference", type=Reference, default=Reference.DYNAMIC, choices=list(Reference))
    parser.add_argument("--merge", type=Merge, default=Merge.ATTENTION, choices=list(Merge))
    parser.add_argument("--embedding", type=Embedding, choices=list(Embedding), help="the preset's, unless given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--loss", type=Loss, choices=list(Loss), help="the preset's, unless given")
    parser.add_argument("--epochs", type=int, help="at most; the preset's, unless given")
    parser.add_argument("--learning-rate", type=float, help="the preset's, unless given")
    parser.add_argument("--stride", type=int, help="rows between training windows; the preset's, unless given")
    parser.add_argument("--select", type=Select, choices=list(Select), help="which epoch's weights are kept")
    parser.add_argument("--run", type=Path, help="a run's settings as JSON, instead of the options above")
    parser.add_argument("--events", type=Path, help="also append progress to this file, one JSON object a line")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)  # stop when this process is gone
    parser.add_argument("--threads", type=int, default=1, help="of one process; two processes beat two threads (1)")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on with what was begun."""
    stored = RunConfig.from_dict(json.loads(arguments.run.read_text())) if arguments.run else None
    name = stored.dataset if stored else arguments.dataset
    if name is None:
        raise ValueError("No data set was named; give --dataset (for example ETTh1, or a file) or --run.")
    dataset = open_source(name, choices_of(arguments))
    config = stored or _from_options(arguments, dataset)

    import torch

    from core.train.finished import remember
    from core.train.fit import Interrupted, fit

    torch.set_num_threads(arguments.threads)
    should_stop = stop_asked(parent=arguments.parent)
    with _progress(in_words(config.run_id), arguments.events) as tell:
        try:
            record = fit(config, dataset, arguments.out, on_event=tell, should_stop=should_stop)
        except Interrupted as pause:
            sys.stderr.write(f"{in_words(str(pause))}\n")
            return Exit.STOPPED
    if arguments.parent is None:  # a study keeps its own
        remember(arguments.out, record.run_id)
    test = record.metrics["test"]
    told = [
        f"{in_words(record.run_id)}: test MSE {test['mse']:.4f}, MAE {test['mae']:.4f} over {test['windows']} "
        f"windows, epoch {record.metrics['best_epoch']} kept, {record.metrics['seconds']:.0f} s; "
        f"written to {arguments.out}",
        without_truth(test.get("missing", 0)),
    ]
    sys.stdout.writelines(f"{line}\n" for line in told if line)
    return 0


def _from_options(arguments: argparse.Namespace, dataset: Any) -> RunConfig:
    from core.train.pace import paced

    settings = given(arguments, "horizon", "lookback", "seed", "fusion", "reference", "merge", "embedding")
    config = paced(preset_run(dataset.key, arguments.preset, **settings), dataset)
    recipe = given(arguments, "loss", "epochs", "learning_rate", "stride", "select")
    return replace(config, train=replace(config.train, **recipe))


@contextmanager
def _progress(title: str, events: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Tell people by a bar and, when asked for, programs by a file of events."""
    from tqdm import tqdm

    is_piped, validation = not sys.stderr.isatty(), ""
    with (
        tqdm(desc=title, unit="step", file=sys.stderr, disable=is_piped, leave=False) as bar,
        events.open("a", buffering=1) if events else nullcontext() as file,
    ):

        def tell(event: dict[str, Any]) -> None:
            nonlocal validation
            if file:
                file.write(json.dumps(event) + "\n")
            if event["kind"] == "epoch":
                validation = f", validation MSE {event['validation_mse']:.4f}"
                if is_piped:
                    epoch = f"epoch {event['epoch']}/{event['epochs']}"
                    sys.stderr.write(f"{epoch}: loss {event['train_loss']:.4f}{validation}\n")
            else:
                bar.total, bar.n = event["steps"], event["step"]
                bar.set_postfix_str(f"epoch {event['epoch']}, loss {event['loss']:.4f}{validation}")

        yield tell
