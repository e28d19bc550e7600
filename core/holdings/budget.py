"""The budget of the workspace: how much is kept of what can be made anew, and what goes when it is more.

Inspections, caches and what was set aside of these go by themselves, the least recently used first, before a new
inspection is written. What took training, what somebody brought and what was downloaded never does: that it takes
more than the budget is only told.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.holdings.holding import Holding
from core.holdings.listing import holdings
from core.holdings.removal import delete, parts_of
from core.jobs import JobError
from core.text.amounts import in_bytes
from core.text.message import Message

VARIABLE = "CROSSLENS_BUDGET"
USUAL = 5.0  # GB
LOG = logging.getLogger("crosslens.budget")


class BudgetError(ValueError):
    """A budget that is no size: what came, what was wanted, and what to do."""


@dataclass(frozen=True)
class Standing:
    """What the workspace holds against its budget, in bytes.

    Attributes
    ----------
    limit : the budget.
    made_again : of what can be made anew.
    lasting : of what never goes by itself.
    """

    limit: int
    made_again: int
    lasting: int

    @property
    def share(self) -> float:
        """How much of the budget is used by what can be made anew, from 0 to 1; all of it where it is more."""
        return min(self.made_again / self.limit, 1.0) if self.limit else float(self.made_again > 0)

    @property
    def told(self) -> tuple[Message, ...]:
        """What there is to say: one sentence on what can be made anew, and one where the rest is above the budget."""
        limit, again, rest = (in_bytes(size) for size in (self.limit, self.made_again, self.lasting))
        if self.made_again > self.limit:
            first = Message("budget.above", again=again, limit=limit)
        else:
            first = Message("budget.within", again=again, limit=limit, rest=rest)
        return (first, Message("budget.lasting", rest=rest, limit=limit)) if self.lasting > self.limit else (first,)


def limit() -> int:
    """Return the budget in bytes, as CROSSLENS_BUDGET tells it in GB; BudgetError where that is no size."""
    named = os.environ.get(VARIABLE, "").strip()
    try:
        size = float(named or USUAL)
    except ValueError:
        size = math.nan
    if not 0 <= size < math.inf:
        raise BudgetError(Message("budget.wrong", name=VARIABLE, got=named, usual=USUAL))
    return round(size * 1e9)


def standing(found: Sequence[Holding]) -> Standing:
    """Return how holdings stand against the budget; BudgetError where that is no size."""
    again = sum(one.bytes for one in found if one.made_again)
    return Standing(limit(), again, sum(one.bytes for one in found) - again)


def make_room() -> list[Holding]:
    """Delete what can be made anew until it fits the budget, the least recently used first; return what went.

    Nothing goes that a process is at work with. Whoever asks goes on in any case: a budget that is no size deletes
    nothing, and what cannot be deleted stays.
    """
    found = [one for one in holdings() if one.made_again]
    gone: list[Holding] = []
    with suppress(BudgetError):
        above = sum(one.bytes for one in found) - limit()
        for one in sorted(found, key=lambda one: one.used):
            if above <= 0:
                break
            if not one.in_use and _deleted(one):
                gone.append(one)
                above -= one.bytes
    return gone


def _deleted(one: Holding) -> bool:
    """Delete a holding and tell whether that could be done."""
    try:
        delete(parts_of([one]))
    except (JobError, OSError) as error:  # a process has begun with it meanwhile; no right to
        LOG.warning("%s stays: %s", one.title, error)
        return False
    LOG.warning("%s makes room: %s", one.title, in_bytes(one.bytes))
    return True
