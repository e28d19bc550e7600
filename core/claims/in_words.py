"""The claims in words, in the order a reader meets them; those on the data and the cost are decided here."""

from __future__ import annotations

from core.analysis.cost import Design, times_dearer
from core.analysis.estimate import Estimate
from core.analysis.suitability import Condition, Variant
from core.analysis.verdict import GAINED_MOST
from core.claims.about_errors import (
    cnn_to_gru_costs,
    excess,
    gru_to_cnn_helps,
    losses_follow_the_cycle,
    mixing_helps,
    standard_hurts,
    wins,
)
from core.claims.about_insides import alignment_gains, earlier_gains, gates_decide, joined_late, rises_with_both
from core.claims.decision import Claim, Decision
from core.claims.evidence import Evidence
from core.claims.published import DATASETS
from core.claims.verdict import Answer
from core.text.message import Message
from core.text.words import mark


def fits_best(evidence: Evidence) -> Decision:
    """Decide: ETTh2 and ETTm2 fit the four conditions best."""
    readings = [
        {dataset: evidence.of_data(f"{condition}_{variant}", dataset) for dataset in DATASETS}
        for condition in Condition
        for variant in Variant
    ]
    known = [one for one in readings if all(found.defined for found in one.values())]
    if not known:
        return Decision.unknown(evidence.absent or Message("lacking.suitability"))
    tops = [set(sorted(one, key=lambda name: -one[name].value)[:2]) for one in known]
    best = sum(top == set(GAINED_MOST) for top in tops)
    return Decision(
        Estimate(best / len(known), n=len(known)),
        Answer.HOLDS if best == len(known) else Answer.PARTLY if best else Answer.NOT_FOUND,
        Message("words.fits_best", best=best, known=len(known)),
    )


def dearer(evidence: Evidence) -> Decision:
    """Decide: mixing by a standard convolution is 13 and, without the first layer, 466 times dearer."""
    found = [round(times_dearer(design)) for design in (Design.STANDARD_CONV, Design.NO_EMBEDDING)]
    return Decision(
        Estimate(float(found[0]), n=1),
        Answer.HOLDS if found == [13, 466] else Answer.OPPOSITE,
        Message("words.dearer", with_first_layer=found[0], without=found[1]),
    )


CLAIMS = (
    Claim(
        mark("excess gain of both"),
        mark("beta_12 < 0 except Weather at 336 and 720"),
        "all",
        "overview",
        excess,
        "excess_gain",
    ),
    Claim(mark("both beat either direction"), mark("in most seeds"), "all", "overview", wins, "win_rates"),
    Claim(
        mark("GRU → CNN alone"), mark("lowers errors stably"), "all", "overview", gru_to_cnn_helps, "rmse_by_horizon"
    ),
    Claim(
        mark("CNN → GRU alone"),
        mark("costs a little accuracy"),
        "all",
        "overview",
        cnn_to_gru_costs,
        "rmse_by_horizon",
    ),
    Claim(
        mark("losses of weakened references"),
        mark("grow with SPAI, shrink with phase-drift"),
        "all",
        "overview",
        losses_follow_the_cycle,
        "weakened_losses",
    ),
    Claim(
        mark("alignment and response"),
        mark("rise from one direction to both"),
        "all",
        "kernels",
        rises_with_both,
        "direction_tables",
    ),
    Claim(
        mark("earlier response, larger gain"), mark("a rising slope"), "all", "gates", earlier_gains, "gain_by_lead"
    ),
    Claim(
        mark("more alignment, larger gain"),
        mark("a rising slope"),
        "all",
        "kernels",
        alignment_gains,
        "gain_by_alignment",
    ),
    Claim(mark("gates"), mark("decide more clearly with the crossing"), "all", "gates", gates_decide),
    Claim(
        mark("late and no fusion"),
        mark("worse RMSE, unbalanced gradients"),
        "ETTm2",
        "gradients",
        joined_late,
        "fusion_gradients",
    ),
    Claim(mark("mixing all variables first"), mark("helps"), "all", "overview", mixing_helps),
    Claim(mark("standard convolution at the crossing"), mark("hurts"), "all", "overview", standard_hurts),
    Claim(
        mark("ETTh2 and ETTm2 fit best"),
        mark("highest in all four conditions"),
        "all",
        "data",
        fits_best,
        "data_conditions",
        computed=True,
    ),
    Claim(mark("standard convolution"), mark("13 and 466 times dearer"), "any", "model", dearer, computed=True),
)
