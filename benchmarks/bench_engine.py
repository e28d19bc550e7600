"""The study engine with one worker and with two, in the same run, and the memory of a worker.

Run: CROSSLENS_DATA=... python -m benchmarks.bench_engine   (prints JSON lines; wants two quiet cores)
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from core import presets
from core.baselines import baseline_errors
from core.data.catalog import load_dataset
from core.data.windows import make_windows
from core.presets import PRESETS
from core.study.folder import RUNS, RunState, status, write_study
from core.study.grid import StudyConfig
from core.study.pool import Task, launch_process
from core.study.progress import progress
from core.study.run import run_study
from core.vocabulary import Split

EPOCHS = 2  # of the four runs of ETTh1 that are timed
GRID = {
    "datasets": ["ETTh1"],
    "fusions": ["none", "both"],
    "seeds": [0, 1],
    "preset": "short",
    "matched": False,
    "measures": False,
}
MEMORY_GRID = {"datasets": ["ETTm1"], "fusions": ["both"], "preset": "default", "matched": False, "measures": False}
MEMORY_STRIDE = 64  # fewer windows of the same size: a worker's memory does not grow with their number


class Watched:
    """A worker whose largest memory is read while it lives (VmHWM, MB)."""

    peak = 0.0

    def __init__(self, task: Task, place: Path) -> None:
        self._process = launch_process(task, place)

    def poll(self) -> int | None:
        """Return its exit status, None while it works; the memory is read on the way."""
        try:
            told = Path(f"/proc/{self._process.pid}/status").read_text()  # type: ignore[attr-defined]
            lines = [line for line in told.splitlines() if line.startswith("VmHWM")]
            Watched.peak = max([Watched.peak, *(int(line.split()[1]) / 1024 for line in lines)])
        except OSError:
            pass
        return self._process.poll()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def wait(self) -> int:
        """Wait for its end."""
        return self._process.wait()


def throughput(workers: int) -> float:
    """Return the training windows a second of a small study, the start of its processes included."""
    runs = list(StudyConfig.from_dict(GRID).runs.values())
    dataset = load_dataset("ETTh1")
    baseline_errors(dataset, runs[0].window)  # kept in the workspace: neither count pays for it
    train = (make_windows(dataset, run.window, Split.TRAIN, stride=run.train.stride) for run in runs)
    windows = EPOCHS * sum(map(len, train))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        run_study(Path(folder) / "study", study=GRID, workers=workers)
        seconds = time.monotonic() - begun
        assert all(run.state is RunState.DONE for run in status(Path(folder) / "study")), "a run failed"
    return windows / seconds


def memory() -> float:
    """Return the largest memory of a worker that trains `default` on ETTm1, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        study = {**MEMORY_GRID, "stride": MEMORY_STRIDE}
        run_study(Path(folder) / "study", study=study, workers=1, launch=Watched)
        assert any((Path(folder) / "study" / RUNS).glob("*/metrics.json")), "the run failed"
    return Watched.peak


def look_at_many() -> tuple[int, float]:
    """Return how many runs a study of the published size has, and the milliseconds of one look at it."""
    study = StudyConfig(("NYweather",), (24, 48, 96, 192), seeds=tuple(range(50)), matched=False)
    with tempfile.TemporaryDirectory() as folder:
        write_study(Path(folder), study)
        for run_id in study.runs:
            (Path(folder) / RUNS / run_id).mkdir(parents=True)
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            found = progress(Path(folder))
            assert found.share == 1 and found.seconds_left is None
            times.append(1000 * (time.perf_counter() - begun))
    return len(study.runs), median(times)


def main() -> None:
    runs, milliseconds = look_at_many()
    print(json.dumps({"what": "a look at a study", "runs": runs, "milliseconds": round(milliseconds), "target": 100}))
    one, two = throughput(1), throughput(2)
    print(json.dumps({"what": "windows a second, one worker", "windows_per_second": round(one)}))
    print(json.dumps({"what": "windows a second, two workers", "windows_per_second": round(two)}))
    print(json.dumps({"what": "two workers over one", "ratio": round(two / one, 2), "target": 1.7}))
    print(json.dumps({"what": "peak memory of a worker, ETTm1, default", "MB": round(memory()), "target": 700}))


if __name__ == "__main__":
    preset = PRESETS["default"]
    presets.PRESETS["short"] = preset._replace(train=replace(preset.train, epochs=EPOCHS))
    sys.exit(main())
