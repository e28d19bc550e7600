"""What recording costs: time of a full trace on disk against plain inference over the same windows.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_trace

Both run in turn in one process, on ETTh1 where the official file is at hand, else on the embedded sample. Weights
do not matter for time, so they are drawn. One JSON line a preset.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from core.data.catalog import available, load_dataset
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.presets import preset_run
from core.trace.layout import predicted_bytes
from core.trace.record import trace_split
from core.trace.schema import DEFAULT_TRACE
from core.train.evaluate import predict
from core.vocabulary import Split
from core.workspace import size_on_disk
from tests.support.tiny_checkpoint import drawn_checkpoint


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(dataset: Dataset, preset: str, horizon: int, repeats: int) -> dict[str, object]:
    config = preset_run(dataset.key, preset, horizon=horizon)
    checkpoint = drawn_checkpoint(config, dataset)
    windows = make_windows(dataset, config.window, Split.TEST)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "trace"
        trace_split(checkpoint, dataset, out=out)
        plain, trace = [], []
        for _ in range(repeats):
            plain.append(seconds(lambda: predict(checkpoint.model, windows)))
            trace.append(seconds(lambda: trace_split(checkpoint, dataset, out=out)))
        written = size_on_disk(out)
    predicted = predicted_bytes(config.model, config.window, dataset.variables, len(windows), DEFAULT_TRACE)
    return {
        "benchmark": "trace",
        "dataset": dataset.key,
        "preset": preset,
        "horizon": horizon,
        "windows": len(windows),
        "plain_seconds": round(statistics.median(plain), 3),
        "trace_seconds": round(statistics.median(trace), 3),
        "ratio": round(statistics.median(b / a for a, b in zip(plain, trace, strict=True)), 3),
        "megabytes": round(written / 1e6, 1),
        "predicted_over_written": round(predicted / written, 5),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presets", nargs="+", default=["default"])
    parser.add_argument("--horizon", type=int, default=96)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    dataset = load_dataset("ETTh1" if "ETTh1" in available() else "NYweather")
    for preset in arguments.presets:
        result = measure(dataset, preset, arguments.horizon, arguments.repeats)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
