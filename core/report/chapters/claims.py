"""Slides of the claims: published numbers beside measured ones, all at once and theme by theme."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from core.claims.evidence import Evidence
from core.claims.published import CONTRASTS
from core.claims.rows import Group
from core.english import counted, listed
from core.figures import claims as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.version import VERSION

# Name of a slide -> (what it is of, its group of claims, its quantities): few enough for native charts.
THEMES = {
    "claims-errors": ("errors", Group.MODELS, ("delta_rmse", "rmse_increase")),
    "claims-clock": ("the time of day", Group.MODELS, ("dcor_kernel_tod", "dcor_conv_change_tod")),
    "claims-response": ("abrupt changes", Group.MODELS, ("spearman_gain", "peak_amplification", "response_lead")),
    "claims-contrasts": ("both directions minus one", Group.CONTRASTS, tuple(CONTRASTS)),
    "claims-data": ("computed from the data", Group.COMPUTED, ("phase_drift", "spai")),
}


def published_measured(table: pd.DataFrame, *, look: Look, provenance: str, joined: bool = True) -> Slide:
    """Show every number beside the measured one; `table` is that of `core.claims.rows.claim_table`."""
    figure = figures.published_measured(table, look=look, provenance=provenance, joined=joined)
    return Slide.of(figure, name="published_measured", table=table)


def numbers_of(table: pd.DataFrame, *, contrasts: bool) -> pd.DataFrame:
    """Return the rows of one figure: the contrasts, or all other numbers."""
    return table.loc[(table["group"] == Group.CONTRASTS) == contrasts]


def claim_slides(table: pd.DataFrame, *, look: Look, provenance: str) -> list[Slide]:
    """Return one slide for each theme, with its rows."""
    return [
        _theme(
            table.loc[table["quantity"].isin(quantities) & (table["group"] == group)], name, subject, look, provenance
        )
        for name, (subject, group, quantities) in THEMES.items()
    ]


def _theme(table: pd.DataFrame, name: str, subject: str, look: Look, provenance: str) -> Slide:
    slide = published_measured(table, look=look, provenance=provenance, joined=False)
    return replace(slide, name=name, title=f"{slide.title} ({subject})")


def claims_provenance(evidence: Evidence, described: str) -> str:
    """Return the foot of figures of claims: model, windows, seeds, runs, code."""
    runs = evidence.table.loc[evidence.table["fusion"].fillna("") != ""]
    if runs.empty:
        return f"{described} · CrossLens {VERSION}"
    horizons = [str(one) for one in sorted(runs["horizon"].unique())]
    codes = evidence.table.attrs.get("code", [])
    parts = [
        described,
        f"look-back {listed([str(one) for one in sorted(runs['lookback'].unique())])}",
        f"horizon{'s' if len(horizons) > 1 else ''} {listed(horizons)}",
        counted(runs["seed"].nunique(), "seed"),
        counted(runs["run_id"].nunique(), "run"),
        *(f"code {code}" for code in codes),
    ]
    return " · ".join([*parts, f"CrossLens {VERSION}"])
