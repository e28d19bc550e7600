"""The cost of crossings and of whole networks, counted on the modules while they run, and in milliseconds.

A formula says what should be computed, a count what is. torch's counter sees matrix products and convolutions; the
depth-wise filters of a crossing are element-wise products, which it does not see and `_Products` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from core.config import ModelConfig, WindowConfig
from core.model.crossing import Crossing, StandardCrossing
from core.model.fast import filter_tokens
from core.model.forecaster import CrossBlock, Forecaster, build
from core.model.layers import ConvPath
from core.train.probe import median_seconds
from core.vocabulary import Embedding, Fusion, Reference

Kind = TypeVar("Kind", Crossing, StandardCrossing)

REPEATS = 9  # of a timing, whose median is taken
_ELEMENTWISE = ("aten.mul.Tensor", "aten.addcmul_.default")


@dataclass(frozen=True)
class CountedCost:
    """Multiply-accumulates of one window, counted, and how long the median pass takes."""

    embedding: int
    crossing: int
    milliseconds: float

    @property
    def total(self) -> int:
        """First layer and all crossings."""
        return self.embedding + self.crossing


@dataclass(frozen=True)
class NetworkCost:
    """A whole network on one window: matrix products, convolutions, filters, parameters, and the median pass."""

    macs: int
    parameters: int
    milliseconds: float


class _Products(TorchDispatchMode):
    """Counts element-wise products."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if str(func) in _ELEMENTWISE:
            self.count += out.numel()
        return out


def proposed_cost(config: ModelConfig, window: WindowConfig, variables: int) -> CountedCost:
    """Return the cost of the product's own first layer and crossings: kernels made once a window, then applied.

    Parameters
    ----------
    config : its sizes count; embedding and fusion are those of the published table, `mixed` and `both`.
    """
    model, tokens = _published_form(config, window, variables, Reference.DYNAMIC)
    x, crossings = _series(window, variables), _crossings(model, Crossing)
    kernels = [crossing.message(tokens).detach() for crossing in crossings]
    with _Products() as applied:
        for kernel in kernels:
            filter_tokens(tokens, kernel)
    padding = len(crossings) * _skipped(window.lookback // config.patch, config.kernel) * config.width
    found = _counted(
        lambda: model.embedding(x),
        lambda: [filter_tokens(tokens, crossing.message(tokens)) for crossing in crossings],
        repeats=REPEATS,
    )
    return replace(found, crossing=found.crossing + applied.count + padding)


def standard_cost(config: ModelConfig, window: WindowConfig, variables: int) -> CountedCost:
    """Return the cost of the same with a trained convolution over all channels at every crossing (see above)."""
    model, tokens = _published_form(config, window, variables, Reference.STANDARD)
    x, crossings = _series(window, variables), _crossings(model, StandardCrossing)
    return _counted(lambda: model.embedding(x), lambda: [crossing.message(tokens) for crossing in crossings])


def rowwise_cost(config: ModelConfig, window: WindowConfig, variables: int) -> CountedCost:
    """Return the cost of that convolution where every row of the series is a token: no form of the product has it."""
    width, taps = config.width, config.kernel
    first = nn.Conv1d(variables, width, taps, padding=taps // 2)
    crossing = nn.Conv1d(width, width, taps, padding=taps // 2)
    series = _series(window, variables).transpose(1, 2)
    rows = first(series).detach()  # [1, channel, row]
    return _counted(lambda: first(series), lambda: [crossing(rows) for _ in range(2 * config.blocks)])


def _counted(first: Callable[[], object], cross: Callable[[], object], *, repeats: int = 3) -> CountedCost:
    """Count and time a first layer and all crossings after it."""
    return CountedCost(_macs(first), _macs(cross), milliseconds(lambda: (first(), cross()), repeats=repeats))


def _published_form(
    config: ModelConfig, window: WindowConfig, variables: int, reference: Reference
) -> tuple[Forecaster, Tensor]:
    """Return the mixed form with both crossings, and the tokens it makes of one window, in its own order of axes."""
    form = replace(config, embedding=Embedding.MIXED, fusion=Fusion.BOTH, reference=reference, matched=False)
    model = build(form, window, variables, seed=0).eval()
    return model, model.embedding(_series(window, variables)).detach()


def _series(window: WindowConfig, variables: int) -> Tensor:
    return torch.randn(1, window.lookback, variables, generator=torch.Generator().manual_seed(0))


def network_cost(config: ModelConfig, window: WindowConfig, variables: int) -> NetworkCost:
    """Return the cost of a whole forecaster on one window."""
    model = build(config, window, variables, seed=0).eval()
    x = _series(window, variables)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    filters = sum(isinstance(module, ConvPath | Crossing) for module in model.modules())  # element-wise: not seen
    streams = model.embedding.rows_per_window * config.width
    filtered = filters * streams * (window.lookback // config.patch) * config.kernel
    return NetworkCost(_macs(lambda: model(x)) + filtered, parameters, milliseconds(lambda: model(x)))


def milliseconds(run: Callable[[], object], *, repeats: int = REPEATS) -> float:
    """Return the median time of a pass without gradients."""
    with torch.inference_mode():
        return 1000 * median_seconds(run, repeats)


def _skipped(tokens: int, taps: int) -> int:
    """Return the products with zero padding that `filter_tokens` leaves out; torch counts them in a convolution."""
    return 2 * sum(min(shift, tokens) for shift in range(1, taps // 2 + 1))


def _crossings(model: Forecaster, kind: type[Kind]) -> list[Kind]:
    blocks = [block for block in model.blocks if isinstance(block, CrossBlock)]
    both = [crossing for block in blocks for crossing in (block.to_conv, block.to_gru)]
    return [crossing for crossing in both if isinstance(crossing, kind)]


def _macs(run: Callable[[], object]) -> int:
    """Return the multiply-accumulates of matrix products and convolutions: half the floating point operations."""
    with FlopCounterMode(display=False) as counter:
        run()
    return int(counter.get_total_flops() // 2)
