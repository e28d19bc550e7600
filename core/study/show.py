"""The table of a study as text for a terminal: every mode and reference, one data set and horizon after the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.errors import delta_rmse
from core.baselines import average_name
from core.config import ConfigError
from core.data.catalog import titles
from core.english import without_truth
from core.study.folder import TABLE
from core.table import BLEND, MISSING
from core.vocabulary import Fusion, Merge, Reference, label

ERRORS = ("mse", "mae", "rmse")
NAME = 44  # characters of the first column
HEADER = f"{'':{NAME}}{'MSE':>17}{'MAE':>17}{'RMSE':>17}{'RMSE change':>13}{'seeds':>7}"
Form = tuple[str, str, str, bool]
Errors = dict[str, dict[int, float]]  # by kind and seed
FORM = ["merge", "reference", "fusion", "matched"]


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
    plain, blends = by_form(runs, ""), by_form(runs, f"{BLEND}_")
    for blended, found in ((False, plain), (True, blends)):
        for form, errors in found.items():
            none = None if not blended and is_none(form) else _none(plain, form[0])
            yield _line(form_name(form, blended=blended), errors, none)
    none = _none(plain, Merge.ATTENTION.value)
    for name, of_reference in rows[rows["fusion"] == ""].groupby("run_id", sort=False):
        values = dict(zip(of_reference["statistic"], of_reference["value"], strict=True))
        by_seed = {kind: dict.fromkeys(none or [0], float(values[kind])) for kind in ERRORS if kind in values}
        yield _line(str(name).replace("_", " "), by_seed, none, seeds=False)
    missing = rows.loc[rows["statistic"] == MISSING, "value"]
    if len(missing):
        yield without_truth(int(missing.iloc[0]))


def by_form(runs: pd.DataFrame, prefix: str) -> dict[Form, Errors]:
    """Return the errors of each form by kind and seed, of the statistics that begin with `prefix`."""
    names = {f"{prefix}{kind}": kind for kind in ERRORS}
    chosen = runs[runs["statistic"].isin(names)]
    columns = [chosen[name] for name in (*FORM, "statistic", "seed", "value")]
    found: dict[Form, Errors] = {}
    for *form, statistic, seed, value in zip(*columns, strict=True):
        errors = found.setdefault((form[0], form[1], form[2], bool(form[3])), {kind: {} for kind in ERRORS})
        errors[names[statistic]][int(seed)] = float(value)
    return found


def is_none(form: Form) -> bool:
    """Tell whether a form is the proposed model with neither crossing, what the others are compared with."""
    return form[2] == Fusion.NONE and not form[3]


def _none(plain: Mapping[Form, Errors], merge: str) -> dict[int, float]:
    """Return the RMSE of `none` by seed."""
    return next((errors["rmse"] for form, errors in plain.items() if is_none(form) and form[0] == merge), {})


def _line(name: str, errors: Errors, none: Mapping[int, float] | None, *, seeds: bool = True) -> str:
    numbers = "".join(f"{_mean(list(errors.get(kind, {}).values()), spread=seeds):>17}" for kind in ERRORS)
    lowered = delta_rmse(none or {}, errors.get("rmse", {}))
    change = f"{-lowered.value:+.2f} %" if lowered.defined else ""
    return f"{name:{NAME}}{numbers}{change:>13}{len(errors['mse']) if seeds else '':>7}".rstrip()


def _mean(values: list[float], *, spread: bool) -> str:
    around = f" ± {np.std(values, ddof=1):.4f}" if spread and len(values) > 1 else f"{'':9}"
    return f"{np.mean(values):.4f}{around}" if values else ""


def form_name(form: Form, *, blended: bool = False) -> str:
    """Return a form of the model in words, or those of its average with ridge."""
    merge, reference, fusion, matched = form
    words = [label(Fusion(fusion))]
    if matched:
        words.append("matched size")
    if reference != Reference.DYNAMIC:
        words.append(label(Reference(reference)))
    if merge != Merge.ATTENTION:
        words.append(label(Merge(merge)))
    name = ", ".join(words)
    return average_name(name) if blended else name
