"""A link names what exists, or one sentence says what is shown instead."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from core.vocabulary import Language
from dashboard import markup, selection
from dashboard.markup import harmless
from dashboard.selection import Catalog, Cell, Selection, matching, options, read_selection

SHORT, LONG = Cell("default", 96, 720, 0), Cell("default", 336, 720, 0)
OTHER_SEED, QUICK = Cell("default", 96, 720, 3), Cell("quick", 24, 72, 1)
CATALOG = Catalog({"ETTh1": tuple(sorted((SHORT, LONG, OTHER_SEED, QUICK))), "mine": ()})


def test_without_a_link_the_usual_cell_is_chosen() -> None:
    assert read_selection({}, CATALOG) == (Selection("ETTh1", SHORT), {})


@pytest.mark.parametrize("cell", CATALOG.cells["ETTh1"])
@pytest.mark.parametrize("language", list(Language))
def test_a_selection_survives_its_own_link(cell: Cell, language: Language) -> None:
    chosen = Selection("ETTh1", cell, language)
    assert read_selection(chosen.to_query(), CATALOG) == (chosen, {})


def test_a_data_set_without_models_has_no_cell() -> None:
    selection, notes = read_selection({"dataset": "mine", "horizon": "96"}, CATALOG)
    assert (selection, notes) == (Selection("mine", None), {})
    assert read_selection(selection.to_query(), CATALOG)[0] == selection


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("dataset", "../../etc/passwd", "data set"),
        ("preset", "huge", "preset"),
        ("horizon", "97", "horizon"),
        ("lookback", "-1", "look-back"),
        ("seed", "nan", "seed"),
        ("language", "tlh", "language"),
    ],
)
def test_what_does_not_exist_is_said_once_and_falls_back(name: str, text: str, word: str) -> None:
    selection, notes = read_selection({name: text}, CATALOG)
    assert selection == Selection("ETTh1", SHORT)
    assert list(notes) == [name]
    assert notes[name].startswith(f"The {word} ")


def test_later_parts_follow_the_earlier_ones() -> None:
    selection, notes = read_selection({"preset": "quick"}, CATALOG)
    assert selection.cell == QUICK  # the only one of its preset, although 96 and seed 0 are the usual ones
    assert notes == {}
    assert options(CATALOG, selection, "preset") == ["default", "quick"]
    assert options(CATALOG, selection, "horizon") == ["24"]
    usual = read_selection({}, CATALOG)[0]
    assert options(CATALOG, usual, "horizon") == ["96", "336"]  # numbers, not texts, decide the order
    assert options(CATALOG, usual, "seed") == ["0", "3"]


def test_what_is_shown_instead_is_told_in_the_words_of_the_screen() -> None:
    choices = {"gru_to_cnn": 1, "cnn_to_gru": 2}
    told = "The crossing up is not here; showing GRU → CNN instead."
    assert matching("crossing", "up", choices, "gru_to_cnn", "GRU → CNN") == (1, told)


def test_a_strangers_text_is_made_harmless() -> None:
    assert harmless("<script>alert(1)</script>") == "scriptalert1script"
    assert len(harmless("x" * 10_000)) == 41
    assert harmless("[](){}") == "(empty)"
    assert matching("block", "9" * 5000, {"1": 1}, "1")[0] == 1


@pytest.mark.parametrize("module", [markup, selection])
def test_the_examples_in_the_docstrings_hold(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted
    assert not done.failed
