"""CrossLens beside its peers as Markdown: the picture of error against training time, and every number of it."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

import pandas as pd

from core.exhibits.card import Card
from core.exhibits.peers import Peers, absent, peers
from core.figures.palette import Look
from core.figures.peers import entry_name
from core.report.files import ImageFormat, Ratio
from core.report.markdown import markdown_table, paragraph
from core.text.amounts import fixed

PICTURE = "benchmarks/peers.svg"  # beside RESULTS.md
_WHAT = (
    "`python -m benchmarks.bench_peers` trains each entry in a process of one thread and tests it on every test "
    "window of the same splits: CrossLens by its own presets (mode both, seed 0), the others as modules of "
    "neuralforecast in one loop with early stopping on the validation windows "
    "([benchmarks/README.md](benchmarks/README.md) says how). Seconds are CPU seconds until the kept weights were "
    "there; for an average with ridge those of ridge are added. Memory is the peak of the whole process. An entry "
    "is on the front where no other has less error in as little time."
)


def peers_section(subject: Peers) -> str:
    """Return the section; what has to be done where nothing was measured."""
    parts = ["## Beside its peers"]
    if sentence := absent(subject):
        return "\n\n".join([*parts, paragraph(sentence)])
    card = _card(subject)
    parts += [paragraph(_WHAT), f"![{card.title}]({PICTURE})", paragraph(card.finding)]
    return "\n\n".join([*parts, _numbers(subject.rows), paragraph(f"{card.provenance}.")])


def _card(subject: Peers) -> Card:
    return peers.card(subject, {}, Look())


def _numbers(rows: pd.DataFrame) -> str:
    head = ["data set, horizon", "entry", "MSE", "MAE", "seconds", "ended by", "trained on", "forecast"]
    head += ["parameters", "memory", "on the front"]
    lines = [
        [
            f"{row['dataset']}, {row['horizon']}",
            entry_name(row["entry"], row["kind"]),
            fixed(row["mse"], 4),
            fixed(row["mae"], 4),
            fixed(row["seconds"], 1),
            row["stopped"],
            f"{row['training_rate']:,.0f}/s",
            f"{row['inference_rate']:,.0f}/s",
            f"{row['parameters']:,}",
            f"{row['peak_mb']:,.0f} MB",
            "yes" if row["front"] else "–",
        ]
        for row in rows.to_dict("records")
    ]
    return markdown_table(head, lines, words=2)


def picture(subject: Peers) -> bytes:
    """Draw the picture as SVG, with its words and a mark of what is drawn; ExportError without a Chromium."""
    from core.report.images import figure_image

    return figure_image(_card(subject), ImageFormat.SVG, Ratio.WIDE) + _mark(_card(subject)).encode()


def is_of(path: Path, subject: Peers) -> bool:
    """Tell whether a picture is there and bears the words and the mark of what would be drawn now."""
    if not path.exists():
        return False
    there, card = path.read_text(encoding="utf-8"), _card(subject)
    return all(text in there for text in (escape(card.finding), escape(card.provenance), _mark(card)))


def _mark(card: Card) -> str:
    """Return a fingerprint of a figure as the comment that ends its picture: no two browsers draw the same bytes."""
    return f"\n<!-- figure {hashlib.sha256(str(card.figure.to_json()).encode()).hexdigest()[:12]} -->\n"
