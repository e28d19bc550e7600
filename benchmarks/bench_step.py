"""Training windows a second of one run on one thread, as a worker of the engine trains it, and where its time goes.

Run: CROSSLENS_DATA=... python -m benchmarks.bench_step   (prints one JSON object a line)
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from core.data.catalog import load_dataset
from core.presets import preset_run
from core.worker import ONE_THREAD

TARGETS = {"default": 1_200, "published": 90}  # windows a second
STEPS = {"default": 150, "published": 25}
WARM = 5  # steps left out: they allocate
SHOWN = 8  # operations


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--preset", choices=TARGETS, help="measure in this very process")
    preset = parser.parse_args().preset
    if preset:
        measure(preset)
        return
    for name in TARGETS:
        command = [sys.executable, "-m", "benchmarks.bench_step", "--preset", name]
        subprocess.run(command, check=True, env=os.environ | ONE_THREAD)


def measure(preset: str) -> None:
    """Print the rate and the most expensive operations of a preset's step on ETTh1, horizon 96."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    torch.set_num_threads(1)
    moments = steps(preset, STEPS[preset])
    seconds = [after - before for before, after in zip(moments[WARM:], moments[WARM + 1 :], strict=False)]
    batch = preset_run("ETTh1", preset, horizon=96).train.batch
    rate = round(batch / median(seconds))
    print(json.dumps({"what": f"windows a second, {preset}, ETTh1", "median": rate, "target": TARGETS[preset]}))
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        steps(preset, 2 * WARM)
    events = sorted(profiled.key_averages(), key=lambda event: -event.self_cpu_time_total)
    total = sum(event.self_cpu_time_total for event in events)
    shares = {event.key: round(event.self_cpu_time_total / total, 3) for event in events[:SHOWN]}
    print(json.dumps({"what": f"share of a step, {preset}", **shares}))


def steps(preset: str, count: int) -> list[float]:
    """Train some steps of a real run and return the moment after each."""
    from core.train.fit import Interrupted, fit

    moments: list[float] = []

    def enough() -> bool:
        moments.append(time.perf_counter())
        return len(moments) > count

    with tempfile.TemporaryDirectory() as folder:
        try:
            fit(
                preset_run("ETTh1", preset, horizon=96),
                load_dataset("ETTh1"),
                Path(folder) / "run",
                should_stop=enough,
            )
        except Interrupted:
            return moments
    return moments


if __name__ == "__main__":
    main()
