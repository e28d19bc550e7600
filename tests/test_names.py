"""Hostile, foreign and very long names: figures and exports show them as they are, and none of them does anything."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from core.exhibits.card import Card
from core.figures.lettering import NARROWEST, text_width
from core.figures.names import LONGEST, escaped, plain, printable, shortened, shown, straight, with_unit
from core.figures.palette import Look
from core.report.bundle import write_zip
from core.report.html import report_html
from core.report.powerpoint import write_pptx
from core.report.table import inert_frame, table_csv
from tests.support import figure_examples as examples
from tests.support import figure_numbers as given
from tests.support.pages import open_page

LONG = "Electricity drawn by all consumers of the third station, quarter-hour mean, [MWh] before correction"
GIANTS = ("x" * 3000, LONG, "W" * 140, "전력사용량" * 30, ("many words " * 250).strip())
BATCHES = {
    "markup": (
        "load <kW>",
        "T<5 and RH>3",
        "<b>bold</b>",
        '<a href="http://evil.invalid">go</a>',
        "<br>",
        "<script>alert(1)</script>",
        '<span style="color:red">x</span>',
        "<extra></extra>",
    ),
    "signs": (
        "%{x} and {y}",
        "$x^2$ of $5",
        "&lt;b&gt; &amp; &deg;",
        "esc\x1b[31mred",
        "two\nlines\tof it",
        "=HYPERLINK(1)",
        "[go](http://evil.invalid)",
        "🌡️ temp 😀",
    ),
    "turned": (
        "\u202eevsc",
        "\u200fload",
        "שלום",
        "سعر الكهرباء",
        "\u2067left open",
        "zero\u200bwidth",
        "e\u0301 marks",
        "nul\x00 and \x9b",
    ),
    "giants": (*GIANTS, "<i>" * 1000, "{" * 200, "\u202e" * 60),
}
NAMES_SHOWN = {  # how many of the variables a figure names
    "series_plot": 8,
    "daily_profile": 8,
    "scaling_shift": 8,
    "error_by_variable": 8,
    "forecast_overlay": 1,
    "changed_forecast": 1,
    "edited_forecasts": 1,
    "edited_rows": 1,
    "attribution_map": 8,
    "attribution_spread": 8,
    "crossing_account": 1,
    "mean_attribution": 8,
    "gate_timeline": 1,
}
OWN_TAG = re.compile(r"</?b>|<br>|</?span(?: style=\"(?:color:#[0-9a-f]{6}|font-size:[0-9]+px)\")?>|</?extra>")
every = pytest.mark.parametrize("figure", examples.EXAMPLES)
batch = pytest.mark.parametrize("batch", BATCHES)


def drawn(figure: str, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, unit: str = "kW") -> Card:
    """Make an example whose variables, unit and sources are other people's words."""
    monkeypatch.setattr(given, "VARIABLES", names)
    monkeypatch.setattr(given, "MANY", names)
    monkeypatch.setattr(given, "UNIT", unit)
    monkeypatch.setattr(given, "PROVENANCE", f"{shortened(names[1])} · CrossLens")
    return examples.card(figure, Look())


def picture(made: Card) -> Any:
    """Return the JSON of a card's picture, its words inside."""
    return json.loads(made.framed(NARROWEST).to_json())


def strings(part: Any) -> Iterator[str]:
    """Yield every text of a figure's JSON but those of its template."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in ("template", "bdata"):
                yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u2068\u2069]", "", text)


@pytest.mark.slow
@every
@batch
def test_no_name_is_markup_template_formula_or_control_character(
    figure: str, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = "\n".join(strings(picture(drawn(figure, tuple("abcdefgh"), monkeypatch))))
    unit = "<b>{$}" if batch == "markup" else "kW"
    found = "\n".join(strings(picture(drawn(figure, BATCHES[batch], monkeypatch, unit))))
    assert not re.search(r"[<>]", OWN_TAG.sub("", found).replace("->", ""))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2067$]", found)
    for tag in ("<b>", "</b>", "<span", "<extra>"):
        assert found.count(tag) == ordinary.count(tag), tag
    fields = Counter(re.findall(r"%\{[^}]*\}", found))
    fields.pop("%{text}", None)  # where a row is too long for its axis
    assert fields == Counter(re.findall(r"%\{[^}]*\}", ordinary))
    assert found.count("{") == sum(fields.values()) + found.count("%{text}")


@pytest.mark.slow
@pytest.mark.parametrize("figure", NAMES_SHOWN)
@batch
def test_every_name_can_be_read_in_the_figure(figure: str, batch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = drawn(figure, BATCHES[batch], monkeypatch)
    readable = [squeezed(plain(text)) for text in strings(json.loads(made.figure.to_json()))]
    for name in BATCHES[batch][: NAMES_SHOWN[figure]]:
        assert any(squeezed(straight(name)) in text for text in readable), name
    assert squeezed(shortened(BATCHES[batch][1])) in squeezed(made.provenance)


@pytest.mark.slow
@pytest.mark.parametrize("figure", [*NAMES_SHOWN, "window_error_by_step"])
@pytest.mark.parametrize("name", GIANTS)
def test_half_of_the_narrowest_picture_is_left_to_the_plot(
    figure: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = tuple(f"{place} {name}" for place in range(8))
    usual, fig = (drawn(figure, words, monkeypatch).framed(NARROWEST) for words in (tuple("abcdefgh"), names))
    sides = [one.layout.margin.l + one.layout.margin.r for one in (usual, fig)]
    assert sides[1] <= max(NARROWEST / 2, sides[0])
    for note in fig.layout.annotations:
        widest = max(text_width(plain(line), note.font.size) for line in note.text.split("<br>"))
        assert widest <= NARROWEST - 32


def test_a_long_name_keeps_its_ends_and_its_width() -> None:
    for name in GIANTS:
        label = shortened(name)
        assert text_width(label, 12) <= LONGEST and "…" in label
        assert label[:5] == name[:5] and label[-3:] == name.rstrip()[-3:]
    assert shortened("load in the old town of the capital") == "load in the old town of the capital"


def test_what_is_escaped_comes_back_as_it_was() -> None:
    for name in (name for names in BATCHES.values() for name in names):
        assert plain(escaped(straight(name))) == straight(name).strip()
    assert plain("<b>GRU path</b><br>update gate", "\n") == "GRU path\nupdate gate"


def test_letters_that_run_from_right_to_left_do_not_turn_their_neighbours() -> None:
    assert shown("שלום") == "\u2068שלום\u2069" and shown("load") == "load"
    assert straight("\u202eevsc.csv\u202c") == "evsc.csv"
    assert printable("nul\x00, \x7f") == "nul�, �"


@pytest.mark.parametrize(
    ("name", "unit", "label"),
    [
        ("load", "kW", "load (kW)"),
        ("load", "", "load"),
        ("기온(°C)", "°C", "기온(°C)"),
        ("기온 (℃)", "°C", "기온 (℃)"),
        ("Price ($/MWh) of day ahead", "$/MWh", "Price ($/MWh) of day ahead"),
        ("drawn [MWh] before correction", "MWh", "drawn [MWh] before correction"),
        ("load_kW", "kW", "load_kW"),
        ("wind ㎧", "m/s", "wind ㎧"),
        ("V", "V", "V (V)"),
        ("minimum", "m", "minimum (m)"),
        ("Temp (room)", "°C", "Temp (room) (°C)"),
    ],
)
def test_a_unit_stands_once(name: str, unit: str, label: str) -> None:
    assert with_unit(name, unit) == label


class Links(HTMLParser):
    """The links and scripts of a page, and its visible words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.targets += [str(value) for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def cards_of(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    table = pd.DataFrame({"variable": list(names), **dict.fromkeys(names, 1.0)})
    return [replace(drawn(figure, names, monkeypatch), table=table) for figure in NAMES_SHOWN]


@pytest.mark.slow
@pytest.mark.usefixtures("no_chromium")
@batch
def test_a_deck_holds_any_name_whole_and_inert(batch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = BATCHES[batch]
    content = io.BytesIO()
    write_pptx(cards_of(names, monkeypatch), content, heading=names[0])
    deck = Presentation(content)
    words = [shape.text_frame.text for page in deck.slides for shape in page.shapes if shape.has_text_frame]
    charts = [shape.chart for page in deck.slides for shape in page.shapes if shape.has_chart]
    assert charts and not any("&lt;" in text for text in words if "&lt;" not in "".join(names))
    series = {one.name.lstrip("'") for chart in charts for one in chart.plots[0].series}
    assert straight(names[0]).strip() in series
    for chart in charts:
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)


@pytest.mark.slow
@pytest.mark.parametrize("name", GIANTS)
def test_a_native_chart_keeps_half_of_its_width_for_the_plot(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"{place} {name}" for place in range(8))
    content = io.BytesIO()
    write_pptx([drawn(figure, names, monkeypatch) for figure in ("scaling_shift", "gate_timeline")], content)
    rows, gates = Presentation(content).slides
    (chart,) = [shape.chart for shape in rows.shapes if shape.has_chart]
    (width,) = chart._chartSpace.xpath("./c:chart/c:plotArea/c:layout//c:w/@val")
    assert float(width) > 0.5
    assert not [shape for shape in gates.shapes if shape.has_text_frame and len(shape.text_frame.text) > 400]


@pytest.mark.slow
@batch
def test_pages_and_zip_link_nowhere_and_keep_every_name(batch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.report.html.get_plotlyjs", str)  # megabytes to search, and no word of ours
    names = BATCHES[batch]
    cards = cards_of(names, monkeypatch)
    page = Links(report_html(cards, heading=names[0]))
    assert all(target.startswith("#") for target in page.targets)
    assert all(squeezed(printable(name)) in squeezed(printable("".join(page.words))) for name in names)
    content = io.BytesIO()
    write_zip(cards, {}, content, formats=())
    with ZipFile(content) as archive:
        table = pd.read_csv(io.BytesIO(archive.read("numbers/series_plot.csv")), encoding="utf-8-sig")
    assert not table["variable"].str.match(r"[=+@\-]").any() and len(table) == len(names)


def test_a_frame_for_a_page_is_as_inert_as_the_csv() -> None:
    index = pd.date_range("2024-01-01", periods=2, freq="h", name="date")
    frame = pd.DataFrame({"=1+1": ["@SUM(A1)", "plain"], "-2": [-1.5, 2.0]}, index=index)
    made = inert_frame(frame)
    assert list(made.columns) == ["date", "'=1+1", "'-2"] and made.iloc[:, 1].tolist() == ["'@SUM(A1)", "plain"]
    assert made["'-2"].tolist() == [-1.5, 2.0] and list(frame.columns) == ["=1+1", "-2"]
    read = pd.read_csv(io.BytesIO(table_csv(frame)), encoding="utf-8-sig", parse_dates=["date"])
    pd.testing.assert_frame_equal(read, made, check_dtype=False, check_freq=False)


@pytest.mark.process
@pytest.mark.usefixtures("home")
def test_the_download_of_a_table_on_a_page_runs_nothing() -> None:
    at = open_page("data", view="series")
    rows = "\n".join(f"2024-01-{1 + n // 24:02d} {n % 24:02d}:00,{n % 7},{n % 5}" for n in range(600))
    content = f'date,"=HYPERLINK(""http://evil"")",load <kW>\n{rows}\n'.encode()
    at.file_uploader(key="upload").upload("names.csv", content, "text/csv").run()
    assert not at.exception
    at.session_state["series_plot numbers"] = True
    at.run()
    (sheet,) = at.dataframe
    assert list(sheet.value.columns)[1:] == ['\'=HYPERLINK("http://evil")', "load <kW>"]
