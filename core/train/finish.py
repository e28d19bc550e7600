"""From a trained state to a checkpoint folder: test errors, references, provenance."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from safetensors.torch import save_file
from torch import Tensor

from core.baselines import baseline_errors, load_ridge
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.windows import make_windows, standardised
from core.jobs import write_json
from core.model.forecaster import Forecaster
from core.scores import Scores
from core.train.checkpoint import weights_digest
from core.train.evaluate import test_scores
from core.train.record import CONFIG, GRADIENT, HISTORY, METRICS, WEIGHTS, RecordError
from core.train.state import Progress
from core.version import versions
from core.vocabulary import Split


def write_checkpoint(
    folder: Path, config: RunConfig, dataset: Dataset, model: Forecaster, best: dict[str, Tensor], progress: Progress
) -> None:
    """Test the kept epoch's weights and write everything `read_record` reads into an existing folder.

    Parameters
    ----------
    model : of the run's shape; it is left with the kept weights.
    best : state of the epoch that the recipe keeps.

    Raises
    ------
    RecordError : no epoch had a validation error that is a number.
    """
    check_converged(config, progress)
    model.load_state_dict(best)
    test = make_windows(dataset, config.window, Split.TEST)
    tested = test_scores(model, test, load_ridge(dataset, config.window))
    write_tested(folder, config, dataset, best, progress, tested)


def check_converged(config: RunConfig, progress: Progress) -> None:
    """Raise a RecordError where no epoch had a validation error that is a number."""
    if progress.best_epoch < 0:
        raise RecordError(
            f"Training of {config.run_id} diverged: the validation error was never a number; "
            f"choose a learning rate below {config.train.learning_rate:g}."
        )


def write_tested(
    folder: Path,
    config: RunConfig,
    dataset: Dataset,
    best: dict[str, Tensor],
    progress: Progress,
    tested: tuple[Scores, Scores],
    *,
    stacked: str = "",
) -> None:
    """Write a checkpoint whose test errors are known: those of the network, and of its average with ridge.

    `stacked` tells of a run of a stack what it was trained on and in which precision; it stands beside the versions.
    """
    network, blend = tested
    epoch = progress.history[progress.best_epoch]
    write_json(
        folder / METRICS,
        {
            "test": {
                "windows": network.windows,
                "missing": dataset.missing(Split.TEST),
                **network.metrics(dataset.variables),
            },
            "blend": blend.metrics(dataset.variables),
            "validation": {"mse": epoch["validation_mse"], "mae": epoch["validation_mae"]},
            "baselines": baseline_errors(dataset, config.window),
            "parameters": sum(value.numel() for value in best.values()),
            "epochs": progress.epoch,
            "best_epoch": epoch["epoch"],
            "seconds": round(progress.seconds, 1),
        },
    )
    save_file({name: value.detach().cpu().contiguous() for name, value in best.items()}, folder / WEIGHTS)
    pd.DataFrame(progress.history).to_csv(folder / HISTORY, index=False)
    pd.DataFrame(progress.gradient).to_csv(folder / GRADIENT, index=False, float_format="%.6g")
    scaler, _ = standardised(dataset)
    write_json(
        folder / CONFIG,
        {
            "run": config.canonical.to_dict(),
            "variables": dataset.variables,
            "scaler": {"mean": scaler.mean.tolist(), "scale": scaler.scale.tolist()},
            "fingerprint": dataset.fingerprint,
            "step": dataset.step.to_dict(),
            "versions": versions() | ({"stacked": stacked} if stacked else {}),
            "weights_sha": weights_digest(folder / WEIGHTS),
        },
    )
