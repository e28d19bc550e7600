"""In which order variables are offered and shown where there are many: by their error, or by what crossing does."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

import pandas as pd

from core.vocabulary import Fusion


class Ranking(StrEnum):
    """What comes first."""

    ERROR = "error"  # the largest
    GAIN = "gain"  # what crossing both ways helps most
    LOSS = "loss"  # what it harms most


def ranked(errors: pd.DataFrame, by: Ranking) -> list[str]:
    """Return variables in order; by their error where there is nothing to hold against `none`.

    Parameters
    ----------
    errors : MSE [variable, fusion mode], the modes' values as columns.

    >>> errors = pd.DataFrame({"none": [1.0, 2.0, 4.0], "both": [0.5, 2.2, 4.0]}, index=["a", "b", "c"])
    >>> [ranked(errors, by) for by in Ranking]
    [['c', 'b', 'a'], ['a', 'c', 'b'], ['b', 'c', 'a']]
    """
    change, level = changes(errors), errors.mean(axis=1)
    match by:
        case Ranking.ERROR:
            worth = level
        case Ranking.GAIN:
            worth = level if change is None else -change
        case Ranking.LOSS:
            worth = level if change is None else change
        case _:
            assert_never(by)
    return [str(name) for name in worth.sort_values(ascending=False, kind="stable").index]


def changes(errors: pd.DataFrame) -> pd.Series[float] | None:
    """Return by how many per cent crossing both ways moves the MSE of each variable, [variable].

    Where `both` is not trained it is another mode that crosses; None without one or without `none`.
    """
    crossed = [mode.value for mode in reversed(Fusion) if mode.crossings and mode.value in errors]
    if Fusion.NONE.value not in errors or not crossed:
        return None
    return 100 * (errors[crossed[0]] / errors[Fusion.NONE.value] - 1)
