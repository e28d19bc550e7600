"""Pictures of all trainings: known answers of made-up tables, and the same numbers as the claims and RESULTS.md."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis.estimate import mean_interval
from core.analysis.statistic import Statistic
from core.claims.about_errors import NO_EXCESS, excess
from core.claims.evidence import Evidence
from core.claims.findings import findings
from core.claims.in_words import fits_best
from core.claims.published import DATASETS, SOURCES, Quantity
from core.claims.rows import IN_WORDS, ClaimRow
from core.claims.tables import TABLES, Form, evidence_of, shipped_evidence
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, Arm
from core.data.catalog import load_dataset
from core.exhibits.card import Card
from core.exhibits.catalogue import of_page
from core.exhibits.claims import Judged
from core.exhibits.exhibit import Absent
from core.exhibits.study import PAGE, Studies
from core.figures.palette import Look
from core.report.native.translate import native
from core.text.amounts import signed
from core.vocabulary import Fusion, Reference
from tests.support.claim_tables import KERNELS, as_published, errors, row, table
from tests.support.study_tables import overtrained, studies_of, whole

PANELS = of_page(PAGE)
SHIPPED = [form for form in Form if (TABLES / f"{form}.parquet").exists()]
RESULTS = (Path(__file__).parent.parent / "RESULTS.md").read_text(encoding="utf-8")
every = pytest.mark.parametrize("name", PANELS)
every_form = pytest.mark.parametrize("form", SHIPPED)


def card(studies: Studies, name: str, **wanted: str) -> Card:
    one = PANELS[name]
    return one.card(studies, one.chosen(studies, wanted), Look())


def numbers(studies: Studies, name: str, **wanted: str) -> pd.DataFrame:
    found = card(studies, name, **wanted).table
    assert found is not None
    return found


def made(rows: list[dict[str, object]]) -> Studies:
    return studies_of({Form.DEFAULT: table(rows)})


@pytest.fixture(scope="module")
def shipped() -> Studies:
    read: dict[Form, Judged] = {}

    def judged(form: Form) -> Judged:
        return read.setdefault(form, Judged(str(form), form, shipped_evidence(form)))

    return Studies("shipped", tuple(SHIPPED), judged)


def rows_of(studies: Studies, form: Form) -> list[ClaimRow]:
    return list(studies.read(form).rows)


def test_every_picture_is_that_of_a_claim_and_every_claim_names_one_there_is(shipped: Studies) -> None:
    judged = shipped.read(Form.DEFAULT)
    named = {row.exhibit for row in judged.rows} | {one.exhibit for one in judged.findings}
    assert named - {""} == set(PANELS)


@every
def test_without_tables_and_without_numbers_a_picture_says_so(name: str) -> None:
    one = PANELS[name]
    assert "python -m core study" in one.needs(studies_of({}))
    empty = evidence_of(table([]))
    nothing = Studies("none", (Form.DEFAULT, Form.OVERTRAINED), lambda form: Judged("none", form, empty))
    with pytest.raises(Absent) as told:
        one.build(nothing, one.chosen(nothing), Look())
    assert str(told.value).endswith(".") and str(told.value).startswith(("Not measured: ", "No number of this part"))


@every
def test_a_picture_is_native_in_a_deck_or_a_map(name: str) -> None:
    found = native(card(whole(), name).figure)
    assert (found is None) == (name == "win_rates")


def test_trainings_are_boxed_and_their_mean_is_that_of_the_claim() -> None:
    studies = made(errors({("ETTh2", 96): [(1.0, 1.0, 1.0, 1 - cut) for cut in (0.01, 0.02, 0.03, 0.08)]}))
    found = numbers(studies, "rmse_changes").set_index(["dataset", "mode"]).loc[("ETTh2", "both")]
    assert [found[name] for name in ("q1", "median", "q3")] == pytest.approx([1.75, 2.5, 4.25])
    exact = mean_interval([1, 2, 3, 8])
    assert (found["value"], found["low"], found["high"]) == pytest.approx((exact.value, exact.low, exact.high))
    assert found["published"] == 8.3 and found["verdict"] == "undecided"
    assert "With both directions RMSE falls in 4 of 4 trainings" in card(studies, "rmse_changes").finding
    at = numbers(studies, "rmse_changes", ahead="96")
    assert at["published"].isna().all() and set(at["verdict"]) == {""}


@every_form
def test_changes_and_losses_are_those_that_the_claims_are_judged_by(shipped: Studies, form: Form) -> None:
    said = {(one.quantity, one.dataset, one.mode): one for one in rows_of(shipped, form) if one.mode != IN_WORDS}
    for found in numbers(shipped, "rmse_changes", form=form).to_dict("records"):
        row = said[Quantity.DELTA_RMSE, found["dataset"], found["mode"]]
        measured = (row.measured.value, row.measured.low, row.measured.high)
        assert (found["value"], found["low"], found["high"]) == pytest.approx(measured, nan_ok=True)
        assert (found["verdict"], found["published"]) == (row.verdict, row.published)
    try:
        losses = numbers(shipped, "weakened_losses", form=form).to_dict("records")
    except Absent:
        losses = []
    for found in losses:
        row = said.get((Quantity.RMSE_INCREASE, found["dataset"], found["reference"]))
        if row is None:
            assert np.isnan(found["published"])
        else:
            assert found["value"] == pytest.approx(row.measured.value, nan_ok=True)
            assert found["published"] == row.published


@pytest.mark.parametrize("form", [form for form in SHIPPED if form is not Form.DEFAULT])  # that holds another set too
def test_what_changes_by_horizon_is_what_results_tell(shipped: Studies, form: Form) -> None:
    section = re.search(rf"^## {form}$(.*?)^## ", RESULTS, re.MULTILINE | re.DOTALL)
    assert section is not None
    told = card(shipped, "rmse_by_horizon", form=form, error="change").finding
    counts = told.removesuffix(".").partition(": ")[2]
    assert counts and counts in " ".join(section[1].split())
    for found in numbers(shipped, "rmse_by_horizon", form=form, error="change").to_dict("records"):
        mode = {"gru_to_cnn": "GRU → CNN", "cnn_to_gru": "CNN → GRU", "both": "both"}[found["source"]]
        line = re.search(rf"^\| {found['dataset']}, {found['horizon']} +\| {mode} +\|.*$", section[1], re.MULTILINE)
        ends = [signed(-found[end], 2) for end in ("value", "high", "low")]
        assert line and f" {ends[0]} ({ends[1]} to {ends[2]}) " in line[0].replace("+0.00", "0.00"), found


def test_errors_by_horizon_are_means_over_seeds_beside_ridge(shipped: Studies) -> None:
    found = numbers(shipped, "rmse_by_horizon", form="published")
    evidence = shipped.read(Form.PUBLISHED).evidence
    values = [value for (at, _), value in evidence.values("rmse", "ETTm1", BOTH).items() if at == 336]
    one = found.loc[(found["dataset"] == "ETTm1") & (found["horizon"] == 336)].set_index("source")
    assert one.loc["both", "value"] == pytest.approx(np.mean(values)) and one.loc["both", "n"] == len(values)
    assert one.loc["ridge", "value"] ** 2 == pytest.approx(0.3648, abs=5e-5)  # as RESULTS.md has it
    whole = found.loc[found["source"].isin(list(Fusion))].pivot_table(
        index=["dataset", "horizon"], columns="source", values="value"
    )
    lowest = int((whole.idxmin(axis=1) == "both").sum())
    assert f"both in {lowest}" in card(shipped, "rmse_by_horizon", form="published").finding


def test_an_excess_gain_is_known_and_an_interval_that_holds_0_is_no_gain() -> None:
    exact = [(1.0, 0.99, 0.98, 0.90)] * 3
    open_ = [(1.0, 1.0, 1.0, 1.0 + more) for more in (-0.02, 0.0, 0.03)]
    studies = made(errors({("ETTh2", 96): exact, ("Weather", 720): open_}))
    for fit in ("ols", "paired"):
        found = numbers(studies, "excess_gain", fit=fit).set_index(["dataset", "horizon"])
        assert found.loc[("ETTh2", 96), "value"] == pytest.approx(-7.0)
        assert found.loc[("Weather", 720), "low"] < 0 < found.loc[("Weather", 720), "high"]
        assert list(found["published"]) == ["below 0", "not below 0"]
        told = card(studies, "excess_gain", fit=fit).finding
        assert told.startswith("The interval of β₁₂ lies below 0 in 1 and above 0 in 0 of 2 cells")
        legend = {
            trace.name for trace in card(studies, "excess_gain", fit=fit).figure.data if trace.showlegend is None
        }
        assert legend == {"excess gain", "interval holds 0, or one seed"}


@pytest.mark.parametrize("form", [form for form in SHIPPED if form is not Form.PATCHES])
def test_excess_gains_add_up_to_the_claim(shipped: Studies, form: Form) -> None:
    evidence = shipped.read(form).evidence
    decision = excess(evidence)
    paired = numbers(shipped, "excess_gain", form=form, fit="paired")
    claimed = paired.loc[[(one.dataset, one.horizon) not in NO_EXCESS for one in paired.itertuples()]]
    by_source = claimed.groupby(claimed["dataset"].map(SOURCES))["value"].mean()
    assert by_source.mean() == pytest.approx(decision.estimate.value)
    ols = numbers(shipped, "excess_gain", form=form)
    below, above = int((ols["high"] < 0).sum()), int((ols["low"] > 0).sum())
    assert f"lies below 0 in {below} and above 0 in {above} of {len(ols)} cells" in str(decision.sentence)
    assert (
        f"lies below 0 in {below} and above 0 in {above} of {len(ols)} cells"
        in card(shipped, "excess_gain", form=form).finding
    )


def test_wins_are_counted_ties_as_halves() -> None:
    seeds = [(1.0, 0.9, 0.8, 0.7), (1.0, 0.9, 0.8, 0.7), (1.0, 0.9, 0.8, 0.8), (1.0, 0.9, 0.8, 0.85)]
    studies = made(errors({("ETTh1", 192): seeds}))
    found = numbers(studies, "win_rates").iloc[0]
    assert (found["value"], found["seeds"]) == (0.625, 4) and found["low"] < 1 / 3
    drawn = card(studies, "win_rates")
    assert "62 % of 4 trainings" in drawn.finding and "in 1 of 1 cell" in drawn.finding
    assert [note.text for note in drawn.figure.layout.annotations] == ["2.5 of 4"]


@every_form
def test_the_map_of_wins_says_what_the_claim_says(shipped: Studies, form: Form) -> None:
    claim = next(one for one in rows_of(shipped, form) if one.exhibit == "win_rates")
    if claim.seeds == 0:
        return
    share = re.search(r"in (\d+ % of \d+ trainings)", str(claim.sentence))
    assert share and share[1] in card(shipped, "win_rates", form=form).finding


def slopes_table(slope: float, statistic: str, arm: Arm) -> list[dict[str, object]]:
    """Return trainings whose extra gain over the other direction is `slope` times x, at another level in each set."""
    rows = []
    for level, dataset in enumerate(("ETTh2", "ETTh1", "Weather")):
        for seed, x in enumerate((0.1, 0.2, 0.4, 0.5)):
            both = 1 - (1 - 2 * level + slope * x) / 100
            values = {Arm(Fusion.NONE): 1.0, GRU_TO_CNN: 1.0, CNN_TO_GRU: 1.0, BOTH: both}
            rows += [row("rmse", value, dataset, 96, seed, one) for one, value in values.items()]
            rows.append(row(statistic, x, dataset, 96, seed, arm))
            if statistic == KERNELS["trained"]:
                rows.append(row(statistic, 0.0, dataset, 96, seed, GRU_TO_CNN))
    return rows


@pytest.mark.parametrize(
    ("name", "statistic", "arm"),
    [("gain_by_lead", Statistic.RESPONSE_LEAD, CNN_TO_GRU), ("gain_by_alignment", KERNELS["trained"], BOTH)],
)
def test_a_slope_that_is_known_is_found_within_data_sets(name: str, statistic: str, arm: Arm) -> None:
    drawn = card(made(slopes_table(3.0, statistic, arm)), name)
    assert drawn.table is not None and len(drawn.table) == 12
    assert "within data sets by +1.20 % (+1.20 to +1.20)" in drawn.finding  # 3 times the range of .4
    assert re.search(r"pooled by \+1\.20 % \([−-]", drawn.finding), "the levels of the sets make it unsure"
    lines = [trace for trace in drawn.figure.data if trace.name == "slope within data sets"]
    assert len(lines) == 3
    for one in lines:
        assert float(np.ptp(one.y) / np.ptp(one.x)) == pytest.approx(3.0, rel=1e-4)
    assert "where +0.21 to +0.96 are" in drawn.finding or "where +0.330 to +0.720 are" in drawn.finding


def test_published_averages_correlate_as_the_slides_say() -> None:
    told = [card(whole(), name).finding for name in ("gain_by_lead", "gain_by_alignment")]
    assert "correlate by +0.79" in told[0] and "correlate by −0.70" in told[1]


@every_form
def test_trainings_of_the_slopes_are_those_of_the_claims(shipped: Studies, form: Form) -> None:
    for name in ("gain_by_lead", "gain_by_alignment"):
        claim = next(one for one in rows_of(shipped, form) if one.exhibit == name)
        try:
            found = numbers(shipped, name, form=form)
        except Absent as error:
            assert claim.verdict == "not_measured" and str(error).startswith("Not measured: ")
        else:
            assert f"over {len(found)} trainings" in str(claim.sentence)


def test_losses_stand_at_spai_and_drift_with_the_slope_of_the_claim() -> None:
    drawn = card(whole(), "weakened_losses")
    assert drawn.table is not None
    found = drawn.table.set_index(["dataset", "reference"])
    assert found.loc[("ETTh2", "ema"), "value"] == pytest.approx(18.5)
    assert found.loc[("ETTh1", "static"), "spai"] == pytest.approx(0.6530)
    claim = next(one for one in rows_of(whole(), Form.DEFAULT) if one.quantity == "losses of weakened references")
    change = signed(claim.measured.value, 2)
    assert f"{change} %" in str(claim.sentence) and f"They change by {change} % [" in drawn.finding
    (ema,) = (trace for trace in drawn.figure.data if trace.name == "weakened (EMA)" and trace.xaxis == "x")
    assert np.isnan(found.loc[("ETTh1", "ema"), "published"]) and len(ema.x) == len(DATASETS)


def test_without_measures_of_the_data_the_published_ones_stand_and_no_slope_is_told() -> None:
    rows = [row("rmse", 1.0, "ETTh2", 720, seed, BOTH) for seed in (0, 1)]
    rows += [row("rmse", 1.05 + s / 100, "ETTh2", 720, s, Arm(Fusion.BOTH, Reference.EMA)) for s in (0, 1)]
    drawn = card(made(rows), "weakened_losses")
    assert "lose +5.5 to +5.5 % in 1 pair" in drawn.finding and "Not measured: a slope" in drawn.finding
    assert drawn.table is not None and drawn.table.set_index("dataset").loc["ETTm2", "spai"].iloc[0] == 0.8221


@pytest.mark.parametrize("direction", ["gru_to_cnn", "cnn_to_gru"])
def test_direction_tables_hold_their_contrasts(direction: str) -> None:
    drawn = card(whole(), "direction_tables", direction=direction)
    assert drawn.table is not None
    assert set(drawn.table["mode"]) == {direction, "both", f"both - {direction}"}
    count = {"gru_to_cnn": (20, 5), "cnn_to_gru": (30, 15)}[direction]
    told = f"{count[0]} published numbers of models measured here: {count[0]} reproduced; {count[1]} contrasts"
    assert drawn.finding.startswith(told)


def test_conditions_are_those_of_the_claim_and_a_file_of_ones_own_stands_beside_them() -> None:
    own = load_dataset("NYweather")
    alone = card(whole(), "data_conditions")
    beside = card(studies_of({Form.DEFAULT: as_published()}, own), "data_conditions")
    assert alone.table is not None and beside.table is not None
    assert len(alone.table) == 5 * 8 and len(beside.table) == 6 * 8
    assert str(fits_best(evidence_of(as_published())).sentence) == alone.finding
    assert beside.finding.startswith(alone.finding) and f" {own.title}: The profile" in beside.finding
    mine = beside.table.loc[beside.table["dataset"] == own.key].set_index(["condition", "variant"])
    assert mine.loc[("c1", "target"), "value"] == pytest.approx(0.329, abs=5e-4)  # as the shipped table has it
    assert own.fingerprint in beside.provenance


def test_a_file_too_large_for_a_page_is_told_how_to_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.exhibits.study_tables.MOST_CELLS", 1000)
    drawn = card(studies_of({Form.DEFAULT: as_published()}, load_dataset("NYweather")), "data_conditions")
    assert drawn.table is not None and len(drawn.table) == 5 * 8
    assert "too large for a page to measure: python -m core measures" in drawn.finding


def test_a_published_set_that_is_looked_at_stands_there_once(shipped: Studies) -> None:
    evidence: Evidence = shipped.read(Form.DEFAULT).evidence
    found = numbers(shipped, "data_conditions")
    assert list(dict.fromkeys(found["dataset"])) == list(DATASETS)
    for one in found.to_dict("records"):
        assert one["value"] == evidence.of_data(f"{one['condition']}_{one['variant']}", one["dataset"]).value


def test_findings_name_the_picture_of_the_recipe() -> None:
    found = findings(evidence_of(overtrained()))[-1]
    drawn = card(whole(), "gain_by_epoch")
    assert found.exhibit == "gain_by_epoch" and found.outcome == "confirmed"
    assert "crossing slows overfitting" in str(found.sentence) and "crossing slows overfitting" in drawn.finding
