"""What if: the page asks every mode with the edits of the link, undoes them, and says what of a link does not fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.exhibits.card import Card
from core.exhibits.catalogue import card, edited, outline
from core.exhibits.links import joined
from core.figures.palette import Look
from core.serve.engine import Engine
from core.vocabulary import Fusion
from tests.support.exhibits import case_of
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import address, charts, open_page, spec

pytestmark = pytest.mark.process

PLACE = 5
FORECASTS = "edited_forecasts"
LEVEL, ZERO = "level:load:-6..-1:1.5", "zero:later load:-12..-1"
PANELS = ("edited_forecasts", "edited_errors", "edited_kernels", "edited_gates", "edited_attention")
ROWS = "edited_rows"
EDITED = (ROWS, *PANELS)


def opened(models: InspectedModels, **query: str) -> AppTest:
    origin = models.dataset.splits.test.start + PLACE
    at = open_page("whatif", dataset=models.dataset.key, variable="load", origin=str(origin), **query)
    assert not at.exception and not at.error
    return at


def press(at: AppTest, label: str = "", key: str = "") -> AppTest:
    found = [one for one in at.button if (one.label == label if label else one.key == key)]
    found[0].click().run()
    assert not at.exception and not at.error
    return at


def shown(at: AppTest, mode: Fusion) -> list[np.ndarray]:
    """Return the lines of a mode in the chart of forecasts: as recorded, then edited."""
    name = {Fusion.BOTH: "both", Fusion.NONE: "none"}[mode]
    return [values(trace["y"]) for trace in spec(at, FORECASTS)["data"] if trace["name"] == name]


def told(at: AppTest) -> list[str]:
    return [warning.value.replace("\\", "") for warning in at.warning if "link_off" in warning.icon]


def test_without_an_edit_every_panel_shows_what_was_recorded_and_how_to_begin(hourly: InspectedModels) -> None:
    at, engine = opened(hourly), Engine(hourly.runs.values)
    assert list(charts(at)) == list(EDITED)
    for mode in (Fusion.BOTH, Fusion.NONE):
        (line,) = shown(at, mode)
        np.testing.assert_allclose(line, engine.ask(hourly.runs[mode].run_id, PLACE).as_is[:, 0], rtol=1e-5)
    for name in PANELS:
        assert "Nothing is edited" in charts(at)[name] and "Add an edit" in charts(at)[name]
        assert "(edited)" not in charts(at)[name]
    assert not {"edits", "edit"} & set(address(at))


def test_the_forecasts_are_those_of_the_engine_and_are_marked(hourly: InspectedModels) -> None:
    at, engine = opened(hourly, edits=joined([LEVEL, ZERO])), Engine(hourly.runs.values)
    for mode in (Fusion.BOTH, Fusion.NONE):
        answer = engine.ask(hourly.runs[mode].run_id, PLACE, edits=[LEVEL, ZERO])
        before, after = shown(at, mode)
        np.testing.assert_allclose(before, answer.as_is[:, 0], rtol=1e-5)
        np.testing.assert_allclose(after, answer.changed[:, 0], rtol=1e-5)
    traces = spec(at, FORECASTS)["data"]
    edited_rows = values(next(trace["y"] for trace in traces if trace["name"] == "edited"))
    np.testing.assert_allclose(edited_rows[-6:], answer.rows[-6:, 0], rtol=1e-5)
    assert np.isnan(edited_rows[:-6]).all()
    for name in PANELS:
        assert "(edited)" in charts(at)[name] and "Nothing is edited" not in charts(at)[name]
    feet = [foot for foot in (one.value.replace("\\", "") for one in at.caption) if "edited: Level shift" in foot]
    assert len(feet) == len(EDITED) and all("Zero, later load, last 12 rows" in foot for foot in feet)


def test_the_rows_are_shown_as_the_engine_reads_them(hourly: InspectedModels) -> None:
    at, engine = opened(hourly, edits=joined([LEVEL, ZERO]), edit="1"), Engine(hourly.runs.values)
    answer = engine.ask(hourly.runs[Fusion.BOTH].run_id, PLACE, edits=[LEVEL, ZERO])
    line = values(drawn(spec(at, ROWS), "edited")["y"])
    np.testing.assert_allclose(line[-6:], answer.rows[-6:, 0], rtol=1e-5)
    assert np.isnan(line[:-6]).all(), "of the other variable nothing is edited"


def test_what_the_form_holds_is_shown_before_it_is_added(hourly: InspectedModels) -> None:
    at = opened(hourly, draft=LEVEL)
    assert np.isfinite(values(drawn(spec(at, ROWS), "edited")["y"])).sum() == 6
    assert "(edited)" not in charts(at)[ROWS]
    assert any("if added: Level shift +1.5 sd, load" in one.value.replace("\\", "") for one in at.caption)


def test_undo_after_add_restores_the_link_and_redo_brings_it_back(hourly: InspectedModels) -> None:
    at = opened(hourly)
    before = address(at)
    press(at, "Add")
    added = address(at)
    assert added["edits"] == added["draft"] == "level:load:-24..-1:1" and added["edit"] == "1"
    assert "(edited)" in charts(at)[FORECASTS]
    press(at, "Undo")
    assert address(at) == before and "Nothing is edited" in charts(at)[FORECASTS]
    press(at, "Redo")
    assert address(at) == added
    press(at, "Reset")
    assert "edits" not in address(at) and "edit" not in address(at)
    press(at, "Undo")
    assert address(at) == added


def test_the_form_changes_the_edit_in_hand(hourly: InspectedModels) -> None:
    at = opened(hourly, edits=joined([ZERO, LEVEL]), edit="2")
    at.slider(key="form amount").set_value(-2.0).run()
    assert address(at)["edits"] == joined([ZERO, "level:load:-6..-1:-2"])
    at.slider(key="form span").set_value((-20, -3)).run()
    at.multiselect(key="form variables").set_value(["load", "drift"]).run()
    assert address(at)["edits"] == joined([ZERO, "level:load,drift:-20..-3:-2"])
    for name, word in (("Hold", "hold:load,drift:-20..-3"), ("Shift in time", "shift:load,drift:-20..-3:1")):
        at.selectbox(key="form kind").set_value(name).run()
        assert address(at)["edits"] == joined([ZERO, word])
    at.slider(key="form amount").set_value(15.0).run()
    at.slider(key="form span").set_value((-12, -3)).run()
    assert address(at)["edits"] == joined([ZERO, "shift:load,drift:-12..-3:10"]), "no further than its span"
    at.selectbox(key="form kind").set_value("Repeat one cycle").run()
    at.slider(key="form span").set_value((-40, -10)).run()
    assert address(at)["edits"] == joined([ZERO, "repeat:load,drift:-24..-10"]), "a cycle earlier is still read"
    at.selectbox(key="form kind").set_value("Swap").run()
    assert address(at)["edits"] == joined([ZERO, "swap:load,drift:-24..-10"])
    assert not told(at)


def test_edits_are_moved_removed_and_taken_in_hand(hourly: InspectedModels) -> None:
    at = opened(hourly, edits=joined([ZERO, LEVEL]))
    press(at, key="take 2")
    assert address(at)["edit"] == "2" and at.slider(key="form amount").value == 1.5
    press(at, key="up 2")
    assert address(at)["edits"] == joined([LEVEL, ZERO]) and address(at)["edit"] == "1"
    press(at, key="remove 1")
    assert address(at)["edits"] == ZERO and "edit" not in address(at)
    press(at, key="take 1")
    press(at, key="take 1")
    assert "edit" not in address(at), "it is let go"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("level:wind:-6..-1:1", "'wind', which is no variable here"),
        ("zero:load:-500..-1", "begins at row -48"),
        ("bend:load:-6..-1", "There is no edit 'bend'"),
    ],
)
def test_an_edit_that_does_not_fit_is_one_sentence_and_the_rest_is_shown(
    hourly: InspectedModels, word: str, said: str
) -> None:
    at = opened(hourly, edits=joined([word, LEVEL]))
    (sentence,) = told(at)
    assert said in sentence and "1 edit left out" in sentence
    assert address(at)["edits"] == LEVEL and "(edited)" in charts(at)[FORECASTS]


def test_a_place_that_no_edit_has_is_one_sentence(hourly: InspectedModels) -> None:
    at = opened(hourly, edits=LEVEL, edit="7")
    (sentence,) = told(at)
    assert "Edit 7 is not in the list" in sentence and "edit" not in address(at)


def test_a_link_reopens_the_same_and_other_pages_keep_the_edits(hourly: InspectedModels) -> None:
    at = opened(hourly, edits=joined([LEVEL, ZERO]), edit="1")
    link, before = address(at), charts(at)
    again = open_page("whatif", **link)
    assert (charts(again), address(again)) == (before, link) and not told(again)
    at.query_params.clear()
    at.switch_page("views/kernels.py").run()
    assert "edits" not in address(at)
    at.query_params.clear()
    at.switch_page("views/whatif.py").run()
    assert address(at)["edits"] == link["edits"] and charts(at) == before


def cards(models: InspectedModels, texts: Mapping[str, str]) -> list[Card]:
    case = case_of(models.dataset)
    return [card(pin, case, Look()) for pin in edited(case, texts)]


def test_edited_figures_are_pinned_and_marked_in_titles_files_tables_and_feet(hourly: InspectedModels) -> None:
    case, origin = case_of(hourly.dataset), str(hourly.dataset.splits.test.start + PLACE)
    assert edited(case, {}) == edited(case, {"edits": "nonsense"}) == edited(case, {"variable": "load"}) == []
    made = cards(hourly, {"edits": LEVEL, "variable": "load", "origin": origin, "block": "99"})
    assert len(made) == len(EDITED)
    for one, name in zip(made, EDITED, strict=True):
        assert one.title.endswith("(edited)") and one.name.endswith(f"{name}-edited")
        assert "edited: Level shift +1.5 sd, load, last 6 rows" in one.provenance
        assert one.table is not None and any("edited" in column for column in one.table)
    plain = {pin.exhibit for pin in outline(case)}
    assert not plain & set(EDITED), "a deck without edits stays as it is"
    assert "if added" not in made[0].provenance, "what is only in a form is in no file"


def test_the_export_page_offers_them_while_the_link_has_edits(hourly: InspectedModels) -> None:
    origin = str(hourly.dataset.splits.test.start + PLACE)
    query = {"dataset": hourly.dataset.key, "edits": LEVEL, "variable": "load", "origin": origin}
    plain = open_page("export", dataset=hourly.dataset.key)
    at = open_page("export", **query, figure=FORECASTS)
    figures = [next(box for box in one.selectbox if box.label == "Figure").options for one in (plain, at)]
    assert len(figures[1]) == len(figures[0]) + len(EDITED) and not [name for name in figures[0] if "edited" in name]
    assert sum("(edited)" in name for name in figures[1]) == len(EDITED)
    assert list(charts(at)) == [FORECASTS] and "(edited)" in charts(at)[FORECASTS]
    assert query.items() <= address(at).items() and not told(at)
