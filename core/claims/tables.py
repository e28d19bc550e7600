"""Tables that claims are judged by: shipped ones of each form of the model, or a study of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.analysis.statistic import DEFINITIONS, Statistic
from core.claims.evidence import Evidence
from core.study.combine import contradictions
from core.table import COLUMNS, definitions, difference, read_notes
from core.text.message import Message
from core.text.words import mark, say
from core.vocabulary import Fusion
from core.workspace import CHECKPOINTS

TABLES = CHECKPOINTS / "tables"
TABLE = "table.parquet"  # in the folder of a study
FORM = ["lookback", "embedding", "preset"]  # of which all runs of a table share one
RUN = ["dataset", "horizon", "fusion", "matched", "reference", "merge", "seed", "block", "statistic"]
# All but errors by step and variable: no claim is of one.
_WHOLE = ~pc.match_substring_regex(pc.field("statistic"), "(mse|mae)_(step|variable)_")
FORMER_NAMES = ("dcor_", "eta2_")  # of measures that have another name now


class ClaimsError(ValueError):
    """A table that claims cannot be judged by: what is wrong with it, and what to give instead."""


class Form(StrEnum):
    """Which model the measured numbers are of: a preset whose study is shipped, or could be."""

    PUBLISHED_SMALL = "published-small"
    PUBLISHED = "published"
    DEFAULT = "default"
    SHARED_EMBEDDING = "shared-embedding"
    PATCHES = "patches"
    OVERTRAINED = "overtrained"

    @property
    def short(self) -> str:
        """Its name in a picker."""
        return say(_SHORT[self])

    @property
    def described(self) -> str:
        """The form in words."""
        return say(_TOLD[self][0])

    @property
    def caution(self) -> str:
        """What keeps it from being the model of the slides, in one sentence; empty where it is that model."""
        return say(_TOLD[self][1])


_HYBRID = mark(
    "This is not the model of the slides: its hybrid embedding keeps each variable apart and hides some at random, "
    "which works against their second condition, variables that move together."
)
_SHORT = {
    Form.PUBLISHED_SMALL: mark("Published form, small"),
    Form.PUBLISHED: mark("Published form and size"),
    Form.DEFAULT: mark("Improved"),
    Form.SHARED_EMBEDDING: mark("Improved, shared embedding"),
    Form.PATCHES: mark("Improved, no first layer"),
    Form.OVERTRAINED: mark("Published form, overtrained"),
}
_TOLD = {  # described, caution
    Form.PUBLISHED_SMALL: (
        mark("Published form, small: mixed embedding, width 64, two blocks"),
        mark("This is the form of the slides at a smaller size."),
    ),
    Form.PUBLISHED: (mark("Published form and size: mixed embedding, width 256, seven blocks"), ""),
    Form.DEFAULT: (mark("Improved: hybrid embedding, width 32, two blocks"), _HYBRID),
    Form.SHARED_EMBEDDING: (
        mark("Improved, its embedding frozen as the seed drew it: the same for all modes"),
        _HYBRID,
    ),
    Form.PATCHES: (
        mark("Improved, without its first layer: tokens are raw patches of one variable"),
        mark("This is not the model of the slides: they mix all variables first, and it never does."),
    ),
    Form.OVERTRAINED: (
        mark("Published form, small, trained past its best epoch on purpose"),
        mark("This is the form of the slides, but trained on after its validation error stops falling."),
    ),
}
OTHER_EMBEDDING = {Form.DEFAULT: Form.PUBLISHED_SMALL, Form.PUBLISHED_SMALL: Form.DEFAULT}  # mixed and hybrid


def shipped_path(form: Form, folder: Path = TABLES) -> Path:
    """Return where the table of a form is shipped."""
    return folder / f"{form}.parquet"


def first_form(folder: Path = TABLES) -> Form:
    """Return the form that claims open with: the published one once it has measured seeds, else the improved one.

    Two seeds of present measures are asked for, as one earns no verdict. A damaged table counts as none.
    """
    path = shipped_path(Form.PUBLISHED_SMALL, folder)
    return _first_form(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _first_form(path: Path, written: int) -> Form:
    """Look into the table of the published form; `written` makes the cache forget one that changed."""
    if definitions(read_notes(path)) != [DEFINITIONS]:
        return Form.DEFAULT
    try:
        found = pd.read_parquet(path, columns=["statistic", "seed", "value"], filters=_WHOLE)
    except (OSError, ValueError, KeyError):
        return Form.DEFAULT
    measured = found[found["statistic"].isin(_measured_names(found)) & found["value"].notna()]
    return Form.PUBLISHED_SMALL if measured["seed"].nunique() > 1 else Form.DEFAULT


def shipped_evidence(form: Form, folder: Path = TABLES) -> Evidence:
    """Return the shipped evidence of a form; without a table, evidence that says how to make one.

    ClaimsError where the table is damaged or mixes what must not be mixed.
    """
    found, other = _shipped(form, folder), OTHER_EMBEDDING.get(form)
    if other is None:
        return found
    try:
        return replace(found, other_embedding=_shipped(other, folder))
    except ClaimsError:  # that table is not the one asked for: only the claim that needs both goes without
        return found


def _shipped(form: Form, folder: Path) -> Evidence:
    path = shipped_path(form, folder)
    if path.exists():
        return read_evidence(path)
    return Evidence.nothing(Message("lacking.no_table", form=form.value))


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
            say(
                "{file} does not exist; give the folder of a finished study (python -m core study), or its {table}.",
                file=file,
                table=TABLE,
            )
        ) from None
    except (OSError, ValueError) as error:  # pyarrow's own errors derive from both
        raise ClaimsError(
            say(
                "{file} is no readable table ({fault}); give the {table} of a study.",
                file=file,
                fault=type(error).__name__,
                table=TABLE,
            )
        ) from error
    if lacking := [name for name in COLUMNS if name not in table]:
        told = mark("{file} lacks the columns {columns}; give the {table} of a study.")
        raise ClaimsError(say(told, file=file.name, columns=", ".join(lacking), table=TABLE))
    return evidence_of(table)


def evidence_of(table: pd.DataFrame) -> Evidence:
    """Return a table as evidence.

    Raises
    ------
    ClaimsError : it mixes versions of the code or of a data set (as the table's own note, `attrs`, lists them), forms
        of the model, or holds two numbers for one run and statistic.
    """
    if difference := next(_mixtures(table), ""):
        raise ClaimsError(say("The table mixes {what}; give one whose runs can be compared.", what=difference))
    runs = table["fusion"] != ""
    same = table.assign(reference=table["reference"].where(table["fusion"] != Fusion.NONE, ""))[runs]
    if len(apart := contradictions(same, RUN)):
        row = apart.iloc[0]
        told = mark(
            "The table holds two values of {statistic} for {dataset}, horizon {horizon}, {fusion}, seed {seed}; give "
            "one whose runs were made once."
        )
        names = ("statistic", "dataset", "horizon", "fusion", "seed")
        raise ClaimsError(say(told, **{name: row[name] for name in names}))
    once = same.sort_values("value", key=pd.isna, kind="stable").drop_duplicates(RUN)  # undefined ones last
    return _without_former(table[~runs | table.index.isin(once.index)])


def _without_former(table: pd.DataFrame) -> Evidence:
    """Return a table as evidence, its measures left out where they were taken by former definitions."""
    measured = table["statistic"].isin(_measured_names(table))
    if not measured.any() or table.attrs.get("definitions") == [DEFINITIONS]:
        return Evidence(table)
    return Evidence(table[~measured], former=Message("lacking.former_in_table"))


def _measured_names(table: pd.DataFrame) -> list[str]:
    """Return the statistics of a table that are measures of a model, by whichever definitions."""
    names = table["statistic"].astype(str).unique()
    return [name for name in names if name.startswith((*Statistic, *FORMER_NAMES))]


def _mixtures(table: pd.DataFrame) -> Iterator[str]:
    """Yield what differs between rows that must not be mixed, in words."""
    if found := difference({"code": [], "data": {}, "measures": [], **table.attrs}):
        yield found
    forms = table.loc[table["fusion"] != "", FORM].drop_duplicates()
    if len(forms) > 1:
        names = [
            say("{preset}, {embedding}, look-back {lookback}", preset=preset, embedding=embedding, lookback=lookback)
            for lookback, embedding, preset in forms.to_numpy()
        ]
        yield say("{n} forms of the model ({forms})", n=len(forms), forms="; ".join(names))
