"""Decks: what can be done to one, what the shelf keeps, and what becomes of pins."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.catalog import load_dataset
from core.decks import removal, shelf
from core.decks.again import Outcome, again, files_of, renewed, told
from core.decks.deck import MOST_SLIDES, Deck, Figure, Pinned, Slide
from core.decks.folder import DeckError, find, states_of
from core.decks.sources import made
from core.exhibits import cell
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import declared, kept_choices, name_of
from core.exhibits.exhibit import Absent
from core.exhibits.ground_truth import Generated
from core.exhibits.links import joined, texts_of
from core.report import kept
from core.report.kept import PictureError
from core.train.record import RunRecord
from core.vocabulary import Fusion
from tests.support.decks import deck_of, mark_of, pin, pin_all, the_deck, three_cards
from tests.support.report_cards import card, curves

OTHER = Deck(title="Other")


def order(deck: Deck) -> list[str]:
    return ["+".join(one.exhibit for one in slide.pins) for slide in deck.slides]


@pytest.fixture
def deck(home: Path) -> str:
    return shelf.create(Deck(title="Seminar"))


@pytest.fixture
def cards() -> list[Card]:
    return three_cards()


@pytest.fixture
def pinned(deck: str, cards: list[Card]) -> str:
    pin_all(deck, cards)
    return deck


def test_slides_are_moved_doubled_joined_parted_and_taken_out() -> None:
    deck = deck_of("a", "b", "c")
    a, b, c = (slide.name for slide in deck.slides)
    assert order(deck.moved(c, -1)) == ["a", "c", "b"] and order(deck.moved(a, 99)) == ["b", "c", "a"]
    assert deck.moved(a, -1) == deck and deck.moved("ffffffff", 1) == deck
    doubled = deck.doubled(b)
    assert order(doubled) == ["a", "b", "b", "c"] and len({slide.name for slide in doubled.slides}) == 4
    together = deck.changed(b, note="say this").changed(a, note="and that", caption="Mine").joined(a)
    assert order(together) == ["a+b", "c"] and together.slides[0].note == "and that\n\nsay this"
    assert together.joined(a) == together  # two pictures at most
    parted = together.parted(a)
    assert order(parted) == ["a", "b", "c"] and [slide.caption for slide in parted.slides] == ["Mine", "", ""]
    assert order(deck.without(b)) == ["a", "c"]
    full = deck_of(*["a"] * MOST_SLIDES)
    assert full.with_slide(deck.slides[0]) == full == full.doubled(full.slides[0].name)


def test_a_figure_is_found_by_what_it_is_of() -> None:
    deck = deck_of("a", "b")
    assert deck.showing(pin("a").figure) == [deck.slides[0].name]
    assert not deck.showing(Figure(exhibit="a", source={"dataset": "y"}, choices={}))
    assert not deck.joined(deck.slides[0].name).showing(pin("a").figure)


def test_two_tabs_that_change_one_deck_lose_nothing(deck: str) -> None:
    def work(tab: int) -> None:
        for place in range(10):
            new = Slide(pins=(pin(f"{tab} {place}"),))
            shelf.change(deck, lambda now, new=new: now.with_slide(new))  # type: ignore[misc]

    tabs = [threading.Thread(target=work, args=(tab,)) for tab in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    exhibits = [one.exhibit for one in the_deck(deck).pins]
    assert sorted(exhibits) == sorted(f"{tab} {place}" for tab in range(4) for place in range(10))
    for tab in range(4):
        assert [name for name in exhibits if name.startswith(f"{tab} ")] == [f"{tab} {place}" for place in range(10)]


def test_changes_are_undone_one_by_one_and_their_pictures_stay_as_long(pinned: str, cards: list[Card]) -> None:
    first = mark_of(cards[0])
    shelf.change(pinned, lambda now: now.without(now.slides[0].name))
    assert shelf.card(pinned, first).words == cards[0].words
    assert order(shelf.undo(pinned)) == ["curves", "dots", "heat"]
    for _ in range(3):
        shelf.undo(pinned)
    assert not shelf.can_undo(pinned) and shelf.undo(pinned).slides == ()
    shelf.change(pinned, lambda now: now.with_slide(Slide(pins=(pin("dots"),))))
    with pytest.raises(PictureError, match="gone"):
        shelf.card(pinned, first)  # no state of the deck shows it any more


def test_decks_are_listed_with_the_one_changed_last_first_and_a_removed_one_comes_back(deck: str) -> None:
    other = shelf.create(OTHER)
    shelf.change(deck, lambda now: now.model_copy(update={"title": "지역 세미나"}))
    assert [(entry.name, entry.deck.title) for entry in shelf.entries()] == [(deck, "지역 세미나"), (other, "Other")]
    removal.remove(deck)
    assert [entry.name for entry in shelf.entries()] == [other] and find(deck) is None
    with pytest.raises(DeckError, match="gone"):
        shelf.change(deck, lambda now: now)
    assert removal.restore(deck) and find(deck) is not None
    assert not removal.restore(deck)


@pytest.mark.parametrize("name", ["../../etc", "", "ABCDEF01", "0123456", ".1234567", "0123456g"])
def test_only_a_name_of_our_own_making_leads_to_a_deck(name: str, home: Path) -> None:
    assert find(name) is None
    with pytest.raises(DeckError):
        shelf.change(name, lambda now: now)


def test_a_damaged_deck_is_set_aside_and_the_others_stay(deck: str, home: Path) -> None:
    other = shelf.create(OTHER)
    (home / "decks" / deck / "deck.json").write_text('{"title": 3')
    assert [entry.name for entry in shelf.entries()] == [other]
    assert list((home / "decks" / deck).glob("deck.json.damaged*"))
    with pytest.raises(DeckError):
        shelf.change(deck, lambda now: now)


def case_of(runs: dict[Fusion, RunRecord]) -> Case:
    records = tuple(runs.values())
    return Case(load_dataset(records[0].config.dataset), records)


def test_a_pin_is_made_again_as_its_page_made_it(
    tiny_runs: dict[Fusion, RunRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell, "finished_runs", lambda: tuple(tiny_runs.values()))
    case = case_of(tiny_runs)
    one = declared("errors")["error_by_step"]
    figure = Figure(exhibit=one.name, source=texts_of(case), choices={})
    here = one.card(case, one.chosen(case), Deck(title="x").look, name=name_of(case, one.name))
    found = made(figure, Deck(title="x").look)
    assert found.words == here.words and found.json == here.json and found.name == here.name


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        (Figure(exhibit="nothing", source={}, choices={}), "no figure"),
        (Figure(exhibit="error_by_step", source={"dataset": "gone"}, choices={}), "not on this machine"),
        (
            Figure(
                exhibit="error_by_step",
                source={"dataset": "NYweather", "preset": "gone", "horizon": "24", "lookback": "72", "seed": "0"},
                choices={},
            ),
            "train one",
        ),
        (
            Figure(exhibit="error_by_step", source={"dataset": "NYweather", "preset": "default"}, choices={}),
            "pin the figure again",
        ),
        (Figure(exhibit="published_measured", source={"form": "gone"}, choices={}), "does not know"),
        (Figure(exhibit="ground_truth", source={}, choices={"draw": "1000"}), "choose one of"),
    ],
    ids=range(6),
)
def test_what_a_pin_is_of_and_is_gone_is_told_in_one_sentence(figure: Figure, says: str) -> None:
    with pytest.raises(Absent, match=says):
        made(figure, Deck(title="x").look)


def test_made_again_a_deck_tells_what_changed_and_what_is_gone(deck: str) -> None:
    look = Deck(title="x").look
    figure = Figure(exhibit="ground_truth", source=texts_of(Generated()), choices={"draw": "3"})
    same, gone = made(figure, look), card(curves(), "curves")
    assert same.table is not None
    before = replace(same, table=same.table.assign(value=0.0))
    for one, of in ((same, figure), (before, figure), (gone, pin().figure)):
        mark, file = kept.written(one)
        new = Slide(pins=(Pinned(**of.model_dump(), picture=mark),))
        shelf.change(deck, lambda now, new=new: now.with_slide(new), {mark: file})  # type: ignore[misc]
    remade = list(again(the_deck(deck), lambda mark: shelf.card(deck, mark)))
    assert [one.outcome for one in remade] == [Outcome.SAME, Outcome.CHANGED, Outcome.GONE]
    assert "not on this machine" in remade[2].why
    elsewhere = shelf.change(deck, lambda now: now.moved(now.slides[0].name, 2))  # another tab, meanwhile
    after = shelf.change(deck, lambda now: renewed(now, remade), files_of(remade))
    assert order(after) == order(elsewhere)
    assert [one.picture for one in after.pins] == [mark_of(same), mark_of(gone), mark_of(same)]
    assert shelf.card(deck, mark_of(gone)).words == gone.words  # it keeps its last picture
    assert [(place, outcome) for place, outcome, _ in told(after, remade)] == [
        (1, Outcome.CHANGED),
        (2, Outcome.GONE),
    ]


def test_the_data_sets_of_a_deck_are_those_of_every_state_that_it_has_by_now(deck: str) -> None:
    def shown() -> set[str]:
        return {key for state in states_of(deck) for key in state.datasets}

    for key in ("a", "b", "c"):
        new = Slide(pins=(pin("curves").model_copy(update={"source": {"dataset": key}}),))
        shelf.change(deck, lambda now, new=new: now.with_slide(new))  # type: ignore[misc]
        assert key in removal.datasets(deck) == shown()
    shelf.change(deck, lambda now: now.without(now.slides[0].name))
    assert removal.datasets(deck) == {"a", "b", "c"}
    for left in ({"a", "b", "c"}, {"a", "b"}, {"a"}, set()):
        shelf.undo(deck)
        assert removal.datasets(deck) == left == shown()
    removal.remove(deck)
    assert removal.datasets(deck) == set()


def test_figures_of_a_data_set_go_with_it_also_from_what_can_be_undone(deck: str) -> None:
    for one, key in zip(three_cards(), ("a", "b", "b"), strict=True):
        mark, file = kept.written(one)
        new = Slide(pins=(pin(one.name, mark).model_copy(update={"source": {"dataset": key}}),))
        shelf.change(deck, lambda now, new=new: now.with_slide(new), {mark: file})  # type: ignore[misc]
    shelf.change(deck, lambda now: now.without(now.slides[-1].name))
    assert removal.datasets(deck) == {"a", "b"} and len(removal.pictures_of(deck, "b")) == 2
    removal.forget(deck, "b")
    assert order(the_deck(deck)) == ["curves"] and not shelf.can_undo(deck)
    assert removal.datasets(deck) == {"a"} and not removal.pictures_of(deck, "b")
    assert shelf.card(deck, the_deck(deck).pins[0].picture).words == three_cards()[0].words


def test_of_edits_a_pin_keeps_those_of_the_list_not_what_a_form_holds() -> None:
    one = declared("whatif")["edited_rows"]
    first, second = "level:a:-24..-1:1", "zero:a:-4..-1"
    texts = {"variable": "a", "origin": "7", "edits": joined([first, second]), "draft": "level:a:-24..-1:9", "x": "y"}
    kept_here = kept_choices(one, texts)
    assert kept_here == {"variable": "a", "origin": "7", "edits": joined([first, second]), "draft": second}
    assert kept_choices(one, {**texts, "draft": first})["draft"] == first
    assert kept_choices(one, {**texts, "edits": ""})["draft"] == ""
