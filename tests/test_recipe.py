"""The recipe: rotations, weights of steps, decays, schedules, which epoch is kept, errors of every epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import ModelConfig, RunConfig, TrainConfig, WindowConfig
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.model.forecaster import build
from core.model.head import head_dropout
from core.presets import PRESETS, preset_run
from core.train.checkpoint import load_checkpoint
from core.train.evaluate import split_scores
from core.train.fit import fit, make_optimiser
from core.train.pace import paced
from core.train.recipe import draw_turns, draw_variables, learning_rate, loss_of, side_by_side, turned, weight_decay
from core.train.record import RunRecord
from core.train.state import Progress
from core.vocabulary import Fusion, Head, Loss, Schedule, Select, Split, Weighting
from tests.support.stacks import small_data
from tests.support.tiny import WINDOW, tiny_run
from tests.test_windows import counting, dataset_of

HALF = TrainConfig(rotation=0.5)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with small_data(tmp_path_factory.mktemp("home"), 600) as data:
        yield data


@pytest.fixture(scope="module")
def last(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    run = tiny_run(dataset, epochs=4, patience=1, select=Select.LAST, test_every_epoch=True, learning_rate=0.03)
    return fit(run, dataset, tmp_path_factory.mktemp("last") / "run")


def windows(count: int = 40) -> torch.Tensor:
    return torch.randn(count, 9, 3, generator=torch.Generator().manual_seed(0))


def test_a_linear_rule_of_the_windows_is_one_of_their_rotations() -> None:
    x, rule = windows(), torch.randn(9, 4, generator=torch.Generator().manual_seed(1))
    y = torch.einsum("wlv,lh->whv", x, rule)
    turns = draw_turns(HALF, 0, 5, len(x))
    torch.testing.assert_close(torch.einsum("wlv,lh->whv", turned(x, turns), rule), turned(y, turns))


def test_a_rotation_keeps_the_variance_and_turns_the_share_it_should() -> None:
    turns = draw_turns(HALF, 0, 0, 4000)
    assert float((turns.sine == 0).float().mean()) == pytest.approx(0.5, abs=0.03)
    assert torch.equal(turns.cosine[turns.sine == 0], torch.ones(int((turns.sine == 0).sum())))
    torch.testing.assert_close(turns.cosine.square() + turns.sine.square(), torch.ones(4000))
    assert float(turns.cosine.min()) < -0.99, "both signs"
    x = windows(4000)
    assert float(turned(x, turns).var()) == pytest.approx(float(x.var()), rel=0.03)
    assert sorted(turns.partner.tolist()) == list(range(4000))
    still = draw_turns(replace(HALF, rotation=0.0), 0, 0, len(x))
    assert torch.equal(turned(x, still), x)


def test_rotations_depend_on_seed_and_step_alone() -> None:
    drawn = [draw_turns(HALF, seed, step, 30) for seed, step in ((0, 3), (0, 3), (1, 3), (0, 4))]
    assert torch.equal(drawn[0].cosine, drawn[1].cosine) and torch.equal(drawn[0].partner, drawn[1].partner)
    assert not torch.equal(drawn[0].cosine, drawn[2].cosine)
    assert not torch.equal(drawn[0].cosine, drawn[3].cosine)


def test_a_step_draws_its_variables_by_seed_and_step_and_reaches_all_of_them() -> None:
    recipe = TrainConfig(variables=4)
    drawn = [draw_variables(recipe, 0, step, 20) for step in range(60)]
    again, other = draw_variables(recipe, 0, 7, 20), draw_variables(recipe, 1, 7, 20)
    assert again is not None and other is not None
    assert again.equal(drawn[7]) and not again.equal(other)
    for places in drawn:
        assert places is not None and len(places.unique()) == 4 and places.equal(places.sort().values)
    counts = torch.cat([places for places in drawn if places is not None]).bincount()
    assert len(counts) == 20 and counts.min() >= 3
    assert draw_variables(recipe, 0, 7, 4) is None and draw_variables(TrainConfig(), 0, 7, 20) is None


def test_batches_side_by_side_turn_as_each_alone() -> None:
    x = windows(60)
    parts = [draw_turns(HALF, seed, 0, 20) for seed in range(3)]
    alone = [turned(x[20 * number : 20 * number + 20], turns) for number, turns in enumerate(parts)]
    assert torch.equal(turned(x, side_by_side(parts)), torch.cat(alone))


@pytest.mark.parametrize("kind", Loss)
def test_steps_that_count_less_count_so_in_the_loss(kind: Loss) -> None:
    even, root = (TrainConfig(loss=kind, weighting=weighting) for weighting in Weighting)
    truth = torch.zeros(2, 4, 3)
    flat = torch.full_like(truth, 0.5)
    assert float(loss_of(root, flat, truth)) == pytest.approx(float(loss_of(even, flat, truth)), rel=1e-6)
    first, fourth = torch.zeros_like(truth), torch.zeros_like(truth)
    first[:, 0], fourth[:, 3] = 0.5, 0.5
    assert float(loss_of(root, first, truth) / loss_of(root, fourth, truth)) == pytest.approx(2.0)


def test_rates_fall_as_a_cosine_or_stay() -> None:
    cosine, constant = (TrainConfig(schedule=schedule) for schedule in Schedule)
    assert [round(learning_rate(cosine, step, 100) / cosine.learning_rate, 6) for step in (0, 50, 100)] == [1, 0.5, 0]
    assert {learning_rate(constant, step, 100) for step in (0, 50, 100)} == {constant.learning_rate}


def test_the_head_can_have_a_decay_of_its_own(dataset: Dataset) -> None:
    recipe = TrainConfig(weight_decay=0.01, head_weight_decay=0.3)
    assert weight_decay(recipe, "head.weight") == 0.3
    assert weight_decay(recipe, "head_norm.weight") == weight_decay(recipe, "blocks.0.to_conv.gate") == 0.01
    model = build(tiny_run(dataset).model, WINDOW, 3, 0)
    groups = {group["weight_decay"]: len(group["params"]) for group in make_optimiser(model, recipe).param_groups}
    assert groups == {0.3: 2, 0.01: len(list(model.parameters())) - 2}
    assert len(make_optimiser(model, TrainConfig()).param_groups) == 1


@pytest.mark.parametrize(("horizon", "rate"), [(96, 0.30), (192, 0.46), (336, 0.60), (720, 0.76)])
def test_dropout_before_the_head_grows_with_the_horizon(horizon: int, rate: float) -> None:
    window = WindowConfig(horizon=horizon)
    assert head_dropout(PRESETS["default"].model, window) == pytest.approx(rate, abs=0.005)
    assert head_dropout(ModelConfig(dropout=0.2), window) == 0.2


@pytest.mark.parametrize("head", Head)
def test_every_head_gives_all_steps_and_variables(head: Head) -> None:
    for horizon in (5, 8, 17):
        config = ModelConfig(width=8, blocks=1, patch=4, heads=2, head=head, head_rank=3)
        model = build(config, WindowConfig(lookback=24, horizon=horizon), 3, 0).eval()
        x = torch.randn(6, 24, 3, generator=torch.Generator().manual_seed(1), requires_grad=True)
        forecast = model(x).forecast
        assert forecast.shape == (6, horizon, 3)
        forecast[2].sum().backward()
        assert x.grad is not None and torch.equal(x.grad[3], torch.zeros(24, 3)), "windows stay apart"


def test_segments_share_their_map() -> None:
    """A forecast of equal segments: with one mixing weight for all of them, each segment repeats the first."""
    config = ModelConfig(width=8, blocks=1, patch=4, heads=2, head=Head.SEGMENTS)
    model = build(config, WindowConfig(lookback=24, horizon=12), 3, 0).eval()
    with torch.no_grad():
        model.head.mix.weight.copy_(model.head.mix.weight[:1].expand_as(model.head.mix.weight))
        model.head.mix.bias.fill_(0.1)
    forecast = model(torch.randn(2, 24, 3)).forecast
    torch.testing.assert_close(forecast[:, :4], forecast[:, 4:8])
    torch.testing.assert_close(forecast[:, :4], forecast[:, 8:])


@pytest.mark.parametrize(("select", "kept", "epochs"), [(Select.BEST, 1, 3), (Select.LAST, 3, 4)])
def test_which_epoch_is_kept_and_when_training_ends(select: Select, kept: int, epochs: int) -> None:
    recipe = TrainConfig(select=select, epochs=4, patience=1)
    progress, told = Progress(), []
    for mse in (0.3, 0.1, 0.2, 0.4):
        if not progress.finished:
            told.append(progress.close_epoch(recipe, 5, {"mse": mse, "mae": mse}))
    assert (progress.best_epoch, len(told)) == (kept, {Select.BEST: 3, Select.LAST: 4}[select]) == (kept, epochs)
    assert told[kept] and progress.best_validation == {Select.BEST: 0.1, Select.LAST: 0.4}[select]


def test_a_diverged_epoch_is_never_kept() -> None:
    for select in Select:
        progress = Progress()
        assert not progress.close_epoch(TrainConfig(select=select), 5, {"mse": float("nan"), "mae": float("nan")})
        assert progress.best_epoch == -1


@pytest.mark.slow
def test_the_last_epoch_is_kept_to_the_end(last: RunRecord) -> None:
    assert len(last.history) == last.metrics["best_epoch"] == 4
    assert last.metrics["validation"]["mse"] == pytest.approx(last.history["validation_mse"].iloc[-1])


@pytest.mark.slow
def test_errors_of_every_epoch_are_those_of_its_weights(last: RunRecord, dataset: Dataset) -> None:
    assert last.history["test_mse"].iloc[-1] == pytest.approx(last.metrics["test"]["mse"], rel=1e-6)
    test = make_windows(dataset, WINDOW, Split.TEST)
    again = split_scores(load_checkpoint(last.folder).model, test).total
    assert last.history["test_mae"].iloc[-1] == pytest.approx(again["mae"], rel=1e-6)


@pytest.mark.slow
def test_looking_at_the_test_errors_changes_no_weight(dataset: Dataset, tmp_path: Path) -> None:
    looked, blind = (
        fit(tiny_run(dataset, epochs=2, test_every_epoch=each), dataset, tmp_path / str(each))
        for each in (True, False)
    )
    assert looked.weights_sha == blind.weights_sha
    assert "test_mse" not in blind.history


@pytest.mark.slow
def test_rotation_changes_the_weights_and_nothing_it_should_not(dataset: Dataset, tmp_path: Path) -> None:
    plain, rotated = (
        fit(tiny_run(dataset, epochs=1, rotation=share), dataset, tmp_path / str(share)) for share in (0.0, 0.5)
    )
    assert plain.weights_sha != rotated.weights_sha
    assert plain.metrics["baselines"] == rotated.metrics["baselines"]
    assert plain.run_id != rotated.run_id


@pytest.mark.slow
def test_a_run_that_learns_one_variable_a_step_learns_all_of_them(dataset: Dataset, tmp_path: Path) -> None:
    """A third of the steps of each; of none less than half of what they learn all at once."""
    untrained, one, every = (
        fit(tiny_run(dataset, epochs=epochs, variables=variables, learning_rate=rate), dataset, tmp_path / name)
        for name, epochs, variables, rate in (("no", 1, 0, 1e-9), ("one", 6, 1, 0.003), ("every", 6, 0, 0.003))
    )
    for name in dataset.variables:
        first, few, many = (run.metrics["test"]["per_variable"][name]["mse"] for run in (untrained, one, every))
        assert many < first and few < (first + many) / 2, name


def test_settings_that_are_off_leave_a_run_its_older_id(dataset: Dataset) -> None:
    run = RunConfig("ETTh1")
    assert run.run_id == "ETTh1-h96-both-attention-default-s0-e77612bd"
    assert replace(run, train=HALF).run_id != run.run_id


def test_presets_say_what_they_are_for() -> None:
    for name, preset in PRESETS.items():
        assert preset.purpose.endswith((".", "?")) and len(preset.purpose) > 40, name
        for fusion in Fusion:
            preset_run("ETTh1", name, horizon=720, fusion=fusion)
    assert len({preset.purpose for preset in PRESETS.values()}) == len(PRESETS)
    overtrained = PRESETS["overtrained"]
    assert (overtrained.train.select, overtrained.train.epochs, overtrained.train.test_every_epoch) == (
        Select.LAST,
        8,
        True,
    )


def test_gradients_of_weights_equal_those_of_autograd(dataset: Dataset, tmp_path: Path) -> None:
    run = tiny_run(dataset, epochs=1)
    run = replace(run, model=replace(run.model, dropout=0.0, variable_dropout=0.0))
    record = fit(run, dataset, tmp_path / "run")
    train = make_windows(dataset, WINDOW, Split.TRAIN)
    order = np.random.default_rng((0, 0)).permutation(len(train))[: run.train.batch]
    model = build(run.model, WINDOW, 3, 0).train()
    loss = (model(torch.from_numpy(train.x[order])).forecast - torch.from_numpy(train.y[order])).abs().mean()
    first = record.gradient[record.gradient["step"] == 0].set_index("block")
    for number, block in enumerate(model.blocks, start=1):
        for column, part in (("conv_weights", block.conv_path), ("gru_weights", block.gru_path)):
            pulls = torch.autograd.grad(loss, list(part.parameters()), retain_graph=True)
            expected = float(torch.cat([pull.flatten() for pull in pulls]).square().mean().sqrt())
            assert first.loc[number, column] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("step", "rows", "variables", "preset", "horizon", "windows_apart", "batch"),
    [
        ("15min", 49_200, 7, "default", 96, 4, 32),  # 2,511 targets in the train rows
        ("15min", 49_200, 7, "default", 720, 8, 64),  # 335
        ("1h", 12_400, 7, "default", 96, 2, 64),  # 633
        ("1h", 8_700, 15, "default", 24, 1, 32),  # 3,806
        ("10min", 52_696, 21, "default", 720, 6, 32),  # 1,076
        ("15min", 49_200, 7, "published-small", 96, 8, 64),  # compared with the published recipe: stays as it is
        ("15min", 49_200, 7, "quick", 96, 16, 64),
    ],
)
def test_more_steps_where_the_train_rows_hold_many_targets(
    step: str, rows: int, variables: int, preset: str, horizon: int, windows_apart: int, batch: int
) -> None:
    dataset = dataset_of(counting(rows, variables), step=step)
    train = paced(preset_run("own", preset, horizon=horizon), dataset).train
    assert (train.stride, train.batch) == (windows_apart, batch)
    assert train.epochs == PRESETS[preset].train.epochs


@pytest.mark.parametrize(
    ("preset", "variables", "learnt"),
    [("default", 32, 0), ("default", 33, 32), ("quick", 321, 32), ("published-small", 321, 0)],
)
def test_a_step_on_wide_data_learns_some_variables(preset: str, variables: int, learnt: int) -> None:
    """One row holds all variables of the published form, so that fewer would cost as much."""
    dataset = dataset_of(counting(2_000, variables), step="1h")
    train = paced(preset_run("own", preset, horizon=96), dataset).train
    assert train.variables == learnt
