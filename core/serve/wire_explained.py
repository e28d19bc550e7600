"""How one number of a forecast comes about, as it goes over the wire: JSON with units that a client can add up."""

from __future__ import annotations

from typing import Any

from core.serve.account import Account
from core.serve.attribution import Attribution
from core.serve.comparison import Comparison
from core.serve.deletion import Curves
from core.serve.wire import lists
from core.train.record import RunRecord


def as_shares(found: Attribution, record: RunRecord, variable: str) -> dict[str, Any]:
    """Return an attribution, standardised; `scale` brings its numbers into the units of the explained variable."""
    deletion = found.deletion
    return {
        "variables": list(record.variables),
        "rows": found.rows.tolist(),
        "scores": lists(found.scores),
        "change": found.change,
        "gap": found.gap,
        "sampling": found.sampling,
        "infidelity": lists(found.infidelity),
        "sensitivity": lists(found.sensitivity),
        "scale": _scale(record, variable),
        "deletion": _curves(deletion.curves),
        "insertion": _curves(deletion.insertion),
        "beaten": deletion.beaten,
        "is_informed": deletion.is_informed,
    }


def _scale(record: RunRecord, variable: str) -> float:
    return float(record.scaler.scale[record.variables.index(variable)])


def _curves(curves: Curves) -> dict[str, Any]:
    return {name: values.tolist() for name, values in vars(curves).items()}


def as_comparison(found: Comparison, record: RunRecord, variable: str) -> dict[str, Any]:
    """Return maps against several backgrounds, standardised, and rank agreements; `scale` as for an attribution."""
    return {
        "variables": list(record.variables),
        "scale": _scale(record, variable),
        "scores": {kind: lists(scores) for kind, scores in found.scores.items()},
        "agreement": {
            "methods": {kind: lists(value) for kind, value in found.methods.items()},
            "backgrounds": {kind: lists(value) for kind, value in found.backgrounds.items()},
            "untrained": lists(found.untrained),
        },
    }


def as_account(found: Account, record: RunRecord, variable: str) -> dict[str, Any]:
    """Return the parts of a number in the units of the variable; all but the forecast add up to it."""
    scale, mean = _scale(record, variable), float(record.scaler.mean[record.variables.index(variable)])
    return {
        "level": scale * found.level + mean,
        "embedding": scale * found.embedding,
        "paths": {path: scale * value for path, value in found.paths.items()},
        "merge": None if found.merge is None else scale * found.merge,
        "crossings": {
            crossing: {
                "share": scale * each.share,
                "silenced": scale * each.silenced,
                "gradients": (scale * each.gradients).tolist(),
            }
            for crossing, each in found.crossings.items()
        },
        "together": scale * found.together,
        "joint": scale * found.joint,
        "gap": scale * found.gap,
        "forecast": scale * found.forecast + mean,
    }
