"""How long the study of 800 runs would take on an H200: a projection, computed where there is none.

    OMP_NUM_THREADS=1 python -m benchmarks.project_study

Every operation of one real training step of a stack, and of one batch of an evaluation, is counted on the
CPU: its floating-point operations and the bytes it reads and writes, in the precision it would have. An operation of
40 runs then takes the longest of three times: what its products need at the device's peak, what its bytes need at
the device's bandwidth, and the floor under any small kernel of a captured step. Peaks are the published ones, and no
program reaches them: the achieved fraction and the floor are given as a range. As a check of the model, the same
arithmetic predicts a step on this CPU, whose peaks are measured, and is compared with the step's measured time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

from core.config import RunConfig
from core.data.catalog import available, load_dataset
from core.data.windows import make_windows
from core.presets import preset_run
from core.train.evaluate import BATCH
from core.train.recipe import epoch_steps
from core.train.stack.data import resident, table_on
from core.train.stack.functions import Stack
from core.train.stack.scores import stack_scores
from core.train.stack.shape import widest
from core.train.stack.step import Batch, Precision, Step, fresh_moments
from core.vocabulary import Fusion, Split

DATASETS = ("ETTh1", "ETTh2", "ETTm1", "ETTm2", "Weather")
HORIZONS = (96, 192, 336, 720)
SEEDS = 10
RUNS = SEEDS * len(Fusion)  # one stack a cell
COUNTED = 2  # runs of the stack whose operations are counted; their work grows in proportion
STRIDE = 1


@dataclass(frozen=True)
class Machine:
    """What bounds a kernel."""

    bfloat16: float  # floating-point operations a second, dense products on tensor cores
    float32: float
    bytes: float  # a second, to and from memory
    fraction: float  # of all three that is reached
    floor: float  # seconds below which no kernel of a captured step ends


# NVIDIA's data sheet: 989 TFLOP/s, 67 TFLOP/s, 4.8 TB/s.
BEST = Machine(989e12, 67e12, 4.8e12, fraction=0.7, floor=2e-6)
WORST = Machine(989e12, 67e12, 4.8e12, fraction=0.3, floor=5e-6)
HOST_SECONDS = (10.0, 40.0)  # a cell: start, data, ridge, captures, checkpoints


@dataclass(frozen=True)
class Operation:
    """One kernel of a stack of COUNTED runs."""

    flops: float
    bytes: float
    lowered: bool  # computes in bfloat16

    def seconds(self, machine: Machine, times: float) -> float:
        """Return its time on a machine with `times` as many runs."""
        peak = machine.bfloat16 if self.lowered else machine.float32
        work = max(self.flops / peak, self.bytes / machine.bytes) / machine.fraction
        return max(times * work, machine.floor)


class Counter(TorchDispatchMode):
    """Writes down every operation that computes or copies something."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: list[Operation] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and count it; views cost nothing."""
        out = func(*args, **(kwargs or {}))
        read, written = (
            [leaf for leaf in tree_leaves(part) if isinstance(leaf, Tensor)] for part in ((args, kwargs), out)
        )
        known = {value.untyped_storage().data_ptr() for value in read}
        is_view = all(value.untyped_storage().data_ptr() in known for value in written)
        if is_view and not func._schema.is_mutable:
            return out
        count = flop_registry.get(func.overloadpacket)
        self.operations.append(
            Operation(
                flops=float(count(*args, **(kwargs or {}), out_val=out)) if count else 0.0,
                bytes=float(sum(min(value.nbytes, value.untyped_storage().nbytes()) for value in [*read, *written])),
                lowered=any(value.dtype is torch.bfloat16 for value in written),
            )
        )
        return out


@dataclass(frozen=True)
class Cell:
    """One data set and horizon."""

    run: RunConfig
    train: int  # windows
    validation: int
    test: int
    variables: int

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return epoch_steps(self.run.train, self.train)


def cells() -> list[Cell]:
    found = []
    for name, horizon in product(DATASETS, HORIZONS):
        run = preset_run(name, "default", horizon=horizon)
        dataset = load_dataset(name)
        train = len(make_windows(dataset, run.window, Split.TRAIN, stride=STRIDE))
        validation, test = (len(make_windows(dataset, run.window, part)) for part in (Split.VALIDATION, Split.TEST))
        found.append(Cell(run, train, validation, test, len(dataset.variables)))
    return found


def step_and_pass(
    cell: Cell, precision: Precision, runs: int = COUNTED
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return a training step of a small stack on the CPU, and the evaluation of one batch."""
    cpu = torch.device("cpu")
    dataset = load_dataset(cell.run.dataset)
    members = [preset_run(dataset.key, "default", horizon=cell.run.window.horizon, seed=seed) for seed in range(runs)]
    data = resident(table_on(cpu, dataset), dataset, cell.run.window, Split.TRAIN)
    stack = Stack(widest(members), members, cell.variables, device=cpu)
    rows = stack.initial_weights()
    step = Step(stack, rows, fresh_moments(rows), cell.run.train, data, precision)
    chosen = torch.arange(cell.run.train.batch).expand(runs, -1)
    one_batch = replace(data, origins=data.origins[:BATCH])
    return lambda: step(Batch(chosen), 1e-3, watch=False), lambda: stack_scores(stack, rows, one_batch)


def counted(work: Callable[[], Any]) -> list[Operation]:
    work()  # what the first step allocates is not its work
    with Counter() as counter:
        work()
    return counter.operations


def seconds(operations: list[Operation], machine: Machine) -> float:
    return sum(operation.seconds(machine, RUNS / COUNTED) for operation in operations)


def timed(work: Callable[[], object], repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def this_cpu() -> Machine:
    """Measure what one thread reaches in a large product, and in copies of the size of a step's tensors."""
    square, tokens = torch.rand(1024, 1024), torch.rand(2**20)
    there = torch.empty_like(tokens)
    peak = 2 * 1024**3 / timed(lambda: square @ square)
    copies = 20
    moved = 2 * copies * tokens.nbytes / timed(lambda: [there.copy_(tokens) for _ in range(copies)])
    return Machine(peak, peak, moved, fraction=1.0, floor=0.0)


def check(cell: Cell) -> str:
    """Compare the model's time for a step on this CPU with the measured one."""
    cpu = this_cpu()
    step, _ = step_and_pass(cell, Precision.FLOAT32)
    operations = counted(step)
    predicted = sum(operation.seconds(cpu, 1.0) for operation in operations)
    measured = timed(step)
    flops = sum(operation.flops for operation in operations)
    return (
        f"Check on this CPU, one thread, {COUNTED} runs of {cell.run.dataset}: {flops / measured / 1e9:.1f} GFLOP/s "
        f"reached in a step, {cpu.float32 / 1e9:.0f} in a large product, {cpu.bytes / 1e9:.1f} GB/s in a copy; a "
        f"step takes {1000 * measured:.0f} ms, the model says {1000 * predicted:.0f} ms at the peaks: "
        f"{predicted / measured:.0%} of them are reached."
    )


def counted_kernels(planned: Sequence[Cell]) -> dict[tuple[int, int], tuple[list[Operation], list[Operation]]]:
    """Return the kernels of a training step and of a forward pass, by number of variables and horizon."""
    kernels = {}
    for cell in planned:
        key = (cell.variables, cell.run.window.horizon)
        if key not in kernels:
            kernels[key] = (
                counted(step_and_pass(cell, Precision.BFLOAT16)[0]),
                counted(step_and_pass(cell, Precision.FLOAT32)[1]),
            )
    return kernels


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    torch.set_num_threads(1)
    missing = set(DATASETS) - set(available())
    if missing:
        sys.exit(f"The data sets {', '.join(sorted(missing))} are not here; set CROSSLENS_DATA to their folder.")
    planned = cells()
    recipe = planned[0].run.train
    kernels = counted_kernels(planned)
    sys.stdout.write(
        f"{RUNS * len(planned)} runs: {len(planned)} stacks of {RUNS}, `default`, stride {STRIDE}, bfloat16 steps, "
        f"float32 evaluations\n"
        f"{'':14}{'train':>9}{'steps':>7}{'kernels':>9}{'GFLOP':>8}{'GB':>7}{'ms a step':>14}{'minutes':>14}\n"
    )
    totals = [0.0, 0.0]
    for cell in planned:
        step, forward = kernels[cell.variables, cell.run.window.horizon]
        row = [f"{cell.run.dataset} {cell.run.window.horizon:>4}".ljust(14), f"{cell.train:>9}{cell.steps:>7}"]
        work, moved = (RUNS / COUNTED * sum(getattr(o, kind) for o in step) / 1e9 for kind in ("flops", "bytes"))
        row.append(f"{len(step):>9}{work:>8.0f}{moved:>7.1f}")
        taken, minutes = [], []
        # At best every run stops as early as patience allows; at worst none stops early.
        for number, (machine, epochs) in enumerate(((BEST, recipe.patience + 1), (WORST, recipe.epochs))):
            taken.append(seconds(step, machine))
            passes = (epochs * cell.validation + cell.test) / BATCH
            minutes.append((epochs * cell.steps * taken[-1] + passes * seconds(forward, machine)) / 60)
            totals[number] += minutes[-1]
        row.append(f"{1000 * taken[0]:>6.1f} - {1000 * taken[1]:<5.1f}{minutes[0]:>6.2f} - {minutes[1]:<5.2f}")
        sys.stdout.write("".join(row) + "\n")
    host = [len(planned) * value / 60 for value in HOST_SECONDS]
    sys.stdout.write(
        f"Projected, not measured: {totals[0]:.0f} to {totals[1]:.0f} minutes of device time, and {host[0]:.0f} to "
        f"{host[1]:.0f} of the host's beside it ({HOST_SECONDS[0]:.0f} to {HOST_SECONDS[1]:.0f} s a cell, assumed).\n"
        f"It rests on {BEST.fraction:.0%} to {WORST.fraction:.0%} of the published peaks (989 TFLOP/s bfloat16, "
        f"67 TFLOP/s float32, 4.8 TB/s), at least {1e6 * BEST.floor:.0f} to {1e6 * WORST.floor:.0f} microseconds a "
        f"kernel, and {recipe.patience + 1} to {recipe.epochs} epochs.\n{check(planned[0])}\n"
    )


if __name__ == "__main__":
    main()
