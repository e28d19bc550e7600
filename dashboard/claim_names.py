"""Names of what claims are of, as people read them: quantities, modes, data sets and horizons."""

from __future__ import annotations

from core.figures.claims import MINUS, PANELS
from core.text.amounts import MINUS as MINUS_SIGN
from core.text.words import mark, say, spoken
from core.vocabulary import Fusion, Reference, label

ALL = "all"
NAMES = {  # of what has no label; any other name stands for itself
    ALL: mark("all"),
    "any": mark("any"),
    "data": mark("data"),
    "proposed": mark("proposed"),
    "no_embedding": mark("no embedding"),
    "standard_conv": mark("standard conv"),
    "macs_embedding": mark("MACs embedding"),
    "macs_crossing": mark("MACs crossing"),
    "macs_total": mark("MACs total"),
}


def named(name: str) -> str:
    """Return the name of a data set, a horizon or a claim in words.

    >>> named("any"), named("ETTh1"), named("720")
    ('any', 'ETTh1', '720')
    """
    return say(NAMES.get(name, name))


def quantity_name(name: str) -> str:
    """Return the name of a quantity.

    >>> quantity_name("spearman_gain"), quantity_name("macs_total")
    ('Spearman gain', 'MACs total')
    """
    return say(PANELS[name][0]) if name in PANELS else named(name)


def mode_name(name: str) -> str:
    """Return the name of a mode of the slides.

    >>> mode_name("both - gru_to_cnn"), mode_name("no_embedding")
    ('both − GRU → CNN', 'no embedding')
    """
    if MINUS in name:
        return f" {MINUS_SIGN} ".join(mode_name(part) for part in name.split(MINUS))
    words = next((word for word in (*Fusion, *Reference) if word == name), None)
    return label(words, spoken()) if words else named(name)
