"""Links: what they name is shown again, and what they name in vain is said, on every page and of every choice."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.data import uploads
from core.decks import shelf
from core.exhibits.catalogue import of_case
from dashboard import cache
from dashboard.selection import PREFERRED, SHARED
from tests.support.decks import deck_of
from tests.support.exhibits import beside
from tests.support.inspected import InspectedModels
from tests.support.pages import PAGE_NAMES, address, app, charts, choices, open_page, write_runs
from tests.support.study_tables import ship
from tests.support.tiny import tiny_frame

OF_CASE = of_case()

ASKED = "link_off"  # the sign of a sentence about what a link asked in vain


def visit(at: AppTest, page: str, query: dict[str, str]) -> None:
    """Paste a link into the address bar of a session."""
    at.query_params.clear()
    for name, text in query.items():
        at.query_params[name] = text
    at.switch_page(f"views/{page}.py").run()


def follow(at: AppTest, page: str) -> None:
    """Click on a page's link in the menu."""
    path = "" if page == "overview" else page  # the first page has no path of its own
    link = next(one.proto for one in at.sidebar.get("page_link") if one.proto.page == path)
    visit(at, page, dict(parse_qsl(link.query_string)))


def asked_in_vain(at: AppTest) -> list[str]:
    return [warning.value for warning in at.warning if ASKED in warning.icon]


ASKING = dict.fromkeys(
    ("attribution", "changes", "whatif"), (pytest.mark.process,)
)  # pages that ask the engine start its process


@pytest.mark.parametrize("page", [pytest.param(page, marks=ASKING.get(page, ())) for page in PAGE_NAMES])
def test_every_wrong_choice_gets_one_sentence(page: str, hourly: InspectedModels) -> None:
    if page == "study":  # of shipped tables alone
        ship(cache.tables())
    if page in ("deck", "present"):
        shelf.create(deck_of("a"))
    at = open_page(page, dataset=hourly.dataset.key)
    assert not asked_in_vain(at)
    assert set(address(at)) - set(SHARED) <= set(choices(page)), "a picker that this test does not know"
    for name in (*choices(page), *PREFERRED):
        visit(at, page, {"dataset": hourly.dataset.key, **beside(name), name: "nonsense"})
        assert not at.exception and not at.error, name
        told = asked_in_vain(at)
        assert len(told) == 1 and "nonsense" in told[0], (name, told)
        assert name == "run" or "left out" in told[0] or "showing" in told[0], told


def test_every_wrong_choice_of_a_figure_gets_its_sentence_where_it_is_exported(hourly: InspectedModels) -> None:
    at = open_page("export", dataset=hourly.dataset.key)
    figures = next(box for box in at.selectbox if box.key == "pick figure")
    assert len(figures.options) > len(OF_CASE) - 3
    for one in OF_CASE.values():
        for choice in one.choices:
            if choice.name == one.spread or one.needs is None:
                continue
            spread = f"_{one.spread}" if one.spread else ""
            figure = f"{one.name}_gru_to_cnn" if spread else one.name
            wanted = {"figure": figure, **beside(choice.name), choice.name: "nonsense"}
            visit(at, "export", {"dataset": hourly.dataset.key, **wanted})
            assert not at.exception and not at.error
            sentences = asked_in_vain(at)
            assert len(sentences) == 1 and "nonsense" in sentences[0], (one.name, choice.name, sentences)


def test_a_sentence_about_one_page_does_not_follow_to_another(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key, block="9")
    assert len(asked_in_vain(at)) == 1
    follow(at, "attention")
    assert not asked_in_vain(at)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", {"by": "error_by_step"}),
        ("forecasts", {"variable": "drift", "mode": "none", "history": "7", "modes": "none|both"}),
        ("kernels", {"mode": "cnn_to_gru", "block": "2", "variable": "drift", "map": "slot", "slot": "08:00"}),
        ("gates", {"mode": "gru_to_cnn", "variable": "drift", "block": "2"}),
        ("attention", {"mode": "none", "map": "slot", "slot": "20:00"}),
        ("gradients", {"reading": "weights"}),
        ("export", {"figure": "window_kernels", "map": "mean", "block": "2"}),
    ],
)
def test_a_reload_shows_the_same_whatever_another_session_chose(
    page: str, query: dict[str, str], hourly: InspectedModels
) -> None:
    usual = open_page(page, dataset=hourly.dataset.key)
    chosen = open_page(page, dataset=hourly.dataset.key, **query)
    before, link = charts(chosen), address(chosen)
    assert query.items() <= link.items()
    assert before != charts(usual) or set(before) != set(charts(usual))
    usual.run()
    chosen.run()
    assert charts(chosen) == before
    again = open_page(page, **link)
    assert (charts(again), address(again)) == (before, link)
    assert not asked_in_vain(again)


@pytest.fixture
def uploaded(home: Path) -> AppTest:
    """A session that looked at trained models, then uploaded a file."""
    write_runs(home / "studies" / "sample" / "runs", preset="default", horizon=96, lookback=720)
    at = open_page("data", preset="default", horizon="96", lookback="720", seed="0")
    return at.file_uploader(key="upload").upload("mine.csv", tiny_frame(2000).to_csv().encode(), "text/csv").run()


def train(home: Path) -> str:
    (key,) = uploads.keys()
    write_runs(home / "studies" / "mine" / "runs", dataset=key, preset="quick", horizon=24, lookback=72)
    return key


@pytest.mark.process
@pytest.mark.parametrize("page", ["compare", "overview", "data", "export", "claims"])
def test_the_menu_never_warns_after_an_upload_and_its_training(uploaded: AppTest, home: Path, page: str) -> None:
    follow(uploaded, "compare")
    key = train(home)
    follow(uploaded, page)  # drawn before there were models
    assert not uploaded.exception and not asked_in_vain(uploaded)
    found = address(uploaded)
    assert (found["dataset"], found["preset"], found["horizon"], found["lookback"]) == (key, "quick", "24", "72")
    uploaded.selectbox(key="pick dataset").set_value("NYweather").run()
    assert address(uploaded)["preset"] == "default" and not asked_in_vain(uploaded)
    follow(uploaded, page)
    uploaded.selectbox(key="pick dataset").set_value(key).run()
    follow(uploaded, "compare")
    assert address(uploaded)["preset"] == "quick" and not asked_in_vain(uploaded)


@pytest.mark.process
def test_a_reload_while_models_are_trained_does_not_warn_afterwards(uploaded: AppTest, home: Path) -> None:
    link = address(uploaded)
    assert not set(PREFERRED) & set(link), "there is no model yet"
    train(home)
    again = open_page("compare", **link)
    assert not asked_in_vain(again) and address(again)["preset"] == "quick"


@pytest.mark.process
def test_a_typed_preset_that_is_not_there_is_said(uploaded: AppTest, home: Path) -> None:
    key = train(home)
    visit(uploaded, "compare", {"dataset": key, "preset": "default"})
    assert asked_in_vain(uploaded) == ["The preset default is not here; showing quick instead."]
    again = app()
    again.query_params["dataset"], again.query_params["preset"] = key, "default"
    assert len(asked_in_vain(again.run())) == 1
