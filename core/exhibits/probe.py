"""The response probe: what the standard pulse does to forecasts of every mode, over the cycle and after changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate, mean_interval
from core.analysis.probe import EVENT, LAGS, mean_after, mean_by_lag, mean_over_slots, rise_after, slot_share
from core.analysis.pulse import lead_over
from core.exhibits import needs
from core.exhibits.abrupt import MODE
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.probed import AROUND_CHANGES, BY_SLOT, Responses, against_none, block_of, generator, responses
from core.figures import probe as figures
from core.figures.palette import Look
from core.text.words import mark, say
from core.vocabulary import Fusion

PAGE = "gates"
PULSE_WORDS = mark("pulse of one standard deviation on the last row read, all variables")


def _cycle(case: Case) -> str:
    """Ask for none and another mode, and a calendar cycle."""
    return needs.pair(case) or needs.cycle(case)


@exhibit(
    "When is a pulse answered, how strongly, and how soon?",
    page=PAGE,
    needs=_cycle,
    choices=(MODE,),
    checks=BY_SLOT,
)
def probe_by_slot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show size and lead of the responses to the pulse by the slot of the row that it is put on."""
    found, calendar, mode = responses(case), case.calendar, chosen["mode"]
    count, block = calendar.cycle.count, block_of(case)

    def over_slots(values: pd.Series[float]) -> list[Estimate]:
        return mean_over_slots(values, calendar.slots, count, block=block, generator=generator())

    estimates = {named: over_slots(values) for named, values in _quantities(found)}
    table = _table(estimates, "slot", range(count))
    table.insert(3, "label", calendar.label(table["slot"]))
    drawing = figures.probe_by_slot(
        table,
        against_none(found, mode, block),
        mode=mode,
        share=slot_share(found[mode]["size"], calendar.slots, count, generator=generator()),
        labels=calendar.cycle.labels,
        cycle=calendar.title,
        look=look,
    )
    return Chart(drawing, table, _foot(case, say("intervals over blocks of neighbouring windows")))


@exhibit(
    "Is a pulse answered otherwise after an abrupt change?",
    page=PAGE,
    needs=needs.changes,
    choices=(MODE,),
    checks=AROUND_CHANGES,
)
def probe_around_changes(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show size and lead of the responses to the pulse around the abrupt changes that the mode and none choose."""
    found, mode = responses(case), chosen["mode"]
    places = case.changes(mode)["place"].to_numpy()
    if not len(places):
        raise Absent(say("This mode and none share no abrupt change: choose another mode."))
    estimates = {named: mean_by_lag(values, places) for named, values in _quantities(found)}
    table = _table(estimates, "lag", LAGS)
    lead = mean_after(lead_over(found[Fusion.NONE]["half"], found[mode]["half"]), places)
    drawing = figures.probe_around_changes(
        table,
        {each: mean_interval(rise_after(found[each]["size"], places), of=EVENT) for each in (mode, Fusion.NONE)},
        mean_interval(lead, of=EVENT),
        mode=mode,
        step=case.dataset.step,
        look=look,
    )
    return Chart(drawing, table, _foot(case, say("95 % intervals over changes")))


def _quantities(found: Responses) -> Iterator[tuple[tuple[str, str], pd.Series[float]]]:
    """Yield what is drawn, a number a window, with its mode and name: sizes, and leads over none."""
    for mode, one in found.items():
        yield (mode.value, "size"), one["size"]
    for mode, one in found.items():
        if mode is not Fusion.NONE:
            yield (mode.value, "lead"), pd.Series(lead_over(found[Fusion.NONE]["half"], one["half"]))


def _table(
    estimates: Mapping[tuple[str, str], Sequence[Estimate]], along: str, places: Sequence[int] | np.ndarray
) -> pd.DataFrame:
    rows = [
        (*named, int(place), one.value, one.low, one.high, one.n)
        for named, over in estimates.items()
        for place, one in zip(places, over, strict=True)
    ]
    return pd.DataFrame(rows, columns=["fusion", "quantity", along, "mean", "low", "high", "n"])


def _foot(case: Case, *details: str) -> str:
    return case.foot(case.chosen_runs.values(), say(PULSE_WORDS), *details)
