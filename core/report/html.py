"""Figures as HTML pages that open offline: plotly.js inside, and a policy that forbids every outside load."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from plotly.io import to_html
from plotly.offline import get_plotlyjs

from core.exhibits.card import Card, check_names
from core.figures.plotly_words import plotly_config
from core.report.files import Ratio
from core.report.leaf import Leaf, cards_of, leaves
from core.report.table import flat
from core.text.words import say, spoken

PLOTLY_FILE = "plotly.min.js"  # beside the pages of a folder
TABLE_ROWS = 500  # a page stays quick to open; the CSV holds every row
_CHART_HEIGHT = "560px"
_PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def figure_html(card: Card) -> str:
    """Return one figure as a page in one file, with plotly.js inside (about 5 MB)."""
    return _page(card.title, [card], f"<script>{get_plotlyjs()}</script>", _section(card, level=1))


def report_html(shown: Sequence[Card | Leaf], *, heading: str = "CrossLens report", subtitle: str = "") -> str:
    """Return all figures as one page in one file: the questions with their findings first, plotly.js once."""
    slides = leaves(shown)
    script = f"<script>{get_plotlyjs()}</script>"
    if len(slides) == 1 and len(slides[0].cards) == 1 and not slides[0].caption:
        return _page(heading, slides[0].cards, script, _section(slides[0].cards[0], level=1))
    body = "\n".join([_contents(heading, subtitle, slides), *map(_slide, slides)])
    return _page(heading, cards_of(slides), script, body)


def linked_html(card: Card) -> str:
    """Return one figure as a small page that needs `PLOTLY_FILE` in its folder (see `plotly_script`)."""
    script = f'<script charset="utf-8" src="{PLOTLY_FILE}"></script>'
    return _page(card.title, [card], script, _section(card, level=1))


def plotly_script() -> str:
    """Return the content of `PLOTLY_FILE`."""
    return str(get_plotlyjs())


def _page(heading: str, cards: Sequence[Card], plotly: str, body: str) -> str:
    check_names(cards)
    provenance = " | ".join(dict.fromkeys(card.provenance for card in cards))
    return _PAGE.substitute(
        lang=spoken().value,
        heading=escape(heading),
        description=escape(" ".join(card.finding for card in cards)),
        provenance=escape(provenance),
        plotly=plotly + _set_to(plotly_config(spoken())),
        body=body,
    )


def _set_to(config: Mapping[str, Any]) -> str:
    """Return the script that sets plotly.js, for charts of the page and for pictures saved from it."""
    return f"\n<script>Plotly.setPlotConfig({_inside(config)});</script>" if config else ""


def _inside(value: Mapping[str, Any]) -> str:
    """Return JSON that cannot end its script element."""
    return json.dumps(value).replace("<", "\\u003c")


def _contents(heading: str, subtitle: str, slides: Sequence[Leaf]) -> str:
    lines = (
        f'<li><a href="#{leaf.cards[0].name}">{escape(leaf.title)}</a><br>{escape(leaf.finding)}</li>'
        for leaf in slides
    )
    below = f"<p>{escape(subtitle)}</p>\n" if subtitle else ""
    return f"<h1>{escape(heading)}</h1>\n{below}<ol>{''.join(lines)}</ol>"


def _slide(leaf: Leaf) -> str:
    """Return the figures of a slide, below its caption where it has one."""
    if not leaf.caption:
        return "\n".join(_section(card, level=2) for card in leaf.cards)
    figures = "\n".join(_section(card, level=3) for card in leaf.cards)
    return f'<h2 class="caption">{escape(leaf.caption)}</h2>\n{figures}'


def _section(card: Card, level: int) -> str:
    """Return one figure; the buttons save the picture with its words inside, which the page shows as text."""
    chart = f"{card.name}-chart"
    drawing = to_html(
        card.figure,
        full_html=False,
        include_plotlyjs=False,
        include_mathjax=False,
        div_id=chart,
        default_height=_CHART_HEIGHT,  # where the figure has no height of its own
        config={"displaylogo": False, "showSendToCloud": False, "modeBarButtonsToRemove": ["toImage"]},
    )
    save = "".join(
        f'<button type="button" data-chart="{card.name}" data-format="{kind}">'
        f"{say('Save as {kind}', kind=kind.upper())}</button>"
        for kind in ("svg", "png")
    )
    return (
        f'<section id="{card.name}">\n<h{level}>{escape(card.title)}</h{level}>\n'
        f'<p class="finding">{escape(card.finding)}</p>\n{_checks(card)}{drawing}\n'
        f'<script type="application/json" id="{card.name}-frame">{_frame(card)}</script>\n'
        f'<p class="save">{save}</p>\n{_numbers(card)}\n'
        f'<p class="provenance">{escape(card.provenance)}</p>\n</section>'
    )


def _checks(card: Card) -> str:
    """Return the trust strip: each check as a pill, and in full below, folded away."""
    if not card.checks:
        return ""
    pills = "".join(f'<li class="{check.sign.name.lower()}">{escape(check.text)}</li>' for check in card.checks)
    told = "".join(f"<p>{escape(check.told)}</p>" for check in card.checks)
    return f'<ul class="checks">{pills}</ul>\n<details><summary>{say("Checks")}</summary>{told}</details>\n'


def _frame(card: Card) -> str:
    """Return the layout of the picture with its words inside, as JSON."""
    layout = card.framed(Ratio.WIDE.pixels[0]).layout.to_plotly_json()
    return _inside({key: layout[key] for key in ("title", "annotations", "margin") if key in layout})


def _numbers(card: Card) -> str:
    """Return the figure's numbers, folded away."""
    if card.table is None:
        return ""
    table = flat(card.table)
    shown = table.head(TABLE_ROWS)
    rest = (
        "<p>"
        + say("The first {n} of {rows:,} rows; the CSV export holds all of them.", n=TABLE_ROWS, rows=len(table))
        + "</p>"
        if len(table) > TABLE_ROWS
        else ""
    )
    cells = shown.to_html(index=False, border=0, na_rep="", float_format=lambda number: f"{number:.6g}")
    head = say("Numbers ({rows:,} rows)", rows=len(table))
    return f'<details><summary>{head}</summary>{rest}<div class="wide">{cells}</div></details>'
