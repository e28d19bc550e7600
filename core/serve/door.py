"""The door of an app that answers in another process: the same guards and refusals in front, the app behind.

    door = make_door(ask)                          # here: `ask` carries a question to the other process, and waits
    events = await answered(app, scope, body)      # there: `app` is what `core.serve.http.make_app` returns

A question travels whole, in plain values, and so does its answer: what ASGI calls a scope, a body and events.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from core.serve.http import LOCAL, MOST_SECONDS, guarded

Events = list[Message]
Ask = Callable[[dict[str, Any], bytes], Awaitable[Events]]
_TRAVELS = (
    *("type", "asgi", "http_version", "method", "scheme", "path", "raw_path"),
    *("query_string", "root_path", "headers", "client", "server"),
)


def make_door(ask: Ask, *, token: str = "", hosts: tuple[str, ...] = LOCAL) -> FastAPI:
    """Return the application that is asked in place of the one behind it; its parameters are those of `make_app`.

    Parameters
    ----------
    ask : carries scope and body of a question to the app, and returns the events of its answer. It raises
        ConnectionError where whatever process it asks ends over the question.
    """

    async def passed_on(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        try:
            with anyio.fail_after(MOST_SECONDS):
                events = await ask({name: scope[name] for name in _TRAVELS if name in scope}, body)
        except TimeoutError:
            raise HTTPException(503) from None
        except ConnectionError:
            raise HTTPException(502) from None
        for event in events:
            await send(event)

    door = FastAPI(openapi_url=None)  # the app behind describes itself
    door.mount("/", passed_on)
    return guarded(door, token, hosts)


async def answered(app: FastAPI, scope: dict[str, Any], body: bytes) -> Events:
    """Return the events by which an app answers one question."""
    events: Events = []
    question: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not question:
            await asyncio.Event().wait()  # whoever asked stays until the end
        return question.pop()

    async def send(event: Message) -> None:
        events.append(event)

    with suppress(Exception):  # a fault, told and logged by the app before it raises
        await app(scope, receive, send)
    return events
