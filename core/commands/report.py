"""`report`: the figures of a data set, a deck, or the published presentation, as slides, a PDF, a page or a zip."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from core.commands.source import add_reading_options, choices_of, open_source
from core.data.uploads import in_words
from core.report.files import Ratio, write_whole
from core.vocabulary import Language

if TYPE_CHECKING:
    from core.exhibits.card import Card
    from core.exhibits.case import Case

HELP = "write all figures of a data set as .pptx, .pdf, .html or .zip"


class ReportFormat(StrEnum):
    """Kinds of report; the value is the file's suffix."""

    PPTX = ".pptx"
    PDF = ".pdf"
    HTML = ".html"
    ZIP = ".zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    add = parser.add_argument
    add("--dataset", help="a known data set, or a file of your own")
    add("--deck", type=Path, metavar="FILE", help="instead: a deck that the dashboard saved, with its pictures")
    add("--standard", action="store_true", help="instead: the published presentation, its pictures measured here")
    add("--again", action="store_true", help="make the figures of the deck again from what is on this machine now")
    runs = "look for finished runs here too; those of studies and of `train --out` are found by themselves"
    add("--runs", nargs="+", type=Path, default=[], metavar="FOLDER", help=runs)
    add("--horizon", type=int, help="steps ahead (default: 96 where it is trained)")
    add("--seed", type=int, help="one seed (default: all seeds there are)")
    add("--preset", help="one preset (default: 'default' where it is trained)")
    add("--lookback", type=int, help="one look-back in rows (default: 720 where it is trained)")
    add("--out", type=Path, required=True, help="file to write: .pptx, .pdf, .html or .zip")
    add("--ratio", type=Ratio, choices=list(Ratio), default=Ratio.WIDE, help="shape of slides and pictures")
    add("--language", type=Language, choices=list(Language), default=Language.ENGLISH, help="language of labels")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Gather the figures, which are always in the light look, and write them."""
    kind = format_of(arguments.out)  # refused before the work, not after it
    if sum([arguments.dataset is not None, arguments.deck is not None, arguments.standard]) != 1:
        raise ValueError("report wants one of --dataset, --deck and --standard: name what the figures are of.")
    if arguments.standard:
        return _run_standard(arguments.out, kind, arguments.ratio, arguments.language)
    if arguments.deck is not None:
        return _run_deck(arguments.deck, arguments.out, kind, again=arguments.again)
    from core.exhibits.case import CaseError
    from core.exhibits.catalogue import cards
    from core.exhibits.gather import NO_RUN, gather, inspected
    from core.figures.palette import Look
    from core.report.letters import letters_missing
    from core.train.finished import finished_runs

    dataset = open_source(arguments.dataset, choices_of(arguments))
    runs = [run for run in finished_runs(arguments.runs) if run.config.dataset == dataset.key]
    if not runs:
        raise CaseError(NO_RUN.format(title=dataset.title))
    wanted = {name: getattr(arguments, name) for name in ("horizon", "seed", "preset", "lookback")}
    case = inspected(gather(runs, **wanted), lambda message: print(in_words(message), file=sys.stderr))
    made = cards(case, Look("light", arguments.language))
    write_report(made, case, arguments.out, kind, ratio=arguments.ratio, language=arguments.language)
    _tell_letters(kind, letters_missing(made))
    print(f"{arguments.out}: {len(made)} figures")
    return 0


def _tell_letters(kind: ReportFormat, missing: str) -> None:
    """Say which letters this machine cannot draw, where the file has pictures of its own."""
    from core.report.letters import DRAWN

    if missing and kind in DRAWN:
        print(missing, file=sys.stderr)


def _run_deck(file: Path, out: Path, kind: ReportFormat, *, again: bool) -> int:
    """Write a deck that was handed on; made again, its slides that changed or cannot be made are told."""
    from core.decks import again as remaking
    from core.decks import shared
    from core.decks.files import slides_of
    from core.decks.shared import Shared

    found = shared.opened(file.read_bytes())
    if again:
        made = list(remaking.again(found.deck, found.card))
        for place, outcome, why in remaking.told(found.deck, made):
            print(": ".join(filter(None, [f"slide {place} {outcome}", why])), file=sys.stderr)
        pictures = {**found.pictures, **remaking.files_of(made)}
        found = Shared(remaking.renewed(found.deck, made), pictures)
    slides = slides_of(found.deck, found.card, found.template)
    for place in slides.missing:
        print(f"slide {place} lacks a picture", file=sys.stderr)
    slides.write(kind, out)
    _tell_letters(kind, slides.letters_missing)
    print(f"{out}: {len(slides.leaves)} slides")
    return 0


def _run_standard(out: Path, kind: ReportFormat, ratio: Ratio, language: Language) -> int:
    """Write the published presentation as it is measured here; pictures that cannot be made are told."""
    from core.decks import standard
    from core.decks.files import slides_of
    from core.decks.shared import Shared
    from core.text.words import speaking

    found = list(standard.pieces(language))
    with speaking(language):
        left_out = standard.left_out(found)
    for sentence in left_out:
        print(sentence, file=sys.stderr)
    shared = Shared(standard.deck_of(found, language, ratio), standard.files_of(found))
    slides = slides_of(shared.deck, shared.card)
    slides.write(kind, out)
    _tell_letters(kind, slides.letters_missing)
    print(f"{out}: {len(slides.leaves)} slides")
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
    cards: Sequence[Card],
    case: Case,
    path: Path,
    kind: ReportFormat,
    *,
    ratio: Ratio,
    language: Language = Language.ENGLISH,
) -> None:
    """Write the figures of a case in one kind of report, in the language that they are drawn in."""
    from core.exhibits.catalogue import heading
    from core.text.words import speaking

    with speaking(language):
        match kind:
            case ReportFormat.PPTX:
                from core.report.powerpoint import write_pptx

                write_pptx(cards, path, ratio, heading=heading(case))
            case ReportFormat.PDF:
                from core.report.pdf import write_pdf

                write_pdf(cards, path, ratio, heading=heading(case))
            case ReportFormat.HTML:
                from core.report.html import report_html

                write_whole(path, report_html(cards, heading=heading(case)).encode())
            case ReportFormat.ZIP:
                from core.report.bundle import write_zip

                write_zip(cards, case.settings, path, ratio=ratio)
            case _:
                assert_never(kind)
