"""Every page in Korean: no English is left on it but names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.exhibits.catalogue import of_page
from core.presets import PRESETS
from core.vocabulary import Language
from tests.support.english import english, shown
from tests.support.inspected import InspectedModels
from tests.support.pages import PAGE_NAMES, open_page

KOREAN = Language.KOREAN.value
NAMES = frozenset(
    {
        *PRESETS,
        *("CrossLens", "PowerPoint", "Excel", "Parquet", "Chromium", "English"),  # proper names
        *("ETTh", "ETTm", "Weather", "cleaned", "New", "York", "weather", "tiny", "csv"),  # data sets
        *("load", "drift", "later", "EWR", "JFK", "LGA", "temp", "dew", "point", "humidity", "wind", "speed"),
        *("pressure", "mph", "mbar"),  # columns and units
        *(
            "DLinear",
            "NHITS",
            "PatchTST",
            "iTransformer",
            "torch",
            "neuralforecast",
            "cpu",
        ),  # other networks, and what they ran on
        *("dCor", "MACs", "beta", "log", "sd", "Linear", "Conv1d"),  # as a formula writes them
        *("zip", "json", "settings", "study", "deck", "pptx", "potx"),  # kinds of files
        *("PageUp", "PageDown", "Home", "End"),  # keys
        "slots",  # a trace that a click is told by; its name is never shown
    }
)


def assert_korean(at: AppTest, names: Iterable[str] = ()) -> None:
    """Fail for every text of a page that holds an English word."""
    assert not at.exception
    left = {text: words for text in shown(at) if (words := english(text, NAMES | frozenset(names)))}
    assert not left, f"English is left: {left}"
    assert sum(any("가" <= letter <= "힣" for letter in text) for text in shown(at)) > 20


# Numbers are shown as their CSV file holds them, for programs too: the Export page has them unfolded.
IN_FILES = ("fusion", "gru", "to", "cnn", "both", "none", "matched", "seed", "delta", "rmse")


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_no_english_is_left_on_a_page(name: str, hourly: InspectedModels) -> None:
    at = open_page(name, dataset=hourly.dataset.key, language=KOREAN)
    assert_korean(at, IN_FILES if name == "export" else ())


@pytest.mark.parametrize("name", ["overview", "data", "compare", "export"])
def test_no_english_is_left_on_the_sample(name: str, home: Path) -> None:
    assert_korean(open_page(name, language=KOREAN), IN_FILES if name == "export" else ())


@pytest.mark.parametrize("exhibit", of_page("study"))
def test_no_english_is_left_on_a_figure_of_the_study(
    exhibit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    assert_korean(open_page("study", exhibit=exhibit, language=KOREAN))


@pytest.mark.parametrize("group", ["models", "contrasts", "words", "computed"])
def test_no_english_is_left_on_the_claims(group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    assert_korean(open_page("claims", group=group, language=KOREAN))


def test_english_is_found_where_there_is_some(home: Path) -> None:
    with pytest.raises(AssertionError, match="English is left"):
        assert_korean(open_page("overview"))
