"""The numbers that the Kernels page opens with."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from core.analysis.statistic import CROSSINGS
from core.data.calendar import CycleKind
from core.exhibits.case import Calendar, Case
from core.exhibits.kernels import dcor_table, variance_shares
from core.figures.lettering import number
from core.text.words import mark, say
from core.vocabulary import Fusion, Language, label
from dashboard.widgets import KeyNumber

SLOT_WORDS = {
    CycleKind.TIME_OF_DAY: mark("hour"),
    CycleKind.DAY_OF_WEEK: mark("weekday"),
    CycleKind.MONTH: mark("month"),
    CycleKind.NONE: mark("nothing"),
}


def kernel_numbers(case: Case, mode: Fusion, variable: str, block: int, language: Language) -> list[KeyNumber]:
    """Return the key numbers of one mode: what its kernels have to do with the calendar, and the raw input's part."""
    shares = variance_shares(case.averages(mode), mode, variable, block=block)
    table, floor = dcor_table(case.rows, case.inspected[mode].run_id, mode)
    return [*clock_numbers(table, floor, language), *share_numbers(shares, case.calendar, language)]


def clock_numbers(table: pd.DataFrame, floor: float, language: Language) -> list[KeyNumber]:
    """Return the key numbers of data with a time of day: dCor of each crossing, of its twin, of the raw input."""
    found = []
    for crossing, tap in CROSSINGS.items():
        part = table.loc[table["crossing"] == tap.value]
        if part.empty:
            continue
        untrained = float(part["untrained"].mean())
        found.append(
            KeyNumber(
                f"**{label(crossing, language)}** · dCor",
                number(float(part["value"].mean()), 2),
                say("untrained twin {value}", value=number(untrained, 2)),
                help=say(
                    "Distance correlation of the kernels of all variables with the time of day, bias-corrected, mean "
                    "over blocks: 0 independent, 1 a function of the hour. The untrained twin reads the same input "
                    "with the weights before training: what it shows too was not learned."
                ),
            )
        )
    raw = KeyNumber(
        say("Raw input · dCor"),
        number(floor, 2),
        say("last day read"),
        help=say("A state read from the last day can follow the hour as closely as this without any insight."),
    )
    return [*found, raw] if found else []


def share_numbers(found: Mapping[Fusion, float], calendar: Calendar, language: Language) -> list[KeyNumber]:
    """Return by crossing which share of the shown kernels' variance the cycle explains."""
    return [
        KeyNumber(
            say("{crossing} · share", crossing=f"**{label(crossing, language)}**"),
            f"{100 * share:.1f} %",
            say("variance by {slot}", slot=say(SLOT_WORDS[calendar.cycle.kind])),
            help=say(
                "Adjusted share of the variance of the shown block's and variable's kernels that the slots of the "
                "calendar cycle explain: 0 none, 100 all."
            ),
        )
        for crossing, share in found.items()
    ]
