"""The table of a study as text for a terminal: every mode and reference, one data set and horizon after the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.errors import delta_rmse
from core.config import ConfigError
from core.study.folder import TABLE
from core.table import BLEND
from core.vocabulary import Fusion, Merge, Reference, label

ERRORS = ("mse", "mae", "rmse")
HEADER = f"{'':34}{'MSE':>17}{'MAE':>17}{'RMSE':>17}{'RMSE change':>13}{'seeds':>7}"
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
    deviation; change of the RMSE against `none` of the same seeds, below zero is better), its average with ridge,
    and each reference.
    """
    cells = table.groupby(["dataset", "horizon", "lookback"], sort=False)
    return "\n\n".join("\n".join(_block(keys, rows)) for keys, rows in cells)


def _block(keys: tuple[Hashable, ...], rows: pd.DataFrame) -> Iterator[str]:
    yield f"{keys[0]}, horizon {keys[1]}, look-back {keys[2]}"
    yield HEADER
    runs = rows[rows["fusion"] != ""]
    for blended in (False, True):
        values = _by_seed(runs, f"{BLEND}_" if blended else "")
        for form in dict.fromkeys(zip(*(runs[name] for name in FORM), strict=True)):
            if (form, "mse") in values:
                yield _line(form, values, blended)
    for name, of_reference in rows[rows["fusion"] == ""].groupby("run_id", sort=False):
        errors = of_reference.set_index("statistic")["value"]
        yield f"{str(name).replace('_', ' '):34}" + "".join(
            f"{errors.get(kind, np.nan):9.4f}{'':8}" for kind in ERRORS
        )


def _by_seed(runs: pd.DataFrame, prefix: str) -> dict[tuple[tuple[object, ...], str], dict[int, float]]:
    """Return the errors by (form, kind), each by seed."""
    names = {f"{prefix}{kind}": kind for kind in ERRORS}
    found: dict[tuple[tuple[object, ...], str], dict[int, float]] = {}
    chosen = runs[runs["statistic"].isin(names)]
    columns = [chosen[name] for name in (*FORM, "statistic", "seed", "value")]
    for *form, statistic, seed, value in zip(*columns, strict=True):
        found.setdefault((tuple(form), names[statistic]), {})[int(seed)] = float(value)
    return found


def _line(
    form: tuple[object, ...], values: dict[tuple[tuple[object, ...], str], dict[int, float]], blended: bool
) -> str:
    numbers = "".join(f"{_mean(list(values[form, kind].values())):>17}" for kind in ERRORS)
    merge, _, fusion, matched = form
    change = ""
    if fusion != Fusion.NONE or matched:
        none = values.get(((merge, Reference.DYNAMIC.value, Fusion.NONE.value, False), "rmse"), {})
        lowered = delta_rmse(none, values[form, "rmse"])
        change = f"{-lowered.value:+.2f} %" if lowered.defined else ""
    return f"{_name(form, blended):34}{numbers}{change:>13}{len(values[form, 'mse']):>7}"


def _mean(values: list[float]) -> str:
    spread = f" ± {np.std(values, ddof=1):.4f}" if len(values) > 1 else f"{'':9}"
    return f"{np.mean(values):.4f}{spread}"


def _name(form: tuple[object, ...], blended: bool) -> str:
    merge, reference, fusion, matched = form
    words = [label(Fusion(str(fusion)))]
    if matched:
        words.append("matched size")
    if reference != Reference.DYNAMIC:
        words.append(label(Reference(str(reference))))
    if merge != Merge.ATTENTION:
        words.append(label(Merge(str(merge))))
    return f"{'½ ridge + ½ ' if blended else ''}{', '.join(words)}"
