"""The engine's questions over HTTP, for programs: FastAPI, described by itself under /docs.

    GET  /models                                    the runs that can be asked
    POST /models/{run_id}/forecast                  rows in (CSV, Excel, Parquet or JSON), forecast and bands out
    GET  /models/{run_id}/memory                    what its GRU keeps, and for how long
    POST /models/{run_id}/windows/{window}          edit one test window, change and record what happens in it
    POST /models/{run_id}/mean-record               what is recorded of some test windows, as their mean
    GET  /models/{run_id}/windows/{window}/swaps    how far its forecast moves with kernels of elsewhere
    POST /models/{run_id}/windows/{window}/attribution   which past values one number of its forecast rests on
    POST /models/{run_id}/windows/{window}/comparison    whether that can be trusted: other ways to share it out
    POST /models/{run_id}/windows/{window}/account       what each part of the network brings to that number

What is refused is answered with a status of 4xx and {"error": one sentence}, beside it {"message": key and values}
where it can be told in another language. Body, time and questions at once are bounded. Only this file and door.py
know FastAPI.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import anyio
from anyio import to_thread
from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse

from core.exits import Exit, hardship
from core.serve import wire, wire_explained
from core.serve.engine import Engine
from core.serve.questions import CheckedShares, MeanRecord, Members, Number, Question, Shares
from core.serve.shelf import UnknownRun
from core.serve.swaps import Source
from core.serve.wire import Form
from core.text.message import Message, message_of
from core.text.template import PLAIN
from core.version import VERSION

MOST_BODY = 50_000_000  # bytes
MOST_SECONDS = 60.0  # of one question
AT_ONCE = 2  # questions; others wait their turn
SHARED_OUT = 1  # numbers at once, which take a second each: questions of some milliseconds do not wait for them
LOCAL = ("localhost", "127.0.0.1")
_SENTENCES: dict[int, str | Message] = {
    400: "This server is not known under the name it was asked by; its owner adds names with --name.",
    404: "There is nothing at this address; /docs lists what can be asked.",
    405: "This address is asked with another method; /docs names it.",
    413: f"The body is larger than {MOST_BODY // 10**6} MB; send fewer rows: the model reads the last ones only.",
    502: "The process that holds the model ended over this question again and again; see the server's log.",
    503: Message("engine.busy", seconds=MOST_SECONDS),
}

log = logging.getLogger("crosslens.serve")
routes = APIRouter()
Result = TypeVar("Result")
Run = Annotated[str, Path(description="id of a run, as /models lists it")]
Network = Annotated[bool, Query(description="the network alone, without ridge")]
Written = Annotated[Form, Query(description="how the answer is written")]


def make_app(engine: Engine, *, token: str = "", hosts: tuple[str, ...] = LOCAL) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    token : what every question must bring as a bearer token; empty: none is asked for.
    hosts : names under which it may be asked: a foreign page cannot reach it through a name of its own.
    """
    app = FastAPI(title="CrossLens", version=VERSION, description="Trained CNN-GRU forecasters, asked.")
    app.state.engine = engine
    app.state.shares = anyio.CapacityLimiter(SHARED_OUT)
    app.state.turns = anyio.CapacityLimiter(AT_ONCE)
    app.include_router(routes)
    return guarded(app, token, hosts)


def guarded(app: FastAPI, token: str, hosts: tuple[str, ...]) -> FastAPI:
    """Return an application behind the guards of `make_app`: who may ask, how much at once, how a refusal is told."""
    app.state.asked = time.monotonic()  # when the last question came
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    for kind in (ValueError, OSError, MemoryError, Exception):  # the last one is for faults of the program
        app.add_exception_handler(kind, _failed)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BODY)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))

    @app.middleware("http")
    async def asked_for(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        """Ask for the token; what the guards above refuse in their own words is told in ours."""
        app.state.asked = time.monotonic()
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and not secrets.compare_digest(given.encode(), token.encode()):
            return _refused(401, "This server wants its token; send it as the header Authorization: Bearer TOKEN.")
        response = await go_on(request)
        sentence = _SENTENCES.get(response.status_code)
        is_ours = response.headers.get("content-type") == "application/json"
        return response if is_ours or sentence is None else _refused(response.status_code, sentence)

    return app


@routes.get("/models")
async def models(request: Request) -> list[dict[str, Any]]:
    """List the runs that can be asked."""
    return await _answered(request, lambda engine: [wire.described(record) for record in engine.models()])


@routes.post("/models/{run_id}/forecast")
async def forecast(request: Request, run_id: Run, network: Network = False, form: Written = Form.JSON) -> Response:
    """Forecast the rows after the end of a table: a file, or JSON rows [{"time": ..., variable: number}]."""
    body = await request.body()
    is_json = request.headers.get("content-type", "").startswith("application/json")

    def ask(engine: Engine) -> Response:
        rows = wire.table_of(body, engine.shelf[run_id].record, is_json=is_json)
        found = engine.forecast(run_id, rows, network=network)
        told = wire.told_of(rows, found)
        head = {"X-CrossLens-Run": run_id, "X-CrossLens-Of": found.of, "X-CrossLens-Told": json.dumps(told)}
        match form:
            case Form.JSON:
                return JSONResponse(wire.as_json(found, told), headers=head)
            case Form.CSV:
                return Response(wire.as_table(found).to_csv(index=False), media_type="text/csv", headers=head)
            case Form.ARROW:
                return Response(wire.as_arrow(wire.as_table(found)), media_type=wire.ARROW, headers=head)

    return await _answered(request, ask)


@routes.get("/models/{run_id}/memory")
async def memory(request: Request, run_id: Run) -> dict[str, Any]:
    """Tell what the GRU keeps over some test windows: its update gates, and what is left of an edit."""
    return await _answered(request, lambda engine: wire.as_memory(engine.memory(run_id)))


@routes.post("/models/{run_id}/windows/{window}")
async def ask(request: Request, run_id: Run, window: int, question: Question) -> Response:
    """Forecast one test window, its rows edited and the network changed inside, and record what is asked for."""

    def reply(engine: Engine) -> Response:
        found = engine.ask(run_id, window, **question.model_dump(exclude={"variables"}))
        told = wire.as_reply(found, window, question.variables)
        return JSONResponse(told)  # at once: all is plain already, and much of it

    return await _answered(request, reply)


@routes.post("/models/{run_id}/mean-record")
async def mean_record(request: Request, run_id: Run, asked: MeanRecord) -> dict[str, Any]:
    """Record some test windows, and return the mean over them."""
    question = asked.model_dump()
    return await _answered(
        request, lambda engine: wire.as_mean_record(engine.mean_record(run_id, **question), len(set(asked.windows)))
    )


@routes.get("/models/{run_id}/windows/{window}/swaps")
async def swaps(request: Request, run_id: Run, window: int, source: Source = Source.WINDOW) -> dict[str, Any]:
    """Tell how far the forecast of one test window moves with kernels of other windows or slots of the cycle."""
    return await _answered(request, lambda engine: wire.as_swaps(engine.swaps(run_id, window, source)))


@routes.post("/models/{run_id}/windows/{window}/attribution")
async def attribution(request: Request, run_id: Run, window: int, asked: CheckedShares) -> dict[str, Any]:
    """Share out one number of a forecast to blocks of the rows that the model reads."""

    def reply(engine: Engine) -> dict[str, Any]:
        number = engine.explain(run_id, window, asked.variable, steps=asked.steps)
        found = number.attribute(asked.method, asked.background, rows=asked.rows, checked=asked.checked)
        return wire_explained.as_shares(found, number.held.record, asked.variable)

    return await _answered(request, reply, request.app.state.shares)


@routes.post("/models/{run_id}/windows/{window}/comparison")
async def comparison(request: Request, run_id: Run, window: int, asked: Shares) -> dict[str, Any]:
    """Share the number out by other methods, against other backgrounds and in an untrained twin of the model."""

    def reply(engine: Engine) -> dict[str, Any]:
        number = engine.explain(run_id, window, asked.variable, steps=asked.steps)
        found = number.compare(asked.method, asked.background, rows=asked.rows)
        return wire_explained.as_comparison(found, number.held.record, asked.variable)

    return await _answered(request, reply, request.app.state.shares)


@routes.post("/models/{run_id}/windows/{window}/account")
async def account(request: Request, run_id: Run, window: int, asked: Number) -> dict[str, Any]:
    """Share the number out to embedding, paths, crossings and merge."""

    def reply(engine: Engine) -> dict[str, Any]:
        number = engine.explain(run_id, window, asked.variable, steps=asked.steps)
        return wire_explained.as_account(number.account(), number.held.record, asked.variable)

    return await _answered(request, reply)


@routes.post("/models/{run_id}/first-look", include_in_schema=False)
async def first_look(request: Request, run_id: Run, asked: Members) -> dict[str, Any]:
    """Look at a run over drawn windows, for the pages: the answer lies in the workspace."""

    def reply(engine: Engine) -> dict[str, Any]:
        engine.look_first(run_id, **asked.model_dump())
        return {"run_id": run_id}

    return await _answered(request, reply)


async def _answered(
    request: Request, question: Callable[[Engine], Result], turns: anyio.CapacityLimiter | None = None
) -> Result:
    """Ask in a thread, within the time of one question; `turns` are those of usual ones unless given."""
    state = request.app.state
    limiter = turns or state.turns
    try:
        with anyio.fail_after(MOST_SECONDS):
            return await to_thread.run_sync(question, state.engine, limiter=limiter, abandon_on_cancel=True)
    except TimeoutError:
        raise HTTPException(503) from None


def _refused(status: int, told: str | Message) -> JSONResponse:
    """Return a refusal in English, and as the message it is for whoever tells it in another language."""
    message = {"message": told.to_json()} if isinstance(told, Message) and told.key != PLAIN else {}
    return JSONResponse({"error": str(told).splitlines()[0], **message}, status)


async def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _refused(error.status_code, _SENTENCES.get(error.status_code, str(error.detail)))


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = " ".join(map(str, first["loc"][1:])) or "body"
    return _refused(422, f"{where}: {first['msg']}; see /docs.")


async def _failed(_: Request, error: Exception) -> Response:
    if isinstance(error, UnknownRun):
        return _refused(404, message_of(error))
    found = hardship(error) or ((Exit.REFUSED, message_of(error)) if isinstance(error, ValueError) else None)
    if found is None:
        log.exception("a question failed", exc_info=error)
        return _refused(500, "This question could not be answered; the server's log has the details.")
    return _refused(422 if found[0] is Exit.REFUSED else 503, found[1])
