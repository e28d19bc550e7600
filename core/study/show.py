"""The table of a study as text for a terminal: every mode and reference, one data set and horizon after the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.errors import delta_rmse
from core.baselines import average_name
from core.config import Arm, ConfigError, arm_label
from core.data.catalog import titles
from core.study.folder import TABLE
from core.table import BLEND, MISSING
from core.text.amounts import over_seeds, without_truth
from core.vocabulary import Fusion, Merge, Reference

ERRORS = ("mse", "mae", "rmse")
NAME = 44  # characters of the first column
HEADER = f"{'':{NAME}}{'MSE':>17}{'MAE':>17}{'RMSE':>17}{'RMSE change':>13}{'seeds':>7}"
Errors = dict[str, dict[int, float]]  # by kind and seed


def read_table(folder: Path) -> pd.DataFrame:
    """Return the table of a study; ConfigError when there is none, or none that can be read."""
    path = folder / TABLE
    try:
        return pd.read_parquet(path)
    except FileNotFoundError:
        raise ConfigError(f"{folder} holds no {TABLE} yet; run the study to its end first.") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); run the study again to write it anew.") from error


def show(table: pd.DataFrame) -> str:
    """Return the errors of a study as text.

    One block for each data set, horizon and look-back; in it one line for each form (mean over seeds ± standard
    deviation), its average with ridge, and each reference; below it how many test cells were missing, if any. The
    change is that of the RMSE against `none` of the same merge and seeds; below zero is better.
    """
    shown = {f"{prefix}{kind}" for prefix in ("", f"{BLEND}_") for kind in ERRORS} | {MISSING}
    errors = table[table["statistic"].isin(shown)]
    cells = errors.groupby(["dataset", "horizon", "lookback"], sort=False)
    names = titles()
    return "\n\n".join("\n".join(_block(names.get(str(keys[0]), str(keys[0])), keys, rows)) for keys, rows in cells)


def _block(title: str, keys: tuple[Hashable, ...], rows: pd.DataFrame) -> Iterator[str]:
    yield f"{title}, horizon {keys[1]}, look-back {keys[2]}"
    yield HEADER
    runs = rows[rows["fusion"] != ""]
    plain, blends = by_arm(runs, ""), by_arm(runs, f"{BLEND}_")
    for blended, found in ((False, plain), (True, blends)):
        for arm, errors in found.items():
            name, itself = arm_label(arm), not blended and arm == Arm(Fusion.NONE, merge=arm.merge)
            none = None if itself else _none(plain, arm.merge)
            yield _line(average_name(name) if blended else name, errors, none)
    none = _none(plain, Merge.ATTENTION)
    for reference, of_reference in rows[rows["fusion"] == ""].groupby("run_id", sort=False):
        values = dict(zip(of_reference["statistic"], of_reference["value"], strict=True))
        by_seed = {kind: dict.fromkeys(none or [0], float(values[kind])) for kind in ERRORS if kind in values}
        yield _line(str(reference).replace("_", " "), by_seed, none, seeds=False)
    missing = rows.loc[rows["statistic"] == MISSING, "value"]
    if len(missing):
        yield without_truth(int(missing.iloc[0]))


def by_arm(runs: pd.DataFrame, prefix: str) -> dict[Arm, Errors]:
    """Return the errors of each form of the model by kind and seed, of the statistics that begin with `prefix`."""
    names = {f"{prefix}{kind}": kind for kind in ERRORS}
    found: dict[Arm, Errors] = {}
    for row in runs[runs["statistic"].isin(names)].to_dict("records"):
        arm = Arm.of(Fusion(row["fusion"]), Reference(row["reference"]), Merge(row["merge"]), bool(row["matched"]))
        errors = found.setdefault(arm, {kind: {} for kind in ERRORS})
        errors[names[row["statistic"]]][int(row["seed"])] = float(row["value"])
    return found


def _none(plain: Mapping[Arm, Errors], merge: Merge) -> dict[int, float]:
    """Return the RMSE of `none` by seed."""
    return plain.get(Arm(Fusion.NONE, merge=merge), {"rmse": {}})["rmse"]


def _line(name: str, errors: Errors, none: Mapping[int, float] | None, *, seeds: bool = True) -> str:
    numbers = "".join(f"{_mean(list(errors.get(kind, {}).values()), spread=seeds):>17}" for kind in ERRORS)
    lowered = delta_rmse(none or {}, errors.get("rmse", {}))
    change = f"{-lowered.value:+.2f} %" if lowered.defined else ""
    return f"{name:{NAME}}{numbers}{change:>13}{len(errors['mse']) if seeds else '':>7}".rstrip()


def _mean(values: list[float], *, spread: bool) -> str:
    if not values:
        return ""
    return over_seeds(values) if spread and len(values) > 1 else f"{np.mean(values):.4f}{'':9}"
