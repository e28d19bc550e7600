"""What is left of a dependence on the time of day once its controls are taken away, as rows made from rows.

A kernel's distance correlation stands against the floor (the raw last day of the input already follows the clock) and
against the untrained twin; the readings of the convolution path against mode `none`, which has no correction.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.analysis.estimate import Estimate, undefined
from core.analysis.statistic import CROSSINGS, GAIN_OVER_NONE, Over, Statistic, statistic_name
from core.text.message import Message
from core.vocabulary import Fusion

Row = Mapping[str, Any]
_CONTROLS = ("dataset", "horizon", "lookback", "seed")  # shared by a run and the floor of its input
_SETTINGS = (*_CONTROLS, "merge", "embedding", "preset")  # shared by a run and the mode `none` it is compared with


def gain_rows(rows: Sequence[Row]) -> Iterator[tuple[Row, str, Estimate]]:
    """Yield (row of the run, statistic, estimate) for every difference to a control.

    Parameters
    ----------
    rows : rows of one data set, horizon and seed.
    """
    floor = next((row for row in rows if row["statistic"] == Statistic.DCOR_INPUT), None)
    for crossing in CROSSINGS:
        for over in Over:
            own = statistic_name(Statistic.DCOR_KERNEL, crossing=crossing, over=over)
            twin = statistic_name(Statistic.DCOR_KERNEL_UNTRAINED, crossing=crossing, over=over)
            twins = {row["run_id"]: row for row in rows if row["statistic"] == twin}
            for row in (row for row in rows if row["statistic"] == own):
                for statistic, control in (
                    (Statistic.DCOR_KERNEL_OVER_FLOOR, floor),
                    (Statistic.DCOR_KERNEL_OVER_UNTRAINED, twins.get(row["run_id"])),
                ):
                    yield row, statistic_name(statistic, crossing=crossing, over=over), _difference(row, control)
    for reading, gain in GAIN_OVER_NONE.items():
        yield from _over_none([row for row in rows if row["statistic"] == reading], gain)
    for row in rows:
        if row["statistic"] == Statistic.DCOR_CORRECTION:
            yield row, Statistic.DCOR_CORRECTION_GAIN, _difference(row, {"value": 0.0, "reason": None})


def _over_none(rows: Sequence[Row], gain: Statistic) -> Iterator[tuple[Row, str, Estimate]]:
    none = {_settings(row): row for row in rows if row["fusion"] == Fusion.NONE and not row.get("matched")}
    for row in rows:
        if row["fusion"] != Fusion.NONE:
            yield row, gain, _difference(row, none.get(_settings(row)))


def _settings(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in _SETTINGS)


def _difference(row: Row, control: Row | None) -> Estimate:
    if control is None:
        return undefined(Message("gains.no_control"), row["n"])
    value = row["value"] - control["value"]
    if math.isnan(value):
        return undefined(row["reason"] or control["reason"], row["n"])
    return Estimate(value, n=row["n"], reason=Message("gains.one_run"))
