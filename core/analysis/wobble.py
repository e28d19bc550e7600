"""Condition c1: a daily skeleton that wobbles, and how much of the rest a shift of it recovers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.estimate import Floats
from core.analysis.phase import random_phases

SURROGATES = 20  # of each day; one alone leaves c1 a standard deviation of about .01
WIDEST = 6  # a shift reaches up to a sixth of the day


def without_daily_mean(series: ArrayLike, steps: int) -> Floats:
    """Return days high-passed by a centred 1-day mean, [day, step, variable].

    Days are blocks of `steps` rows in file order; the first and the last have no centred mean everywhere and are left
    out.

    Parameters
    ----------
    series : [row, variable]
    steps : rows in a day; the mean is over one row more where they are even, so that it has a centre.
    """
    values = np.asarray(series, dtype=np.float64)
    width, days = steps // 2 * 2 + 1, len(values) // steps
    if days < 3:
        return np.empty((0, steps, values.shape[1]))
    level = values.mean(axis=0)
    sums = np.cumsum(np.vstack([np.zeros_like(level), values - level]), axis=0)  # centred: no digit is lost
    means = level + (sums[width:] - sums[:-width]) / width  # row r: mean around row r + steps // 2
    inner = values[steps : (days - 1) * steps] - means[steps - steps // 2 : (days - 1) * steps - steps // 2]
    still = np.ptp(values, axis=0) == 0
    inner[:, still] = 0.0
    return inner.reshape(days - 2, steps, -1)


def daily_share(days: Floats) -> Floats:
    """Return the mean day's share of the power of days [day, step, variable]: [variable], NaN for a still one."""
    centred = days - days.mean(axis=1, keepdims=True)
    if not len(days):
        return np.full(days.shape[2], np.nan)
    total = np.square(centred).mean(axis=(0, 1))
    skeleton = np.square(centred.mean(axis=0)).mean(axis=0)
    return np.divide(skeleton, total, out=np.full(total.shape, np.nan), where=total > 0)


def wobble_sums(days: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Return what c1 needs of each day of every variable, and the power of its skeleton.

    Parameters
    ----------
    days : high-passed, [day, step, variable].
    generator : source of the surrogates: the skeleton plus residuals with random phases.

    Returns
    -------
    sums : [day, 5, variable]: power of the day; of its residual before and after a shift and a gain of the skeleton;
        the same two of its surrogates.
    skeleton : power of the mean day, [variable].
    """
    sums = np.zeros((len(days), 5, days.shape[2]))
    power = np.zeros(days.shape[2])
    for variable in range(days.shape[2]):
        table = days[:, :, variable] - days[:, :, variable].mean(axis=1, keepdims=True)  # [day, step]
        mean_day = table.mean(axis=0)
        power[variable] = mean_day @ mean_day
        sums[:, 0, variable] = np.square(table).sum(axis=1)
        sums[:, 1:3, variable] = _recovered(table, mean_day)
        for _ in range(SURROGATES):
            made = mean_day + random_phases(table - mean_day, generator)
            sums[:, 3:5, variable] += _recovered(made, mean_day) / SURROGATES
    return sums, power


def _recovered(table: Floats, mean_day: Floats) -> Floats:
    """Return the power of each day's residual [day, (before, after)] the best shift and gain >= 0 of the skeleton."""
    steps, power = len(mean_day), mean_day @ mean_day
    reach = steps // WIDEST
    spectrum = np.fft.rfft(table) * np.conj(np.fft.rfft(mean_day))
    match = np.fft.irfft(spectrum, n=steps)[:, np.arange(-reach, reach + 1) % steps]  # [day, shift]
    fit = np.maximum(match.max(axis=1), 0) ** 2 / power if power > 0 else np.zeros(len(table))
    return np.column_stack([np.square(table - mean_day).sum(axis=1), np.square(table).sum(axis=1) - fit])


def wobble_of(sums: Floats, power: Floats, days: int) -> Floats:
    """Return c1 = sqrt(S W*) of every variable from summed rows of `wobble_sums`, [variable]; NaN where it is still.

    S is the skeleton's share of the power. W is the share of the rest that shift and gain recover, W0 that of the
    surrogates, and W* = (W - W0) / (1 - W0) what they recover beyond chance, at least 0.
    """
    total, before, after, before_null, after_null = sums
    found = np.full(power.shape, np.nan)
    moving = total > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.minimum(power * days / total, 1.0)
        beyond = 1 - (after / before) / (after_null / before_null)  # (W - W0) / (1 - W0), written out
    beyond = np.where(before > 1e-12 * total, beyond, 0.0)  # a skeleton that never wobbles
    found[moving] = np.sqrt(share * np.maximum(np.nan_to_num(beyond), 0))[moving]
    return found
