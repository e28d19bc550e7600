"""The rows that one window reads with edits made in them: a copy, which never reaches a file or an average."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.data.edits import Edit, EditKind, limits_of
from core.data.windows import Scaler

Rows = NDArray[np.float64]


def edited(
    rows: Rows, edits: Iterable[Edit], *, variables: Sequence[str], scaler: Scaler, season: int | None = None
) -> Rows:
    """Return new rows with edits made one after the other; those given stay as they are.

    Noise is drawn by the place of its edit in the list, counted from 0, so that the same list gives the same rows; a
    row keeps its noise while the span moves over it. What was missing in the file is edited as it was filled for the
    model. A NaN stays one where an edit adds to it or scales it, and is left out of the mean of a span.

    Parameters
    ----------
    rows : that the window reads, [row, variable], in the file's own units.
    edits : found to be `fitting`.
    scaler : of the train rows.
    """
    made = np.array(rows, dtype=np.float64)
    for place, edit in enumerate(edits):
        columns = [variables.index(name) for name in edit.variables]
        first, beyond = len(made) + edit.first, len(made) + edit.last + 1
        part, unit = made[first:beyond, columns], scaler.scale[columns]
        match edit.kind:
            case EditKind.SPIKE | EditKind.LEVEL | EditKind.SLOPE:
                part = part + edit.amount * unit * _form(edit.kind, len(edit))[:, None]
            case EditKind.NOISE:
                drawn = np.random.default_rng(place).standard_normal((len(made), len(columns)))
                part = part + edit.amount * unit * drawn[first:beyond]
            case EditKind.SCALE:
                mean = np.ma.masked_invalid(part).mean(axis=0).filled(np.nan)
                part = mean + edit.amount * (part - mean)
            case EditKind.SHIFT:
                part = part[np.clip(np.arange(len(edit)) - int(edit.amount), 0, len(edit) - 1)]
            case EditKind.ZERO:
                part = np.zeros_like(part)
            case EditKind.HOLD:
                part = np.broadcast_to(part[0], part.shape)
            case EditKind.SWAP:
                mean = scaler.mean[columns]
                part = ((part - mean) / unit)[:, ::-1] * unit + mean
            case EditKind.REPEAT:
                assert season is not None, "found to be `fitting`"
                part = made[first - season : beyond - season, columns]
            case _:
                assert_never(edit.kind)
        made[first:beyond, columns] = part
    return made


def moved_most(
    rows: Rows,
    edits: Sequence[Edit],
    place: int,
    *,
    variable: str,
    variables: Sequence[str],
    scaler: Scaler,
    season: int | None = None,
) -> tuple[int, float, float] | None:
    """Return the row of a variable that the amount of one edit of a list moves most, and its ends there.

    Parameters
    ----------
    rows, variables, scaler, season : as of `edited`.
    place : of the edit, counted from 0.

    Returns
    -------
    The row, counted from 0, with its values for the least and the largest amount: those between lie evenly. None
    where the edit has no amount, is one in time, or moves no row of the variable.
    """
    edit, column = edits[place], variables.index(variable)
    limits = limits_of(edit.kind, len(edit))
    if limits is None or edit.kind is EditKind.SHIFT:
        return None
    low, high = (
        edited(
            rows,
            [*edits[:place], replace(edit, amount=amount), *edits[place + 1 :]],
            variables=variables,
            scaler=scaler,
            season=season,
        )[:, column]
        for amount in limits
    )
    far = np.nan_to_num(np.abs(high - low))
    row = len(far) - 1 - int(far[::-1].argmax())  # of several the latest
    return (row, float(low[row]), float(high[row])) if far[row] > 0 else None


def _form(kind: EditKind, rows: int) -> Rows:
    """Return what part of its amount an edit adds to each row of its span, [row]."""
    if kind is EditKind.LEVEL:
        return np.ones(rows)
    if kind is EditKind.SLOPE:
        return np.arange(1, rows + 1) / rows
    rising = np.minimum(np.arange(1, rows + 1), np.arange(rows, 0, -1))
    return rising / rising.max()
