"""What the Export page hands out: slides kept between runs, and files made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO

import streamlit as st

from core.data.dataset import Dataset
from core.figures.palette import Look
from core.inspection import inspection_key, open_inspection
from core.report.bundle import write_zip
from core.report.formats import ImageFormat, Ratio
from core.report.html import figure_html, report_html
from core.report.images import figure_image
from core.report.material import Material, look_into
from core.report.powerpoint import write_pptx
from core.report.slide import Slide, file_stem
from core.report.story import build, heading, outline, settings_of, stem_of
from core.report.table import table_csv
from core.train.record import RunRecord
from dashboard import cache
from dashboard.selection import Selection

MIME = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
    "html": "text/html",
    "csv": "text/csv",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
Make = Callable[[], bytes]


@dataclass(frozen=True)
class Story:
    """Everything that can be exported of one selection; shared by all sessions, never changed."""

    material: Material
    key: tuple[str, ...]  # what a cache knows the material by
    names: tuple[str, ...]  # of the figures, in telling order

    @property
    def heading(self) -> str:
        """Title of the deck and of the page with all figures."""
        return heading(self.material.dataset.title, self.material.config.window.horizon)

    @property
    def stem(self) -> str:
        """Name of the files that hold several figures."""
        run = self.material.config
        place = f"h{run.window.horizon}", run.preset, f"s{self.material.seed}"
        return file_stem("crosslens", stem_of(self.material.dataset), *place)


def story_of(selection: Selection) -> Story:
    """Return what can be exported of the selected cell: errors of all its seeds, the inside of the selected one."""
    assert selection.cell is not None
    cell = selection.cell
    records = [
        record
        for record in cache.records()
        if record.config.dataset == selection.dataset
        and (here := cache.cell_of(record)).preset == cell.preset
        and (here.horizon, here.lookback) == (cell.horizon, cell.lookback)
    ]
    dataset = cache.dataset(selection.dataset)
    key = inspection_key(Material(dataset, tuple(records), cell.seed).members)
    opened = open_inspection(key) is not None
    known = tuple(f"{run.run_id} {run.weights_sha} {run.fingerprint}" for run in records)
    return _story((*known, f"seed {cell.seed}", f"{key} {opened}"), cell.seed, records, dataset)


@st.cache_resource(max_entries=8, show_spinner="Gathering the figures …")
def _story(key: tuple[str, ...], seed: int, _records: Sequence[RunRecord], _dataset: Dataset) -> Story:
    material = look_into(Material(_dataset, tuple(_records), seed))
    return Story(material, key, tuple(outline(material)))


def slide(story: Story, name: str, look: Look) -> Slide:
    """Return one figure with its words and numbers."""
    return _slide(story.key, name, look, story)


@st.cache_resource(max_entries=200, show_spinner="Drawing …")
def _slide(key: tuple[str, ...], name: str, look: Look, _story: Story) -> Slide:
    return build(name, _story.material, look)


def on_paper(look: Look) -> Look:
    """Return how figures leave the product: light, whatever the screen shows."""
    return replace(look, scheme="light")


def figure_files(one: Slide, ratio: Ratio) -> dict[str, Make]:
    """Return what makes each file of one figure, by suffix; called when a button is pressed, outside the script."""
    files: dict[str, Make] = {kind.value: partial(figure_image, one.figure, kind, ratio) for kind in ImageFormat}
    files["html"] = lambda: figure_html(one).encode()
    files["csv"] = lambda: table_csv(one.table, one.provenance) if one.table is not None else b""
    return files


def report_files(
    story: Story, names: Sequence[str], look: Look, formats: Sequence[ImageFormat], ratio: Ratio
) -> dict[str, Make]:
    """Return what makes each file of several figures, by suffix; `formats` are the pictures in the zip."""

    def slides() -> list[Slide]:
        return [build(name, story.material, look) for name in names]

    def deck() -> bytes:
        buffer = BytesIO()
        write_pptx(slides(), buffer, ratio, heading=story.heading)
        return buffer.getvalue()

    def bundle() -> bytes:
        buffer = BytesIO()
        write_zip(slides(), settings_of(story.material), buffer, formats, ratio)
        return buffer.getvalue()

    return {"pptx": deck, "html": lambda: report_html(slides(), heading=story.heading).encode(), "zip": bundle}


def save(title: str, make: Make, name: str, *, disabled: bool = False, primary: bool = False, note: str = "") -> None:
    """Draw a button that makes a file when it is pressed; the page stays as it is."""
    st.download_button(
        title,
        make,
        name,
        MIME[name.rpartition(".")[2]],
        key=f"save {name}",
        on_click="ignore",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        disabled=disabled,
        help=note or None,
        width="stretch",
    )
