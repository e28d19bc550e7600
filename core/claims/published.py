"""The published numbers, as facts with their source.

Source: "1D CNN-GRU Cross Learning for Multivariate TSF", Yonsei University, System Intelligence Lab (slides). They
give few intervals and no absolute errors; a mean "over all horizons" is one over 96, 192, 336 and 720 rows.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

SOURCE = '"1D CNN-GRU Cross Learning for Multivariate TSF", Yonsei University, System Intelligence Lab'
DATASETS = ("ETTh2", "ETTm2", "ETTh1", "ETTm1", "Weather")  # in the order of the published tables
ALL_HORIZONS = "all"
_FILE = Path(__file__).parent / "published.csv"


class Quantity(StrEnum):
    """What a published number is of."""

    PHASE_DRIFT = "phase_drift"
    SPAI = "spai"
    RMSE_INCREASE = "rmse_increase"
    DELTA_RMSE = "delta_rmse"
    DCOR_KERNEL_TOD = "dcor_kernel_tod"
    DCOR_CONV_CHANGE_TOD = "dcor_conv_change_tod"
    SPEARMAN_GAIN = "spearman_gain"
    PEAK_AMPLIFICATION = "peak_amplification"
    RESPONSE_LEAD = "response_lead"
    MACS_EMBEDDING = "macs_embedding"
    MACS_CROSSING = "macs_crossing"
    MACS_TOTAL = "macs_total"


@dataclass(frozen=True)
class PublishedNumber:
    """One number of the slides.

    Attributes
    ----------
    dataset, horizon, mode
        What it is of, as printed; horizon is a number of rows, "all" or "any", mode a fusion, a reference, "data"
        or a design of the cost table.
    unit
        "%" and "steps" as printed; "1" for a number without one.
    digits
        Decimals it is printed with, read from the text.
    """

    dataset: str
    horizon: str
    mode: str
    quantity: Quantity
    unit: str
    value: float
    digits: int
    note: str

    @property
    def printed_half_step(self) -> float:
        """Half a unit of the last printed digit: nothing closer can be told apart from it."""
        return 0.5 * 10.0**-self.digits


@cache
def published_numbers() -> tuple[PublishedNumber, ...]:
    """Return every published number in the order of the slides."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            PublishedNumber(
                dataset=row["dataset"],
                horizon=row["horizon"],
                mode=row["mode"],
                quantity=Quantity(row["quantity"]),
                unit=row["unit"],
                value=float(row["published"]),
                digits=len(row["published"].partition(".")[2]),
                note=row["note"],
            )
            for row in csv.DictReader(file)
        )
