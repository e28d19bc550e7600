"""Checks of gradients, which are read from trainings, and of changes and attribution, which are asked of a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from core.analysis.gradient import Reading, reading_of, signed_share
from core.analysis.statistic import Statistic
from core.config import BOTH
from core.exhibits.case import Case
from core.exhibits.checks import Check, CheckKind, Sign, absent
from core.exhibits.exhibit import Checks, Chosen
from core.exhibits.measured import error_change, of_form, over_seeds, run_of, seeds_of_change, strip
from core.text.amounts import fixed, listed
from core.text.message import Message
from core.text.words import mark, say
from core.train.record import RecordError, RunRecord
from core.vocabulary import Fusion, label

SHARES = {Reading.OUTPUTS: Statistic.GRADIENT_SHARE, Reading.WEIGHTS: Statistic.GRADIENT_SHARE_WEIGHTS}
TENTH = 0.1  # of the blocks, taken away first


def gradient_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether the same path gets the larger gradient in other seeds of the proposed form."""
    reading = chosen.get("reading", Reading.OUTPUTS)
    here = {run.config.train.seed: _share(run, reading) for run in case.arms.get(BOTH, [])}
    if case.seed not in here:
        why = say("The proposed form is not trained with this seed: train it.")
        return absent(CheckKind.SEEDS, say("not trained"), why)
    rows = of_form(case, BOTH)
    tabled = rows.loc[rows["statistic"] == SHARES[reading].value].groupby("seed")["value"].mean()
    others = {int(str(seed)): float(value) for seed, value in tabled.items()} | here
    own = others.pop(case.seed)
    what = say(
        "The convolution path's share in the gradient of the outputs (−1 all GRU, 1 all convolution)"
        if reading is Reading.OUTPUTS
        else "The convolution path's share in the gradient of the weights (−1 all GRU, 1 all convolution)"
    )
    return over_seeds(own, others, what=what)


def _share(run: RunRecord, reading: Reading) -> float:
    """Return which path got the larger gradient: the median over steps of each block, blocks averaged."""
    with suppress(RecordError):
        table = reading_of(run.gradient, reading)
        if not isinstance(table, Message):
            parts = [np.nanmedian(signed_share(part["conv"], part["gru"])) for _, part in table.groupby("block")]
            return float(np.mean(parts))
    return math.nan


def changes_made(chosen: Chosen) -> dict[str, str]:
    """Return the interventions over all windows that come nearest to what is changed in one, each in words."""
    made = {}
    for crossing in chosen["mode"].crossings:
        if chosen.get("kernels") == "mean":
            made[f"frozen_{crossing}"] = say("mean kernels of {crossing}", crossing=label(crossing))
        if chosen[crossing.value] == 0:
            made[f"silenced_{crossing}"] = say("{crossing} silenced", crossing=label(crossing))
    silenced = [name for name in made if name.startswith("silenced_")]
    if len(silenced) == len(Fusion.BOTH.crossings):
        made = {name: told for name, told in made.items() if name not in silenced}
        made["silenced_both"] = say("both crossings silenced")
    if chosen["attention"] == "uniform":
        made["uniform_attention"] = say("attention uniform")
    return made


def change_intervention(case: Case, chosen: Chosen) -> Check:
    """Say what the change of this window does to the error of all of them, where that is measured."""
    made = changes_made(chosen)
    if not made:
        return absent(
            CheckKind.INTERVENTION,
            say("this window alone"),
            say("Over all windows a crossing silenced, mean kernels and uniform attention are measured: choose one."),
        )
    return error_change(
        CheckKind.INTERVENTION,
        case,
        run_of(case, chosen),
        list(made),
        short=say("all windows"),
        what=listed(made.values()),
    )


def change_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether the same change moves the error of other seeds alike."""
    made = changes_made(chosen)
    if not made:
        why = say("Models of other seeds are not asked: choose another seed.")
        return absent(CheckKind.SEEDS, say("this window alone"), why)
    return seeds_of_change(case, run_of(case, chosen), list(made), what=listed(made.values()))


def attribution_checks(ask: Callable[[Case, Chosen], Mapping[str, Any]]) -> Checks[Case]:
    """Return the checks of an attribution; `ask` returns what the engine told the figure."""

    def null(case: Case, chosen: Chosen) -> Check:
        told = ask(case, chosen)
        return Check(
            CheckKind.NULL,
            Sign.HOLDS if told["is_informed"] else Sign.AGAINST,
            say("beats {beaten:.0%} of random orders", beaten=told["beaten"]),
            say(
                "Taking blocks away in its order moves the forecast further both ways than {beaten:.0%} of random "
                "orders; 95 % are asked for.",
                beaten=told["beaten"],
            ),
        )

    def intervention(case: Case, chosen: Chosen) -> Check:
        told = ask(case, chosen)
        deletion, unit = told["deletion"], case.dataset.units.get(chosen["variable"], "")
        first = int(np.searchsorted(deletion["share"], TENTH))
        own, drawn = (deletion[name][first] * told["scale"] for name in ("raising", "random"))
        fall = f"{fixed(own, 2)} {unit}".strip()
        return Check(
            CheckKind.INTERVENTION,
            Sign.HOLDS if own > max(drawn, 0) else Sign.AGAINST,
            say("falls by {fall} without a tenth", fall=fall),
            say(
                "Without the tenth of blocks that raise it most the forecast falls by {fall}; without a tenth drawn "
                "at random by {drawn}.",
                fall=fall,
                drawn=fixed(drawn, 2),
            ),
        )

    return ASKED | {CheckKind.NULL: null, CheckKind.INTERVENTION: intervention}


GRADIENTS = strip(
    twin=(mark("has none"), mark("A gradient belongs to a training, and the twin has none.")),
    null=(mark("none known"), mark("No null is known of the balance of two gradients.")),
    seeds=gradient_seeds,
    intervention=(mark("not trained"), mark("No model was trained with the gradient of one path cut off.")),
)
CHANGES = strip(
    twin=(mark("switch above"), mark("The switch above shows the same change in the untrained twin.")),
    null=(mark("one window"), mark("A change of one window has no null; the error of all has.")),
    seeds=change_seeds,
    intervention=change_intervention,
)
ASKED = strip(
    twin=(mark("told apart"), mark("How far the map agrees with the untrained twin's, the trust table tells.")),
    null=(mark("one window"), mark("Random orders of blocks are tried for a single window.")),
    seeds=(mark("one model"), mark("Shares are those of one model: choose another seed to compare.")),
    intervention=(mark("one window"), mark("Blocks are taken away from a single window.")),
)
EFFECT = CHANGES | strip(
    twin=(mark("not measured"), mark("The error of the untrained twin is no error to raise.")),
    null=(mark("paired"), mark("The interval is paired window by window: one that holds 0 shows no effect.")),
    intervention=(mark("is one"), mark("The figure shows the change over all test windows: it is the intervention.")),
)
PARTS = EFFECT | strip(seeds=(mark("one seed"), mark("Parts are removed from one seed: choose another one.")))
SWAPS = PARTS | strip(null=(mark("one window"), mark("The kernels of other windows are what it is held against.")))
EDITS = strip(
    twin=(mark("switch above"), mark("The switch above shows the same edits read by the untrained twins.")),
    null=(mark("one window"), mark("Edits of one window have no null: compare them with noise of the same size.")),
    seeds=(mark("one seed"), mark("Models of other seeds are not asked: choose another seed.")),
    intervention=(mark("is one"), mark("Rows are edited and the models asked again: it is the intervention.")),
)
ACCOUNT = ASKED | strip(
    twin=(mark("not asked"), mark("The parts of the untrained twin's forecast are not asked.")),
    null=(mark("none known"), mark("No null is known of parts that add up to a forecast.")),
    intervention=(mark("is one"), mark("The bars are made by silencing the crossings: they are the intervention.")),
)
