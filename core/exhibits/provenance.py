"""Where a figure's numbers come from, as one line: data set, window, checkpoints, seeds, n, versions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from core.exhibits.seeds import Training, in_a_row, trainers
from core.figures.names import shortened
from core.text.amounts import listed
from core.text.words import say, say_many
from core.train.record import RunRecord
from core.version import VERSION, other_code

MOST_NAMED = 4  # checkpoints that a line names one by one
_DIGITS = 8  # of a hash: enough to tell checkpoints apart


def provenance_line(title: str, runs: Sequence[Training] = (), *, data: str = "") -> str:
    """Return the foot of a figure.

    Parameters
    ----------
    title : name of the data set for people.
    runs : whose numbers are shown; of one data set, preset, horizon and look-back. None for the data alone.
    data : fingerprint of the data, for a figure without runs (each run carries its own).
    """
    name = shortened(title)
    parts = [name] if runs or not data else [name, say("data {fingerprint}", fingerprint=data)]
    if runs:
        window, seeds = runs[0].config.window, sorted({run.config.train.seed for run in runs})
        here = [run for run in runs if isinstance(run, RunRecord)]
        parts += [
            say("horizon {horizon}, look-back {lookback}", horizon=window.horizon, lookback=window.lookback),
            say("preset {preset}", preset=runs[0].config.preset),
            say_many("seed {seeds}", "seeds {seeds}", n=len(seeds), seeds=", ".join(map(str, seeds))),
            say("n = {windows:,} test windows", windows=runs[0].metrics["test"]["windows"]),
            say("data {fingerprint}", fingerprint=runs[0].fingerprint),
            *filter(None, [checkpoints(here), _beside(runs), other_code(run.versions for run in runs)]),
        ]
    return " · ".join([*parts, f"CrossLens {VERSION}"])


def _beside(runs: Sequence[Training]) -> str:
    """Return which seeds are known from a table alone, and what trained the runs where that was not one thing."""
    seeds = sorted({run.config.train.seed for run in runs if not isinstance(run, RunRecord)})
    by = trainers(runs)
    parts = [say("{seeds} from the shipped table", seeds=in_a_row(seeds))] if seeds else []
    if seeds and len(by) > 1:
        parts.append(say("trained by {trainers}", trainers=listed(by)))
    return " · ".join(parts)


def checkpoints(runs: Sequence[RunRecord]) -> str:
    """Return what tells these checkpoints from all others: the first digits of the hash of their weights; "" of none.

    Up to four are named one by one, more by one hash over theirs; the settings beside an export list them all.
    """
    weights = sorted({run.weights_sha for run in runs})
    if not weights:
        return ""
    if len(weights) <= MOST_NAMED:
        digits = ", ".join(sha[:_DIGITS] for sha in dict.fromkeys(run.weights_sha for run in runs))
        return say("weights {digits}", digits=digits)
    digits = hashlib.sha256("".join(weights).encode()).hexdigest()[:_DIGITS]
    return say("{n} checkpoints, weights {digits}", n=len(weights), digits=digits)


def settings_of(record: RunRecord) -> dict[str, Any]:
    """Return what tells a checkpoint from all others, and how it was made, as JSON values."""
    return {
        "run_id": record.run_id,
        "settings": record.config.to_dict(),
        "weights_sha": record.weights_sha,
        "data": record.fingerprint,
        "versions": record.versions,
    }
