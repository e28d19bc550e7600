"""From finished runs to the tables and figures of the pages that compare modes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.analysis.errors import delta_rmse, delta_rmse_by_seed
from core.analysis.estimate import Estimate, mean_interval
from core.data.dataset import Dataset
from core.figures.errors import mode_comparison
from core.figures.horizon import error_by_step
from core.figures.lettering import signed
from core.figures.palette import Look, baseline_label
from core.figures.variables import error_by_variable
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, label
from dashboard import state
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.widgets import KeyNumber, foot, key_numbers, show

Runs = Mapping[Fusion, Sequence[RunRecord]]
HIDDEN = {"label_visibility": "collapsed"}
HUES = {Fusion.NONE: "gray", Fusion.GRU_TO_CNN: "orange", Fusion.CNN_TO_GRU: "blue", Fusion.BOTH: "violet"}


def by_seed(runs: Sequence[RunRecord], kind: str) -> dict[int, float]:
    """Return one test error (mse, mae, rmse) by seed."""
    return {record.config.train.seed: float(record.metrics["test"][kind]) for record in runs}


def change(runs: Runs, mode: Fusion) -> Estimate:
    """Return by how many percent a mode lowers the RMSE of none, paired by seed."""
    return delta_rmse(by_seed(runs.get(Fusion.NONE, ()), "rmse"), by_seed(runs[mode], "rmse"))


def mode_numbers(runs: Runs, language: Language) -> list[KeyNumber]:
    """Return one key number a mode: mean MSE with its spread, MAE, and the RMSE change against none."""
    return [_mode_number(runs, mode, language) for mode in runs]


def _mode_number(runs: Runs, mode: Fusion, language: Language) -> KeyNumber:
    mse, mae = (list(by_seed(runs[mode], kind).values()) for kind in ("mse", "mae"))
    spread = f" ± {np.std(mse, ddof=1):.4f}" if len(mse) > 1 else ""
    seeds = f"{len(mse)} seed{'s' if len(mse) > 1 else ''}"
    lowered = change(runs, mode) if mode is not Fusion.NONE else None
    against = f" · RMSE {signed(-lowered.value)} %" if lowered is not None and lowered.defined else ""
    return KeyNumber(
        f":{HUES[mode]}[**{label(mode, language)}**] · MSE",
        f"{np.mean(mse):.4f}",
        f"MAE {np.mean(mae):.4f}{against}",
        help=f"Mean over {seeds}{f', standard deviation{spread}' if spread else ''}, on standardised values of every "
        "test window. The RMSE change is against none of the same seed; below zero is better.",
    )


def error_table(runs: Runs, language: Language) -> pd.DataFrame:
    """Return modes and baselines, one row each: MSE, MAE, RMSE, their spread, RMSE change against none, seeds."""
    rows = [_mode_row(runs, mode, language) for mode in runs]
    first = next(iter(runs.values()))[0]
    for name, errors in first.metrics["baselines"].items():
        rmse = math.sqrt(errors["mse"])
        rows.append({"model": baseline_label(name), "MSE": errors["mse"], "MAE": errors["mae"], "RMSE": rmse})
    return pd.DataFrame(rows)


def _mode_row(runs: Runs, mode: Fusion, language: Language) -> dict[str, object]:
    values = {kind: list(by_seed(runs[mode], kind).values()) for kind in ("mse", "mae", "rmse")}
    row: dict[str, object] = {"model": label(mode, language)}
    row |= {kind.upper(): float(np.mean(numbers)) for kind, numbers in values.items()}
    row["MSE ±"] = float(np.std(values["mse"], ddof=1)) if len(values["mse"]) > 1 else math.nan
    lowered = change(runs, mode) if mode is not Fusion.NONE else None
    row["RMSE change %"] = -lowered.value if lowered is not None else math.nan
    row["seeds"] = len(values["mse"])
    row["parameters"] = runs[mode][0].metrics["parameters"]
    return row


VIEWS = {"modes": "Against none", "steps": "By step ahead", "variables": "By variable"}


def draw_comparison(runs: Runs, dataset: Dataset, selection: Selection) -> None:
    """Draw the modes side by side: key numbers, one of three figures, and the table with the baselines."""
    key_numbers(mode_numbers(runs, selection.language))
    source = foot(dataset.key, [record for found in runs.values() for record in found])
    view = choose("by", "Error", texts(list(VIEWS)), kind="segmented", format=VIEWS.__getitem__, **HIDDEN)
    if view == "modes":
        figure = comparison_figure(runs, look=state.look(), provenance=source)
        show(figure, "modes", table=comparison_tables(runs)[0])
    elif view == "steps":
        show(step_figure(runs, dataset, look=state.look(), provenance=source), "steps", table=step_table(runs))
    else:
        figure = variable_figure(runs, look=state.look(), provenance=source)
        show(figure, "variables", table=variable_table(runs))
    st.subheader("Modes and baselines", anchor=False)
    draw_table(error_table(runs, selection.language))


def draw_table(table: pd.DataFrame) -> None:
    """Draw the table of errors with its numbers aligned and rounded alike."""
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        placeholder="–",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True),
            **{name: number(format="%.4f") for name in ("MSE", "MAE", "RMSE", "MSE ±")},
            "RMSE change %": number(format="%+.2f", help="against none of the same seed; below zero is better"),
            "seeds": number("Seeds", format="%d"),
            "parameters": number("Parameters", format="localized"),
        },
    )


def comparison_tables(runs: Runs) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return RMSE reductions against none: per seed (fusion, seed, delta_rmse), and means with their intervals."""
    none = by_seed(runs.get(Fusion.NONE, ()), "rmse")
    seeds, means = [], []
    for mode in runs:
        changes = delta_rmse_by_seed(none, by_seed(runs[mode], "rmse")) if mode is not Fusion.NONE else {}
        seeds += [{"fusion": mode.value, "seed": seed, "delta_rmse": value} for seed, value in changes.items()]
        if changes:
            mean = mean_interval(list(changes.values()))
            means.append({"fusion": mode.value, "value": mean.value, "low": mean.low, "high": mean.high, "n": mean.n})
    return (
        pd.DataFrame(seeds, columns=["fusion", "seed", "delta_rmse"]),
        pd.DataFrame(means, columns=["fusion", "value", "low", "high", "n"]),
    )


def comparison_figure(runs: Runs, *, look: Look, provenance: str) -> go.Figure:
    """Return the figure of RMSE reductions against none."""
    per_seed, summary = comparison_tables(runs)
    return mode_comparison(per_seed, summary, look=look, provenance=provenance)


def step_figure(runs: Runs, dataset: Dataset, *, look: Look, provenance: str) -> go.Figure:
    """Return the figure of the error at each step ahead."""
    modes = {
        mode: np.array([record.metrics["test"]["per_step"]["mse"] for record in found])  # [seed, step]
        for mode, found in runs.items()
    }
    hours = dataset.step.total_seconds() / 3600
    return error_by_step(modes, {}, hours_per_step=hours, look=look, provenance=provenance)


def step_table(runs: Runs) -> pd.DataFrame:
    """Return the MSE at each step ahead, one column a mode, seeds averaged."""
    columns = {
        mode.value: np.mean([record.metrics["test"]["per_step"]["mse"] for record in found], axis=0)
        for mode, found in runs.items()
    }
    table = pd.DataFrame(columns)
    table.insert(0, "step", range(1, len(table) + 1))
    return table


def variable_table(runs: Runs) -> pd.DataFrame:
    """Return the MSE of each variable and mode, seeds averaged: columns variable, source, mse."""
    rows = [
        {"variable": name, "source": mode.value, "mse": errors["mse"]}
        for mode, found in runs.items()
        for record in found
        for name, errors in record.metrics["test"]["per_variable"].items()
    ]
    return pd.DataFrame(rows).groupby(["variable", "source"], sort=False, as_index=False).mean()


def variable_figure(runs: Runs, *, look: Look, provenance: str) -> go.Figure:
    """Return the figure of the error of each variable."""
    return error_by_variable(variable_table(runs), look=look, provenance=provenance)


def checkpoint_table(runs: Runs) -> pd.DataFrame:
    """Return what each checkpoint is: mode, seed, size, epochs, time, code."""
    return pd.DataFrame(
        {
            "checkpoint": record.run_id,
            "mode": mode.value,
            "seed": record.config.train.seed,
            "validation MSE": record.metrics["validation"]["mse"],
            "best epoch": record.metrics["best_epoch"],
            "seconds": record.metrics["seconds"],
            "weights": record.weights_sha[:12],
            "code": record.versions.get("code", ""),
        }
        for mode, found in runs.items()
        for record in found
    )
