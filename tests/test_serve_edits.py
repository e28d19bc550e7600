"""A window asked with its rows edited: known answers, what stays to the bit, and that nothing else takes an edit."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from fastapi.testclient import TestClient
from pydantic import BaseModel

from core.data.dataset import Dataset
from core.data.edits import EditError
from core.serve import questions, warm
from core.serve.engine import Engine
from core.serve.http import make_app
from core.train.record import RunRecord
from core.vocabulary import Fusion
from tests.support.tiny import WINDOW as SIZES
from tests.support.tiny import tiny_dataset
from tests.test_architecture import imported, place, sources

WINDOW = 7
WHOLE = f"-{SIZES.lookback}..-1"
READ = {"core/serve/answers.py", "core/serve/engine.py", "core/serve/held.py", "core/serve/questions.py"}

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


def test_without_an_edit_the_forecast_is_as_it_is_to_the_bit(engine: Engine, both: str) -> None:
    as_is = engine.ask(both, WINDOW)
    for edits in ([], ["level:load:-5..-1:0"], ["shift:drift:-9..-1:0"], ["scale:load:-1..-1:3"]):
        found = engine.ask(both, WINDOW, edits=edits)
        np.testing.assert_array_equal(found.changed, as_is.as_is)
        np.testing.assert_array_equal(found.as_is, as_is.as_is)


def test_nothing_changed_is_one_pass_of_the_model(engine: Engine, both: str) -> None:
    model, passes = engine.shelf[both].checkpoint.model, []
    handle = model.register_forward_hook(lambda *_: passes.append(1))
    try:
        for asked, expected in (({}, 1), ({"record": ["forecast"]}, 1), ({"edits": ["zero:load:-1..-1"]}, 2)):
            passes.clear()
            engine.ask(both, WINDOW, **asked)
            assert len(passes) == expected, asked
    finally:
        handle.remove()


def test_the_forecast_is_that_of_rows_edited_by_hand(engine: Engine, both: str, dataset: Dataset) -> None:
    held = engine.shelf[both]
    x = held.windows.x[WINDOW].copy()
    x[-6:, 1] += 1.5  # standardised: a level in standard deviations
    x[-2:, 0] = -held.record.scaler.mean[0] / held.record.scaler.scale[0]
    found = engine.ask(both, WINDOW, edits=["level:later load:-6..-1:1.5", "zero:load:-2..-1"], record=["forecast"])
    with torch.inference_mode():
        expected = held.checkpoint.model(torch.from_numpy(x)[None]).forecast.numpy()[0]
    np.testing.assert_allclose(held.record.scaler.transform(found.changed), expected, atol=1e-5)
    assert found.trace is not None
    np.testing.assert_array_equal(found.trace["forecast"][0], held.record.scaler.transform(found.changed).astype("f"))
    np.testing.assert_allclose(found.rows, held.record.scaler.inverse(x), atol=1e-5)
    plain = engine.ask(both, WINDOW)
    np.testing.assert_array_equal(found.as_is, plain.as_is)
    np.testing.assert_array_equal(found.truth, plain.truth)
    assert np.abs(found.changed - plain.as_is).max() > 1e-3
    assert [str(edit) for edit in found.edits] == ["level:later load:-6..-1:1.5", "zero:load:-2..-1"]


def test_a_cell_that_no_edit_moves_stays_to_the_bit(engine: Engine, both: str) -> None:
    held = engine.shelf[both]
    recorded = held.windows.x[WINDOW].copy()
    made = held.edited(WINDOW, held.fitting(["noise:load:-4..-3:2", "hold:drift:-8..-5"]))
    moved = made != recorded
    assert moved[-4:-2, 0].all() and moved[-7:-4, 2].all() and moved.sum() == 5
    np.testing.assert_array_equal(held.windows.x[WINDOW], recorded)


@pytest.mark.parametrize("fusion", Fusion)
def test_a_level_over_all_rows_lifts_the_forecast_as_much(
    fusion: Fusion, engine: Engine, tiny_runs: dict[Fusion, RunRecord]
) -> None:
    record = tiny_runs[fusion]  # the mean of a window is taken away and given back: nothing else may change
    found = engine.ask(record.run_id, WINDOW, edits=[f"level:load:{WHOLE}:2"])
    expected = found.as_is + np.array([2 * record.scaler.scale[0], 0, 0])
    np.testing.assert_allclose(found.changed, expected, atol=1e-4)


def test_an_edit_before_a_silent_crossing_changes_nothing_that_it_said(engine: Engine, both: str) -> None:
    silent = ["silence:gru_to_cnn", "silence:cnn_to_gru", "silence:convolution", "silence:gru"]
    edits = [f"scale:load:{WHOLE}:2"]
    found = engine.ask(both, WINDOW, changes=silent, edits=edits)
    held = engine.shelf[both]
    shapes = []
    for rows, forecast in ((held.windows.x[WINDOW], engine.ask(both, WINDOW, changes=silent)), (None, found)):
        x = held.record.scaler.transform(found.rows) if rows is None else rows.astype(np.float64)
        shapes.append((held.record.scaler.transform(forecast.changed) - x.mean(0)) / np.sqrt(x.var(0) + 1e-5))
    np.testing.assert_allclose(shapes[0], shapes[1], atol=1e-4)
    np.testing.assert_array_equal(found.as_is, engine.ask(both, WINDOW).as_is)


@pytest.mark.parametrize("untrained", [False, True])
def test_the_twin_reads_the_same_rows(engine: Engine, both: str, untrained: bool) -> None:
    found = engine.ask(both, WINDOW, edits=["level:load:-5..-1:3"], untrained=untrained)
    twin = engine.ask(both, WINDOW, edits=["level:load:-5..-1:3"])
    np.testing.assert_array_equal(found.rows, twin.rows)
    assert np.array_equal(found.changed, twin.changed) is not untrained


def test_an_edit_that_does_not_fit_is_one_sentence(engine: Engine, both: str) -> None:
    for word, said in {
        "level:wind:-5..-1:3": "no variable here",
        f"zero:load:-{SIZES.lookback + 1}..-1": f"begins at row -{SIZES.lookback}",
        "repeat:load:-48..-1": "one cycle of 24 rows",
        "bend:load:-2..-1": "no edit 'bend'",
    }.items():
        with pytest.raises(EditError, match=said):
            engine.ask(both, WINDOW, edits=[word])


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(make_app(engine), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def test_an_edit_comes_over_the_wire(client: TestClient, engine: Engine, both: str) -> None:
    words, address = ["level:later load:-6..-1:1.5", "swap:load,drift:-3..-1"], f"/models/{both}/windows/{WINDOW}"
    told, found = client.post(address, json={"edits": words}).json(), engine.ask(both, WINDOW, edits=words)
    assert told["edits"] == words and list(told["rows"]) == ["later load", "load", "drift"]
    np.testing.assert_allclose(told["changed"], found.changed)
    np.testing.assert_allclose(told["rows"]["drift"], found.rows[:, 2])
    plain = client.post(address, json={}).json()
    assert plain["edits"] == [] and plain["rows"] == {} and plain["as_is"] == told["as_is"] == plain["changed"]
    assert "edits" in client.get("/openapi.json").json()["components"]["schemas"]["Question"]["properties"]


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        (["level:wind:-5..-1:3"], "'wind', which is no variable here; choose another one."),
        (["bend:load:-2..-1"], "no edit 'bend'; choose one of: spike,"),
        (["zero:load:-2..-1"] * 21, "at most 20"),
        ([1], "edits"),
    ],
)
def test_an_edit_that_is_refused_is_one_sentence(
    client: TestClient, both: str, edits: list[object], said: str
) -> None:
    answer = client.post(f"/models/{both}/windows/{WINDOW}", json={"edits": edits})
    sentence = answer.json()["error"]
    assert answer.status_code == 422 and said in sentence and sentence.endswith(".") and "\n" not in sentence


def test_nothing_but_the_question_about_one_window_takes_an_edit() -> None:
    methods = {name for name, method in inspect.getmembers(Engine, inspect.isfunction) if takes(method)}
    assert methods == {"ask"}
    assert {name for name, asked in inspect.getmembers(warm, inspect.isfunction) if takes(asked)} == {"ask_window"}
    bodies = [one for _, one in inspect.getmembers(questions, inspect.isclass) if issubclass(one, BaseModel)]
    assert [body.__name__ for body in bodies if "edits" in body.model_fields] == ["Question"]


def takes(function: object) -> bool:
    return "edits" in inspect.signature(function).parameters  # type: ignore[arg-type]


def test_no_study_claim_inspection_or_effect_knows_of_edits() -> None:
    rooms = (
        "core/study",
        "core/claims",
        "core/inspection",
        "core/analysis",
        "core/train",
        "core/trace",
        "core/model",
    )
    knowing = {
        place(path)
        for path in sources("core", "dashboard")
        if any(name.startswith(("core.data.edits", "core.data.edited")) for name in imported(path))
    }
    assert not [one for one in knowing if one.startswith(rooms)]
    assert {one for one in knowing if one.startswith("core/serve")} == READ
