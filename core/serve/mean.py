"""What forecasts of a model rest on, averaged over many test windows: work for the background, kept small.

A folder holds `mean.json`, which grows by one window at a time. Its name is a key of code, weights, data and choices,
so that a mean that was stopped goes on where it was, and one that was asked for before is there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from core.jobs import read_json, write_json
from core.stages import Progress
from core.text.message import Message
from core.train.finished import finished_runs
from core.train.record import RunRecord
from core.version import answer_key

if TYPE_CHECKING:  # torch: pages read what is kept without it
    from core.serve.attribution import Attribution

WINDOWS = 64
FILE = "mean.json"


@dataclass(frozen=True)
class Asked:
    """Which number of every forecast is shared out, and how, in the words of `core.serve.explain`.

    Attributes
    ----------
    first, last : steps, counted from 1.
    rows : length of a block.
    """

    run_id: str
    variable: str
    first: int
    last: int
    method: str
    background: str
    rows: int

    def key(self, record: RunRecord) -> str:
        """Return the name of the folder of this mean: readable, with a digest of code, weights, data and choices."""
        key = answer_key("core.serve.mean", record.weights_sha, record.fingerprint, asdict(self))
        return f"{record.run_id}-{key}"


@dataclass(frozen=True, eq=False)
class MeanShares:
    """What is averaged so far.

    Attributes
    ----------
    of : int
        Windows that were asked for.
    scores, sizes : float64 [block, variable]
        Mean of the scores and of their sizes, standardised in units of the explained variable.
    shares : float64 [window, variable]
        The share of all movement that each variable holds in each window.
    informed : int
        Windows in which the order of the blocks knows more than a random one.
    rows : int64 [block]
        First rows of the blocks.
    """

    of: int
    scores: NDArray[np.float64]
    sizes: NDArray[np.float64]
    shares: NDArray[np.float64]
    informed: int
    rows: NDArray[np.int64]

    @property
    def done(self) -> int:
        """Windows so far."""
        return len(self.shares)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return what a folder holds; None where it holds nothing that can be read."""
        found = read_json(folder / FILE) or {}
        try:
            arrays = {name: np.array(found[name], np.float64) for name in ("scores", "sizes", "shares")}
            rows = np.array(found["rows"], np.int64)
            return cls(int(found["of"]), **arrays, informed=int(found["informed"]), rows=rows)
        except (KeyError, TypeError, ValueError):  # none yet, or damaged: it is made anew
            return None

    def write(self, folder: Path) -> None:
        """Write so that a reader sees all of it or nothing."""
        values = {name: each.tolist() if isinstance(each, np.ndarray) else each for name, each in vars(self).items()}
        write_json(folder / FILE, values)


def places_of(windows: int) -> NDArray[np.int64]:
    """Return which of so many test windows are averaged: evenly spaced, in an order whose parts are spread too."""
    places = np.unique(np.linspace(0, windows - 1, min(WINDOWS, windows)).round().astype(np.int64))
    return np.random.default_rng(0).permutation(places)


def average(
    folder: Path,
    asked: Mapping[str, Any],
    *,
    on_progress: Progress = lambda done, total, message: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Share out forecasts of many windows; return the file of their mean, or None when stopped.

    Parameters
    ----------
    folder : of this mean; the windows that it holds already are kept.
    asked : as `Asked` holds it.
    on_progress : called with windows done, windows in all, and that in words.

    Raises
    ------
    RecordError : no such run, or its data are not here.
    ChangeError : no such number.
    """
    from core.serve.attribution import Background, Method
    from core.serve.explain import Explained
    from core.serve.shelf import Shelf

    chosen = Asked(**asked)
    held = Shelf(finished_runs, most=1)[chosen.run_id]
    places = places_of(len(held.windows))
    mean = MeanShares.read(folder)
    for place in places[mean.done if mean else 0 :]:
        if should_stop():
            return None
        number = Explained.of(held, int(place), chosen.variable, (chosen.first, chosen.last))
        method, background = Method(chosen.method), Background(chosen.background)
        found = number.attribute(method, background, rows=chosen.rows, checked=False)
        mean = _with(mean, found, len(places))
        mean.write(folder)
        on_progress(mean.done, mean.of, Message("progress.windows", done=mean.done, windows=mean.of))
    return folder / FILE


def arguments_of(asked: Asked) -> dict[str, Any]:
    """Return what is asked as the arguments of the job that averages."""
    return {"asked": asdict(asked)}


def _with(mean: MeanShares | None, found: Attribution, of: int) -> MeanShares:
    """Return the mean with one window more."""
    sizes = np.abs(found.scores)
    share = (sizes.sum(0) / (sizes.sum() or 1.0))[None]
    if mean is None:
        return MeanShares(of, found.scores, sizes, share, int(found.deletion.is_informed), found.rows)
    weight = 1 / (mean.done + 1)
    return MeanShares(
        of=of,
        scores=mean.scores + weight * (found.scores - mean.scores),
        sizes=mean.sizes + weight * (sizes - mean.sizes),
        shares=np.concatenate([mean.shares, share]),
        informed=mean.informed + found.deletion.is_informed,
        rows=mean.rows,
    )
