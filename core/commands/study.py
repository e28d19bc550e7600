"""`python -m core study`: a grid of runs, trained side by side; stopped or killed, it goes on where it was.

A folder holds one full grid. Values given for an axis (data sets, horizons, fusions, seeds, references, merges) are
added to those of the grid that is there, and only what is new is trained; nothing is ever dropped. After training,
every measure of every run is computed; a data set, horizon and seed is measured anew when one of its runs changed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from core.commands.source import add_reading_options, choices_of, open_source
from core.commands.terminal import given, stop_asked
from core.data.uploads import in_words
from core.exits import Exit
from core.presets import presets_in_words
from core.vocabulary import Fusion, Merge, Reference

if TYPE_CHECKING:
    from core.study.engine import Engine

HELP = "train a grid of runs side by side and write one table; values given later are added to the grid"
GRID = (
    *("datasets", "horizons", "fusions", "seeds", "references", "merges"),
    *("preset", "lookback", "stride", "matched", "measures"),
)
RAY = "ray"  # the engine that is a cluster: `crosslens[cluster]` installs it
REFRESH = 1.0  # seconds between two looks at the whole study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; those of the grid are checked with the grid, so that a refusal is one sentence."""
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder of the study; an existing one goes on, its grid grows")
    add("--datasets", nargs="+", metavar="NAME", help="known ones or files of your own; needed for a new study")
    add("--horizons", nargs="+", type=int, metavar="ROWS", help="96, unless given")
    add("--fusions", nargs="+", metavar="MODE", help=f"of {', '.join(Fusion)}; all, unless given")
    add("--seeds", nargs="+", type=int, metavar="SEED", help="0, unless given")
    add("--references", nargs="+", metavar="WORD", help=f"of {', '.join(Reference)}; dynamic, unless given")
    add("--merges", nargs="+", metavar="WORD", help=f"of {', '.join(Merge)}; attention, unless given")
    add("--preset", help=f"{presets_in_words()} (default)")
    add("--lookback", type=int, metavar="ROWS", help="720, unless given")
    add("--stride", type=int, metavar="ROWS", help="between training windows; the preset's, unless given")
    matched = "beside `both`, also train `none` with as many parameters (yes, unless given)"
    add("--matched", action=argparse.BooleanOptionalAction, help=matched)
    measures = "after training, compute every measure of every run and data set (yes, unless given)"
    add("--measures", action=argparse.BooleanOptionalAction, help=measures)
    add("--workers", type=int, help="processes at a time; as many as cores, unless given")
    engines = ("auto", "side-by-side", "stacked", RAY)
    add("--minutes", type=float, help="stop after so long with everything kept, to go on in slices")
    add("--engine", choices=engines, default="auto", help=f"auto: stacked on a CUDA device; {RAY}: on a cluster")
    add("--address", help=f"of the cluster for --engine {RAY}; that of RAY_ADDRESS or this machine, unless given")
    add("--retrain", action="store_true", help="set finished runs of other code or data aside and train them again")
    add("--plan", action="store_true", help="only list the runs and estimate the time on this machine")
    add("--show", action="store_true", help="only print the table")
    missing = "only compute the measures that are missing or outdated; train nothing"
    add("--measure", action="store_true", help=missing)
    combine = "only write one table, --out FILE.parquet, from those of these studies"
    add("--combine", nargs="+", type=Path, metavar="FOLDER", help=combine)
    add_reading_options(parser)
    add("--cell", help=argparse.SUPPRESS)  # measure this one alone, as a worker of the study
    add("--parent", type=int, help=argparse.SUPPRESS)  # stop when this process is gone


def run(arguments: argparse.Namespace) -> int:
    """Run, go on with, plan, measure, combine or show studies."""
    asked = given(arguments, *GRID)
    if arguments.datasets:
        asked["datasets"] = [open_source(name, choices_of(arguments)).key for name in arguments.datasets]
    if arguments.show:
        from core.study.show import read_table, show

        sys.stdout.write(f"{show(read_table(arguments.out))}\n")
        return 0
    if arguments.combine:
        return _combine(arguments)
    if arguments.cell:
        return _measure_cell(arguments)
    return _plan(arguments, asked) if arguments.plan else _train(arguments, asked)


def _combine(arguments: argparse.Namespace) -> int:
    from core.study.combine import combine

    table = combine(arguments.out, arguments.combine)
    runs = table.loc[table["fusion"] != "", "run_id"].nunique()
    sys.stdout.write(f"{arguments.out}: {len(table):,} rows of {runs} runs\n")
    return 0


def _measure_cell(arguments: argparse.Namespace) -> int:
    from core.study.measures import measurement

    wanted = measurement(arguments.out, arguments.cell)
    should_stop = stop_asked(parent=arguments.parent)
    if wanted.runs:
        import torch

        torch.set_num_threads(1)
    return 0 if wanted.measure(lambda done, total, message: None, should_stop) else Exit.STOPPED


def _plan(arguments: argparse.Namespace, asked: dict[str, Any]) -> int:
    from core.study.engine import Engine
    from core.study.estimate import estimate, plan_of, sentence
    from core.study.run import grid_of

    grid = grid_of(arguments.out, asked)
    plan = plan_of(arguments.out, grid)
    sys.stdout.write(f"{in_words(plan.text())}\n")
    if plan.waiting:

        def tell(done: int, total: int) -> None:
            if sys.stderr.isatty():
                sys.stderr.write(f"\rmeasuring steps of shape {done + 1} of {total} ")

        seconds = estimate(plan.waiting, workers=arguments.workers, tell=tell)
        engine = Engine.SIDE_BY_SIDE if arguments.engine == RAY else Engine(arguments.engine)
        told = sentence(seconds, arguments.workers, engine, measures=grid.measures)
        sys.stdout.write(f"{told}\n")
    return 0


def _train(arguments: argparse.Namespace, asked: dict[str, Any]) -> int:
    from core.study.run import measure_study, run_study
    from core.train.finished import remember

    should_stop = stop_asked(minutes=arguments.minutes)
    with _Teller(arguments.out) as teller, _engine(arguments) as (engine, shared):
        shared |= {"should_stop": should_stop, "on_event": teller.tell, "on_poll": teller.on_poll}
        if arguments.measure:
            table = measure_study(arguments.out, **shared)
        else:
            table = run_study(arguments.out, study=asked or None, engine=engine, retrain=arguments.retrain, **shared)
    if table is None:
        sys.stderr.write(f"Stopped; everything is kept. Go on with: python -m core study --out {arguments.out}\n")
        return Exit.STOPPED
    remember(arguments.out, f"study-{hashlib.sha256(bytes(arguments.out.resolve())).hexdigest()[:12]}")
    return 1 if teller.failed else 0


@contextmanager
def _engine(arguments: argparse.Namespace) -> Iterator[tuple[Engine, dict[str, Any]]]:
    """Yield how runs are shared out, and who starts how many workers: this machine, or the nodes of a cluster."""
    from core.study.engine import Engine

    if arguments.engine != RAY:
        yield Engine(arguments.engine), {"workers": arguments.workers}
        return
    try:
        from core.study.cluster import Cluster
    except ModuleNotFoundError:
        raise ValueError("A study on a cluster needs ray: pip install 'crosslens[cluster]' on every node.") from None
    cluster = Cluster(arguments.address)
    try:
        engine, size = (Engine.STACKED, cluster.gpus) if cluster.gpus else (Engine.SIDE_BY_SIDE, cluster.cores)
        yield engine, {"workers": arguments.workers or size, "launch": cluster.launch}
    finally:
        cluster.leave()


class _Teller:
    """A bar over the whole study on a terminal, plain lines otherwise."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drawn = 0.0
        self._measured = ""
        self.failed = 0

    def __enter__(self) -> Self:
        from tqdm import tqdm

        shape = "{percentage:3.0f} %|{bar}| {desc}"
        self._bar = tqdm(total=1.0, bar_format=shape, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def tell(self, kind: str, **fields: Any) -> None:
        """Write one line for an event, with how far the study is."""
        self.failed += kind == "failed"
        told = in_words(", ".join(f"{name} {_short(value)}" for name, value in fields.items()))
        if kind == "measuring" or "done" in fields:
            self._measured = (
                f"{fields['done']} measured, about {fields['left']} left" if "done" in fields else "measuring"
            )
        far = f" ({self._sentence()})" if kind in ("finished", "failed") and "run" in fields else ""
        self._bar.write(f"{kind}: {told}{far}", file=sys.stderr)

    def on_poll(self) -> None:
        """Draw the bar anew, at most once a second."""
        if self._bar.disable or time.monotonic() - self._drawn < REFRESH:
            return
        self._drawn = time.monotonic()
        self._bar.set_description_str(self._sentence(), refresh=False)
        self._bar.refresh()

    def _sentence(self) -> str:
        from core.study.folder import RunState
        from core.study.progress import clock, progress

        found = progress(self._folder)
        self._bar.n = found.share
        if self._measured:
            return self._measured
        left = found.seconds_left
        ended = f"{found.count(RunState.DONE)} of {len(found.statuses)} runs"
        return f"{ended}, about {clock(left)} left" if left else ended


def _short(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
