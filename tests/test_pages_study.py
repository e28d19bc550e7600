"""Study: every figure of all trainings opens by its link and from its claim; an empty start says how to go on."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.exhibits.catalogue import of_page
from dashboard import cache
from tests.support.pages import address, charts, open_page
from tests.support.study_tables import ship

NAMES = tuple(of_page("study"))


@pytest.fixture
def shipped(home: Path) -> Path:
    """The tables of a study whose numbers are known, shipped."""
    ship(cache.tables())
    return cache.tables()


def links(at: AppTest, label: str) -> list[dict[str, list[str]]]:
    return [parse_qs(one.proto.query_string) for one in at.get("page_link") if one.proto.label == label]


def test_without_a_table_the_page_says_how_to_make_one(home: Path) -> None:
    at = open_page("study")
    assert at.title[0].value == "Study" and not at.exception and not at.error and not charts(at)
    assert any("python -m core study" in info.value for info in at.info)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_opens_by_its_link_with_the_claims_it_shows(shipped: Path, name: str) -> None:
    at = open_page("study", exhibit=name)
    assert not at.exception and not at.error and not at.warning
    assert list(charts(at)) == [name] and address(at)["exhibit"] == name
    assert any("The claims it shows" in text.value for text in at.markdown)
    told = [text.value for text in at.markdown if "-badge[" in text.value or text.value.startswith("**")]
    assert told
    assert links(at, "All claims")[0]["form"] == ["overtrained" if name == "gain_by_epoch" else "default"]


def test_a_claim_leads_to_its_figure_with_its_model(shipped: Path) -> None:
    at = open_page("claims", set="ETTh2", quantity="delta_rmse")
    ways = links(at, "See the picture")
    assert ways[0]["exhibit"] == ["rmse_changes"] and ways[0]["form"] == ["default"]
    assert {way["exhibit"][0] for way in ways} == set(NAMES)


def test_a_figure_is_drawn_of_the_model_and_horizon_that_a_link_names(shipped: Path) -> None:
    at = open_page("study", exhibit="rmse_changes", form="overtrained", ahead="720")
    assert address(at)["form"] == "overtrained" and address(at)["ahead"] == "720"
    assert any("trained past its best epoch" in text.value for text in at.caption)
    assert "falls in 15 of 15 trainings" in charts(at)["rmse_changes"]
    again = open_page("study", **address(at))
    assert charts(again) == charts(at)


def test_what_a_model_has_not_is_a_sentence_and_the_page_goes_on(shipped: Path) -> None:
    at = open_page("study", exhibit="gain_by_lead", form="overtrained")
    assert not at.exception and not at.error and not charts(at)
    assert any(info.value.startswith("Not measured") for info in at.info)
    assert links(at, "All claims")


def test_a_damaged_table_is_a_sentence(shipped: Path) -> None:
    (shipped / "default.parquet").write_bytes(b"nothing")
    at = open_page("study")
    assert not at.exception and "no readable table" in at.error[0].value
