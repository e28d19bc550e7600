"""What the Claims page shows: a table's verdicts, kept between runs, its rows as a person filters them, and files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from core.claims.findings import Finding, Outcome, findings
from core.claims.published import DATASETS
from core.claims.rows import ClaimRow, claim_rows, claim_table
from core.claims.tables import Form, shipped_evidence, shipped_path
from core.claims.verdict import Verdict
from core.figures.claims import PANELS
from core.figures.lettering import number
from core.figures.palette import Look
from core.report.chapters.claims import claim_slides, claims_provenance
from core.report.html import report_html
from core.report.powerpoint import write_pptx
from core.report.table import table_csv
from core.vocabulary import Fusion, Reference, label
from dashboard import cache, exports, frame
from dashboard.pickers import choose, texts
from dashboard.plain import escaped
from dashboard.selection import Selection
from dashboard.widgets import KeyNumber, key_numbers

ALL = "all"
COLOURS = {
    Verdict.REPRODUCED: "green",
    Verdict.SAME_DIRECTION: "blue",
    Verdict.OPPOSITE: "orange",
    Verdict.NOT_MEASURED: "gray",
    Outcome.CONFIRMED: "green",
    Outcome.REFUTED: "orange",
    Outcome.UNDECIDED: "gray",
    Outcome.NOT_MEASURED: "gray",
}
NOTES = {
    Verdict.REPRODUCED: ("of {count} claims", "The 95 % interval over seeds holds the published number."),
    Verdict.SAME_DIRECTION: ("of another size", "The sign agrees; the interval does not hold the published number."),
    Verdict.OPPOSITE: ("of another sign", "Or no effect at all."),
    Verdict.NOT_MEASURED: (
        "each says why",
        "The table holds no such runs, they were not measured, or the measure is undefined there.",
    ),
}
WORST_FIRST = (Verdict.OPPOSITE, Verdict.SAME_DIRECTION, Verdict.REPRODUCED, Verdict.NOT_MEASURED)
ORDERS = {"disagreement": "Largest disagreement first", "slides": "As on the slides"}


@dataclass(frozen=True)
class Judged:
    """The claims as one table decides them; shared by all sessions, never changed."""

    key: tuple[str, int]  # the table, and when it was written
    rows: tuple[ClaimRow, ...]
    table: pd.DataFrame
    findings: tuple[Finding, ...]
    absent: str
    provenance: str


def judged(form: Form) -> Judged:
    """Return what the shipped table of a form says."""
    folder = cache.tables()
    path = shipped_path(form, folder)
    written = cache.folder_state(folder, path.name)[path.name]
    return _judged((str(path), written), form, folder)


@st.cache_resource(max_entries=6, show_spinner="Judging the claims …")
def _judged(key: tuple[str, int], form: Form, _folder: Path) -> Judged:
    evidence = shipped_evidence(form, _folder)
    rows = tuple(claim_rows(evidence))
    provenance = claims_provenance(evidence, form.described)
    return Judged(key, rows, claim_table(rows), findings(evidence), evidence.absent, provenance)


def answers(found: Judged) -> None:
    """Draw how many claims have each verdict."""
    numbers = []
    for verdict, (note, explained) in NOTES.items():
        count = sum(row.verdict is verdict for row in found.rows)
        said = note.format(count=len(found.rows))
        numbers.append(KeyNumber(str(verdict).capitalize(), str(count), said, help=explained))
    key_numbers(numbers)


def chosen_rows(found: Judged) -> pd.DataFrame:
    """Draw the pickers of rows and return the rows chosen, in the chosen order."""
    table = found.table
    options: Mapping[str, tuple[str, list[str]]] = {
        "set": ("Data set", [name for name in (*DATASETS, "any") if (table["dataset"] == name).any()]),
        "quantity": ("Quantity", list(dict.fromkeys(table["quantity"]))),
        "verdict": ("Verdict", [str(verdict) for verdict in Verdict]),
    }
    columns = {"set": "dataset", "quantity": "quantity", "verdict": "verdict"}
    places = st.columns(4)
    for place, (name, (title, values)) in zip(places, options.items(), strict=False):
        with place:
            wanted = choose(name, title, texts([ALL, *values]), format=_quantity)
        if wanted != ALL:
            table = table.loc[table[columns[name]] == wanted]
    with places[3]:
        order = choose("order", "Order", texts(list(ORDERS)), format=ORDERS.__getitem__)
    if order == "slides":
        return table
    worst = {str(verdict): place for place, verdict in enumerate(WORST_FIRST)}
    ranked = table.assign(rank=table["verdict"].map(worst), apart=table["disagreement"].fillna(math.inf))
    return ranked.sort_values(["rank", "apart"], ascending=[True, False], kind="stable")[table.columns]


def _quantity(name: str) -> str:
    """Return the name of a quantity for people."""
    return PANELS[name][0] if name in PANELS else name.replace("macs", "MACs").replace("_", " ")


def _mode(name: str) -> str:
    """Return the name of a mode of the slides for people."""
    words = next((word for word in (*Fusion, *Reference) if word == name), None)
    return label(words) if words else name.replace("_", " ")


def draw_rows(table: pd.DataFrame, selection: Selection) -> None:
    """Draw the rows as a table and, below it, the sentence of the row chosen there (else of the first)."""
    if table.empty:
        st.info(
            "No claim is of this data set, quantity and verdict together: choose fewer.", icon=":material/filter_alt:"
        )
        return
    rows = table.reset_index(drop=True)
    event = st.dataframe(
        _for_people(rows, selection),
        hide_index=True,
        width="stretch",
        height=min(36 * (len(rows) + 1) + 3, 400),
        column_config={
            **{name: st.column_config.TextColumn(alignment="right") for name in ("Published", "Measured")},
            "Panel": st.column_config.LinkColumn(display_text=r"^([a-z]+)\?", width="small"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key="claims",
    )
    places = [place for place in event.selection.rows if place < len(rows)] or [0]
    _draw_sentence(rows.iloc[places[0]], selection)


def _for_people(rows: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    interval = [
        "" if pd.isna(low) else f"{number(low)} to {number(high)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Data set": rows["dataset"],
            "Horizon": rows["horizon"],
            "Mode": rows["mode"].map(_mode),
            "Quantity": rows["quantity"].map(_quantity),
            "Published": [_shown(one.published, one.unit) for one in rows.itertuples()],
            "Measured": [_shown(one.measured, one.unit) for one in rows.itertuples()],
            "95 % interval": interval,
            "Verdict": rows["verdict"],
            "Panel": [_link(row.page, row.dataset, selection) for row in rows.itertuples()],
        }
    )


def _shown(value: Any, unit: Any) -> str:
    """Write a number for a table's cell: counts in all their digits, nothing where there is none."""
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if unit == "MAC" else number(float(value))


def _query(dataset: str, selection: Selection) -> dict[str, str]:
    return selection.to_query() | ({"dataset": dataset} if dataset in DATASETS else {})


def _link(page: object, dataset: object, selection: Selection) -> str:
    return f"{page}?{urlencode(_query(str(dataset), selection))}" if page else ""


def _draw_sentence(row: pd.Series, selection: Selection) -> None:
    """Draw what one row says, with the way to the page that shows it."""
    with st.container(border=True):
        of = f"{row['dataset']}, {_mode(row['mode'])}, horizon {row['horizon']}."
        if row["claimed"]:
            of = f"{row['quantity'][:1].upper()}{row['quantity'][1:]}: {row['claimed']}."
        said = f"**{escaped(of)}** {escaped(row['sentence'])}"
        st.markdown(f"{_badge(Verdict(row['verdict']))} {said}")
        if row["page"]:
            query = _query(row["dataset"], selection)
            st.page_link(frame.page_of(row["page"]), label="Show", query_params=query, width="content")


def draw_verdicts(found: Judged) -> None:
    """Draw the claims in words, and what became of the findings of the first trial."""
    words, trial = st.tabs(["Claims in words", "Findings of a first trial, tested"])
    with words:
        for row in found.rows:
            if isinstance(row.published, str):
                name = f"{row.quantity[:1].upper()}{row.quantity[1:]}"
                said = f"**{escaped(name)}** ({escaped(row.published)}). {escaped(row.sentence)}"
                st.markdown(f"{_badge(row.verdict)} {said}")
    with trial:
        for one in found.findings:
            said = f"**{escaped(one.trial)}** {escaped(one.sentence)}"
            st.markdown(f"{_badge(one.outcome)} {said}")


def _badge(word: Verdict | Outcome) -> str:
    return f":{COLOURS[word]}-badge[{word}]"


def draw_files(found: Judged, rows: pd.DataFrame, form: Form, look: Look) -> None:
    """Offer the rows shown as CSV, and the figures as slides and as a page."""
    paper, heading = exports.on_paper(look), f"Published and measured. {form.described}"
    slides = partial(claim_slides, found.table, look=paper, provenance=found.provenance)

    def deck() -> bytes:
        buffer = BytesIO()
        write_pptx(slides(), buffer, heading=heading)
        return buffer.getvalue()

    files = {
        "csv": ("CSV of these rows", lambda: table_csv(rows, found.provenance)),
        "pptx": ("Slides (PowerPoint)", deck),
        "html": ("One page (HTML)", lambda: report_html(slides(), heading=heading).encode()),
    }
    for column, (suffix, (title, make)) in zip(st.columns(3), files.items(), strict=True):
        with column:
            off = bool(found.absent) and suffix != "csv"
            exports.save(title, make, f"crosslens-claims-{form}.{suffix}", disabled=off)
