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
            f"<br>{text.format(number(value) if value < 1000 else f'{value:,.0f}')}"
            for quantity, text in _TOLD.items()
            if not math.isnan(value := self.value(part, quantity))
        )


_TOLD = {
    Quantity.PARAMETERS: "{} parameters",
    Quantity.MACS: "{} multiply-accumulates a window",
    Quantity.GATE: "mean size of its gates: {}",
    Quantity.KERNEL_NORM: "mean norm of its kernels over their taps: {}",
    Quantity.CORRECTION: "its correction is {} % of the path it corrects (root mean square, last token)",
    Quantity.GRADIENT_SHARE: "{} % of the gradient of both paths' weights (median over training)",
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
        parts.append("no crossing is on: the paths meet only where they are merged")
    text = "; ".join(parts) or f"{names} on"
    reasons = [reason for reason in dict.fromkeys(network.numbers["reason"]) if reason]
    return " ".join([f"{text[:1].upper()}{text[1:]}.", *reasons])


def _size(network: Network, names: str) -> list[str]:
    sizes = [network.total(quantity) for quantity in (Quantity.PARAMETERS, Quantity.MACS)]
    if any(map(math.isnan, sizes)):
        return []
    text = f"{sizes[0]:,.0f} parameters and {compact(sizes[1])} multiply-accumulates (MACs) a window"
    crossings = [Part(crossing.value) for crossing in network.run.model.crossings]
    if not crossings:
        return [text]
    held, taken = (
        number(100 * network.total(quantity, crossings) / size, 2)
        for quantity, size in zip((Quantity.PARAMETERS, Quantity.MACS), sizes, strict=True)
    )
    verbs = ("hold", "take") if len(crossings) > 1 else ("holds", "takes")
    return [f"{text}, of which {names} {verbs[0]} {held} % and {verbs[1]} {taken} %"]


def _gates(network: Network) -> list[str]:
    model = network.run.model
    gates = [network.value(Part(crossing.value), Quantity.GATE) for crossing in model.crossings]
    if not gates or any(map(math.isnan, gates)):
        return []
    sizes = listed([number(gate, 2) for gate in gates])
    return [f"in block {network.block} the mean gate went from {model.gate:g} to {sizes}"]
