"""A stack that does not fit into the memory is halved, says so, and loses nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.modules.module import register_module_forward_pre_hook

from core.config import RunConfig
from core.data.dataset import Dataset
from core.model.forecaster import Forecaster
from core.train.fit import Interrupted
from core.train.record import read_record
from core.train.stack.fit import fit_stack
from core.train.stack.loop import Target
from tests.support.stacks import small_data, some_runs, stop_after

Event = dict[str, Any]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with small_data(tmp_path_factory.mktemp("home")) as data:
        yield data


@contextmanager
def short_memory(passes: Callable[[int], bool]) -> Iterator[None]:
    """Let the memory run out before every forward pass, counted from 0, that does not pass."""
    count = iter(range(10**6))

    def check(module: torch.nn.Module, _: object) -> None:
        if not isinstance(module, Forecaster) or passes(number := next(count)):
            return
        error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        if number % 2:  # as it comes out of a capture that it broke off
            raise RuntimeError("operation failed due to a previous error during capture") from error
        raise error

    handle = register_module_forward_pre_hook(check)
    try:
        yield
    finally:
        handle.remove()


@pytest.mark.slow
@pytest.mark.parametrize("stopped_before", [None, 15])
def test_out_of_memory_halves_the_stack_and_says_so(
    dataset: Dataset, tmp_path: Path, stopped_before: int | None
) -> None:
    runs = some_runs(dataset, dropout=0.0, epochs=2)
    target = Target(dataset, tmp_path / "halved")
    if stopped_before:
        with pytest.raises(Interrupted):
            fit_stack(runs, target, should_stop=stop_after(stopped_before))
    told: Counter[tuple[int, int]] = Counter()

    def note(run: RunConfig, event: Event) -> None:
        if event["kind"] == "halved":
            told[event["runs"], event["then"]] += 1

    with short_memory(lambda number: number not in (0, 1)):  # all five, then the first half of them
        assert fit_stack(runs, target, on_event=note) == {}
    assert told == {(5, 3): 3, (5, 2): 2, (3, 2): 2, (3, 1): 1}
    fit_stack(runs, Target(dataset, tmp_path / "whole"))
    for run in runs:
        halved, at_once = (read_record(tmp_path / name / run.run_id).metrics for name in ("halved", "whole"))
        assert halved["test"]["mse"] == pytest.approx(at_once["test"]["mse"], rel=1e-4)


def test_one_run_that_does_not_fit_is_an_error(dataset: Dataset, tmp_path: Path) -> None:
    with short_memory(lambda number: False), pytest.raises(torch.OutOfMemoryError):
        fit_stack(some_runs(dataset)[:2], Target(dataset, tmp_path))
