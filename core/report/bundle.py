"""A zip of figures, their numbers and the settings they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from core.report.files import write_whole
from core.report.formats import ImageFormat, Ratio
from core.report.html import PLOTLY_FILE, linked_html, plotly_script
from core.report.images import ExportError, figure_images
from core.report.slide import Slide, check_names
from core.report.table import table_csv
from core.version import versions

_GUIDE = """CrossLens figures

figures/   one page a figure (open it in any browser, offline; keep plotly.min.js beside it){pictures}
numbers/   the numbers of each figure as CSV (UTF-8), every row with its provenance
settings.json   selection, checkpoints, seeds, versions; for each figure its question, finding, provenance, files
"""


def write_zip(
    slides: Sequence[Slide],
    settings: Mapping[str, Any],
    target: Path | BinaryIO,
    formats: Sequence[ImageFormat] = tuple(ImageFormat),
    ratio: Ratio = Ratio.WIDE,
) -> None:
    """Write figures, numbers and settings as one zip.

    Parameters
    ----------
    slides : sequence of Slide
        Each with a name of its own.
    settings : mapping
        JSON values: selection, checkpoints, seeds, data fingerprint. Versions are added where missing.
    target : Path or binary buffer
        A file appears complete or not at all.
    formats : sequence of ImageFormat
        Pictures to add. Without a Chromium they are left out, and README.txt says how to get them.
    ratio : Ratio
        Shape of the pictures.
    """
    check_names(slides)
    pictures, missing = _pictures(slides, formats, ratio)
    files: dict[str, str | bytes] = {f"figures/{PLOTLY_FILE}": plotly_script()}
    for slide in slides:
        files[f"figures/{slide.name}.html"] = linked_html(slide)
        if slide.table is not None:
            files[f"numbers/{slide.name}.csv"] = table_csv(slide.table, slide.provenance)
    files |= pictures
    files["settings.json"] = _settings(slides, settings, list(files))
    shown = f"; pictures in {ratio.value}" if pictures else ""
    files["README.txt"] = _GUIDE.format(pictures=shown) + (f"\n{missing}\n" if missing else "")
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    write_whole(target, content.getvalue())


def _pictures(slides: Sequence[Slide], formats: Sequence[ImageFormat], ratio: Ratio) -> tuple[dict[str, bytes], str]:
    """Return pictures by file name, or the sentence that says why there are none."""
    wanted = [(slide, image_format) for slide in slides for image_format in formats]
    try:
        images = figure_images([(slide.figure, image_format, ratio) for slide, image_format in wanted])
    except ExportError as error:
        return {}, str(error)
    return {
        f"figures/{slide.name}.{image_format.value}": image
        for (slide, image_format), image in zip(wanted, images, strict=True)
    }, ""


def _settings(slides: Sequence[Slide], settings: Mapping[str, Any], files: Sequence[str]) -> str:
    figures = [
        {
            "name": slide.name,
            "title": slide.title,
            "finding": slide.finding,
            "provenance": slide.provenance,
            "files": [file for file in files if Path(file).stem == slide.name],
        }
        for slide in slides
    ]
    content = {"versions": versions(), **settings, "figures": figures}
    return json.dumps(content, indent=2, ensure_ascii=False, default=str)
