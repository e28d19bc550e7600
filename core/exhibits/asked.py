"""What figures ask of the engine: each question once, and a refusal is told as why there is nothing to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from core.exhibits.exhibit import Absent
from core.serve.warm import EngineError
from core.train.record import RunRecord

ANSWERS = 64  # that stay in memory

Answer = Mapping[str, Any]  # as the questions of `core.serve.warm` return it


def answered(ask: Callable[..., Answer], run: RunRecord, *of: Any, **how: Any) -> Answer:
    """Return what a question of `core.serve.warm` about a run is answered; asked again it comes from memory.

    Parameters
    ----------
    ask : takes the run's id, then `of` and `how`, which a cache can hold.

    Raises
    ------
    Absent : the engine refused, in its words.
    """
    with or_absent():
        return _answered(ask, run.run_id, run.weights_sha, *of, **how)


@lru_cache(ANSWERS)
def _answered(ask: Callable[..., Answer], run_id: str, weights: str, *of: Any, **how: Any) -> Answer:
    """Ask once for all figures; `weights` tell apart trainings of one name."""
    return ask(run_id, *of, **how)


def number_in(value: float | None) -> float:
    """Return a number of an answer: JSON tells what was not measured as null."""
    return math.nan if value is None else value


@contextmanager
def or_absent() -> Iterator[None]:
    """Tell what the engine refuses inside as the reason why a figure has nothing to show."""
    try:
        yield
    except EngineError as error:
        raise Absent(str(error)) from None
