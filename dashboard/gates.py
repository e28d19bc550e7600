"""The numbers that the Gates & response page opens with."""

from __future__ import annotations

import pandas as pd

from core.analysis.estimate import Estimate
from core.analysis.statistic import EXPLORATORY_SEEDS, Statistic
from core.data.spans import span_of
from core.exhibits.case import Case
from core.exhibits.needs import check_measured
from core.figures.lettering import interval, probability
from core.text.amounts import signed
from core.text.message import read
from core.text.words import mark, say
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from dashboard.widgets import KeyNumber

CAUTIONS = (
    mark(
        "**Abrupt changes** are the origins at which the convolution paths of the mode and of none, taken together, "
        "change most against the 36 rows on either side (one in a hundred, 24 at least; a patch apart, with 12 whole "
        "steps on either side). Each mode has its own."
    ),
    mark(
        "**Peak amplification** compares peaks in multiples of their surroundings; without that, a model whose state "
        "is merely larger would seem to respond more strongly."
    ),
    mark(
        "**Lead** comes from separately trained models. A step in the data stays in the last token for a whole patch "
        "(36 rows), so differing patch weights alone can shift a response."
    ),
    mark(
        "**Spearman gain** is how much closer both paths' own outputs change together than without crossings. It "
        "cannot exceed its ceiling, what mode none leaves to gain. A daily cycle that both follow raises the "
        "correlation of every mode: the second value is without it. Seeds {first} to {last} are exploratory: how "
        "the gain is read was chosen in sight of them."
    ),
    mark(
        "**Anywhere**: the central 95 % of the same number at as many places drawn at random. An amplification "
        "inside it means nothing; a path that answers everything earlier has its lead there too. **With the "
        "embedding**: the same on the streams, which carry the token embedding along. Intervals resample the changes "
        "(or days) of a training."
    ),
    mark(
        "**Pulse**: one standard deviation of the train rows, added to the last row that a window reads, in all "
        "variables. The response is the forecast with it less the one without: its size is the mean absolute "
        "difference over steps and variables, and its lead over none how many steps earlier half of it is there."
    ),
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
    ceiling = say("ceiling {value}", value=signed(1 - none[Statistic.SPEARMAN].value, 2))
    return [
        KeyNumber(say("Abrupt changes"), str(len(changes)), say("a patch apart"), help=_plain(CAUTIONS[0])),
        KeyNumber(
            say("Peak amplification · {mode}", mode=name),
            _value(peak, 1, " %"),
            _note(peak, 1),
            help=f"{_anywhere(found[Statistic.PEAK_AMPLIFICATION_ANYWHERE], 1)}"
            f"{_carried(found[Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING], 1)}{_plain(CAUTIONS[1])}",
        ),
        KeyNumber(
            say("Lead · {mode}", mode=name),
            say("{lead} steps", lead=_value(lead, 2)) if lead.defined else "–",
            _note(lead, 2),
            help=f"{_in_time(lead, span_of(step, 1))}{_anywhere(found[Statistic.RESPONSE_LEAD_ANYWHERE], 2)}"
            f"{_carried(found[Statistic.RESPONSE_LEAD_WITH_EMBEDDING], 2)}{say('Above zero is earlier than none.')} "
            f"{_plain(CAUTIONS[2])}",
        ),
        KeyNumber(
            say("Spearman gain · {mode}", mode=name),
            _value(gain, 3),
            ceiling,
            help=f"{_without_cycle(gain, without_cycle)} "
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
        return say("too few changes" if estimate.n else "not defined")
    parts = (interval(estimate.low, estimate.high, decimals).strip(), probability(estimate.p_value))
    return " · ".join(part for part in parts if part)


def _anywhere(estimate: Estimate, decimals: int) -> str:
    inside = interval(estimate.low, estimate.high, decimals)
    if not inside:
        return f"{estimate.reason or ''} "
    return say("Anywhere{interval}: the same at places drawn at random.", interval=inside) + " "


def _carried(estimate: Estimate, decimals: int) -> str:
    return say("With the embedding {value}.", value=_value(estimate, decimals)) + " "


def _in_time(lead: Estimate, step: str) -> str:
    return say("{lead} steps of {step}.", lead=signed(lead.value, 2), step=step) + " " if lead.defined else ""


def _without_cycle(gain: Estimate, without: Estimate) -> str:
    """Return the interval of the gain, and the gain without the daily cycle with its own."""
    return say(
        "95 % interval{interval}; without the cycle {value}{its_interval}.",
        interval=interval(gain.low, gain.high, 3),
        value=_value(without, 3),
        its_interval=interval(without.low, without.high, 3),
    )


def caution(of: str) -> str:
    """Return one of CAUTIONS in words."""
    return say(of, first=EXPLORATORY_SEEDS[0], last=EXPLORATORY_SEEDS[-1])


def _plain(of: str) -> str:
    return caution(of).replace("**", "")
