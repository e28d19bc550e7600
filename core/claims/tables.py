"""Tables that claims are judged by: shipped ones of each form of the model, or a study of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.claims.evidence import Evidence
from core.table import COLUMNS, difference
from core.vocabulary import Fusion
from core.workspace import CHECKPOINTS

TABLES = CHECKPOINTS / "tables"
TABLE = "table.parquet"  # in the folder of a study
FORM = ["lookback", "embedding", "preset"]  # of which all runs of a table share one
RUN = ["dataset", "horizon", "fusion", "matched", "reference", "merge", "seed", "block", "statistic"]
_WHOLE = ~pc.match_substring_regex(pc.field("statistic"), "_(step|variable)_")  # no claim is of one step or variable
CLOSE = 1e-6  # relative: a run measured again differs by rounding alone


class ClaimsError(ValueError):
    """A table that claims cannot be judged by: what is wrong with it, and what to give instead."""


class Form(StrEnum):
    """Which model the measured numbers are of."""

    DEFAULT = "default"
    PUBLISHED_SMALL = "published-small"
    PUBLISHED = "published"
    SHARED_EMBEDDING = "shared-embedding"

    @property
    def described(self) -> str:
        """The form in words."""
        match self:
            case Form.DEFAULT:
                return "Default: hybrid embedding, width 32, two blocks"
            case Form.PUBLISHED_SMALL:
                return "Published form, small: mixed embedding, width 64, two blocks"
            case Form.PUBLISHED:
                return "Published form and size: mixed embedding, width 256, seven blocks"
            case Form.SHARED_EMBEDDING:
                return "Default, its embedding frozen as the seed drew it: the same for all modes"
            case _:
                assert_never(self)


def shipped_path(form: Form, folder: Path = TABLES) -> Path:
    """Return where the table of a form is shipped."""
    return folder / f"{form}.parquet"


def shipped_evidence(form: Form, folder: Path = TABLES) -> Evidence:
    """Return the shipped evidence of a form; without a table, evidence that says how to make one.

    Raises
    ------
    ClaimsError : the table is damaged or mixes what must not be mixed.
    """
    path = shipped_path(form, folder)
    if path.exists():
        return read_evidence(path)
    return Evidence.nothing(
        f"No table of the form {form} is shipped; train one (python -m core study --out FOLDER --datasets "
        "ETTh1 ...) and judge it (python -m core claims --table FOLDER)."
    )


def read_evidence(path: Path) -> Evidence:
    """Read a study's table, or the folder that holds one.

    Raises
    ------
    ClaimsError : there is none, it cannot be read, or it mixes versions, forms, or runs that contradict each other.
    """
    file = path / TABLE if path.is_dir() else path
    try:
        known = "statistic" in pq.read_schema(file).names
        table = pd.read_parquet(file, filters=_WHOLE if known else None)
    except FileNotFoundError:
        raise ClaimsError(
            f"{file} does not exist; give the folder of a finished study (python -m core study), or its {TABLE}."
        ) from None
    except (OSError, ValueError) as error:  # pyarrow's own errors derive from both
        raise ClaimsError(
            f"{file} is no readable table ({type(error).__name__}); give the {TABLE} of a study."
        ) from error
    if lacking := [name for name in COLUMNS if name not in table]:
        raise ClaimsError(f"{file.name} lacks the columns {', '.join(lacking)}; give the {TABLE} of a study.")
    return evidence_of(table)


def evidence_of(table: pd.DataFrame) -> Evidence:
    """Return a table as evidence.

    Raises
    ------
    ClaimsError : it mixes versions of the code or of a data set (as the table's own note, `attrs`, lists them), forms
        of the model, or holds two numbers for one run and statistic.
    """
    if difference := next(_mixtures(table), ""):
        raise ClaimsError(f"The table mixes {difference}; give one whose runs can be compared.")
    runs = table["fusion"] != ""
    same = table.assign(reference=table["reference"].where(table["fusion"] != Fusion.NONE, ""))[runs]
    _refuse_contradictions(same)
    once = same.sort_values("value", key=pd.isna, kind="stable").drop_duplicates(RUN)  # undefined ones last
    return Evidence(table[~runs | table.index.isin(once.index)])


def _refuse_contradictions(runs: pd.DataFrame) -> None:
    """Refuse two numbers of one run and statistic that differ by more than rounding."""
    again = runs[runs.duplicated(RUN, keep=False)]
    span = again.groupby(RUN, dropna=False, observed=True)["value"].agg(["min", "max"])
    apart = span[span["max"] - span["min"] > CLOSE * span.abs().max(axis=1)]
    if len(apart):
        row = dict(zip(RUN, apart.index[0], strict=True))
        raise ClaimsError(
            f"The table holds two values of {row['statistic']} for {row['dataset']}, horizon {row['horizon']}, "
            f"{row['fusion']}, seed {row['seed']}; give one whose runs were made once."
        )


def _mixtures(table: pd.DataFrame) -> Iterator[str]:
    """Yield what differs between rows that must not be mixed, in words."""
    if found := difference({"code": [], "data": {}, "measures": [], **table.attrs}):
        yield found
    forms = table.loc[table["fusion"] != "", FORM].drop_duplicates()
    if len(forms) > 1:
        names = [f"{preset}, {embedding}, look-back {lookback}" for lookback, embedding, preset in forms.to_numpy()]
        yield f"{len(forms)} forms of the model ({'; '.join(names)})"
