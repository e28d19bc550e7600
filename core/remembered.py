"""What was made once and is kept in memory, up to so many bytes: the least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_NUMBER = 32  # bytes of a number and its place in a list


class Remembered(Generic[T]):
    """Things by the key of all that decides them; several threads may ask at once, and one of them makes."""

    def __init__(self, most: int, weigh: Callable[[T], int]) -> None:
        """Keep as many as have `most` bytes together; `weigh` says how many one of them has, about."""
        self._most, self._weigh = most, weigh
        self._held: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()
        self.bytes = 0  # of all that is kept

    def __len__(self) -> int:
        return len(self._held)

    def held(self, key: Hashable) -> T | None:
        """Return what is kept under a key, else nothing."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def keep(self, key: Hashable, thing: T) -> None:
        """Keep something under a key; what was used longest ago makes room."""
        weight = self._weigh(thing)
        with self._lock:
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = thing, weight
            self.bytes += weight - before
            while self.bytes > self._most:
                _, (_, gone) = self._held.popitem(last=False)
                self.bytes -= gone

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under a key, made where it is not; what `make` raises is raised, and nothing kept."""
        if (known := self.held(key)) is not None:
            return known
        with self._lock:
            turn = self._making.setdefault(key, Lock())
        with turn:  # whoever else asks for the same waits; others do not
            if (known := self.held(key)) is not None:
                return known
            try:
                made = make()
                self.keep(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made


def plain_bytes(value: Any) -> int:
    """Return about how many bytes what was read from JSON takes in memory.

    >>> plain_bytes([0.5] * 1000), plain_bytes({"text": "a" * 1000})
    (32000, 1096)
    """
    match value:
        case dict():
            return sum(plain_bytes(part) for pair in value.items() for part in pair)
        case [float(), *_]:
            return _NUMBER * len(value)
        case list():
            return sum(map(plain_bytes, value))
        case str():
            return 46 + len(value)
        case _:
            return _NUMBER
