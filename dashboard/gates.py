"""The numbers that the Gates & response page opens with."""

from __future__ import annotations

import pandas as pd

from core.analysis.estimate import Estimate
from core.analysis.statistic import EXPLORATORY_SEEDS, Statistic
from core.exhibits.case import Case
from core.exhibits.needs import check_measured
from core.figures.lettering import interval, probability
from core.text.amounts import signed
from core.text.message import read
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from dashboard.widgets import KeyNumber

CAUTIONS = (
    "**Abrupt changes** are the origins at which the convolution paths of the mode and of none, taken together, "
    "change most against the 36 rows on either side (one in a hundred, 24 at least; a patch apart, with 12 whole "
    "steps on either side). Each mode has its own.",
    "**Peak amplification** compares peaks in multiples of their surroundings; without that, a model whose state is "
    "merely larger would seem to respond more strongly.",
    "**Lead** comes from separately trained models. A step in the data stays in the last token for a whole patch (36 "
    "rows), so differing patch weights alone can shift a response.",
    "**Spearman gain** is how much closer both paths' own outputs change together than without crossings. It cannot "
    "exceed its ceiling, what mode none leaves to gain. A daily cycle that both follow raises the correlation of "
    f"every mode: the second value is without it. Seeds {EXPLORATORY_SEEDS[0]} to {EXPLORATORY_SEEDS[-1]} are "
    "exploratory: how the gain is read was chosen in sight of them.",
    "**Anywhere**: the central 95 % of the same number at as many places drawn at random. An amplification inside it "
    "means nothing; a path that answers everything earlier has its lead there too. **With the embedding**: the same "
    "on the streams, which carry the token embedding along. Intervals resample the changes (or days) of a training.",
    "**Pulse**: one standard deviation of the train rows, added to the last row that a window reads, in all "
    "variables. The response is the forecast with it less the one without: its size is the mean absolute difference "
    "over steps and variables, and its lead over none how many steps earlier half of it is there.",
)


def gate_numbers(case: Case, mode: Fusion, language: Language) -> list[KeyNumber]:
    """Return the key numbers of one mode against none: changes, amplification, lead, Spearman gain.

    Raises
    ------
    Absent, Pending : they are not measured of these models, or not yet.
    """
    check_measured(case)
    rows, step, changes = case.rows, case.dataset.step, case.changes(mode)
    found, none = (_estimates(rows, case.inspected[each]) for each in (mode, Fusion.NONE))
    name = label(mode, language)
    peak, lead = found[Statistic.PEAK_AMPLIFICATION], found[Statistic.RESPONSE_LEAD]
    gain, without_cycle = found[Statistic.SPEARMAN_GAIN], found[Statistic.SPEARMAN_GAIN_WITHOUT_CYCLE]
    in_time = f"{signed(lead.value, 2)} steps of {step.span(1)}. " if lead.defined else ""
    ceiling = f"ceiling {signed(1 - none[Statistic.SPEARMAN].value, 2)}"
    return [
        KeyNumber("Abrupt changes", str(len(changes)), "a patch apart", help=_plain(CAUTIONS[0])),
        KeyNumber(
            f"Peak amplification · {name}",
            _value(peak, 1, " %"),
            _note(peak, 1),
            help=f"{_anywhere(found[Statistic.PEAK_AMPLIFICATION_ANYWHERE], 1)}"
            f"{_carried(found[Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING], 1)}{_plain(CAUTIONS[1])}",
        ),
        KeyNumber(
            f"Lead · {name}",
            _value(lead, 2, " steps"),
            _note(lead, 2),
            help=f"{in_time}{_anywhere(found[Statistic.RESPONSE_LEAD_ANYWHERE], 2)}"
            f"{_carried(found[Statistic.RESPONSE_LEAD_WITH_EMBEDDING], 2)}Above zero is earlier than none. "
            f"{_plain(CAUTIONS[2])}",
        ),
        KeyNumber(
            f"Spearman gain · {name}",
            _value(gain, 3),
            ceiling,
            help=f"95 % interval{interval(gain.low, gain.high, 3)}; without the cycle {_value(without_cycle, 3)}"
            f"{interval(without_cycle.low, without_cycle.high, 3)}. "
            f"{_carried(found[Statistic.SPEARMAN_GAIN_WITH_EMBEDDING], 3)}{_plain(CAUTIONS[3])}",
        ),
    ]


def _estimates(rows: pd.DataFrame, run: RunRecord) -> dict[str, Estimate]:
    """Return a run's statistics by name; those of single blocks are left out."""
    own = rows.loc[(rows["run_id"] == run.run_id) & rows["block"].isna()]
    fields = ["value", "low", "high", "p_value", "n"]
    return {
        row["statistic"]: Estimate(**{name: row[name] for name in fields}, reason=read(row["reason"]))
        for row in own.to_dict("records")
    }


def _value(estimate: Estimate, decimals: int, unit: str = "") -> str:
    return f"{signed(estimate.value, decimals)}{unit}" if estimate.defined else "–"


def _note(estimate: Estimate, decimals: int) -> str:
    """Return interval and p-value of a number, or that it has none."""
    if not estimate.defined:
        return "too few changes" if estimate.n else "not defined"
    parts = (interval(estimate.low, estimate.high, decimals).strip(), probability(estimate.p_value))
    return " · ".join(part for part in parts if part)


def _anywhere(estimate: Estimate, decimals: int) -> str:
    inside = interval(estimate.low, estimate.high, decimals)
    return f"Anywhere{inside}: the same at places drawn at random. " if inside else f"{estimate.reason or ''} "


def _carried(estimate: Estimate, decimals: int) -> str:
    return f"With the embedding {_value(estimate, decimals)}. "


def _plain(caution: str) -> str:
    return caution.replace("**", "")
