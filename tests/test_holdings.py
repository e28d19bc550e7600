"""What the workspace holds is listed with its size, time and training, and only what can be made anew makes room."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core import jobs
from core.aside import set_aside
from core.baselines import baseline_errors
from core.config import WindowConfig
from core.data import uploads
from core.holdings.budget import BudgetError, limit, make_room, standing
from core.holdings.holding import Fate, HoldingKind, Training, trained_in
from core.holdings.listing import holdings
from core.holdings.removal import delete, parts_of, sum_of
from core.jobs import JobError, JobKind
from core.locks import take
from core.text.amounts import in_bytes
from core.workspace import Folder, mark_used, size_on_disk, subfolder
from tests.support.rooms import SIZE, grid, held, inspection, study
from tests.support.tiny import tiny_dataset

pytestmark = pytest.mark.usefixtures("home")


def allow(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Set the budget to a number of bytes."""
    monkeypatch.setenv("CROSSLENS_BUDGET", str(size / 1e9))


def everything_that_stays(home: Path) -> list[Path]:
    """Fill the workspace with what took training or was brought, and return where it lies."""
    key = tiny_dataset().key
    comparison = study("mine")
    run = next(path for path in sorted((comparison.path / "runs").iterdir()) if not path.suffix)
    old = set_aside(run, ".old-0123456789ab")
    shutil.copytree(old, run)
    damaged = set_aside(run)
    (subfolder(Folder.UPLOADS) / "upload-0123456789ab.damaged").mkdir()
    (subfolder(Folder.DATA) / "ETTh1.csv").write_bytes(b"x" * SIZE)
    lost = subfolder(Folder.UPLOADS) / "upload-0123456789ab.damaged"
    return [uploads.stored(key), comparison.path, old, damaged, lost, subfolder(Folder.DATA) / "ETTh1.csv"]


def test_sizes_are_those_of_the_files_and_each_file_counts_once(home: Path) -> None:
    folder = inspection("NYweather-h24-l72-quick-s0-01234567", used=0)
    (folder / "rows.parquet").write_bytes(b"x" * 20)
    aside = set_aside(folder / "rows.parquet")
    (subfolder(Folder.BASELINES) / "abc-72-24-3.npz").write_bytes(b"x" * 7)
    (subfolder(Folder.BASELINES) / "abc-72-24-3.json").write_bytes(b"x" * 5)
    found = {one.name: one.bytes for one in holdings()}
    assert found == {folder.name: SIZE, aside.relative_to(home).as_posix(): 20, "abc": 12}
    assert sum(found.values()) == size_on_disk(home)


def test_names_are_for_people() -> None:
    key = tiny_dataset().key
    inspection(f"{key}-h6-l48-tiny-s3-01234567", used=0)
    comparison = study("the four modes")
    baseline_errors(tiny_dataset(), WindowConfig(48, 6))
    titles = {one.kind: one.title for one in holdings()}
    assert titles[HoldingKind.UPLOADS] == "tiny.csv"
    assert titles[HoldingKind.STUDIES] == "the four modes"
    assert titles[HoldingKind.INSPECTIONS] == "tiny.csv · horizon 6 · look-back 48 · tiny · seed 3"
    assert titles[HoldingKind.CACHES].startswith("baselines of data ")
    assert held(HoldingKind.STUDIES)[comparison.id].training == Training(4, 4.0, 1)


def test_what_was_set_aside_is_named_by_what_it_is_part_of_and_why(home: Path) -> None:
    key = tiny_dataset().key
    folder, comparison = inspection(f"{key}-h6-l48-tiny-s3-01234567", used=0), study("the four modes", key)
    run = sorted((comparison.path / "runs").iterdir())[0]
    set_aside(folder / "run" / "trace")
    set_aside(run, ".old-0123456789ab")
    set_aside(subfolder(Folder.UPLOADS) / key)
    assert {one.title for one in held(HoldingKind.ASIDE).values()} == {
        f"{key} · horizon 6 · look-back 48 · tiny · seed 3: trace, damaged",  # the upload is not there to name it
        f"the four modes: {run.name}, of former code",
        f"{key}, damaged",
    }
    assert all(one.uploads == {key} for one in held(HoldingKind.ASIDE).values())


def test_baselines_are_named_by_the_data_of_trained_runs() -> None:
    dataset = tiny_dataset()
    study("mine", dataset.key)
    baseline_errors(dataset, WindowConfig(48, 6))
    (cache,) = held(HoldingKind.CACHES).values()
    assert (cache.title, cache.uploads) == ("baselines of tiny.csv", {dataset.key})


def test_training_counts_runs_of_a_study_of_runs_and_of_one_run(home: Path) -> None:
    folder = study("mine").path
    runs = sorted((folder / "runs").iterdir())
    assert trained_in([folder]) == trained_in([folder / "runs"]) == trained_in(runs) == Training(4, 4.0, 1)
    (runs[0] / "metrics.json").write_bytes(b"\xff")
    assert trained_in([folder]) == Training(4, 3.0, 1), "a run whose time cannot be read is a run"
    assert str(Training(2, 7200.0)) == "2 runs trained in 2.0 hours" and str(Training()) == ""


def test_the_least_recently_used_goes_first_and_no_more_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {name: inspection(name, used=when) for name, when in (("b", 20), ("a", 10), ("c", 30))}
    allow(monkeypatch, 3 * SIZE)
    assert make_room() == []
    allow(monkeypatch, 3 * SIZE - 1)
    assert [one.name for one in make_room()] == ["a"] and not folders["a"].exists()
    mark_used(folders["b"])
    allow(monkeypatch, SIZE)
    assert [one.name for one in make_room()] == ["c"] and folders["b"].exists()


def test_caches_and_what_was_set_aside_of_inspections_make_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = inspection("newest", used=3e9)
    damaged = set_aside(inspection("damaged", used=10))
    part = set_aside(newest / "run" / "trace")
    os.utime(part, (20, 20))
    cache = subfolder(Folder.BASELINES) / "abc-72-24-3.npz"
    cache.write_bytes(b"x" * SIZE)
    os.utime(cache, (30, 30))
    allow(monkeypatch, 0)
    (newest / "rows").write_bytes(b"x")
    assert [one.paths[0] for one in make_room()] == [damaged, part, cache, newest]


def test_what_is_in_use_never_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    oldest, next_one = inspection("oldest", used=10), inspection("next", used=20)
    lock = take(oldest / "lock")
    assert lock is not None and held(HoldingKind.INSPECTIONS)["oldest"].fate is Fate.IN_USE
    allow(monkeypatch, 0)
    assert [one.name for one in make_room()] == ["next"]
    assert oldest.exists() and not next_one.exists()


def test_nothing_that_took_training_or_was_brought_ever_goes_by_itself(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = everything_that_stays(home)
    inspection("only this", used=3e9)
    before = size_on_disk(home)
    allow(monkeypatch, 0)
    assert [one.name for one in make_room()] == ["only this"]
    assert all(path.exists() for path in stay) and size_on_disk(home) == before - SIZE
    assert {one.fate for one in holdings()} == {Fate.STAYS}
    first, second = map(str, standing(holdings()).told)
    assert first == f"What can be made anew takes 0 kB of a budget of 0 kB, and all else {in_bytes(before - SIZE)}."
    assert second.startswith("Uploads, studies and downloads take") and "none of them goes by itself" in second


def test_a_budget_that_is_exceeded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    inspection("one", used=10, size=3_000_000)
    allow(monkeypatch, 4_000_000)
    stands = standing(holdings())
    assert (stands.share, len(stands.told)) == (0.75, 1)
    assert str(stands.told[0]) == "What can be made anew takes 3.0 MB of a budget of 4.0 MB, and all else 0 kB."
    allow(monkeypatch, 2_000_000)
    assert "the least recently used goes by itself" in str(standing(holdings()).told[0])


@pytest.mark.parametrize("named", ["five", "-1", "nan", "inf"])
def test_a_budget_that_is_no_size_is_told_and_deletes_nothing(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = inspection("one", used=10)
    monkeypatch.setenv("CROSSLENS_BUDGET", named)
    with pytest.raises(BudgetError, match=f"CROSSLENS_BUDGET is {named}; give a number of GB from 0 on, such as 5"):
        limit()
    assert make_room() == [] and folder.exists()
    monkeypatch.setenv("CROSSLENS_BUDGET", "")
    assert limit() == 5_000_000_000


def test_removal_names_the_training_and_all_that_goes_along(home: Path) -> None:
    key = tiny_dataset().key
    mine, other = study("mine", key), study("other")
    run = str(next((mine.path / "runs").iterdir()))
    jobs.create(JobKind.INSPECT, "look", {"run_folders": [run]}, name=f"{key}-h6-l48-tiny-s0-01234567")
    parts = parts_of(held(HoldingKind.UPLOADS).values())
    assert [(part.what, part.title) for part in parts] == [
        ("file", "tiny.csv"),
        ("comparison", "mine"),
        ("inspection", "tiny.csv · horizon 6 · look-back 48 · tiny · seed 0"),
    ]
    assert str(parts[1]).startswith("comparison: mine, ")
    assert str(parts[1]).endswith(", 4 runs trained in 4 seconds, 1 run begun")
    assert str(sum_of(parts)).startswith("3 things, ")
    assert str(sum_of(parts)).endswith("Lost for good: 4 runs trained in 4 seconds, 1 run begun.")
    delete(parts)
    assert uploads.keys() == [] and not mine.path.exists() and other.path.exists()
    assert held(HoldingKind.INSPECTIONS) == {}


def test_inspections_of_a_study_go_with_it_and_others_stay() -> None:
    mine, other = study("mine"), study("other")
    for number, job in enumerate((mine, other)):
        runs = [str(path) for path in (job.path / "runs").iterdir()]
        name = f"NYweather-h24-l72-quick-s{number}-01234567"
        jobs.create(JobKind.INSPECT, "look", {"run_folders": runs}, name=name)
    parts = parts_of([held(HoldingKind.STUDIES)[mine.id]])
    assert [part.title for part in parts] == [
        "mine",
        "New York weather 2013 · horizon 24 · look-back 72 · quick · seed 0",
    ]
    delete(parts)
    assert list(held(HoldingKind.INSPECTIONS)) == ["NYweather-h24-l72-quick-s1-01234567"]


def test_what_is_chosen_twice_goes_once() -> None:
    key = tiny_dataset().key
    both = jobs.create(JobKind.STUDY, "both", {})
    jobs.write_json(both.path / "study.json", grid(key, "NYweather"))
    (both.path / "runs" / f"{key}-h6-none").mkdir(parents=True)
    set_aside(both.path / "runs" / f"{key}-h6-none")
    mine = study("mine", key)
    parts = parts_of(holdings())
    assert sorted((part.what.value, part.title) for part in parts) == [
        ("comparison", "both"),
        ("comparison", "mine"),
        ("file", "tiny.csv"),
    ]
    delete(parts)
    assert holdings() == [] and not mine.path.exists()


def test_what_is_in_use_is_refused_in_one_sentence_and_nothing_goes() -> None:
    key = tiny_dataset().key
    mine, other = study("mine", key), study("other")
    before = holdings()
    assert take(mine.path / "lock") is not None
    words = "is in use by a process at work; cancel that or wait for its end, then remove it"
    for kind, title in ((HoldingKind.STUDIES, "mine"), (HoldingKind.UPLOADS, "tiny.csv")):
        with pytest.raises(JobError, match=f"{title} {words}"):
            parts_of(held(kind).values())
    with pytest.raises(JobError, match=f"mine {words}"):
        delete(parts_of(before))  # it began after it was listed
    assert mine.path.exists() and other.path.exists() and uploads.keys() == [key]


def test_a_study_at_work_without_a_job_and_a_training_left_alone_are_in_use() -> None:
    by_hand, orphan = study("by hand"), study("orphan")
    training = next((orphan.path / "runs").glob("*.training"))
    assert take(by_hand.path / "study.lock") is not None and take(training / "lock") is not None
    assert {one.fate for one in held(HoldingKind.STUDIES).values()} == {Fate.IN_USE}


def test_a_study_that_begins_by_hand_after_it_was_listed_stays() -> None:
    folder = subfolder(Folder.STUDIES) / "by hand"
    (folder / "runs").mkdir(parents=True)
    jobs.write_json(folder / "study.json", grid("NYweather"))
    parts = parts_of(held(HoldingKind.STUDIES).values())
    assert take(folder / "study.lock") is not None
    with pytest.raises(JobError, match="by hand is in use"):
        delete(parts)
    assert folder.exists() and not list(subfolder(Folder.STUDIES).parent.glob("tmp*"))


def test_links_are_not_followed_out_of_the_workspace(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path_factory.mktemp("elsewhere")
    (theirs / "big").write_bytes(b"x" * 10_000)
    (theirs / "one").mkdir()
    folder = inspection("mine", used=10)
    for place in (Folder.INSPECTIONS, Folder.STUDIES, Folder.UPLOADS):
        (subfolder(place) / "upload-0123456789ab").symlink_to(theirs)
    for name in ("file", "folder.damaged"):
        (folder / name).symlink_to(theirs / "big" if name == "file" else theirs)
    subfolder(Folder.BASELINES).rmdir()
    (home / Folder.BASELINES).symlink_to(theirs)
    assert [(one.name, one.bytes) for one in holdings()] == [("mine", SIZE)]
    allow(monkeypatch, 0)
    assert [one.name for one in make_room()] == ["mine"]
    assert sorted(path.name for path in theirs.iterdir()) == ["big", "one"]


HURT: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "not text": lambda path: path.write_bytes(b"\xff\xfe{}\x00"),
    "a list": lambda path: path.write_bytes(b"[]"),
    "other words": lambda path: path.write_bytes(b'{"title": 7, "arguments": [], "seconds": "long"}'),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path)),
}


@pytest.mark.parametrize("how", HURT)
def test_a_damaged_thing_does_not_break_the_listing_and_can_be_removed(how: str, home: Path) -> None:
    key = tiny_dataset().key
    job = study("mine", key)
    jobs.create(JobKind.INSPECT, "look", {"run_folders": []}, name=f"{key}-h6-l48-tiny-s0-01234567")
    run = next(path for path in (job.path / "runs").iterdir() if not path.suffix)
    whole = len(holdings())
    looked_into = subfolder(Folder.INSPECTIONS) / f"{key}-h6-l48-tiny-s0-01234567"
    for path in (run / "metrics.json", looked_into / "spec.json", job.path / "spec.json"):
        HURT[how](path)
    HURT[how](uploads.stored(key) / "account.json")
    found = holdings()
    assert len(found) == whole, "the upload is set aside now"
    assert [one.name for one in found if one.kind is HoldingKind.ASIDE] == [f"uploads/{key}.damaged"]
    assert next(iter(held(HoldingKind.STUDIES).values())).training.runs in (3, 4)
    delete(parts_of(found))
    assert holdings() == []


def test_effects_and_probes_are_named_by_their_cell_and_go_with_the_study_of_their_runs() -> None:
    mine, other = study("mine"), study("other")
    for number, job in enumerate((mine, other)):
        paths = [str(path) for path in (job.path / "runs").iterdir()]
        cell = f"NYweather-h24-l72-quick-s{number}"
        effects = {"asked": [[path, [["scale:gru_to_cnn:0"]]] for path in paths], "limit": None}
        jobs.create(JobKind.EFFECT, "measure", effects, name=f"{cell}-effect-01234567")
        jobs.create(JobKind.PROBE, "measure", {"runs": paths}, name=f"{cell}-probe-01234567")
    parts = parts_of([held(HoldingKind.STUDIES)[mine.id]])
    title = "New York weather 2013 · horizon 24 · look-back 72 · quick · seed 0"
    assert [part.title for part in parts] == ["mine", f"{title} · effect of changes", f"{title} · response probe"]
    delete(parts)
    assert {name[-15:-9] for name in held(HoldingKind.INSPECTIONS)} == {"effect", "-probe"}


def test_an_upload_is_in_use_while_its_models_are_asked_in_the_background() -> None:
    key = tiny_dataset().key
    for kind, name in (
        (JobKind.EFFECT, f"{key}-h6-l48-tiny-s0-effect-01234567"),
        (JobKind.PROBE, f"{key}-h6-l48-tiny-s0-probe-01234567"),
        (JobKind.ATTRIBUTE, f"{key}-h6-both-attention-tiny-s0-01234567-01234567"),
    ):
        job = jobs.create(kind, "work", {}, name=name)
        lock = take(job.path / "lock")
        assert lock is not None and held(HoldingKind.UPLOADS)[key].fate is Fate.IN_USE
        os.close(lock)
    assert held(HoldingKind.UPLOADS)[key].fate is Fate.STAYS
