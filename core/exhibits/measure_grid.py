"""Which measure changes where: one measure of a table over every mode and data set."""

from __future__ import annotations

from core.claims.across import MEASURES, across, horizons_of
from core.data.catalog import KNOWN
from core.exhibits.claims import Judged, absent
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Options, exhibit
from core.figures.measure_grid import measure_grid as figure
from core.figures.palette import Look
from core.text.amounts import counted, listed
from core.text.words import say
from core.version import VERSION

PAGE = "side_by_side"
USUAL = 96  # rows: the horizon that most data sets have
MEASURE = Choice(
    "measure",
    "Measure",
    lambda judged, chosen: dict(MEASURES),
    text=lambda name, language: say(MEASURES[name].title),
)


def _horizons(judged: Judged, chosen: Chosen) -> Options:
    return {str(one): one for one in horizons_of(judged.evidence)}


def _usual(judged: Judged, chosen: Chosen) -> str:
    there = horizons_of(judged.evidence)
    return str(USUAL if USUAL in there else there[0])


AHEAD = Choice(
    "ahead",
    "Horizon",
    _horizons,
    _usual,
    when=lambda chosen: not chosen["measure"].data,
)


@exhibit("Which measure changes where?", page=PAGE, needs=absent, choices=(MEASURE, AHEAD))
def measure_grid(judged: Judged, chosen: Chosen, look: Look) -> Chart:
    """Show one measure of every mode on every data set."""
    measure, horizon = chosen["measure"], chosen.get("ahead", 0)
    table = across(judged.evidence, measure, horizon, look.language)
    if not table["n"].any():
        raise Absent(say("The table of this model holds nothing of this measure: choose another horizon or measure."))
    drawing = figure(
        table,
        axis=measure.axis,
        unit=say(measure.unit),
        decimals=measure.decimals,
        counts="day" if measure.data else "seed",
        above=say(measure.above),
        below=say(measure.below),
        titles={key: known.title for key, known in KNOWN.items()},
        look=look,
    )
    runs = judged.evidence.table
    codes = [say("code {code}", code=code) for code in runs.attrs.get("code", [])]
    lookbacks = [str(one) for one in sorted(runs.loc[runs["fusion"] != "", "lookback"].unique())]
    of_runs = (
        [say("horizon {horizon}", horizon=horizon), say("look-back {lookbacks}", lookbacks=listed(lookbacks))]
        if horizon
        else [say("the data themselves")]
    )
    most = counted(int(table["n"].max()), "day" if measure.data else "seed")
    parts = [judged.form.described, *of_runs, say("up to {most} a cell", most=most), *codes]
    return Chart(drawing, table, " · ".join([*parts, f"CrossLens {VERSION}"]))
