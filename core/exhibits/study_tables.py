"""Tables of the published study as pictures: what rises from one direction to both, and which data fit."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from core.analysis.data_measures import suitability, usual_target
from core.analysis.suitability import Condition, Variant
from core.analysis.verdict import GAINED_MOST, verdict
from core.claims.in_words import fits_best
from core.claims.published import DATASETS
from core.claims.tables import Form
from core.data.dataset import Dataset
from core.exhibits.choices import mode_text
from core.exhibits.claims import part_of
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Kind, exhibit
from core.exhibits.study import FORM, PAGE, Studies, absent
from core.figures import study_conditions as figures
from core.figures.names import shortened
from core.figures.palette import Look
from core.text.message import Message
from core.text.words import mark, say
from core.version import VERSION
from core.vocabulary import Fusion

NO_CONDITIONS = mark("Not measured: no table that is shipped holds the four conditions of all five data sets.")
TOO_LARGE = mark("{title} is too large for a page to measure: python -m core measures does it.")
MOST_CELLS = 5_000_000  # of a data set that a page measures: a few seconds
DIRECTION = Choice(
    "direction",
    "Direction",
    lambda studies, chosen: {mode.value: mode for mode in (Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU)},
    kind=Kind.SEGMENTED,
    text=mode_text,
)


@exhibit("What rises from one direction to both?", page=PAGE, needs=absent, choices=(FORM, DIRECTION))
def direction_tables(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show what is measured inside with one direction, with both, and their difference, published beside measured."""
    return part_of(studies.read(chosen["form"]), chosen["direction"].value, look)


@exhibit("Which data meet the four conditions?", page=PAGE, needs=absent)
def data_conditions(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show the four conditions of the published data sets, and of the data set that is looked at beside them."""
    form, rows = _published(studies)
    said = str(fits_best(studies.read(form).evidence).sentence)
    own = studies.own if studies.own is not None and studies.own.key not in DATASETS else None
    parts = [say("Train to test rows of the official files")]
    if own is not None and own.frame.size > MOST_CELLS:
        said += " " + say(TOO_LARGE, title=shortened(own.title))
    elif own is not None:
        measured, advice = own_conditions(own)
        rows = pd.concat([rows, measured], ignore_index=True)
        said += f" {shortened(own.title)}: {advice}"
        parts.append(say("{title}, data {fingerprint}", title=shortened(own.title), fingerprint=own.fingerprint))
    drawing = figures.data_conditions(rows, GAINED_MOST, said, look=look)
    return Chart(drawing, rows, " · ".join([*parts, f"CrossLens {VERSION}"]))


def _published(studies: Studies) -> tuple[Form, pd.DataFrame]:
    """Return the first form whose table holds the conditions of all published data sets, and these."""
    for form in studies.forms:
        evidence = studies.read(form).evidence
        rows = [
            (name, name, one.value, variant.value, found.value, found.low, found.high)
            for name in DATASETS
            for one in Condition
            for variant in Variant
            if (found := evidence.of_data(f"{one}_{variant}", name)).defined
        ]
        if len(rows) == len(DATASETS) * len(Condition) * len(Variant):
            return form, pd.DataFrame(rows, columns=list(figures.COLUMNS))
    raise Absent(say(NO_CONDITIONS))


@lru_cache(maxsize=8)
def own_conditions(dataset: Dataset) -> tuple[pd.DataFrame, Message]:
    """Return the conditions of one's own data set, as of the published ones, and what they say in a sentence."""
    target, _ = usual_target(dataset)
    profile = suitability(dataset, target)
    rows = [
        (dataset.key, shortened(dataset.title), one.value, variant.value, found.value, found.low, found.high)
        for one, variants in profile.items()
        for variant, found in variants.items()
    ]
    told = verdict(profile, target, dataset.key).sentence
    return pd.DataFrame(rows, columns=list(figures.COLUMNS)), told
