"""How both paths change from origin to origin: with each other, and after abrupt changes, against mode `none`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from core.analysis.clock import NO_DAY
from core.analysis.estimate import Estimate, Floats, undefined
from core.analysis.events import EventMeasure, Events, amplification, contrast, lead, measure_events, select_events
from core.analysis.response import spearman, spearman_gain
from core.analysis.statistic import Statistic
from core.analysis.traced import STREAMS, Changes, SeedTraces, patch_of, path_changes
from core.text.message import Message

NO_NONE = Message("changes.no_run_of_none")


@dataclass(frozen=True)
class RunChanges:
    """Changes of one run's paths: of their own outputs, and of the streams that carry the embedding along."""

    own: Changes
    streams: Changes
    patch: int

    @classmethod
    def read(cls, trace: xr.Dataset) -> RunChanges:
        """Read both from a trace."""
        return cls(path_changes(trace), path_changes(trace, STREAMS), patch_of(trace))


def own_changes(seed_traces: SeedTraces, changes: Changes) -> dict[Statistic, Estimate]:
    """Return how a run's paths change together."""
    conv, gru = changes
    known = np.flatnonzero(np.isfinite(conv) & np.isfinite(gru))
    clock = seed_traces.clock
    without_cycle = undefined(NO_DAY, len(known))
    if clock is not None:
        without_cycle = _spearman(conv[known], gru[known], clock.slot[known])
    return {
        Statistic.SPEARMAN: _spearman(conv[known], gru[known], None),
        Statistic.SPEARMAN_WITHOUT_CYCLE: without_cycle,
    }


def _spearman(conv: Floats, gru: Floats, slot: np.ndarray | None) -> Estimate:
    if len(conv) < 3:
        return undefined(Message("response.too_few_changes", n=len(conv)), len(conv))
    value = spearman(conv, gru, slot=slot)
    reason = None if np.isfinite(value) else Message("response.still_path")
    return Estimate(value, n=len(conv), reason=reason)


_OVER_NONE = (
    Statistic.SPEARMAN_GAIN,
    Statistic.SPEARMAN_GAIN_WITHOUT_CYCLE,
    Statistic.SPEARMAN_GAIN_WITH_EMBEDDING,
    Statistic.PEAK_AMPLIFICATION,
    Statistic.PEAK_AMPLIFICATION_ANYWHERE,
    Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING,
    Statistic.RESPONSE_LEAD,
    Statistic.RESPONSE_LEAD_ANYWHERE,
    Statistic.RESPONSE_LEAD_WITH_EMBEDDING,
)


def changes_over_none(
    seed_traces: SeedTraces, changes: RunChanges, none: RunChanges | None
) -> dict[Statistic, Estimate]:
    """Return what a run's changes say against those of mode `none` of the same seed.

    Parameters
    ----------
    none : changes of mode `none`; without them every number is undefined.
    """
    if none is None:
        return dict.fromkeys(_OVER_NONE, undefined(NO_NONE))
    days, clock, draw = seed_traces.days, seed_traces.clock, seed_traces.generator
    gain = spearman_gain(changes.own, none.own, day=days, generator=draw())
    without_cycle = undefined(NO_DAY, gain.n)
    if clock is not None:
        without_cycle = spearman_gain(changes.own, none.own, day=days, generator=draw(), slot=clock.slot)
    streams = spearman_gain(changes.streams, none.streams, day=days, generator=draw())
    peak, ahead = _responses(seed_traces, changes.own, none.own, changes.patch)
    peak_carried, ahead_carried = _responses(seed_traces, changes.streams, none.streams, changes.patch)
    peaks = (peak.estimate, peak.anywhere, peak_carried.estimate)
    leads = (ahead.estimate, ahead.anywhere, ahead_carried.estimate)
    return dict(zip(_OVER_NONE, (gain, without_cycle, streams, *peaks, *leads), strict=True))


def _responses(seed_traces: SeedTraces, mode: Changes, none: Changes, patch: int) -> Iterator[EventMeasure]:
    """Yield amplification and lead of a mode's GRU path over that of `none`."""
    events = shared_events(mode, none, patch)
    own, other = (contrast(gru, patch) for _, gru in (mode, none))
    for statistic in (amplification, lead):
        yield measure_events(statistic, own, other, events, generator=seed_traces.generator(), patch=patch)


def shared_events(mode: Changes, none: Changes, patch: int) -> Events:
    """Return the events that the convolution paths of a mode and of `none` choose together."""
    return select_events(contrast(mode[0], patch), contrast(none[0], patch), patch=patch)
