"""Errors with changes inside: paired intervals hold what they promise, and tables say what passes by hand say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from core.analysis.effect import beyond_sum, paired_changes
from core.data.dataset import Dataset
from core.figures.effects import effect_by_step
from core.figures.palette import Look
from core.serve.changes import ChangeError
from core.serve.effect_work import (
    EFFECT,
    Asked,
    arguments_of,
    effect_key,
    measure_effects,
    open_effect,
)
from core.serve.errors import squared_errors
from core.serve.held import Held
from core.serve.removed import Removed, account_of, removable
from core.text.message import Message, read
from core.train.checkpoint import load_checkpoint
from core.train.record import RunRecord
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support.tiny import HOURLY, stored, tiny_dataset, tiny_frame
from tests.support.trained import tiny_records

pytestmark = pytest.mark.usefixtures("one_thread")

SILENT = ("silence:gru_to_cnn",)
NOTHING = ("scale:gru_to_cnn:1",)


@pytest.fixture
def dataset() -> Dataset:
    return tiny_dataset(500)


@pytest.fixture
def runs(tiny_runs: dict[Fusion, RunRecord]) -> dict[Fusion, RunRecord]:
    return {fusion: tiny_runs[fusion] for fusion in (Fusion.NONE, Fusion.BOTH)}


def measured(folder: Path, asked: list[Asked], limit: int | None = None) -> pd.DataFrame:
    folder.mkdir(exist_ok=True)
    path = measure_effects(folder, **arguments_of(asked, limit))
    assert path == folder / EFFECT
    return pd.read_parquet(path)


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def test_an_even_rise_has_no_spread_and_no_change_is_none() -> None:
    errors = generator().gamma(2.0, size=(60, 3))
    for factor in (1.0, 1.25):
        for one in paired_changes(errors, factor * errors, block=6, generator=generator()):
            assert (one.value, one.low, one.high) == pytest.approx((100 * (factor - 1),) * 3, abs=1e-9)
            assert one.n == 60


def test_the_interval_holds_the_true_change_as_often_as_it_says() -> None:
    chance, held = np.random.default_rng(2), 0
    for _ in range(200):
        level = np.repeat(chance.gamma(2.0, size=100), 5)  # neighbours are alike
        more = np.repeat(chance.normal(0.1, 0.3, size=100), 5)
        (one,) = paired_changes(level[:, None], (level * (1 + more))[:, None], block=10, generator=chance, draws=199)
        held += one.low <= 10 <= one.high
    assert 0.9 <= held / 200 <= 0.99


def test_blocks_matter_where_neighbours_are_alike() -> None:
    level = np.repeat(generator().gamma(2.0, size=30), 10)[:, None]
    changed = level * (1 + np.repeat(generator().normal(0, 0.3, size=30), 10))[:, None]
    wide, narrow = (paired_changes(level, changed, block=block, generator=generator())[0] for block in (10, 1))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_too_few_windows_have_a_value_and_a_reason_and_other_shapes_are_refused() -> None:
    (one,) = paired_changes(np.ones((3, 1)), np.full((3, 1), 2.0), block=2, generator=generator())
    assert one.value == 100 and np.isnan(one.low)
    assert one.reason == Message("resample.blocks_do_not_fit", block=2, n=3)
    with pytest.raises(ValueError, match=r"give both as the same \[window, column\]"):
        paired_changes(np.ones((3, 1)), np.ones((3, 2)), block=1, generator=generator())


def test_changes_that_add_up_do_nothing_beyond_their_sum() -> None:
    as_is, first, second = generator().gamma(2.0, size=(3, 40, 2))
    added = as_is + first + second
    beyond = beyond_sum(as_is, np.stack([as_is + first, as_is + second]), added)
    np.testing.assert_allclose(beyond, as_is)
    (one, _) = paired_changes(as_is, beyond_sum(as_is, [as_is + first] * 2, added), block=4, generator=generator())
    assert one.value == pytest.approx(100 * (second - first)[:, 0].sum() / as_is[:, 0].sum())


@pytest.mark.parametrize(
    ("all_steps", "said"),
    [
        (
            (5.0, 2.0, 8.0),
            "The change raises the MSE over all steps by 5.00 % [+2.0, +8.0] over 90 test windows, at 2 of",
        ),
        (
            (-5.0, -8.0, -2.0),
            "The change lowers the MSE over all steps by 5.00 % [−8.0, −2.0] over 90 test windows, at 1",
        ),
        ((1.0, -2.0, 4.0), "by +1.0 % [−2.0, +4.0] over 90 test windows: no more than chance may do."),
        ((5.0, np.nan, np.nan), "by 5.00 % over 90 test windows; too few windows for an interval."),
    ],
)
def test_the_finding_says_what_the_interval_allows(all_steps: tuple[float, ...], said: str) -> None:
    steps = [(5.0, 1.0, 9.0), (6.0, 1.0, 9.0), (-5.0, -9.0, -1.0), (1.0, -1.0, 3.0)]
    rows = [(step, *row, 90) for step, row in enumerate([all_steps, *steps])]
    table = pd.DataFrame(rows, columns=["step", "value", "low", "high", "n"])
    assert said in effect_by_step(table, mode=Fusion.BOTH, step=HOURLY, look=Look()).finding


def test_rows_are_the_errors_of_passes_by_hand(
    runs: dict[Fusion, RunRecord], dataset: Dataset, tmp_path: Path
) -> None:
    record = runs[Fusion.BOTH]
    table = measured(tmp_path / "all", [Asked(record, (SILENT, NOTHING))])
    held = Held(load_checkpoint(record.folder), dataset)
    x, y = torch.from_numpy(held.windows.x.copy()), held.windows.y.astype(float)
    with torch.inference_mode():
        before, after = (model(x).forecast.numpy() - y for model in (held.checkpoint.model, held.changed(SILENT)))
    for changes, missed in ((SILENT, after), (NOTHING, before)):
        rows = table.loc[table["changes"] == " ".join(changes)].set_index("step")
        assert list(rows.index) == list(range(7)) and set(rows["n"]) == {len(y)}
        assert rows["mse"][0] == pytest.approx(record.metrics["test"]["mse"], rel=1e-5)
        np.testing.assert_allclose(rows["mse"][1:], record.metrics["test"]["per_step"]["mse"], rtol=1e-5)
        for step in range(7):
            part = slice(None) if step == 0 else slice(step - 1, step)
            expected = 100 * (np.square(missed[:, part]).mean() / np.square(before[:, part]).mean() - 1)
            assert rows["value"][step] == pytest.approx(expected, abs=2e-3)
        assert (rows["low"] <= rows["high"]).all()
    assert abs(table.loc[table["changes"] == NOTHING[0], ["value", "low", "high"]]).to_numpy().max() < 1e-3


def test_cells_without_truth_count_nowhere(tmp_path: Path) -> None:
    frame = tiny_frame(500)
    frame.iloc[450:460, 1] = np.nan
    dataset = stored(frame, "holes.csv")
    record = tiny_records(dataset, tmp_path, [Fusion.BOTH])[Fusion.BOTH]
    rows = measured(tmp_path / "holes", [Asked(record, (SILENT,))]).set_index("step")
    assert record.metrics["test"]["missing"]
    assert rows["mse"][0] == pytest.approx(record.metrics["test"]["mse"], rel=1e-5)


def test_shuffled_attention_reads_as_a_neighbour_of_the_batch_does_and_is_repeatable(
    runs: dict[Fusion, RunRecord], dataset: Dataset
) -> None:
    held = Held(load_checkpoint(runs[Fusion.BOTH].folder), dataset)
    places = np.arange(len(held.windows))
    as_is, shuffled = squared_errors(held, [(), ("attention:shuffled",)], places)
    np.testing.assert_array_equal(shuffled, squared_errors(held, [("attention:shuffled",)], places)[0])
    assert (as_is != shuffled).any()
    as_is, shuffled = squared_errors(held, [(), ("attention:shuffled",)], np.full(3, 5))
    np.testing.assert_allclose(shuffled, as_is, rtol=1e-5)  # where all windows are alike, a neighbour reads alike


def test_the_account_removes_what_a_model_has(runs: dict[Fusion, RunRecord], tmp_path: Path) -> None:
    without = {Removed.GRU_TO_CNN, Removed.CNN_TO_GRU, Removed.CROSSINGS, Removed.CROSSINGS_AND_ATTENTION}
    found = {mode: set(removable(run.config.model, run.run_id)) for mode, run in runs.items()}
    assert found == {Fusion.BOTH: set(Removed), Fusion.NONE: set(Removed) - without}
    table = measured(tmp_path / "account", account_of(runs.values()), limit=50)
    assert set(table["n"]) == {50}
    whole = table.loc[(table["step"] == 0) & (table["fusion"] == "both")].set_index("changes")
    together = whole.loc[" ".join(Removed.CROSSINGS.changes)]
    alone = [whole.loc[part.changes[0], "value"] for part in (Removed.GRU_TO_CNN, Removed.CNN_TO_GRU)]
    assert together["beyond"] == pytest.approx(together["value"] - sum(alone), abs=1e-6)
    assert together["beyond_low"] <= together["beyond"] <= together["beyond_high"]
    assert np.isnan(whole.loc[SILENT[0], "beyond"])


def test_what_is_finished_is_kept_and_a_stop_leaves_no_table(
    runs: dict[Fusion, RunRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = account_of(runs.values())
    told: list[str] = []

    def stop() -> bool:  # once the second run has begun
        return bool(told) and runs[Fusion.BOTH].run_id in told[-1]

    arguments = arguments_of(asked, 40)
    tell = lambda done, total, message: told.append(str(message))  # noqa: E731
    assert measure_effects(tmp_path, **arguments, on_progress=tell, should_stop=stop) is None
    assert not (tmp_path / EFFECT).exists()
    kept = tmp_path / f"{runs[Fusion.NONE].run_id}.parquet"
    written = kept.stat().st_mtime_ns
    resumed = measured(tmp_path, asked, 40)
    assert kept.stat().st_mtime_ns == written
    (tmp_path / "fresh").mkdir()
    pd.testing.assert_frame_equal(resumed, measured(tmp_path / "fresh", asked, 40))


def test_an_answer_is_found_by_its_question_and_a_damaged_one_is_none(runs: dict[Fusion, RunRecord]) -> None:
    asked, others = [Asked(runs[Fusion.BOTH], (SILENT,))], [Asked(runs[Fusion.BOTH], (NOTHING,))]
    key = effect_key(asked, None)
    assert key not in (effect_key(others, None), effect_key(asked, 50)) and key == effect_key(asked, None)
    assert key.startswith(f"{runs[Fusion.BOTH].config.dataset}-")
    assert open_effect(key) is None
    folder = subfolder(Folder.INSPECTIONS) / key
    table = measured(folder, asked)
    found = open_effect(key)
    assert found is not None
    pd.testing.assert_frame_equal(found, table)
    (folder / EFFECT).write_bytes(b"not a table")
    assert open_effect(key) is None
    assert [path.name for path in folder.glob(f"{EFFECT}.damaged*")]


def test_few_windows_tell_why_there_is_no_interval_and_a_wrong_change_is_refused(
    runs: dict[Fusion, RunRecord], tmp_path: Path
) -> None:
    rows = measured(tmp_path / "few", [Asked(runs[Fusion.BOTH], (SILENT,))], limit=1)
    assert rows["low"].isna().all() and rows["value"].notna().all()
    assert set(map(read, rows["reason"])) == {Message("resample.blocks_do_not_fit", block=1, n=1)}
    with pytest.raises(ChangeError, match="it has no crossing gru_to_cnn"):
        measured(tmp_path / "wrong", [Asked(runs[Fusion.NONE], (SILENT,))])
