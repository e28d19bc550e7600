"""Runs of other code or data are never mixed silently: found, named, and set aside only when asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.aside import OLD, set_aside
from core.config import RunConfig
from core.data.catalog import load_dataset
from core.study.folder import StudyError, sibling
from core.table import difference, notes_of
from core.train.record import WEIGHTS, RecordError, RunRecord, read_record
from core.version import other_code


def read_whole(folder: Path, run: RunConfig) -> RunRecord:
    """Read a finished run and make sure that it is whole and the planned one.

    Weights may have been taken away to save space; those that are there must be the ones that were written.
    RecordError where a file is missing or damaged, or the folder holds another run.
    """
    record = read_record(folder)
    if record.config.canonical != run.canonical:
        raise RecordError(f"{folder.name} holds another run ({record.run_id}).")
    weights = folder / WEIGHTS
    if weights.exists() and not hashlib.sha256(weights.read_bytes()).hexdigest().startswith(record.weights_sha):
        raise RecordError(f"The weights of checkpoint {folder.name} are damaged.")
    return record


def outdated(finished: Sequence[RunRecord], *, complete: bool) -> Mapping[str, str]:
    """Return by run id how finished runs differ from what the study goes on with.

    A study that is complete and of one version is left as it is, whatever the code and the data are now.
    """
    if complete and not difference(notes_of(finished)):
        return {}
    return {record.run_id: found for record in finished if (found := difference_from_now(record))}


def refuse_or_retrain(runs: Path, other: Mapping[str, str], *, retrain: bool) -> list[Path]:
    """Set outdated runs aside and return their new places; without `retrain`, StudyError where there are some."""
    if not other:
        return []
    if not retrain:
        raise StudyError(
            f"{len(other)} finished run{'s' if len(other) > 1 else ''} in {runs.parent} would be mixed with others: "
            f"{next(iter(other.values()))}; start with --retrain to set them aside and train them again, or choose "
            "another folder."
        )
    aside = []
    for run_id in other:
        code = read_record(runs / run_id).versions.get("code", "unknown")
        sibling(runs / run_id, ".jsonl").unlink(missing_ok=True)
        aside.append(set_aside(runs / run_id, f"{OLD}{code}"))
    return aside


def difference_from_now(record: RunRecord) -> str:
    """Return how a run differs from one that would be trained now, in words; empty where it does not."""
    if other := other_code([record.versions]):
        return f"they were {other}"
    data = load_dataset(record.config.dataset).fingerprint
    if record.fingerprint != data:
        key = record.config.dataset
        return f"they were trained on version {record.fingerprint} of {key}, and the data at hand are {data}"
    return ""
