"""Claims on tables with known answers: percentages and intervals, verdicts, reasons, and what must not be mixed."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import t as student

from core.analysis.statistic import Statistic
from core.claims.evidence import Evidence
from core.claims.findings import Outcome, findings
from core.claims.in_words import CLAIMS
from core.claims.published import PublishedNumber, Quantity, published_contrasts, published_numbers
from core.claims.quantities import Control, measure
from core.claims.reading import NO_PAIR, mean_over_seeds
from core.claims.rows import IN_WORDS, ClaimRow, Group, claim_rows
from core.claims.tables import Form, evidence_of, shipped_evidence
from core.claims.verdict import Answer, Verdict
from core.config import BOTH, MATCHED, NONE, Arm
from core.vocabulary import Fusion, Reference
from tests.support.claim_tables import KERNELS, as_published, errors, of_data, row, table


def number(quantity: Quantity, dataset: str = "ETTh2", mode: str = "both") -> PublishedNumber:
    return next(
        one for one in published_numbers() if (one.quantity, one.dataset, one.mode) == (quantity, dataset, mode)
    )


def of_numbers(evidence: Evidence) -> list[ClaimRow]:
    return [one for one in claim_rows(evidence) if one.mode != IN_WORDS]


def in_words(evidence: Evidence) -> dict[str, ClaimRow]:
    return {one.quantity: one for one in claim_rows(evidence) if one.mode == IN_WORDS}


@pytest.fixture(scope="module")
def verbatim() -> Evidence:
    return evidence_of(as_published())


def test_every_number_contrast_and_claim_has_its_row_whatever_was_measured(verbatim: Evidence) -> None:
    assert (len(published_numbers()), len(published_contrasts()), len(CLAIMS)) == (91, 20, 14)
    for evidence in (verbatim, evidence_of(table([of_data("spai", 0.5, "ETTh1")]))):
        groups = Counter(one.group for one in claim_rows(evidence))
        assert groups == {Group.MODELS: 73, Group.CONTRASTS: 20, Group.WORDS: 12, Group.COMPUTED: 18 + 2}


def test_what_is_measured_as_published_is_reproduced(verbatim: Evidence) -> None:
    wrong = [(one.dataset, one.quantity, one.sentence) for one in of_numbers(verbatim) if one.verdict != "reproduced"]
    assert not wrong


def test_the_opposite_of_what_is_published_is_told_so() -> None:
    rows = of_numbers(evidence_of(as_published(sign=-1)))
    assert {one.verdict for one in rows if one.unit == "MAC"} == {Verdict.REPRODUCED}
    assert {one.verdict for one in rows if one.unit != "MAC"} == {Verdict.OPPOSITE}
    assert all(one.disagreement == pytest.approx(2.0, abs=0.02) for one in rows if one.unit != "MAC")


def test_contrasts_are_the_differences_of_the_printed_numbers() -> None:
    found = {(one.quantity, one.dataset): one for one in published_contrasts()}
    assert found[Quantity.DCOR_KERNEL_TOD, "ETTm1"].value == 0.72
    assert found[Quantity.PEAK_AMPLIFICATION, "Weather"].value == 41.8
    assert found[Quantity.RESPONSE_LEAD, "ETTh1"].printed_half_step == pytest.approx(0.01)  # of two printed numbers


def test_contrasts_are_paired_by_seed() -> None:
    both, alone = (Arm(Fusion.BOTH), Arm(Fusion.CNN_TO_GRU))
    runs = [
        row(Statistic.RESPONSE_LEAD, level + lead, "ETTh1", 96, seed, arm)
        for seed, level in enumerate((0.0, 5.0, -3.0))  # what seeds share leaves the difference alone
        for arm, lead in ((both, 0.41), (alone, 0.0))
    ]
    found = of_numbers(evidence_of(table(runs)))
    contrast = next(one for one in found if one.group is Group.CONTRASTS and one.measured.defined)
    assert (contrast.dataset, contrast.mode, contrast.verdict) == ("ETTh1", "both - cnn_to_gru", Verdict.REPRODUCED)
    assert contrast.measured.value == pytest.approx(0.41) and contrast.seeds == 3
    own = next(one for one in found if (one.quantity, one.mode) == ("response_lead", "both") and one.measured.defined)
    assert own.verdict is Verdict.UNDECIDED and own.seeds_needed > 5


def test_without_a_table_every_row_says_how_to_make_one(tmp_path: Path) -> None:
    for form in Form:
        evidence = shipped_evidence(form, tmp_path)
        counts = Counter(str(one.verdict) for one in claim_rows(evidence))
        assert counts == {"not_measured": 83 + 20 + 13, "reproduced": 8, "holds": 1}  # costs follow from formulas
        open_rows = [
            one for one in claim_rows(evidence) if one.verdict in (Verdict.NOT_MEASURED, Answer.NOT_MEASURED)
        ]
        assert all(f"study --out FOLDER --preset {form} " in str(one.sentence) for one in open_rows)
        assert not any(one.measured.defined for one in open_rows)
        assert {one.outcome for one in findings(evidence)} == {Outcome.NOT_MEASURED}


def test_rmse_reduction_and_its_interval_are_those_of_the_seeds() -> None:
    runs = errors({("ETTh2", 96): [(1.0, 1.0, 1.0, 0.90), (2.0, 2.0, 2.0, 1.84), (1.0, 1.0, 1.0, 0.94)]})
    runs += [row("rmse", 0.99 * size, "ETTh2", 96, seed, MATCHED) for seed, size in enumerate((1.0, 2.0, 1.0))]
    found = measure(number(Quantity.DELTA_RMSE), evidence_of(table(runs)))
    half = student.ppf(0.975, 2) * 2 / math.sqrt(3)
    assert (found.estimate.value, found.estimate.n, found.reading.horizons) == (pytest.approx(8), 3, (96,))
    assert (found.estimate.low, found.estimate.high) == (pytest.approx(8 - half), pytest.approx(8 + half))
    assert found.controls[Control.NONE_MATCHED].estimate.value == pytest.approx(1.0)


def test_rmse_increase_is_of_the_published_horizon_and_beside_the_model_without_crossings() -> None:
    weak = Arm(Fusion.BOTH, Reference.EMA)
    runs = errors({("ETTh2", horizon): [(1.1, 1.0, 1.0, 1.0)] for horizon in (96, 720)})
    runs += [row("rmse", rmse, "ETTh2", horizon, 0, weak) for horizon, rmse in ((96, 5.0), (720, 1.185))]
    found = measure(number(Quantity.RMSE_INCREASE, mode="ema"), evidence_of(table(runs)))
    assert found.estimate.value == pytest.approx(18.5) and found.reading.horizons == (720,)
    assert found.controls[Control.NO_CROSSING].estimate.value == pytest.approx(10.0)


def test_a_mean_over_horizons_keeps_the_most_values() -> None:
    whole = {(96, 0): 1.0, (720, 0): 3.0, (96, 1): 5.0, (720, 1): 7.0}
    found = mean_over_seeds({**whole, (96, 2): 100.0}, NO_PAIR)
    assert (found.estimate.value, found.estimate.n, found.horizons) == (4.0, 2, (96, 720))
    apart = mean_over_seeds({(96, 0): 1.0, (720, 1): 9.0, (720, 2): 11.0}, NO_PAIR)
    assert (apart.estimate.value, apart.horizons) == (10.0, (720,))
    even = mean_over_seeds(
        {(96, 1): 2.0, (96, 2): 4.0, (720, 2): 100.0}, NO_PAIR
    )  # two seeds, or one with two horizons
    assert (even.estimate.value, even.estimate.n, even.horizons) == (3.0, 2, (96,))


def test_controls_stand_at_the_horizons_of_their_number_or_name_their_own() -> None:
    runs = errors({("ETTh2", horizon): [(1.0, 1.0, 1.0, 0.9)] for horizon in (96, 720)})
    runs.append(row("rmse", 0.95, "ETTh2", 720, 0, MATCHED))
    rows = of_numbers(evidence_of(table(runs)))
    reduction = next(one for one in rows if (one.quantity, one.dataset, one.mode) == ("delta_rmse", "ETTh2", "both"))
    assert "none, matched size 5.00 at horizon 720" in map(str, reduction.beside)
    assert "over 1 of 10 seeds at horizons 96 and 720 of 4: one seed, so no verdict." in str(reduction.sentence)
    assert (reduction.horizons, reduction.seeds) == (2, 1)


def test_a_control_stands_alone_where_its_number_is_missing() -> None:
    why = "Only 7 events; 24 are needed."
    runs = [row(Statistic.RESPONSE_LEAD, math.nan, "ETTh1", 96, 0, BOTH, reason=why)]
    runs += [
        row(Statistic.INTERVENTION_LEAD, lead, "ETTh1", 720, seed, BOTH) for seed, lead in enumerate((-1.0, -2.0))
    ]
    rows = of_numbers(evidence_of(table(runs)))
    lead = next(one for one in rows if (one.quantity, one.dataset, one.mode) == ("response_lead", "ETTh1", "both"))
    assert lead.verdict is Verdict.NOT_MEASURED and lead.controls[Control.STEP_PUT_IN].value == -1.5
    told = str(lead.sentence)
    assert "not measured: only 7 events; 24 are needed. Beside it: step put into the input −1.500" in told
    assert "at horizon 720" in str(lead.beside[0])


def test_a_direction_that_is_open_is_not_called_one() -> None:
    runs = errors({("ETTh2", 96): [(1.0, 1.0, 1.0, rmse) for rmse in (0.97, 1.01, 0.99)]})
    reduction = next(
        one for one in of_numbers(evidence_of(table(runs))) if (one.quantity, one.mode) == ("delta_rmse", "both")
    )
    assert reduction.verdict is Verdict.NOT_FOUND
    assert "the interval holds 0 and not the published" in str(reduction.sentence)


def test_what_is_undefined_keeps_the_reason_of_the_table() -> None:
    why = "Only 7 events; 20 are needed."
    lead = row(Statistic.RESPONSE_LEAD, math.nan, "ETTh1", 96, 0, BOTH, reason=why)
    evidence = evidence_of(table([lead, of_data("spai", 0.6530, "ETTh1")]))
    rows = {(one.quantity, one.dataset, one.mode): one for one in of_numbers(evidence)}
    both, single = (str(rows["response_lead", "ETTh1", mode].sentence) for mode in ("both", "cnn_to_gru"))
    assert both.endswith("not measured: only 7 events; 20 are needed.")
    assert single.endswith("not measured: the table holds no such run.")
    assert rows["spai", "ETTh1", "data"].verdict is Verdict.REPRODUCED
    assert rows["spai", "ETTh1", "data"].group is Group.COMPUTED and not rows["spai", "ETTh1", "data"].seeds


def test_runs_that_were_trained_but_not_measured_say_how_to_measure_them() -> None:
    evidence = evidence_of(table(errors({("ETTh1", 96): [(1.0, 0.99, 0.98, 0.97)]})))
    why = str(measure(number(Quantity.RESPONSE_LEAD, "ETTh1"), evidence).estimate.reason)
    assert "not measured" in why and "--measure" in why
    assert "no such run" in str(measure(number(Quantity.RESPONSE_LEAD, "ETTh2"), evidence).estimate.reason)


def test_measures_of_the_data_must_agree_to_the_printed_digits() -> None:
    rows = [
        dict(of_data("spai", value, name), low=0.0, high=1.0)
        for name, value in (("ETTh1", 0.653041), ("ETTm1", 0.64966))
    ]
    found = {one.dataset: one.verdict for one in of_numbers(evidence_of(table(rows))) if one.quantity == "spai"}
    assert found["ETTh1"] is Verdict.REPRODUCED and found["ETTm1"] is Verdict.STRONGER  # by a digit


def test_kernels_stand_beside_their_twin_and_the_raw_input() -> None:
    floor = {**of_data(Statistic.DCOR_INPUT, 0.79, "ETTh1"), "horizon": 96, "lookback": 720, "seed": 0}
    runs = [row(KERNELS["trained"], 0.8, "ETTh1", 96, 0, BOTH), row(KERNELS["untrained"], 0.7, "ETTh1", 96, 0, BOTH)]
    evidence = evidence_of(table([*runs, floor]))
    found = measure(number(Quantity.DCOR_KERNEL_TOD, "ETTh1"), evidence)
    beside = {name: one.estimate.value for name, one in found.controls.items()}
    assert (beside[Control.RAW_LAST_DAY], beside[Control.UNTRAINED]) == (0.79, 0.7)
    assert math.isnan(beside[Control.BIASED])
    clock = findings(evidence)[2]
    assert clock.outcome is Outcome.CONFIRMED
    assert "ETTh1 0.80 trained, 0.70 untrained, 0.79 input" in str(clock.sentence)


def test_first_trial_findings_are_worded_from_the_runs() -> None:
    runs = errors({("ETTh2", 720): [(1.0, 0.99, 0.98, 0.98)], ("ETTh1", 720): [(1.0, 0.9995, 0.9985, 0.999)]})
    better, excess, clock, last, slows = findings(evidence_of(table(runs)))
    assert better.outcome is Outcome.CONFIRMED and "2 of 2 pairs, by 0.1 to 2.0 %" in str(better.sentence)
    assert "published are means over horizons of 1.9 to 8.3 %" in str(better.sentence)
    assert {one.outcome for one in (clock, last, slows)} == {Outcome.NOT_MEASURED}
    assert excess.outcome is Outcome.CONFIRMED


@pytest.mark.parametrize(
    ("trained", "untrained", "outcome"),
    [
        (0.84, 0.70, Outcome.CONFIRMED),  # beside an input of .79
        (0.40, 0.70, Outcome.CONFIRMED),  # below both controls
        (0.95, 0.70, Outcome.REFUTED),  # training adds more than a tenth
        (0.95, 0.90, Outcome.CONFIRMED),
    ],
)
def test_trained_kernels_are_held_against_the_larger_control(
    trained: float, untrained: float, outcome: Outcome
) -> None:
    floor = {**of_data(Statistic.DCOR_INPUT, 0.79, "ETTh1"), "horizon": 96, "lookback": 720, "seed": 0}
    kernels = {"trained": trained, "untrained": untrained}
    runs = [row(KERNELS[name], value, "ETTh1", 96, 0, BOTH) for name, value in kernels.items()]
    clock = findings(evidence_of(table([floor, *runs])))[2]
    assert clock.outcome is outcome
    assert f"ETTh1 {trained:.2f} trained, {untrained:.2f} untrained, 0.79 input" in str(clock.sentence)


@pytest.mark.parametrize(
    ("both", "mean", "every", "outcome"),
    [
        ((0.98, 0.981, 0.979), (1.01, 1.00, 0.999), (1.001, 1.0, 1.002), Outcome.CONFIRMED),  # worse
        (
            (0.98, 0.981, 0.979),
            (0.97, 1.00, 0.999),
            (1.02, 1.0, 0.97),
            Outcome.CONFIRMED,
        ),  # better on average, within seeds' noise
        ((0.98, 1.03, 0.93), (1.01, 1.00, 0.999), (1.001, 1.0, 1.002), Outcome.UNDECIDED),  # nothing to find
        ((0.98, 0.981, 0.979), (1.01, 1.00, 0.999), (0.991, 0.990, 0.989), Outcome.REFUTED),  # better in each seed
    ],
)
def test_the_last_state_is_compared_with_other_states(
    both: tuple[float, ...], mean: tuple[float, ...], every: tuple[float, ...], outcome: Outcome
) -> None:
    runs = errors({("ETTh2", 96): [(1.0, 0.99, 0.98, value) for value in both]})
    for word, values in ((Reference.MEAN, mean), (Reference.EVERY, every)):
        arm = Arm(Fusion.BOTH, word)
        runs += [row("rmse", value, "ETTh2", 96, seed, arm) for seed, value in enumerate(values)]
    last = findings(evidence_of(table(runs)))[3]
    assert last.outcome is outcome
    change = 100 * (sum(every) / 3 - 1)
    assert f"{change:+.2f} %".replace("-", "−") in str(last.sentence)
    assert "with a kernel per token where it changes by −2.00 % (" in str(last.sentence)
    assert "(3 trainings each)" in str(last.sentence)


def test_kernels_no_higher_than_the_larger_control_are_marked() -> None:
    floor = {**of_data(Statistic.DCOR_INPUT, 0.79, "ETTh1"), "horizon": 96, "lookback": 720}
    for trained, marked in ((0.75, True), (0.95, False)):  # both above the untrained twin
        rows = [dict(floor, seed=seed) for seed in range(3)]
        for seed in range(3):
            near = 0.01 * seed
            rows.append(row(KERNELS["trained"], trained + near, "ETTh1", 96, seed, BOTH))
            rows.append(row(KERNELS["untrained"], 0.5 + near, "ETTh1", 96, seed, BOTH))
        found = next(
            one
            for one in of_numbers(evidence_of(table(rows)))
            if (one.quantity, one.mode) == ("dcor_kernel_tod", "both") and one.measured.defined
        )
        assert found.marked is marked and found.over_control is not None
        assert found.over_control.value == pytest.approx(trained + 0.01 - 0.79)
        assert (
            "It is no more than the control: paired by seed, it exceeds the control by −0.030" in str(found.sentence)
        ) is marked


def test_a_spearman_gain_rests_on_seeds_that_were_not_seen_when_it_was_defined() -> None:
    def gain(seeds: range) -> ClaimRow:
        rows = [row(Statistic.SPEARMAN_GAIN, 1.0 if seed < 3 else 0.05, "ETTh2", 96, seed, BOTH) for seed in seeds]
        rows += [row(Statistic.SPEARMAN, 0.8, "ETTh2", 96, seed, NONE) for seed in seeds]
        return next(
            one
            for one in of_numbers(evidence_of(table(rows)))
            if (one.quantity, one.mode) == ("spearman_gain", "both") and one.measured.defined
        )

    later, early = gain(range(6)), gain(range(4))  # one later seed alone would earn no verdict
    assert later.measured.value == pytest.approx(0.05) and later.seeds == 3
    assert early.seeds == 4 and "so a gain can be 0.20 at most" in str(early.sentence)
    assert "chosen in sight" in str(gain(range(3)).sentence) and "chosen in sight" not in str(later.sentence)
