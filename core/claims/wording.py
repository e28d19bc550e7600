"""The sentence of a claim, made from its numbers."""

from __future__ import annotations

import math

from core.analysis.estimate import Estimate
from core.claims.published import PublishedNumber, Quantity
from core.claims.quantities import Measured, Reading
from core.claims.verdict import Verdict, holds_zero
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
_PRINTED = (Quantity.PHASE_DRIFT, Quantity.SPAI)  # as exact here as on the slides


def sentence(number: PublishedNumber, measured: Measured, verdict: Verdict) -> str:
    """Return one sentence: published, measured with its interval, verdict, controls."""
    unit = "" if number.unit == "1" else f" {number.unit}"
    published = f"{TITLES[number.quantity]}: published {fixed(number.value, number.digits)}{unit}"
    if verdict is Verdict.NOT_MEASURED:
        return f"{published}; not measured: {measured.estimate.reason.rstrip('.')}."
    said = f"{published}, measured {_estimate(number, measured.estimate)}{unit}{_over(measured.reading)}: {verdict}"
    if holds_zero(measured.estimate):
        said += ", but the interval holds 0"
    beside = "; ".join(_control(number, name, one, measured) for name, one in measured.controls.items())
    return f"{said} ({beside})." if beside else f"{said}."


def controls(number: PublishedNumber, measured: Measured) -> str:
    """Return the controls in words, for a table's cell."""
    return "; ".join(_control(number, name, one, measured) for name, one in measured.controls.items())


def _control(number: PublishedNumber, name: str, reading: Reading, measured: Measured) -> str:
    if not reading.estimate.defined:
        return f"{name}: not measured"
    elsewhere = reading.horizons and reading.horizons != measured.reading.horizons
    return f"{name} {_estimate(number, reading.estimate)}" + (f" at {_horizons(reading)}" if elsewhere else "")


def _estimate(number: PublishedNumber, estimate: Estimate) -> str:
    """Write a number with one digit more than the published one has, and its interval."""
    digits = number.digits if number.quantity in _PRINTED or number.unit == "MAC" else number.digits + 1
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return fixed(estimate.value, digits)
    low, high = fixed(estimate.low, digits), fixed(estimate.high, digits)
    return f"{fixed(estimate.value, digits)} ({low} to {high})"


def _over(reading: Reading) -> str:
    if not reading.horizons:
        return ""
    alone = " without an interval" if reading.estimate.n == 1 else ""
    return f" over {counted(reading.estimate.n, 'seed')}{alone}, {_horizons(reading)}"


def _horizons(reading: Reading) -> str:
    return f"horizon{'s' if len(reading.horizons) > 1 else ''} {listed(reading.horizons)}"
