"""Figures as HTML pages that open offline: plotly.js inside, and a policy that forbids every outside load."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

import plotly.graph_objects as go
from plotly.io import to_html
from plotly.offline import get_plotlyjs

from core.report.slide import Slide, bare, caption_of, check_names
from core.report.table import flat

PLOTLY_FILE = "plotly.min.js"  # beside the pages of a folder
TABLE_ROWS = 500  # a page stays quick to open; the CSV holds every row
_CHART_HEIGHT = "560px"
_PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def figure_html(slide: Slide) -> str:
    """Return one slide as a page in one file, with plotly.js inside (about 5 MB)."""
    return _page(slide.title, [slide], f"<script>{get_plotlyjs()}</script>")


def report_html(slides: Sequence[Slide], *, heading: str = "CrossLens report") -> str:
    """Return all slides as one page in one file: the questions with their findings first, plotly.js once."""
    return _page(heading, slides, f"<script>{get_plotlyjs()}</script>")


def linked_html(slide: Slide) -> str:
    """Return one slide as a small page that needs `PLOTLY_FILE` in its folder (see `plotly_script`)."""
    return _page(slide.title, [slide], f'<script charset="utf-8" src="{PLOTLY_FILE}"></script>')


def plotly_script() -> str:
    """Return the content of `PLOTLY_FILE`."""
    return str(get_plotlyjs())


def _page(heading: str, slides: Sequence[Slide], plotly: str) -> str:
    check_names(slides)
    provenance = " | ".join(dict.fromkeys(slide.provenance for slide in slides))
    several = len(slides) > 1
    return _PAGE.substitute(
        heading=escape(heading),
        description=escape(" ".join(slide.finding for slide in slides)),
        provenance=escape(provenance),
        plotly=plotly,
        contents=_contents(heading, slides) if several else "",
        sections="\n".join(_section(slide, level=2 if several else 1) for slide in slides),
    )


def _contents(heading: str, slides: Sequence[Slide]) -> str:
    lines = (
        f'<li><a href="#{slide.name}">{escape(slide.title)}</a><br>{escape(slide.finding)}</li>' for slide in slides
    )
    return f"<h1>{escape(heading)}</h1>\n<ol>{''.join(lines)}</ol>"


def _section(slide: Slide, level: int) -> str:
    """Return one slide; the buttons save the picture with title and foot, which the page shows as text."""
    chart = f"{slide.name}-chart"
    drawing = to_html(
        bare(slide.figure),
        full_html=False,
        include_plotlyjs=False,
        include_mathjax=False,
        div_id=chart,
        default_height=_CHART_HEIGHT,  # where the figure has no height of its own
        config={"displaylogo": False, "modeBarButtonsToRemove": ["toImage"]},
    )
    save = "".join(
        f'<button type="button" data-chart="{slide.name}" data-format="{kind}">Save as {kind.upper()}</button>'
        for kind in ("svg", "png")
    )
    return (
        f'<section id="{slide.name}">\n<h{level}>{escape(slide.title)}</h{level}>\n'
        f'<p class="finding">{escape(slide.finding)}</p>\n{drawing}\n'
        f'<script type="application/json" id="{slide.name}-caption">{_caption_layout(slide.figure)}</script>\n'
        f'<p class="save">{save}</p>\n{_numbers(slide)}\n'
        f'<p class="provenance">{escape(slide.provenance)}</p>\n</section>'
    )


def _caption_layout(figure: go.Figure) -> str:
    """Return the layout keys that `bare` removed, as JSON that cannot end its script element."""
    caption_of(figure)
    layout = figure.layout.to_plotly_json()
    kept = {key: layout[key] for key in ("title", "annotations", "margin") if key in layout}
    return json.dumps(kept).replace("<", "\\u003c")


def _numbers(slide: Slide) -> str:
    """Return the slide's numbers, folded away."""
    if slide.table is None:
        return ""
    table = flat(slide.table)
    shown = table.head(TABLE_ROWS)
    rest = (
        f"<p>The first {TABLE_ROWS} of {len(table):,} rows; the CSV export holds all of them.</p>"
        if len(table) > TABLE_ROWS
        else ""
    )
    cells = shown.to_html(index=False, border=0, na_rep="", float_format=lambda number: f"{number:.6g}")
    return f'<details><summary>Numbers ({len(table):,} rows)</summary>{rest}<div class="wide">{cells}</div></details>'
