"""Counts, sizes, lengths of time, lists and signed numbers as sentences write them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean, stdev

from core.text.template import counting
from core.text.words import say, say_many

MOST_DECIMALS = 4  # of a standardised error
MINUS = "\N{MINUS SIGN}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, one of `core.text.template.NOUNS`.

    >>> counted(1, "seed"), counted(2785, "window")
    ('1 seed', '2,785 windows')
    """
    return say_many(*counting(noun), n=count)


def in_bytes(size: int) -> str:
    """Return a size on disk in the unit that reads best.

    >>> in_bytes(900), in_bytes(412_700_000), in_bytes(5_000_000_000)
    ('1 kB', '413 MB', '5.0 GB')
    """
    for unit, least in (("GB", 10**9), ("MB", 10**6)):
        if size >= least:
            return f"{size / least:.1f} {unit}" if size < 10 * least else f"{size / least:,.0f} {unit}"
    return f"{math.ceil(size / 1000)} kB"


def lasting(seconds: float) -> str:
    """Return a length of time in the unit that reads best.

    >>> lasting(40), lasting(600), lasting(12_240)
    ('40 seconds', '10 minutes', '3.4 hours')
    """
    if seconds < 100:
        return counted(round(seconds), "second")
    minutes = round(seconds / 60)
    return counted(minutes, "minute") if seconds < 6000 else say("{hours:,.1f} hours", hours=seconds / 3600)


def without_truth(cells: int) -> str:
    """Return how many test cells were missing and count in no error, in a sentence; "" where none was.

    >>> without_truth(1650), without_truth(0)
    ('1,650 test cells were missing and are left out of every error.', '')
    """
    if not cells:
        return ""
    return say_many(
        "{n} test cell was missing and is left out of every error.",
        "{n:,} test cells were missing and are left out of every error.",
        n=cells,
    )


def listed(values: Iterable[object]) -> str:
    """Return values as an enumeration.

    >>> listed([96, 192, 720])
    '96, 192 and 720'
    """
    words = [str(value) for value in values]
    if len(words) < 2:
        return "".join(words)
    return say("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])


def over_seeds(values: Sequence[float]) -> str:
    """Return the mean of an error ± one standard deviation, in the digits that the seeds support.

    These are two digits of the deviation, at most four decimals; one seed alone has four.

    >>> over_seeds([0.41, 0.45]), over_seeds([0.4341, 0.4345]), over_seeds([0.4341])
    ('0.430 ± 0.028', '0.4343 ± 0.0003', '0.4341')
    """
    mean = fmean(values)
    if len(values) < 2:
        return fixed(mean, MOST_DECIMALS)
    deviation = stdev(values)
    place = 1 - math.floor(math.log10(deviation)) if deviation else MOST_DECIMALS
    decimals = min(max(place, 0), MOST_DECIMALS)
    return f"{fixed(mean, decimals)} ± {fixed(deviation, decimals)}"


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals and a true minus sign; what rounds to zero has none.

    >>> fixed(-1234.56, 1), fixed(-0.001, 2)
    ('−1,234.6', '0.00')
    """
    return f"{value:z,.{decimals}f}".replace("-", MINUS)


def signed(value: float, decimals: int = 1) -> str:
    """Return a number as `fixed` does with its sign always shown, but for zero; a missing one is a dash.

    >>> signed(1.25), signed(-3.0), signed(-0.001, 2), signed(float("nan"))
    ('+1.2', '−3.0', '0.00', '–')
    """
    if not math.isfinite(value):
        return "–"
    return ("+" if round(value, decimals) > 0 else "") + fixed(value, decimals)
