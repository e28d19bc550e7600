"""Values that stand for "nothing measured": -9999, -200, 999 and their like."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.report import Notes, count

_SENTINELS = tuple(
    sign * value
    for value in (99, 99.9, 999, 999.9, 999.99, 9999, 9999.9, 9999.99, 99999, 999999, 6999, 7999, 8999, 32768, 1e20)
    for sign in (-1, 1)
)
_FAR = 3.0  # ranges of the other values between them and a sentinel


def drop_placeholders(frame: pd.DataFrame, choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the frame with placeholders such as -9999 as missing; each is told under `mended`.

    A value counts as a placeholder when it is one of the customary ones, the extreme of its variable, and farther
    from all other values than three times their range: a real -99 among its like stays.
    """
    result = frame.copy()
    for name in frame.columns:
        values = result[name].to_numpy(np.float64, copy=True)
        for sentinel in _SENTINELS:
            flags = np.isclose(values, sentinel, rtol=1e-6, atol=0)
            others = values[~flags & ~np.isnan(values)]
            if not flags.any() or len(others) < 2:
                continue
            low, high = others.min(), others.max()
            if max(low - sentinel, sentinel - high) > _FAR * max(high - low, 1e-12):
                notes.mended.append(
                    f"{name}: {count(int(flags.sum()), 'cell')} of {sentinel:g} far from all other values "
                    f"({low:g} to {high:g}), taken as a placeholder and treated as missing."
                )
                values[flags] = np.nan
        result[name] = values
    return result
