"""A checkpoint: a folder of plain files, written under another name and renamed when whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import safetensors
from safetensors.torch import load_file

from core.data.dataset import Dataset
from core.data.report import count, some
from core.model.forecaster import Forecaster, build
from core.train.record import WEIGHTS, RecordError, RunRecord, read_record


@dataclass(frozen=True)
class Checkpoint:
    """A trained model in evaluation mode, and the record of its run."""

    record: RunRecord
    model: Forecaster

    def check_data(self, dataset: Dataset) -> None:
        """Refuse data the model was not trained on: other variables, or another version of the file."""
        record = self.record
        if dataset.variables != record.variables:
            raise RecordError(
                f"Checkpoint {record.run_id} was trained on {len(record.variables)} variables "
                f"({', '.join(record.variables[:3])} ...) and {dataset.title} has {len(dataset.variables)} "
                f"({', '.join(dataset.variables[:3])} ...); give data with the same columns or train on these."
            )
        if dataset.fingerprint != record.fingerprint:
            raise RecordError(
                f"Checkpoint {record.run_id} was trained on version {record.fingerprint} of {record.config.dataset} "
                f"and the data at hand are version {dataset.fingerprint}; bring that version or train again."
            )

    def check_rows(self, dataset: Dataset) -> None:
        """Refuse rows that the model cannot read: other variables, another step, too few, or nothing measured."""
        record = self.record
        wanted = list(record.variables)
        missing = [name for name in wanted if name not in dataset.variables]
        if missing:
            raise RecordError(
                f"The data lack {some(missing, most=3)}; the checkpoint forecasts {count(len(wanted), 'variable')} "
                f"({some(wanted, most=3)}): bring the same columns."
            )
        if record.step is not None and dataset.step.pace != record.step.pace:
            raise RecordError(
                f"The step of {dataset.title} is {dataset.step.text} and the model was trained on a step of "
                f"{record.step.text}; bring rows of that step, or train a model on these."
            )
        lookback = record.config.window.lookback
        if len(dataset.frame) < lookback:
            raise RecordError(
                f"The data have {count(len(dataset.frame), 'row')} and the checkpoint reads {lookback:,}; "
                "bring a longer file."
            )
        empty = [name for name in wanted if dataset.frame[name].isna().all()]
        if empty:
            raise RecordError(
                f"The data hold no value of {some(empty, most=3)}, which the model reads; bring rows that do."
            )


def weights_digest(path: Path) -> str:
    """Return 12 hex digits of a weights file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read a checkpoint; shapes are compared with the settings before any weight is copied.

    RecordError where the folder, its settings or its weights are missing, damaged or do not fit each other.
    """
    record = read_record(folder)
    run = record.config
    model = build(run.model, run.window, len(record.variables), run.train.seed)
    path = folder / WEIGHTS
    _check_weights(path, model, record)
    model.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return Checkpoint(record, model.eval())


def _check_weights(path: Path, model: Forecaster, record: RunRecord) -> None:
    name = record.folder.name
    wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            found = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}
    except (OSError, safetensors.SafetensorError) as error:
        raise RecordError(f"The weights of checkpoint {name} cannot be read ({error}); train it again.") from error
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            raise RecordError(
                f"The weights of checkpoint {name} do not fit its settings: {key} is {found.get(key, 'missing')} "
                f"in the file and {wanted.get(key, 'unknown')} in the model; train it again."
            )
    if weights_digest(path) != record.weights_sha:
        raise RecordError(f"The weights of checkpoint {name} were changed after training; train it again.")
