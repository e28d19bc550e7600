"""The sentence of a claim, made from its numbers."""

from __future__ import annotations

import math

from core.analysis.estimate import Estimate
from core.claims.decision import with_interval
from core.claims.published import HORIZONS, SEEDS, PublishedNumber, Quantity
from core.claims.quantities import Control, Measured
from core.claims.reading import Reading
from core.claims.verdict import Answer, Judgement, Verdict
from core.text.amounts import fixed
from core.text.message import Message, Value, all_of, sentences, word

MARK = Message("verdict.no_more_than_control")
_PRINTED = (Quantity.PHASE_DRIFT, Quantity.SPAI)  # as exact here as on the slides


def sentence(number: PublishedNumber, measured: Measured, judgement: Judgement, *, marked: bool) -> Message:
    """Return in words: published, measured with its interval and what it rests on, verdict, controls."""
    title = word(number.quantity)
    if number.printed > 1:
        title = Message("claim.title_of_contrast", title=title)
    published = _in_unit(fixed(number.value, number.digits), number)
    reason, over = measured.estimate.reason, measured.over_control
    if judgement.verdict is Verdict.NOT_MEASURED:
        said = Message("claim.not_measured_beside", title=title, published=published, why=reason or "")
    else:
        said = Message(
            "claim.measured_beside" if measured.reading.horizons else "claim.computed_beside",
            title=title,
            published=published,
            value=rests_on(number, measured),
            verdict=_verdict(judgement),
        )
    beside = controls(number, measured)
    return sentences(
        said,
        Message("claim.marked", over=_estimate(number, over)) if marked and over is not None else None,
        Message("claim.controls", controls=beside) if beside else None,
        measured.remark,
    )


def _in_unit(value: Value, number: PublishedNumber) -> Value:
    return value if number.unit == "1" else Message("number.in_unit", value=value, unit=number.unit)


def _verdict(judgement: Judgement) -> Message:
    match judgement.verdict:
        case Verdict.WEAKER | Verdict.STRONGER:
            return Message("claim.size", verdict=word(judgement.verdict), times=_times(judgement.ratio))
        case Verdict.UNDECIDED:
            return Message("claim.undecided", n=judgement.seeds_needed)
        case Verdict.NOT_FOUND:
            return Message("claim.not_found")
        case Verdict.ONE_SEED:
            return Message("claim.one_seed")
        case verdict:
            return word(verdict)


def verdict_words(verdict: Verdict | Answer, ratio: float, seeds_needed: int) -> Message:
    """Write a verdict for a table's cell, with its ratio or with the seeds that would decide.

    >>> str(verdict_words(Verdict.WEAKER, 0.25, 0)), str(verdict_words(Verdict.UNDECIDED, math.nan, 12))
    ('weaker, 0.25 times', 'undecided, 12 seeds would decide')
    """
    if math.isfinite(ratio) and verdict in (Verdict.WEAKER, Verdict.STRONGER):
        return Message("verdict.with_ratio", verdict=word(verdict), times=_times(ratio))
    if seeds_needed:
        return Message("verdict.with_seeds", verdict=word(verdict), n=seeds_needed)
    return word(verdict)


def _times(ratio: float) -> Message:
    """Write a ratio with two digits.

    >>> str(_times(0.043)), str(_times(1.7)), str(_times(13.4))
    ('0.043 times', '1.7 times', '13 times')
    """
    return Message("verdict.times", ratio=f"{float(f'{ratio:.2g}'):g}")


def controls(number: PublishedNumber, measured: Measured) -> tuple[Message, ...]:
    """Return the controls that were measured, in words."""
    known = ((name, one) for name, one in measured.controls.items() if one.estimate.defined)
    return tuple(_control(number, name, one, measured) for name, one in known)


def _control(number: PublishedNumber, name: Control, reading: Reading, measured: Measured) -> Message:
    value = _estimate(number, reading.estimate)
    if reading.horizons and reading.horizons != measured.reading.horizons:
        return Message("claim.control_elsewhere", name=word(name), value=value, horizons=_horizons(reading))
    return Message("claim.control", name=word(name), value=value)


def _estimate(number: PublishedNumber, estimate: Estimate) -> Value:
    """Write a number with one digit more than the published one has, and its interval."""
    digits = number.digits if number.quantity in _PRINTED or number.unit == "MAC" else number.digits + 1
    return with_interval(estimate, digits, write=fixed)


def rests_on(number: PublishedNumber, measured: Measured) -> Value:
    """Return a measured number and on how many of the published seeds and horizons it rests, where it needs runs."""
    value, seeds = _in_unit(_estimate(number, measured.estimate), number), measured.estimate.n
    if not measured.reading.horizons:
        return value
    horizons = _horizons(measured.reading)
    if len(number.horizons) > 1:
        return Message(
            "claim.over_seeds_and_horizons",
            value=value,
            seeds=seeds,
            of=SEEDS,
            horizons=horizons,
            of_horizons=len(HORIZONS),
        )
    return Message("claim.over_seeds", value=value, seeds=seeds, of=SEEDS, horizons=horizons)


def _horizons(reading: Reading) -> Message:
    return Message("claim.horizons", n=len(reading.horizons), horizons=all_of(reading.horizons))
