"""Claims in words on tables with known answers: by data source, never extrapolated, in both readings."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.analysis.statistic import Statistic
from core.claims import about_errors, about_insides
from core.claims.evidence import Evidence
from core.claims.published import DATASETS, SOURCES
from core.claims.reading import over_sources
from core.claims.rows import IN_WORDS, ClaimRow, claim_rows
from core.claims.tables import evidence_of
from core.claims.verdict import Answer
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, LATE_FUSION, NO_FUSION, NONE, STANDARD, STATIC, WEAKENED, Arm
from core.version import EQUIVALENT, code_fingerprint
from tests.support.claim_tables import KERNELS, Row, as_published, errors, of_data, row, table

Quadruple = tuple[float, float, float, float]  # RMSE of none, GRU to CNN, CNN to GRU, both


def everywhere(values: Quadruple, horizon: int = 96, seeds: int = 3) -> list[Row]:
    """Return runs of the four modes on all data sets; seeds and data sets differ by a little."""
    return errors(
        {
            (name, horizon): [
                tuple(one * (1 + 0.001 * seed + 0.01 * place) for one in values) for seed in range(seeds)
            ]
            for place, name in enumerate(DATASETS)
        }
    )


def judged(rows: list[Row]) -> Evidence:
    return evidence_of(table(rows))


def in_words(evidence: Evidence) -> dict[str, ClaimRow]:
    return {one.quantity: one for one in claim_rows(evidence) if one.mode == IN_WORDS}


def test_published_numbers_hold_as_far_as_three_sources_can_tell() -> None:
    found = {name: one.verdict for name, one in in_words(evidence_of(as_published())).items()}
    for name in ("alignment and response", "losses of weakened references", "earlier response, larger gain"):
        assert found[name] is Answer.HOLDS
    assert found["late and no fusion"] is found["ETTh2 and ETTm2 fit best"] is Answer.HOLDS
    assert found["excess gain of both"] is Answer.UNDECIDED  # Weather has half of it none


@pytest.mark.parametrize(
    ("both", "answer"), [(0.95, Answer.HOLDS), (0.98, Answer.OPPOSITE), (0.9702, Answer.NOT_FOUND)]
)
def test_excess_gain_is_of_the_sum_of_the_single_ones(both: float, answer: Answer) -> None:
    runs = everywhere((1.0, 0.99, 0.98, both))
    if answer is Answer.NOT_FOUND:  # a little above the sum here and below there
        for one in runs:
            sign = 1 if one["dataset"] == "Weather" else -1
            one["value"] += 0.0004 * sign if one["fusion"] == "both" else 0.0
    found = about_errors.excess(judged(runs))
    assert found.answer is answer and (found.horizons, found.seeds) == (1, 3)
    beta = 100 * (both - 0.97)
    if answer is not Answer.NOT_FOUND:
        assert found.estimate.value == pytest.approx(beta) and found.estimate.n == 3
        below, above = (5 if held else 0 for held in (beta < 0, beta > 0))
        assert f"lies below 0 in {below} and above 0 in {above} of 5" in str(found.sentence)


def test_weather_at_long_horizons_is_no_part_of_the_excess() -> None:
    for horizon, wanted in ((96, Answer.UNDECIDED), (336, Answer.NOT_MEASURED), (720, Answer.NOT_MEASURED)):
        runs = errors({("Weather", horizon): [(1.0, 0.99, 0.98, 0.985)] * 2})
        assert about_errors.excess(judged(runs)).answer is wanted


def test_most_is_more_than_half() -> None:
    assert about_errors.wins(judged(everywhere((1.0, 0.99, 0.98, 0.97)))).answer is Answer.HOLDS
    assert about_errors.wins(judged(everywhere((1.0, 0.99, 0.98, 0.985)))).answer is Answer.OPPOSITE
    mixed = everywhere((1.0, 0.99, 0.98, 0.97))
    for one in mixed:
        one["value"] *= 1.1 if one["dataset"] == "Weather" and one["fusion"] == "both" else 1
    found = about_errors.wins(judged(mixed))
    assert found.answer is Answer.UNDECIDED
    assert "80 % of 15 trainings, and in 67 % (0 to 100 %)" in str(found.sentence)


def test_single_directions_and_a_standard_convolution() -> None:
    runs = everywhere((1.0, 0.98, 1.02, 0.97))
    runs += [
        row("rmse", one["value"] * 1.03, one["dataset"], 96, one["seed"], STANDARD)
        for one in runs
        if one["fusion"] == "both"
    ]
    for decide, change in (
        (about_errors.gru_to_cnn_helps, "−2.00"),
        (about_errors.cnn_to_gru_costs, "+2.00"),
        (about_errors.standard_hurts, "+3.00"),
    ):
        found = decide(judged(runs))
        assert found.answer is Answer.HOLDS and f"changes RMSE by {change} % (" in str(found.sentence)
        assert "in 5 of 5 cells" in str(found.sentence)
    turned = judged(everywhere((1.0, 1.02, 0.98, 0.97)))
    assert about_errors.gru_to_cnn_helps(turned).answer is Answer.OPPOSITE
    assert about_errors.cnn_to_gru_costs(turned).answer is Answer.OPPOSITE
    assert "--references standard" in str(about_errors.standard_hurts(turned).sentence)


def test_five_sets_count_as_three_sources() -> None:
    effects = {name: {(96, 0): 1.0, (96, 1): 1.0} for name in DATASETS}
    effects["ETTm1"] = {(96, 0): 3.0, (96, 1): 3.0}
    found = over_sources(effects, "")
    assert set(SOURCES) == set(DATASETS) and found.n == 3
    assert found.value == pytest.approx((2.0 + 1.0 + 1.0) / 3)  # ETTh1 and ETTm1 are one


def test_one_seed_and_one_source_decide_nothing() -> None:
    alone = judged(everywhere((1.0, 0.98, 1.02, 0.9), seeds=1))
    for decide in (about_errors.excess, about_errors.wins, about_errors.gru_to_cnn_helps):
        assert decide(alone).answer is Answer.ONE_SEED
    source = judged(
        errors({("ETTh1", 96): [(1.0, 0.98, 1.02, 0.9)] * 3, ("ETTm1", 96): [(1.0, 0.98, 1.02, 0.9)] * 3})
    )
    assert about_errors.gru_to_cnn_helps(source).answer is Answer.UNDECIDED


def test_mixing_is_judged_from_two_tables_of_one_code() -> None:
    mixed = table([{**one, "embedding": "mixed"} for one in everywhere((1.0, 1.0, 1.0, 1.1))])
    hybrid = table(everywhere((1.0, 1.0, 1.0, 1.0)))
    tables = [evidence_of(mixed), evidence_of(hybrid)]
    for one, other in (tables, tables[::-1]):  # whichever is the form shown
        found = about_errors.mixing_helps(replace(one, other_embedding=other))
        assert found.answer is Answer.OPPOSITE and "changes RMSE by +10.00 %" in str(found.sentence)
        assert "also differ in width" in str(found.sentence)
    mixed.attrs = {**mixed.attrs, "code": ["a1"], "data": {}, "measures": []}
    other = about_errors.mixing_helps(replace(tables[1], other_embedding=evidence_of(mixed)))
    assert other.answer is Answer.NOT_MEASURED and "different versions of the code" in str(other.sentence)
    assert about_errors.mixing_helps(tables[0]).answer is Answer.NOT_MEASURED
    hybrid.attrs = {**mixed.attrs, "code": [*EQUIVALENT, code_fingerprint()]}
    mixed.attrs = {**mixed.attrs, "code": [code_fingerprint()]}  # codes that give the same results are one
    found = about_errors.mixing_helps(replace(evidence_of(mixed), other_embedding=evidence_of(hybrid)))
    assert found.answer is Answer.OPPOSITE


@pytest.mark.parametrize(("sign", "answer"), [(1, Answer.HOLDS), (-1, Answer.OPPOSITE)])
def test_losses_are_held_against_the_cycle_of_the_data(sign: int, answer: Answer) -> None:
    spai = dict(zip(DATASETS, (0.82, 0.82, 0.65, 0.66, 0.77), strict=True))
    rows = [of_data("spai", value, name) for name, value in spai.items()]
    rows += [of_data("phase_drift", 1 - value, name) for name, value in spai.items()]
    for name, value in spai.items():
        for seed in range(3):
            loss = sign * 20 * (value - 0.7) + 0.01 * seed
            rows.append(row("rmse", 1.0, name, 720, seed, BOTH))
            rows += [row("rmse", 1 + loss / 100, name, 720, seed, arm) for arm in (WEAKENED, STATIC)]
    found = about_errors.losses_follow_the_cycle(judged(rows))
    assert found.answer is answer
    assert found.estimate.value == pytest.approx(sign * 20 * (0.82 - 0.65))


def lead_rows(span: float, slope: float) -> list[Row]:
    """Return runs whose extra gain over GRU to CNN is `slope` percent for a step of lead."""
    rows: list[Row] = []
    for place, name in enumerate(DATASETS):
        for seed in range(4):
            lead = span * seed / 3
            gain = slope * lead + place  # of RMSE, % more than GRU to CNN
            values = dict(
                zip((NONE, GRU_TO_CNN, CNN_TO_GRU, BOTH), (1.0, 0.99, 0.99, 0.99 - gain / 100), strict=True)
            )
            rows += [row("rmse", rmse, name, 96, seed, arm) for arm, rmse in values.items()]
            rows.append(row(Statistic.RESPONSE_LEAD, lead, name, 96, seed, CNN_TO_GRU))
    return rows


def test_a_slope_is_told_over_the_measured_range_alone() -> None:
    found = about_insides.earlier_gains(judged(lead_rows(1.5, 2.0)))
    assert found.answer is Answer.HOLDS and found.estimate.value == pytest.approx(2.0 * 1.5)
    assert "runs from 0.00 to +1.50 over 20 trainings" in str(found.sentence)
    assert about_insides.earlier_gains(judged(lead_rows(1.5, -2.0))).answer is Answer.OPPOSITE
    short = about_insides.earlier_gains(judged(lead_rows(0.09, 2.0)))  # published up to .96
    assert (
        short.answer is Answer.UNTESTABLE
        and not short.estimate.defined
        and "less than a tenth" in str(short.sentence)
    )


def test_alignment_that_hardly_varies_cannot_be_tested() -> None:
    rows = everywhere((1.0, 0.99, 0.98, 0.97))
    rows += [
        row(KERNELS["trained"], 0.5 + 0.01 * seed * (arm == BOTH), name, 96, seed, arm)
        for name in DATASETS
        for seed in range(3)
        for arm in (BOTH, GRU_TO_CNN)
    ]
    found = about_insides.alignment_gains(judged(rows))
    assert found.answer is Answer.UNTESTABLE and "runs from 0.000 to +0.020 over 15 trainings" in str(found.sentence)


def gradient_rows(outputs: float, weights: float, rmse: float) -> list[Row]:
    """Return runs on ETTm2 of late and no fusion with imbalances above those of both."""
    rows: list[Row] = []
    for seed in range(3):
        for arm, more in ((BOTH, 0), (LATE_FUSION, 1), (NO_FUSION, 1)):
            near = 0.001 * seed * more
            rows.append(row("rmse", 1 + (rmse + near) * more, "ETTm2", 720, seed, arm))
            rows.append(row(Statistic.GRADIENT_IMBALANCE, 1 + outputs * more + near, "ETTm2", 720, seed, arm))
            rows.append(row(Statistic.GRADIENT_IMBALANCE_WEIGHTS, 1 + weights * more + near, "ETTm2", 720, seed, arm))
    return rows


@pytest.mark.parametrize(
    ("outputs", "weights", "rmse", "answer"),
    [
        (0.5, 0.5, 0.1, Answer.HOLDS),
        (-0.5, 0.5, 0.1, Answer.BY_READING),
        (-0.5, -0.5, 0.1, Answer.PARTLY),
        (-0.5, -0.5, -0.1, Answer.OPPOSITE),
    ],
)
def test_gradients_are_judged_in_both_readings(outputs: float, weights: float, rmse: float, answer: Answer) -> None:
    found = about_insides.joined_late(judged(gradient_rows(outputs, weights, rmse)))
    assert found.answer is answer and "at their weights by" in str(found.sentence)


def test_without_gradients_of_the_weights_one_reading_is_said_to_lack() -> None:
    rows = [one for one in gradient_rows(0.5, 0.5, 0.1) if one["statistic"] != Statistic.GRADIENT_IMBALANCE_WEIGHTS]
    found = about_insides.joined_late(judged(rows))
    assert found.answer is Answer.HOLDS and "not measured in both readings" in str(found.sentence)


@pytest.mark.parametrize(
    ("spread", "saturation", "answer"),
    [(0.05, 0.05, Answer.HOLDS), (0.05, -0.05, Answer.PARTLY), (-0.05, -0.05, Answer.OPPOSITE)],
)
def test_gates_decide_more_clearly_where_spread_and_saturation_rise(
    spread: float, saturation: float, answer: Answer
) -> None:
    more = {Statistic.UPDATE_GATE_SPREAD: spread, Statistic.UPDATE_GATE_SATURATION: saturation}
    rows = [
        row(statistic, 0.2 + (change + 0.001 * seed) * (arm == BOTH), name, 96, seed, arm)
        for statistic, change in more.items()
        for name in DATASETS
        for seed in range(3)
        for arm in (BOTH, NONE)
    ]
    found = about_insides.gates_decide(judged(rows))
    assert found.answer is answer and found.estimate.value == pytest.approx(spread + 0.001)


def test_contrasts_are_counted() -> None:
    found = about_insides.rises_with_both(evidence_of(as_published(-1)))
    assert found.answer is Answer.OPPOSITE and "0 rise, 20 fall" in str(found.sentence)
    rows = [
        row(Statistic.RESPONSE_LEAD, lead, "ETTh1", 96, seed, arm)
        for arm, leads in ((BOTH, (1.3, 1.4, 1.2)), (Arm(CNN_TO_GRU.fusion), (1.3, 1.2, 1.4)))
        for seed, lead in enumerate(leads)
    ]
    one = about_insides.rises_with_both(judged(rows))
    assert "Of 1 contrast measured (of 20" in str(one.sentence)
    assert one.answer in (Answer.UNDECIDED, Answer.NOT_FOUND) and pd.notna(one.estimate.value)
