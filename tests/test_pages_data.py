"""Data: what a file holds is said, a refused one says why, and an accepted one becomes the chosen data set."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.config import WindowConfig
from core.data import uploads
from core.data.catalog import load_dataset, titles
from core.data.ingest import ingest
from core.data.report import LeftOut
from core.data.step import Step
from core.data.windows import lookback_advice
from core.exhibits.data import split_statistics
from core.exhibits.links import parts
from core.figures.palette import Look
from core.figures.series import scaling_shift
from core.text.message import Message
from dashboard.data.facts import lookback_note
from dashboard.markup import escaped
from tests.support import tiny
from tests.support.pages import address, charts, open_page, spec

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
    assert at.metric[0].value == f"{len(load_dataset('NYweather').frame):,}"
    assert not at.error


@pytest.mark.parametrize(
    ("view", "drawn"),
    [("series", ["series_plot"]), ("report", []), ("split", ["scaling_shift"]), ("cycle", ["daily_profile"])],
)
def test_each_view_draws(view: str, drawn: list[str]) -> None:
    at = open_page("data", view=view)
    assert not at.exception
    assert not at.error
    assert list(charts(at)) == drawn


@pytest.mark.process
def test_an_accepted_file_becomes_the_chosen_data_set() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("mine.csv", table(2000), "text/csv").run()
    assert not at.exception
    (key,) = uploads.keys()
    assert address(at)["dataset"] == key
    assert at.metric[0].value == "2,000"
    at.selectbox(key="pick dataset").set_value("NYweather").run()  # the file still in the box does not come back
    assert address(at)["dataset"] == "NYweather"


@pytest.mark.process
def test_a_file_is_shared_when_its_owner_says_so_before_or_after_it_came() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("mine.csv", table(2000), "text/csv").run()
    (key,) = uploads.keys()
    for shared in (False, True, False):
        at.checkbox(key="share upload").set_value(shared).run()
        assert not at.exception and uploads.account_of(key).shared is shared
    at.checkbox(key="share upload").check().run()
    at.file_uploader(key="upload").upload("other.csv", table(2100), "text/csv").run()
    assert len(uploads.keys()) == 2 and all(uploads.account_of(key).shared for key in uploads.keys())


@pytest.mark.process
def test_an_upload_is_removed_on_its_page_and_not_read_again_from_the_box() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("mine.csv", table(2000), "text/csv").run()
    (key,) = uploads.keys()
    at.session_state[f"removal of {key}"] = True
    at.run()
    at.button(key=f"remove {key}").click().run()
    assert not at.exception and not at.error
    assert uploads.keys() == [] and address(at)["dataset"] == "NYweather"


@pytest.mark.process
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


@pytest.mark.parametrize(("lookback", "horizon"), [(720, 96), (9000, 96), (9000, 1700), (720, 9000)])
def test_what_is_too_short_is_told_as_the_command_line_tells_it(lookback: int, horizon: int) -> None:
    dataset = load_dataset("NYweather")
    advice = lookback_advice(dataset.splits, WindowConfig(lookback, horizon), 36)
    assert lookback_note(dataset, horizon, lookback, 36) == (f"{dataset.title}: {advice}" if advice else "")


@pytest.mark.process
def test_a_short_file_names_the_longest_look_back_that_fits() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("short.csv", table(1100), "text/csv").run()
    (warning,) = at.warning
    assert "Too short for look-back 720" in warning.value
    longest = int(warning.value.split("fits is ")[1].split(",")[0])
    assert longest % 36 == 0
    assert 0 < longest <= 770 - 96


@pytest.mark.process
def test_daily_data_say_which_cycle_is_used_instead() -> None:
    at = open_page("data")
    at.file_uploader(key="upload").upload("daily.csv", table(900, "D"), "text/csv").run()
    at.query_params["view"] = "cycle"
    at.run()
    assert any("time of day does not apply" in info.value for info in at.info)
    assert list(charts(at)) == ["daily_profile"]


def test_a_missing_official_file_is_offered_for_download() -> None:
    at = open_page("data", dataset="ETTh2")
    assert any("not on this machine" in markdown.value for markdown in at.markdown)
    assert any(button.label == "Download it once" for button in at.button)
    assert not at.metric


def test_split_statistics_put_train_at_zero_and_one() -> None:
    dataset = load_dataset("NYweather")
    statistics = split_statistics(dataset)
    train = statistics[statistics["split"] == "train"]
    np.testing.assert_allclose(train["mean"], 0, atol=1e-6)
    np.testing.assert_allclose(train["sd"], 1, atol=1e-5)


def test_a_variable_without_a_test_value_has_no_test_statistics_and_no_say_in_the_finding() -> None:
    frame = tiny.tiny_frame(600)
    frame.loc[frame.index[-130:], "drift"] = np.nan
    statistics = split_statistics(tiny.stored(frame, "early.csv"))
    means = statistics.set_index(["split", "variable"])["mean"]
    assert np.isnan(means["test", "drift"]) and means.notna().sum() == 8
    assert "nan" not in scaling_shift(statistics, look=Look()).finding


def test_words_of_a_file_are_shown_as_they_are() -> None:
    assert escaped("*a* [x] $z$ a & b") == r"\*a\* \[x\] \$z\$ a \& b"
    assert escaped("two\n\nlines") == "two lines"


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("http://evil.invalid", ("http:", "//evil.invalid")),
        ("see WWW.evil.invalid", ("see WWW", ".evil.invalid")),
        ("mail@evil.invalid", ("mail@", "evil.invalid")),
        (":material/home:", (":", "material/home:")),
        ("a -> b", ("a -", "> b")),
    ],
)
def test_no_address_is_a_link_and_no_arrow_another_sign(text: str, halves: tuple[str, str]) -> None:
    """What a page links or replaces after the signs were escaped holds a sign within that nobody sees."""
    assert escaped(text).replace("\\", "") == "\N{WORD JOINER}".join(halves)
    assert "\N{WORD JOINER}" not in escaped("--start 2024-01-31 13:00 C:/data a->b x>=3")  # as one would copy it


def test_figures_carry_the_data_they_show() -> None:
    at = open_page("data", view="series", variables="EWR temp")
    figure = spec(at, "series_plot")
    assert [trace["name"] for trace in figure["data"]] == ["EWR temp"]


@pytest.mark.process
def test_any_name_can_be_chosen_among_several() -> None:
    lines = table(2000).decode().splitlines()
    content = "\n".join(["date,T|RH,RH %", *lines[1:]])
    at = open_page("data")
    at.file_uploader(key="upload").upload("signs.csv", content.encode(), "text/csv").run()
    at.multiselect(key="pick variables").set_value(["T|RH"]).run()
    figure = spec(at, "series_plot")
    assert [trace["name"] for trace in figure["data"]] == ["T|RH"]
    assert parts(address(at)["variables"]) == ["T|RH"]


@pytest.mark.process
def test_a_choice_of_another_data_set_gives_way_to_the_usual_one() -> None:
    at = open_page("data", variables="EWR temp|JFK temp")
    at.file_uploader(key="upload").upload("mine.csv", table(2000), "text/csv").run()
    assert address(at)["variables"] == "load|heat"
    at.multiselect(key="pick variables").set_value([]).run()
    assert address(at)["variables"] == ""  # a cleared choice stays cleared


def stored(title: str = "mine.csv", step: Step | None = None, **report: object) -> str:
    """Store an accepted file with a report as given; returns its key."""
    read = ingest(io.BytesIO(table(2000)), title)
    assert read.step is not None
    return uploads.store(replace(read, step=step or read.step, report=replace(read.report, **report)), title)  # type: ignore[arg-type]


def key_number(at: AppTest, label: str) -> tuple[str, str]:
    (found,) = [metric for metric in at.metric if metric.label == label]
    return found.value, found.delta


def test_what_was_left_out_is_a_key_number_with_names_and_reasons_below() -> None:
    lost = (
        LeftOut("column", "location", 0, Message.plain("not numeric ('Seoul').")),
        LeftOut("rows", "", 612, Message.plain("612 rows without a usable time left out.")),
        LeftOut("column", "No", 0, Message.plain("counts the rows.")),
    )
    at = open_page("data", dataset=stored(left_out=lost, mended=(Message.plain("2 rows sorted."),)))
    assert [metric.label for metric in at.metric] == ["Rows", "Variables", "Step", "Missing cells", "Left out"]
    assert key_number(at, "Left out") == ("612 rows", "2 columns")
    (fold,) = [fold for fold in at.expander if fold.label.startswith("Left out")]
    assert fold.label == "Left out: 612 rows, 2 columns (location, No). Mended: 1."
    lines = fold.markdown[0].value.splitlines()
    sentences = [
        "location: not numeric ('Seoul').",
        "612 rows without a usable time left out.",
        "No: counts the rows.",
        "2 rows sorted.",
    ]
    assert lines == [f"- {escaped(sentence)}" for sentence in sentences]


def test_a_whole_file_says_that_nothing_is_missing_or_left_out() -> None:
    at = open_page("data", dataset=stored())
    assert key_number(at, "Left out")[0] == "nothing"
    assert key_number(at, "Missing cells")[0] == "none"
    assert not at.warning
    assert not [fold for fold in at.expander if fold.label.startswith(("Left out", "Read differently"))]


@pytest.mark.process
def test_missing_cells_are_counted_and_never_called_truth() -> None:
    lines = table(2000).decode().splitlines()
    holes = [line.split(",")[0] + ",," if 100 <= number < 130 else line for number, line in enumerate(lines)]
    at = open_page("data")
    at.file_uploader(key="upload").upload("holes.csv", "\n".join(holes).encode(), "text/csv").run()
    value, note = key_number(at, "Missing cells")
    assert value == "60" and note == "1.5 %, filled"  # 30 rows of 2 variables, of 4,000 cells
    (metric,) = [metric for metric in at.metric if metric.label == "Missing cells"]
    assert "no error counts them as truth" in metric.help
    assert key_number(at, "Left out") == ("nothing", "2 mended")
    assert [fold.label for fold in at.expander if "Mended" in fold.label] == ["Mended: 2."]
    assert "Without a value: 60 cells." in charts(at)["series_plot"]


@pytest.mark.parametrize(("number", "shown"), [(1, 1), (5, 5), (7, 5)])
def test_every_doubt_is_on_the_first_view(number: int, shown: int) -> None:
    doubts = tuple(f"Doubt number {place} about load_[kW]." for place in range(number))
    at = open_page("data", dataset=stored(warnings=doubts))
    assert [warning.value for warning in at.warning] == [escaped(doubt) for doubt in doubts[:shown]]
    folds = [fold for fold in at.expander if "more warning" in fold.label]
    assert [fold.label for fold in folds] == (["2 more warnings"] if number > shown else [])
    assert all(escaped(doubt) in folds[0].markdown[0].value for doubt in doubts[shown:])


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step.by_months(1), "1 month"),
        (Step(pd.Timedelta("1D"), weekdays=(0, 1, 2, 3, 4)), "1 day, Monday to Friday"),
        (
            Step(pd.Timedelta("5min"), weekdays=(0, 1, 2, 3, 4), clock=tuple(range(34_200, 57_301, 300))),
            "5 minutes, 09:30 to 15:55, Monday to Friday",
        ),
    ],
)
def test_the_step_is_told_as_the_calendar_has_it(step: Step, words: str) -> None:
    at = open_page("data", dataset=stored(step=step))
    assert key_number(at, "Step")[0] == words.split(",")[0]
    assert any(caption.value.endswith(f"step {escaped(words)}.") for caption in at.caption)


def test_two_files_of_one_name_have_two_names() -> None:
    first = stored()
    assert titles()[first] == "mine.csv"
    longer = uploads.store(ingest(io.BytesIO(table(2100)), "mine.csv"), "mine.csv")
    names = titles()
    assert names[first] != names[longer]
    assert all(names[key].startswith("mine.csv") for key in (first, longer))
    assert load_dataset(longer).title == "mine.csv"
