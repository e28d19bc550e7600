"""Where charts of the pages get what draws them: one file of the plotly package."""

from __future__ import annotations

from importlib.metadata import version

from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import chart


def test_the_library_is_that_of_the_plotly_package_and_lasts_in_the_browser() -> None:
    answer = TestClient(Starlette(routes=[chart.route()])).get(f"/{chart.LIBRARY}")
    assert answer.status_code == 200 and version("plotly") in chart.LIBRARY
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text.lstrip().startswith("/**") and "plotly.js v" in answer.text[:200]


def test_nothing_else_of_that_package_is_served() -> None:
    client = TestClient(Starlette(routes=[chart.route()]))
    for address in ("/plotly.min.js", f"/../{chart.LIBRARY}x", "/package_data/widgetbundle.js", "/"):
        assert client.get(address).status_code == 404
