"""What goes wrong in worker processes: failures, short memory, a full disk, orphans; and how far a study is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.config import RunConfig
from core.data.dataset import Dataset
from core.exits import Exit
from core.locks import is_held
from core.study.engine import Engine, Group
from core.study.folder import RUNS, TABLE, RunState, RunStatus, StudyError, read_study, status
from core.study.grid import StudyConfig
from core.study.log import KEPT_STEPS, read_log
from core.study.pool import Pool, Task, Worker, launch_process
from core.study.progress import StudyProgress, progress
from core.train.record import METRICS
from tests.support.studies import Here, Told, grid, tiny_home, train
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with tiny_home(tmp_path_factory) as found:
        yield found


class Faulty(Here):
    """A worker of this process that ends with a given status at its first tries, without training."""

    def __init__(self, task: Task, place: Path, faults: dict[str, list[int]]) -> None:
        due = faults.get(next(name for name in ("-none-", "-both-") if name in task.words(place)[-3]), [])
        if due:
            task.log(place).write_text("what the worker said last\n")
            self.status = due.pop(0)
        else:
            super().__init__(task, place)


def faulty(**faults: list[int]) -> Callable[[Task, Path], Here]:
    by_mode = {f"-{mode}-": list(statuses) for mode, statuses in faults.items()}
    return lambda task, place: Faulty(task, place, by_mode)


def states(folder: Path) -> list[RunState]:
    return [run.state for run in status(folder)]


@pytest.mark.process
def test_a_failed_run_is_recorded_and_tried_again_at_the_next_start(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    runs = folder / RUNS
    runs.mkdir(parents=True)
    none = next(iter(StudyConfig.from_dict(grid(dataset)).runs))
    blocked = runs / f"{none}.training"
    blocked.write_text("a file where the run's folder should be")

    def launch(task: Task, place: Path) -> Worker:
        return launch_process(task, place) if none in task.words(place)[-3] else Here(task, place)

    told = train(folder, grid(dataset), launch=launch)
    assert states(folder) == [RunState.FAILED, RunState.DONE]
    assert status(folder)[0].error == told.of("failed")[0]["error"] and "file exists" in status(folder)[0].error
    assert told.of("table")[0]["missing"] == 1
    blocked.unlink()
    again = train(folder)
    assert again.runs("started") == [none] and states(folder) == [RunState.DONE] * 2
    assert not (runs / f"{none}.error").exists()


@pytest.mark.parametrize("exit_status", [Exit.OUT_OF_MEMORY, -signal.SIGKILL])
def test_a_run_out_of_memory_is_tried_once_more_alone(dataset: Dataset, tmp_path: Path, exit_status: int) -> None:
    folder = tmp_path / "s"
    told = train(folder, grid(dataset), launch=faulty(none=[exit_status]))
    none, both = read_study(folder).runs
    assert told.runs("started") == [none, both, none]  # again when nobody else works
    assert told.of("memory") == [{"run": none, "then": "tried once more, alone"}]
    assert states(folder) == [RunState.DONE] * 2


def test_a_run_out_of_memory_even_alone_has_failed(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    train(folder, grid(dataset), launch=faulty(none=[Exit.OUT_OF_MEMORY] * 2))
    assert states(folder) == [RunState.FAILED, RunState.DONE]
    assert status(folder)[0].error.startswith("The memory ran out even with no other run beside it")


def test_a_stack_out_of_memory_is_halved(dataset: Dataset, tmp_path: Path) -> None:
    plan = list(StudyConfig.from_dict(grid(dataset, seeds=[0, 1])).runs.values())
    sizes: list[int] = []

    class Stack:
        """Trains two runs at most."""

        def __init__(self, task: Group, place: Path) -> None:
            words = task.words(place)
            assert words[:2] == ["stack", "--runs"] and words[-2:] == ["--out", str(tmp_path)]
            sizes.append(len(words) - 4)
            self.status = 0 if sizes[-1] <= 2 else Exit.OUT_OF_MEMORY
            if self.status == 0:
                for run in task.runs:
                    Here(Group((run,)), place)

        def poll(self) -> int:
            return self.status

        def terminate(self) -> None: ...

        def wait(self) -> int:
            return self.status

    told = Told()
    pool = Pool(tmp_path, 1, told, Stack)
    assert pool.work_through([Group(tuple(plan), stacked=True)], lambda: False)
    assert sizes == [4, 2, 2] and told.of("memory") == [{"runs": 4, "then": "in two halves"}]
    assert all((tmp_path / run.run_id / METRICS).exists() for run in plan)


def test_a_full_disk_stops_the_study_and_keeps_what_is_finished(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    both = list(StudyConfig.from_dict(grid(dataset)).runs)[1]
    (folder / RUNS).mkdir(parents=True)
    events = folder / RUNS / f"{both}.jsonl"
    events.symlink_to("/dev/full")  # every write says: no space left on device
    with pytest.raises(StudyError, match="is full: the study stopped and everything finished is kept"):
        train(folder, grid(dataset))
    assert states(folder) == [RunState.DONE, RunState.WAITING]
    events.unlink()
    (folder / "table.partial").symlink_to("/dev/full")
    with pytest.raises(StudyError, match="is full"):
        train(folder)
    (folder / "table.partial").unlink()
    train(folder)
    assert (folder / TABLE).exists()


@pytest.mark.process
def test_workers_of_a_killed_study_save_and_end(dataset: Dataset, tmp_path: Path) -> None:
    words = ["study", "--datasets", dataset.key, "--horizons", "6", "--fusions", "both", "--preset", "best"]
    words += [
        "--lookback",
        "72",
        "--stride",
        "1",
        "--workers",
        "1",
        "--no-matched",
        "--no-measures",
        "--out",
        str(tmp_path / "s"),
    ]
    process = subprocess.Popen([sys.executable, "-m", "core", *words], stderr=subprocess.DEVNULL)
    runs = tmp_path / "s" / RUNS

    def trains() -> bool:
        assert process.poll() is None, "the study ended before it could be killed"
        return any(path.stat().st_size for path in runs.glob("*.jsonl"))

    wait_until(trains)
    process.kill()
    process.wait()
    (working,) = runs.glob("*.training")
    wait_until(lambda: not is_held(working / "lock"))  # the orphan notices by itself
    assert (working / "state.safetensors").exists()


@pytest.mark.process
def test_the_command_stops_on_ctrl_c_and_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    # the command knows only the real presets: a few windows of `quick` on the tiny data
    words = ["study", "--datasets", dataset.key, "--horizons", "6", "--fusions", "none", "both", "--preset", "quick"]
    words += ["--lookback", "72", "--stride", "8", "--workers", "1", "--no-measures", "--out", str(tmp_path / "s")]
    process = subprocess.Popen([sys.executable, "-m", "core", *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("finished"):
            assert "1 of 3 runs" in line
            process.send_signal(signal.SIGINT)
            break
    told = process.communicate()[1]
    assert process.returncode == Exit.STOPPED and "Stopped; everything is kept. Go on with:" in told
    assert not (tmp_path / "s" / TABLE).exists()
    assert len(train(tmp_path / "s").runs("finished")) == 2, "the finished run is not repeated"
    assert (tmp_path / "s" / TABLE).exists()


def test_a_progress_file_is_read_on_and_kept_thin(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    assert read_log(path).step is None
    with path.open("w") as file:
        for step in range(1, 1001):
            file.write(json.dumps({"kind": "step", "step": step, "steps": 1000, "loss": 1.0, "eta": 0.0}) + "\n")
        file.write('{"kind": "epoch", "epoch": 1}\n[1]\nno json\n{"kind": "epo')
    log = read_log(path)
    assert KEPT_STEPS <= len(log.steps) <= 2 * KEPT_STEPS
    assert log.step is not None and log.step["step"] == 1000
    assert [event["epoch"] for event in log.epochs] == [1]
    assert read_log(path) == log
    with path.open("a") as file:
        file.write('ch", "epoch": 2}\n')
    assert [event["epoch"] for event in read_log(path).epochs] == [1, 2]
    path.unlink()
    path.write_text('{"kind": "epoch", "epoch": 7}\n')
    assert [event["epoch"] for event in read_log(path).epochs] == [7]


def test_the_time_left_knows_what_each_horizon_takes(tmp_path: Path) -> None:
    plan = list(
        StudyConfig(("NYweather",), (24, 96), seeds=(0, 1), preset="quick", lookback=72, matched=False).runs.values()
    )
    short = [run for run in plan if run.window.horizon == 24]
    long = [run for run in plan if run.window.horizon == 96]

    def status_of(run: RunConfig, state: RunState, **event: object) -> RunStatus:
        if event:
            (tmp_path / f"{run.run_id}.jsonl").write_text(json.dumps(event) + "\n")
        return RunStatus(run, state, tmp_path / run.run_id)

    found = StudyProgress(
        [
            status_of(short[0], RunState.DONE, kind="epoch", epoch=4, seconds=10.0),
            status_of(short[1], RunState.WAITING),
            status_of(long[0], RunState.TRAINING, kind="step", step=25, steps=100, eta=30.0, loss=1.0),
            status_of(long[1], RunState.WAITING),
            status_of(long[2], RunState.FAILED),
        ],
        workers=2,
    )
    assert found.seconds_left == pytest.approx((10 + 30 + 40) / 2)
    assert found.share == pytest.approx((1 + 0 + 0.25 + 0 + 1) / 5)
    assert StudyProgress([status_of(short[1], RunState.WAITING)]).seconds_left is None


def test_progress_reads_the_workers_from_the_one_who_writes(dataset: Dataset, tmp_path: Path) -> None:
    seen: list[int] = []
    train(tmp_path / "s", grid(dataset), on_poll=lambda: seen.append(progress(tmp_path / "s").workers))
    assert set(seen) == {1}
    assert progress(tmp_path / "s").workers == os.cpu_count()
    assert Engine("side-by-side") is Engine.SIDE_BY_SIDE
