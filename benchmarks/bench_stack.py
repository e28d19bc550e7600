"""What a stack gains: windows trained a second by stacks of several sizes, and by one run at a time.

    python -m benchmarks.bench_stack
    OMP_NUM_THREADS=1 python -m benchmarks.bench_stack --sizes 1 4 --steps 3

The single run is trained as one would without this product: torch's fused GRU in target of the written-out scan, all
else the same, in float32. On a CUDA device the stacks' steps are captured and run in both precisions; memory is what
torch allocated on the device, and on a CPU the process's peak so far. One JSON line a measurement.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from core.config import RunConfig
from core.data.catalog import available, load_dataset
from core.data.dataset import Dataset
from core.model.forecaster import Forecaster, build
from core.model.layers import GRUStates
from core.presets import preset_run
from core.train.recipe import epoch_order, loss_of
from core.train.stack.data import Resident, resident, table_on
from core.train.stack.functions import Stack
from core.train.stack.shape import widest
from core.train.stack.step import Batch, Precision, Step, fresh_moments
from core.vocabulary import Fusion, Split


class FusedScan(nn.Module):
    """torch's GRU where the scan was; it shows no gates."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gru = nn.GRU(width, width)

    def forward(self, tokens: Tensor) -> GRUStates:
        """Scan [token, row, channel] from a zero state."""
        hidden = self.gru(tokens)[0]
        return GRUStates(hidden, hidden, hidden)


def fused(run: RunConfig, variables: int) -> Forecaster:
    model = build(run.model, run.window, variables, run.train.seed)
    for path in [block.gru_path for block in model.blocks]:
        path.scan = FusedScan(run.model.width)
    return model


def seconds_a_step(step: Callable[[int], object], steps: int, device: torch.device) -> float:
    """Median over three series; the first step, which captures or allocates, is not counted."""

    def series(first: int) -> float:
        begun = time.perf_counter()
        for number in range(first, first + steps):
            step(number)
        if device.type == "cuda":
            torch.cuda.synchronize()
        return (time.perf_counter() - begun) / steps

    step(1)
    return float(np.median([series(1 + steps * number) for number in range(3)]))


def batches(runs: list[RunConfig], data: Resident) -> tuple[Tensor, ...]:
    """Every full batch of an epoch, [run, window] each."""
    size = runs[0].train.batch
    orders = np.stack([epoch_order(run.train.seed, 0, len(data)) for run in runs])
    whole = orders[:, : len(data) // size * size]
    return torch.from_numpy(whole).to(data.table.device).split(size, dim=1)


def stacked(runs: list[RunConfig], data: Resident, steps: int, precision: Precision) -> float:
    device = data.table.device
    stack = Stack(widest(runs), runs, data.table.shape[1], device=device)
    rows = stack.initial_weights()
    step = Step(stack, rows, fresh_moments(rows), runs[0].train, data, precision)
    chosen = batches(runs, data)
    return seconds_a_step(lambda number: step(Batch(chosen[number % len(chosen)]), 1e-3, watch=False), steps, device)


def one_at_a_time(run: RunConfig, data: Resident, steps: int) -> float:
    device = data.table.device
    model = fused(run, data.table.shape[1]).to(device).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    chosen = batches([run], data)

    def step(number: int) -> None:
        x, y = data.gather(chosen[number % len(chosen)][0])
        loss = loss_of(run.train, model(x).forecast, y)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), run.train.clip)
        optimiser.step()

    return seconds_a_step(step, steps, device)


def megabytes(device: torch.device) -> float:
    if device.type == "cuda":
        found = torch.cuda.max_memory_allocated() / 1e6
        torch.cuda.reset_peak_memory_stats()
        return round(found)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)


def tell(device: torch.device, way: str, runs: int, seconds: float, batch: int, alone: float) -> None:
    rate = runs * batch / seconds
    line = {
        "benchmark": "stack",
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "way": way,
        "runs": runs,
        "milliseconds_a_step": round(1000 * seconds, 2),
        "windows_per_second": round(rate),
        "times_one_at_a_time": round(rate / alone, 2),
        "megabytes": megabytes(device),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def grid(dataset: Dataset, preset: str, horizon: int, size: int) -> list[RunConfig]:
    """Return four fusions of as many seeds as it takes."""
    cells = list(product(range((size + 3) // 4), reversed(Fusion)))[:size]
    return [preset_run(dataset.key, preset, horizon=horizon, seed=seed, fusion=fusion) for seed, fusion in cells]


def main() -> None:
    on_cuda = torch.cuda.is_available()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 4, 16, 40, 80] if on_cuda else [1, 4, 16])
    parser.add_argument("--steps", type=int, default=50 if on_cuda else 3, help="of one series; three are timed")
    parser.add_argument("--preset", default="default")
    parser.add_argument("--horizon", type=int, default=96)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    device = torch.device("cuda" if on_cuda else "cpu")
    dataset = load_dataset("ETTh1" if "ETTh1" in available() else "NYweather")
    run = grid(dataset, arguments.preset, arguments.horizon, 1)[0]
    data = resident(table_on(device, dataset), dataset, run.window, Split.TRAIN, stride=run.train.stride)
    alone = one_at_a_time(run, data, arguments.steps)
    batch = run.train.batch
    tell(device, "one at a time, torch's GRU, float32", 1, alone, batch, batch / alone)
    for precision in tuple(Precision) if on_cuda else (Precision.FLOAT32,):
        for size in arguments.sizes:
            runs = grid(dataset, arguments.preset, arguments.horizon, size)
            seconds = stacked(runs, data, arguments.steps, precision)
            tell(device, f"stack, {precision}", size, seconds, batch, batch / alone)


if __name__ == "__main__":
    main()
