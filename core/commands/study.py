"""`python -m core study`: a grid of runs, trained side by side; stopped or killed, it goes on where it was."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from core.config import PRESETS
from core.vocabulary import Fusion, Merge, Reference

NAME = "study"
HELP = "train a grid of runs side by side and write one table"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, required=True, help="folder of the study; an existing one goes on")
    parser.add_argument("--datasets", nargs="+", metavar="NAME")
    parser.add_argument("--horizons", nargs="+", type=int, default=[96], metavar="ROWS")
    parser.add_argument("--fusions", nargs="+", type=Fusion, default=list(Fusion), choices=list(Fusion))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], metavar="SEED")
    parser.add_argument(
        "--references", nargs="+", type=Reference, default=[Reference.DYNAMIC], choices=list(Reference)
    )
    parser.add_argument("--merges", nargs="+", type=Merge, default=[Merge.ATTENTION], choices=list(Merge))
    parser.add_argument("--preset", default="default", choices=PRESETS)
    parser.add_argument("--lookback", type=int, default=720)
    parser.add_argument("--stride", type=int, help="rows between training windows; the preset's, unless given")
    parser.add_argument("--workers", type=int, help="processes at a time; as many as cores, unless given")


def run(arguments: argparse.Namespace) -> int:
    """Run or go on with the study."""
    from core.study import StudyConfig, run_study

    names = ("datasets", "horizons", "fusions", "seeds", "references", "merges", "preset", "lookback", "stride")
    grid = {name: getattr(arguments, name) for name in names} if arguments.datasets else None
    if grid is not None:
        StudyConfig.from_dict(grid)
    stopped: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: stopped.append(number))
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    table = run_study(
        arguments.out, study=grid, workers=arguments.workers, on_event=_tell, should_stop=lambda: bool(stopped)
    )
    if table is None:
        sys.stderr.write(f"Stopped; everything is kept. Go on with: python -m core study --out {arguments.out}\n")
        return 130
    return 0


def _tell(kind: str, **fields: Any) -> None:
    sys.stderr.write(f"{kind}: {', '.join(f'{name} {value}' for name, value in fields.items())}\n")
