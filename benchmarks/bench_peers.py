"""CrossLens beside its peers: error, training time, rates, size and memory on one thread, an entry a process.

Run: CROSSLENS_DATA=... python -m benchmarks.bench_peers --out FOLDER   (in an environment of
benchmarks/peers/requirements.txt; an entry whose result lies in FOLDER is not run again, so the same command
continues, and the shipped table is written anew from all that lies there)
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from core.study.peers import COLUMNS, DATASETS, ENTRIES, HORIZONS, TABLE
from core.worker import ONE_THREAD
from core.workspace import ROOT


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True, help="folder of the results, one file an entry")
    parser.add_argument("--cap", type=float, default=180, help="CPU seconds that a peer may train")
    parser.add_argument("--before", default="", help="what each entry's command is put behind, such as 'nice -n 15'")
    parser.add_argument("--table", type=Path, default=TABLE)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for horizon in HORIZONS:
        for dataset in DATASETS:
            for entry in ENTRIES:
                result = asked.out / f"{dataset}-{horizon}-{entry}.json"
                if not result.exists():
                    measure(dataset, horizon, entry, asked.cap, result, shlex.split(asked.before))
                    gather(asked.out).to_csv(asked.table, index=False, lineterminator="\n")
    gather(asked.out).to_csv(asked.table, index=False, lineterminator="\n")


def measure(dataset: str, horizon: int, entry: str, cap: float, result: Path, before: list[str]) -> None:
    """Run one entry in a process of one thread with an empty workspace."""
    command = [sys.executable, "-m", "benchmarks.peers.entry", dataset, str(horizon), entry]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | ONE_THREAD | {"CROSSLENS_HOME": home}
        words = [*before, *command, "--cap", str(cap), "--out", str(result)]
        subprocess.run(words, check=True, env=environment, cwd=ROOT)
    for row in json.loads(result.read_text(encoding="utf-8"))["rows"]:
        print(json.dumps({name: row[name] for name in COLUMNS[:9]}), flush=True)


def gather(folder: Path) -> pd.DataFrame:
    """Return the table of all results in a folder, in the order of the run."""
    paths = [folder / f"{at}-{horizon}-{entry}.json" for horizon in HORIZONS for at in DATASETS for entry in ENTRIES]
    rows = [row for path in paths if path.exists() for row in json.loads(path.read_text(encoding="utf-8"))["rows"]]
    return pd.DataFrame(rows, columns=list(COLUMNS))


if __name__ == "__main__":
    main()
