"""Figures of trust: a check holds, fails or was not measured by word, value and sign; spreads are of the maps."""

from __future__ import annotations

import numpy as np
import pytest

from core.figures.palette import Look
from core.figures.trust import Criterion, background_spread, shares_of, trust

LOOK = Look()
CHECKS = [
    Criterion("order against random orders", 1.0, 0.95),
    Criterion("agrees with occlusion", 0.497, 0.5),
    Criterion("steady under small changes", np.nan, 0.5),
    Criterion("another than the untrained twin's", 0.5, 0.5, below=True),
]


@pytest.mark.parametrize(
    ("check", "holds"), [(CHECKS[0], True), (CHECKS[1], False), (CHECKS[2], None), (CHECKS[3], False)]
)
def test_a_check_is_held_against_its_limit(check: Criterion, holds: bool | None) -> None:
    assert check.holds is holds


def test_every_check_has_a_word_a_value_and_a_sign() -> None:
    drawing = trust(CHECKS, informed=True, look=LOOK)
    notes = [note.text for note in sorted(drawing.figure.layout.annotations, key=lambda note: -note.y)]
    assert notes == [
        "<b>holds</b> 1.000, at least 0.95",
        "<b>fails</b> 0.497, at least 0.50",
        "<b>not measured</b> –, at least 0.50",
        "<b>fails</b> 0.500, below 0.50",
    ]
    marks = {trace.name: trace for trace in drawing.figure.data if trace.mode == "markers"}
    assert list(marks["holds"].x) == [1.0] and list(marks["fails"].x) == [0.497, 0.5]
    assert marks["holds"].marker.symbol != marks["fails"].marker.symbol
    assert drawing.finding.startswith("1 of 3 checks hold. What fails: agrees with occlusion (0.497, at least 0.50)")
    assert drawing.finding.endswith("Not measured: steady under small changes.")


def test_a_map_that_knows_no_more_than_chance_says_so_first() -> None:
    assert trust(CHECKS, informed=False, look=LOOK).finding.startswith(
        "On this window the order knows no more than chance: read nothing into the map."
    )


def test_a_spread_tells_whether_all_backgrounds_name_the_same_variable() -> None:
    same = {"the last value": np.array([[3.0, -1.0]]), "similar noise": np.array([[-1.0, 0.5], [0.0, 0.5]])}
    drawing = background_spread(same, variables=["load", "drift"], background="similar noise", look=LOOK)
    assert "load holds 62 % of all movement on average, from 50 % against similar noise to 75 %" in drawing.finding
    assert drawing.finding.endswith("It holds most against all 2 backgrounds.")
    (shown,) = [trace for trace in drawing.figure.data if trace.name == "similar noise"]
    np.testing.assert_allclose(shown.x, [50.0, 50.0])
    other = same | {"the window's mean": np.array([[0.0, 2.0]])}
    told = background_spread(other, variables=["load", "drift"], background="similar noise", look=LOOK).finding
    assert "another variable holds most: which one it is depends on the background" in told


def test_shares_add_up_and_a_flat_map_has_none() -> None:
    assert shares_of(np.array([[1.0, -3.0], [0.0, 0.0]])).tolist() == [0.25, 0.75]
    assert shares_of(np.zeros((2, 2))).tolist() == [0.0, 0.0]
