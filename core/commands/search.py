"""`python -m core search`: candidates of the recipe on rolling origins inside the train rows, finished ones kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.commands.source import add_reading_options, choices_of, open_source
from core.commands.terminal import stop_asked
from core.data.catalog import KNOWN
from core.data.uploads import in_words
from core.exits import Exit

if TYPE_CHECKING:
    from core.study.search import Trial

HELP = "train candidates of the recipe on rolling origins inside the train rows, and table their errors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, required=True, help="folder of the trials; started again it goes on")
    names = "known ones or files of your own (the four ETT)"
    parser.add_argument("--datasets", nargs="+", default=["ETTh1", "ETTh2", "ETTm1", "ETTm2"], help=names)
    parser.add_argument("--horizons", nargs="+", type=int, default=[96, 720])
    parser.add_argument("--candidates", nargs="+", default=[], help="names as the table shows them (all)")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--part", default="1/1", help="of the trials, for processes side by side: 1/2 and 2/2 (1/1)")
    parser.add_argument("--table", type=Path, help="also write the finished trials as parquet")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train what is missing, then print the mean over folds against the first candidate."""
    from core.study.search import search_table, trial_folder, trials

    choices = choices_of(arguments)
    datasets = [name if name in KNOWN else open_source(name, choices).key for name in arguments.datasets]
    planned = list(trials(datasets, arguments.horizons, arguments.candidates, arguments.seeds))
    number, of = _part(arguments.part)
    should_stop = stop_asked()
    for trial in planned[number - 1 :: of]:
        if not _train(trial, trial_folder(arguments.out, trial), should_stop):
            return Exit.STOPPED
    table = search_table(arguments.out, planned)
    if arguments.table:
        table.to_parquet(arguments.table, index=False)
    means = table.groupby(["candidate", "dataset", "horizon"], sort=False)[["mse", "average_mse", "ridge_mse"]].mean()
    sys.stdout.write(f"{in_words(means.round(4).to_string())}\n")
    return 0


def _part(text: str) -> tuple[int, int]:
    """Read which share of the trials this process takes.

    >>> _part("2/3")
    (2, 3)
    """
    words = text.split("/")
    if len(words) == 2 and all(word.isdecimal() for word in words):
        number, of = map(int, words)
        if 1 <= number <= of:
            return number, of
    raise ValueError(f"part is {text!r}; it is a number and of how many, such as 1/2: choose such a pair.")


def _train(trial: Trial, folder: Path, should_stop: Callable[[], bool]) -> bool:
    """Train one trial unless it is finished; tell whether to go on."""
    import torch

    from core.data.catalog import load_dataset
    from core.study.search import fold_of
    from core.train.fit import Interrupted, fit

    torch.set_num_threads(1)
    fold = fold_of(load_dataset(trial.dataset), trial.fold)
    try:
        record = fit(trial.run(fold), fold, folder, should_stop=should_stop)
    except Interrupted as pause:
        sys.stderr.write(f"{pause}\n")
        return False
    line = trial.row(record)
    sys.stderr.write(
        f"{trial.candidate.name}, {in_words(trial.dataset)} {trial.horizon}, fold {trial.fold + 1}: "
        f"MSE {line['mse']:.4f}, average {line['average_mse']:.4f}, ridge {line['ridge_mse']:.4f}, "
        f"{line['seconds']:.0f} s\n"
    )
    return True
