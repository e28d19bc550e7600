"""Round limits and tick steps for office charts, whose own choice starts at zero or at odd numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.report.native.panels import Axis, Values
from core.text.words import say

_DAY_STEPS = (1 / 24, 1 / 8, 1 / 4, 1 / 2, 1, 2, 7, 14, 30.4375, 91.3125, 182.625, 365.25)
_POWERS = '[>=1000000]0,,"M";[>=1000]0,"k";General'  # labels of a logarithmic axis
_LARGE = '[>=1000000000]0,,,"G";[>=1000000]0,,"M";0,"k"'  # of one that begins at 1000 or above
EXCEL_EPOCH = 25_569  # days from Excel's day 0 to 1970-01-01


@dataclass(frozen=True)
class AxisScale:
    """Ends of an axis, distance between ticks, and Excel's number format of the labels."""

    low: float
    high: float
    step: float
    number_format: str  # of dates: as the spoken language writes them


def scale_of(axis: Axis, values: Iterable[Values], *, ticks: int = 6, tight: bool = False) -> AxisScale:
    """Choose the scale of an axis.

    Parameters
    ----------
    axis : its own range wins over the values.
    values : everything drawn along the axis, [point] each; NaN is skipped.
    ticks : about how many parts between ticks can be read.
    tight : whether the axis ends at the data (x of a curve) instead of at a tick.
    """
    drawn = np.concatenate([np.asarray(part, float).ravel() for part in values] or [np.zeros(0)])
    drawn = drawn[np.isfinite(drawn)]
    if drawn.size == 0:
        drawn = np.array([0.0, 1.0])
    low, high = axis.range or (float(drawn.min()), float(drawn.max()))
    if high <= low:
        low, high = low - 0.5, high + 0.5
    if axis.labels:  # places of words
        return AxisScale(low, high, 1.0, "General")
    if axis.dates:
        return _date_scale(low, high, ticks)
    if axis.logarithmic:
        return _powers(low, high, ticks)
    step = axis.step or nice_step(high - low, ticks)
    low = math.floor(low / step + 1e-9) * step  # office ticks are counted from the low end
    high = high if tight else math.ceil(high / step - 1e-9) * step
    decimals = max(-int(Decimal(f"{step:.6g}").normalize().as_tuple().exponent), 0)
    return AxisScale(low, high, step, "0." + "0" * decimals if decimals else "0")


def _powers(low: float, high: float, ticks: int) -> AxisScale:
    """Return a logarithmic scale: its step is the factor between two ticks."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    step = 10 ** max(1, math.ceil((last - first) / ticks))
    return AxisScale(10**first, 10**last, step, _LARGE if first >= 3 else _POWERS)


def _date_scale(low: float, high: float, ticks: int) -> AxisScale:
    """Take days since 1970; return Excel's days."""
    step = next((step for step in _DAY_STEPS if (high - low) / step <= ticks + 1), None)
    if step is None:
        step = 365.25 * math.ceil((high - low) / 365.25 / ticks)
    number_format = say("d mmm hh:mm" if step < 1 else "d mmm" if step < 28 else "d mmm yyyy")
    start = math.floor(low / min(step, 1.0) + 1e-9) * min(step, 1.0)
    return AxisScale(start + EXCEL_EPOCH, high + EXCEL_EPOCH, step, number_format)


def nice_step(span: float, parts: int = 6) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten that divides a span into about so many parts, never more.

    >>> nice_step(0.9), nice_step(96)
    (0.2, 20.0)
    """
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    factor = next(factor for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    return factor * power
