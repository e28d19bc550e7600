"""Runs the soak, prints its numbers as a table and keeps them: `python -m tests.soak`, about ten minutes."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from core.version import VERSION
from tests.soak import links, uploads
from tests.soak.kills import killed
from tests.soak.sessions import clicked

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "benchmarks" / "soak.json"
KILLS = 3
SESSIONS = 20
WRONG = ("exceptions", "parts not shown", "errors")


def main() -> int:
    """Put the product under strain in a workspace of its own; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="The product under strain.")
    parser.add_argument("--minutes", type=float, default=9, help="for uploads, links and sessions together (9)")
    parser.add_argument("--out", type=Path, default=KEPT, help="where the numbers are kept")
    arguments = parser.parse_args()
    seconds = 60 * arguments.minutes / 3
    with tempfile.TemporaryDirectory() as home:
        os.environ["CROSSLENS_HOME"] = home
        found: dict[str, dict[str, float]] = {
            "hostile uploads": uploads.fuzz(seconds),
            "hostile links": dict(links.fuzz(seconds)),
            "kills": dict(killed(KILLS)),
            "sessions": clicked(Path(home), SESSIONS, seconds),
        }
    for part, numbers in found.items():
        for name, value in numbers.items():
            print(f"{part:<17}{name:<18}{value:>10,}")
    arguments.out.write_text(json.dumps({"version": VERSION, **found}, indent=1) + "\n", encoding="utf-8")
    wrong = sum(numbers.get(name, 0) for numbers in found.values() for name in WRONG)
    return int(bool(wrong or not found["kills"]["done"]))


if __name__ == "__main__":
    sys.exit(main())
