"""What the Claims page shows: a table's verdicts, kept between runs, its rows as a person filters them, and files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from core.claims.published import DATASETS, HORIZONS, SEEDS
from core.claims.rows import ClaimRow, Group, verdict_counts
from core.claims.tables import Form
from core.claims.verdict import Answer, Verdict
from core.claims.wording import verdict_words
from core.exhibits.card import Card
from core.exhibits.claims import THEMES, Judged, published_measured
from core.exhibits.exhibit import Absent
from core.figures.lettering import number
from core.figures.palette import Look
from core.report.table import table_csv
from core.text.message import word
from core.text.words import mark, say
from dashboard import export, frame, verdicts
from dashboard.claim_names import ALL, mode_name, named, quantity_name
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.widgets import KeyNumber, key_numbers, sheet

VERDICTS: dict[str, Verdict | Answer] = {one.value: one for one in (*Answer, *Verdict)}
TILES: dict[str, tuple[tuple[Verdict, ...], str]] = {
    mark("Reproduced"): (
        (Verdict.REPRODUCED, Verdict.NO_EFFECT),
        mark("The 95 % interval over seeds holds the published number and not 0; or both show, closely, no effect."),
    ),
    mark("Other size"): (
        (Verdict.WEAKER, Verdict.STRONGER),
        mark("The sign agrees, weaker or stronger: the interval holds neither 0 nor the published number."),
    ),
    mark("Not found"): ((Verdict.NOT_FOUND,), mark("The interval holds 0 and excludes the published size.")),
    mark("Opposite"): ((Verdict.OPPOSITE,), mark("An effect of the other sign: the interval does not hold 0.")),
    mark("Undecided"): (
        (Verdict.UNDECIDED, Verdict.ONE_SEED),
        mark("The interval holds the published number and 0, or there is one seed only: more seeds would decide."),
    ),
    mark("Not measured"): (
        (Verdict.NOT_MEASURED,),
        mark("The table holds no such runs, they were not measured, or the measure is undefined there."),
    ),
}
WORST_FIRST = (
    *(Verdict.OPPOSITE, Verdict.NOT_FOUND, Verdict.WEAKER, Verdict.STRONGER, Verdict.UNDECIDED, Verdict.ONE_SEED),
    *(Answer.UNTESTABLE, Answer.BY_READING, Answer.PARTLY, Verdict.NO_EFFECT, Verdict.REPRODUCED, Answer.HOLDS),
    Verdict.NOT_MEASURED,
)
WIDTHS = {  # px: all columns stand side by side on a screen of 1280
    **{mark("Data set"): 66, mark("Mode"): 120, mark("Quantity"): 116, mark("Published"): 68, mark("Measured"): 68},
    **{mark("95 % interval"): 122, mark("Verdict"): 122, mark("Horizons"): 62, mark("Seeds"): 58},
}
NUMBERS = ("Published", "Measured")
ORDERS = {"disagreement": mark("Largest disagreement first"), "slides": mark("As on the slides")}
FILES = {"csv": mark("CSV of these rows"), "pptx": mark("Slides (PowerPoint)"), "html": mark("One page (HTML)")}
KINDS = {
    ALL: mark("All"),
    **{Group.MODELS.value: mark("Models"), Group.CONTRASTS.value: mark("Contrasts")},
    **{Group.WORDS.value: mark("Words"), Group.COMPUTED.value: mark("Computed")},
}


def answers(found: Judged) -> None:
    """Draw how many numbers of models have each verdict, and below it, apart, all other claims."""
    models = [row for row in found.rows if row.group is Group.MODELS]
    numbers = []
    for title, (kinds, explained) in TILES.items():
        of = [row for row in models if row.verdict in kinds]
        marked = sum(row.marked for row in of)
        note = say("{n} ≤ control", n=marked) if marked else say("of {total}", total=len(models))
        said = [say(explained)]
        if marked:
            said.append(say("{n} of them are no more than control.", n=marked))
        numbers.append(KeyNumber(say(title), str(len(of)), note, help=" ".join(said)))
    key_numbers(numbers)
    apart = [
        f"{word(group)}: {', '.join(verdicts.counts(verdict_counts(found.rows, group)))}"
        for group in Group
        if group is not Group.MODELS
    ]
    told = mark("Above: {n} numbers of trained models. Counted apart: {others}.")
    st.caption(say(told, n=len(models), others="; ".join(apart)))


def chosen_rows(found: Judged, kind: str) -> pd.DataFrame:
    """Draw the pickers of rows and return the rows chosen, in the chosen order."""
    table = found.table if kind == ALL else found.table.loc[found.table["group"] == kind]
    datasets = [name for name in (*DATASETS, "any") if (found.table["dataset"] == name).any()]
    pickers: tuple[tuple[str, str, str, Iterable[str]], ...] = (  # name, title, column, what stands in it
        ("set", say("Data set"), "dataset", datasets),
        ("quantity", say("Quantity"), "quantity", dict.fromkeys(found.table["quantity"])),
        ("verdict", say("Verdict"), "verdict", VERDICTS),
    )
    places = st.columns(4)
    for place, (name, title, column, values) in zip(places, pickers, strict=False):
        with place:
            wanted = choose(name, title, texts([ALL, *values]), format=_option)
        if wanted != ALL:
            table = table.loc[table[column] == wanted]
    with places[3]:
        order = choose("order", say("Order"), texts(list(ORDERS)), format=lambda name: say(ORDERS[name]))
    if order == "slides":
        return table
    worst = {str(verdict): place for place, verdict in enumerate(WORST_FIRST)}
    ranked = table.assign(rank=table["verdict"].map(worst), apart=table["disagreement"].fillna(math.inf))
    return ranked.sort_values(["rank", "apart"], ascending=[True, False], kind="stable")[table.columns]


def _option(name: str) -> str:
    """Return a data set, a quantity or a verdict for people."""
    return str(word(VERDICTS[name])) if name in VERDICTS else quantity_name(name)


def draw_rows(found: Judged, table: pd.DataFrame, selection: Selection) -> None:
    """Draw the rows as a table and, below it, the sentence of the row chosen there (else of the first)."""
    if table.empty:
        told = say("No claim matches this choice of filters: choose fewer of them.")
        st.info(told, icon=":material/filter_alt:")
        return
    event = sheet(
        _for_people(table.reset_index(drop=True)),
        height=min(36 * (len(table) + 1) + 3, 400),
        column_config={
            name: st.column_config.TextColumn(
                say(name), width=width, alignment="right" if name in NUMBERS else "left"
            )
            for name, width in WIDTHS.items()
        },
        on_select="rerun",
        selection_mode="single-row",
        key="claims",
    )
    place = next((place for place in event.selection.rows if place < len(table)), 0)
    _draw_sentence(found.rows[int(table.index[place])], selection, found.form)


def _for_people(rows: pd.DataFrame) -> pd.DataFrame:
    interval = [
        "" if pd.isna(low) else say("{low} to {high}", low=number(low), high=number(high))
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Data set": rows["dataset"].map(named),
            "Mode": rows["mode"].map(mode_name),
            "Quantity": rows["quantity"].map(quantity_name),
            "Published": [_shown(one.published, one.unit) for one in rows.itertuples()],
            "Measured": [_shown(one.measured, one.unit) for one in rows.itertuples()],
            "95 % interval": interval,
            "Verdict": [_worded(one) for one in rows.itertuples()],
            "Horizons": [_of_horizons(one) for one in rows.itertuples()],
            "Seeds": [_of(seeds, SEEDS) if seeds else "" for seeds in rows["seeds"].tolist()],
        }
    )


def _shown(value: Any, unit: Any) -> str:
    """Write a number for a table's cell: counts in all their digits, nothing where there is none."""
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if unit == "MAC" else number(float(value))


def _of_horizons(row: Any) -> str:
    """Write on how many of the published horizons a mean rests; else the horizon itself."""
    if row.horizons and not row.horizon.isdigit():
        return _of(row.horizons, len(HORIZONS))
    return named(row.horizon)


def _of(many: int, total: int) -> str:
    return say("{many} of {total}", many=many, total=total)


def _worded(row: Any) -> str:
    """Write a verdict with its ratio or the seeds that would decide, and the mark in short."""
    words = verdict_words(VERDICTS[row.verdict], row.ratio, row.seeds_needed)
    return say("{verdict}; ≤ control", verdict=words) if row.no_more_than_control else str(words)


def _of_dataset(dataset: str, selection: Selection) -> Selection:
    """Return the selection of a claim's data set: the cell that is looked at may not be trained on another one."""
    elsewhere = dataset in DATASETS and dataset != selection.dataset
    return replace(selection, dataset=dataset, cell=None) if elsewhere else selection


def _draw_sentence(row: ClaimRow, selection: Selection, form: Form) -> None:
    """Draw what one row says, with the ways to its picture and to the page that shows it for its data set."""
    with st.container(border=True):
        if isinstance(row.published, str):
            of = f"{verdicts.headline(row.quantity)}: {say(row.published)}."
        else:
            parts = {"dataset": named(row.dataset), "mode": mode_name(row.mode), "horizon": named(row.horizon)}
            of = say("{dataset}, {mode}, horizon {horizon}.", **parts)
        verdicts.tell(row.verdict, of, str(row.sentence))
        with st.container(horizontal=True):
            if row.exhibit:
                verdicts.picture(row.exhibit, selection, form)
            if row.page:
                frame.link(row.page, say("Show"), _of_dataset(row.dataset, selection))


def draw_files(found: Judged, rows: pd.DataFrame, form: Form, look: Look) -> None:
    """Offer the rows shown as CSV, and the figures as slides and as a page."""
    paper, heading = export.on_paper(look), say("Published and measured. {form}", form=form.described)

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
            export.save(say(title), files[suffix], f"crosslens-claims-{form}.{suffix}", disabled=off)
