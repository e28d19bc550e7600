"""The published numbers, as facts with their source.

Source: "1D CNN-GRU Cross Learning for Multivariate TSF", Yonsei University, System Intelligence Lab (slides). They
give few intervals and no absolute errors; a mean "over all horizons" is one over 96, 192, 336 and 720 rows.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from core.vocabulary import Fusion

SOURCE = '"1D CNN-GRU Cross Learning for Multivariate TSF", Yonsei University, System Intelligence Lab'
DATASETS = ("ETTh2", "ETTm2", "ETTh1", "ETTm1", "Weather")  # in the order of the published tables
SOURCES = {"ETTh1": "ETT1", "ETTm1": "ETT1", "ETTh2": "ETT2", "ETTm2": "ETT2", "Weather": "Weather"}
"""Where a data set comes from: ETTh is ETTm every fourth row, so five sets are three independent ones."""
HORIZONS, SEEDS = (96, 192, 336, 720), 10  # of the study
ALL_HORIZONS = "all"
_NO_MODES = ("data", "proposed", "standard_conv", "no_embedding")  # computed and not trained
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
    dataset, horizon, mode : what it is of, as printed; horizon is a number of rows, "all" or "any", mode a fusion, a
        reference, "data" or a design of the cost table.
    unit : "%" and "steps" as printed; "1" for a number without one.
    digits : decimals it is printed with, read from the text.
    printed : how many printed numbers it is made of: a contrast is the difference of two.
    """

    dataset: str
    horizon: str
    mode: str
    quantity: Quantity
    unit: str
    value: float
    digits: int
    note: str
    printed: int = 1

    @property
    def printed_half_step(self) -> float:
        """Half a unit of the last printed digit, of each printed number: nothing closer can be told apart from it."""
        return self.printed * 0.5 * 10.0**-self.digits

    @property
    def horizons(self) -> tuple[int, ...]:
        """The horizons it was measured at, in rows; none for what needs no run."""
        if self.mode in _NO_MODES:
            return ()
        return HORIZONS if self.horizon == ALL_HORIZONS else (int(self.horizon),)


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


def contrast_mode(single: Fusion) -> str:
    """Return the mode of a contrast, as rows name it.

    >>> contrast_mode(Fusion.GRU_TO_CNN)
    'both - gru_to_cnn'
    """
    return f"{Fusion.BOTH} - {single}"


# What the slides say rises from one direction to both.
CONTRASTS = {
    Quantity.DCOR_KERNEL_TOD: Fusion.GRU_TO_CNN,
    Quantity.SPEARMAN_GAIN: Fusion.CNN_TO_GRU,
    Quantity.PEAK_AMPLIFICATION: Fusion.CNN_TO_GRU,
    Quantity.RESPONSE_LEAD: Fusion.CNN_TO_GRU,
}


@cache
def published_contrasts() -> tuple[PublishedNumber, ...]:
    """Return the differences that the tables of the slides are made to show: both minus one direction."""
    found = {(one.quantity, one.mode, one.dataset): one for one in published_numbers()}
    return tuple(
        replace(
            both := found[quantity, Fusion.BOTH, dataset],
            mode=contrast_mode(single),
            value=round(both.value - found[quantity, single, dataset].value, both.digits),
            printed=2,
            note="difference of two published numbers",
        )
        for quantity, single in CONTRASTS.items()
        for dataset in DATASETS
    )
