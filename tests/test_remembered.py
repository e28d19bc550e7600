"""What is kept in memory: made once, for each key its own, and never more than it may take."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.remembered import Remembered, plain_bytes


def test_what_is_kept_is_not_made_again_and_the_least_recently_used_goes_first() -> None:
    made: list[str] = []
    kept = Remembered[str](most=30, weigh=len)

    def ask(text: str) -> str:
        def make() -> str:
            made.append(text)
            return text

        return kept.get(text[0], make)

    for text in ("a" * 10, "b" * 10, "c" * 10, "a" * 10, "d" * 10):  # d takes the place of b
        assert ask(text) == text
    assert made == ["a" * 10, "b" * 10, "c" * 10, "d" * 10]
    assert ask("a" * 10) == "a" * 10 and len(made) == 4
    assert ask("b" * 10) == "b" * 10 and len(made) == 5
    assert kept.bytes == 30 and len(kept) == 3


def test_what_is_larger_than_all_room_is_given_but_not_kept() -> None:
    kept = Remembered[str](most=30, weigh=len)
    assert kept.get("small", lambda: "a") == "a"
    assert kept.get("large", lambda: "b" * 31) == "b" * 31
    assert (len(kept), kept.bytes) == (0, 0)
    assert kept.get("large", lambda: "c" * 5) == "c" * 5


def test_what_could_not_be_made_is_asked_for_again() -> None:
    kept = Remembered[str](most=30, weigh=len)

    def fail() -> str:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            kept.get("key", fail)
    assert kept.get("key", lambda: "there") == "there"


def test_many_threads_get_what_is_their_own_and_each_thing_is_made_by_one() -> None:
    kept, made, lock = Remembered[int](most=10**6, weigh=lambda number: 8), [0] * 20, threading.Lock()
    together = threading.Barrier(8)

    def ask(number: int) -> int:
        def make() -> int:
            with lock:
                made[number] += 1
            return number * number

        return kept.get(number, make)

    def all_of(_: int) -> list[int]:
        together.wait()
        return [ask(number) for number in range(20)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(all_of, range(8)))
    assert answers == [[number * number for number in range(20)]] * 8
    assert made == [1] * 20
    assert kept.bytes == 8 * 20


def test_weights_follow_what_is_in_an_answer() -> None:
    assert plain_bytes({"a": [[0.5] * 10, [0.5] * 10]}) > 2 * 10 * 24
    assert plain_bytes([None, True, "text", {"deep": [1, 2]}]) < 500
