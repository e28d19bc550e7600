"""Whether both crossings together do more than the sum of each: interaction and win rate."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc, stdtrit

from core.analysis.estimate import SEED, Estimate, Floats, mean_interval, undefined
from core.analysis.resample import sign_flip_p, wilson
from core.text.message import Message

NO_COMPLETE_SEED = Message("synergy.no_complete_seed")

CHANCE = 1 / 3  # that one of three is the best
# switches (GRU to CNN, CNN to GRU) of the columns: none, gru_to_cnn, cnn_to_gru, both
SWITCHES = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float64)


def interaction_ols(rmse: ArrayLike) -> Estimate:
    """Return beta_12 of RMSE = b0 + b1 gru_to_cnn + b2 cnn_to_gru + b12 product, by least squares over all runs.

    Below 0, both crossings together lower the error by more than the sum of each. This is the published form; it
    treats runs of one seed as independent, which makes its interval wider than it need be. `n` counts runs; one seed
    has a value without an interval.

    Parameters
    ----------
    rmse : [seed, mode], modes in the order none, gru_to_cnn, cnn_to_gru, both.

    >>> round(interaction_ols([[1.0, 0.99, 0.98, 0.90]]).value, 6)
    -0.07
    """
    table = _complete(rmse)
    if not len(table):
        return undefined(NO_COMPLETE_SEED)
    design = np.column_stack([np.ones(4), SWITCHES, SWITCHES.prod(axis=1)])  # [mode, coefficient]
    runs, values = np.tile(design, (len(table), 1)), table.ravel()
    inverse = np.linalg.inv(runs.T @ runs)
    coefficients = inverse @ runs.T @ values
    value, freedom = float(coefficients[3]), len(values) - 4
    if freedom == 0:
        return Estimate(value, n=len(values), reason=Message("estimate.one_only", of=SEED))
    residual = values - runs @ coefficients
    error = math.sqrt(float(residual @ residual) / freedom * inverse[3, 3])
    half = float(stdtrit(freedom, 0.975)) * error
    return Estimate(value, value - half, value + half, n=len(values))


def interaction_paired(rmse: ArrayLike, *, generator: np.random.Generator | None = None) -> Estimate:
    """Return beta_12 from each seed's own four runs: both - cnn_to_gru - gru_to_cnn + none, averaged over seeds.

    Its interval is Student's, its p-value that of sign flips; `n` counts seeds.

    Parameters
    ----------
    rmse : as in `interaction_ols`.
    generator : needed only beyond 12 seeds, see `sign_flip_p`.
    """
    none, gru_to_cnn, cnn_to_gru, both = _complete(rmse).T
    differences = both - cnn_to_gru - gru_to_cnn + none  # [seed]
    found = mean_interval(differences)
    if found.n < 2:
        return found
    p_value = sign_flip_p(differences, generator=generator)
    return Estimate(found.value, found.low, found.high, p_value, found.n)


def win_rate(rmse: ArrayLike) -> Estimate:
    """Return the share of seeds in which both crossings beat either alone, ties counting half.

    Its interval is Wilson's, its p-value the one-sided binomial one against `CHANCE`; `n` counts seeds.

    Parameters
    ----------
    rmse : as in `interaction_ols`.
    """
    _, gru_to_cnn, cnn_to_gru, both = _complete(rmse).T
    best = np.minimum(gru_to_cnn, cnn_to_gru)
    wins = float(np.sum(both < best) + np.sum(both == best) / 2)
    found = wilson(wins, len(best))
    if not found.defined:
        return undefined(NO_COMPLETE_SEED)
    p_value = float(bdtrc(math.floor(wins) - 1, len(best), CHANCE))
    return Estimate(found.value, found.low, found.high, p_value, found.n)


def _complete(rmse: ArrayLike) -> Floats:
    """Return the seeds that have a run of every mode, [seed, mode]."""
    table = np.asarray(rmse, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != 4:
        raise ValueError(f"rmse has shape {table.shape}; give [seed, mode] with the four modes in order.")
    return table[np.isfinite(table).all(axis=1)]
