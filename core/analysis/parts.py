"""The parts of a network: how many parameters each holds, and how many multiply-accumulates (MACs) it takes a window.

Both follow from the shapes of the weights: a layer costs its size times how often a window applies it. What holds no
weights and multiplies all the same (attention, generated filters) is added; element-wise gates and norms are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import prod

import pandas as pd

from core.config import RunConfig
from core.vocabulary import Embedding, Merge, Reference

Shape = tuple[int, ...]


class Part(StrEnum):
    """The parts of the published figure that hold weights."""

    FIRST_LAYER = "first_layer"
    CONV_PATH = "conv_path"
    GRU_PATH = "gru_path"
    GRU_TO_CNN = "gru_to_cnn"
    CNN_TO_GRU = "cnn_to_gru"
    MERGE = "merge"
    HEAD = "head"


class Quantity(StrEnum):
    """What is told of a part."""

    PARAMETERS = "parameters"
    MACS = "macs"  # of one window
    GATE = "gate"  # mean over channels of a crossing's |gate|
    KERNEL_NORM = "kernel_norm"  # mean over windows, variables and channels of a kernel's norm over its taps
    CORRECTION = "correction"  # root mean square of what a crossing adds, against that of the path it corrects
    GRADIENT_SHARE = "gradient_share"  # of a path, in the gradients of both paths' weights


_HEADS = {  # beginning of a weight's name, within its block where it lies in one
    "embedding": Part.FIRST_LAYER,
    "conv_norm": Part.CONV_PATH,
    "conv_path": Part.CONV_PATH,
    "gru_norm": Part.GRU_PATH,
    "gru_path": Part.GRU_PATH,
    "to_conv": Part.GRU_TO_CNN,
    "to_gru": Part.CNN_TO_GRU,
    "merge": Part.MERGE,
    "head_norm": Part.HEAD,
    "head": Part.HEAD,
}


def part_of(name: str) -> tuple[Part, int | None]:
    """Return the part a weight belongs to, and its block from 1 (None outside blocks).

    >>> part_of("blocks.1.to_gru.generator.weight"), part_of("head.bias")
    ((<Part.CNN_TO_GRU: 'cnn_to_gru'>, 2), (<Part.HEAD: 'head'>, None))
    """
    pieces = name.split(".")
    if pieces[0] == "blocks":
        return _HEADS[pieces[2]], int(pieces[1]) + 1
    return _HEADS[pieces[0]], None


def part_costs(shapes: Mapping[str, Shape], run: RunConfig, variables: int) -> pd.DataFrame:
    """Return parameters and MACs of every part, block by block.

    Parameters
    ----------
    shapes : of all weights of the run, by name.
    run : its settings.
    variables : columns of its data.

    Returns
    -------
    Columns part, block (missing outside blocks), parameters, macs (of one window); one row a part and block.
    """
    weights = pd.DataFrame(
        [(*part_of(name), prod(shape), _applied(name, shape, run, variables)) for name, shape in shapes.items()],
        columns=["part", "block", "parameters", "macs"],
    ).astype({"block": "Int64"})
    found = weights.groupby(["part", "block"], dropna=False, sort=False)[["parameters", "macs"]].sum().reset_index()
    found["macs"] += [_without_weights(Part(part), run, variables) for part in found["part"]]
    return found


def _rows(run: RunConfig, variables: int) -> int:
    """Return the streams of tokens that a window has: one a variable where variables are kept apart."""
    return 1 if run.model.embedding is Embedding.MIXED else variables


def _tokens(run: RunConfig) -> int:
    return run.window.lookback // run.model.patch


def _applied(name: str, shape: Shape, run: RunConfig, variables: int) -> int:
    """Return the MACs of one weight in a window; a bias, a norm or a gate, which has one axis, takes none."""
    if len(shape) == 1:
        return 0
    rows, tokens = _rows(run, variables), _tokens(run)
    match name.split(".")[-3:]:
        case [*_, "mixed", "weight"]:
            times = tokens  # one token of all variables
        case [*_, "generator", "weight"]:
            times = rows * (tokens if run.model.reference is Reference.EVERY else 1)
        case ["head", "mix", "weight"]:
            times = rows * run.model.width
        case ["head", "shared", "weight"]:
            times = rows * -(-run.window.horizon // run.model.patch)
        case ["head", *_]:
            times = rows
        case _:
            times = rows * tokens
    return prod(shape) * times


def _without_weights(part: Part, run: RunConfig, variables: int) -> int:
    """Return the MACs of a part, or of its share of one block, that multiply two things made from the window."""
    model, tokens, streams = run.model, _tokens(run), _rows(run, variables) * run.model.width
    match part:
        case Part.GRU_TO_CNN | Part.CNN_TO_GRU if model.reference not in (Reference.STATIC, Reference.STANDARD):
            averaged = tokens if model.reference in (Reference.EMA, Reference.MEAN) else 0
            return streams * (tokens * model.kernel + averaged)
        case Part.MERGE if model.merge is Merge.ATTENTION:
            return streams * 2 * tokens * tokens  # queries with keys, weights with values
        case _:
            return 0
