"""An upload is of whoever has its key in the link; sharing is a choice; removal takes along what was made of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core import jobs
from core.baselines import baseline_errors
from core.config import WindowConfig
from core.data import uploads
from core.data.catalog import load_dataset
from core.data.dataset import DataError
from core.holdings import removal
from core.jobs import JobError, JobKind
from core.locks import take
from core.study.folder import read_study
from core.study.grid import StudyConfig
from core.table import tidy, write_rows
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from dashboard.markup import escaped
from tests.support.pages import address, app, open_page
from tests.support.tiny import tiny_dataset

pytestmark = pytest.mark.usefixtures("home")


def grid(*keys: str) -> dict[str, object]:
    return StudyConfig(keys, (6,), (Fusion.NONE,), (0,), "quick", 36, matched=False).to_dict()


def listed(at: object) -> list[str]:
    return at.selectbox(key="pick dataset").options  # type: ignore[attr-defined]


def test_others_see_an_upload_only_once_it_is_shared() -> None:
    key = tiny_dataset().key
    assert "tiny.csv" not in listed(app().run())
    at = open_page("data", dataset=key)
    assert "tiny.csv" in listed(at) and address(at)["dataset"] == key
    at.selectbox(key="pick dataset").set_value("NYweather").run()
    assert "tiny.csv" in listed(at), "the session goes on listing what it named"
    uploads.share(key, True)
    assert "tiny.csv" in listed(app().run())


def test_a_comparison_of_a_private_upload_is_listed_for_nobody_else() -> None:
    key = tiny_dataset().key
    job = jobs.create(JobKind.STUDY, "tiny.csv · horizon 6", {"study": grid(key)})
    jobs.create(JobKind.STUDY, "New York", {"study": grid("NYweather")})
    titles = [expander.label for expander in open_page("compare").expander]
    assert "All comparisons (1)" in titles
    at = open_page("compare", dataset=key)
    assert "All comparisons (2)" in [expander.label for expander in at.expander]
    at = open_page("compare", run=job.id)  # its own link opens it all the same
    assert any("horizon 6" in markdown.value for markdown in at.markdown)


def test_an_unknown_key_never_names_the_keys_of_others() -> None:
    key = tiny_dataset().key
    with pytest.raises(DataError) as refused:
        load_dataset("upload-x")
    assert key not in str(refused.value)


def test_removal_names_what_goes_and_leaves_the_rest() -> None:
    mine, other = tiny_dataset(), tiny_dataset(500)
    alone = jobs.create(JobKind.STUDY, "mine alone", {"study": grid(mine.key)})
    both = jobs.create(JobKind.STUDY, "both", {})
    jobs.write_json(both.path / "study.json", grid(mine.key, other.key))
    for key in (mine.key, other.key):
        (both.path / "runs" / f"{key}-h6-none").mkdir(parents=True)
        (subfolder(Folder.INSPECTIONS) / f"{key}-h6-l36-quick-s0-01234567").mkdir()
        (subfolder(Folder.ATTRIBUTIONS) / f"{key}-h6-both-0").mkdir()
    rows = tidy(
        pd.DataFrame({"dataset": [mine.key, other.key], "horizon": 6, "lookback": 36, "n": 1, "matched": False})
    )
    write_rows(both.path / "table.parquet", rows)
    for dataset in (mine, other):
        baseline_errors(dataset, WindowConfig(36, 6))
    kept = len(list(subfolder(Folder.BASELINES).iterdir())) // 2

    found = removal.made_from(mine.key)
    assert {(part.what, part.title) for part in found} == {
        ("file", "tiny.csv"),
        ("comparison", "mine alone"),
        ("part of a study", "both"),
        ("inspection", "tiny.csv · horizon 6 · look-back 36 · quick · seed 0"),
        ("mean attribution", "tiny.csv · h6-both-0"),
        ("baselines", "tiny.csv"),
    }
    assert found[0].bytes > 1000
    assert [part.what for part in removal.remove(mine.key)] == [part.what for part in found]

    assert uploads.keys() == [other.key] and not alone.path.exists()
    assert read_study(both.path).datasets == (other.key,)
    assert [path.name for path in (both.path / "runs").iterdir()] == [f"{other.key}-h6-none"]
    assert list(pd.read_parquet(both.path / "table.parquet")["dataset"]) == [other.key]
    assert [path.name for path in subfolder(Folder.INSPECTIONS).iterdir()] == [
        f"{other.key}-h6-l36-quick-s0-01234567"
    ]
    assert [path.name for path in subfolder(Folder.ATTRIBUTIONS).iterdir()] == [f"{other.key}-h6-both-0"]
    assert len(list(subfolder(Folder.BASELINES).iterdir())) == kept
    with pytest.raises(DataError, match="is not in this workspace"):
        removal.made_from(mine.key)


def test_nothing_is_removed_while_somebody_trains_on_it() -> None:
    key = tiny_dataset().key
    job = jobs.create(JobKind.STUDY, "at work", {"study": grid(key)})
    lock = take(job.path / "lock")
    assert lock is not None
    with pytest.raises(JobError, match="at work is in use by a process at work"):
        removal.remove(key)
    assert uploads.keys() == [key] and job.path.exists()


def test_the_button_names_what_goes_and_removes_it(home: Path) -> None:
    key = tiny_dataset().key
    jobs.create(JobKind.STUDY, "mine alone", {"study": grid(key)})
    at = app_of_removal(key).run()
    at.session_state[f"removal of {key}"] = True
    at.run()
    assert any(escaped("comparison: mine alone") in text.value and "kB" in text.value for text in at.markdown)
    at.button(key=f"remove {key}").click().run()
    assert not at.exception and uploads.keys() == []


def app_of_removal(key: str):  # type: ignore[no-untyped-def]
    """Return a page with nothing but the parts of an upload."""
    from streamlit.testing.v1 import AppTest

    return AppTest.from_string(
        "from dashboard import cache, state\n"
        "from dashboard.data import uploads\n"
        "state.begin(cache.catalog())\n"
        f"if {key!r} in uploads.uploads.keys(): uploads.draw_account({key!r})\n"
        "uploads.share_choice()\n",
        default_timeout=60,
    )


def test_who_sees_a_file_is_said_where_it_is_chosen() -> None:
    at = app_of_removal("upload-000000000000").run()
    assert any("Others do not see it" in caption.value for caption in at.caption)
    at.checkbox(key="share upload").check().run()
    assert any("Everybody who opens these pages sees it" in caption.value for caption in at.caption)


def test_an_owner_can_take_sharing_back() -> None:
    key = tiny_dataset().key
    at = app_of_removal(key).run()
    for shared in (True, False):
        at.checkbox(key=f"shared {key}").set_value(shared).run()
        assert not at.exception and uploads.account_of(key).shared is shared
