"""`python -m core pack`: finished runs at half their size, beside what that costs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "copy finished runs with weights in half precision, and tell what that costs in test error"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folders of finished runs")
    parser.add_argument("--out", type=Path, required=True, help="folder that gets one folder a run")


def run(arguments: argparse.Namespace) -> int:
    """Copy one run after the other; the last line names the largest change of all."""
    from core.data.catalog import load_dataset
    from core.data.uploads import in_words
    from core.text.amounts import counted
    from core.train.half_precision import in_half_precision
    from core.train.record import read_record

    done = []
    for folder in arguments.runs:
        done.append(in_half_precision(folder, load_dataset(read_record(folder).config.dataset), arguments.out))
        one = done[-1]
        halved = f"halved {one.halved:.6f} ({one.error_growth:+.1e})"
        sys.stdout.write(f"{in_words(one.run_id)}: test MSE {one.recorded:.6f}, {halved}\n")
        sys.stdout.flush()
    worst = max(done, key=lambda one: abs(one.error_growth))
    change = f"largest change of test MSE {worst.error_growth:+.1e} ({in_words(worst.run_id)})"
    sys.stdout.write(f"{counted(len(done), 'run')}; {change}.\n")
    return 0
