"""`python -m core claims`: every published number and claim beside what is measured here."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.claims.findings import Finding
    from core.claims.rows import ClaimRow

NAME = "claims"
HELP = "every published number and claim beside the measured one, with controls and a verdict"
FORMS = ("default", "published-small", "published", "shared-embedding")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--form", choices=FORMS, default="default", help="model of the shipped table (default)")
    parser.add_argument(
        "--table", type=Path, metavar="PATH", help="judge by a study's folder or table.parquet instead"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON list of rows")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the rows as CSV")


def run(arguments: argparse.Namespace) -> int:
    """Judge and print."""
    from core.claims.findings import findings
    from core.claims.rows import claim_rows, claim_table
    from core.claims.tables import Form, read_evidence, shipped_evidence
    from core.report.files import write_whole
    from core.report.table import table_csv

    by_user = arguments.table is not None
    evidence = read_evidence(arguments.table) if by_user else shipped_evidence(Form(arguments.form))
    rows = claim_rows(evidence)
    if arguments.csv is not None:
        write_whole(arguments.csv, table_csv(claim_table(rows)))
    if arguments.json:
        text = json.dumps([row.to_dict() for row in rows], indent=1, ensure_ascii=False)
    else:
        name = str(arguments.table) if by_user else Form(arguments.form).described
        text = _text(name, rows, findings(evidence), evidence.absent)
    sys.stdout.write(text + "\n")
    return 0


def _text(name: str, rows: Sequence[ClaimRow], found: Sequence[Finding], absent: str) -> str:
    from core.claims.published import SOURCE
    from core.claims.rows import IN_WORDS
    from core.claims.verdict import Verdict

    counts = ", ".join(f"{sum(row.verdict is verdict for row in rows)} {verdict}" for verdict in Verdict)
    lines = [f"Published: {SOURCE}.", f"Measured: {name}.", *([absent] if absent else []), f"{counts}.", ""]
    numbers = [row for row in rows if row.mode != IN_WORDS]
    wide = 2 + max(len(_measured(row)) for row in numbers)
    lines.append(
        f"{'data set':9s}{'horizon':>8s}  {'mode':14s}{'quantity':21s}{'published':>14s}  {'measured':{wide}s}verdict"
    )
    lines += [
        f"{row.dataset:9s}{row.horizon:>8s}  {row.mode:14s}{row.quantity:21s}{row.published:>14,.10g}  "
        f"{_measured(row):{wide}s}{row.verdict}"
        for row in numbers
    ]
    for row in rows:
        if row.mode == IN_WORDS:
            lines += ["", f"{row.quantity} ({row.dataset}): published {row.published}; {row.verdict}."]
            lines += [] if absent and row.verdict is Verdict.NOT_MEASURED else [f"  {row.sentence}"]
    lines += ["", "Findings of a first trial, tested:"]
    for finding in found:
        lines += [
            "",
            f"{finding.trial} {finding.outcome.capitalize()}.",
            *([] if absent else [f"  {finding.sentence}"]),
        ]
    return "\n".join(
        [*lines, "", "With --json or --csv each row also has its interval, its controls and a sentence."]
    )


def _measured(row: ClaimRow) -> str:
    """Write a measured number with its interval, in four digits; a count in all of its digits."""
    found = row.measured
    if not found.defined:
        return "-"
    value = f"{found.value:,.0f}" if row.unit == "MAC" else f"{found.value:.4g}"
    return f"{value} ({found.low:.4g} to {found.high:.4g})" if math.isfinite(found.low) else value
