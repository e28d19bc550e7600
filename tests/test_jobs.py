"""Jobs are tried with real processes: what a watcher reads must follow from the folder alone."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import jobs, worker
from core.jobs import JobError, JobFolder, JobKind, JobState, write_json
from core.locks import is_held, take
from core.text.message import Message
from core.text.words import speaking
from core.vocabulary import Language
from core.worker import PAUSE, start
from tests.support.waiting import wait_until

# The work under test: counts in steps that the test releases one by one through files named go-1, go-2 ...
DRIVER = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from core.jobs import JobFolder
from core.text.message import Message
from core.worker import JobCancelled, run
from tests.support.waiting import wait_until

def work(reporter):
    folder = reporter.job.path
    (folder / "process").write_text(str(os.getpid()))
    for step in range(1, reporter.job.spec["arguments"]["steps"] + 1):
        reporter.progress(step, 2, Message("progress.statistics"))
        wait_until(lambda: reporter.stop_if_asked() or (folder / f"go-{{step}}").exists())
    if reporter.job.spec["arguments"].get("fault"):
        raise ValueError("horizon is 0; it must be at least 1 row.")
    return {{"steps": step}}

sys.exit(run(JobFolder(Path(sys.argv[1])), work, lock=int(sys.argv[3])))
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ...]]:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER.format(root=str(Path(__file__).parent.parent)))
    yield (sys.executable, str(driver))
    for job in jobs.known():  # a test that failed half-way leaves no worker behind
        job.cancel()


def new_job(steps: int = 1, **arguments: object) -> JobFolder:
    return jobs.create(JobKind.STUDY, "a comparison", {"steps": steps, **arguments})


def go(job: JobFolder, *steps: int) -> None:
    for step in steps:
        (job.path / f"go-{step}").touch()


def ended(job: JobFolder) -> bool:
    return not job.state.live


def steps_seen(job: JobFolder) -> list[int]:
    return [event["done"] for event in job.events()[0] if event["kind"] == "progress"]


@pytest.mark.process
def test_a_job_runs_apart_and_leaves_its_result(command: tuple[str, ...]) -> None:
    job = new_job(steps=2)
    assert job.state is JobState.LOST  # made, never started
    start(job, command=command)
    assert job.state.live  # from the call on, before the worker's first line of code
    wait_until(lambda: steps_seen(job) == [1])
    assert job.state is JobState.RUNNING
    go(job, 1, 2)
    wait_until(lambda: ended(job))
    assert job.state is JobState.DONE
    assert job.result == {"state": "done", "message": "", "value": {"steps": 2}}
    wait_until(lambda: not is_held(job.path / "lock"))


@pytest.mark.process
def test_events_go_on_from_an_offset_and_whole_lines_only(command: tuple[str, ...]) -> None:
    job = new_job(steps=2)
    start(job, command=command)
    wait_until(lambda: steps_seen(job) == [1])
    first, offset = job.events()
    go(job, 1, 2)
    wait_until(lambda: ended(job))
    second, end = job.events(offset)
    assert [event["kind"] for event in first + second] == ["started", "progress", "progress", "ended"]
    assert end == (job.path / "events.jsonl").stat().st_size
    with (job.path / "events.jsonl").open("a") as file:
        file.write('{"kind": "progr')
    assert job.events(end) == ([], end)  # half a line is not read ...
    with (job.path / "events.jsonl").open("a") as file:
        file.write('ess", "done": 9}\nno json\n[1]\n')
    rest, _ = job.events(end)
    assert rest == [{"kind": "progress", "done": 9}]  # ... until it is whole; what is no event is passed over


@pytest.mark.process
def test_cancel_stops_a_running_job(command: tuple[str, ...]) -> None:
    job = new_job()
    start(job, command=command)
    wait_until(lambda: job.state is JobState.RUNNING)
    job.cancel()
    assert job.state in (JobState.CANCELLING, JobState.CANCELLED)
    wait_until(lambda: ended(job))
    assert job.state is JobState.CANCELLED
    assert "on request" in str(job.message)


@pytest.mark.process
def test_a_refusal_becomes_the_jobs_sentence(command: tuple[str, ...]) -> None:
    job = new_job(fault=True)
    go(job, 1)
    start(job, command=command)
    wait_until(lambda: ended(job))
    assert job.state is JobState.FAILED
    assert str(job.message) == "horizon is 0; it must be at least 1 row."
    assert "Traceback" in (job.path / "log.txt").read_text()


@pytest.mark.process
def test_a_killed_worker_is_lost_and_goes_on_in_its_folder(command: tuple[str, ...]) -> None:
    job = new_job(steps=2)
    start(job, command=command)
    wait_until(lambda: steps_seen(job) == [1])
    os.kill(int((job.path / "process").read_text()), signal.SIGKILL)
    wait_until(lambda: job.state is JobState.LOST)
    with (job.path / "events.jsonl").open("a") as file:
        file.write('{"kind": "broken off')
    assert [lost.id for lost in jobs.known()] == [job.id]
    start(job, command=command)
    go(job, 1, 2)
    wait_until(lambda: ended(job))
    assert job.state is JobState.DONE
    assert steps_seen(job) == [1, 1, 2]  # the broken line swallowed nothing


@pytest.mark.process
def test_jobs_of_a_kind_run_one_at_a_time_in_the_order_made(command: tuple[str, ...]) -> None:
    first, second, third = new_job(), new_job(), new_job()
    for job in (first, third, second):  # started in another order than made
        start(job, command=command)
        if job is first:
            wait_until(lambda: first.state is JobState.RUNNING)
    wait_until(lambda: bool(second.events()[0]) and bool(third.events()[0]))
    assert [job.state for job in (second, third)] == [JobState.QUEUED, JobState.QUEUED]
    assert [job.id for job in jobs.ahead(third)] == [first.id, second.id]
    assert third.events()[0][-1]["kind"] == "queued"
    go(first, 1)
    wait_until(lambda: second.state is JobState.RUNNING)
    assert first.state is JobState.DONE
    assert third.state is JobState.QUEUED
    third.cancel()  # a waiting job is stopped without ever running
    wait_until(lambda: ended(third))
    assert third.state is JobState.CANCELLED
    assert not (third.path / "started").exists()
    go(second, 1)
    wait_until(lambda: ended(second))
    assert second.state is JobState.DONE


@pytest.mark.process
def test_a_lost_job_does_not_hold_the_queue_up(command: tuple[str, ...]) -> None:
    first, second = new_job(), new_job()
    start(first, command=command)
    wait_until(lambda: steps_seen(first) == [1])
    os.kill(int((first.path / "process").read_text()), signal.SIGKILL)
    go(second, 1)
    start(second, command=command)
    wait_until(lambda: ended(second))
    assert second.state is JobState.DONE


@pytest.mark.process
def test_a_live_job_is_neither_started_twice_nor_made_anew_nor_removed(command: tuple[str, ...]) -> None:
    job = new_job()
    start(job, command=command)
    with pytest.raises(JobError, match="at work already"):
        start(job, command=command)
    with pytest.raises(JobError, match="at work already"):
        jobs.create(JobKind.STUDY, "again", {}, name=job.id)
    with pytest.raises(JobError, match="cancel it first"):
        job.remove()
    job.cancel()
    wait_until(lambda: ended(job) and not is_held(job.path / "lock"))
    job.remove()
    assert jobs.known() == []


def test_ids_are_looked_up_never_joined_to_paths(command: tuple[str, ...]) -> None:
    job = new_job()
    assert jobs.find(job.id) == job
    assert jobs.find(f"../studies/{job.id}") is None
    assert jobs.find(str(job.path)) is None
    assert jobs.find(job.id, JobKind.INSPECT) is None


@pytest.mark.process
def test_the_real_worker_tells_an_unknown_data_set(command: tuple[str, ...]) -> None:
    job = jobs.create(JobKind.DOWNLOAD, "download", {"dataset": "nowhere"})
    start(job)  # python -m core work
    wait_until(lambda: ended(job))
    assert job.state is JobState.FAILED
    assert "nowhere" in str(job.message)


def test_a_lock_ends_with_its_last_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path)
    held = take(path)
    assert held is not None
    copy = os.dup(held)
    assert take(path) is None
    os.close(held)
    assert is_held(path)  # the copy, as a child would have it
    os.close(copy)
    assert not is_held(path)


def test_json_is_replaced_whole(tmp_path: Path) -> None:
    jobs.write_json(tmp_path / "spec.json", {"a": 1})
    jobs.write_json(tmp_path / "spec.json", {"a": 2})
    assert json.loads((tmp_path / "spec.json").read_text()) == {"a": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["spec.json"]


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ("Stopped.", "Stopped."),  # by an earlier version
        ({"key": "job.stopped"}, "Stopped on request; what was finished is kept."),
        ("", None),
        ({"text": "no key"}, None),
        (["no message"], None),
    ],
)
def test_what_a_job_left_to_tell_is_read_or_passed_over(
    kept: object, wanted: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    job = new_job()
    jobs.write_json(job.path / "result.json", {"state": "failed", "message": kept, "value": {}})
    assert (job.message and str(job.message)) == wanted


@pytest.mark.parametrize(
    ("kept", "english", "korean"),
    [
        (Message("title.download", dataset="전력.csv"), "download 전력.csv", "전력.csv 내려받기"),
        ("New York, four modes", "New York, four modes", "New York, four modes"),  # as it was typed, or of before
    ],
)
def test_a_title_is_told_in_the_language_of_its_reader(
    kept: Message | str, english: str, korean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    job = jobs.create(JobKind.DOWNLOAD, kept, {}, name="one")
    assert job.title == english
    with speaking(Language.KOREAN):
        assert job.title == korean


@pytest.mark.parametrize("kept", [None, "", 7, {"text": "no key"}, ["no title"]])
def test_a_job_without_a_readable_title_is_called_by_its_id(
    kept: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    job = new_job()
    jobs.write_json(job.path / "spec.json", {"title": kept})
    assert job.title == job.id


@pytest.mark.process
def test_a_job_that_has_left_its_result_goes_on_once_its_process_has_ended(tmp_path: Path) -> None:
    job = JobFolder(tmp_path)
    write_json(tmp_path / "result.json", {"state": "cancelled"})
    leaving = take(tmp_path / "lock")
    assert leaving is not None
    threading.Timer(3 * PAUSE, os.close, (leaving,)).start()
    start(job, command=(sys.executable, "-c", "pass"))
    assert job.state is not JobState.CANCELLED, "its old result is gone: it was begun again"


def test_a_job_at_work_is_not_begun_again_and_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = take(tmp_path / "lock")
    assert lock is not None
    monkeypatch.setattr(worker, "LEAVING", 3600.0)
    with pytest.raises(JobError):
        start(JobFolder(tmp_path))
    os.close(lock)
