"""Data: what a file holds is said, a refused one says why, and an accepted one becomes the chosen data set."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from core.data import uploads
from dashboard import cache, datasets
from dashboard.plain import escaped
from tests.pages import address, open_page

pytestmark = pytest.mark.usefixtures("home")


def table(rows: int, step: str = "h") -> bytes:
    stamps = pd.date_range("2024-01-01", periods=rows, freq=step)
    wave = np.sin(np.arange(rows) * 2 * np.pi / 24)
    frame = pd.DataFrame({"date": stamps, "load": wave + np.arange(rows) / rows, "heat": wave**2})
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)
    return buffer.getvalue().encode()


def test_the_sample_is_described() -> None:
    at = open_page("data")
    assert at.title[0].value == "Data"
    assert at.metric[0].value == f"{len(cache.dataset('NYweather').frame):,}"
    assert not at.error


@pytest.mark.parametrize(("view", "charts"), [("series", 1), ("report", 0), ("split", 1), ("cycle", 1)])
def test_each_view_draws(view: str, charts: int) -> None:
    at = open_page("data", view=view)
    assert not at.exception
    assert not at.error
    assert len(at.get("plotly_chart")) == charts


def test_an_accepted_file_becomes_the_chosen_data_set() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("mine.csv", table(2000), "text/csv").run()
    assert not at.exception
    (key,) = uploads.keys()
    assert address(at)["dataset"] == key
    assert at.metric[0].value == "2,000"
    at.selectbox(key="pick dataset").set_value("NYweather").run()  # the file still in the box does not come back
    assert address(at)["dataset"] == "NYweather"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("bytes.csv", bytes(range(256)) * 40),
        ("fake.xlsx", b"PK\x03\x04 not a workbook"),
        ("notime.csv", b"a,b\n" + b"x,y\n" * 100),
    ],
)
def test_a_refused_file_says_why_and_changes_nothing(name: str, content: bytes) -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload(name, content).run()
    assert not at.exception
    assert len(at.error) == 1
    assert len(at.error[0].value) > 20
    assert uploads.keys() == []
    assert address(at)["dataset"] == "NYweather"


def test_a_short_file_names_the_longest_look_back_that_fits() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("short.csv", table(1100), "text/csv").run()
    (warning,) = at.warning
    assert "too short for a look-back of 720" in warning.value
    longest = int(warning.value.split("fits is ")[1].split()[0])
    assert longest % 36 == 0
    assert 0 < longest <= 770 - 96


def test_daily_data_say_which_cycle_is_used_instead() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("daily.csv", table(900, "D"), "text/csv").run()
    at.query_params["view"] = "cycle"
    at.run()
    assert any("time of day does not apply" in info.value for info in at.info)
    assert len(at.get("plotly_chart")) == 1


def test_a_missing_official_file_is_offered_for_download() -> None:
    at = open_page("data", dataset="ETTh2")
    assert any("not on this machine" in markdown.value for markdown in at.markdown)
    assert any(button.label == "Download it once" for button in at.button)
    assert not at.metric


def test_split_statistics_put_train_at_zero_and_one() -> None:
    dataset = cache.dataset("NYweather")
    statistics = datasets.split_statistics(dataset.fingerprint, dataset)
    train = statistics[statistics["split"] == "train"]
    np.testing.assert_allclose(train["mean"], 0, atol=1e-6)
    np.testing.assert_allclose(train["sd"], 1, atol=1e-5)


def test_words_of_a_file_are_shown_as_they_are() -> None:
    assert escaped("*a* [x](http://y) $z$") == r"\*a\* \[x\](http\://y) \$z\$"


def test_figures_carry_the_data_they_show() -> None:
    at = open_page("data", view="series", variables="EWR temp")
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in figure["data"]] == ["EWR temp"]


def test_a_choice_of_another_data_set_gives_way_to_the_usual_one() -> None:
    at = open_page("data", variables="EWR temp|JFK temp")
    at.file_uploader(key="upload").upload("mine.csv", table(2000), "text/csv").run()
    assert address(at)["variables"] == "load|heat"
    at.multiselect(key="pick variables").set_value([]).run()
    assert address(at)["variables"] == ""  # a cleared choice stays cleared
