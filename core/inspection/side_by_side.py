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
from typing import Any, TypeVar

from core.exits import Exit
from core.stages import Stopped

Item = TypeVar("Item")
Tell = Callable[[float], None]  # the share that is done
ShouldStop = Callable[[], bool]
Work = Callable[[Item, Tell, ShouldStop], None]  # raises Stopped where it is to stop

NICE = 10  # whoever asks a model meanwhile goes first
PAUSE = 0.2  # seconds between two looks at the processes
_shared: dict[str, Any] = {}  # of a process: what it shares with the one that started it


def side_by_side(
    work: Work[Item], items: Sequence[Item], *, workers: int, on_progress: Tell, should_stop: ShouldStop
) -> None:
    """Do the work for every item, the first ones first.

    Parameters
    ----------
    work : a function that another process can find; with one worker it is called here.
    on_progress : told how many items are done, parts of them counted in.
    should_stop : asked again and again.

    Raises
    ------
    Stopped : it was to stop; what works has been told so, and has ended.
    Exception : what `work` raised first; the rest is stopped.
    """
    if workers == 1:
        for place, item in enumerate(items):
            work(item, partial(_tell_from, on_progress, place), should_stop)
        return
    context = multiprocessing.get_context("spawn")  # torch does not survive a fork
    stop: Any = context.Event()
    shares: Any = context.Array("d", len(items))
    with ProcessPoolExecutor(workers, context, _take, (stop, shares)) as pool:
        left = {pool.submit(_do, work, place, item) for place, item in enumerate(items)}
        try:
            while left:
                done, left = wait(left, PAUSE, FIRST_EXCEPTION)
                for one in done:
                    one.result()
                if should_stop():
                    raise Stopped
                on_progress(sum(shares))
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


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
