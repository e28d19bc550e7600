"""The shipped checkpoints: complete, small, what their records say, and above the accuracy floor."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch

from core.analysis.changes import RunChanges, changes_over_none
from core.analysis.statistic import Statistic
from core.analysis.traced import SeedTraces
from core.claims.published import DATASETS
from core.data.catalog import load_dataset
from core.data.windows import make_windows
from core.study.opening import MEASURED
from core.trace.record import trace_split
from core.trace.store import open_trace
from core.train.checkpoint import load_checkpoint
from core.train.evaluate import split_scores
from core.train.record import RunRecord, find_records
from core.vocabulary import Fusion, Merge, Split
from core.workspace import CHECKPOINTS

FLOOR = {"ETTh1": 0.372, "ETTh2": 0.276}  # test MSE, horizon 96, mean of three seeds


@pytest.fixture(scope="module")
def shipped() -> list[RunRecord]:
    return find_records([CHECKPOINTS])


def proposed(records: list[RunRecord], dataset: str, horizon: int) -> Counter[Fusion]:
    """Count the seeds of each mode in the proposed form (cross-modal attention)."""
    cell = [r.config for r in records if r.config.dataset == dataset and r.config.window.horizon == horizon]
    return Counter(run.model.fusion for run in cell if run.model.merge is Merge.ATTENTION and not run.model.matched)


def test_what_is_promised_is_there(shipped: list[RunRecord]) -> None:
    for horizon in (24, 96):
        assert proposed(shipped, "NYweather", horizon) == dict.fromkeys(Fusion, 3)
    assert sum(r.config.model.matched for r in shipped) == 6, "the size control, three seeds and two horizons"
    for dataset in DATASETS:
        for horizon in (96, 720):
            assert set(proposed(shipped, dataset, horizon)) == set(Fusion), "all modes, one seed at least"
    for dataset in FLOOR:
        assert proposed(shipped, dataset, 96)[Fusion.BOTH] == 3
    for dataset in ("NYweather", "ETTm2", *FLOOR):
        merges = {r.config.model.merge for r in shipped if r.config.dataset == dataset}
        assert merges == set(Merge), "late and no fusion for the gradient flow"


def test_they_stay_small() -> None:
    assert sum(path.stat().st_size for path in CHECKPOINTS.rglob("*.safetensors")) < 40e6


def test_all_come_from_one_version_of_the_code(shipped: list[RunRecord]) -> None:
    assert len({record.versions["code"] for record in shipped}) == 1


def recomputed(record: RunRecord) -> dict[str, float]:
    checkpoint = load_checkpoint(record.folder)
    dataset = load_dataset(record.config.dataset)
    checkpoint.check_data(dataset)
    torch.set_num_threads(1)
    return split_scores(checkpoint.model, make_windows(dataset, record.config.window, Split.TEST)).total


@pytest.mark.parametrize("horizon", [24, 96])
def test_sample_weights_give_the_recorded_errors(shipped: list[RunRecord], horizon: int) -> None:
    sample = [r for r in shipped if r.config.dataset == "NYweather" and r.config.window.horizon == horizon]
    record = next(r for r in sample if r.config.model.fusion is Fusion.BOTH)
    assert recomputed(record)["mse"] == pytest.approx(record.metrics["test"]["mse"], rel=1e-4)


def test_the_sample_has_enough_abrupt_changes_for_amplification_and_lead(
    shipped: list[RunRecord], tmp_path: Path
) -> None:
    dataset, traces = load_dataset("NYweather"), {}
    for record in shipped:
        run = record.config
        if (run.dataset, run.window.horizon, run.train.seed) != ("NYweather", 96, 0) or run.model.matched:
            continue
        if run.model.merge is Merge.ATTENTION and run.model.fusion in (Fusion.NONE, Fusion.BOTH):
            out = trace_split(load_checkpoint(record.folder), dataset, out=tmp_path / run.run_id, spec=MEASURED)
            traces[run.model.fusion] = open_trace(out)
    none, both = (RunChanges.read(traces[fusion]) for fusion in (Fusion.NONE, Fusion.BOTH))
    found = changes_over_none(SeedTraces(list(traces.values()), [], dataset.steps_per_day), both, none)
    for statistic in (Statistic.PEAK_AMPLIFICATION, Statistic.RESPONSE_LEAD, Statistic.PEAK_AMPLIFICATION_ANYWHERE):
        assert found[statistic].defined and found[statistic].n >= 24


@pytest.mark.data
@pytest.mark.parametrize("dataset", FLOOR)
def test_accuracy_floor(shipped: list[RunRecord], dataset: str, official_data: Path) -> None:
    both = [
        record
        for record in shipped
        if record.config.dataset == dataset
        and record.config.model.fusion is Fusion.BOTH
        and record.config.window.horizon == 96
    ]
    errors = [record.metrics["test"]["mse"] for record in both]
    assert len(errors) == 3
    assert all(record.metrics["test"]["windows"] == 2785 for record in both)
    assert sum(errors) / 3 <= FLOOR[dataset]
    assert recomputed(both[0])["mse"] == pytest.approx(errors[0], rel=1e-4)
