"""From finished runs to what the pages that compare modes show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.errors import delta_rmse
from core.analysis.estimate import Estimate
from core.baselines import average_name
from core.config import LATE_FUSION, NO_FUSION, Arm
from core.data.dataset import Dataset
from core.figures.palette import baseline_label, mode_label
from core.report.chapters import errors as chapter
from core.report.chapters.errors import Runs
from core.train.record import RunRecord
from core.version import different_codes
from core.vocabulary import Fusion, Language, Reference, label
from dashboard import cache, state
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.widgets import KeyNumber, foot, key_numbers, sheet, show

HIDDEN = {"label_visibility": "collapsed"}
HUES = {Fusion.NONE: "gray", Fusion.GRU_TO_CNN: "orange", Fusion.CNN_TO_GRU: "blue", Fusion.BOTH: "violet"}


def change(runs: Runs, mode: Fusion) -> Estimate:
    """Return by how many percent a mode lowers the RMSE of none, paired by seed."""
    return delta_rmse(chapter.by_seed(runs.get(Fusion.NONE, ()), "rmse"), chapter.by_seed(runs[mode], "rmse"))


def mode_numbers(runs: Runs, language: Language) -> list[KeyNumber]:
    """Return one key number a mode: mean MSE with its spread, MAE, and the RMSE change against none."""
    return [_mode_number(runs, mode, language) for mode in runs]


def _mode_number(runs: Runs, mode: Fusion, language: Language) -> KeyNumber:
    mse, mae = (list(chapter.by_seed(runs[mode], kind).values()) for kind in ("mse", "mae"))
    spread = f" ± {np.std(mse, ddof=1):.4f}" if len(mse) > 1 else ""
    seeds = f"{len(mse)} seeds ± one standard deviation" if spread else "one seed"
    lowered = change(runs, mode) if mode is not Fusion.NONE else None
    against = f" · RMSE {_arrow(lowered.value)}" if lowered is not None and lowered.defined else ""
    return KeyNumber(
        f":{HUES[mode]}[**{label(mode, language)}**] · MSE",
        f"{np.mean(mse):.4f}{spread}",
        f"MAE {np.mean(mae):.4f}{against}",
        help=f"Mean over {seeds}, on standardised values of every test window. "
        "The RMSE change is against none of the same seed"
        f"{f' ({lowered.n} shared)' if lowered is not None else ''}; an arrow down is better.",
    )


def _arrow(lowered: float) -> str:
    """Return by how much an error fell or rose, in words that no sign convention can turn around."""
    size = f"{abs(lowered):.1f} %"
    return size if size == "0.0 %" else f"{'↓' if lowered > 0 else '↑'} {size}"


def error_table(
    runs: Runs,
    language: Language,
    matched: Sequence[RunRecord] = (),
    weakened: Mapping[str, Sequence[RunRecord]] | None = None,
) -> pd.DataFrame:
    """Return one row a mode, none of matched size, weakened form, average with ridge, and baseline.

    Columns: MSE, MAE, RMSE, their spread, RMSE change against none, seeds, parameters.
    """
    none = runs.get(Fusion.NONE, ())
    rows = [_mode_row(label(mode, language), found, none) for mode, found in runs.items()]
    if matched:
        rows.append(_mode_row(mode_label(Fusion.NONE, language, matched=True), matched, none))
    rows += [_mode_row(name, found, none) for name, found in (weakened or {}).items()]
    for mode, found in runs.items():
        if all(chapter.BLEND in record.metrics for record in found):
            rows.append(_mode_row(average_name(label(mode, language)), found, none, of=chapter.BLEND))
    first = next(iter(runs.values()))[0]
    for name, errors in first.metrics["baselines"].items():
        rmse = math.sqrt(errors["mse"])
        lowered = delta_rmse(chapter.by_seed(none, "rmse"), {run.config.train.seed: rmse for run in none})
        numbers = {"MSE": errors["mse"], "MAE": errors["mae"], "RMSE": rmse, "RMSE change %": -lowered.value}
        rows.append({"model": baseline_label(name), **numbers})
    return pd.DataFrame(rows)


def _mode_row(
    name: str, runs: Sequence[RunRecord], none: Sequence[RunRecord], of: str = chapter.TEST
) -> dict[str, object]:
    by_seed = {kind: chapter.by_seed(runs, kind, of) for kind in ("mse", "mae", "rmse")}
    values = {kind: list(found.values()) for kind, found in by_seed.items()}
    row: dict[str, object] = {"model": name}
    row |= {kind.upper(): float(np.mean(numbers)) for kind, numbers in values.items()}
    row["MSE ±"] = float(np.std(values["mse"], ddof=1)) if len(values["mse"]) > 1 else math.nan
    itself = runs is none and of == chapter.TEST
    lowered = delta_rmse(chapter.by_seed(none, "rmse"), by_seed["rmse"])
    row["RMSE change %"] = math.nan if itself else -lowered.value
    row["seeds"] = len(values["mse"])
    row["parameters"] = runs[0].metrics["parameters"]
    return row


VIEWS = {"modes": "Against none", "steps": "By step ahead", "variables": "By variable"}


def weakened_forms(selection: Selection, seeds: Sequence[int]) -> dict[str, list[RunRecord]]:
    """Return the runs whose crossing is weakened or whose merge is another one, by their name for people."""
    both = label(Fusion.BOTH, selection.language)
    names = {
        Arm(Fusion.BOTH, reference): f"{both}, {label(reference, selection.language)}"
        for reference in Reference
        if reference is not Reference.DYNAMIC
    }
    names |= {arm: label(arm.merge, selection.language) for arm in (LATE_FUSION, NO_FUSION)}
    found: dict[str, dict[int, RunRecord]] = {name: {} for name in names.values()}
    for record in cache.of_cell(selection, all_seeds=True):
        arm, seed = record.config.model.arm, record.config.train.seed
        if arm in names and seed in seeds:
            found[names[arm]][seed] = record
    return {name: [runs[seed] for seed in sorted(runs)] for name, runs in found.items() if runs}


def draw_comparison(
    runs: Runs,
    dataset: Dataset,
    selection: Selection,
    matched: Sequence[RunRecord] = (),
    weakened: Mapping[str, Sequence[RunRecord]] | None = None,
) -> None:
    """Draw the modes side by side: key numbers, one of three figures, and the table with the baselines."""
    if caution := mixed(runs, matched):
        st.warning(caution, icon=":material/warning:")
    key_numbers(mode_numbers(runs, selection.language))
    source = foot(dataset.key, [record for found in runs.values() for record in found])
    view = choose("by", "Error", texts(list(VIEWS)), kind="segmented", format=VIEWS.__getitem__, **HIDDEN)
    look = state.look()
    if view == "modes":
        slide = chapter.mode_comparison(runs, matched, look=look, provenance=source)
    elif view == "steps":
        slide = chapter.error_by_step(runs, step=dataset.step, look=look, provenance=source)
    else:
        slide = chapter.error_by_variable(runs, look=look, provenance=source)
    show(slide.figure, slide.name, table=slide.table)
    st.subheader("Modes and baselines", anchor=False)
    alone = "A mode is compared by its network alone; the forecast to take away is its average with ridge."
    st.caption(" ".join(filter(None, [alone, chapter.missing_truth(runs)])))
    draw_table(error_table(runs, selection.language, matched, weakened))


def mixed(runs: Runs, matched: Sequence[RunRecord] = ()) -> str:
    """Return a caution where runs side by side were made by different code or from different data; else nothing."""
    used = [*matched, *(record for found in runs.values() for record in found)]
    versions = {"code": different_codes(record.versions.get("code", "") for record in used)}
    versions["data"] = {record.fingerprint for record in used}
    kinds = [f"{len(found)} versions of the {kind}" for kind, found in versions.items() if len(found) > 1]
    if not kinds:
        return ""
    return f"These checkpoints were made with {' and '.join(kinds)}: train them again before comparing them closely."


def draw_table(table: pd.DataFrame) -> None:
    """Draw the table of errors with its numbers aligned and rounded alike."""
    number = st.column_config.NumberColumn
    sheet(
        table,
        placeholder="–",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True),
            **{name: number(format="%.4f") for name in ("MSE", "MAE", "RMSE", "MSE ±")},
            "RMSE change %": number(format="%+.2f", help="against none of the same seed; below zero is better"),
            "seeds": number("Seeds", format="%d"),
            "parameters": number("Parameters", format="localized"),
        },
    )


def checkpoint_table(runs: Runs) -> pd.DataFrame:
    """Return what each checkpoint is: mode, seed, size, epochs, time, code."""
    return pd.DataFrame(
        {
            "checkpoint": record.run_id,
            "mode": mode.value,
            "seed": record.config.train.seed,
            "validation MSE": record.metrics["validation"]["mse"],
            "kept epoch": record.metrics["best_epoch"],
            "seconds": record.metrics["seconds"],
            "weights": record.weights_sha[:12],
            "code": record.versions.get("code", ""),
        }
        for mode, found in runs.items()
        for record in found
    )
