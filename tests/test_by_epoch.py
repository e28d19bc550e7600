"""Gains epoch by epoch on made-up curves: what a crossing does past the best epoch, and the rule that decides it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from core.analysis.estimate import mean_interval
from core.claims.by_epoch import Overfit, curves, gain
from core.claims.evidence import Evidence
from core.claims.findings import Outcome, findings
from core.claims.reading import percent_of
from core.claims.tables import TABLES, Form, evidence_of, shipped_evidence
from core.config import BOTH, GRU_TO_CNN, NONE
from core.text.amounts import signed
from core.text.message import word
from tests.support.claim_tables import table
from tests.support.study_tables import VALIDATION, by_epoch, overtrained

NOISE = (-0.05, 0.0, 0.05)  # per cent, from seed to seed


def cell(gains: Sequence[float], dataset: str = "ETTh2", noise: Sequence[float] = NOISE) -> list[dict[str, object]]:
    """Return none at RMSE 1 after each epoch, and both below it by so many per cent."""
    none = [[1.0] * len(gains) for _ in noise]
    both = [[1 - (one + more) / 100 for one in gains] for more in noise]
    return [*by_epoch(dataset, 720, NONE, none), *by_epoch(dataset, 720, BOTH, both)]


def of(gains: Sequence[float], noise: Sequence[float] = NOISE) -> Evidence:
    return evidence_of(table(cell(gains, noise=noise)))


@pytest.mark.parametrize(
    ("gains", "effect"),  # after four epochs, the second of which is best
    [
        ((0, 2, 2, 2), Overfit.HELPS),
        ((0, 0, 1, 4), Overfit.SLOWS),
        ((0, 0.3, 1, 4), Overfit.SLOWS),  # what is seen at the best epoch is less than what matters
        ((0, 2, 3, 4), Overfit.HELPS_AND_SLOWS),
        ((0, 0, -1, -2), Overfit.SPEEDS),
        ((0, -1, -1, -1), Overfit.COSTS),
        ((0, 0, 0, 0), Overfit.NOTHING),
        ((0, 0.3, 0.3, 0.3), Overfit.NOTHING),  # seen, and too small to matter
    ],
)
def test_what_crossing_does_is_told_by_last_and_best_epoch(gains: Sequence[float], effect: Overfit) -> None:
    found = gain(of(gains), "ETTh2", 720, BOTH)
    assert found is not None and found.effect is effect
    assert (found.best.value, found.last.value) == pytest.approx((gains[1], gains[3]), abs=1e-9)
    assert str(word(effect))


def test_an_interval_that_holds_0_and_a_gain_that_matters_decides_nothing() -> None:
    found = gain(of((0, 0.4, 0.4, 0.4), noise=(-1, 0, 1)), "ETTh2", 720, BOTH)
    assert found is not None and found.best.low < 0 < 0.5 < found.best.high and found.effect is Overfit.UNDECIDED


def test_one_seed_decides_nothing() -> None:
    found = gain(of((0, 0, 1, 4), noise=(0.0,)), "ETTh2", 720, BOTH)
    assert found is not None and found.effect is Overfit.ONE_SEED and np.isnan(found.last.low)


def test_each_run_stops_at_its_own_best_epoch_and_seeds_are_paired() -> None:
    rows = by_epoch("ETTm2", 96, NONE, [(1.0, 0.8, 0.9)], validation=(3, 1, 2), first=7)
    rows += by_epoch("ETTm2", 96, BOTH, [(0.6, 0.7, 0.9), (0.1, 0.1, 0.1)], validation=(1, 2, 3), first=7)
    evidence = evidence_of(table(rows))
    found = gain(evidence, "ETTm2", 96, BOTH)
    assert found is not None and found.at_best == pytest.approx([100 * (0.8 - 0.6) / 0.8])  # epochs 2 and 1
    assert found.each.shape == (1, 3) and found.each[0] == pytest.approx([40, 12.5, 0])
    runs = curves(evidence, "ETTm2", 96, BOTH)
    assert runs is not None and runs.seeds == (7, 8) and list(runs.best) == [0, 0]
    assert gain(evidence, "ETTm2", 720, BOTH) is None and gain(evidence, "ETTm2", 96, GRU_TO_CNN) is None
    shorter = by_epoch("ETTm2", 96, GRU_TO_CNN, [(1.0, 0.8)], validation=(1, 2), first=7)
    assert gain(evidence_of(table([*rows, *shorter])), "ETTm2", 96, GRU_TO_CNN) is None


def test_the_last_epoch_is_what_the_table_calls_the_error() -> None:
    evidence = evidence_of(overtrained())
    found = gain(evidence, "Weather", 96, BOTH)
    values = list(percent_of(evidence, "Weather", NONE, BOTH).values())
    at_96 = [value for (at, _), value in percent_of(evidence, "Weather", NONE, BOTH).items() if at == 96]
    assert found is not None and found.last.value == pytest.approx(mean_interval(at_96).value)
    assert len(values) == 6 and len(found.by_epoch) == len(VALIDATION)


@pytest.mark.skipif(not (TABLES / f"{Form.OVERTRAINED}.parquet").exists(), reason="its table is not shipped")
@pytest.mark.parametrize("horizon", [720, 96])
@pytest.mark.parametrize("dataset", ["ETTh2", "ETTm2"])
def test_shipped_gains_at_the_last_epoch_are_those_of_the_errors(dataset: str, horizon: int) -> None:
    evidence = shipped_evidence(Form.OVERTRAINED)
    found = gain(evidence, dataset, horizon, BOTH)
    errors = [value for (at, _), value in percent_of(evidence, dataset, NONE, BOTH).items() if at == horizon]
    assert found is not None and found.last.n == len(errors)
    assert found.last.value == pytest.approx(np.mean(errors), abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ((0, 0, 1, 4), (0, 0, 1, 4), Outcome.CONFIRMED),
        ((0, 2, 2, 2), (0, 0, 0, 0), Outcome.REFUTED),
        ((0, 0, 1, 4), (0, 0, 0, 0), Outcome.UNDECIDED),
        ((0, 0, 1, 4), None, Outcome.UNDECIDED),
    ],
)
def test_the_finding_asks_both_sets_of_the_rule(
    first: Sequence[float], second: Sequence[float] | None, outcome: Outcome
) -> None:
    rows = cell(first) + (cell(second, "ETTm2") if second else [])
    found = findings(evidence_of(table(rows)))[-1]
    assert found.outcome is outcome and found.exhibit == "gain_by_epoch"
    assert f"ETTh2, horizon 720, 3 seeds: the gain over none is {signed(first[3], 2)} %" in str(found.sentence)
