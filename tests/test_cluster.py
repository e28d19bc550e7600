"""A study on a cluster: two nodes, one of them killed on the way, end in the table that this machine makes alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from ray.cluster_utils import Cluster as Nodes

from core import presets
from core.data.dataset import Dataset
from core.nodes import ClusterError
from core.presets import Preset
from core.study import cluster
from core.study.cluster import Cluster
from core.study.folder import RUNS, TABLE, RunState, StudyError, status
from core.study.parcel import at_home, below, portable
from core.study.run import run_study
from tests.support.nodes import two_nodes
from tests.support.studies import TINY, Here, Told, grid, tiny_home

pytestmark = pytest.mark.process
SECONDS = "seconds"  # the statistic that no two trainings share


def long(epochs: int) -> Preset:
    """Return a preset that trains long enough to be disturbed."""
    return Preset(TINY.model, replace(TINY.train, epochs=epochs), "for tests")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with tiny_home(tmp_path_factory) as found, pytest.MonkeyPatch.context() as patch:
        patch.setitem(presets.PRESETS, "tiny", long(12))
        yield found


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """Yield the nodes of all tests of this file; the last one ends one of them."""
    with two_nodes() as found:
        yield found


def train(folder: Path, nodes: Nodes, **settings: object) -> Told:
    """Run a study on a cluster and return what it told."""
    told, joined = Told(), Cluster(nodes.address)
    run_study(folder, workers=joined.cores, on_event=told, launch=joined.launch, **settings)  # type: ignore[arg-type]
    return told


def rows(folder: Path) -> pd.DataFrame:
    table = pd.read_parquet(folder / TABLE)
    return table.loc[table["statistic"] != SECONDS].reset_index(drop=True)


def once_it_trains(folder: Path, act: Callable[[], object]) -> Callable[[], None]:
    """Return what acts once, after an epoch of a run was told."""
    acted: list[bool] = []

    def look() -> None:
        if not acted and any(b'"epoch"' in path.read_bytes() for path in (folder / RUNS).glob("*.jsonl")):
            acted.append(True)
            act()

    return look


def test_a_stop_brings_back_what_was_begun_and_it_goes_on_here(
    dataset: Dataset, nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(presets.PRESETS, "tiny", long(200))
    folder, asked = tmp_path / "s", list[bool]()
    look = once_it_trains(folder, lambda: asked.append(True))
    train(folder, nodes, study=grid(dataset), on_poll=look, should_stop=lambda: bool(asked))
    assert not (folder / TABLE).exists()
    assert any((folder / RUNS).glob("*.training/*")), "the state of an unfinished run is here"
    run_study(folder, workers=1, launch=Here)
    assert {run.state for run in status(folder)} == {RunState.DONE}


def test_a_node_with_other_code_is_refused(
    dataset: Dataset, nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "code_fingerprint", lambda: "of another day")
    with pytest.raises(StudyError, match="install the same version there"):
        train(tmp_path / "s", nodes, study=grid(dataset))


def test_with_a_node_killed_on_the_way_the_table_is_that_of_this_machine(
    dataset: Dataset, nodes: Nodes, tmp_path: Path
) -> None:
    study = grid(dataset, preset="quick", lookback=72, measures=True)  # a preset that nodes know
    here, there = (tmp_path / place / "s" for place in ("here", "there"))
    kill = once_it_trains(there, lambda: nodes.remove_node(next(iter(nodes.worker_nodes)), allow_graceful=False))
    told = train(there, nodes, study=study, on_poll=kill)
    assert sorted(told.runs("finished")) == sorted(told.runs("started")) and not told.of("failed")
    logs = "".join(path.read_text() for path in (there / RUNS).glob("*.log"))
    assert "A node was lost" in logs
    run_study(here, study=study, workers=1, launch=Here)
    pd.testing.assert_frame_equal(rows(there), rows(here))


def test_without_a_cluster_it_says_how_to_start_one() -> None:
    with pytest.raises(ClusterError, match="ray start --head"):
        Cluster("127.0.0.1:1")  # where nobody listens


@pytest.mark.parametrize("study", ["s", ".", "runs/mine", "/tmp/studies/train"])
def test_paths_of_a_command_line_are_moved_and_its_other_words_stay(study: str, tmp_path: Path) -> None:
    here = Path(study)
    words = ["train", "--run", str(here / "runs" / "s-train.json"), "--cell", "ETTs-h96", "--out", str(here)]
    moved = at_home(portable(words, here), tmp_path)
    assert moved == [*words[:2], str(tmp_path / "runs" / "s-train.json"), *words[3:6], str(tmp_path)]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "runs/../../x"])
def test_no_file_leads_out_of_the_study(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no file of the study"):
        below(tmp_path, name)
