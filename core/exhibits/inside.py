"""What figures read from inside a model: averages that were kept, and single windows that are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.analysis.changes import shared_events
from core.analysis.events import contrast
from core.analysis.profiles import BANDS, SLOT
from core.analysis.traced import STAMP, Changes, patch_of
from core.data.windows import Windows
from core.exhibits.asked import Answer, answered, or_absent
from core.exhibits.exhibit import NOT_YET, Absent, Pending
from core.inspection.averages import CHANGES, PROFILE, kernel_name
from core.inspection.cell import Inspection
from core.serve.warm import ask_mean_record, ask_window, look_first
from core.text.words import say
from core.trace.schema import of_variable
from core.train.record import RunRecord
from core.vocabulary import Dim, Fusion


def averages_of(
    inspection: Inspection, run: RunRecord, members: Sequence[RunRecord], *, untrained: bool
) -> xr.Dataset:
    """Return what is kept of a run, or of its untrained twin; where nothing is yet, it is looked at on some windows.

    Raises
    ------
    Absent : the model cannot be asked.
    """
    found = inspection.averages(run.run_id, untrained=untrained)
    if found is not None:
        return found
    with or_absent():
        look_first(run.run_id, [member.run_id for member in members], untrained=untrained)
    found = inspection.averages(run.run_id, untrained=untrained)
    if found is None:
        raise Absent(say("What the model was asked for is gone again: the disk may be full; free some space."))
    return found


def answer_of(run: RunRecord, place: int, record: str, *, untrained: bool) -> Answer:
    """Return what a run, or its untrained twin, does in one test window, with an activation recorded ("": none)."""
    return answered(ask_window, run, place, record=(record,) if record else (), untrained=untrained)


def forecast_in(answer: Answer) -> NDArray[np.float64]:
    """Return the forecast of an answer in the file's own units, [step, variable]."""
    return np.array(answer["as_is"], dtype=np.float64)


def recorded_in(answer: Answer) -> xr.DataArray:
    """Return the one activation that was recorded for an answer, without its axis of windows."""
    (one,) = answer["record"].values()
    return _labelled(one).isel({Dim.ORIGIN: 0}, drop=True)


def _labelled(one: Mapping[str, Any]) -> xr.DataArray:
    return xr.DataArray(np.array(one["values"], dtype=np.float32), one["coords"], one["dims"])


def mean_of(run: RunRecord, places: NDArray[np.int64], *record: str, untrained: bool) -> list[xr.DataArray]:
    """Return what a run, or its untrained twin, does in some test windows on average: each activation recorded."""
    told = answered(ask_mean_record, run, tuple(places.tolist()), record, untrained=untrained)
    return [_labelled(one) for one in told["record"].values()]


def part_of(answer: Answer, name: str, at: Mapping[Dim, object]) -> NDArray[np.float32]:
    """Return a part of what was recorded under a name, without making arrays of the rest.

    `at` names places on the first axes after that of windows; one that the recording lacks is passed over.
    """
    one = answer["record"][name]
    values = one["values"][0]
    for dim in one["dims"][1:]:
        if dim not in at:
            break
        values = values[one["coords"][dim].index(at[dim])]
    return np.array(values, dtype=np.float32)


def rests_on(kept: xr.Dataset) -> str:
    """Return in words how many windows averages are of, where these are not all: for the foot of a figure."""
    windows, of = int(kept.attrs["windows"]), int(kept.attrs["of"])
    return "" if windows == of else say("over {windows:,} of {of:,} test windows", windows=windows, of=of)


def kernels_of(kept: xr.Dataset, crossing: Fusion, variable: str, *, profile: bool = False) -> xr.Dataset:
    """Return a crossing's kernels by slot for one variable: mean, low and high, [slot, block, channel, tap].

    `profile`: of the mean over channels, [slot, block, tap].
    """
    head = f"{PROFILE}_" if profile else ""
    bands = {band: of_variable(kept[kernel_name(crossing, f"{head}{band}")], variable) for band in BANDS}
    return xr.Dataset({band: array.drop_vars(Dim.VARIABLE, errors="ignore") for band, array in bands.items()})


def mean_of_slots(by_slot: xr.DataArray, slots: NDArray[np.int64]) -> xr.DataArray:
    """Return the mean over windows of what is kept by slot; `slots` are those of the windows that it is of."""
    windows = np.bincount(slots, minlength=by_slot.sizes[SLOT])
    return by_slot.fillna(0).weighted(xr.DataArray(windows, dims=SLOT)).mean(SLOT)


def errors_of(kept: xr.Dataset, windows: Windows) -> NDArray[np.float64]:
    """Return the MSE of every window and variable, standardised, [window, variable]; NaN where none was read."""
    errors = np.full((len(windows), kept.sizes[Dim.VARIABLE]), np.nan)
    errors[np.searchsorted(windows.origins, kept[Dim.ORIGIN].to_numpy())] = kept["error"].to_numpy()
    return errors


def changes_of(kept: xr.Dataset) -> Changes:
    """Return by how much both paths change from one window to the next; Pending where only drawn ones were read."""
    if CHANGES[0] not in kept:
        raise Pending(say(NOT_YET))
    conv, gru = (kept[name].to_numpy() for name in CHANGES)
    return conv, gru


def abrupt_changes(mode: xr.Dataset, none: xr.Dataset) -> pd.DataFrame:
    """Return the abrupt changes that a mode is measured at against none, the largest first.

    Parameters
    ----------
    mode, none : averages of one seed; their convolution paths choose together.

    Returns
    -------
    Columns place (on the axis of origins), stamp, size (in multiples of the surroundings, geometric mean of both
    convolution paths).
    """
    patch = patch_of(mode)
    pair = changes_of(mode), changes_of(none)
    places = shared_events(*pair, patch).places
    height = np.mean([contrast(conv, patch)[places] for conv, _ in pair], axis=0)
    table = pd.DataFrame({"place": places, "stamp": none[STAMP].to_numpy()[places], "size": np.exp(height)})
    return table.sort_values("size", ascending=False, kind="stable", ignore_index=True)
