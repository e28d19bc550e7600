"""Which device there is to train on."""

from __future__ import annotations

import torch


def has_cuda() -> bool:
    """Tell whether torch can use a CUDA device here."""
    return torch.cuda.is_available()
