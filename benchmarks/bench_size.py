"""What wide and long files cost, stage by stage: CPU seconds, peak memory, and how both grow with the file.

    python -m benchmarks.bench_size                          (sixteenths and eighths of three shapes: ten minutes)
    python -m benchmarks.bench_size --parts 8 4 2 1          (up to the whole files: more than an hour)
    python -m benchmarks.bench_size --shape wide --parts 1

Files are made here: daily and weekly cycles of variables of their own, and noise that remembers, read as a stranger's
file is. Every stage is the command that does it, in a process of its own, so that its peak is its own. Seconds are
those of the processor, which hang little on what else runs. The exponent is the slope of log seconds against log
cells: 1 is a cost that grows with the data, 2 one with their square.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.worker import ONE_THREAD


class Shape(NamedTuple):
    """A file at its full size."""

    variables: int
    rows: int
    step: str
    day: int  # rows


SHAPES = {
    "wide": Shape(321, 26_304, "h", 24),  # as the Electricity data set
    "wider": Shape(862, 17_544, "h", 24),  # as the Traffic data set
    "long": Shape(7, 1_000_000, "min", 1_440),
}
PARTS = (16, 8)  # of the rows
MEMORY = 0.9  # of the noise, by row


class Cost(NamedTuple):
    """What a command took."""

    seconds: float  # of the processor, of its children too
    megabytes: float  # the largest of its processes at its peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, nargs="+", default=list(SHAPES))
    parser.add_argument(
        "--parts", type=int, nargs="+", default=PARTS, help="sizes, as parts of the whole file's rows"
    )
    arguments = parser.parse_args()
    for name in arguments.shape:
        measure(name, SHAPES[name], arguments.parts)


def measure(name: str, shape: Shape, parts: Sequence[int]) -> None:
    """Print what each stage costs at each size, and by which exponent it grows."""
    cells, costs = [], []
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            rows = shape.rows // part
            file = make_file(Path(folder) / f"{name}.csv", shape, rows)
            costs.append(stages(file, Path(folder) / "home"))
        cells.append(rows * shape.variables)
        for stage, cost in costs[-1].items():
            told = {"seconds": round(cost.seconds, 1), "megabytes": round(cost.megabytes)}
            print(json.dumps({"shape": name, "rows": rows, "stage": stage, **told}), flush=True)
    if len(parts) > 1:
        for stage in costs[0]:
            slope = np.polyfit(np.log(cells), np.log([of[stage].seconds for of in costs]), 1)[0]
            print(json.dumps({"shape": name, "stage": stage, "exponent": round(float(slope), 2)}), flush=True)


def make_file(path: Path, shape: Shape, rows: int) -> Path:
    """Write a CSV file whose variables have cycles, levels and noise of their own."""
    draw = np.random.default_rng(0)
    turn = 2 * np.pi * np.arange(rows) / shape.day
    cycles = np.stack([np.sin(turn), np.cos(turn), np.sin(2 * turn), np.sin(turn / 7)], axis=1)
    noise = 0.3 * draw.standard_normal((rows, shape.variables))
    for row in range(1, rows):
        noise[row] += MEMORY * noise[row - 1]
    values = cycles @ draw.standard_normal((4, shape.variables)) + noise
    values = values * draw.uniform(10, 500, shape.variables) + draw.uniform(100, 3000, shape.variables)
    times = pd.date_range("2012-01-01", periods=rows, freq=shape.step, name="date")
    columns = [f"MT_{number:03d}" for number in range(1, shape.variables + 1)]
    pd.DataFrame(values.round(2), times, columns).to_csv(path)
    return path


def stages(file: Path, home: Path) -> dict[str, Cost]:
    """Return what the work with a file costs, from its check to a presentation."""
    source = ["--dataset", str(file)]
    train = ["train", *source, "--preset", "quick", "--horizon", "96"]
    report = ["report", *source, "--runs", str(home), "--out", str(home / "figures.pptx")]
    return {
        "check": command(home, "data", str(file)),
        "measure the data": command(home, "measures", *source),
        "train one mode, baselines fitted": command(home, *train, "--fusion", "none", "--out", str(home / "none")),
        "train another": command(home, *train, "--fusion", "both", "--out", str(home / "both")),
        "inspect both and export": command(home, *report),
        "export": command(home, *report),
    }


def command(home: Path, *words: str) -> Cost:
    """Run a command of the product on one thread and return its cost."""
    home.mkdir(exist_ok=True)
    environment = os.environ | ONE_THREAD | {"CROSSLENS_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "core", *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    told = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(words)} failed: {told[-1000:]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
