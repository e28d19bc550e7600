"""What every answer of the server carries, and that the pages still draw under it."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.headers import HEADERS, POLICY, SafeHeaders
from tests.support.browser import SLOW, chromium, free_port, open_view, serving


def test_no_script_runs_but_the_servers_own() -> None:
    scripts = re.search(r"script-src ([^;]*)", POLICY)
    assert scripts is not None
    words = scripts[1].split()
    assert "'self'" in words and sum(word.startswith("'sha256-") for word in words) == 1
    assert not {
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'wasm-unsafe-eval'",
        "*",
        "data:",
        "blob:",
        "http:",
        "https:",
    } & set(words)


def test_headers_are_added_to_http_alone() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": f"{scope['type']}.response.start", "status": 200, "headers": []})

    def answer(kind: str) -> dict[str, Any]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(SafeHeaders(app)({"type": kind}, lambda: None, send))  # type: ignore[arg-type]
        return sent[0]

    assert dict(answer("http")["headers"])[b"x-frame-options"] == b"DENY"
    assert answer("websocket")["headers"] == []


@pytest.mark.browser
def test_pages_draw_and_nothing_is_stopped_by_their_own_policy(tmp_path: Path) -> None:
    with serving(tmp_path, free_port()) as address:
        for path in ("/", "/_stcore/health", "/no/such/page"):
            with urllib.request.urlopen(f"{address}{path}") as answer:
                assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        with chromium() as browser:
            expect.set_options(timeout=SLOW)
            page = browser.new_page()
            page.set_default_timeout(SLOW)
            told: list[str] = []
            page.on("console", lambda message: told.append(message.text))
            open_view(page, f"{address}/data", "Data")
            open_view(page, address, "Overview")
            open_view(page, f"{address}/model", "Model")
            expect(page.get_by_role("heading", name="Model", exact=True)).to_be_visible()
            expect(page.locator(".js-plotly-plot").first).to_be_visible()
            assert not [text for text in told if "Content Security Policy" in text or "violates" in text]
