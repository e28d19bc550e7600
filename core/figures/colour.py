"""Colour arithmetic in OKLab, where equal steps look equally large (Ottosson 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear_rgb(colour: str) -> NDArray[np.float64]:
    """Return the three linear light intensities (0..1) of a ``#rrggbb`` colour."""
    encoded = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def oklab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lightness and the two opponent axes of linear intensities."""
    lab: NDArray[np.float64] = _TO_LAB @ np.cbrt(_TO_CONES @ linear)
    return lab


def lightness(colour: str) -> float:
    """Return how light a colour looks, 0..1."""
    return float(oklab(linear_rgb(colour))[0])


def _hexadecimal(lab: NDArray[np.float64]) -> str:
    linear = np.linalg.solve(_TO_CONES, np.linalg.solve(_TO_LAB, lab) ** 3).clip(0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(value * 255):02x}" for value in encoded)


def mix(first: str, second: str, share: float) -> str:
    """Return the colour `share` (0..1) of the way from `first` to `second`.

    >>> mix("#000000", "#ffffff", 0.0)
    '#000000'
    """
    start, end = oklab(linear_rgb(first)), oklab(linear_rgb(second))
    return _hexadecimal(start + share * (end - start))


def translucent(colour: str, opacity: float) -> str:
    """Return the colour as ``rgba()``, for bands that overlap.

    >>> translucent("#0072b2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def ramp(stops: Sequence[str], steps: int = 9) -> list[list[float | str]]:
    """Return a plotly colour scale through equally spaced stops, in even steps of OKLab."""
    places = np.linspace(0, len(stops) - 1, steps)
    scale: list[list[float | str]] = []
    for place, position in zip(places, np.linspace(0, 1, steps), strict=True):
        index = min(int(place), len(stops) - 2)
        scale.append([round(float(position), 6), mix(stops[index], stops[index + 1], float(place - index))])
    return scale
