"""The tour: every step shows its figure or says why not, the link keeps the step, and buttons go on and back."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.claims.helps import Beside
from core.data.catalog import load_dataset
from core.decks import shelf
from core.decks.deck import Deck
from core.decks.sources import made
from core.exhibits.case import Case
from core.exhibits.verdict import numbers_of
from core.report.kept import says_the_same
from core.train.finished import runs_in
from core.vocabulary import Fusion
from dashboard.markup import escaped
from dashboard.tour import AHEAD, STEPS
from tests.support.decks import the_deck
from tests.support.exhibits import EXHIBITS
from tests.support.inspected import InspectedModels
from tests.support.pages import MATCHED_MSE, MSE, address, charts, open_page, write_runs

LAST = len(STEPS)


def opened(models: InspectedModels, step: object) -> AppTest:
    at = open_page("tour", dataset=models.dataset.key, step=str(step))
    assert not at.exception and not at.error
    return at


def asked(at: AppTest) -> str:
    """Return the question of the step that is shown."""
    (header,) = at.header
    return str(header.value)


def press(at: AppTest, key: str) -> AppTest:
    """Click the button that a key stands for."""
    return next(button for button in at.button if button.key == key).click().run()


def leading(at: AppTest) -> set[str]:
    """Return the keys that lead somewhere."""
    keys = ("back", "next", "PageUp", "PageDown", "Home", "End")
    return {button.key for button in at.button if button.key in keys and not button.disabled}


def test_six_steps_tell_one_story_that_ends_in_the_verdict() -> None:
    assert len(STEPS) == 6 and STEPS[-1].exhibit == "verdict"
    assert all(EXHIBITS[step.exhibit].page == step.page and step.look.endswith(".") for step in STEPS)


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_each_step_shows_its_question_its_figure_and_what_to_look_at(hourly: InspectedModels, number: int) -> None:
    at, step = opened(hourly, number), STEPS[number - 1]
    assert asked(at) == EXHIBITS[step.exhibit].question
    assert list(charts(at)) == [step.exhibit]
    told = [text.value for text in at.markdown]
    assert any(escaped(step.look) in text for text in told) and len(at.caption) >= 2, (
        "the foot says where it comes from"
    )
    assert address(at)["step"] == str(number) and not at.warning
    again = open_page("tour", **address(at))
    assert (charts(again), asked(again)) == (charts(at), asked(at))


def test_a_step_is_pinned_by_one_click(hourly: InspectedModels) -> None:
    name = shelf.create(Deck(title="Seminar"))
    for number, step in enumerate(STEPS, start=1):
        at = open_page("tour", dataset=hourly.dataset.key, step=str(number), deck=name)
        press(at, f"{step.exhibit} pin")
        assert not at.exception and at.button(key=f"{step.exhibit} pin").label == "Unpin"
    deck = the_deck(name)
    assert [pin.exhibit for pin in deck.pins] == [step.exhibit for step in STEPS]
    for pin in deck.pins:
        card, again = shelf.card(name, pin.picture), made(pin.figure, deck.look)
        assert again.words == card.words and says_the_same(again, card)


def test_buttons_go_on_to_the_last_step_and_back_to_the_first(hourly: InspectedModels) -> None:
    at = opened(hourly, 1)
    seen = [asked(at)]
    for key in ("next", "PageDown") * (LAST // 2):
        if next(button for button in at.button if button.key == "next").disabled:
            break
        seen.append(asked(press(at, key)))
    assert seen == [EXHIBITS[step.exhibit].question for step in STEPS]
    back = [asked(press(at, key)) for key in ("back", "PageUp", "back", "PageUp", "back")]
    assert back == seen[-2::-1]
    assert leading(at) == {"next", "PageDown", "End"}
    assert asked(press(at, "End")) == seen[-1] and leading(at) == {"back", "PageUp", "Home"}
    assert asked(press(at, "Home")) == seen[0]
    assert asked(press(at, "step 4")) == seen[3] and address(at)["step"] == "4"


@pytest.mark.parametrize("wrong", ["0", "7", "-1", "two", "1.5"])
def test_a_step_that_is_none_is_told_and_the_first_is_shown(hourly: InspectedModels, wrong: str) -> None:
    at = opened(hourly, wrong)
    (told,) = [warning.value for warning in at.warning]
    assert "is not between 1 and 6; showing 1 instead" in told
    assert asked(at) == EXHIBITS[STEPS[0].exhibit].question
    assert not press(at, "next").warning, "the sentence is gone once something is changed"


def test_a_step_that_cannot_be_had_says_so_and_the_tour_goes_on(daily: InspectedModels) -> None:
    at = opened(daily, 3)
    assert asked(at) == EXHIBITS["dcor_comparison"].question and not charts(at)
    (why,) = [info.value for info in at.info]
    assert why.endswith(".")
    assert list(charts(press(at, "next"))) == ["silenced"]


@pytest.mark.process
def test_without_none_there_is_no_verdict_and_the_task_stays(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", fusions=(Fusion.BOTH,))
    at = open_page("tour", dataset="NYweather", step=str(LAST))
    assert not charts(at) and "none" in at.info[0].value
    assert list(charts(press(at, "Home"))) == ["task"]


def test_the_verdict_is_made_from_the_errors_that_are_known(home: Path) -> None:
    seeds, runs = (0, 1, 2), home / "runs"
    write_runs(runs, seeds=seeds, matched=True)
    case = Case(load_dataset("NYweather"), tuple(runs_in(runs)))
    numbers = numbers_of(case)

    def saved(of: float, mode: Fusion = Fusion.BOTH, more: float = 0.01) -> float:
        """Return the % of RMSE that a mode takes off an MSE, the mean over seeds that each add to both."""
        parts = [1 - math.sqrt((MSE[mode] + 0.01 * seed) / (of + more * seed)) for seed in seeds]
        return 100 * sum(parts) / len(parts)

    assert {mode: gain.value for mode, gain in numbers.gains.items()} == pytest.approx(
        {mode: saved(MSE[Fusion.NONE], mode) for mode in Fusion if mode is not Fusion.NONE}
    )
    beside = numbers.beside
    assert beside[Beside.MATCHED].value == pytest.approx(saved(MATCHED_MSE))
    assert beside[Beside.RIDGE].value == pytest.approx(saved(0.6, more=0.0))
    assert beside[Beside.AVERAGED].value == pytest.approx(saved(MSE[Fusion.NONE])), "each keeps 9 tenths of its MSE"
    assert beside[Beside.VARIABLES].value == beside[Beside.STEPS].value == 1
    assert (beside[Beside.VARIABLES].n, beside[Beside.STEPS].n) == (len(case.dataset.variables), 24)
    by_seed = [1 - (MSE[Fusion.BOTH] + 0.01 * seed) / (MSE[Fusion.NONE] + 0.01 * seed) for seed in seeds]
    assert beside[Beside.DAILY].value == pytest.approx(100 * sum(by_seed) / len(seeds))
    assert not beside[Beside.SILENCED].defined and not beside[Beside.KERNELS].defined and numbers.published is None


def test_figures_are_ready_two_steps_ahead(hourly: InspectedModels, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard import tour

    drawn: list[str] = []
    card = tour._card
    monkeypatch.setattr(tour, "_card", lambda case, one, look: (drawn.append(one.name), card(case, one, look))[1])
    opened(hourly, 2)
    assert drawn[-1 - AHEAD :] == [step.exhibit for step in STEPS[1 : 2 + AHEAD]]
