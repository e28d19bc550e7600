"""Presenting a deck: slides in order, the link keeps the one shown, and what is live never changes the pin."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.decks import shelf
from core.decks.deck import Deck, Slide
from core.decks.folder import find
from core.report import kept
from dashboard import whatif
from tests.support.decks import deck_of, pin_all, three_cards
from tests.support.inspected import InspectedModels
from tests.support.pages import address, charts, open_page, spec

LEVEL = "level:{}:-12..-1:2"


@pytest.fixture
def three(home: Path) -> str:
    name = shelf.create(Deck(title="Seminar"))
    pin_all(name, three_cards())
    shelf.change(name, lambda deck: deck.changed(deck.slides[1].name, caption="What *we* found"))
    return name


def slides(name: str) -> tuple[Slide, ...]:
    deck = find(name)
    assert deck is not None
    return deck.slides


def press(at: AppTest, key: str) -> AppTest:
    return at.button(key=key).click().run()


def place(at: AppTest) -> str:
    return next(text.value for text in at.markdown if " / " in text.value)


def test_without_a_slide_it_says_how_to_get_one(home: Path) -> None:
    for at in (open_page("present"), open_page("present", deck=shelf.create(Deck(title="Empty")))):
        assert not at.exception and not at.error
        assert any("no slide to present yet" in text.value for text in at.markdown)


def test_keys_go_from_the_first_slide_to_the_last_and_the_link_keeps_the_place(three: str) -> None:
    at = open_page("present", deck=three)
    assert not at.exception and place(at) == "1 / 3" and at.button(key="back").disabled
    for number, key in ((2, "next"), (3, "PageDown")):
        press(at, key)
        assert place(at) == f"{number} / 3" and address(at)["slide"] == slides(three)[number - 1].name
    assert at.button(key="next").disabled and len(charts(at)) == 1
    assert place(open_page("present", **address(at))) == "3 / 3"
    assert place(press(at, "Home")) == "1 / 3" and place(press(at, "End")) == "3 / 3"
    assert place(press(at, "back")) == "2 / 3"


def test_a_caption_stands_in_place_of_the_question(three: str) -> None:
    at = open_page("present", deck=three, slide=slides(three)[1].name)
    assert [header.value for header in at.header] == ["What \\*we\\* found"]
    first = open_page("present", deck=three)
    assert [header.value for header in first.header] == [three_cards()[0].title]


def test_two_pictures_of_a_slide_are_shown_beside_each_other(three: str) -> None:
    shelf.change(three, lambda deck: deck.joined(deck.slides[0].name))
    at = open_page("present", deck=three)
    assert len(charts(at)) == 2 and place(at) == "1 / 2" and len(at.subheader) == 2


def test_a_picture_that_is_gone_is_told_and_the_rest_goes_on(home: Path) -> None:
    name = shelf.create(deck_of("a"))
    pin_all(name, three_cards()[:1])
    at = open_page("present", deck=name)
    assert not at.exception and not charts(at)
    assert any("picture of this slide is gone" in warning.value for warning in at.warning)
    assert not at.toggle, "its data are nowhere"
    assert len(charts(press(at, "next"))) == 1


def test_a_slide_that_is_none_is_told_and_the_first_is_shown(three: str) -> None:
    at = open_page("present", deck=three, slide="0123abcd")
    assert place(at) == "1 / 3" and "showing the first one" in at.warning[0].value


def test_the_deck_page_leads_to_the_first_slide(three: str) -> None:
    at = open_page("deck", deck=three)
    next(button for button in at.button if button.label == "Present").click().run()
    assert not at.exception and at.title[0].value == "Present" and place(at) == "1 / 3"
    empty = open_page("deck", deck=shelf.create(Deck(title="Empty")))
    assert next(button for button in empty.button if button.label == "Present").disabled


def test_a_live_figure_follows_its_pickers_and_the_pin_stays_as_it_is(home: Path) -> None:
    name = shelf.create(Deck(title="Seminar"))
    at = open_page("ground_truth", deck=name, draw="7")
    press(at, "ground_truth pin")
    before = slides(name)
    at = open_page("present", deck=name)
    ((kept_as, shown),) = charts(at).items()
    pinned = spec(at, kept_as)["data"]
    at.toggle[0].set_value(True).run()
    assert not at.exception and not at.error
    assert address(at)["live"] == "1" and address(at)["draw"] == "7"
    assert charts(at) == {"ground_truth": shown}
    again = open_page("present", **address(at) | {"draw": "8"})
    assert not again.exception and spec(again, "ground_truth")["data"] != pinned and slides(name) == before
    again.toggle[0].set_value(False).run()
    assert list(charts(again).values()) == [shown] and "live" not in address(again)


def test_what_other_pages_had_comes_back_once_a_live_slide_is_left(home: Path) -> None:
    name = shelf.create(Deck(title="Seminar"))
    press(open_page("ground_truth", deck=name, draw="7"), "ground_truth pin")
    at = open_page("ground_truth", deck=name, draw="5")
    at.switch_page("views/present.py").run()
    at.toggle[0].set_value(True).run()
    assert address(at)["draw"] == "7"
    at.toggle[0].set_value(False).run()
    at.switch_page("views/ground_truth.py").run()
    assert address(at)["draw"] == "5"


@pytest.mark.process
def test_edits_of_a_pinned_what_if_are_changed_in_place(hourly: InspectedModels) -> None:
    name = shelf.create(Deck(title="Seminar"))
    edit = LEVEL.format(hourly.dataset.variables[0])
    at = open_page("whatif", dataset=hourly.dataset.key, deck=name, edits=edit)
    press(at, "edited_rows pin")
    before = slides(name)
    at = open_page("present", dataset=hourly.dataset.key, deck=name)
    at.toggle[0].set_value(True).run()
    assert not at.exception and not at.error and address(at)["edit"] == "1"
    assert at.slider(key=whatif.AMOUNT).value == 2.0
    at.slider(key=whatif.AMOUNT).set_value(1.0).run()
    assert not at.exception and address(at)["edits"] == edit.removesuffix("2") + "1"
    assert "edited_rows" in charts(at) and slides(name) == before


def test_the_picture_of_a_slide_carries_its_words_to_the_clipboard() -> None:
    for card in three_cards():
        assert card.title.split()[0] in card.frame and str(card.framed(1280).layout.height) in card.frame
        assert kept.read(kept.written(card)[1]).frame == card.frame
