"""Values that stand for "nothing measured": -9999, -200, 999 and their like."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.choices import KEEP, MISSING, Choices, Option, Question
from core.data.report import Notes
from core.text.message import Message, Value, some_of

_CUSTOMARY = np.array(  # with either sign
    [
        *(77, 88, 99, 99.9, 99.99, 200, 777, 888, 999, 999.9, 999.99, 7777, 8888, 9999, 9999.9, 9999.99),
        *(999.25, 6999, 7999, 8999, 99999, 99999.9, 999999, 9999999),
        *(32767, 32768, 65535, 2147483647, 2147483648, 4294967295),
    ]
)
_HUGE = 1e20  # no measured value is as large: 9.97e36 and 1.8e308 are the fill values of data formats
_EDGES = (0.05, 0.95)  # quantiles of the different values: a mass of zeros and a few spikes move them little
_FAR, _NEAR, _BESIDE = 3.0, 0.5, 0.05  # spreads from the edges: surely none; perhaps; where another variable is sure
_SEVERAL = 3  # cells from which a repeated value is suspicious
_MOST = 3  # values that stand for nothing in one variable, and are not customary
_VARIED = 10  # different other values, without which "far" says little
_FEW = 0.1  # cells between a placeholder and the measured values, as a share of its own cells


@dataclass(frozen=True)
class _Candidate:
    """An extreme value of a variable that may be a placeholder."""

    name: str
    value: float
    cells: int  # that hold it
    distance: float  # from the edges of the other values, in their spreads
    customary: bool  # whether loggers and data bases use it
    low: float  # of the other values
    high: float


def drop_placeholders(frame: pd.DataFrame, choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the frame with placeholders such as -9999 as missing; each is told under `mended`.

    A value is one when it stands far outside the spread of its variable with hardly a value between, and is customary
    or the same over several variables; what is not customary its owner may keep. What is only suspicious is kept,
    warned of and asked.
    """
    found = [candidate for name in frame.columns for candidate in _candidates(str(name), frame[name].to_numpy())]
    far = {one.value for one in found if one.distance > _FAR and one.customary}
    often = Counter(one.value for one in found)
    sure = [one for one in found if _is_sure(one, far)]
    shared = [one for one in found if not one.customary and often[one.value] > 1]
    suspicious = [one for one in found if one.cells >= _SEVERAL and one.distance > _NEAR]
    doubtful = [one for one in suspicious if one not in sure + shared]
    if shared or doubtful:
        likely = "" if shared and doubtful else MISSING if shared else KEEP
        notes.questions.append(_question(shared + doubtful, choices.placeholders or likely))
    taken = sure + ([] if choices.placeholders == KEEP else shared)
    taken += doubtful if choices.placeholders == MISSING else []
    kept = [one for one in shared + doubtful if one not in taken]
    if kept and choices.placeholders == KEEP:
        notes.found.append(Message("placeholder.kept", values=_listed(kept)))
    elif kept:
        notes.warnings.append(Message("placeholder.doubtful", values=_listed(kept)))
    result = frame.copy()
    for one in taken:
        result[one.name] = result[one.name].mask(result[one.name] == one.value)
        cells = Message("count.cell", n=one.cells)
        notes.mended.append(
            Message("placeholder.taken", name=one.name, cells=cells, value=one.value, low=one.low, high=one.high)
        )
    return result


def _is_sure(one: _Candidate, far: set[float]) -> bool:
    """Whether a value is customary and far, or stands beside and is far in another variable."""
    return one.customary and (one.distance > _FAR or (one.value in far and one.cells > 1))


def _candidates(name: str, values: NDArray[np.float64]) -> list[_Candidate]:
    """Return the values that stand apart from nearly all others of their variable; 0 is never one."""
    different, cells = np.unique(values[~np.isnan(values)], return_counts=True)
    customary = _are_customary(different)
    others = different[~customary]
    if not len(others):
        return []
    low, high = np.quantile(others, _EDGES)
    spread = max(high - low, 1e-12)
    distance = np.maximum(low - different, different - high) / spread
    varied = len(others) >= _VARIED
    repeated = (cells >= _SEVERAL) & (distance > _FAR) & varied & (different != 0)
    if (repeated & ~customary).sum() > _MOST:
        repeated[:] = False  # many values far out are a long tail
    apart = (customary & (distance > (_BESIDE if varied else _FAR))) | repeated
    measured = np.where(apart, 0, cells)
    found = []
    for place in np.flatnonzero(apart):
        value, own = float(different[place]), int(cells[place])
        beyond = different < (low + value) / 2 if value < low else different > (high + value) / 2
        if measured[beyond].sum() <= _FEW * own:
            rest, far, usual = different[~apart], float(distance[place]), bool(customary[place])
            found.append(_Candidate(name, value, own, far, usual, low=rest[0], high=rest[-1]))
    return found


def _are_customary(different: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which of the values are customary placeholders, to the digits of float32."""
    sizes, customary = np.abs(different), np.sort(_CUSTOMARY)
    begun = np.searchsorted(customary * (1 - 1e-6), sizes, side="right")
    ended = np.searchsorted(customary * (1 + 1e-6), sizes)
    return (begun > ended) | (sizes >= _HUGE)


def _listed(asked: list[_Candidate]) -> Value:
    cells = [Message("count.cell", n=one.cells) for one in asked]
    pairs = zip(asked, cells, strict=True)
    return some_of([Message("placeholder.value", value=one.value, name=one.name, cells=n) for one, n in pairs])


def _question(asked: list[_Candidate], taken: str) -> Question:
    return Question(
        "placeholders",
        Message("placeholder.which", values=_listed(asked)),
        (Option(MISSING, Message("placeholder.yes")), Option(KEEP, Message("placeholder.no"))),
        taken,
    )
