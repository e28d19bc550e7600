"""Whether cross learning helps: the answer to made-up numbers, and what is said against it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pytest

from core.analysis.estimate import Estimate, mean_interval
from core.claims.helps import COUNTED, LIMITS, Beside, Help, Numbers, Side, help_of, paragraph, side_of
from core.claims.published import PublishedNumber, Quantity
from core.vocabulary import Fusion

UNKNOWN = Estimate(math.nan)
GOOD = {of: Estimate(LIMITS.get(of, 0.0) + 0.3, LIMITS.get(of, 0.0) + 0.1, 9.0, n=10) for of in Beside}
LOWERS, RAISES = (f"crossing both ways {verb} the RMSE of none by" for verb in ("lowers", "raises"))
GAINS = "crossing both ways gains"
ANSWERS = {
    Help.HELPS: (Estimate(2.0, 1.5, 2.5, n=3), f"Yes: {LOWERS} 2.00 % (1.50 to 2.50) in 3 seeds."),
    Help.A_LITTLE: (Estimate(0.3, 0.1, 0.5, n=3), f"Yes, but by little: {LOWERS} 0.30 % (0.10 to 0.50) "),
    Help.NO_DIFFERENCE: (Estimate(0.1, -0.2, 0.4, n=3), f"No: {GAINS} +0.10 % (−0.20 to +0.40) "),
    Help.HARMS: (Estimate(-2.0, -2.5, -1.5, n=3), f"No, it harms: {RAISES} 2.00 % (1.50 to 2.50) "),
    Help.CANNOT_TELL: (Estimate(2.0, -1.0, 5.0, n=3), f"Cannot tell: {GAINS} +2.00 % (−1.00 to +5.00) "),
    Help.FEW_SEEDS: (Estimate(2.0, n=1), f"Cannot tell from one seed: {GAINS} +2.00 % of RMSE over none; "),
    Help.NOT_COMPARED: (UNKNOWN, "Cannot tell: none and both have no seed in common; "),
}


def told(gain: Estimate, beside: Mapping[Beside, Estimate] = GOOD, **more: object) -> str:
    gains = {Fusion.BOTH: gain} if gain.defined else {}
    return str(paragraph(Numbers(gains, beside, **more)))  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", Help)
def test_every_answer_has_its_numbers_and_its_first_words(answer: Help) -> None:
    gain, words = ANSWERS[answer]
    assert help_of(gain) is answer
    text = told(gain)
    assert text.startswith(words) and "nan" not in text and "Message" not in text
    assert (f" in {gain.n} seeds" in text) is (gain.n > 1)


@pytest.mark.parametrize("low", [-3.0, -0.5, -1e-9, 0.0])
@pytest.mark.parametrize("high", [1e-9, 0.4, 0.6, 50.0])
def test_an_interval_that_holds_zero_is_never_called_a_gain_or_a_harm(low: float, high: float) -> None:
    for value in (low, (low + high) / 2, high):
        found = help_of(Estimate(value, low, high, n=10))
        assert found in (Help.NO_DIFFERENCE, Help.CANNOT_TELL)
        assert found is Help.CANNOT_TELL or max(-low, high) < 0.5, "no difference is said only where it is excluded"


def test_one_or_two_seeds_never_tell() -> None:
    one, two, three = (mean_interval([2.0 + step / 1000 for step in range(seeds)]) for seeds in (1, 2, 3))
    assert two.low > 0, "two seeds that agree have an interval above zero"
    assert [help_of(found) for found in (one, two, three)] == [Help.FEW_SEEDS, Help.FEW_SEEDS, Help.HELPS]
    assert told(two).startswith("Cannot tell from 2 seeds: ") and "train 3 or more on the Compare page" in told(two)


def test_it_is_said_how_many_seeds_would_tell() -> None:
    spread = mean_interval([-1.0, 0.0, 1.0])  # deviation 1: (4 x 1 / .5)^2
    assert "train about 64 on the Compare page to tell 0.5 % from zero" in told(spread)


def test_the_better_single_mode_does_not_take_the_place_of_both() -> None:
    gains = {Fusion.GRU_TO_CNN: Estimate(9.0, 8.0, 10.0, n=5), Fusion.BOTH: Estimate(-2.0, -3.0, -1.0, n=5)}
    text = str(paragraph(Numbers(gains, GOOD)))
    assert text.startswith("No, it harms") and "One way alone gains: GRU → CNN +9.00 % (+8.00 to +10.00)." in text
    only = {Fusion.GRU_TO_CNN: gains[Fusion.GRU_TO_CNN]}
    assert str(paragraph(Numbers(only, {}))).startswith("Cannot tell: none and both have no seed in common")


@pytest.mark.parametrize("of", Beside)
def test_each_thing_beside_it_speaks_for_against_or_is_open(of: Beside) -> None:
    limit = LIMITS.get(of, 0.0)
    above, spread = (
        Estimate(limit + 0.2, limit + 0.1, limit + 0.3, n=5),
        Estimate(limit + 0.2, limit - 1, limit + 2, n=5),
    )
    assert side_of(of, above) is Side.FOR
    assert side_of(of, spread) is (Side.FOR if of in COUNTED else Side.OPEN)
    assert side_of(of, Estimate(limit + 0.2, n=1)) is (Side.FOR if of in COUNTED else Side.OPEN), (
        "one seed proves nothing"
    )
    for value in (limit, limit - 0.1):
        assert side_of(of, Estimate(value, n=5)) is Side.AGAINST
    assert side_of(of, UNKNOWN) is Side.UNKNOWN


@pytest.mark.parametrize("of", Beside)
def test_what_speaks_against_it_is_told_and_alone(of: Beside) -> None:
    gain = ANSWERS[Help.HELPS][0]
    assert "Nothing measured here speaks against it." in told(gain) and "Against" not in told(gain)
    worse = GOOD | {of: Estimate(LIMITS.get(of, 0.0) - 0.1, n=10)}
    (reasons,) = re.findall(r"Against it: ([^;]+)\.(?: |$)", told(gain, worse))
    others = {
        told(gain, GOOD | {other: Estimate(LIMITS.get(other, 0.0) - 0.1, n=10)}) for other in Beside if other != of
    }
    assert reasons and told(gain, worse) not in others
    assert "Nothing measured" not in told(gain, worse)


def test_what_is_open_coming_or_not_measured_is_named() -> None:
    gain = ANSWERS[Help.HELPS][0]
    beside = (
        GOOD
        | {Beside.RIDGE: Estimate(0.2, -1.0, 2.0, n=5)}
        | dict.fromkeys((Beside.KERNELS, Beside.MATCHED), UNKNOWN)
    )
    text = told(gain, beside, coming=(Beside.KERNELS,))
    assert "Open within the seeds: the gain over ridge." in text
    assert "Being measured: kernels against untrained ones." in text
    assert "Not measured: the gain over none of the same size." in text
    lacking = {of: found for of, found in GOOD.items() if of is not Beside.DAILY}
    assert "daily" not in told(gain, lacking), "what does not apply is not missed"


@pytest.mark.parametrize(
    ("gain", "against"),
    [
        (Estimate(2.0, 1.5, 2.5, n=5), True),  # weaker
        (Estimate(0.1, -0.2, 0.4, n=5), True),  # not found
        (Estimate(-2.0, -3.0, -1.0, n=5), True),  # opposite
        (Estimate(8.0, 7.0, 9.0, n=5), False),
        (Estimate(20.0, 19.0, 21.0, n=5), False),  # stronger
        (Estimate(2.0, -8.0, 12.0, n=3), False),  # undecided
        (Estimate(2.0, n=1), False),
        (UNKNOWN, False),
    ],
)
def test_a_published_gain_that_is_not_reached_speaks_against_it(gain: Estimate, against: bool) -> None:
    published = PublishedNumber("ETTh2", "all", "both", Quantity.DELTA_RMSE, "%", 8.3, 1, "")
    assert ("the published gain of 8.3 % lies outside the interval" in told(gain, published=published)) is against
