"""Pins on every page, and the Deck page: one click puts a figure into a deck, one takes it out, all can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.decks import shared, shelf
from core.decks.deck import Deck, Slide
from core.decks.folder import DeckError, find
from core.decks.sources import made
from core.exhibits.exhibit import Absent
from core.holdings import removal
from core.holdings.holding import HoldingKind
from core.holdings.listing import holdings
from core.report import kept
from dashboard import export, pins
from tests.support.decks import pin
from tests.support.inspected import InspectedModels
from tests.support.pages import address, charts, open_page, spec
from tests.support.pages import write_runs as write_runs_in
from tests.support.tiny import tiny_dataset


@pytest.fixture
def runs(home: Path) -> None:
    write_runs_in(home / "studies" / "one" / "runs")


def pressed(at: AppTest, exhibit: str) -> AppTest:
    """Press the pin of a figure."""
    return at.button(key=f"{exhibit} pin").click().run()


def the_deck() -> Deck:
    (entry,) = shelf.entries()
    found = find(entry.name)
    assert found is not None
    return found


def tool(at: AppTest, icon: str) -> AppTest:
    return at.button(key=f"slide {icon}").click().run()


def titles(at: AppTest) -> list[str]:
    (listed,) = at.radio
    return [option.partition(". ")[2] for option in listed.options]


def told(at: AppTest) -> list[str]:
    return [toast.value.replace("\\", "") for toast in at.toast]  # as a reader sees it


@pytest.mark.usefixtures("runs")
def test_one_click_pins_a_figure_as_it_stands_and_one_takes_it_out() -> None:
    at = open_page("overview", dataset="NYweather", horizon="24", lookback="72", preset="quick")
    assert at.button(key="mode_comparison pin").label == "Pin"
    pressed(at, "mode_comparison")
    assert not at.exception and told(at) == [f"Pinned to “{pins.FIRST}”: slide 1."]
    assert at.button(key="mode_comparison pin").label == "Unpin"
    (one,) = the_deck().pins
    assert one.exhibit == "mode_comparison" and one.source["dataset"] == "NYweather"
    assert one.source["horizon"] == "24" and one.source["preset"] == "quick"
    card = made(one.figure, the_deck().look)
    assert charts(at)["mode_comparison"] == f"{card.title} {card.finding}"
    pressed(at, "mode_comparison")
    assert not the_deck().slides and at.button(key="mode_comparison pin").label == "Pin"


@pytest.mark.usefixtures("runs")
def test_another_choice_of_the_same_figure_is_another_pin() -> None:
    query = {"dataset": "NYweather", "horizon": "24", "lookback": "72", "preset": "quick"}
    at = pressed(open_page("ground_truth", **query), "ground_truth")
    assert at.button(key="ground_truth pin").label == "Unpin"
    at.query_params["draw"] = "7"
    at.run()
    assert at.button(key="ground_truth pin").label == "Pin"
    pressed(at, "ground_truth")
    assert [one.choices["draw"] for one in the_deck().pins] == ["0", "7"]


def test_every_figure_of_an_inspected_case_can_be_pinned_and_is_made_again(hourly: InspectedModels) -> None:
    name = shelf.create(Deck(title="All of them"))
    for page in ("overview", "forecasts", "kernels", "gates", "attention", "gradients", "model"):
        at = open_page(page, dataset=hourly.dataset.key, deck=name)
        for exhibit, said in charts(at).items():
            pressed(at, exhibit)
            assert not at.exception and not at.error, (page, exhibit)
            deck = find(name)
            assert deck is not None
            last = deck.pins[-1]
            card = shelf.card(name, last.picture)
            assert last.exhibit == exhibit and said == f"{card.title} {card.finding}"
            again = made(last.figure, deck.look)
            assert again.words == card.words and kept.says_the_same(again, card) and again.name == card.name


@pytest.fixture
def two(home: Path) -> str:
    name = shelf.create(Deck(title="Seminar"))
    at = open_page("ground_truth", deck=name)
    pressed(at, "ground_truth")
    at.query_params["draw"] = "7"
    pressed(at.run(), "ground_truth")
    return name


def test_without_a_deck_the_page_says_how_to_begin(home: Path) -> None:
    at = open_page("deck")
    assert not at.exception and "button **Pin**" in at.info[0].value
    at.button[0].click().run()
    assert [entry.deck.title for entry in shelf.entries()] == [pins.FIRST]
    assert any("no slides yet" in info.value for info in at.info)


def test_slides_are_put_in_order_and_every_change_is_undone(two: str) -> None:
    at = open_page("deck", deck=two)
    assert not at.exception and len(titles(at)) == 2
    first, second = (one.choices["draw"] for one in (find(two) or Deck(title="x")).pins)
    tool(at, "arrow_upward")  # the last slide is the one at hand
    assert [one.choices["draw"] for one in the_deck().pins] == [second, first]
    tool(at, "content_copy")
    assert len(titles(at)) == 3
    tool(at, "splitscreen_right")
    assert [len(slide.pins) for slide in the_deck().slides] == [2, 1]
    tool(at, "call_split")
    tool(at, "delete")
    assert [one.choices["draw"] for one in the_deck().pins] == [second, first]
    for _ in range(5):
        next(button for button in at.button if button.label == "Undo").click().run()
    assert [one.choices["draw"] for one in the_deck().pins] == [first, second]
    assert address(at)["deck"] == two and not at.exception


def test_words_of_slides_and_of_the_deck_are_kept(two: str) -> None:
    at = open_page("deck", deck=two)
    fields = {field.label: field for field in at.text_input}
    fields["Caption, in place of the question"].set_value("What we planted").run()
    at.text_area[0].set_value("Say slowly.").run()
    at.toggle[0].set_value(True).run()
    deck = the_deck()
    assert (deck.slides[-1].caption, deck.slides[-1].note, deck.slides[-1].numbers) == (
        "What we planted",
        "Say slowly.",
        True,
    )
    for text in ("지역 세미나", "   "):  # a deck has a title
        at = open_page("deck")
        assert titles(at)[-1].startswith("What we")
        next(field for field in at.text_input if field.label == "Title").set_value(text).run()
        assert the_deck().title == "지역 세미나"


def test_the_page_shows_the_picture_that_is_kept_and_says_where_it_is_damaged(two: str, home: Path) -> None:
    at = open_page("deck", deck=two)
    (key,) = charts(at)
    assert spec(at, key)["data"][0]["type"] == "scatter"
    (home / "decks" / two / "pictures" / the_deck().pins[-1].picture).write_bytes(b"damaged")
    at = open_page("deck", deck=two)
    assert not at.exception and not charts(at)
    assert any("The picture of this slide is gone" in warning.value for warning in at.warning)
    assert titles(at)[-1] == "its picture is gone"


def test_a_link_to_a_deck_that_is_gone_says_so_and_a_removed_one_comes_back(two: str) -> None:
    at = open_page("deck", deck="0123abcd")
    (said,) = at.warning
    assert "0123abcd" in said.value and "showing" in said.value
    assert address(at)["deck"] == two
    next(button for button in at.button if button.label == "Remove").click().run()
    assert not shelf.entries() and not at.exception
    next(button for button in at.button if button.label.startswith("Bring back")).click().run()
    assert [entry.name for entry in shelf.entries()] == [two] and address(at)["deck"] == two


def test_made_again_the_page_names_what_changed_and_what_keeps_its_picture(two: str) -> None:
    shelf.change(two, lambda now: now.with_slide(Slide(pins=(pin(picture=now.pins[0].picture),))))
    at = open_page("deck", deck=two)
    next(button for button in at.button if button.label.startswith("Make it again")).click().run()
    assert not at.exception and any("No slide changed" in box.value for box in at.success)
    assert any(box.value.startswith("Slide 3 keeps its last picture") for box in at.warning)


def test_a_file_that_is_no_deck_is_one_sentence(home: Path) -> None:
    with pytest.raises(DeckError, match="is no deck"):
        shared.opened(b"PK nothing")
    assert export.MIME["deck"]  # it is saved under its own suffix


def test_what_cannot_be_made_on_paper_is_told_and_nothing_is_pinned(
    two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page("ground_truth", deck=two, draw="9")

    def gone(*_: object) -> None:
        raise Absent("It is gone.")

    monkeypatch.setattr(pins, "written", gone)
    pressed(at, "ground_truth")
    assert not at.exception and told(at) == ["It is gone."] and len(the_deck().slides) == 2


def test_a_deck_with_a_figure_of_somebody_elses_upload_is_listed_for_who_names_it_alone(home: Path) -> None:
    key = tiny_dataset().key
    secret = pin().model_copy(update={"source": {"dataset": key}})
    name = shelf.create(Deck(title="Secret", slides=(Slide(pins=(secret,)),)))
    assert not open_page("deck").radio
    assert len(open_page("deck", dataset=key).radio) == 1  # a session that knows the upload
    at = open_page("deck", deck=name)  # or was given the link of the deck
    assert len(at.radio) == 1
    shelf.change(name, lambda now: now.without(now.slides[0].name))
    assert "Secret" not in str([box.options for box in open_page("deck").selectbox]), "it could be undone"


def test_with_an_upload_go_the_decks_and_slides_of_it(home: Path) -> None:
    mine = tiny_dataset()
    of_mine = pin().model_copy(update={"source": {"dataset": mine.key}})
    alone = shelf.create(Deck(title="Mine alone", slides=(Slide(pins=(of_mine,)),)))
    both = shelf.create(Deck(title="Both", slides=(Slide(pins=(of_mine, pin())), Slide(pins=(of_mine,)))))
    listed = {one.title: one for one in holdings() if one.kind is HoldingKind.DECKS}
    assert set(listed) == {"Mine alone", "Both"} and all(one.uploads == {mine.key} for one in listed.values())
    parts = {(part.what.value, part.title) for part in removal.made_from(mine.key)}
    assert {("deck", "Mine alone"), ("slides of a deck", "Both")} <= parts
    removal.remove(mine.key)
    assert find(alone) is None
    deck = find(both)
    assert deck is not None and [one.source["dataset"] for one in deck.pins] == ["x"]
    assert [part.title for part in removal.parts_of([one for one in holdings() if one.title == "Both"])] == ["Both"]


def test_a_file_is_written_when_asked_and_lies_ready_until_the_deck_changes(two: str) -> None:
    at = open_page("deck")
    at.button(key="deck .html").click().run()
    assert not at.exception and not at.error
    (ready,) = [button for button in at.get("download_button") if "HTML" in button.proto.label]
    assert "kB" in ready.proto.label or "MB" in ready.proto.label
    tool(at, "content_copy")
    assert not [button for button in at.get("download_button") if "HTML" in button.proto.label]


def test_a_file_that_cannot_be_written_is_told(two: str, no_chromium: None) -> None:
    at = open_page("deck")
    at.button(key="deck .pdf").click().run()
    assert any("needs Chromium" in sentence for sentence in told(at))
    assert not [button for button in at.get("download_button") if "PDF" in button.proto.label]


def test_figures_drawn_in_another_look_than_the_decks_are_counted(two: str) -> None:
    at = open_page("deck")
    shelf.change(two, lambda now: now.model_copy(update={"scheme": "dark"}))
    at.run()
    assert ["2 figures were drawn in another language or scheme"] == [one.value.split(":")[0] for one in at.info]
