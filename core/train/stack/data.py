"""Windows cut on the device from one standardised table, by index: nothing but indices travels during training."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.windows import make_windows, measured_cells, standardised
from core.vocabulary import Split


@dataclass(frozen=True, eq=False)
class Resident:
    """The windows of one split: a table [row, variable] on the device, and the row of each window's first target.

    `known` [row, variable] tells which cells were measured and can be truth; None where nothing was missing.
    """

    table: Tensor
    origins: Tensor  # int64 [window]
    before: Tensor  # int64 [lookback]: rows read, counted from the origin
    after: Tensor  # int64 [horizon]: rows forecast
    known: Tensor | None = None

    def __len__(self) -> int:
        return len(self.origins)

    def gather(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """Return x [..., lookback, variable] and y [..., horizon, variable] of chosen windows [...]."""
        origins = self.origins[chosen].unsqueeze(-1)
        return self.table[origins + self.before], self.table[origins + self.after]

    def known_at(self, chosen: Tensor) -> Tensor | None:
        """Return where the truth [..., horizon, variable] of chosen windows [...] is known; None: everywhere."""
        return None if self.known is None else self.known[self.origins[chosen].unsqueeze(-1) + self.after]


def table_on(device: torch.device, dataset: Dataset, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return a copy of the standardised table [row, variable] on a device; it serves all splits."""
    return torch.tensor(standardised(dataset)[1]).to(device, dtype)


def resident(table: Tensor, dataset: Dataset, window: WindowConfig, split: Split, *, stride: int = 1) -> Resident:
    """Return a split's windows, cut from `table_on` wherever that lies."""
    origins = torch.from_numpy(make_windows(dataset, window, split, stride=stride).origins)
    measured = measured_cells(dataset, split)
    return Resident(
        table=table,
        origins=origins.to(table.device),
        before=torch.arange(-window.lookback, 0, device=table.device),
        after=torch.arange(window.horizon, device=table.device),
        known=None if measured is None else torch.from_numpy(measured).to(table.device),
    )
