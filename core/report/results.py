"""RESULTS.md: every measured error, change, verdict and cost, told from the shipped tables and checkpoints alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd

from core.analysis.cost import Design, cost, counted_costs, times_dearer
from core.claims.evidence import Evidence
from core.claims.published import DATASETS
from core.claims.tables import Form, first_form, read_evidence, shipped_evidence
from core.exhibits.peers import peers_of
from core.presets import PRESETS
from core.report.markdown import markdown_table, paragraph
from core.report.recipe import SEARCH, recipe_section
from core.report.results_claims import claims_section
from core.report.results_errors import cells_of, errors_section
from core.report.results_peers import peers_section
from core.report.results_soak import soak_section
from core.study.peers import TABLE
from core.table import Notes, joined, read_notes, study_table
from core.text.amounts import counted, fixed, listed
from core.train.finished import runs_in
from core.train.record import RunRecord
from core.version import EQUIVALENT

TABLES = "tables"
BESIDE = {  # tables that are of no form of their own: what tells them from the preset of their runs
    "default-stride-1": "The recipe takes every training window here, instead of every second to eighth row; errors "
    "alone are known, so no claim is judged by them."
}
HEAD = (
    "# Results",
    "`python -m core results` writes this file from the tables and checkpoints in `checkpoints/` and the figures of "
    "the soak in `benchmarks/soak.json`, and a test compares the two: change nothing here by hand.",
    "MSE is one mean over all test windows, steps and variables, on standardised values; lower is better. *Network "
    "alone* is what the modes are compared by; the forecast to take away is its *average with ridge*, half of each. "
    "Both are means over seeds ± one standard deviation. A change is that of the RMSE of the network alone in per "
    "cent, paired by seed with another form on the same data set and horizon: the mean over seeds with its 95 % t "
    "interval, below zero is better. One seed has no interval.",
)


@dataclass(frozen=True)
class Source:
    """Runs of one form of the model: a table, or the shipped runs of a preset that no table holds."""

    name: str
    evidence: Evidence
    notes: Notes  # versions of code, data and measures

    @property
    def rows(self) -> pd.DataFrame:
        """Columns `core.table.COLUMNS`."""
        return self.evidence.table

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run, its MSE."""
        return self.rows[(self.rows["statistic"] == "mse") & (self.rows["fusion"] != "")]


def results(folder: Path, soak: Path | None = None) -> str:
    """Return the whole file.

    Parameters
    ----------
    folder : of the shipped checkpoints and tables.
    soak : figures of the soak; None, or a file that is not there, leaves them out.

    Raises
    ------
    ClaimsError, RecordError : a table cannot be read, or mixes versions.
    """
    records = sorted(runs_in(folder), key=lambda record: record.run_id)
    tables = _tables(folder / TABLES)
    sources = [*tables, *_beside(tables, records)]
    judged = {source.name: source.evidence for source in tables if source.name in set(Form)}
    claims = claims_section(judged, first_form(folder / TABLES))
    beside = peers_section(peers_of(folder / TABLES / TABLE.name))
    parts = [*map(paragraph, HEAD), *(_form(source) for source in sources), claims, _costs(), beside]
    if (search := folder / TABLES / f"{SEARCH}.parquet").exists():
        parts.append(recipe_section(pd.read_parquet(search)))
    parts.append(_rests_on(sources, records))
    if soak is not None and soak.exists():
        parts.append(soak_section(soak))
    return "\n\n".join(parts) + "\n"


def _tables(folder: Path) -> list[Source]:
    """Return the shipped tables, in the order of the presets."""
    paths = [path for path in sorted(folder.glob("*.parquet")) if path.stem != SEARCH]
    ranks, found = {preset: place for place, preset in enumerate(PRESETS)}, []
    for path in sorted(paths, key=lambda path: ranks.get(path.stem, len(ranks))):
        shipped = path.stem in set(Form)
        evidence = shipped_evidence(Form(path.stem), folder) if shipped else read_evidence(path)
        found.append(Source(path.stem, evidence, read_notes(path)))
    return found


def _beside(tables: Sequence[Source], records: Sequence[RunRecord]) -> list[Source]:
    """Return the shipped runs that no table holds, by preset."""
    held = {run_id for source in tables for run_id in source.runs["run_id"]}
    rest: dict[str, list[RunRecord]] = {}
    for record in records:
        if record.run_id not in held:
            rest.setdefault(record.config.preset, []).append(record)
    made = {preset: study_table(preset, found) for preset, found in rest.items()}
    return [Source(f"{preset}, in no table", Evidence(rows), rows.attrs) for preset, rows in made.items()]


def _form(source: Source) -> str:
    """Return the section of one form of the model: what it is, its errors and changes."""
    runs = source.runs
    sizes = source.rows.loc[source.rows["statistic"] == "parameters", "value"]
    beside = f" {BESIDE[source.name]} {_not_trained(runs)}" if source.name in BESIDE else ""
    what = (
        f"Preset {_code(runs['preset'])}, {listed(runs['embedding'].unique())} embedding, look-back "
        f"{listed(runs['lookback'].unique())}, {_span(sizes)} parameters; {counted(len(runs), 'training')}, "
        f"{_seeds(runs)}.{beside}"
    )
    return "\n\n".join([f"## {source.name}", paragraph(what), *errors_section(cells_of(source.rows))])


def _not_trained(runs: pd.DataFrame) -> str:
    """Say which cells of the published data sets and of a table's horizons were never trained; empty where none."""
    there = set(runs[["dataset", "horizon"]].itertuples(index=False, name=None))
    lacking = [
        f"{name} {ahead}"
        for name, ahead in product(DATASETS, sorted(runs["horizon"].unique()))
        if (name, ahead) not in there
    ]
    return f"Not trained: {listed(lacking)}." if lacking else ""


def _costs() -> str:
    """Return what the designs of a crossing cost at the published size."""
    counted_macs = counted_costs()
    rows = [
        [
            design.value.replace("_", " "),
            *(f"{number:,}" for number in (found.embedding, found.crossing, found.total)),
            f"{counted_macs[design, 'total']:,}",
            fixed(times_dearer(design), 1),
        ]
        for design in Design
        for found in (cost(design),)
    ]
    head = ["design", "first layer", "crossings", "together", "counted", "times proposed"]
    return "\n\n".join(
        [
            "## Cost",
            paragraph(
                "Multiply-accumulates of one window at the published size, by formula and counted on the running "
                "modules; `python -m core cost` adds whole networks and the time they take."
            ),
            markdown_table(head, rows),
        ]
    )


def _rests_on(sources: Sequence[Source], records: Sequence[RunRecord]) -> str:
    """Return versions of code, measures and data, and what each table holds."""
    rows = [
        [
            source.name,
            _code(source.notes["code"]),
            _code(source.notes["measures"]) or "–",
            listed(source.runs["dataset"].unique()),
            listed(sorted(source.runs["horizon"].unique())),
            _seeds(source.runs).removeprefix("seeds ").removeprefix("seed "),
            "; ".join(f"{len(runs)} by {by}" for by, runs in source.notes.get("trained", {}).items()) or "–",
            str(len(source.runs)),
        ]
        for source in sources
    ]
    data = joined([source.notes for source in sources])["data"]
    windows = pd.concat([source.runs for source in sources]).groupby(["dataset", "horizon"])["n"].first()
    held = [
        [key, _code(data[key]), "; ".join(f"{horizon}: {n:,}" for horizon, n in windows[key].items())] for key in data
    ]
    return "\n\n".join(
        [
            "## What the numbers rest on",
            paragraph(
                "Code and measures are fingerprints of the sources that trained the runs, and of those that measured "
                "them afterwards; the version of a data set is one of its values. A stack trains many runs as one "
                "model; on a GPU its products are computed in bfloat16."
            ),
            markdown_table(
                ["numbers of", "code", "measures", "data sets", "horizons", "seeds", "trained", "trainings"],
                rows,
                words=7,
            ),
            markdown_table(["data set", "version", "test windows by horizon"], held, words=3),
            _shipped(records),
        ]
    )


def _shipped(records: Sequence[RunRecord]) -> str:
    """Return what the shipped weights are."""
    halved = sum("weights" in record.versions for record in records)  # as `pack` notes it
    codes = {record.versions.get("code", "") for record in records}
    equivalent = [
        f"Code `{code}` counts as the code at hand ({EQUIVALENT[code]})" for code in codes & EQUIVALENT.keys()
    ]
    return paragraph(
        f"{counted(len(records), 'checkpoint')} of code {_code(sorted(codes))} are shipped, {halved} of them with "
        "weights in half precision; their recorded errors are those of the weights as they were trained."
        + "".join(f" {sentence}." for sentence in sorted(equivalent))
    )


def _seeds(runs: pd.DataFrame) -> str:
    """Return the seeds of runs, three or more in a row as first and last.

    >>> _seeds(pd.DataFrame({"seed": [0, 1]})), _seeds(pd.DataFrame({"seed": [10, 12, 11]}))
    ('seeds 0 and 1', 'seeds 10 to 12')
    """
    seeds = sorted({int(seed) for seed in runs["seed"]})
    in_a_row = len(seeds) > 2 and seeds[-1] - seeds[0] == len(seeds) - 1
    told = f"{seeds[0]} to {seeds[-1]}" if in_a_row else listed(seeds)
    return f"seed{'s' if len(seeds) > 1 else ''} {told}"


def _span(values: pd.Series) -> str:
    """Return least and largest of whole numbers."""
    least, most = int(values.min()), int(values.max())
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _code(words: Iterable[str]) -> str:
    """Return different words as code, listed."""
    return listed(f"`{word}`" for word in dict.fromkeys(words))
