"""Questions on the Data page: a file's owner answers what it leaves open, and the same upload is read again."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data import uploads
from core.data.catalog import load_dataset
from core.data.choices import SPREAD, Choices
from tests.support.pages import address, open_page


def control() -> None:
    """Ask as a page does; what was answered stays in the session."""
    import streamlit as st

    from core.data.choices import Option, Question
    from dashboard.data import questions

    readings = (Option("point", "4492 *"), Option("comma", "4.492"))
    asked = (
        Question("decimal", "What is 4,492 in *load*?", readings, st.session_state["taken"]),
        Question("series", "Which of 9?", tuple(Option(f"shop={place}", f"shop_{place}") for place in range(9))),
        Question("start", "When was the first row?"),
        Question("step", "How far apart are the rows?"),
    )
    questions.ask(asked, upload="1")


def asking(*, taken: str = "", **answers: str) -> AppTest:
    at = AppTest.from_function(control)
    at.session_state["taken"] = taken
    at.session_state["answers 1"] = answers
    return at.run()


def test_a_coin_toss_is_left_to_the_owner() -> None:
    at = asking()
    assert at.radio[0].label == r"What is 4,492 in \*load\*?"
    assert at.radio[0].options == [r"4492 \*", "4.492"]
    assert [box.label for box in at.selectbox] == ["Which of 9?", "How far apart are the rows?"], (
        "many go into a menu"
    )
    assert at.radio[0].value is None and at.selectbox[0].value is None and at.text_input[0].value == ""
    at.button[0].click().run()
    assert at.session_state["answers 1"] == {}, "nothing is taken for granted"


def test_answers_are_taken_when_the_button_is_pressed() -> None:
    at = asking()
    at.radio[0].set_value("comma")
    at.selectbox[0].set_value("shop=7")
    at.text_input[0].set_value(" 2024-01-31 13:00 ")
    at.selectbox[1].set_value("15min")
    at.button[0].click().run()
    wanted = {"decimal": "comma", "series": "shop=7", "start": "2024-01-31 13:00", "step": "15min"}
    assert at.session_state["answers 1"] == wanted
    assert Choices.from_answers(wanted) == Choices(**wanted)
    assert not at.exception


def test_the_reading_that_was_taken_is_chosen_unless_something_was_answered() -> None:
    assert asking(taken="comma").radio[0].value == "comma"
    at = asking(taken="point", decimal="comma", step="20min", start="2024")
    assert at.radio[0].value == "comma"
    assert at.selectbox[1].value == "20min", "one that is not among the common ones"
    assert at.text_input[0].value == "2024"


def upload(name: str, content: str) -> AppTest:
    at = open_page("data")
    return at.file_uploader(key="upload").upload(name, content.encode(), "text/csv").run()


def answer(at: AppTest, question: str, text: str) -> None:
    """Give the control of one question an answer."""
    controls = [*at.radio, *at.selectbox, *at.text_input]
    (found,) = [control for control in controls if (control.key or "").startswith(f"answer {question} ")]
    found.set_value(text)


def read_again(at: AppTest) -> AppTest:
    (button,) = [button for button in at.button if button.label == "Read again"]
    return button.click().run()


def chosen(at: AppTest) -> pd.DataFrame:
    """Return the values of the data set that the page shows."""
    assert not at.exception
    return load_dataset(address(at)["dataset"]).frame


def thousands() -> tuple[str, list[int]]:
    loads = [1_000 + 7 * place for place in range(100)]
    stamps = pd.date_range("2024-01-01", periods=100, freq="h")
    rows = [f"{stamp};{load:,}" for stamp, load in zip(stamps, loads, strict=True)]
    return "\n".join(["date;load", *rows]), loads


@pytest.mark.process
@pytest.mark.usefixtures("home")
def test_a_file_that_can_be_read_two_ways_is_read_as_its_owner_says() -> None:
    content, loads = thousands()
    at = upload("plant.csv", content)
    assert len(at.error) == 1 and uploads.keys() == []
    answer(at, "decimal", "point")
    at = read_again(at)
    assert not at.error
    assert chosen(at)["load"].tolist() == loads
    answer(at, "decimal", "comma")  # folded now, and still to be changed
    at = read_again(at)
    np.testing.assert_allclose(chosen(at)["load"], np.array(loads) / 1000)
    assert len(uploads.keys()) == 2, "the first reading stays a data set of its own"


@pytest.mark.process
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("said", [SPREAD, "shop=north"])
def test_two_series_below_each_other_are_spread_or_one_is_taken(said: str) -> None:
    stamps = pd.date_range("2024-01-01", periods=100, freq="D")
    parts = [
        pd.DataFrame({"date": stamps, "shop": shop, "sold": np.arange(100) % 17 + start}) for shop, start in SHOPS
    ]
    buffer = io.StringIO()
    pd.concat(parts).to_csv(buffer, index=False)
    at = upload("shops.csv", buffer.getvalue())
    assert len(at.error) == 1 and "shop" in at.error[0].value and uploads.keys() == []
    answer(at, "series", said)
    at = read_again(at)
    frame = chosen(at)
    assert len(frame) == 100
    assert sorted(frame.iloc[0]) == ([5, 30] if said == SPREAD else [5])


SHOPS = (("north", 5), ("south", 30))


@pytest.mark.process
@pytest.mark.usefixtures("home")
def test_a_file_without_times_is_read_from_the_start_and_step_that_are_told() -> None:
    at = upload("untimed.csv", "\n".join(["load,heat", *(f"{place % 24}.5,{place % 7}.25" for place in range(200))]))
    assert len(at.error) == 1 and uploads.keys() == []
    answer(at, "start", "2024-03-01 06:00")
    answer(at, "step", "15min")
    at = read_again(at)
    frame = chosen(at)
    assert [str(stamp) for stamp in frame.index[:2]] == ["2024-03-01 06:00:00", "2024-03-01 06:15:00"]
    assert len(frame) == 200 and list(frame.columns) == ["load", "heat"]
