"""What the response probe found in the models of a case, and what its figures are held against."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.analysis.effect import paired_changes, span
from core.analysis.estimate import Estimate, mean_interval
from core.analysis.probe import EVENT, mean_over_all, rise_after, rise_anywhere, slot_share
from core.analysis.pulse import lead_over
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.checks import Check, CheckKind, Sign
from core.exhibits.exhibit import Absent, Chosen
from core.exhibits.measured import strip, undefined
from core.figures.lettering import interval, probability
from core.figures.probe import SURE
from core.serve.probe import open_probe, probe_key
from core.text.amounts import signed
from core.text.words import mark, say
from core.vocabulary import Fusion

Responses = Mapping[Fusion, pd.DataFrame]  # columns size, half, twin; a row a test window


def responses(case: Case) -> Responses:
    """Return what the pulse does to each mode, see `core.serve.probe`; Absent where it was not put in yet."""
    needs.check_trained(case)
    found = open_probe(probe_key(list(case.chosen_runs.values())))
    if found is None:
        raise Absent(say("The pulse was not put into these models yet: Gates & response offers it."))
    return {mode: found.loc[found["fusion"] == mode.value].reset_index(drop=True) for mode in case.chosen_runs}


def against_none(found: Responses, mode: Fusion, block: int) -> dict[str, Estimate]:
    """Return by how many per cent the responses of a mode exceed those of none in size, and their lead in steps."""
    none, own = found[Fusion.NONE], found[mode]
    lead = mean_over_all(lead_over(none["half"], own["half"]), block=block, generator=generator())
    return {"size": _more(none["size"], own["size"], block), "lead": lead}


def _more(none: pd.Series[float], own: pd.Series[float], block: int) -> Estimate:
    sizes = (one.to_numpy(float)[:, None] for one in (none, own))
    return paired_changes(*sizes, block=block, generator=generator())[0]


def block_of(case: Case) -> int:
    """Return for how many neighbouring windows of a case numbers are alike."""
    return span(case.config.window.horizon, case.dataset.steps_per_day)


def generator() -> np.random.Generator:
    """Return the source of draws: the same ones for every mode, so that modes stay paired."""
    return np.random.default_rng(0)


def probe_twin(case: Case, chosen: Chosen) -> Check:
    """Hold by how much more than none a mode responds against the same of both networks before training."""
    found, mode = responses(case), chosen["mode"]
    own = against_none(found, mode, block_of(case))["size"]
    drawn = found[mode]["twin"].notna()
    twin = _more(found[Fusion.NONE]["twin"][drawn], found[mode]["twin"][drawn], 1)
    if not (np.isfinite(own.low) and twin.defined):
        return undefined(CheckKind.TWIN, [own, twin])
    beside = Sign.HOLDS if own.low > twin.value else Sign.AGAINST if own.high < twin.value else Sign.OPEN
    return Check(
        CheckKind.TWIN,
        beside,
        say("{own} %, twin {twin} %", own=signed(own.value), twin=signed(twin.value)),
        say(
            "The response is {own} %{interval} against none; of the same networks before training it is {twin} %, "
            "over {windows:,} windows drawn at random.",
            own=signed(own.value),
            interval=interval(own.low, own.high),
            twin=signed(twin.value),
            windows=twin.n,
        ),
    )


def probe_null(case: Case, chosen: Chosen) -> Check:
    """Hold how closely the responses follow the cycle against slots rotated in every run through it."""
    calendar, sizes = case.calendar, responses(case)[chosen["mode"]]["size"]
    share = slot_share(sizes, calendar.slots, calendar.cycle.count, generator=generator())
    if not np.isfinite(share.p_value):
        return undefined(CheckKind.NULL, [share])
    return Check(
        CheckKind.NULL,
        Sign.HOLDS if share.p_value <= SURE else Sign.AGAINST,
        say("slots rotated, {probability}", probability=probability(share.p_value)),
        say(
            "Within its runs, the cycle explains {share:.1f} % of how sizes differ; against slots rotated by an "
            "amount of its own in each run, {probability}.",
            share=100 * max(share.value, 0.0),
            probability=probability(share.p_value),
        ),
    )


def changes_null(case: Case, chosen: Chosen) -> Check:
    """Hold what responses do after abrupt changes against the same at places drawn at random."""
    sizes, places = responses(case)[chosen["mode"]]["size"], case.changes(chosen["mode"])["place"].to_numpy()
    own = mean_interval(rise_after(sizes, places), of=EVENT)
    if not own.defined:
        return undefined(CheckKind.NULL, [own])
    anywhere = rise_anywhere(sizes, len(places), generator=generator())
    inside = say("{low} to {high} %", low=signed(anywhere.low), high=signed(anywhere.high))
    return Check(
        CheckKind.NULL,
        Sign.AGAINST if anywhere.low <= own.value <= anywhere.high else Sign.HOLDS,
        say("{own} %, anywhere {inside}", own=signed(own.value), inside=inside),
        say(
            "After abrupt changes the response differs by {own} %; after places drawn at random 95 % of the same "
            "numbers lie in {inside}.",
            own=signed(own.value),
            inside=inside,
        ),
    )


_PROBE = strip(
    seeds=(mark("one seed"), mark("The pulse is put into the models of one seed: choose another one to compare.")),
    intervention=(
        mark("is one"),
        mark("The pulse is put in by hand: the figure shows an intervention on the input."),
    ),
)
BY_SLOT = strip(twin=probe_twin, null=probe_null) | _PROBE
_DRAWN = mark("The untrained twins are asked about windows drawn at random: too few of them lie at abrupt changes.")
AROUND_CHANGES = strip(twin=(mark("drawn windows"), _DRAWN), null=changes_null) | _PROBE
