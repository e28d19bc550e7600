"""A zip of figures, their numbers and the settings they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from core.exhibits.card import Card, check_names
from core.report.files import ExportError, ImageFormat, Ratio, Tell, silent, write_whole
from core.report.html import PLOTLY_FILE, linked_html, plotly_script
from core.report.images import figure_images
from core.report.letters import letters_missing
from core.report.table import table_csv
from core.text.words import mark, say
from core.version import versions

_GUIDE = {  # what lies where
    "figures/": mark("one page a figure (open it in any browser, offline; keep plotly.min.js beside it)"),
    "numbers/": mark("the numbers of each figure as CSV (UTF-8), every row with its provenance"),
    "settings.json": mark(
        "selection, checkpoints, seeds, versions; of each figure question, finding, provenance, checks, files"
    ),
}


def write_zip(
    cards: Sequence[Card],
    settings: Mapping[str, Any],
    target: Path | BinaryIO,
    formats: Sequence[ImageFormat] = tuple(ImageFormat),
    ratio: Ratio = Ratio.WIDE,
    tell: Tell = silent,
) -> None:
    """Write figures, numbers and settings as one zip.

    Parameters
    ----------
    cards : each with a name of its own.
    settings : JSON values: selection, checkpoints, seeds, data fingerprint. Versions are added where missing.
    target : a file appears complete or not at all.
    formats : pictures to add. Without a Chromium they are left out, and README.txt says how to get them.
    ratio : shape of the pictures.
    tell : told how many pictures are drawn.
    """
    check_names(cards)
    pictures, missing = _pictures(cards, formats, ratio, tell)
    files: dict[str, str | bytes] = {f"figures/{PLOTLY_FILE}": plotly_script()}
    for card in cards:
        files[f"figures/{card.name}.html"] = linked_html(card)
        if card.table is not None:
            files[f"numbers/{card.name}.csv"] = table_csv(card.table, card.provenance)
    files |= pictures
    files["settings.json"] = _settings(cards, settings, list(files))
    files["README.txt"] = _guide(ratio if pictures else None) + (f"\n{missing}\n" if missing else "")
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    write_whole(target, content.getvalue())


def _guide(ratio: Ratio | None) -> str:
    """Return what lies where, and the shape of the pictures where there are some."""
    told = {place: say(what) for place, what in _GUIDE.items()}
    if ratio is not None:
        told["figures/"] += "; " + say("pictures in {ratio}", ratio=ratio.value)
    return "\n".join([say("CrossLens figures"), "", *(f"{place}   {what}" for place, what in told.items()), ""])


def _pictures(
    cards: Sequence[Card], formats: Sequence[ImageFormat], ratio: Ratio, tell: Tell
) -> tuple[dict[str, bytes], str]:
    """Return pictures by file name, and the sentence that says why there are none, or what they lack."""
    wanted = [(card, image_format) for card in cards for image_format in formats]
    try:
        images = figure_images([(card, image_format, ratio) for card, image_format in wanted], tell)
    except ExportError as error:
        return {}, str(error)
    return {
        f"figures/{card.name}.{image_format.value}": image
        for (card, image_format), image in zip(wanted, images, strict=True)
    }, letters_missing(cards) if images else ""


def _settings(cards: Sequence[Card], settings: Mapping[str, Any], files: Sequence[str]) -> str:
    figures = [
        {
            "name": card.name,
            "title": card.title,
            "finding": card.finding,
            "provenance": card.provenance,
            "checks": [check.to_dict() for check in card.checks],
            "files": [file for file in files if Path(file).stem == card.name],
        }
        for card in cards
    ]
    content = {"versions": versions(), **settings, "figures": figures}
    return json.dumps(content, indent=2, ensure_ascii=False, default=str)
