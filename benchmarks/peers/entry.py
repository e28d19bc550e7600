"""One entry of `benchmarks.bench_peers`, in a process of its own: trained, tested, and written as rows of its table.

Run: python -m benchmarks.peers.entry ETTh1 96 PatchTST --cap 180 --out FILE.json
"""

from __future__ import annotations

import argparse
import math
import resource
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from benchmarks.peers.loop import Trained, errors, forecast_of, inference_rate, train
from core.baselines import Ridge, load_ridge
from core.config import WindowConfig
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.jobs import write_json
from core.presets import PRESETS, preset_run
from core.study.peers import AVERAGE, CROSSLENS, PEER, RIDGE
from core.train.checkpoint import load_checkpoint
from core.train.fit import Event, fit
from core.train.pace import paced
from core.version import versions
from core.vocabulary import Fusion, Split

LOOKBACK = 720
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("dataset")
    parser.add_argument("horizon", type=int)
    parser.add_argument("entry")
    parser.add_argument("--cap", type=float, required=True, help="CPU seconds that a peer may train")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    dataset, window = load_dataset(asked.dataset), WindowConfig(lookback=LOOKBACK, horizon=asked.horizon)
    made = _Entry(dataset, window)
    if asked.entry == RIDGE:
        rows = [made.ridge_row()]
    elif asked.entry in PRESETS:
        rows = made.crosslens(asked.entry)
    else:
        rows = [made.peer(asked.entry, asked.cap)]
    memory = {"peak_mb": _peak(), "ready_mb": made.ready}
    place = {"dataset": asked.dataset, "horizon": asked.horizon, "lookback": LOOKBACK}
    of = {name: versions()[name] for name in ("product", "code", "torch")} | {"data": dataset.fingerprint}
    write_json(asked.out, {"rows": [{**place, **row, **memory, "cap": asked.cap, **of} for row in rows]})


class _Entry:
    """What is trained and tested on one data set and horizon."""

    def __init__(self, dataset: Dataset, window: WindowConfig) -> None:
        self.dataset, self.window = dataset, window
        self.train = make_windows(dataset, window, Split.TRAIN)
        self.test = make_windows(dataset, window, Split.TEST)
        self.ready = math.nan  # MB: the peak before training

    def ridge(self) -> tuple[Ridge, float, float]:
        """Return ridge with the CPU and wall seconds of its fit; the product's own fit of it then only reads."""
        self.ready = _peak()
        begun, wall = time.process_time(), time.perf_counter()
        return load_ridge(self.dataset, self.window), time.process_time() - begun, time.perf_counter() - wall

    def ridge_row(self) -> Row:
        """Return the row of ridge."""
        ridge, seconds, wall = self.ridge()
        trained = Trained(seconds, wall, len(self.train) / seconds, math.nan, "solved")
        rate = inference_rate(ridge.forecast, self.test)
        return _row(RIDGE, RIDGE, trained, rate, ridge.weights.size, errors(ridge.forecast, self.test))

    def crosslens(self, preset: str) -> list[Row]:
        """Return the rows of a preset, trained by the product itself, and of its average with ridge."""
        run = preset_run(self.dataset.key, preset, horizon=self.window.horizon, fusion=Fusion.BOTH)
        run = paced(run, self.dataset)
        ridge, ridge_seconds, ridge_wall = self.ridge()
        windows = len(make_windows(self.dataset, self.window, Split.TRAIN, stride=run.train.stride))
        watch = _Watch()
        with tempfile.TemporaryDirectory() as folder:
            record = fit(run, self.dataset, Path(folder, "run"), on_event=watch.told)
            model = load_checkpoint(Path(folder, "run")).model
        forecast = forecast_of(_Network(model))
        found, tested = errors(forecast, self.test), record.metrics
        if not math.isclose(found["mse"], tested["test"]["mse"], rel_tol=1e-5):
            raise RuntimeError(f"{preset}: MSE {found['mse']} here and {tested['test']['mse']} by the product.")
        seconds, wall = watch.epochs[tested["best_epoch"]]
        rate = windows * len(watch.epochs) / watch.stepping
        network = Trained(seconds, wall, rate, tested["validation"]["mse"], "epochs")
        average = Trained(seconds + ridge_seconds, wall + ridge_wall, rate, math.nan, "epochs")
        speed, parameters = inference_rate(forecast, self.test), tested["parameters"]
        both = 1 / (1 / speed + 1 / inference_rate(ridge.forecast, self.test))
        blend = {**{kind: tested["blend"][kind] for kind in ("mse", "mae")}, "windows": found["windows"]}
        return [
            _row(preset, CROSSLENS, network, speed, parameters, found),
            _row(preset, AVERAGE, average, both, parameters + ridge.weights.size, blend),
        ]

    def peer(self, name: str, cap: float) -> Row:
        """Return the row of a module of another package."""
        from importlib.metadata import version

        from benchmarks.peers.models import make

        model, recipe = make(name, self.dataset.key, lookback=LOOKBACK, horizon=self.window.horizon)
        self.ready = _peak()
        validation = make_windows(self.dataset, self.window, Split.VALIDATION)
        trained = train(model, self.train, validation, recipe, cap=cap)
        parameters = sum(value.numel() for value in model.parameters() if value.requires_grad)
        forecast = forecast_of(model)
        row = _row(name, PEER, trained, inference_rate(forecast, self.test), parameters, errors(forecast, self.test))
        return {**row, "neuralforecast": version("neuralforecast")}


class _Network(torch.nn.Module):
    """CrossLens's forecaster as a map of tensors."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the forecast alone."""
        return self.model(x).forecast


class _Watch:
    """The CPU seconds of a training of the product, told by its events.

    Attributes
    ----------
    epochs : number of an epoch -> (CPU, wall) seconds from the start until it was validated.
    stepping : CPU seconds of all steps, validation left out.
    """

    def __init__(self) -> None:
        self._begun = self._stepped = self._epoch = time.process_time()
        self._wall = time.perf_counter()
        self.epochs: dict[int, tuple[float, float]] = {}
        self.stepping = 0.0

    def told(self, event: Event) -> None:
        """Take in an event of the training."""
        now = time.process_time()
        if event["kind"] == "step":  # the last of an epoch is always told
            self._stepped = now
        elif event["kind"] == "epoch":
            self.stepping += self._stepped - self._epoch
            self._epoch = now
            self.epochs[event["epoch"]] = (now - self._begun, time.perf_counter() - self._wall)


def _row(
    entry: str, kind: str, trained: Trained, inference: float, parameters: int, found: Mapping[str, float]
) -> Row:
    return {
        "entry": entry,
        "kind": kind,
        "seconds": round(trained.seconds, 2),
        "wall_seconds": round(trained.wall, 2),
        "stopped": trained.stopped,
        "training_rate": round(trained.rate, 1),
        "inference_rate": round(inference, 1),
        "parameters": int(parameters),
        "validation_mse": None if math.isnan(trained.validation) else trained.validation,
        **found,
    }


def _peak() -> float:
    """Return the peak memory of this process so far in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
