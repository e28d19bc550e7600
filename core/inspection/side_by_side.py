"""Work on several runs side by side, each in a process of its own: told as one piece of work, and stopped as one.

It is not `core.study.pool`: that starts command lines, tries anew what ran out of memory, and goes on where a task
fails. The runs of an inspection belong together: parts of them are counted in, and what one raises ends all.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from functools import partial
from typing import Any, Self, TypeVar

from core.exits import Exit
from core.stages import Stopped

Item = TypeVar("Item")
Tell = Callable[[float], None]  # the share that is done
ShouldStop = Callable[[], bool]
Work = Callable[[Item, Tell, ShouldStop], None]  # raises Stopped where it is to stop

NICE = 10  # whoever asks a model meanwhile goes first
PAUSE = 0.2  # seconds between two looks at the processes
_shared: dict[str, Any] = {}  # of a process: what it shares with the one that started it


class SideBySide:
    """Processes that work on several runs, started with the first work and ended on leaving the `with`.

    Parameters
    ----------
    workers : processes; 1: the work is done in this one.
    most : items of one work at most.
    """

    def __init__(self, workers: int, most: int) -> None:
        self.workers = workers
        if workers > 1:
            context = multiprocessing.get_context("spawn")  # torch does not survive a fork
            self._stop: Any = context.Event()
            self._shares: Any = context.Array("d", most)
            self._pool = ProcessPoolExecutor(workers, context, _take, (self._stop, self._shares))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """End the processes; what one raised, or a stop, ends the work of all."""
        if self.workers > 1:
            if raised[0] is not None:
                self._stop.set()
            self._pool.shutdown(cancel_futures=True)

    def do(self, work: Work[Item], items: Sequence[Item], *, on_progress: Tell, should_stop: ShouldStop) -> None:
        """Do the work for every item, the first ones first.

        Parameters
        ----------
        work : a function that another process can find.
        on_progress : told how many items are done, parts of them counted in.
        should_stop : asked again and again.

        Raises
        ------
        Stopped : it was to stop.
        Exception : what `work` raised first.
        """
        if self.workers == 1:
            for place, item in enumerate(items):
                work(item, partial(_tell_from, on_progress, place), should_stop)
            return
        self._shares[:] = [0.0] * len(self._shares)
        left = {self._pool.submit(_do, work, place, item) for place, item in enumerate(items)}
        while left:
            done, left = wait(left, PAUSE, FIRST_EXCEPTION)
            for one in done:
                one.result()
            if should_stop():
                raise Stopped
            on_progress(sum(self._shares))


def _tell_from(on_progress: Tell, place: int, share: float) -> None:
    on_progress(place + share)


def _take(stop: Any, shares: Any) -> None:
    os.nice(NICE)
    _shared.update(stop=stop, shares=shares)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End where the process that started this one was killed: it would wait for work forever."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "called in a process of the pool"
    parent.join()
    os._exit(Exit.STOPPED)


def _do(work: Work[Item], place: int, item: Item) -> None:
    def tell(share: float) -> None:
        _shared["shares"][place] = share

    work(item, tell, _shared["stop"].is_set)
    tell(1.0)
