"""How long measures take and how much memory: dCor of kernels at the published size, and every measure of a data set.

Run: OMP_NUM_THREADS=1 CROSSLENS_DATA=... python -m benchmarks.bench_measures   (one JSON object a line)
"""

from __future__ import annotations

import json
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from core.analysis.clock import Clock, clock_dependence
from core.analysis.data_measures import measure_data
from core.analysis.dependence import distance_correlation
from core.analysis.ground_truth import ground_truth
from core.data.catalog import available, load_dataset

ROUNDS = 5


def say(what: str, work: Callable[[], object], **values: object) -> None:
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    numbers = {"seconds": round(statistics.median(times), 2), "peak_megabytes": round(peak / 1e6)}
    print(json.dumps({"what": what, **numbers, **values}), flush=True)


def main() -> None:
    generator = np.random.default_rng(0)
    kernels = generator.normal(size=(2880, 768)).astype(np.float32)
    clock = Clock.read(np.datetime64("2020-01-01T00", "h") + np.arange(2880), 24)
    target = {"target_seconds": 2, "target_megabytes": 300}
    say("dCor, 2880 x 768", lambda: distance_correlation(kernels, clock.circle), **target)
    say(
        "dCor, eta squared and 199 rotations, 2880 x 768",
        lambda: clock_dependence(kernels, clock, generator=generator),
    )
    say("planted answers", ground_truth)
    for key in available():
        dataset = load_dataset(key)
        say(f"measures of {key}", lambda dataset=dataset: measure_data(dataset))  # type: ignore[misc]


if __name__ == "__main__":
    main()
