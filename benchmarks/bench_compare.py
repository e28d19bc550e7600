"""A four-mode comparison with `quick` on ETTh1, one seed, two processes at a time, as the Compare page runs it.

Run: CROSSLENS_DATA=... python -m benchmarks.bench_compare   (prints one JSON object)
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from core.study.folder import RUNS, status
from core.study.run import run_study

GRID = {"datasets": ["ETTh1"], "horizons": [96], "preset": "quick", "seeds": [0], "matched": False, "measures": False}


def main() -> None:
    begun = time.monotonic()
    first = 0.0
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder)

        def look() -> bool:
            nonlocal first
            if not first and any(path.stat().st_size for path in (study / RUNS).glob("*.jsonl")):
                first = time.monotonic() - begun
            return False

        run_study(study, study=GRID, workers=2, should_stop=look)
        seconds = time.monotonic() - begun
        done = sum(one.state == "done" for one in status(study))
    print(json.dumps({"what": "four modes, quick, ETTh1", "runs": done, "seconds": round(seconds), "target": 240}))
    print(json.dumps({"what": "first progress after the start", "seconds": round(first, 1), "target": 10}))


if __name__ == "__main__":
    main()
