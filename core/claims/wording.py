"""The sentence of a claim, made from its numbers."""

from __future__ import annotations

import math

from core.analysis.estimate import Estimate
from core.claims.published import HORIZONS, SEEDS, PublishedNumber, Quantity
from core.claims.quantities import Measured
from core.claims.reading import Reading
from core.claims.verdict import Judgement, Verdict
from core.english import counted, fixed, listed

TITLES = {
    Quantity.PHASE_DRIFT: "Phase-drift",
    Quantity.SPAI: "SPAI",
    Quantity.RMSE_INCREASE: "RMSE increase",
    Quantity.DELTA_RMSE: "RMSE reduction",
    Quantity.DCOR_KERNEL_TOD: "dCor of the kernels with the time of day",
    Quantity.DCOR_CONV_CHANGE_TOD: "dCor of the convolution path's change with the time of day",
    Quantity.SPEARMAN_GAIN: "Spearman gain",
    Quantity.PEAK_AMPLIFICATION: "Peak amplification",
    Quantity.RESPONSE_LEAD: "Response lead",
    Quantity.MACS_EMBEDDING: "Cost of the first layer",
    Quantity.MACS_CROSSING: "Cost of all crossings",
    Quantity.MACS_TOTAL: "Cost of both",
}
MARK = "no more than control"
_PRINTED = (Quantity.PHASE_DRIFT, Quantity.SPAI)  # as exact here as on the slides


def sentence(number: PublishedNumber, measured: Measured, judgement: Judgement, *, marked: bool) -> str:
    """Return in words: published, measured with its interval and what it rests on, verdict, controls."""
    unit = "" if number.unit == "1" else f" {number.unit}"
    title = TITLES[number.quantity]
    if number.printed > 1:
        title += ", both directions minus one"
    published = f"{title}: published {fixed(number.value, number.digits)}{unit}"
    beside = controls(number, measured)
    if judgement.verdict is Verdict.NOT_MEASURED:
        said = f"{published}; not measured: {measured.estimate.reason.rstrip('.')}."
    else:
        of = "measured" if measured.reading.horizons else "computed"
        value = f"{_estimate(number, measured.estimate)}{unit}{rests_on(number, measured.reading)}"
        said = f"{published}, {of} {value}: {_verdict(judgement)}."
    if marked and measured.over_control is not None:
        said += f" It is {MARK}: it exceeds it by {_estimate(number, measured.over_control)}, paired by seed."
    parts = [said, f"Beside it: {beside}." if beside else "", measured.remark]
    return " ".join(part for part in parts if part)


def _verdict(judgement: Judgement) -> str:
    match judgement.verdict:
        case Verdict.WEAKER | Verdict.STRONGER:
            return f"{judgement.verdict}, {_times(judgement.ratio)} the published size"
        case Verdict.UNDECIDED:
            return f"undecided, for the interval holds 0 too; about {judgement.seeds_needed:,} seeds would decide"
        case Verdict.NOT_FOUND:
            return "not found, for the interval holds 0 and not the published size"
        case Verdict.ONE_SEED:
            return "one seed, so no verdict"
        case verdict:
            return str(verdict)


def verdict_words(verdict: str, ratio: float, seeds_needed: int) -> str:
    """Write a verdict for a table's cell, with its ratio or with the seeds that would decide.

    >>> verdict_words("weaker", 0.25, 0), verdict_words("undecided", math.nan, 12)
    ('weaker, 0.25 times', 'undecided, 12 seeds would decide')
    """
    if math.isfinite(ratio) and verdict in (Verdict.WEAKER, Verdict.STRONGER):
        return f"{verdict}, {_times(ratio)}"
    return f"{verdict}, {seeds_needed:,} seeds would decide" if seeds_needed else str(verdict)


def _times(ratio: float) -> str:
    """Write a ratio with two digits.

    >>> _times(0.043), _times(1.7), _times(13.4)
    ('0.043 times', '1.7 times', '13 times')
    """
    return f"{float(f'{ratio:.2g}'):g} times"


def controls(number: PublishedNumber, measured: Measured) -> str:
    """Return the controls that were measured, in words."""
    known = ((name, one) for name, one in measured.controls.items() if one.estimate.defined)
    return "; ".join(_control(number, name, one, measured) for name, one in known)


def _control(number: PublishedNumber, name: str, reading: Reading, measured: Measured) -> str:
    elsewhere = reading.horizons and reading.horizons != measured.reading.horizons
    return f"{name} {_estimate(number, reading.estimate)}" + (f" at {_horizons(reading)}" if elsewhere else "")


def _estimate(number: PublishedNumber, estimate: Estimate) -> str:
    """Write a number with one digit more than the published one has, and its interval."""
    digits = number.digits if number.quantity in _PRINTED or number.unit == "MAC" else number.digits + 1
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return fixed(estimate.value, digits)
    low, high = fixed(estimate.low, digits), fixed(estimate.high, digits)
    return f"{fixed(estimate.value, digits)} ({low} to {high})"


def rests_on(number: PublishedNumber, reading: Reading) -> str:
    """Say on how many of the published seeds and horizons a measured number rests; nothing of what needs no run."""
    if not reading.horizons:
        return ""
    said = f" over {reading.estimate.n} of {counted(SEEDS, 'seed')} at {_horizons(reading)}"
    return f"{said} of {len(HORIZONS)}" if len(number.horizons) > 1 else said


def _horizons(reading: Reading) -> str:
    return f"horizon{'s' if len(reading.horizons) > 1 else ''} {listed(reading.horizons)}"
