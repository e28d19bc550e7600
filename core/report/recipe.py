"""How the recipe was chosen: the errors of candidates on rolling origins inside the train rows, as Markdown."""

from __future__ import annotations

import pandas as pd

from core.report.markdown import markdown_table, paragraph
from core.study.search import SHIPPED
from core.text.amounts import counted, fixed

SEARCH = "recipe_search"  # the table of the search, beside those of studies
_SHARED = 0.5  # of the candidates of two data sets, from which on they stand in one table
FIT = ["dataset", "horizon", "fold", "seed"]


def recipe_section(search: pd.DataFrame) -> str:
    """Return the section on the recipe.

    Parameters
    ----------
    search : one row a training; columns candidate, dataset, horizon, fold, seed, mse, average_mse, seconds, and
        others.
    """
    fits = counted(len(search), "training")
    folds, seeds = (counted(search[name].nunique(), noun) for name, noun in (("fold", "fold"), ("seed", "seed")))
    told = (
        f"Candidates on rolling origins inside the train rows ({fits}, {folds}, {seeds}); no test window is used. "
        f'Each number is the mean error over folds and seeds divided by that of "{SHIPPED}" on the same '
        "ones; below 1 is better. The mean over cells decides, and a candidate that lacks a cell comes last. Data "
        "sets on which mostly other candidates were tried have a table of their own."
    )
    return "\n\n".join(["## Recipe", paragraph(told), *(markdown_table(*_table(part)) for part in _parts(search))])


def _parts(search: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows of data sets on which mostly the same candidates were tried, in the order of the search."""
    parts: list[tuple[set[str], list[str]]] = []  # candidates, data sets
    for dataset, rows in search.groupby("dataset", sort=False):
        tried = set(rows["candidate"])
        for candidates, datasets in parts:
            if len(tried & candidates) >= _SHARED * len(tried | candidates):
                candidates |= tried
                datasets.append(str(dataset))
                break
        else:
            parts.append((tried, [str(dataset)]))
    return [search[search["dataset"].isin(datasets)] for _, datasets in parts]


def _table(search: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return head and rows, the least mean first."""
    mse, average = (_ratios(search, kind) for kind in ("mse", "average_mse"))
    mean, mean_average = mse.mean(axis=1, skipna=False), average.mean(axis=1, skipna=False)
    seconds = search.groupby("candidate")["seconds"].mean()
    head = ["candidate", "mean", *map(str, mse.columns), "average with ridge", "seconds a run"]
    rows = [
        [
            str(name),
            *(_ratio(value) for value in (mean[name], *mse.loc[name], mean_average[name])),
            fixed(float(seconds[name]), 0),
        ]
        for name in mean.sort_values(kind="stable").index
    ]
    return head, rows


def _ratios(search: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the mean error of each candidate over that of the baseline, [candidate, cell], on fits both have."""
    baseline = search.loc[search["candidate"] == SHIPPED, [*FIT, kind]]
    pairs = search[["candidate", *FIT, kind]].merge(baseline, on=FIT, suffixes=("", "_baseline"))
    pairs["cell"] = pairs["dataset"].astype(str) + ", " + pairs["horizon"].astype(str)
    means = pairs.groupby(["candidate", "cell"])[[kind, f"{kind}_baseline"]].mean()
    ratios = (means[kind] / means[f"{kind}_baseline"]).unstack("cell")
    return ratios.reindex(columns=pairs["cell"].unique())


def _ratio(value: float) -> str:
    return "–" if pd.isna(value) else fixed(value, 4)
