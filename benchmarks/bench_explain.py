"""How long one number of a forecast takes to explain: CPU seconds of one thread, as the engine computes it.

    python -m benchmarks.bench_explain
    python -m benchmarks.bench_explain --horizon 96 --times 5

Of the sample: 15 variables, 720 rows, blocks of a token: 300 blocks. CPU seconds, as the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from core.serve.attribution import Method
from core.serve.engine import Engine
from core.train.record import RunRecord
from core.vocabulary import Fusion, Merge

WINDOW = 700


def seconds(question: Callable[[], object], times: int) -> float:
    """Return the median of the CPU seconds that a question takes."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        question()
        found.append(time.process_time() - begun)
    return float(np.median(found))


def form(record: RunRecord) -> tuple[str, int, int, Fusion, Merge]:
    """Return what tells runs of the sample apart."""
    run = record.config
    return run.dataset, run.window.horizon, run.train.seed, run.model.fusion, run.model.merge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--horizon", type=int, default=24)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    engine = Engine()
    wanted = ("NYweather", arguments.horizon, 0, Fusion.BOTH, Merge.ATTENTION)
    record = next(one for one in engine.models() if form(one) == wanted)
    number = engine.explain(record.run_id, WINDOW, record.variables[0])
    number.account()  # the first pass takes longer
    line = {"benchmark": "explain", "run": record.run_id, "account_seconds": seconds(number.account, arguments.times)}
    for method in Method:
        questions = {
            "": lambda method=method: number.attribute(method, checked=False),
            "_checked": lambda method=method: number.attribute(method),
            "_compared": lambda method=method: number.compare(method),
        }
        for name, question in questions.items():
            line[f"{method}{name}_seconds"] = seconds(question, arguments.times)
    line["shapley_standard_error"] = number.attribute(Method.SHAPLEY, checked=False).sampling
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in line.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    main()
