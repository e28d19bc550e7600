"""What the Claims page shows: a table's verdicts, kept between runs, its rows as a person filters them, and files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st

from core.claims.published import DATASETS, HORIZONS, SEEDS
from core.claims.rows import Group, verdict_counts
from core.claims.tables import Form
from core.claims.verdict import Answer, Verdict
from core.claims.wording import verdict_words
from core.exhibits.card import Card
from core.exhibits.claims import THEMES, Judged, published_measured
from core.exhibits.exhibit import Absent
from core.figures.claims import MINUS, PANELS
from core.figures.lettering import number
from core.figures.palette import Look
from core.report.table import table_csv
from core.text.amounts import MINUS as MINUS_SIGN
from core.text.message import word
from core.vocabulary import Fusion, Reference, label
from dashboard import export, frame, verdicts
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.widgets import KeyNumber, key_numbers, sheet

ALL = "all"
VERDICTS: dict[str, Verdict | Answer] = {one.value: one for one in (*Answer, *Verdict)}
TILES: dict[str, tuple[tuple[Verdict, ...], str]] = {
    "Reproduced": (
        (Verdict.REPRODUCED, Verdict.NO_EFFECT),
        "The 95 % interval over seeds holds the published number and not 0; or both show, closely, no effect.",
    ),
    "Other size": (
        (Verdict.WEAKER, Verdict.STRONGER),
        "The sign agrees, weaker or stronger: the interval holds neither 0 nor the published number.",
    ),
    "Not found": ((Verdict.NOT_FOUND,), "The interval holds 0 and excludes the published size."),
    "Opposite": ((Verdict.OPPOSITE,), "An effect of the other sign: the interval does not hold 0."),
    "Undecided": (
        (Verdict.UNDECIDED, Verdict.ONE_SEED),
        "The interval holds the published number and 0, or there is one seed only: more seeds would decide.",
    ),
    "Not measured": (
        (Verdict.NOT_MEASURED,),
        "The table holds no such runs, they were not measured, or the measure is undefined there.",
    ),
}
WORST_FIRST = (
    *(Verdict.OPPOSITE, Verdict.NOT_FOUND, Verdict.WEAKER, Verdict.STRONGER, Verdict.UNDECIDED, Verdict.ONE_SEED),
    *(Answer.UNTESTABLE, Answer.BY_READING, Answer.PARTLY, Verdict.NO_EFFECT, Verdict.REPRODUCED, Answer.HOLDS),
    Verdict.NOT_MEASURED,
)
WIDTHS = {  # px: all columns stand side by side on a screen of 1280
    **{"Data set": 66, "Mode": 120, "Quantity": 116, "Published": 68, "Measured": 68, "95 % interval": 122},
    **{"Verdict": 122, "Horizons": 62, "Seeds": 58},
}
NUMBERS = ("Published", "Measured")
ORDERS = {"disagreement": "Largest disagreement first", "slides": "As on the slides"}
FILES = {"csv": "CSV of these rows", "pptx": "Slides (PowerPoint)", "html": "One page (HTML)"}
KINDS = {ALL: "All", **{group.value: group.value.capitalize() for group in Group}}


def answers(found: Judged) -> None:
    """Draw how many numbers of models have each verdict, and below it, apart, all other claims."""
    models = [row for row in found.rows if row.group is Group.MODELS]
    numbers = []
    for title, (kinds, explained) in TILES.items():
        of = [row for row in models if row.verdict in kinds]
        marked = sum(row.marked for row in of)
        note = f"{marked} ≤ control" if marked else f"of {len(models)}"
        said = f" {marked} of them are no more than control." if marked else ""
        numbers.append(KeyNumber(title, str(len(of)), note, help=f"{explained}{said}"))
    key_numbers(numbers)
    apart = [
        f"{word(group)}: "
        + ", ".join(f"{count} {word(verdict)}" for verdict, count in verdict_counts(found.rows, group).items())
        for group in Group
        if group is not Group.MODELS
    ]
    st.caption(f"Above: {len(models)} numbers of trained models. Counted apart: {'; '.join(apart)}.")


def chosen_rows(found: Judged, kind: str) -> pd.DataFrame:
    """Draw the pickers of rows and return the rows chosen, in the chosen order."""
    table = found.table if kind == ALL else found.table.loc[found.table["group"] == kind]
    datasets = [name for name in (*DATASETS, "any") if (found.table["dataset"] == name).any()]
    pickers: tuple[tuple[str, str, str, Iterable[str]], ...] = (  # name, title, column, what stands in it
        ("set", "Data set", "dataset", datasets),
        ("quantity", "Quantity", "quantity", dict.fromkeys(found.table["quantity"])),
        ("verdict", "Verdict", "verdict", VERDICTS),
    )
    places = st.columns(4)
    for place, (name, title, column, values) in zip(places, pickers, strict=False):
        with place:
            wanted = choose(name, title, texts([ALL, *values]), format=_option)
        if wanted != ALL:
            table = table.loc[table[column] == wanted]
    with places[3]:
        order = choose("order", "Order", texts(list(ORDERS)), format=ORDERS.__getitem__)
    if order == "slides":
        return table
    worst = {str(verdict): place for place, verdict in enumerate(WORST_FIRST)}
    ranked = table.assign(rank=table["verdict"].map(worst), apart=table["disagreement"].fillna(math.inf))
    return ranked.sort_values(["rank", "apart"], ascending=[True, False], kind="stable")[table.columns]


def _option(name: str) -> str:
    """Return a data set, a quantity or a verdict for people."""
    return str(word(VERDICTS[name])) if name in VERDICTS else _quantity(name)


def _quantity(name: str) -> str:
    """Return the name of a quantity for people."""
    return PANELS[name][0] if name in PANELS else name.replace("macs", "MACs").replace("_", " ")


def _mode(name: str) -> str:
    """Return the name of a mode of the slides for people."""
    if MINUS in name:
        return f" {MINUS_SIGN} ".join(_mode(part) for part in name.split(MINUS))
    words = next((word for word in (*Fusion, *Reference) if word == name), None)
    return label(words) if words else name.replace("_", " ")


def draw_rows(table: pd.DataFrame, selection: Selection, form: Form) -> None:
    """Draw the rows as a table and, below it, the sentence of the row chosen there (else of the first)."""
    if table.empty:
        st.info("No claim matches this choice of filters: choose fewer of them.", icon=":material/filter_alt:")
        return
    rows = table.reset_index(drop=True)
    event = sheet(
        _for_people(rows),
        height=min(36 * (len(rows) + 1) + 3, 400),
        column_config={
            name: st.column_config.TextColumn(width=width, alignment="right" if name in NUMBERS else "left")
            for name, width in WIDTHS.items()
        },
        on_select="rerun",
        selection_mode="single-row",
        key="claims",
    )
    place = next((place for place in event.selection.rows if place < len(rows)), 0)
    _draw_sentence(rows.iloc[place], selection, form)


def _for_people(rows: pd.DataFrame) -> pd.DataFrame:
    interval = [
        "" if pd.isna(low) else f"{number(low)} to {number(high)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Data set": rows["dataset"],
            "Mode": rows["mode"].map(_mode),
            "Quantity": rows["quantity"].map(_quantity),
            "Published": [_shown(one.published, one.unit) for one in rows.itertuples()],
            "Measured": [_shown(one.measured, one.unit) for one in rows.itertuples()],
            "95 % interval": interval,
            "Verdict": [_worded(one) for one in rows.itertuples()],
            "Horizons": [_of_horizons(one) for one in rows.itertuples()],
            "Seeds": [f"{seeds} of {SEEDS}" if seeds else "" for seeds in rows["seeds"].tolist()],
        }
    )


def _shown(value: Any, unit: Any) -> str:
    """Write a number for a table's cell: counts in all their digits, nothing where there is none."""
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if unit == "MAC" else number(float(value))


def _of_horizons(row: Any) -> str:
    """Write on how many of the published horizons a mean rests; else the horizon itself."""
    return f"{row.horizons} of {len(HORIZONS)}" if row.horizons and not row.horizon.isdigit() else str(row.horizon)


def _worded(row: Any) -> str:
    """Write a verdict with its ratio or the seeds that would decide, and the mark in short."""
    words = verdict_words(VERDICTS[row.verdict], row.ratio, row.seeds_needed)
    return f"{words}; ≤ control" if row.no_more_than_control else str(words)


def _of_dataset(dataset: str, selection: Selection) -> Selection:
    """Return the selection of a claim's data set: the cell that is looked at may not be trained on another one."""
    elsewhere = dataset in DATASETS and dataset != selection.dataset
    return Selection(dataset, None, selection.language) if elsewhere else selection


def _draw_sentence(row: pd.Series, selection: Selection, form: Form) -> None:
    """Draw what one row says, with the ways to its picture and to the page that shows it for its data set."""
    with st.container(border=True):
        of = f"{row['dataset']}, {_mode(row['mode'])}, horizon {row['horizon']}."
        if row["claimed"]:
            of = f"{verdicts.headline(row['quantity'])}: {row['claimed']}."
        verdicts.tell(VERDICTS[row["verdict"]], of, row["sentence"])
        with st.container(horizontal=True):
            if row["exhibit"]:
                verdicts.picture(row["exhibit"], selection, form)
            if row["page"]:
                frame.link(row["page"], "Show", _of_dataset(row["dataset"], selection))


def draw_files(found: Judged, rows: pd.DataFrame, form: Form, look: Look) -> None:
    """Offer the rows shown as CSV, and the figures as slides and as a page."""
    paper, heading = export.on_paper(look), f"Published and measured. {form.described}"

    def cards() -> list[Card]:
        made = []
        for part in THEMES:
            with suppress(Absent):
                made.append(published_measured.card(found, {"part": part}, paper, name=f"claims-{part}"))
        return made

    files = {"csv": lambda: table_csv(rows, found.provenance), **export.report_files(cards, heading)}
    for column, (suffix, title) in zip(st.columns(3), FILES.items(), strict=True):
        with column:
            off = bool(found.evidence.absent) and suffix != "csv"
            export.save(title, files[suffix], f"crosslens-claims-{form}.{suffix}", disabled=off)
