"""The model, asked: answers are those of recorded passes, bands hold what they promise, and models make way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.model.forecaster import ForwardOut
from core.serve.bands import LEVELS, conformal, fit_bands
from core.serve.engine import NETWORK, Engine
from core.trace.record import trace_split
from core.trace.schema import TraceSpec
from core.trace.store import open_trace
from core.train.checkpoint import load_checkpoint
from core.train.evaluate import forecast_rows
from core.train.record import RecordError, RunRecord
from core.vocabulary import Activation, Dim, Fusion, Split
from tests.support.tiny import tiny_dataset

WINDOW = 7

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def dataset() -> Dataset:
    return tiny_dataset(500)


@pytest.fixture
def engine(tiny_runs: dict[Fusion, RunRecord]) -> Engine:
    return Engine(tiny_runs.values)


@pytest.fixture
def both(tiny_runs: dict[Fusion, RunRecord]) -> str:
    return tiny_runs[Fusion.BOTH].run_id


@pytest.mark.parametrize("fusion", Fusion)
def test_every_activation_is_that_of_a_recorded_trace(
    fusion: Fusion, engine: Engine, tiny_runs: dict[Fusion, RunRecord], dataset: Dataset, tmp_path: Path
) -> None:
    record = tiny_runs[fusion]
    names = [name.value for name in Activation if name in record.config.model.activations]
    spec = TraceSpec.parse(names)
    place = np.arange(WINDOW, WINDOW + 1)
    trace_split(load_checkpoint(record.folder), dataset, out=tmp_path / "trace", spec=spec, places=place)
    recorded = open_trace(tmp_path / "trace")
    answer = engine.ask(record.run_id, WINDOW, record=names)
    assert answer.trace is not None and set(answer.trace.data_vars) == set(recorded.data_vars)
    for name in recorded.data_vars:
        assert answer.trace[name].dims == recorded[name].dims
        np.testing.assert_allclose(answer.trace[name], recorded[name], rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        record.scaler.transform(answer.as_is), recorded[Activation.FORECAST.value][0], rtol=0, atol=1e-6
    )
    np.testing.assert_array_equal(answer.changed, answer.as_is)
    assert answer.stamp == recorded["stamp"].to_numpy()[0]


@pytest.mark.parametrize("untrained", [False, True])
def test_a_mean_record_is_the_mean_of_windows_asked_alone(engine: Engine, both: str, untrained: bool) -> None:
    for names in (["kernel_gru_to_cnn", "update_gate:last_token"], ["attention:mean_variable", "kernel_cnn_to_gru"]):
        found = engine.mean_record(both, [3, 9, 9, 40], names, untrained=untrained)
        alone = [engine.ask(both, place, record=names, untrained=untrained).trace for place in (3, 9, 40)]
        assert len(found.data_vars) == len(names) and Dim.ORIGIN not in found.dims
        for name, mean in found.data_vars.items():
            windows = np.stack([one[name].isel({Dim.ORIGIN: 0}).to_numpy() for one in alone if one is not None])
            np.testing.assert_allclose(mean, windows.mean(0), rtol=1e-4, atol=1e-6)


def test_the_truth_is_that_of_the_rows(engine: Engine, both: str, dataset: Dataset) -> None:
    answer = engine.ask(both, WINDOW)
    rows = dataset.frame.loc[answer.stamp :].to_numpy()[: len(answer.truth)]
    np.testing.assert_allclose(answer.truth, rows, rtol=1e-6, atol=1e-6)


def test_a_forecast_is_that_of_the_command_with_bands_around_it(engine: Engine, both: str, dataset: Dataset) -> None:
    held = engine.shelf[both]
    for network, ridge in ((False, held.ridge), (True, None)):
        found = engine.forecast(both, dataset, network=network)
        np.testing.assert_array_equal(found.rows, forecast_rows(held.checkpoint, dataset, ridge))
        assert (found.of == NETWORK) is network
        assert found.rows.index[0] == dataset.frame.index[-1] + dataset.step.length
        assert found.filled == ""
        narrow, wide = found.bands
        assert (narrow.low >= wide.low).all(axis=None) and (narrow.high <= wide.high).all(axis=None)
        np.testing.assert_allclose((wide.low + wide.high) / 2, found.rows, rtol=1e-9)
        assert 0 < narrow.coverage < wide.coverage <= 1


def test_without_the_data_there_are_neither_bands_nor_ridge(engine: Engine, both: str, dataset: Dataset) -> None:
    engine.shelf[both].dataset = None
    found = engine.forecast(both, dataset)
    assert found.of == NETWORK and found.bands == ()
    with pytest.raises(RecordError, match="are not on this machine in version"):
        engine.ask(both, 0)


def test_a_band_holds_as_many_new_errors_as_it_says() -> None:
    generator = np.random.default_rng(0)
    for level in LEVELS:
        held = []
        for _ in range(2000):
            errors = np.abs(generator.standard_t(3, (60, 1)))
            held.append(np.abs(generator.standard_t(3)) <= conformal(errors, level)[0])
        assert np.mean(held) == pytest.approx(level, abs=0.03) and np.mean(held) > level - 0.015


def test_an_error_that_is_not_known_does_not_count() -> None:
    errors = np.arange(1.0, 41.0)[:, None]
    some = np.concatenate([errors, np.full((7, 1), np.nan)])
    for level in LEVELS:
        np.testing.assert_array_equal(conformal(some, level), conformal(errors, level))
    assert np.isnan(conformal(errors[:18], 0.95)[0]) and conformal(errors[:19], 0.95)[0] == 19


class Silent(torch.nn.Module):
    """Forecasts zero: its errors are the series itself."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: torch.Tensor) -> ForwardOut:
        return ForwardOut(torch.zeros(len(x), *self.shape), {})


def test_bands_come_from_validation_errors_and_are_counted_on_test_windows(
    engine: Engine, both: str, dataset: Dataset
) -> None:
    checkpoint = engine.shelf[both].checkpoint
    window = checkpoint.record.config.window
    validation, test = (make_windows(dataset, window, part) for part in (Split.VALIDATION, Split.TEST))
    bands = fit_bands(replace(checkpoint, model=Silent(test.y.shape[1:])), dataset, None)
    for place, level in enumerate(LEVELS):
        np.testing.assert_array_equal(bands.half[place], conformal(np.abs(validation.y), level))
        assert bands.coverage[place] == pytest.approx((np.abs(test.y) <= bands.half[place]).mean())


def test_the_model_asked_least_recently_goes_first(tiny_runs: dict[Fusion, RunRecord]) -> None:
    engine = Engine(tiny_runs.values, most=2)
    first, second, third, _ = (record.run_id for record in tiny_runs.values())
    kept = engine.shelf[first]
    engine.shelf[second]
    assert engine.shelf[first] is kept
    engine.shelf[third]
    assert len(engine.shelf) == 2 and engine.shelf[first] is kept
    assert {record.run_id for record in engine.models()} == {record.run_id for record in tiny_runs.values()}


def test_questions_at_once_get_the_answers_they_get_alone(engine: Engine, tiny_runs: dict[Fusion, RunRecord]) -> None:
    asked = [(record.run_id, place) for place in range(12) for record in tiny_runs.values()]
    alone = [engine.ask(*question, record=["update_gate:last_token"]) for question in asked]
    fresh = Engine(tiny_runs.values, most=2)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda question: fresh.ask(*question, record=["update_gate:last_token"]), asked))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.as_is, other.as_is)
        assert one.trace is not None and one.trace.equals(other.trace)
