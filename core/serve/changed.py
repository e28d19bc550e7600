"""A model with changes inside: what a forward pass replaces for each of `core.serve.changes`.

The setters are those of `core.trace.intervene`, which changes whole splits, where both have them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from torch import Tensor

from core.model.forecaster import Forecaster, ForwardOut
from core.model.probe import Edit, Keep
from core.serve.changes import Change, Kind, Routing
from core.serve.parts import with_gates_held
from core.trace.intervene import Intervention, frozen_kernel, shuffled_attention, silenced, uniform_attention
from core.vocabulary import CROSSED, Activation, Fusion, Gate, ModelPath

_OUTPUTS = {ModelPath.CONVOLUTION: Activation.CONV_OUTPUT, ModelPath.GRU: Activation.GRU_OUTPUT}


class Kernels(Protocol):
    """Where kernels come from that are put in place of a window's own, [variable, block, channel, tap] each."""

    def mean_kernel(self, crossing: Fusion) -> Tensor:
        """Return the mean over the test windows."""

    def kernel_of(self, crossing: Fusion, place: int) -> Tensor:
        """Return that of a test window."""

    def kernel_of_slot(self, crossing: Fusion, slot: int) -> Tensor:
        """Return the mean over the test windows of a slot of the calendar cycle."""


@dataclass(frozen=True, eq=False)
class Changed:
    """A model with changes inside.

    `mixes` says that windows which pass together read with one another's attention: one alone needs a partner.
    """

    model: Forecaster
    edits: Mapping[Activation, Edit]
    mixes: bool

    def __call__(
        self, x: Tensor, activations: Collection[Activation] | Mapping[Activation, Keep] = frozenset()
    ) -> ForwardOut:
        """Forecast from x [window, lookback, variable] with the changes."""
        return self.model(x, activations=activations, edits=self.edits)


def changed(model: Forecaster, changes: Sequence[Change], kernels: Kernels) -> Changed:
    """Return a model with changes inside, which it must have been found to have (`core.serve.changes.check`).

    Raises
    ------
    ChangeError : no such window or slot.
    """
    held: dict[Gate, float] = {}
    edits: dict[Activation, Edit] = {}
    for change in changes:
        if isinstance(change.target, Gate):
            held[change.target] = float(change.value)
            continue
        for activation, edit in _intervention(change, model, kernels).edits.items():
            edits[activation] = _after(edits[activation], edit) if activation in edits else edit
    mixes = any(change.value is Routing.SHUFFLED for change in changes)
    return Changed(with_gates_held(model, held) if held else model, edits, mixes)


def _intervention(change: Change, model: Forecaster, kernels: Kernels) -> Intervention:
    match change.target:
        case Fusion():
            return _of_crossing(change, change.target, kernels)
        case ModelPath():
            return _silenced_path(change, change.target, len(model.blocks))
        case None:
            return _attention(change)
        case Gate():
            raise ValueError("a held gate is no edit; build the model with it held.")
        case _:
            assert_never(change.target)


def _of_crossing(change: Change, crossing: Fusion, kernels: Kernels) -> Intervention:
    names, name, value = CROSSED[crossing], str(change), float(change.value)
    match change.kind:
        case Kind.SILENCE:
            return silenced(name, [crossing])
        case Kind.SCALE:
            return Intervention(name, {names.correction: lambda correction, _: value * correction})
        case Kind.FREEZE:
            return frozen_kernel(name, names.kernel, kernels.mean_kernel(crossing))
        case Kind.BORROW:
            return frozen_kernel(name, names.kernel, kernels.kernel_of(crossing, int(value)))
        case Kind.SLOT:
            return frozen_kernel(name, names.kernel, kernels.kernel_of_slot(crossing, int(value)))
        case Kind.HOLD | Kind.ATTENTION:
            raise ValueError(f"{change.kind} is of no crossing; leave the crossing out.")
        case _:
            assert_never(change.kind)


def _silenced_path(change: Change, path: ModelPath, blocks: int) -> Intervention:
    def setter(output: Tensor, block: int) -> Tensor:  # [window, variable, token, channel]
        return output.new_zeros(output.shape) if block == blocks - 1 else output

    return Intervention(str(change), {_OUTPUTS[path]: setter})


def _attention(change: Change) -> Intervention:
    match change.value:
        case Routing.UNIFORM:
            return uniform_attention()
        case Routing.SHUFFLED:
            return shuffled_attention()
        case float() as number:
            head = int(number) - 1

            def setter(weights: Tensor, _: int) -> Tensor:  # [window, variable, head, query, key]
                return weights[:, :, head : head + 1].expand_as(weights)

            return Intervention(str(change), {Activation.ATTENTION: setter})
        case _:
            assert_never(change.value)


def _after(first: Edit, then: Edit) -> Edit:
    return lambda value, block: then(first(value, block), block)
