"""`report`: the figures of one data set as a PowerPoint deck, a page, or a zip."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from core.commands.source import add_reading_options, choices_of, open_source
from core.data.uploads import in_words
from core.report.files import write_whole
from core.report.formats import Ratio
from core.vocabulary import Language

if TYPE_CHECKING:
    from core.report.slide import Slide

NAME = "report"
HELP = "write all figures of a data set as .pptx, .html or .zip"


class ReportFormat(StrEnum):
    """Kinds of report; the value is the file's suffix."""

    PPTX = ".pptx"
    HTML = ".html"
    ZIP = ".zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("--dataset", required=True, help="a known data set, or a file of your own")
    runs = "look for finished runs here too; those of studies and of `train --out` are found by themselves"
    parser.add_argument("--runs", nargs="+", type=Path, default=[], metavar="FOLDER", help=runs)
    parser.add_argument("--horizon", type=int, help="steps ahead (default: 96 where it is trained)")
    parser.add_argument("--seed", type=int, help="one seed (default: all seeds there are)")
    parser.add_argument("--preset", help="one preset (default: 'default' where it is trained)")
    parser.add_argument("--lookback", type=int, help="one look-back in rows (default: 720 where it is trained)")
    parser.add_argument("--out", type=Path, required=True, help="file to write: .pptx, .html or .zip")
    parser.add_argument(
        "--ratio", type=Ratio, choices=list(Ratio), default=Ratio.WIDE, help="shape of slides and pictures"
    )
    parser.add_argument(
        "--language", type=Language, choices=list(Language), default=Language.ENGLISH, help="language of labels"
    )
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Gather the figures, which are always in the light look, and write them."""
    kind = format_of(arguments.out)  # refused before the work, not after it
    from core.figures.palette import Look
    from core.report.material import NO_RUN, StoryError, finished_runs, gather
    from core.report.opening import opened
    from core.report.story import settings_of, tell

    dataset = open_source(arguments.dataset, choices_of(arguments))
    runs = finished_runs(dataset.key, arguments.runs)
    if not runs:
        raise StoryError(NO_RUN.format(title=dataset.title))
    material = gather(runs, arguments.horizon, arguments.seed, preset=arguments.preset, lookback=arguments.lookback)
    material = opened(material, lambda message: print(in_words(message), file=sys.stderr))
    slides = tell(material, Look("light", arguments.language))
    write_report(slides, arguments.out, kind, ratio=arguments.ratio, settings=settings_of(material))
    print(f"{arguments.out}: {len(slides)} figures")
    return 0


def format_of(path: Path) -> ReportFormat:
    """Return the kind of report that a file name asks for."""
    try:
        return ReportFormat(path.suffix.lower())
    except ValueError:
        raise ValueError(
            f"--out is {path.name!r}, wanted a name that ends in {', '.join(ReportFormat)}; rename it."
        ) from None


def write_report(
    slides: Sequence[Slide], path: Path, kind: ReportFormat, *, ratio: Ratio, settings: Mapping[str, Any]
) -> None:
    """Write slides in one kind of report."""
    from core.report.story import heading

    title = heading(settings["title"], settings["horizon"])
    match kind:
        case ReportFormat.PPTX:
            from core.report.powerpoint import write_pptx

            write_pptx(slides, path, ratio, heading=title)
        case ReportFormat.HTML:
            from core.report.html import report_html

            write_whole(path, report_html(slides, heading=title).encode())
        case ReportFormat.ZIP:
            from core.report.bundle import write_zip

            write_zip(slides, settings, path, ratio=ratio)
        case _:
            assert_never(kind)
