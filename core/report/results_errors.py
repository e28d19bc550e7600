"""The errors of RESULTS.md: each form, its average with ridge, the references, and the change against none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.analysis.errors import delta_rmse
from core.analysis.estimate import Estimate, undefined
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, NONE, Arm, arm_label
from core.report.markdown import markdown_table, paragraph
from core.study.show import Errors, by_arm
from core.table import BLEND
from core.text.amounts import fixed, over_seeds, signed
from core.text.message import Message

MODES = (NONE, GRU_TO_CNN, CNN_TO_GRU, BOTH)
NOTHING = "–"


@dataclass(frozen=True)
class Cell:
    """The errors of one data set and horizon, by form of the model: of the network, and of its average with ridge."""

    dataset: str
    horizon: int
    network: Mapping[Arm, Errors]
    average: Mapping[Arm, Errors]
    references: Mapping[str, float]  # MSE

    def change(self, arm: Arm, against: Arm) -> Estimate:
        """Return by how many per cent the RMSE of a form lies above that of another, paired by seed."""
        if arm == against or not {arm, against} <= self.network.keys():
            return undefined(Message("errors.one_not_trained"))
        lowered = delta_rmse(self.network[against]["rmse"], self.network[arm]["rmse"])
        return Estimate(-lowered.value, -lowered.high, -lowered.low, n=lowered.n, reason=lowered.reason)


def cells_of(rows: pd.DataFrame) -> list[Cell]:
    """Return the cells of a table, in its order."""
    totals = rows[rows["statistic"].isin([f"{of}{kind}" for of in ("", f"{BLEND}_") for kind in ("mse", "rmse")])]
    return [_cell(found) for _, found in totals.groupby(["dataset", "horizon"], sort=False)]


def _cell(rows: pd.DataFrame) -> Cell:
    runs = rows[rows["fusion"] != ""]
    references = rows[(rows["fusion"] == "") & (rows["statistic"] == "mse")]
    return Cell(
        str(rows["dataset"].iloc[0]),
        int(rows["horizon"].iloc[0]),
        by_arm(runs, ""),
        by_arm(runs, f"{BLEND}_"),
        dict(zip(references["run_id"], references["value"].astype(float), strict=True)),
    )


def errors_section(cells: Sequence[Cell]) -> list[str]:
    """Return the paragraphs and tables of one form of the model."""
    found = [*_outcomes(cells), _of_modes(cells)]
    return [*found, _of_others(cells)] if any(arm not in MODES for cell in cells for arm in cell.network) else found


def _outcomes(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield in how many cells each mode changes the error of none for certain."""
    parts = []
    for arm in MODES:
        changes = [change for cell in cells if math.isfinite((change := cell.change(arm, NONE)).low)]
        lower, higher = sum(change.high < 0 for change in changes), sum(change.low > 0 for change in changes)
        if changes:
            parts.append(f"{arm_label(arm)} lowers it in {lower} and raises it in {higher} of {len(changes)}")
    if parts:
        yield paragraph(
            "In how many cells of data set and horizon a mode changes the RMSE of none by more than the seeds differ "
            f"(the interval excludes 0): {'; '.join(parts)}."
        )


def _of_modes(cells: Sequence[Cell]) -> str:
    rows = [
        [
            f"{cell.dataset}, {cell.horizon}",
            arm_label(arm),
            _mean(cell.network[arm]),
            _mean(cell.average.get(arm, {})),
            *(_number(cell.references.get(name)) for name in ("ridge", "seasonal_naive")),
            _told(cell.change(arm, NONE)),
            str(len(cell.network[arm]["mse"])),
        ]
        for cell in cells
        for arm in MODES
        if arm in cell.network
    ]
    head = ["data set, horizon", "mode", "network alone", "average with ridge", "ridge", "seasonal naive"]
    return markdown_table([*head, "RMSE against none, %", "seeds"], rows, words=2)


def _of_others(cells: Sequence[Cell]) -> str:
    rows = [
        [
            f"{cell.dataset}, {cell.horizon}",
            arm_label(arm),
            _mean(errors),
            _mean(cell.average.get(arm, {})),
            _told(cell.change(arm, NONE)),
            _told(cell.change(arm, BOTH)),
            str(len(errors["mse"])),
        ]
        for cell in cells
        for arm, errors in sorted(cell.network.items(), key=lambda entry: (entry[0].merge, entry[0].reference))
        if arm not in MODES
    ]
    head = ["data set, horizon", "other form", "network alone", "average with ridge"]
    return markdown_table([*head, "RMSE against none, %", "RMSE against both, %", "seeds"], rows, words=2)


def _mean(errors: Errors) -> str:
    """Return the mean MSE over seeds with its spread."""
    values = list(errors.get("mse", {}).values())
    return over_seeds(values) if values else NOTHING


def _number(value: float | None) -> str:
    return NOTHING if value is None else fixed(value, 4)


def _told(change: Estimate) -> str:
    """Return a change with its interval."""
    if not math.isfinite(change.low):
        return signed(change.value, 2)
    return f"{signed(change.value, 2)} ({signed(change.low, 2)} to {signed(change.high, 2)})"
