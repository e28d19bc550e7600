"""What the diagram of the model says in numbers: a network's settings with what is known of each part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.analysis.parts import Part, Quantity
from core.config import RunConfig
from core.figures.lettering import NO_BREAK, number
from core.figures.palette import Look
from core.text.amounts import listed
from core.text.words import begun, mark, say, say_many
from core.vocabulary import label

_SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True, eq=False)
class Network:
    """What is drawn: a run's settings, its numbers (see `model_diagram`), and the block that is shown."""

    run: RunConfig
    variables: int
    numbers: pd.DataFrame
    block: int

    @property
    def tokens(self) -> int:
        """Tokens of a window."""
        return self.run.window.lookback // self.run.model.patch

    def value(self, part: Part, quantity: Quantity) -> float:
        """Return a number of a part outside the blocks or in the one shown; NaN where there is none."""
        rows = self.numbers
        here = rows["block"].isna() | (rows["block"] == self.block)
        found = rows.loc[here & (rows["part"] == part) & (rows["quantity"] == quantity), "value"]
        return float(found.iloc[0]) if len(found) else math.nan

    def total(self, quantity: Quantity, parts: Sequence[Part] = tuple(Part)) -> float:
        """Return the sum of a number over some parts and all blocks; NaN where one of them is unknown."""
        rows = self.numbers
        chosen = rows.loc[rows["part"].isin(parts) & (rows["quantity"] == quantity), "value"]
        return float(chosen.sum(skipna=False)) if len(chosen) else math.nan

    def size(self, part: Part) -> str:
        """Return parameters and MACs of a part in the fewest letters; empty where they are unknown."""
        both = [self.value(part, quantity) for quantity in (Quantity.PARAMETERS, Quantity.MACS)]
        return "" if any(map(math.isnan, both)) else " · ".join(map(compact, both))

    def told(self, part: Part) -> str:
        """Return what a part's hover says of its numbers."""
        return "".join(
            f"<br>{say(text, value=number(value) if value < 1000 else f'{value:,.0f}')}"
            for quantity, text in _TOLD.items()
            if not math.isnan(value := self.value(part, quantity))
        )


_TOLD = {
    Quantity.PARAMETERS: mark("{value} parameters"),
    Quantity.MACS: mark("{value} multiply-accumulates a window"),
    Quantity.GATE: mark("mean size of its gates: {value}"),
    Quantity.KERNEL_NORM: mark("mean norm of its kernels over their taps: {value}"),
    Quantity.CORRECTION: mark("its correction is {value} % of the path it corrects (root mean square, last token)"),
    Quantity.GRADIENT_SHARE: mark("{value} % of the gradient of both paths' weights (median over training)"),
}


def compact(value: float) -> str:
    """Return a count in three figures and the letter of its thousands.

    >>> compact(640), compact(18_464), compact(12_345_678)
    ('640', '18.5k', '12.3M')
    """
    for scale, letter in _SCALES:
        if value >= 0.9995 * scale:
            return f"{number(value / scale)}{letter}"
    return f"{value:.0f}"


def sentence(network: Network, look: Look) -> str:
    """Return size, the crossings' share of it, how far their gates opened, and why anything is left out."""
    crossings = network.run.model.crossings
    names = listed([label(crossing, look.language).replace(" ", NO_BREAK) for crossing in crossings])
    parts = [*_size(network, names), *_gates(network)]
    if not crossings:
        parts.append(say("no crossing is on: the paths meet only where they are merged"))
    text = _joined(parts or [say("{crossings} on", crossings=names)])
    reasons = [reason for reason in dict.fromkeys(network.numbers["reason"]) if reason]
    return " ".join([f"{begun(text)}.", *reasons])


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else say("{first}; {second}", first=parts[0], second=_joined(parts[1:]))


def _size(network: Network, names: str) -> list[str]:
    sizes = [network.total(quantity) for quantity in (Quantity.PARAMETERS, Quantity.MACS)]
    if any(map(math.isnan, sizes)):
        return []
    crossings = [Part(crossing.value) for crossing in network.run.model.crossings]
    known = {"parameters": sizes[0], "macs": compact(sizes[1])}
    if not crossings:
        return [say("{parameters:,.0f} parameters and {macs} multiply-accumulates (MACs) a window", **known)]
    held, taken = (
        number(100 * network.total(quantity, crossings) / size, 2)
        for quantity, size in zip((Quantity.PARAMETERS, Quantity.MACS), sizes, strict=True)
    )
    told = say_many(
        "{parameters:,.0f} parameters and {macs} multiply-accumulates (MACs) a window, of which {crossings} holds "
        "{held} % and takes {taken} %",
        "{parameters:,.0f} parameters and {macs} multiply-accumulates (MACs) a window, of which {crossings} hold "
        "{held} % and take {taken} %",
        n=len(crossings),
        **known,
        **{"crossings": names, "held": held, "taken": taken},
    )
    return [told]


def _gates(network: Network) -> list[str]:
    model = network.run.model
    gates = [network.value(Part(crossing.value), Quantity.GATE) for crossing in model.crossings]
    if not gates or any(map(math.isnan, gates)):
        return []
    sizes = listed([number(gate, 2) for gate in gates])
    return [
        say(
            "in block {block} the mean gate went from {start:g} to {sizes}",
            block=network.block,
            start=model.gate,
            sizes=sizes,
        )
    ]
