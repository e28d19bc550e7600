"""A stack of runs computes what each run computes alone: losses, gradients, clipping, data order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.config import RunConfig
from core.data.dataset import Dataset
from core.model.forecaster import build
from core.train.fit import make_optimiser
from core.train.gradient import GradientWatch
from core.train.recipe import (
    Turns,
    draw_turns,
    draw_variables,
    epoch_order,
    epoch_steps,
    learning_rate,
    loss_of,
    side_by_side,
    turned,
)
from core.train.stack.data import Resident, resident, table_on
from core.train.stack.functions import Stack
from core.train.stack.shape import check_shape, shape, widest
from core.train.stack.step import Batch, Precision, Step, clipped, fresh_moments
from core.vocabulary import Embedding, Fusion, Head, Loss, Merge, Reference, Split, Weighting
from tests.support.stacks import SMALL_WINDOW, small_data
from tests.support.tiny import tiny_run

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
EPOCHS = 8
CLIP = 0.1  # below every gradient norm met here, so that each step is clipped


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with small_data(tmp_path_factory.mktemp("home"), rows=600) as data:
        yield data


def run_of(dataset: Dataset, fusion: Fusion = Fusion.BOTH, seed: int = 0, **model: object) -> RunConfig:
    """A run without dropout whose steps are all clipped."""
    run = tiny_run(dataset, fusion=fusion, seed=seed, epochs=EPOCHS, batch=16, stride=2, clip=CLIP)
    architecture = replace(run.model, **{"dropout": 0.0, "variable_dropout": 0.0, **model})
    return replace(run, model=architecture, window=SMALL_WINDOW)


@dataclass
class Trained:
    """Some steps of training: losses [step, run], gradient flow by step, weights by name of each run."""

    losses: np.ndarray
    flow: dict[int, np.ndarray]  # [run, block, path]
    weights: list[dict[str, Tensor]]


def train_data(dataset: Dataset, run: RunConfig, dtype: torch.dtype) -> Resident:
    return resident(table_on(CPU, dataset, dtype), dataset, run.window, Split.TRAIN, stride=run.train.stride)


def batch(run: RunConfig, step: int, windows: int) -> Tensor:
    """The windows of a run's step, by its seed."""
    epoch, within = divmod(step, epoch_steps(run.train, windows))
    order = epoch_order(run.train.seed, epoch, windows)
    return torch.from_numpy(order[within * run.train.batch : (within + 1) * run.train.batch])


def batch_of(runs: Sequence[RunConfig], step: int, data: Resident) -> Batch:
    """Return what all runs train on in a step, on the device of the data."""
    device = data.table.device
    chosen = torch.stack([batch(run, step, len(data)) for run in runs]).to(device)
    drawn = [draw_variables(run.train, run.train.seed, step, 3) for run in runs]
    variables = torch.stack(drawn).to(device) if runs[0].train.variables else None  # type: ignore[arg-type]
    if not runs[0].train.rotation:
        return Batch(chosen, variables=variables)
    turns = side_by_side([draw_turns(run.train, run.train.seed, step, chosen.shape[1]) for run in runs])
    return Batch(chosen, Turns(*(part.to(device) for part in turns)), variables)


def rate_at(run: RunConfig, step: int, windows: int) -> float:
    return learning_rate(run.train, step, EPOCHS * epoch_steps(run.train, windows))


def train_stack(
    dataset: Dataset,
    runs: Sequence[RunConfig],
    steps: int,
    dtype: torch.dtype = torch.float32,
    precision: Precision = Precision.FLOAT32,
) -> Trained:
    data = train_data(dataset, runs[0], dtype)
    stack = Stack(widest(runs), runs, 3, device=CPU, dtype=dtype)
    rows = stack.initial_weights()
    step = Step(stack, rows, fresh_moments(rows), runs[0].train, data, precision)
    losses, flow = [], {}
    for number in range(steps):
        found, strengths = step(
            batch_of(runs, number, data), rate_at(runs[0], number, len(data)), watch=number % 10 == 0
        )
        losses.append(found.numpy())
        if number % 10 == 0:
            flow[number] = strengths.numpy()
    assert rows.dtype is dtype
    return Trained(np.stack(losses), flow, [stack.state(number, rows[number]) for number in range(len(runs))])


def train_alone(
    dataset: Dataset, run: RunConfig, steps: int, dtype: torch.dtype = torch.float32
) -> tuple[list[float], list[list[dict[str, float]]], dict[str, Tensor]]:
    """Train one run with torch's own tools."""
    data = train_data(dataset, run, dtype)
    model = build(run.model, run.window, 3, run.train.seed).to(dtype).train()
    model.embedding.requires_grad_(not run.train.freeze_embedding)
    optimiser = make_optimiser(model, run.train)
    torch.manual_seed(run.train.seed)
    losses, flow = [], []
    for number in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(run, number, len(data))
        chosen = batch(run, number, len(data))
        turns = draw_turns(run.train, run.train.seed, number, len(chosen))
        x, y = (turned(value, turns) if run.train.rotation else value for value in data.gather(chosen))
        watch = GradientWatch(number)
        watched = number % 10 == 0
        variables = draw_variables(run.train, run.train.seed, number, 3)
        y = y if variables is None else y[..., variables]
        edits = watch.observers if watched else {}
        loss = loss_of(run.train, model(x, edits=edits, variables=variables).forecast, y)
        optimiser.zero_grad()
        loss.backward()
        if watched:
            flow.append(watch.rows(model))
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), run.train.clip)
        assert norm > run.train.clip
        optimiser.step()
        losses.append(float(loss.detach()))
    return losses, flow, model.state_dict()


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
def test_stacked_and_single_runs_agree_over_fifty_steps(
    dataset: Dataset, dtype: torch.dtype, tolerance: float
) -> None:
    runs = [run_of(dataset, fusion, number % 2) for number, fusion in enumerate(Fusion)]
    runs += [run_of(dataset, fusion, 1, reference=Reference.EMA) for fusion in (Fusion.BOTH, Fusion.GRU_TO_CNN)]
    runs += [run_of(dataset, reference=Reference.MEAN)]
    together = train_stack(dataset, runs, 50, dtype)
    for number, run in enumerate(runs):
        losses, flow, weights = train_alone(dataset, run, 50, dtype)
        np.testing.assert_allclose(together.losses[:, number], losses, rtol=0, atol=tolerance)
        columns = (("conv", "conv_weights"), ("gru", "gru_weights"))
        alone = np.array([[[[row[name] for name in path] for path in columns] for row in rows] for rows in flow])
        stacked = np.stack([strengths[number] for strengths in together.flow.values()])
        np.testing.assert_allclose(stacked, alone, rtol=0, atol=1e-6)
        assert (alone > 1e-5).all(), "there is a gradient to compare"
        assert {name: value.shape for name, value in together.weights[number].items()} == {
            name: value.shape for name, value in weights.items()
        }
    assert np.ptp(together.losses[-1]) > 1e-4, "the runs differ"


@pytest.mark.parametrize(
    "model",
    [
        {"reference": Reference.STATIC},
        {"reference": Reference.EVERY},
        {"embedding": Embedding.MIXED, "merge": Merge.CONCAT},
        {"embedding": Embedding.INDEPENDENT, "merge": Merge.MEAN},
        {"fusion": Fusion.NONE, "matched": True},
        {"reference": Reference.STANDARD, "head": Head.LOW_RANK, "head_rank": 4},
        {"embedding": Embedding.PATCHES, "patch": 6, "width": 6, "head": Head.SEGMENTS},
    ],
    ids=str,
)
@pytest.mark.parametrize("loss", [Loss.MSE, Loss.HUBER])
def test_every_form_can_be_stacked(dataset: Dataset, model: dict[str, object], loss: Loss) -> None:
    runs = [run_of(dataset, seed=seed, **model) for seed in (0, 1)]
    recipe = {"loss": loss, "rotation": 0.5, "head_weight_decay": 0.3, "weighting": Weighting.ROOT, "variables": 2}
    runs = [replace(run, train=replace(run.train, **recipe)) for run in runs]
    together = train_stack(dataset, runs, 3, torch.float64)
    for number, run in enumerate(runs):
        losses = train_alone(dataset, run, 3, torch.float64)[0]
        np.testing.assert_allclose(together.losses[:, number], losses, rtol=0, atol=1e-12)


def test_a_frozen_embedding_stays_in_a_stack_as_in_a_run(dataset: Dataset) -> None:
    runs = [run_of(dataset, fusion, seed) for fusion, seed in ((Fusion.NONE, 0), (Fusion.BOTH, 1))]
    runs = [replace(run, train=replace(run.train, freeze_embedding=True)) for run in runs]
    together = train_stack(dataset, runs, 12, torch.float64)
    for number, run in enumerate(runs):
        losses, _, weights = train_alone(dataset, run, 12, torch.float64)
        np.testing.assert_allclose(together.losses[:, number], losses, rtol=0, atol=1e-12)
        drawn = build(run.model, run.window, 3, run.train.seed).to(torch.float64).state_dict()
        for name, value in drawn.items():
            stays = torch.equal(together.weights[number][name], value)
            assert stays or not name.startswith("embedding."), name
            torch.testing.assert_close(together.weights[number][name], weights[name], rtol=0, atol=1e-12)


def test_a_crossing_that_is_switched_off_stays_exactly_zero(dataset: Dataset) -> None:
    runs = [run_of(dataset, fusion) for fusion in Fusion]
    data = train_data(dataset, runs[0], torch.float32)
    stack = Stack(widest(runs), runs, 3, device=CPU)
    rows = stack.initial_weights()
    step = Step(stack, rows, fresh_moments(rows), runs[0].train, data)
    for number in range(5):
        step(batch_of(runs, number, data), 1e-2, watch=False)
    for row, run in zip(rows.detach(), runs, strict=True):
        own = sum(value.numel() for value in build(run.model, run.window, 3, 0).state_dict().values())
        assert (row != 0).sum() == own


def test_dropout_of_a_stack_is_that_of_single_runs_on_average(dataset: Dataset) -> None:
    steps, seeds = 9, range(20)
    runs = [run_of(dataset, seed=seed, dropout=0.4, variable_dropout=0.3) for seed in seeds]
    torch.manual_seed(0)
    together = train_stack(dataset, runs, steps).losses[3:].mean(axis=0)
    alone = np.array([np.mean(train_alone(dataset, run, steps)[0][3:]) for run in runs])
    without = train_stack(dataset, [run_of(dataset, seed=seed) for seed in seeds], steps).losses[3:].mean(axis=0)

    def standard_errors(difference: np.ndarray) -> float:
        return abs(float(difference.mean() / (difference.std(ddof=1) / len(difference) ** 0.5)))

    assert standard_errors(together - alone) < 2
    assert standard_errors(without - alone) > 4, "a stack that forgot its dropout would be noticed"
    assert len({round(float(loss), 7) for loss in together}) == len(runs)


def test_runs_of_one_seed_draw_masks_of_their_own(dataset: Dataset) -> None:
    run = run_of(dataset, dropout=0.4)
    losses = train_stack(dataset, [run, run], 2).losses
    assert losses[0, 0] != losses[0, 1]


def test_clipping_is_per_run() -> None:
    generator = torch.Generator().manual_seed(0)
    gradient = torch.randn(3, 50, generator=generator) * torch.tensor([[1e-3], [1.0], [1e3]])
    found = clipped(gradient, 1.0)
    for row, expected in zip(found, gradient, strict=True):
        alone = torch.nn.Parameter(torch.zeros(50))
        alone.grad = expected.clone()
        torch.nn.utils.clip_grad_norm_([alone], 1.0)
        torch.testing.assert_close(row, alone.grad)
    assert torch.equal(found[0], gradient[0])
    assert found[2].norm() == pytest.approx(1.0)


def test_lowered_precision_touches_products_only(dataset: Dataset) -> None:
    runs = [run_of(dataset, fusion, reference=Reference.EMA) for fusion in (Fusion.NONE, Fusion.BOTH)]
    exact, lowered = (train_stack(dataset, runs, 20, precision=precision) for precision in Precision)
    assert not np.array_equal(lowered.losses, exact.losses)
    np.testing.assert_allclose(lowered.losses, exact.losses, rtol=0.02)
    np.testing.assert_allclose(lowered.flow[0], exact.flow[0], rtol=0.05)
    assert lowered.losses.dtype == np.float32
    assert {value.dtype for value in lowered.weights[0].values()} == {torch.float32}


def test_shapes_tell_what_can_be_one_stack(dataset: Dataset) -> None:
    dynamic = run_of(dataset)
    same = [run_of(dataset, fusion, seed=3) for fusion in Fusion] + [run_of(dataset, reference=Reference.EMA)]
    assert {shape(run) for run in same} == {shape(dynamic)}
    none_of_static = run_of(dataset, Fusion.NONE, reference=Reference.STATIC)
    assert shape(none_of_static) == shape(dynamic), "`none` has no crossing and so no reference"
    others = [
        run_of(dataset, reference=Reference.STATIC),
        run_of(dataset, reference=Reference.EVERY),
        run_of(dataset, Fusion.NONE, matched=True),
        run_of(dataset, width=16),
        replace(dynamic, train=replace(dynamic.train, patience=1)),
    ]
    for other in others:
        with pytest.raises(
            ValueError, match=r"differ in more than seed, fusion and a reference .* train them in two"
        ):
            check_shape([dynamic, other])


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a CUDA device: a CUDA graph is captured and replayed"
)
def test_a_captured_step_is_the_eager_one(dataset: Dataset, tmp_path: Path) -> None:
    cuda = torch.device("cuda")
    runs = [run_of(dataset, fusion, seed) for seed in (0, 1) for fusion in Fusion]
    expected = train_stack(dataset, runs, 50).losses
    data = resident(table_on(cuda, dataset), dataset, runs[0].window, Split.TRAIN, stride=2)
    stack = Stack(widest(runs), runs, 3, device=cuda)
    rows = stack.initial_weights()
    step = Step(stack, rows, fresh_moments(rows), runs[0].train, data)
    for number in range(50):
        losses, _ = step(batch_of(runs, number, data), rate_at(runs[0], number, len(data)), watch=number % 10 == 0)
        np.testing.assert_allclose(losses.cpu().numpy(), expected[number], rtol=0, atol=1e-4)
