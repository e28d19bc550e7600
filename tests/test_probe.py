"""The response probe: what counts of a response, passes by hand, means over the cycle and changes, what is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from core.analysis.probe import (
    AROUND,
    around_places,
    mean_after,
    mean_by_lag,
    mean_over_all,
    mean_over_slots,
    rise_after,
    rise_anywhere,
    slot_share,
)
from core.analysis.pulse import half_time, lead_over, response_size
from core.data.dataset import Dataset
from core.model.forecaster import ForwardOut
from core.serve.engine import Engine
from core.serve.held import Held
from core.serve.probe import PROBE, TWINS, arguments_of, measure_probe, open_probe, probe_key
from core.serve.pulse import pulse_numbers, pulse_response
from core.text.message import Message
from core.trace.intervene import untrained_twin
from core.train.checkpoint import load_checkpoint
from core.train.record import RunRecord
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support.tiny import tiny_dataset

pytestmark = pytest.mark.usefixtures("one_thread")

HOURS, BLOCK = 24, 24
BOTH_SILENT = ("silence:gru_to_cnn", "silence:cnn_to_gru")


@pytest.fixture
def dataset() -> Dataset:
    return tiny_dataset(500)


@pytest.fixture
def runs(tiny_runs: dict[Fusion, RunRecord]) -> list[RunRecord]:
    return [tiny_runs[fusion] for fusion in (Fusion.NONE, Fusion.BOTH)]


@pytest.fixture
def both(tiny_runs: dict[Fusion, RunRecord], dataset: Dataset) -> Held:
    return Held(load_checkpoint(tiny_runs[Fusion.BOTH].folder), dataset)


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def measured(folder: Path, runs: list[RunRecord]) -> pd.DataFrame:
    folder.mkdir(exist_ok=True)
    assert measure_probe(folder, **arguments_of(runs)) == folder / PROBE
    return pd.read_parquet(folder / PROBE)


def test_twice_the_response_is_twice_as_large_and_as_soon_and_no_response_is_never_there() -> None:
    response = generator().normal(size=(5, 12, 3))
    np.testing.assert_allclose(response_size(-2 * response), 2 * response_size(response))
    np.testing.assert_allclose(half_time(-2 * response), half_time(response))
    assert response_size(0 * response).tolist() == [0] * 5 and np.isnan(half_time(0 * response)).all()


@pytest.mark.parametrize("step", [0, 3, 11])
def test_a_response_of_one_step_is_half_there_in_its_middle_and_leads_a_later_one(step: int) -> None:
    response = np.zeros((1, 12, 2))
    response[0, step] = 1
    assert half_time(response).tolist() == [step + 0.5]
    later = np.roll(response, 1, axis=1) if step < 11 else response
    assert lead_over(half_time(later), half_time(response)).tolist() == [float(step < 11)]


def test_the_numbers_of_a_window_are_those_of_forecasts_of_rows_with_the_pulse_put_in(
    tiny_runs: dict[Fusion, RunRecord], both: Held
) -> None:
    engine, run = Engine(tiny_runs.values), both.record
    places = np.array([3, 40])
    sizes, halves = pulse_numbers(both.checkpoint.model, both.windows, places)
    for place, size, half in zip(places, sizes, halves, strict=True):
        rows = both.data.frame.iloc[: both.windows.origins[place]]
        pulsed = rows.copy()
        pulsed.iloc[-1] += run.scaler.scale  # one standard deviation in the file's own units
        as_is, changed = (
            engine.forecast(run.run_id, replace(both.data, frame=frame), network=True).rows.to_numpy()
            for frame in (rows, pulsed)
        )
        response = np.abs(changed - as_is) / run.scaler.scale  # [step, variable]
        assert size == pytest.approx(response.mean(), rel=1e-4)
        risen = np.concatenate([[0], response.sum(1).cumsum()])
        assert half == pytest.approx(np.interp(risen[-1] / 2, risen, np.arange(len(risen))), rel=1e-4)


def test_no_pulse_has_no_response_and_the_windows_are_left_as_they_are(both: Held) -> None:
    places, before = np.arange(10), both.windows.x[:10].copy()
    sizes, halves = pulse_numbers(both.checkpoint.model, both.windows, places, height=0.0)
    assert not sizes.any() and np.isnan(halves).all()
    np.testing.assert_array_equal(both.windows.x[:10], before)


def test_repeating_the_last_row_answers_as_large_as_the_pulse_and_half_of_it_in_the_middle(both: Held) -> None:
    def repeat_last(x: torch.Tensor) -> ForwardOut:
        return ForwardOut(x[:, -1:].expand(-1, 6, -1), {})

    told: list[tuple[int, int]] = []
    sizes, halves = pulse_numbers(
        repeat_last, both.windows, np.array([5, 2, 90]), lambda done, total: told.append((done, total)), height=0.5
    )
    np.testing.assert_allclose(sizes, 0.5, rtol=1e-5)
    np.testing.assert_allclose(halves, 3.0, rtol=1e-5)
    assert told[-1] == (3, 3)


def test_with_both_crossings_silent_it_is_the_response_of_the_same_network_with_shut_gates(both: Held) -> None:
    shut = load_checkpoint(both.record.folder).model
    with torch.no_grad():
        for name, parameter in shut.named_parameters():
            if name.endswith("gate") and "to_" in name:
                parameter.zero_()
    x = torch.from_numpy(both.windows.x[:20].copy())
    with torch.inference_mode():
        silent = pulse_response(both.changed(BOTH_SILENT), x)
        np.testing.assert_allclose(silent, pulse_response(shut, x), atol=1e-6)
        assert np.abs(silent - pulse_response(both.checkpoint.model, x)).max() > 1e-5


def test_the_table_has_a_row_a_window_and_mode_with_the_twins_of_some(
    runs: list[RunRecord], dataset: Dataset, tmp_path: Path
) -> None:
    table = measured(tmp_path / "all", runs)
    assert list(table["fusion"].unique()) == ["none", "both"]
    for record, (_, part) in zip(runs, table.groupby("fusion", sort=False), strict=True):
        held = Held(load_checkpoint(record.folder), dataset)
        np.testing.assert_array_equal(part["origin"], held.windows.origins)
        places = np.arange(len(held.windows))
        np.testing.assert_allclose(part["size"], pulse_numbers(held.checkpoint.model, held.windows, places)[0])
        twin = pulse_numbers(untrained_twin(held.checkpoint).model, held.windows, places)[0]
        drawn = part["twin"].notna().to_numpy()
        assert drawn.sum() == min(TWINS, len(places))
        np.testing.assert_allclose(part["twin"][drawn], twin[drawn], rtol=1e-4)


def test_what_is_finished_is_kept_and_a_stop_leaves_no_table(runs: list[RunRecord], tmp_path: Path) -> None:
    told: list[str] = []

    def stop() -> bool:  # once the second run has begun
        return bool(told) and runs[1].run_id in told[-1]

    tell = lambda done, total, message: told.append(str(message))  # noqa: E731
    assert measure_probe(tmp_path, **arguments_of(runs), on_progress=tell, should_stop=stop) is None
    assert not (tmp_path / PROBE).exists()
    kept = tmp_path / f"{runs[0].run_id}.parquet"
    written = kept.stat().st_mtime_ns
    resumed = measured(tmp_path, runs)
    assert kept.stat().st_mtime_ns == written
    pd.testing.assert_frame_equal(resumed, measured(tmp_path / "fresh", runs))


def test_an_answer_is_found_by_its_runs_and_a_damaged_one_is_none(runs: list[RunRecord]) -> None:
    key = probe_key(runs)
    assert key == probe_key(runs) != probe_key(runs[:1]) and key.startswith(f"{runs[0].config.cell}-probe-")
    other = replace(runs[0], weights_sha="f" * 64)
    assert probe_key([other, runs[1]]) != key
    assert open_probe(key) is None
    folder = subfolder(Folder.INSPECTIONS) / key
    table = measured(folder, runs)
    found = open_probe(key)
    assert found is not None
    pd.testing.assert_frame_equal(found, table)
    (folder / PROBE).write_bytes(b"not a table")
    assert open_probe(key) is None


def test_slots_have_their_own_mean_whatever_is_missing() -> None:
    slots = np.arange(240) % HOURS
    values = slots.astype(float)
    values[5] = np.nan
    found = mean_over_slots(values, slots, HOURS + 1, block=BLOCK, generator=generator())
    assert [one.value for one in found[:-1]] == list(range(HOURS))
    assert [one.n for one in found] == [10, 10, 10, 10, 10, 9] + [10] * 18 + [0]
    assert all(one.low == one.value == one.high for one in found[:-1]) and not found[-1].defined
    few = mean_over_slots(values[:30], slots[:30], HOURS, block=BLOCK, generator=generator())
    assert few[3].value == 3 and few[3].reason == Message("resample.blocks_do_not_fit", block=BLOCK, n=30)


def test_intervals_hold_the_mean_as_often_as_they_say_where_neighbours_are_alike() -> None:
    chance, slots, held = np.random.default_rng(2), np.arange(1200) % HOURS, []
    for _ in range(60):
        level = np.repeat(chance.normal(size=100), 12)
        (of_slot, *_) = mean_over_slots(level + slots, slots, HOURS, block=BLOCK, generator=chance)
        over_all = mean_over_all(level, block=BLOCK, generator=chance)
        held.append((of_slot.low <= 0 <= of_slot.high, over_all.low <= 0 <= over_all.high))
    assert (np.mean(held, axis=0) >= 0.85).all()


def test_a_mean_over_windows_without_any_value_has_none_and_few_have_no_interval() -> None:
    assert not mean_over_all(np.full(50, np.nan), block=4, generator=generator()).defined
    few = mean_over_all([1.0, 2.0, np.nan], block=2, generator=generator())
    assert few.value == 1.5 and np.isnan(few.low) and few.reason is not None


def test_a_cycle_is_found_below_a_drift_and_a_drift_or_noise_is_none() -> None:
    hours = np.arange(60 * HOURS) + 7  # the first day is not whole
    slots, wave = hours % HOURS, np.sin(2 * np.pi * hours / HOURS)
    drift, noise = hours / 20, generator().normal(size=len(hours))
    pure = slot_share(wave, slots, HOURS, generator=generator())
    assert pure.value == pytest.approx(1, abs=0.05) and pure.p_value == 0.005
    drifting = slot_share(wave + 100 * np.sin(drift / 20) + noise, slots, HOURS, generator=generator())
    assert drifting.p_value == 0.005
    for nothing in (noise, np.repeat(noise, HOURS)[: len(hours)]):
        found = slot_share(nothing, slots, HOURS, generator=generator())
        assert found.value < 0.05 and found.p_value > 0.05


def test_a_rise_after_changes_is_found_as_large_as_it_is_and_not_anywhere() -> None:
    places = np.arange(100, 2000, 120)
    values = np.ones(2100)
    for place in places:
        values[place : place + 12] = 1.1
    np.testing.assert_allclose(rise_after(values, places), 10)
    np.testing.assert_allclose(mean_after(values, places), 1.1)
    by_lag = mean_by_lag(values, places)
    assert [by_lag[AROUND + lag].value for lag in (-1, 0, 11, 12)] == pytest.approx([1.0, 1.1, 1.1, 1.0])
    assert by_lag[0].n == len(places)
    anywhere = rise_anywhere(values, len(places), generator=generator())
    assert anywhere.high < 10 and anywhere.low < 0 < anywhere.high


def test_what_lies_beyond_the_windows_is_missing_and_counts_nowhere() -> None:
    near = around_places(np.arange(60.0), np.array([10, 50]))
    assert np.isnan(near[0, : AROUND - 10]).all() and near[0, AROUND] == 10
    assert np.isfinite(near[1, AROUND + 9]) and np.isnan(near[1, AROUND + 10 :]).all()
    assert [one.n for one in mean_by_lag(np.arange(60.0), np.array([10, 50]))][AROUND - 20] == 1
    assert mean_after(np.arange(60.0), np.array([50])) == pytest.approx(np.arange(50, 60).mean())
