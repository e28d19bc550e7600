"""How both paths change from origin to origin: with the clock, with each other, and after abrupt changes."""

from __future__ import annotations

import numpy as np

from core.analysis.estimate import Estimate, Floats, undefined
from core.analysis.events import Events, amplification, lead, measure_events
from core.analysis.resample import subsample
from core.analysis.response import spearman, spearman_gain
from core.analysis.statistic import Statistic
from core.analysis.traced import NO_DAY, SeedTraces

CHANGE_ORIGINS = 3000  # drawn at random from more
NO_NONE = "There is no run of mode none with the same settings and seed to compare with."

Changes = tuple[Floats, Floats]  # of the convolution path and of the GRU path, [origin] each

_OVER_NONE = (
    Statistic.SPEARMAN_GAIN,
    Statistic.SPEARMAN_GAIN_WITHOUT_CYCLE,
    Statistic.PEAK_AMPLIFICATION,
    Statistic.PEAK_AMPLIFICATION_PLACEBO,
    Statistic.RESPONSE_LEAD,
    Statistic.RESPONSE_LEAD_PLACEBO,
)


def own_changes(seed_traces: SeedTraces, changes: Changes) -> dict[Statistic, Estimate]:
    """Return what one run's changes say alone: dependence on the time of day, and of both paths on each other."""
    conv, gru = changes
    known = np.flatnonzero(np.isfinite(conv) & np.isfinite(gru))
    places = known[subsample(len(known), CHANGE_ORIGINS, seed_traces.generator())]
    found = seed_traces.on_clock(conv[places], places)
    clock = seed_traces.clock
    without_cycle = undefined(NO_DAY, len(known))
    if clock is not None:
        without_cycle = _spearman(conv[known], gru[known], clock.slot[known])
    return {
        Statistic.DCOR_CONV_CHANGE: found.corrected,
        Statistic.DCOR_CONV_CHANGE_BIASED: found.biased,
        Statistic.ETA2_CONV_CHANGE: found.eta_squared,
        Statistic.SPEARMAN: _spearman(conv[known], gru[known], None),
        Statistic.SPEARMAN_WITHOUT_CYCLE: without_cycle,
    }


def _spearman(conv: Floats, gru: Floats, slot: np.ndarray | None) -> Estimate:
    if len(conv) < 3:
        return undefined(f"A rank correlation needs 3 changes, there are {len(conv)}.", len(conv))
    value = spearman(conv, gru, slot=slot)
    reason = "" if np.isfinite(value) else "A path that never changes has no rank correlation."
    return Estimate(value, n=len(conv), reason=reason)


def changes_over_none(
    seed_traces: SeedTraces, changes: Changes, none: Changes | None, events: Events | None
) -> dict[Statistic, Estimate]:
    """Return what a run's changes say against those of mode `none` of the same seed.

    Parameters
    ----------
    none
        Changes of mode `none`; without them every number is undefined.
    events
        Abrupt changes of its convolution path.
    """
    if none is None or events is None:
        return dict.fromkeys(_OVER_NONE, undefined(NO_NONE))
    clock, draw = seed_traces.clock, seed_traces.generator
    gain = spearman_gain(changes, none, day=seed_traces.days, generator=draw())
    without_cycle = undefined(NO_DAY, gain.n)
    if clock is not None:
        without_cycle = spearman_gain(changes, none, day=seed_traces.days, generator=draw(), slot=clock.slot)
    peak = measure_events(amplification, changes[1], none[1], events, generator=draw())
    ahead = measure_events(lead, changes[1], none[1], events, generator=draw())
    measured = (gain, without_cycle, peak.estimate, peak.placebo, ahead.estimate, ahead.placebo)
    return dict(zip(_OVER_NONE, measured, strict=True))
