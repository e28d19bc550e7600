"""What gains and losses go with, over all trainings: response, alignment, and the daily cycle of the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate
from core.analysis.slope import within_slope
from core.claims.about_errors import losses, over_data_sets
from core.claims.about_insides import added_alignment, extra_gain, leads
from core.claims.evidence import Evidence, Values
from core.claims.published import DATASETS, Quantity, contrast_mode, published_contrasts, published_numbers
from core.claims.reading import NO_PAIR, mean_over_seeds, percent_of
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, Arm
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.study import FORM, PAGE, Studies, absent, foot
from core.figures import study_slopes as figures
from core.figures.palette import Look
from core.text.message import Message
from core.text.words import mark, say
from core.vocabulary import Fusion, Reference

FAR = 720  # rows: the horizon of the published losses
LEAD = figures.Names(
    mark("Lead of CNN → GRU over none (steps)"),
    mark("Gain of both over GRU → CNN (% of RMSE)"),
    mark("The lead, in steps,"),
    2,
)
ALIGNMENT = figures.Names(
    mark("dCor of kernels, both minus GRU → CNN"),
    mark("Gain of both over CNN → GRU (% of RMSE)"),
    mark("What both directions add to the kernels' dCor"),
    3,
)
Published = Mapping[tuple[Quantity, str, str], float]  # by quantity, mode, data set


def _published() -> Published:
    return {
        (one.quantity, one.mode, one.dataset): one.value for one in (*published_numbers(), *published_contrasts())
    }


def gains_by(of: Callable[[Evidence], Mapping[str, Values]], single: Arm, evidence: Evidence) -> pd.DataFrame:
    """Return every training that has both: columns dataset, horizon, seed, x, y (extra gain, % of RMSE of none)."""
    rows = []
    for dataset, values in of(evidence).items():
        extra = extra_gain(evidence, dataset, single)
        rows += [(dataset, *key, values[key], extra[key]) for key in sorted(values.keys() & extra.keys())]
    return pd.DataFrame(rows, columns=["dataset", "horizon", "seed", "x", "y"])


def published_by(x: tuple[Quantity, str], single: Fusion) -> pd.DataFrame:
    """Return the published averages: columns dataset, x, y."""
    said = _published()
    gains = {
        mode: {name: said[Quantity.DELTA_RMSE, mode, name] for name in DATASETS} for mode in (Fusion.BOTH, single)
    }
    rows = [(name, said[*x, name], gains[Fusion.BOTH][name] - gains[single][name]) for name in DATASETS]
    return pd.DataFrame(rows, columns=["dataset", "x", "y"])


@exhibit("Does an earlier response go with a larger gain?", page=PAGE, needs=absent, choices=(FORM,))
def gain_by_lead(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show the extra gain of both over GRU -> CNN against the lead of CNN -> GRU."""
    points = gains_by(leads, GRU_TO_CNN, studies.evidence(chosen))
    published = published_by((Quantity.RESPONSE_LEAD, Fusion.CNN_TO_GRU), Fusion.GRU_TO_CNN)
    return _slopes(studies, chosen, points, published, LEAD, Message("lacking.lead_and_gain"), look)


@exhibit("Does more alignment with the clock go with a larger gain?", page=PAGE, needs=absent, choices=(FORM,))
def gain_by_alignment(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show the extra gain of both over CNN -> GRU against what both add to the kernels' dCor."""
    points = gains_by(added_alignment, CNN_TO_GRU, studies.evidence(chosen))
    x = Quantity.DCOR_KERNEL_TOD, contrast_mode(Fusion.GRU_TO_CNN)
    published = published_by(x, Fusion.CNN_TO_GRU)
    return _slopes(studies, chosen, points, published, ALIGNMENT, Message("lacking.kernels_and_gain"), look)


def _slopes(
    studies: Studies,
    chosen: Chosen,
    points: pd.DataFrame,
    published: pd.DataFrame,
    names: figures.Names,
    why_not: Message,
    look: Look,
) -> Chart:
    if points.empty:
        raise Absent(str(Message("decision.not_measured", why=studies.evidence(chosen).lacking(why_not))))
    slopes = {
        "pooled": within_slope(points["x"], points["y"], np.full(len(points), "all")),
        "within": within_slope(points["x"], points["y"], points["dataset"].to_numpy(str)),
    }
    drawing = figures.gain_by(points, published, slopes, names, look=look)
    return Chart(drawing, points, foot(studies, chosen, say("{n} trainings with both numbers", n=len(points))))


@exhibit(
    "Do weakened references lose more where the daily cycle is steady?", page=PAGE, needs=absent, choices=(FORM,)
)
def weakened_losses(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show losses against SPAI and phase-drift."""
    evidence = studies.evidence(chosen)
    measures = measures_of(evidence)
    rows = losses_of(evidence)
    if rows["value"].isna().all():
        raise Absent(
            say("Not measured: these models have no weakened reference at horizon 720 beside both of one seed.")
        )
    slopes = {one: _change(evidence, one) for one in figures.MEASURES}
    drawing = figures.weakened_losses(rows, measures, slopes, look=look)
    at = say("horizon {horizon}", horizon=FAR)
    return Chart(drawing, rows.merge(measures, on="dataset"), foot(studies, chosen, at))


def measures_of(evidence: Evidence) -> pd.DataFrame:
    """Return SPAI and phase-drift of each data set: columns dataset, spai, phase_drift.

    They need no model; where the table holds none, the published ones stand, which are computed alike.
    """
    said, rows = _published(), []
    for name in DATASETS:
        found = {one: evidence.of_data(one, name) for one in figures.MEASURES}
        rows.append(
            {"dataset": name}
            | {one: of.value if of.defined else said[Quantity(one), "data", name] for one, of in found.items()}
        )
    return pd.DataFrame(rows)


def _change(evidence: Evidence, measure: str) -> Estimate:
    """Return the change of the loss over the range of a measure of the data, as the claim is decided."""
    x = {name: found.value for name in DATASETS if (found := evidence.of_data(measure, name)).defined}
    return over_data_sets(x, {name: losses(evidence, name) for name in x})


def losses_of(evidence: Evidence) -> pd.DataFrame:
    """Return the losses of each weakened form: columns dataset, reference, published, value, low, high, seeds."""
    said, rows = _published(), []
    for dataset in DATASETS:
        for reference in figures.WEAKENED:
            found = percent_of(evidence, dataset, BOTH, Arm(Fusion.BOTH, Reference(reference)))
            values = {key: -change for key, change in found.items() if key[0] == FAR}
            mean = mean_over_seeds(values, NO_PAIR).estimate
            number = said.get((Quantity.RMSE_INCREASE, reference, dataset), math.nan)
            rows.append((dataset, reference.value, number, mean.value, mean.low, mean.high, mean.n))
    return pd.DataFrame(rows, columns=["dataset", "reference", "published", "value", "low", "high", "seeds"])
