"""One number of a forecast, and how it comes about: which past values it rests on, and what each part brings.

    number = engine.explain(run_id, 1200, "temp", steps=(1, 24))
    number.attribute(Method.OCCLUSION, Background.LAST)     # blocks of rows and variables
    number.compare(Method.OCCLUSION, Background.LAST)       # whether that map can be trusted
    number.account()                                        # embedding, paths, crossings, merge

All numbers are standardised; those of a client over HTTP come with what brings them into the file's own units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from core.serve.account import Account, account
from core.serve.attribution import Attribution, Background, Method, Target, attribute, background_of, too_many
from core.serve.changes import ChangeError
from core.serve.comparison import Comparison, compare
from core.serve.held import Held
from core.text.message import Message


@dataclass(frozen=True, eq=False)
class Explained:
    """The mean over some steps of one variable's forecast in one test window.

    Attributes
    ----------
    x : float32 [1, lookback, variable]
        What the model reads, standardised.
    """

    held: Held
    x: Tensor
    target: Target

    @classmethod
    def of(cls, held: Held, window: int, variable: str, steps: tuple[int, int] | None) -> Self:
        """Return the number; the window exists, steps are counted from 1.

        Raises
        ------
        ChangeError : no such variable or steps.
        """
        run, horizon = held.record, held.record.config.window.horizon
        first, last = steps or (1, horizon)
        if variable not in run.variables:
            known = ", ".join(run.variables)
            raise ChangeError(Message("engine.no_variable", variable=variable, run=run.run_id, known=known))
        if not 1 <= first <= last <= horizon:
            raise ChangeError(Message("engine.no_steps", first=first, last=last, horizon=horizon))
        x = torch.from_numpy(held.windows.x[window : window + 1].copy())
        return cls(held, x, Target(run.variables.index(variable), first - 1, last - 1))

    def attribute(
        self,
        method: Method = Method.INTEGRATED_GRADIENTS,
        background: Background = Background.MEAN,
        *,
        rows: int | None = None,
        checked: bool = True,
    ) -> Attribution:
        """Share the number out to blocks of rows and variables, see `core.serve.attribution.attribute`.

        Parameters
        ----------
        rows : length of a block; a token's unless given.

        Raises
        ------
        ChangeError : blocks that do not fit, or too many of them.
        ValueError : the data have no season, which the background needs.
        """
        forward, against = self.target.of(self.held.checkpoint.model), self._background(background)
        return attribute(forward, self.x, against, method, rows=self._rows(method, rows), checked=checked)

    def compare(
        self,
        method: Method = Method.INTEGRATED_GRADIENTS,
        background: Background = Background.MEAN,
        *,
        rows: int | None = None,
    ) -> Comparison:
        """Hold one such map against others, see `core.serve.comparison`; raises as `attribute` does."""
        self._background(background)
        fitting = [each for each in Background if each is not Background.SEASON or self._has_season]
        return compare(
            self.target.of(self.held.checkpoint.model),
            self.target.of(self.held.twin.checkpoint.model),
            self.x,
            {each: self._background(each) for each in fitting},
            method,
            background,
            rows=self._rows(method, rows),
        )

    def account(self) -> Account:
        """Share the number out to the parts of the network, see `core.serve.account`."""
        return account(self.held.checkpoint.model, self.x, self.target)

    @property
    def _has_season(self) -> bool:
        season = self.held.data.step.season
        return season is not None and season < self.x.shape[1]

    def _background(self, kind: Background) -> Tensor:
        return background_of(self.x, kind, self.held.data.step.season)

    def _rows(self, method: Method, rows: int | None) -> int:
        config, lookback = self.held.record.config, self.x.shape[1]
        length = config.model.patch if rows is None else rows
        if not 1 <= length <= lookback:
            raise ChangeError(Message("engine.no_rows", rows=length, lookback=lookback))
        if why := too_many(method, self.x, length):
            raise ChangeError(why)
        return length
