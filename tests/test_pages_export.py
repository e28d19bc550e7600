"""Export: every button makes its file, of the figures that were chosen; without a Chromium the rest still works."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from core.exhibits.case import Case
from core.exhibits.catalogue import Pin, card, outline, question
from core.figures.palette import Look
from core.report import images
from core.report.files import Ratio
from dashboard import export
from tests.support.inspected import InspectedModels
from tests.support.pages import address, charts, open_page, write_runs


def labels(at: AppTest) -> dict[str, bool]:
    """Return the download buttons: label -> enabled."""
    return {button.proto.label: not button.proto.disabled for button in at.get("download_button")}


def test_the_page_offers_every_figure_and_file(hourly: InspectedModels, case: Case) -> None:
    at = open_page("export", dataset=hourly.dataset.key)
    assert at.title[0].value == "Export"
    assert not at.exception
    assert not at.error
    picker = next(box for box in at.selectbox if box.label == "Figure")
    assert picker.options == [question(pin) for pin in outline(case)]
    assert {"PowerPoint", "PNG", "SVG", "PDF", "HTML", "CSV"} <= set(labels(at))
    assert at.metric[0].value == str(len(outline(case)))
    assert at.metric[2].value == "inspected"


@pytest.mark.usefixtures("no_chromium")
def test_without_a_chromium_pictures_are_off_and_the_page_says_how_to_get_them(hourly: InspectedModels) -> None:
    at = open_page("export", dataset=hourly.dataset.key)
    found = labels(at)
    assert not any(found[kind] for kind in ("PNG", "SVG", "PDF"))
    assert all(found[kind] for kind in ("HTML", "CSV", "PowerPoint"))
    assert any(images.how_to_get_chrome() == warning.value for warning in at.warning)


def test_models_that_are_not_inspected_leave_the_inside_out_and_lead_to_where_they_are(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs")
    at = open_page("export")
    assert not at.error
    assert at.metric[2].value == "not yet"
    assert any("not inspected yet" in info.value for info in at.info)


def test_the_choice_of_figure_is_in_the_link(hourly: InspectedModels) -> None:
    at = open_page("export", dataset=hourly.dataset.key, figure="gradient_flow", ratio="4:3")
    assert address(at)["figure"] == "gradient_flow"
    assert list(charts(at)) == ["gradient_flow"]


@pytest.mark.usefixtures("no_chromium")
def test_the_deck_and_the_zip_hold_the_chosen_figures(case: Case) -> None:
    names = ["mode_comparison", "gradient_flow"]
    files = export.case_files(case, [Pin(name) for name in names], Look(), [], Ratio.STANDARD)
    deck = Presentation(io.BytesIO(files["pptx"]()))
    assert len(deck.slides) == 2 + len(names)  # a title, the findings
    assert deck.slide_width / deck.slide_height == pytest.approx(4 / 3)
    with zipfile.ZipFile(io.BytesIO(files["zip"]())) as archive:
        stems = {Path(name).stem.rsplit("-", 1)[-1] for name in archive.namelist() if name.endswith(".csv")}
        assert stems == set(names)
        settings = json.loads(archive.read("settings.json"))
    assert {entry["weights_sha"] for entry in settings["checkpoints"]} == {
        record.weights_sha for record in case.records
    }


def test_one_figure_as_page_and_table(case: Case) -> None:
    one = card(Pin("mode_comparison"), case, Look())
    files = export.figure_files(lambda look: card(Pin("mode_comparison"), case, look), Look("dark"), Ratio.WIDE)
    page, table = files["html"]().decode(), files["csv"]().decode("utf-8-sig")
    assert one.provenance in page
    assert 'src="http' not in page  # opens offline
    assert table.count("\n") == len(one.table) + 1
    assert one.provenance in table


def test_files_are_light_whatever_the_screen_shows() -> None:
    assert export.on_paper(Look("dark")).scheme == "light"
