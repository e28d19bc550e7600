"""Runs the soak, prints its numbers as a table and keeps them: `python -m tests.soak`, about ten minutes."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from core.version import VERSION
from tests.soak.kills import killed
from tests.soak.links import fuzz
from tests.soak.sessions import clicked

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "benchmarks" / "soak.json"
KILLS = 3
SESSIONS = 20


def main() -> int:
    """Put the product under strain in a workspace of its own; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="The product under strain.")
    parser.add_argument("--minutes", type=float, default=8, help="for links and sessions together (8)")
    parser.add_argument("--out", type=Path, default=KEPT, help="where the numbers are kept")
    arguments = parser.parse_args()
    seconds = 60 * arguments.minutes / 2
    with tempfile.TemporaryDirectory() as home:
        os.environ["CROSSLENS_HOME"] = home
        found: dict[str, dict[str, float]] = {
            "hostile links": dict(fuzz(seconds)),
            "kills": dict(killed(KILLS)),
            "sessions": clicked(Path(home), SESSIONS, seconds),
        }
    for part, numbers in found.items():
        for name, value in numbers.items():
            print(f"{part:<16}{name:<20}{value:>10,}")
    arguments.out.write_text(json.dumps({"version": VERSION, **found}, indent=1) + "\n", encoding="utf-8")
    links, kills, sessions = found.values()
    return int(bool(links["exceptions"] or links["parts not shown"] or sessions["errors"] or not kills["done"]))


if __name__ == "__main__":
    sys.exit(main())
