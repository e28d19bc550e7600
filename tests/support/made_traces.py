"""Traces that are made: kernels that follow the clock, paths that jump together, and what is recorded beside them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from core.text.message import read
from core.vocabulary import Fusion

ORIGINS, VARIABLES, BLOCKS, CHANNELS, TOKENS = 1400, 2, 2, 4, 3
ALL_FUSIONS = tuple(Fusion)


def stamps(step: str = "1h") -> np.ndarray:
    """Return when each origin is."""
    return pd.date_range("2020-01-01 05:00", periods=ORIGINS, freq=step).to_numpy("datetime64[ns]")


def made_arrays(
    fusion: Fusion, kernel_gain: float, when: np.ndarray, generator: np.random.Generator
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Return the values of a made trace with their axes, by name."""
    dims = ("origin", "variable", "block", "channel")
    shape = (ORIGINS, VARIABLES, BLOCKS, CHANNELS)
    jumps = np.cumsum(np.where(np.arange(ORIGINS) % 48 == 30, 6.0, 0.0)) % 12
    lead = 0 if fusion is Fusion.NONE else 2
    arrays: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for name, shift in (
        *(("conv_increment_last_token", 0), ("gru_hidden_last_token", 4 - lead)),
        *(("conv_output_last_token", 0), ("gru_output_last_token", 4)),  # streams that tell no lead
    ):
        state = np.cumsum(0.05 * generator.normal(size=shape), axis=0)
        arrays[name] = (dims, state + np.roll(jumps, shift)[:, None, None, None])
    open_share = 0.2 if fusion is Fusion.NONE else 0.6  # of the channels, by the gate's sign; the rest half open
    gate = np.where(generator.uniform(size=shape) < open_share, generator.choice([0.0, 1.0], size=shape), 0.5)
    arrays["update_gate_last_token"] = (dims, gate)
    hour = 2 * math.pi * (when.astype("datetime64[m]").astype(np.int64) % 1440) / 1440
    if fusion.corrects_conv:
        arrays["correction_gru_to_cnn_last_token"] = (dims, np.ones(shape) * np.sin(hour)[:, None, None, None])
    for crossing, present in (("gru_to_cnn", fusion.corrects_conv), ("cnn_to_gru", fusion.corrects_gru)):
        if present:
            kernel = 0.2 * generator.normal(size=(*shape, 3))
            kernel[:, :, 1] += kernel_gain * np.sin(hour)[:, None, None, None]
            arrays[f"kernel_{crossing}"] = ((*dims, "tap"), kernel)
    maps = generator.uniform(size=(ORIGINS, 2, TOKENS, TOKENS))
    arrays["attention_mean_variable"] = (("origin", "head", "query", "key"), maps)
    return arrays


def make_trace(
    fusion: Fusion, *, kernel_gain: float = 1.0, mixed: bool = False, when: np.ndarray | None = None, seed: int = 0
) -> xr.Dataset:
    """Return a run whose kernels of block 2 follow the clock, and whose paths jump together every 48 origins."""
    when = stamps() if when is None else when
    generator = np.random.default_rng(list(ALL_FUSIONS).index(fusion) + 10 * seed)
    arrays = made_arrays(fusion, kernel_gain, when, generator)
    trace = xr.Dataset(
        {name: (axes, values.astype(np.float32)) for name, (axes, values) in arrays.items()},
        coords={
            "origin": np.arange(100, 100 + ORIGINS),
            "stamp": ("origin", when),
            "variable": ["a", "b"],
            "block": [1, 2],
            "channel": np.arange(1, CHANNELS + 1),
            "head": [1, 2],
            "query": np.arange(1, TOKENS + 1),
            "key": np.arange(1, TOKENS + 1),
        },
        attrs={
            **{"dataset": "made", "horizon": 24, "lookback": 72, "merge": "attention", "reference": "dynamic"},
            **{"embedding": "mixed" if mixed else "hybrid", "preset": "quick", "seed": seed, "split": "test"},
            **{"fusion": str(fusion), "run_id": f"made-{fusion}-s{seed}"},
        },
    )
    return trace.isel(variable=0, drop=True) if mixed else trace


def inputs() -> np.ndarray:
    """Return what windows read: a sine of a day."""
    rows = np.arange(ORIGINS)[:, None] + np.arange(72)
    return np.sin(2 * math.pi * rows / 24)[:, :, None].astype(np.float32)


def gradients(*traces: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Return what was recorded of the gradients of each run."""
    table = pd.DataFrame({"step": [10, 10, 20, 20], "block": [1, 2, 1, 2], "conv": 4.0, "gru": [1.0, 4.0, 1.0, 4.0]})
    weights = table.assign(conv_weights=1.0, gru_weights=[8.0, 8.0, 8.0, 2.0])
    return {trace.attrs["run_id"]: weights for trace in traces}


def pick_row(rows: pd.DataFrame, statistic: str, fusion: str = "", block: int | None = None) -> pd.Series[Any]:
    """Return the one row of a statistic, its reason in words."""
    chosen = rows[(rows.statistic == statistic) & (rows.fusion == fusion)]
    chosen = chosen[chosen.block.isna() if block is None else chosen.block == block]
    assert len(chosen) == 1
    return chosen.assign(reason=[str(read(chosen.iloc[0].reason) or "")]).iloc[0]
