"""The numbers behind the example figures, at the largest realistic size: d 256, seven blocks, 144 slots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.analysis.parts import Part, Quantity
from core.config import RunConfig
from core.data.step import Step
from core.study.peers import AVERAGE, CROSSLENS, DATASETS, ENTRIES, HORIZONS, PEER, RIDGE, with_front
from core.vocabulary import Fusion, Split

PROVENANCE = "Weather · horizon 720 · published, 4 checkpoints · seed 0 · 9,820 windows · CrossLens 0.1.0"
SLOTS, CHANNELS, TAPS, TOKENS = 144, 256, (-1, 0, 1), 20
LABELS = tuple(f"{slot // 6:02d}:{slot % 6}0" for slot in range(SLOTS))
VARIABLES = ("온도", "p (mbar)", *(f"v{index}" for index in range(2, 8)))
MANY = tuple(f"variable {index}" for index in range(1_000))
UNIT = "°C"
TEN_MINUTES = Step(pd.Timedelta(minutes=10))
BASELINES = ("ridge", "seasonal_naive", "repeat_last")


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def table(columns: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def frame(rows: int = 52_696) -> pd.DataFrame:
    stamps = pd.date_range("2020-01-01", periods=rows, freq="10min", name="date")
    values = generator().normal(size=(rows, len(VARIABLES))).cumsum(axis=0)
    return pd.DataFrame(values, index=stamps, columns=list(VARIABLES))


SPLITS = {Split.TRAIN: range(36_887), Split.VALIDATION: range(36_887, 42_157), Split.TEST: range(42_157, 52_696)}


def per_seed() -> pd.DataFrame:
    rows = [(mode.value, False, seed, 0.5 + seed / 10) for mode in list(Fusion)[1:] for seed in range(3)]
    return table("fusion matched seed delta_rmse", rows)


def summary() -> pd.DataFrame:
    rows = [(mode.value, False, 0.6, 0.3, 0.9, 3) for mode in list(Fusion)[1:]]
    return table("fusion matched value low high n", rows)


def steps(factor: float = 1.0) -> np.ndarray:
    return factor * (0.3 + 0.2 * np.sqrt(np.arange(1, 721) / 720))


def window_errors(windows: int = 10_801) -> dict[Fusion, np.ndarray]:
    return {mode: generator().gamma(2.0, 0.2, windows) * (1 + 0.01 * index) for index, mode in enumerate(Fusion)}


def profile_of(mean: np.ndarray, **columns: object) -> pd.DataFrame:
    slots = {"slot": np.arange(len(mean)), "label": LABELS[: len(mean)]}
    return pd.DataFrame({**columns, **slots, "mean": mean, "low": mean - 0.5, "high": mean + 0.5})


def kernels() -> np.ndarray:
    wave = np.cos(2 * np.pi * (np.arange(SLOTS)[:, None] / SLOTS - np.arange(CHANNELS) / CHANNELS))
    return generator().normal(0, 0.1, (CHANNELS, 3)) + 0.1 * wave[:, :, None]


def attention() -> np.ndarray:
    return generator().dirichlet(np.ones(TOKENS), size=(8, TOKENS))


def gates(length: int = 97) -> dict[Fusion, pd.DataFrame]:
    stamps = pd.date_range("2020-06-01", periods=length, freq="10min")
    return {mode: pd.DataFrame(generator().uniform(size=(length, 2)), stamps, ["update", "reset"]) for mode in Fusion}


def gradients() -> dict[str, pd.DataFrame]:
    index = pd.MultiIndex.from_product([range(0, 20_000, 10), range(1, 8)], names=["step", "block"]).to_frame(
        index=False
    )
    frame = index.assign(
        conv=generator().lognormal(-7, 0.3, len(index)), gru=generator().lognormal(-8, 0.3, len(index))
    )
    return {"proposed": frame, "late fusion": frame, "no fusion": frame}


def responses() -> pd.DataFrame:
    lag = np.arange(-12, 13)
    peak = np.exp(-((lag / 3.0) ** 2))
    parts = [
        pd.DataFrame(
            {"lag": lag, "mean": 1 + height * peak, "low": 0.9 + height * peak, "high": 1.1 + height * peak}
        ).assign(fusion=mode.value, of=of, events=40)
        for mode in list(Fusion)[1:]
        for of, height in (("mode", 1.0), ("none", 0.8))
    ]
    return pd.concat(parts, ignore_index=True)


def example_numbers(run: RunConfig) -> pd.DataFrame:
    """Return a table with every number there may be, each as long as numbers get."""
    blocks = range(1, run.model.blocks + 1)
    sizes, paths = (Quantity.PARAMETERS, Quantity.MACS), (Part.CONV_PATH, Part.GRU_PATH)
    rows: list[tuple[object, ...]] = [
        (part, pd.NA, size, 45.6e6) for part in (Part.FIRST_LAYER, Part.MERGE, Part.HEAD) for size in sizes
    ]
    rows += [(part, block, size, 45.6e6) for part in paths for block in blocks for size in sizes]
    rows += [(part, block, Quantity.GRADIENT_SHARE, 50.0) for part in paths for block in blocks]
    told = (*sizes, Quantity.GATE, Quantity.KERNEL_NORM, Quantity.CORRECTION)
    for crossing in run.model.crossings:
        part = Part(crossing.value)
        rows += [(part, block, one, 45.6e6 if one in sizes else 0.1234) for block in blocks for one in told]
    return pd.DataFrame(rows, columns=["part", "block", "quantity", "value"]).assign(reason="")


def beside_peers() -> pd.DataFrame:
    """Every entry on every data set and horizon; the last one was stopped at the cap."""
    kinds = {"ridge": (RIDGE,)} | {preset: (CROSSLENS, AVERAGE) for preset in ("quick", "default", "best")}
    rows = [
        (
            dataset,
            horizon,
            entry,
            kind,
            2.0**place,
            0.4 + at / 10 - place / 100,
            "cap" if place == 7 else "epochs",
            180,
        )
        for at, dataset in enumerate(DATASETS)
        for horizon in HORIZONS
        for place, entry in enumerate(ENTRIES)
        for kind in kinds.get(entry, (PEER,))
    ]
    return with_front(table("dataset horizon entry kind seconds mse stopped cap", rows))
