"""`python -m core measures`: what a data set itself is like, before any model."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Any

from core.commands.source import add_reading_options, choices_of, open_source
from core.commands.terminal import as_json
from core.text.message import word

if TYPE_CHECKING:
    from core.analysis.data_measures import DataMeasures
    from core.analysis.estimate import Estimate
    from core.data.dataset import Dataset

HELP = "phase-drift, SPAI and suitability of a data set or a file of your own, with intervals and controls"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--dataset", required=True, help="a known data set, or a CSV, TSV, Excel or Parquet file")
    parser.add_argument("--target", help="variable to measure (default: OT, else the most daily one)")
    parser.add_argument("--seed", type=int, default=0, help="of intervals and null (default 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_reading_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from core.analysis.data_measures import measure_data

    dataset = open_source(arguments.dataset, choices_of(arguments), keep=False)
    found = measure_data(dataset, target=arguments.target, seed=arguments.seed)
    text = as_json(_as_json(dataset, found), indent=1) if arguments.json else _text(dataset, found)
    sys.stdout.write(text + "\n")
    return 0


def _as_json(dataset: Dataset, found: DataMeasures) -> dict[str, Any]:
    said = found.verdict
    return {
        "dataset": dataset.key,
        "target": found.target,
        "target_reason": str(found.target_reason),
        "steps_per_day": dataset.steps_per_day,
        **{name: _number(estimate) for name, estimate in vars(found.phase).items()},
        "suitability": {
            **{
                condition.value: {
                    "title": str(word(condition)),
                    **{variant.value: _number(estimate) for variant, estimate in variants.items()},
                }
                for condition, variants in found.profile.items()
            },
            "verdict": {
                "outlook": said.outlook.value,
                "sentence": str(said.sentence),
                "details": [str(detail) for detail in said.details],
                "certainty": str(said.certainty),
            },
        },
    }


def _number(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate in JSON values: what is undefined is null."""
    numbers = {name: value for name, value in vars(estimate).items() if name != "reason"}
    known = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
    return {**known, "reason": _why(estimate)}


def _why(estimate: Estimate) -> str:
    return "" if estimate.reason is None else str(estimate.reason)


def _text(dataset: Dataset, found: DataMeasures) -> str:
    lines = [
        f"{dataset.title}: {len(dataset.frame):,} rows, {len(dataset.variables)} variables; target {found.target}. "
        f"{found.target_reason}",
        f"{'':26s}{'value':>9s}{'95 % interval':>21s}{'p':>8s}{'n':>7s}",
        *(_line(name, estimate) for name, estimate in vars(found.phase).items()),
    ]
    for condition, variants in found.profile.items():
        lines += [_line(f"{condition} {variant}", estimate) for variant, estimate in variants.items()]
    told = (found.verdict.sentence, *found.verdict.details, found.verdict.certainty)
    return "\n".join([*lines, *map(str, told)])


def _line(name: str, estimate: Estimate) -> str:
    if not estimate.defined:
        return f"{name:26s}{'-':>9s}  {_why(estimate)}"
    interval = f"{estimate.low:.4f} to {estimate.high:.4f}" if math.isfinite(estimate.low) else "-"
    p_value = f"{estimate.p_value:.3f}" if math.isfinite(estimate.p_value) else ""
    numbers = f"{estimate.value:9.4f}{interval:>21s}{p_value:>8s}{estimate.n:7d}"
    return f"{name:26s}{numbers}  {_why(estimate)}".rstrip()
