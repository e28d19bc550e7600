"""What figures ask of the engine: each question once, and a refusal is told as why there is nothing to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from core.exhibits.exhibit import Absent
from core.remembered import Remembered, plain_bytes
from core.serve.warm import EngineError
from core.train.record import RunRecord

Answer = Mapping[str, Any]  # as the questions of `core.serve.warm` return it

_ANSWERS = Remembered[Answer](most=64_000_000, weigh=plain_bytes)


def answered(ask: Callable[..., Answer], run: RunRecord, *of: Any, **how: Any) -> Answer:
    """Return what a question of `core.serve.warm` about a run is answered; asked again it comes from memory.

    Parameters
    ----------
    ask : takes the run's id, then `of` and `how`, which a cache can hold.

    Raises
    ------
    Absent : the engine refused, in its words.
    """
    key = (ask, run.run_id, run.weights_sha, of, tuple(how.items()))  # weights tell apart trainings of one name
    with or_absent():
        return _ANSWERS.get(key, lambda: ask(run.run_id, *of, **how))


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
