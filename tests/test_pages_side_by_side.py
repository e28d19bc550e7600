"""Side by side: both sides come back by their link, change places, and say in one sentence what is not there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.claims.tables import Form, shipped_path
from core.decks import removal, shelf
from core.decks.deck import Deck, Figure, Held
from core.decks.sources import made
from core.exhibits.exhibit import Absent
from core.exhibits.two_sides import FIGURES, Part
from core.figures.palette import Look
from core.report.kept import says_the_same
from core.table import write_rows
from core.vocabulary import Fusion
from tests.support.claim_tables import as_published
from tests.support.decks import the_deck
from tests.support.inspected import InspectedModels
from tests.support.pages import address, charts, open_page, spec, write_runs
from tests.test_pages_links import asked_in_vain

PAGE = "side_by_side"
TWO_IN_ORDER = ("first", "second")
TWO = set(TWO_IN_ORDER)


def feet(at: AppTest) -> list[str]:
    return [one.value for one in at.caption if "CrossLens" in one.value and "n =" in one.value]


def test_it_opens_with_a_model_and_its_untrained_twin(hourly: InspectedModels) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key)
    assert not at.exception and set(charts(at)) == {*TWO, "difference"}
    first, second, both = feet(at)
    assert "untrained twin" not in first and "untrained twin" in second
    assert both.startswith(r"First\:") and r"Second\:" in both
    link = address(at)
    assert (link["mode"], link["second_mode"], link["weights"], link["second_weights"]) == (
        *("both", "both"),
        *("trained", "untrained"),
    )
    assert spec(at, "first")["data"] != spec(at, "second")["data"]


def test_both_sides_are_on_one_scale(hourly: InspectedModels) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key)
    first, second = (spec(at, side)["layout"] for side in ("first", "second"))
    for axis in ("yaxis", "yaxis2"):
        assert first[axis]["range"] == second[axis]["range"]
    low, high = spec(at, "difference")["layout"]["yaxis"]["range"]
    assert low == -high


LINKS = {
    "another mode": {"second_mode": "cnn_to_gru", "second_weights": "trained", "block": "2"},
    "a forecast": {"exhibit": "forecast_overlay", "mode": "none", "second_mode": "gru_to_cnn", "variable": "drift"},
    "a map": {"exhibit": "attention_map", "map": "slot", "slot": "08:00", "second_mode": "none"},
    "errors": {"exhibit": "error_by_step"},
}


@pytest.mark.parametrize("query", LINKS.values(), ids=LINKS)
def test_a_link_brings_both_sides_back(hourly: InspectedModels, query: dict[str, str]) -> None:
    chosen = open_page(PAGE, dataset=hourly.dataset.key, **query)
    assert not chosen.exception and TWO <= set(charts(chosen))
    link = address(chosen)
    assert query.items() <= link.items()
    again = open_page(PAGE, **link)
    assert (charts(again), address(again)) == (charts(chosen), link)
    assert not asked_in_vain(again)


PAIRS = {
    "a twin": {},
    "a mode": {"exhibit": "attention_map", "second_mode": "none", "second_weights": "trained"},
    "a variable": {"exhibit": "forecast_overlay", "second_mode": "gru_to_cnn", "variable": "drift"},
}


@pytest.mark.parametrize("query", PAIRS.values(), ids=PAIRS)
def test_both_sides_and_their_difference_are_pinned_as_they_stand(
    hourly: InspectedModels, query: dict[str, str]
) -> None:
    name = shelf.create(Deck(title="Seminar"))
    at = open_page(PAGE, dataset=hourly.dataset.key, deck=name, **query)
    at.button(key="sides pin").click().run()
    at.button(key="difference pin").click().run()
    assert not at.exception and at.button(key="sides pin").label == "Unpin"
    deck = the_deck(name)
    assert [len(slide.pins) for slide in deck.slides] == [2, 1]
    for side, pin in zip((*TWO_IN_ORDER, "difference"), deck.pins, strict=True):
        card, again = shelf.card(name, pin.picture), made(pin.figure, deck.look)
        assert charts(at)[side] == f"{card.title} {card.finding}"
        assert (again.words, again.name) == (card.words, card.name) and says_the_same(again, card)
        shown = spec(at, side)
        assert json.loads(card.json)["layout"]["yaxis"].get("range") == shown["layout"]["yaxis"].get("range")
    first, second, _ = (shelf.card(name, pin.picture) for pin in deck.pins)
    assert first.title != second.title, "beside each other their titles tell them apart"
    at.button(key="sides pin").click().run()
    assert [pin.against.shows for pin in the_deck(name).pins if pin.against] == ["difference"]


def test_a_deck_of_two_data_sets_goes_with_either(hourly: InspectedModels, daily: InspectedModels) -> None:
    name = shelf.create(Deck(title="Seminar"))
    link = {"exhibit": "gradient_flow", "second_dataset": daily.dataset.key}
    at = open_page(PAGE, dataset=hourly.dataset.key, deck=name, **link)
    at.button(key="sides pin").click().run()
    deck = the_deck(name)
    assert deck.datasets == {hourly.dataset.key, daily.dataset.key} == removal.datasets(name)
    assert len(removal.pictures_of(name, daily.dataset.key)) == 2
    removal.forget(name, daily.dataset.key)
    assert not the_deck(name).slides


def test_two_sides_of_a_figure_that_has_none_are_one_sentence() -> None:
    of_tables = Held(source={}, choices={}, shows=Part.SECOND)
    with pytest.raises(Absent, match="no figure 'published_measured'"):
        made(Figure(exhibit="published_measured", source={}, choices={}, against=of_tables), Look())


def test_another_data_set_shows_its_own_and_says_what_it_has_not(
    hourly: InspectedModels, daily: InspectedModels
) -> None:
    query = {"exhibit": "attention_map", "map": "slot", "slot": "08:00", "second_weights": "trained"}
    at = open_page(PAGE, dataset=hourly.dataset.key, second_dataset=daily.dataset.key, **query)
    assert not at.exception and {*TWO, "difference"} == set(charts(at))
    first, second, _ = feet(at)
    assert hourly.dataset.fingerprint in first and daily.dataset.fingerprint in second
    told = [one.value for one in at.caption if "The second side has no slot of the cycle 08" in one.value]
    assert len(told) == 1 and told[0].endswith("is shown).")


GONE = {
    "data set": ({"second_dataset": "upload-gone"}, "The second data set upload-gone is not here; showing"),
    "horizon": ({"second_horizon": "999"}, "The second horizon 999 is not here; showing 6 instead."),
    "seed": ({"second_seed": "7"}, "The second seed 7 is not here; showing 0 instead."),
    "mode": ({"second_mode": "sideways"}, "The second mode sideways is not here; showing both instead."),
    "figure": ({"exhibit": "no_figure"}, "The figure no_figure is not here; showing"),
}


@pytest.mark.parametrize(("query", "sentence"), GONE.values(), ids=GONE)
def test_a_side_that_is_gone_is_one_sentence(hourly: InspectedModels, query: dict[str, str], sentence: str) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key, **query)
    (told,) = asked_in_vain(at)
    assert sentence.replace("_", r"\_") in told and TWO <= set(charts(at))
    usual = open_page(PAGE, dataset=hourly.dataset.key)
    assert charts(at) == charts(usual), "the page goes on with what is there"


def test_a_mode_that_the_second_data_set_has_not_is_said(hourly: InspectedModels, daily: InspectedModels) -> None:
    at = open_page(
        PAGE, dataset=hourly.dataset.key, second_dataset=daily.dataset.key, second_mode="gru_to_cnn",
        exhibit="forecast_overlay",
    )  # fmt: skip
    (told,) = asked_in_vain(at)
    assert told == "The second mode gru\\_to\\_cnn is not here; showing both instead."
    assert address(at)["second_mode"] == "both"


def test_models_that_go_while_they_are_looked_at_are_named_once(home: Path) -> None:
    runs = home / "studies" / "sample" / "runs"
    write_runs(runs)
    gone = [run.run_id for run in write_runs(runs, horizon=48) if run.model.fusion is Fusion.BOTH]
    query = {"preset": "quick", "horizon": "24", "second_horizon": "48", "exhibit": "error_by_step"}
    at = open_page(PAGE, dataset="NYweather", **query)
    assert not asked_in_vain(at) and TWO <= set(charts(at))
    shutil.rmtree(runs / gone[0])
    at.run()
    (told,) = asked_in_vain(at)
    assert told.startswith("No longer on this machine") and gone[0] in told.replace("\\", "")
    assert TWO <= set(charts(at)), "the page goes on without"


def test_sides_change_places_and_back(hourly: InspectedModels, daily: InspectedModels) -> None:
    query = {"second_dataset": daily.dataset.key, "mode": "gru_to_cnn", "second_mode": "both"}
    at = open_page(PAGE, dataset=hourly.dataset.key, **query)
    before, link = charts(at), address(at)

    def swap() -> None:
        next(button for button in at.button if button.label == "Swap sides").click().run()

    swap()
    assert not at.exception
    found = address(at)
    for name in ("dataset", "mode", "weights", "preset", "horizon", "lookback", "seed"):
        assert (found[name], found[f"second_{name}"]) == (link[f"second_{name}"], link[name])
    assert (charts(at)["first"], charts(at)["second"]) == (before["second"], before["first"])
    swap()
    assert (charts(at), address(at)) == (before, link)


@pytest.mark.parametrize("query", [{"second_weights": "trained"}, {"exhibit": "error_by_step"}], ids=str)
def test_sides_that_show_the_same_say_so(hourly: InspectedModels, query: dict[str, str]) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key, **query)
    assert set(charts(at)) == TWO
    assert any(one.value.startswith("Both sides show the same") for one in at.info)


def test_what_has_no_untrained_twin_begins_with_another_mode(hourly: InspectedModels) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key, exhibit="dcor_comparison")
    link = address(at)
    assert link["mode"] == "both" and link["second_mode"] != "both" and "second_weights" not in link


@pytest.mark.parametrize("exhibit", [name for names in FIGURES.values() for name in names])
def test_every_figure_has_two_sides_or_says_why_not(hourly: InspectedModels, exhibit: str) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key, exhibit=exhibit)
    assert not at.exception and not at.error and not asked_in_vain(at)
    assert charts(at) or at.info, exhibit


@pytest.fixture
def tables(home: Path) -> Path:
    """Return a folder of shipped tables with one in which every published number stands."""
    path = shipped_path(Form.DEFAULT, home / "none shipped" / "tables")
    path.parent.mkdir(parents=True)
    rows = as_published()
    rows.attrs |= {"product": [], "code": [], "measures": [], "data": {}}
    write_rows(path, rows)
    return path.parent


def test_the_grid_is_chosen_by_its_link(hourly: InspectedModels, tables: Path) -> None:
    query = {"sides": "all", "measure": "lead", "ahead": "720", "form": "default"}
    at = open_page(PAGE, dataset=hourly.dataset.key, **query)
    assert not at.exception and set(charts(at)) == {"measure_grid"}
    assert query.items() <= address(at).items()
    assert "Lead at abrupt changes over none (steps): beyond chance in" in charts(at)["measure_grid"]
    other = open_page(PAGE, dataset=hourly.dataset.key, **query | {"measure": "rmse"})
    assert charts(other) != charts(at)
    wrong = open_page(PAGE, dataset=hourly.dataset.key, sides="all", measure="weight", ahead="5")
    assert len(asked_in_vain(wrong)) == 2


def test_without_a_table_the_grid_says_how_to_make_one(hourly: InspectedModels) -> None:
    at = open_page(PAGE, dataset=hourly.dataset.key, sides="all")
    assert not at.exception and not charts(at) and len(at.info) == 1
