"""The claims: published numbers beside measured ones, all at once and theme by theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from core.claims.evidence import Evidence
from core.claims.findings import Finding, findings
from core.claims.rows import ClaimRow, Group, claim_rows, claim_table
from core.claims.tables import OTHER_EMBEDDING, Form, shipped_evidence, shipped_path
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, exhibit
from core.exhibits.links import texts_of
from core.figures import claims as figures
from core.figures.palette import Look
from core.text.amounts import counted, listed
from core.text.words import mark, say, say_many
from core.version import VERSION
from core.vocabulary import Fusion

PAGE = "claims"
NUMBERS, DIFFERENCES = "numbers", "contrasts"  # all but the contrasts in one figure, and these alone
# Part -> (what it is of, marked; its quantities): few enough for native charts. Contrasts stand beside their numbers.
THEMES = {
    "errors": (mark("errors"), ("delta_rmse", "rmse_increase")),
    Fusion.GRU_TO_CNN.value: (mark("the time of day"), ("dcor_kernel_tod", "dcor_conv_change_tod")),
    Fusion.CNN_TO_GRU.value: (mark("abrupt changes"), ("spearman_gain", "peak_amplification", "response_lead")),
    "data": (mark("computed from the data"), ("phase_drift", "spai")),
}
PART = Choice("part", "Part", lambda judged, chosen: {word: word for word in (NUMBERS, DIFFERENCES, *THEMES)})


@dataclass(frozen=True, eq=False)
class Judged:
    """The claims as one table decides them; `key` names the table, and when it was written."""

    key: str
    form: Form
    evidence: Evidence

    @cached_property
    def rows(self) -> tuple[ClaimRow, ...]:
        """Every claim with its verdict."""
        return tuple(claim_rows(self.evidence))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The claims as a table, one row a claim."""
        return claim_table(self.rows)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What became of the findings of the first trial."""
        return findings(self.evidence)

    @property
    def provenance(self) -> str:
        """Model, windows, seeds, runs, code."""
        runs = self.evidence.table.loc[self.evidence.table["fusion"].fillna("") != ""]
        if runs.empty:
            return f"{self.form.described} · CrossLens {VERSION}"
        lookbacks, horizons = ([str(one) for one in sorted(runs[name].unique())] for name in ("lookback", "horizon"))
        codes = self.evidence.table.attrs.get("code", [])
        parts = [
            self.form.described,
            say("look-back {lookbacks}", lookbacks=listed(lookbacks)),
            say_many("horizon {horizons}", "horizons {horizons}", n=len(horizons), horizons=listed(horizons)),
            counted(runs["seed"].nunique(), "seed"),
            counted(runs["run_id"].nunique(), "run"),
            *(say("code {code}", code=code) for code in codes),
        ]
        return " · ".join([*parts, f"CrossLens {VERSION}"])


def judged(form: Form, folder: Path) -> Judged:
    """Return what the table of a form in a folder says, beside that of the other embedding where it has one."""
    paths = [shipped_path(one, folder) for one in (form, OTHER_EMBEDDING.get(form, form))]
    return _judged(form, folder, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths))


@lru_cache(6)
def _judged(form: Form, folder: Path, written: tuple[int, ...]) -> Judged:
    """Read a table once; `written` makes the cache forget one that changed."""
    return Judged(f"{shipped_path(form, folder)} {written}", form, shipped_evidence(form, folder))


@texts_of.register
def _(judged: Judged) -> dict[str, str]:
    return {"form": judged.form.value}


def absent(judged: Judged) -> str:
    """Ask for a table."""
    return str(judged.evidence.absent or "")


@exhibit("Do the published numbers hold here?", page=PAGE, needs=absent, choices=(PART,))
def published_measured(judged: Judged, chosen: Chosen, look: Look) -> Chart:
    """Show the numbers of one part beside the measured ones."""
    return part_of(judged, chosen["part"], look)


def part_of(judged: Judged, part: str, look: Look) -> Chart:
    """Return the figure of one part; one for a slide has no bars between the two numbers.

    Absent where nothing of it was measured.
    """
    table, subject = judged.table, ""
    if part in (NUMBERS, DIFFERENCES):
        table = table.loc[(table["group"] == Group.CONTRASTS) == (part == DIFFERENCES)]
    else:
        subject, quantities = THEMES[part]
        table = table.loc[table["quantity"].isin(quantities)]
    if table.loc[table["quantity"].isin(list(figures.PANELS)), "measured"].isna().all():
        raise Absent(
            say("No number of this part was measured with these models: choose other models, or train them.")
        )
    drawing = figures.published_measured(table, look=look, joined=part == NUMBERS)
    return Chart(drawing, table, judged.provenance, say(subject))
