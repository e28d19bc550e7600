"""Edits of the rows that a window reads: known answers by hand, words that survive any name, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.edited import edited, moved_most
from core.data.edits import LIMITS, MOST, Edit, EditError, EditKind, example, fitting, has_amount
from core.data.windows import Scaler
from core.exhibits.links import joined, parts

NAMES = ("load", "temp", "gust")
UNIT = Scaler(np.zeros(3), np.ones(3))
SCALER = Scaler(np.array([10.0, 0.0, -5.0]), np.array([2.0, 1.0, 4.0]))
ROWS = np.arange(18.0).reshape(6, 3)  # load 0 3 6 9 12 15, temp 1 4 7 10 13 16, gust 2 5 8 11 14 17
NASTY = (
    *("a:b", "a|b", "a,b", "-3..-1", "%", "%3A", "%25%", "", " ", " led", "전력 사용량", "level:x:-1..-1:2"),
    *("<b>", "a\nb", "🌡️", "é", "..", "a b"),
)


def made(*words: str, scaler: Scaler = UNIT, season: int | None = 2) -> np.ndarray:
    edits = fitting(words, variables=NAMES, lookback=len(ROWS), season=season)
    return edited(ROWS, edits, variables=NAMES, scaler=scaler, season=season)


def column(name: str, *words: str, scaler: Scaler = UNIT) -> list[float]:
    return made(*words, scaler=scaler)[:, NAMES.index(name)].tolist()


BY_HAND = {
    "spike:load:-5..-1:2": [0, 3 + 2 / 3, 6 + 4 / 3, 9 + 2, 12 + 4 / 3, 15 + 2 / 3],
    "spike:load:-2..-2:-1": [0, 3, 6, 9, 11, 15],
    "level:load:-3..-2:1.5": [0, 3, 6, 10.5, 13.5, 15],
    "slope:load:-4..-1:-2": [0, 3, 5.5, 8, 10.5, 13],
    "scale:load:-3..-1:0": [0, 3, 6, 12, 12, 12],
    "scale:load:-3..-1:2": [0, 3, 6, 6, 12, 18],
    "shift:load:-4..-1:1": [0, 3, 6, 6, 9, 12],
    "shift:load:-4..-1:-3": [0, 3, 15, 15, 15, 15],
    "shift:load:-4..-1:0": [0, 3, 6, 9, 12, 15],
    "zero:load:-2..-1": [0, 3, 6, 9, 0, 0],
    "hold:load:-4..-2": [0, 3, 6, 6, 6, 15],
    "swap:load,gust:-3..-2": [0, 3, 6, 11, 14, 15],
    "repeat:load:-4..-1": [0, 3, 0, 3, 6, 9],
    "noise:load:-6..-1:0": [0, 3, 6, 9, 12, 15],
}


@pytest.mark.parametrize("word", BY_HAND)
def test_each_kind_is_what_the_hand_makes_of_it(word: str) -> None:
    before = ROWS.copy()
    np.testing.assert_allclose(column("load", word), BY_HAND[word], rtol=1e-12)
    np.testing.assert_array_equal(ROWS, before)
    others = [1] if word.startswith("swap") else [1, 2]
    np.testing.assert_array_equal(made(word)[:, others], ROWS[:, others])


def test_every_kind_has_an_answer_by_hand() -> None:
    assert {word.partition(":")[0] for word in BY_HAND} == set(EditKind)
    assert set(LIMITS) | {EditKind.SHIFT} == {kind for kind in EditKind if has_amount(kind)}


def test_amounts_are_in_standard_deviations_of_each_variable() -> None:
    rows = made("level:load,gust:-1..-1:1.5", scaler=SCALER)
    np.testing.assert_allclose(rows[-1] - ROWS[-1], [3.0, 0.0, 6.0])


def test_a_swap_keeps_what_is_unusual_for_each_variable() -> None:
    rows = made("swap:load,gust:-6..-1", scaler=SCALER)
    before, after = SCALER.transform(ROWS), SCALER.transform(rows)
    np.testing.assert_allclose(after[:, [0, 2]], before[:, [2, 0]])
    np.testing.assert_allclose(made(*["swap:load,gust:-6..-1"] * 2, scaler=SCALER), ROWS)


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        (("level:load:-3..-2:1.5",), 0, (4, 12 - 20, 12 + 20)),  # of equal ones the latest; load has sd 2
        (("slope:load:-4..-1:0",), 0, (5, 15 - 20, 15 + 20)),
        (("spike:load:-5..-1:2",), 0, (3, 9 - 20, 9 + 20)),
        (("scale:load:-3..-1:1",), 0, (5, 12, 12 + 3 * 3)),  # about the mean of the span, 12
        (("level:load:-1..-1:1", "level:load:-2..-1:1"), 1, (5, 17 - 20, 17 + 20)),  # on top of the edit before
        (("level:load:-1..-1:1", "level:load:-2..-1:1"), 0, (5, 17 - 20, 17 + 20)),  # and below the one after
        (("level:load:-2..-1:1", "zero:load:-1..-1"), 0, (4, 12 - 20, 12 + 20)),  # what is put over it does not move
        (("level:load:-1..-1:1", "zero:load:-1..-1"), 0, None),
        (("level:gust:-1..-1:1",), 0, None),  # another variable
        (("shift:load:-4..-1:1",), 0, None),
        (("zero:load:-2..-1",), 0, None),
    ],
)
def test_the_row_to_drag_is_the_one_that_moves_most(
    words: tuple[str, ...], place: int, found: tuple[int, float, float] | None
) -> None:
    edits = fitting(words, variables=NAMES, lookback=len(ROWS), season=2)
    assert moved_most(ROWS, edits, place, variable="load", variables=NAMES, scaler=SCALER) == found


def test_edits_are_made_one_after_the_other() -> None:
    assert column("load", "zero:load:-2..-1", "level:load:-1..-1:1") == [0, 3, 6, 9, 0, 1]
    assert column("load", "level:load:-1..-1:1", "zero:load:-2..-1") == [0, 3, 6, 9, 0, 0]


def test_noise_hangs_on_the_place_in_the_list_and_stays_while_the_span_moves() -> None:
    first, again = made("noise:load:-6..-1:1"), made("noise:load:-6..-1:1")
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(made("noise:load:-3..-1:1")[-3:], first[-3:])
    second = made("level:load:-1..-1:0", "noise:load:-6..-1:1")
    assert np.abs(second[:, 0] - first[:, 0]).min() > 0
    many = edited(np.zeros((4000, 3)), [Edit.parse("noise:temp:-4000..-1:2")], variables=NAMES, scaler=SCALER)
    assert many[:, 1].std() == pytest.approx(2, rel=0.05) and many[:, 1].mean() == pytest.approx(0, abs=0.1)


def test_what_is_missing_stays_missing_where_nothing_is_put_in_its_place() -> None:
    rows = ROWS.copy()
    rows[4, 0] = np.nan
    for word, expected in {
        "level:load:-3..-1:1": [10, np.nan, 16],
        "scale:load:-3..-1:0": [12, np.nan, 12],
        "zero:load:-3..-1": [0, 0, 0],
        "hold:load:-3..-1": [9, 9, 9],
        "shift:load:-3..-1:1": [9, 9, np.nan],
        "repeat:load:-3..-1": [3, 6, 9],
    }.items():
        found = edited(rows, [Edit.parse(word)], variables=NAMES, scaler=UNIT, season=2)
        np.testing.assert_allclose(found[3:, 0], expected, err_msg=word)
    nothing = np.full((6, 3), np.nan)
    assert np.isnan(edited(nothing, [Edit.parse("scale:load:-3..-1:2")], variables=NAMES, scaler=UNIT)).all()


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("kind", EditKind)
def test_any_name_survives_the_word_and_the_link(name: str, kind: EditKind) -> None:
    amount = {EditKind.SHIFT: -3.0, EditKind.SCALE: 0.1}.get(kind, 0.30000000000000004) if has_amount(kind) else 0.0
    one = Edit(kind, (name, "load"), -24, -1, amount)
    assert Edit.parse(str(one)) == one
    link = joined([str(one), example(kind), str(one)])
    assert [Edit.parse(part) for part in parts(link)] == [one, Edit.parse(example(kind)), one]


REFUSED = {
    "bend:load:-2..-1": "no edit 'bend'",
    "nonsense": "no edit 'nonsense'",
    "level:load:-2..-1": "wanted 3",
    "zero:load:-2..-1:1": "wanted 2",
    "level:load:-1..-2:1": "begin at the earlier row",
    "level:load:0..3:1": "write the first and the last row",
    "level:load:-2..-1:much": "'much' is no amount",
    "level:load:-2..-1:nan": "'nan' is no amount",
    "level:load:-2..-1:11": "from -10 to 10",
    "noise:load:-2..-1:-1": "from 0 to 10",
    "scale:load:-2..-1:3.5": "from 0 to 3",
    "shift:load:-2..-1:3": "from -2 to 2",
    "shift:load:-2..-1:0.5": "whole number",
    "swap:load:-2..-1": "wanted two",
    "swap:load,load:-2..-1": "wanted two",
    "swap:load,temp,gust:-2..-1": "wanted two",
    "level:wind:-2..-1:1": "'wind', which is no variable here",
    "level:load:-7..-1:1": "the window begins at row -6",
    "repeat:load:-5..-1": "choose a later span",
}


@pytest.mark.parametrize("word", REFUSED)
def test_what_cannot_be_made_is_one_sentence(word: str) -> None:
    with pytest.raises(EditError) as told:
        made(word)
    sentence = str(told.value)
    assert REFUSED[word] in sentence and sentence.endswith(".") and "\n" not in sentence


def test_a_cycle_is_needed_to_repeat_and_a_list_has_an_end() -> None:
    with pytest.raises(EditError, match="follow no cycle"):
        made("repeat:load:-2..-1", season=None)
    with pytest.raises(EditError, match=f"{MOST + 1} edits were given and one window takes at most {MOST}"):
        made(*["level:load:-1..-1:1"] * (MOST + 1))
    assert made(*["level:load:-1..-1:1"] * MOST)[-1, 0] == 15 + MOST
