"""`python -m core claims`: every published number and claim beside what is measured here."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.text.message import word

if TYPE_CHECKING:
    from core.claims.evidence import Evidence
    from core.claims.findings import Finding
    from core.claims.rows import ClaimRow

HELP = "every published number and claim beside the measured one, with controls and a verdict"
FORMS = ("published-small", "published", "default", "shared-embedding", "patches", "overtrained")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    form = "model of the shipped table (published-small once it is measured in two seeds, else default)"
    add("--form", choices=FORMS, help=form)
    add("--table", type=Path, metavar="PATH", help="judge by a study's folder or table.parquet instead")
    add("--json", action="store_true", help="print one JSON list of rows")
    add("--csv", type=Path, metavar="FILE", help="also write the rows as CSV")


def run(arguments: argparse.Namespace) -> int:
    """Judge and print."""
    from core.claims.findings import findings
    from core.claims.rows import claim_rows, claim_table
    from core.claims.tables import Form, first_form, read_evidence, shipped_evidence
    from core.report.files import write_whole
    from core.report.table import table_csv

    by_user = arguments.table is not None
    form = Form(arguments.form) if arguments.form else first_form()
    evidence = read_evidence(arguments.table) if by_user else shipped_evidence(form)
    rows = claim_rows(evidence)
    if arguments.csv is not None:
        write_whole(arguments.csv, table_csv(claim_table(rows)))
    if arguments.json:
        text = json.dumps([row.to_dict() for row in rows], indent=1, ensure_ascii=False)
        sys.stderr.write(f"{evidence.former}\n" if evidence.former else "")
    else:
        name = f"{arguments.table}." if by_user else f"{form.described}. {form.caution}".rstrip()
        text = _text(name, rows, findings(evidence), evidence)
    sys.stdout.write(text + "\n")
    return 0


def _text(name: str, rows: Sequence[ClaimRow], found: Sequence[Finding], evidence: Evidence) -> str:
    from core.claims.published import SOURCE
    from core.claims.rows import IN_WORDS

    absent = evidence.absent
    notes = [str(note) for note in (absent, evidence.former) if note]
    lines = [f"Published: {SOURCE}.", f"Measured: {name}", *notes, *_counts(rows), ""]
    numbers = [row for row in rows if row.mode != IN_WORDS]
    wide = 2 + max(len(_measured(row)) for row in numbers)
    modes = 2 + max(len(row.mode) for row in numbers)
    lines.append(
        f"{'data set':9s}{'horizon':>8s}  {'mode':{modes}s}{'quantity':21s}{'published':>14s}  {'measured':{wide}s}"
        f"{'horizons':>8s}{'seeds':>6s}  verdict"
    )
    lines += [
        f"{row.dataset:9s}{row.horizon:>8s}  {row.mode:{modes}s}{row.quantity:21s}{row.published:>14,.10g}  "
        f"{_measured(row):{wide}s}{row.horizons or '':>8}{row.seeds or '':>6}  {_verdict(row)}"
        for row in numbers
    ]
    for row in rows:
        if row.mode == IN_WORDS:
            lines += ["", f"{row.quantity} ({row.dataset}): published {row.published}; {word(row.verdict)}."]
            lines += [] if absent and row.verdict == "not_measured" else [f"  {row.sentence}"]
    lines += ["", "Findings of a first trial, tested:"]
    for finding in found:
        lines += [
            "",
            f"{finding.trial} {str(word(finding.outcome)).capitalize()}.",
            *([] if absent else [f"  {finding.sentence}"]),
        ]
    return "\n".join(
        [*lines, "", "With --json or --csv each row also has its interval, its controls and a sentence."]
    )


def _counts(rows: Sequence[ClaimRow]) -> list[str]:
    """Count the verdicts of every group of claims, one line a group."""
    from core.claims.rows import Group, verdict_counts

    lines = []
    for group in Group:
        counts = ", ".join(f"{count} {word(verdict)}" for verdict, count in verdict_counts(rows, group).items())
        marked = sum(row.marked for row in rows if row.group is group)
        lines.append(f"{word(group)}: {counts}{f'; {marked} are no more than control' if marked else ''}.")
    return lines


def _verdict(row: ClaimRow) -> str:
    """Write a verdict with its ratio, the seeds that would decide, and the mark."""
    from core.claims.wording import MARK, verdict_words

    words = verdict_words(row.verdict, row.ratio, row.seeds_needed)
    return f"{words}; {MARK}" if row.marked else str(words)


def _measured(row: ClaimRow) -> str:
    """Write a measured number with its interval, in four digits; a count in all of its digits."""
    found = row.measured
    if not found.defined:
        return "-"
    value = f"{found.value:,.0f}" if row.unit == "MAC" else f"{found.value:.4g}"
    return f"{value} ({found.low:.4g} to {found.high:.4g})" if math.isfinite(found.low) else value
