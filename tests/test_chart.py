"""Where charts of the pages get what draws them: one file of the plotly package."""

from __future__ import annotations

import re
from importlib.metadata import version

from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.figures.plotly_words import TOOLS
from core.vocabulary import Language
from dashboard import chart
from dashboard.chart import words


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


def test_a_chart_speaks_the_language_of_its_reader() -> None:
    english, korean = words(Language.ENGLISH), words(Language.KOREAN)
    assert english["locale"] == "en-US" and not english["tools"] and not english["format"], "as plotly.js comes"
    assert korean["locale"] == "ko" and len(korean["tools"]) == len(TOOLS)
    calendar = korean["format"]
    assert (calendar["months"][0], calendar["shortMonths"][11]) == ("1월", "12월")
    assert (calendar["days"][0], calendar["shortDays"][6]) == ("일요일", "토"), (
        "the week of plotly.js begins on Sunday"
    )


def test_a_picture_that_is_copied_speaks_as_its_chart_does() -> None:
    script = (chart.HERE / "assets/chart/chart.js").read_text(encoding="utf-8")
    assert re.findall(r"\.toImage\(\{(.*?)\}", script) == [" data, layout: framed, config "]
    assert "const config = speech(words);" in script


def test_the_tools_are_named_as_the_library_names_them() -> None:
    library = TestClient(Starlette(routes=[chart.route()])).get(f"/{chart.LIBRARY}").text
    assert [tool for tool in TOOLS if f'"{tool}"' not in library] == []
