"""`python -m core results`: RESULTS.md, made from the shipped tables and checkpoints, and the soak's figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.workspace import CHECKPOINTS, ROOT

SOAK = ROOT / "benchmarks" / "soak.json"
HELP = "write RESULTS.md from the shipped tables and checkpoints, or check that it is up to date"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, default=Path("RESULTS.md"), help="file to write or check (RESULTS.md)")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="folder to read (the shipped one)")
    parser.add_argument("--soak", type=Path, default=SOAK, help="figures of `make soak` (benchmarks/soak.json)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where the file differs")


def run(arguments: argparse.Namespace) -> int:
    """Write the file, or compare it with what would be written."""
    from core.exhibits.peers import absent, peers_of
    from core.report.files import write_whole
    from core.report.results import TABLES, results
    from core.report.results_peers import PICTURE, is_of, picture
    from core.study.peers import TABLE

    out: Path = arguments.out
    text = results(arguments.checkpoints, arguments.soak)
    beside, drawn = peers_of(arguments.checkpoints / TABLES / TABLE.name), out.parent / PICTURE
    current = absent(beside) != "" or is_of(drawn, beside)
    if arguments.check:
        if current and out.exists() and out.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{out.name} is not what the tables say; write it with python -m core results.\n")
        return 1
    if not current:
        write_whole(drawn, picture(beside))
    write_whole(out, text.encode())
    sys.stdout.write(f"{out} written.\n")
    return 0
