"""`python -m core train`: one run, with a progress bar; Ctrl-C keeps the state, started again it goes on."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.commands.source import add_reading_options, choices_of, open_source
from core.commands.terminal import stop_asked
from core.config import RunConfig
from core.data.uploads import in_words
from core.english import without_truth
from core.exits import Exit
from core.presets import PRESETS, preset_run, presets_in_words
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
    with _Progress(in_words(config.run_id), arguments.events) as tell:
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

    architecture = {key: getattr(arguments, key) for key in ("fusion", "reference", "merge")}
    if arguments.embedding is not None:
        architecture["embedding"] = arguments.embedding
    config = preset_run(
        dataset.key,
        arguments.preset,
        horizon=arguments.horizon,
        lookback=arguments.lookback,
        seed=arguments.seed,
        **architecture,
    )
    given = {
        key: getattr(arguments, key)
        for key in ("loss", "epochs", "learning_rate", "stride", "select")
        if getattr(arguments, key) is not None
    }
    config = paced(config, dataset)
    return replace(config, train=replace(config.train, **given))


class _Progress:
    """A bar for people and, when asked for, a file of events for programs."""

    def __init__(self, title: str, events: Path | None) -> None:
        self._title = title
        self._path = events

    def __enter__(self) -> Callable[[dict[str, Any]], None]:
        from tqdm import tqdm

        self._bar = tqdm(desc=self._title, unit="step", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)
        self._file = self._path.open("a") if self._path else None
        self._validation = ""
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._bar.close()
        if self._file:
            self._file.close()

    def _tell(self, event: dict[str, Any]) -> None:
        if self._file:
            self._file.write(json.dumps(event) + "\n")
            self._file.flush()
        if event["kind"] == "epoch":
            self._validation = f", validation MSE {event['validation_mse']:.4f}"
            if self._bar.disable:
                sys.stderr.write(
                    f"epoch {event['epoch']}/{event['epochs']}: loss {event['train_loss']:.4f}{self._validation}\n"
                )
        else:
            self._bar.total = event["steps"]
            self._bar.n = event["step"]
            self._bar.set_postfix_str(f"epoch {event['epoch']}, loss {event['loss']:.4f}{self._validation}")
