"""The engine over HTTP: the same answers, bounded, and every refusal one sentence with a status of 4xx."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from core.data.dataset import Dataset
from core.serve import http, wire
from core.serve.attribution import Background, Method
from core.serve.engine import Engine
from core.serve.http import make_app
from core.serve.questions import MOST_WINDOWS
from core.serve.swaps import Source
from core.serve.wire import ARROW
from core.train.record import RunRecord
from core.vocabulary import Fusion
from tests.support.tiny import stored, tiny_frame

pytestmark = pytest.mark.usefixtures("one_thread")
ROWS = 120


@pytest.fixture(scope="module")
def record(tiny_runs: dict[Fusion, RunRecord]) -> RunRecord:
    return tiny_runs[Fusion.BOTH]


@pytest.fixture(scope="module")
def engine(record: RunRecord) -> Engine:
    return Engine(lambda: [record])


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(make_app(engine), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def csv(rows: int = ROWS) -> bytes:
    return tiny_frame(rows).to_csv().encode()


def refused(answer: object, status: int, *said: str) -> None:
    assert answer.status_code == status, answer.text
    sentence = answer.json()["error"]
    assert sentence.endswith((".", "?")) and "\n" not in sentence and "Traceback" not in sentence
    assert not [part for part in said if part not in sentence], sentence


def test_models_are_listed_with_what_their_numbers_rest_on(client: TestClient, record: RunRecord) -> None:
    (told,) = client.get("/models").json()
    assert told["run_id"] == record.run_id and told["variables"] == list(record.variables)
    assert (told["data"], told["weights"], told["seed"]) == (record.fingerprint, record.weights_sha, 0)
    assert told["test_mse"] == record.metrics["test"]["mse"] and told["versions"]["code"]
    assert {"/models", "/models/{run_id}/forecast"} <= client.get("/openapi.json").json()["paths"].keys()
    assert client.get("/docs").status_code == 200


def test_what_the_gru_keeps_is_told_as_the_engine_has_it(
    client: TestClient, engine: Engine, record: RunRecord
) -> None:
    told, found = client.get(f"/models/{record.run_id}/memory").json(), engine.memory(record.run_id)
    for name, values in told.items():
        np.testing.assert_array_equal(values, getattr(found, name))
    refused(client.get("/models/nobody/memory"), 404, "no run 'nobody'")


def test_kernels_of_elsewhere_move_the_forecast_as_the_engine_says(
    client: TestClient, engine: Engine, record: RunRecord
) -> None:
    address = f"/models/{record.run_id}/windows/5/swaps"
    for source in Source:
        told, found = client.get(f"{address}?source={source}").json(), engine.swaps(record.run_id, 5, source)
        assert told["variables"] == list(record.variables) and told["places"] == found.places.tolist()
        np.testing.assert_allclose(told["moved"], found.moved)
    assert client.get(address).json()["places"] == engine.swaps(record.run_id, 5, Source.WINDOW).places.tolist()
    refused(client.get(f"{address}?source=moon"), 422, "source")
    refused(client.get(f"/models/{record.run_id}/windows/100000/swaps"), 422, "choose one from 0 to")


def test_a_mean_record_is_told_as_the_engine_has_it(client: TestClient, engine: Engine, record: RunRecord) -> None:
    address, asked = f"/models/{record.run_id}/mean-record", {"windows": [3, 4], "record": ["kernel_gru_to_cnn"]}
    told, found = client.post(address, json=asked).json(), engine.mean_record(record.run_id, **asked)
    assert told["windows"] == 2
    kernel = told["record"]["kernel_gru_to_cnn"]
    assert kernel["dims"] == [*found["kernel_gru_to_cnn"].dims] == ["variable", "block", "channel", "tap"]
    np.testing.assert_array_equal(kernel["values"], found["kernel_gru_to_cnn"])
    refused(client.post(address, json=asked | {"windows": [3, 100_000]}), 422, "choose one from 0 to")
    refused(client.post(address, json=asked | {"windows": [-1]}), 422, "choose one from 0 to")
    refused(client.post(address, json=asked | {"windows": []}), 422, "windows")
    refused(client.post(address, json=asked | {"windows": [3] * (MOST_WINDOWS + 1)}), 422, "windows")
    refused(client.post(address, json=asked | {"record": ["moon"]}), 422, "moon")


@pytest.mark.process
def test_rows_of_every_form_get_the_forecast_of_the_engine(
    client: TestClient, engine: Engine, record: RunRecord
) -> None:
    address = f"/models/{record.run_id}/forecast"
    frame = tiny_frame(ROWS)
    parquet = io.BytesIO()
    frame.to_parquet(parquet)
    rows = frame.reset_index().assign(date=lambda rows: rows["date"].astype(str)).to_dict("records")
    told = [
        client.post(address, content=csv()).json(),
        client.post(address, content=parquet.getvalue()).json(),
        client.post(address, json=rows).json(),
    ]
    expected = engine.forecast(record.run_id, dataset_of(frame))
    for answer in told:
        np.testing.assert_allclose(answer["forecast"], expected.rows, rtol=1e-6)
        assert answer["time"] == [str(time) for time in expected.rows.index]
        assert [band["level"] for band in answer["bands"]] == [0.8, 0.95]
        for band, wanted in zip(answer["bands"], expected.bands, strict=True):
            np.testing.assert_allclose(band["low"], wanted.low, rtol=1e-6)
            assert band["coverage_on_test"] == wanted.coverage and band["validation_windows"] == wanted.windows
    written = client.post(f"{address}?form=csv", content=csv())
    table = pd.read_csv(io.StringIO(written.text), index_col="time", parse_dates=True)
    np.testing.assert_allclose(table[list(record.variables)], expected.rows, rtol=1e-6)
    np.testing.assert_allclose(table[[f"{name} high 95%" for name in record.variables]], expected.bands[1].high)
    streamed = client.post(f"{address}?form=arrow", content=csv())
    assert streamed.headers["content-type"] == ARROW
    assert pa.ipc.open_stream(streamed.content).read_all().to_pandas()["time"].tolist() == [*expected.rows.index]
    alone = client.post(f"{address}?network=true", content=csv())
    assert alone.json()["of"] == alone.headers["x-crosslens-of"] == "network alone"


@pytest.mark.process
def test_what_was_missing_and_mended_is_told_in_every_form(client: TestClient, record: RunRecord) -> None:
    frame = tiny_frame(ROWS)
    frame.iloc[-5:-3, 1] = np.nan
    body = frame.drop(frame.index[50]).to_csv().encode()
    address = f"/models/{record.run_id}/forecast"
    told = client.post(address, content=body).json()["told"]
    assert any("filled from before: 2 values of later load" in sentence for sentence in told), told
    assert len(told) > 1, "the row that the file lacks"
    for form in ("csv", "arrow"):
        assert json.loads(client.post(f"{address}?form={form}", content=body).headers["x-crosslens-told"]) == told
    assert client.post(address, content=csv()).json()["told"] == []


def dataset_of(frame: pd.DataFrame) -> Dataset:
    return stored(frame, "rows.csv")


def test_a_window_is_recorded_and_changed(client: TestClient, engine: Engine, record: RunRecord) -> None:
    question = {"record": ["update_gate:last_token"], "changes": ["scale:gru_to_cnn:0"]}
    answer = client.post(f"/models/{record.run_id}/windows/3", json=question).json()
    expected = engine.ask(record.run_id, 3, **question)
    for name in ("as_is", "changed", "truth"):
        np.testing.assert_allclose(answer[name], getattr(expected, name), rtol=1e-9)
    gate = answer["record"]["update_gate_last_token"]
    assert expected.trace is not None
    assert gate["dims"] == list(expected.trace["update_gate_last_token"].dims)
    np.testing.assert_allclose(gate["values"], expected.trace["update_gate_last_token"], rtol=1e-6)
    assert gate["coords"]["variable"] == list(record.variables)


@pytest.mark.process
@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (b"", "text/csv", 422, ["The rows sent were refused"]),
        (b"\x00\x01\x02\x03" * 50, "text/csv", 422, ["The rows sent were refused"]),
        (csv(20), "text/csv", 422, ["rows"]),
        (b"time,load\n" + b"2024-01-01,1\n" * 3, "text/csv", 422, ["refused"]),
        (b"{", "application/json", 422, ["The JSON is no list of rows; send [{"]),
        (b'"text"', "application/json", 422, ["The JSON is no list of rows"]),
        (b"[" * 100_000, "application/json", 422, ["The JSON is no list of rows"]),
        (b"[1, 2]", "application/json", 422, ["refused"]),
    ],
)
def test_rows_that_cannot_be_read_are_one_sentence(
    body: bytes, kind: str, status: int, said: list[str], client: TestClient, record: RunRecord
) -> None:
    refused(
        client.post(f"/models/{record.run_id}/forecast", content=body, headers={"content-type": kind}), status, *said
    )


@pytest.mark.process
def test_rows_of_other_variables_or_another_step_are_refused(client: TestClient, record: RunRecord) -> None:
    address = f"/models/{record.run_id}/forecast"
    other = tiny_frame(ROWS).rename(columns={"drift": "tide"})
    refused(client.post(address, content=other.to_csv().encode()), 422, "drift")
    daily = tiny_frame(ROWS)
    daily.index = pd.date_range("2020-01-01", periods=ROWS, freq="D", name="date")
    refused(client.post(address, content=daily.to_csv().encode()), 422, "step")


@pytest.mark.parametrize(
    ("method", "address", "json", "status", "said"),
    [
        ("POST", "/models/nobody/windows/0", {}, 404, ["no run 'nobody'"]),
        ("POST", "/models/RUN/windows/99999", {}, 422, ["Window 99999", "choose one from 0 to"]),
        ("POST", "/models/RUN/windows/-1", {}, 422, ["choose one from 0 to"]),
        ("POST", "/models/RUN/windows/x", {}, 422, ["window:"]),
        ("POST", "/models/RUN/windows/0", {"changes": ["shout"]}, 422, ["kind is 'shout'"]),
        ("POST", "/models/RUN/windows/0", {"record": ["dreams"]}, 422, ["activation is 'dreams'"]),
        ("POST", "/models/RUN/windows/0", {"record": 3}, 422, ["record:"]),
        ("POST", "/models/RUN/windows/0", {"record": ["forecast"] * 99}, 422, ["record:"]),
        ("POST", "/models/RUN/forecast?form=xml", {}, 422, ["form:"]),
        ("GET", "/models/RUN/forecast", None, 405, ["another method"]),
        ("GET", "/nowhere", None, 404, ["nothing at this address"]),
        ("GET", "/models/..%2f..%2fetc/forecast", None, 404, ["nothing at this address"]),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_sentence(
    method: str, address: str, json: object, status: int, said: list[str], client: TestClient, record: RunRecord
) -> None:
    refused(client.request(method, address.replace("RUN", record.run_id), json=json), status, *said)


def test_a_body_too_large_is_refused_before_it_is_read(
    client: TestClient, engine: Engine, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_BODY", 1000)
    with TestClient(make_app(engine), base_url="http://localhost") as small:
        refused(small.post(f"/models/{record.run_id}/forecast", content=csv()), 413, "larger than")
        in_parts = (part for part in [csv()] * 3)  # without a length told beforehand
        refused(small.post(f"/models/{record.run_id}/forecast", content=in_parts), 413, "larger than")


def test_a_recording_too_large_is_refused(
    client: TestClient, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_NUMBERS", 10)
    answer = client.post(f"/models/{record.run_id}/windows/0", json={"record": ["update_gate"]})
    refused(answer, 422, "one answer at most 10", "reduce them")


def test_a_question_that_takes_too_long_is_given_up_and_others_are_answered(
    engine: Engine, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_SECONDS", 0.05)
    go_on = threading.Event()
    with TestClient(make_app(engine), base_url="http://localhost") as client:
        with monkeypatch.context() as patch:
            patch.setattr(engine, "models", go_on.wait)
            refused(client.get("/models"), 503, "busy; ask again")
        go_on.set()
        monkeypatch.setattr(http, "MOST_SECONDS", 60.0)
        assert client.get("/models").status_code == 200


def test_numbers_that_are_shared_out_hold_up_each_other_and_nobody_else(
    engine: Engine, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()
    at_work: list[int] = []
    explain = engine.explain

    def late(*asked: Any, **how: Any) -> Any:
        at_work.append(1)
        begun.release()
        assert go_on.wait(60)
        return explain(*asked, **how)

    monkeypatch.setattr(engine, "explain", late)
    asked = {"variable": "load", "steps": [1, 2], "method": "occlusion", "background": "last", "checked": False}
    way = f"/models/{record.run_id}/windows/0"
    with TestClient(make_app(engine), base_url="http://localhost") as client, ThreadPoolExecutor(3) as pool:
        shared = [pool.submit(client.post, f"{way}/attribution", json=asked) for _ in range(3)]
        assert begun.acquire(timeout=60)
        assert client.post(way, json={}).status_code == 200, "answered while numbers wait"
        assert len(at_work) == 1
        go_on.set()
        assert [one.result().status_code for one in shared] == [200] * 3


def test_a_fault_of_the_program_shows_nothing_of_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise KeyError("secret place")

    monkeypatch.setattr(engine, "models", fail)
    with TestClient(make_app(engine), base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/models")
    refused(answer, 500, "the server's log has the details")
    assert "secret" not in answer.text


def test_a_token_is_asked_for_and_names_are_checked(engine: Engine) -> None:
    with TestClient(make_app(engine, token="0123456789abcdef"), base_url="http://localhost") as client:
        refused(client.get("/models"), 401, "Authorization: Bearer")
        refused(client.get("/models", headers={"Authorization": "Bearer wrong"}), 401, "token")
        assert client.get("/models", headers={"Authorization": "Bearer 0123456789abcdef"}).status_code == 200
    with TestClient(make_app(engine), base_url="http://evil.example") as client:
        refused(client.get("/models"), 400, "not known under the name")


def test_a_forecast_is_shared_out(client: TestClient, engine: Engine, record: RunRecord) -> None:
    address = f"/models/{record.run_id}/windows/3/attribution"
    asked = {"variable": "load", "steps": [1, 2], "method": "occlusion", "background": "last", "checked": False}
    told = client.post(address, json=asked).json()
    number = engine.explain(record.run_id, 3, "load", steps=(1, 2))
    expected = number.attribute(Method.OCCLUSION, Background.LAST, checked=False)
    np.testing.assert_allclose(told["scores"], expected.scores)
    assert told["change"] == expected.change and told["infidelity"] is None
    assert told["beaten"] == expected.deletion.beaten
    np.testing.assert_allclose(told["insertion"]["raising"], expected.deletion.insertion.raising)
    refused(client.post(address, json={"variable": "tide"}), 422, "'tide' is no variable")
    refused(client.post(address, json={"variable": "load", "steps": [0, 2]}), 422, "steps go from 1 to")
    refused(client.post(address, json={"variable": "load", "rows": 0}), 422, "a block has 1 to")
    refused(client.post(address, json={"variable": "load", "method": "guess"}), 422, "method")


def test_a_map_is_held_against_others(client: TestClient, engine: Engine, record: RunRecord) -> None:
    address = f"/models/{record.run_id}/windows/3/comparison"
    told = client.post(address, json={"variable": "load", "method": "occlusion", "background": "noise"}).json()
    expected = engine.explain(record.run_id, 3, "load").compare(Method.OCCLUSION, Background.NOISE)
    assert told["agreement"]["methods"] == expected.methods
    assert told["agreement"]["backgrounds"] == expected.backgrounds
    assert told["agreement"]["untrained"] == expected.untrained
    assert set(told["scores"]) == {kind.value for kind in expected.scores}
    np.testing.assert_allclose(told["scores"]["last"], expected.scores[Background.LAST])
    refused(client.post(address, json={"variable": "load", "rows": 10_000}), 422, "a block has 1 to")


def test_an_account_adds_up_in_the_units_of_the_file(client: TestClient, engine: Engine, record: RunRecord) -> None:
    window = f"/models/{record.run_id}/windows/3"
    told = client.post(f"{window}/account", json={"variable": "load", "steps": [2, 3]}).json()
    forecast = np.array(client.post(window, json={}).json()["as_is"])
    assert told["forecast"] == pytest.approx(forecast[1:3, 0].mean(), rel=1e-5)
    shares = [each["share"] for each in told["crossings"].values()]
    parts = [told["level"], told["embedding"], *told["paths"].values(), *shares, told["merge"] or 0.0]
    assert sum(parts) == pytest.approx(told["forecast"], rel=1e-6)
    assert tuple(told["crossings"]) == record.config.model.crossings
    refused(client.post(f"{window}/account", json={"variable": "tide"}), 422, "'tide' is no variable")
