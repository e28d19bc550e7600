"""One table from the tables of several studies: versions compared, equal rows once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core.study.folder import TABLE, StudyError
from core.table import KEYS, difference, joined, one_table, read_notes, write_rows

_SAME = [*KEYS, "block", "statistic", "run_id"]  # what makes two rows one number
CLOSE = 1e-6  # relative: a run measured again, or beside other runs, differs by rounding alone


def combine(out: Path, folders: Sequence[Path]) -> pd.DataFrame:
    """Write one table from those of several studies and return it.

    Rows of several of them (the same run, the same baseline) stay once, the first that has a value: a number that
    is undefined in one study for want of the run to compare with may be defined in another.

    Raises
    ------
    StudyError : a folder holds no table, versions would be mixed, or two studies contradict each other.
    """
    tables = [_read(folder) for folder in folders]
    notes = joined([table.attrs for table in tables])
    if found := difference(notes):
        raise StudyError(f"The table would mix {found}; train or measure those of the other version again.")
    rows = one_table(out.stem, tables, notes)
    if len(apart := contradictions(rows, _SAME)):
        row = apart.iloc[0]
        raise StudyError(
            f"The studies contradict each other in {len(apart)} rows: {row['statistic']} of "
            f"{row['run_id'] or row['dataset']} is {row['min']:.6g} and {row['max']:.6g}; give studies that share "
            "their runs."
        )
    known = rows.sort_values("value", key=pd.isna, kind="stable")  # undefined ones last
    whole = rows.loc[np.sort(known.drop_duplicates(_SAME).index)].reset_index(drop=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_rows(out, whole)
    return whole


def _read(folder: Path) -> pd.DataFrame:
    path = folder / TABLE
    if not path.exists():
        raise StudyError(f"{folder} holds no {TABLE}; run that study to its end first.")
    if not {"code", "data", "measures"} <= read_notes(path).keys():
        raise StudyError(f"{path} does not say which versions it is of; run that study again to write it anew.")
    return pd.read_parquet(path)


def contradictions(rows: pd.DataFrame, same: Sequence[str]) -> pd.DataFrame:
    """Return what rows say twice and differently: the columns `same` that make one number, its `min` and `max`."""
    again = rows[rows.duplicated(list(same), keep=False)]
    span = again.groupby(list(same), dropna=False, observed=True)["value"].agg(["min", "max"])
    return span[span["max"] - span["min"] > CLOSE * span.abs().max(axis=1)].reset_index()
