"""Data of hundreds of variables: whatever is asked over many windows, no pass holds more series than a bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.inspection.drawn import LOOK_BYTES, WINDOWS
from core.inspection.run import windows_that_fit
from core.serve.attribution import Method, too_many
from core.serve.changes import ChangeError
from core.serve.errors import squared_errors
from core.serve.explain import Explained
from core.serve.held import Held
from core.serve.memory import memory
from core.serve.pulse import pulse_numbers
from core.serve.swaps import Source, swaps
from core.trace.intervene import errors_under, usual_interventions
from core.trace.schema import DEFAULT_TRACE
from core.train.evaluate import MOST_SERIES, predict
from tests.support.tiny import HOURLY, stored, tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint

pytestmark = pytest.mark.usefixtures("one_thread")
VARIABLES = 300


@pytest.fixture(scope="module")
def held() -> Held:
    """A model of 300 variables, as it begins, with 75 test windows."""
    values = np.random.default_rng(0).normal(size=(400, VARIABLES))
    index = pd.date_range("2024-01-01", periods=len(values), freq="h", name="date")
    dataset = stored(pd.DataFrame(values, index, [f"v{number}" for number in range(VARIABLES)]), "many.csv", HOURLY)
    return Held(tiny_checkpoint(dataset=dataset), dataset)


def every(held: Held) -> np.ndarray:
    return np.arange(len(held.windows))


QUESTIONS: dict[str, Callable[[Held], object]] = {
    "forecasts": lambda held: predict(held.checkpoint.model, held.windows),
    "errors": lambda held: squared_errors(held, [[], ["attention:shuffled"]], every(held)),
    "interventions": lambda held: errors_under(
        held.checkpoint, held.windows, usual_interventions(held.checkpoint.model, held.windows)
    ),
    "pulse": lambda held: pulse_numbers(held.checkpoint.model, held.windows, every(held)),
    "memory": memory,
    "kernels of windows": lambda held: swaps(held, 0, Source.WINDOW),
    "kernels of slots": lambda held: swaps(held, 0, Source.SLOT),
    "mean record": lambda held: held.mean_record(DEFAULT_TRACE, every(held)),
    "bands": lambda held: held.bands(network=True),
    "attribution": lambda held: Explained.of(held, 0, "v3", None).attribute(rows=24),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_pass_holds_more_series_than_the_bound(question: str, held: Held) -> None:
    passes: list[int] = []
    model = held.checkpoint.model
    hook = model.embedding.register_forward_pre_hook(lambda _, inputs: passes.append(len(inputs[0])))
    QUESTIONS[question](held)
    hook.remove()
    assert len(passes) > 1 and max(passes) * VARIABLES <= MOST_SERIES


@pytest.mark.parametrize("name", ["errors", "interventions", "memory"])
def test_no_window_is_alone_where_it_borrows_from_its_neighbour(name: str, held: Held) -> None:
    passes: list[int] = []
    hook = held.checkpoint.model.embedding.register_forward_pre_hook(lambda _, inputs: passes.append(len(inputs[0])))
    QUESTIONS[name](held)
    hook.remove()
    assert min(passes) >= 2


def test_a_first_look_takes_fewer_windows_of_many_variables(held: Held) -> None:
    few, many = tiny_checkpoint().record, held.record
    assert windows_that_fit(few, WINDOWS, DEFAULT_TRACE, LOOK_BYTES) == WINDOWS
    assert windows_that_fit(many, WINDOWS, DEFAULT_TRACE, LOOK_BYTES // 20) < WINDOWS


def test_what_nobody_waits_for_is_refused_and_not_compared(held: Held) -> None:
    explained = Explained.of(held, 0, "v3", None)
    assert [too_many(method, explained.x, rows=2) is not None for method in Method] == [False, True, True]
    with pytest.raises(ChangeError, match=r"takes away 7,200 blocks one by one, 5 times over"):
        explained.attribute(Method.SHAPLEY, rows=2)
    compared = explained.compare(rows=2).methods
    assert all(np.isnan(value) for value in compared.values()) and len(compared) == 2
    few = Explained.of(Held(tiny_checkpoint(), tiny_dataset()), 0, "load", None)
    assert not any(too_many(method, few.x, rows=1) for method in Method)
