"""Progress of a piece of work made of stages, and the way it is stopped."""

from __future__ import annotations

from collections.abc import Callable

from core.text.message import Message

Progress = Callable[[float, float, Message], None]  # stages done, stages in all, what is going on


class Stopped(Exception):
    """Somebody asked the work to stop."""


class Stages:
    """Tells how far the work is, and raises Stopped at the next call once it is to stop.

    Parameters
    ----------
    total : number of stages.
    on_progress : told at the beginning of each stage and while it goes on.
    should_stop : asked every time.
    """

    def __init__(self, total: int, on_progress: Progress, should_stop: Callable[[], bool]) -> None:
        self._total = total
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._done = -1
        self._message = Message("progress.starting")

    def begin(self, message: Message) -> None:
        """Count the stage before as done and go on to the next."""
        self._done += 1
        self._message = message
        self.within(0, 1)

    def within(self, done: int, total: int) -> None:
        """Tell how much of the stage is done."""
        if self._should_stop():
            raise Stopped
        self._on_progress(self._done + done / total, self._total, self._message)
