"""The published claims beside what was measured, as Markdown: counts for every form, every row for one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.claims.evidence import Evidence
from core.claims.rows import ClaimRow, Group, claim_rows, verdict_counts
from core.claims.wording import MARK
from core.report.markdown import markdown_table, paragraph
from core.text.amounts import fixed, listed
from core.text.message import word


def claims_section(forms: Mapping[str, Evidence], shown: str) -> str:
    """Return the section on claims.

    Parameters
    ----------
    forms : by their names, what was measured of each form of the model.
    shown : the form whose numbers are listed one by one.
    """
    judged = {name: claim_rows(evidence) for name, evidence in forms.items()}
    counts = [[name, *_counts(rows, group)] for name, rows in judged.items() for group in Group]
    told = (
        "How many of them fare how, judged by each table. A number is reproduced only where the interval over seeds "
        "holds it and excludes 0; a wide interval makes it undecided. `python -m core claims --form FORM` and the "
        "Claims page show every one with its controls and a sentence."
    )
    parts = [
        "## Published claims",
        paragraph(told),
        markdown_table(["form", "of", "how they fare", str(MARK)], counts, words=3),
    ]
    if shown in judged:
        parts += [
            f"### Every number, by `{shown}`",
            _numbers(judged[shown]),
            "### Claims in words",
            _words(judged[shown]),
        ]
    return "\n\n".join(parts)


def _counts(rows: Sequence[ClaimRow], group: Group) -> list[str]:
    found = verdict_counts(rows, group)
    marked = sum(row.marked for row in rows if row.group is group)
    return [str(word(group)), listed(f"{count} {word(verdict)}" for verdict, count in found.items()), str(marked)]


def _numbers(rows: Sequence[ClaimRow]) -> str:
    head = ["quantity", "data set", "mode", "horizons × seeds", "verdict", "published", "measured", "95 % interval"]
    lines = [
        [
            row.quantity.replace("_", " "),
            row.dataset,
            row.mode.replace("_", " "),
            f"{row.horizons} × {row.seeds}" if row.seeds else "–",
            f"{word(row.verdict)}; {MARK}" if row.marked else str(word(row.verdict)),
            _number(float(row.published), row),
            _number(row.measured.value, row),
            f"{_number(row.measured.low, row)} to {_number(row.measured.high, row)}"
            if math.isfinite(row.measured.low)
            else "–",
        ]
        for row in rows
        if not isinstance(row.published, str)
    ]
    return markdown_table(head, lines, words=5)


def _number(value: float, row: ClaimRow) -> str:
    if not math.isfinite(value):
        return "–"
    if row.unit == "MAC":
        return f"{value:,.0f}"
    return fixed(value, 4 if row.group is Group.COMPUTED else 1 if row.unit == "%" else 2)


def _words(rows: Sequence[ClaimRow]) -> str:
    in_words = [row for row in rows if isinstance(row.published, str)]
    return "\n".join(
        paragraph(f"- **{row.quantity}** ({row.published}): {word(row.verdict)}. {row.sentence}") for row in in_words
    )
