"""One measure over every mode and data set: cells by two routes, what counts as beyond chance, what is not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from core.analysis.statistic import Statistic
from core.claims.across import DATA, MEASURES, across, datasets_of, horizons_of
from core.claims.evidence import Evidence
from core.claims.tables import Form, shipped_evidence, shipped_path
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, MATCHED, NONE, arm_label
from core.exhibits.claims import Judged
from core.exhibits.exhibit import Absent
from core.exhibits.measure_grid import measure_grid
from core.figures.palette import Look
from tests.support.claim_tables import as_published, errors, of_data, row, table

SHIPPED = Form.SHARED_EMBEDDING
LOOK = Look()


def cell(cells: pd.DataFrame, dataset: str, arm: str) -> pd.Series:
    (found,) = (one for _, one in cells.iterrows() if (one["dataset"], one["arm"]) == (dataset, arm))
    return found


@pytest.fixture(scope="module")
def shipped() -> Evidence:
    return shipped_evidence(SHIPPED)


def by_hand(statistic: str, mode: str, dataset: str, horizon: int) -> np.ndarray:
    """Read the numbers of a mode's seeds straight from the file of a shipped table."""
    where = [("dataset", "==", dataset), ("horizon", "==", horizon), ("statistic", "==", statistic)]
    rows = pd.read_parquet(shipped_path(SHIPPED), filters=where)
    same = (rows["fusion"] == mode) & ~rows["matched"] & (rows["merge"] == "attention") & rows["block"].isna()
    dynamic = rows["reference"].isin(["dynamic"]) if mode != "none" else True
    return rows.loc[same & dynamic].sort_values("seed")["value"].to_numpy()


def test_cells_are_those_of_the_shipped_table(shipped: Evidence) -> None:
    compared = 0
    for horizon in horizons_of(shipped):
        for dataset in datasets_of(shipped):
            for arm in (GRU_TO_CNN, CNN_TO_GRU, BOTH):
                none, own = (by_hand("rmse", mode, dataset, horizon) for mode in ("none", arm.fusion.value))
                gains = 100 * (none - own) / none if len(none) == len(own) else np.zeros(0)
                found = cell(across(shipped, MEASURES["rmse"], horizon), dataset, arm_label(arm))
                assert found["n"] == len(gains)
                if len(gains) > 1:
                    half = student.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / len(gains) ** 0.5
                    ends = gains.mean() + np.array([-half, half])
                    assert found[["value", "low", "high"]].tolist() == pytest.approx([gains.mean(), *ends])
                    assert found["beyond"] == (ends[0] > 0 or ends[1] < 0)
                    compared += 1
    assert compared, "the table has cells of several seeds"


def test_a_measure_of_kernels_is_the_mean_over_the_crossings_of_a_mode() -> None:
    name = "dcor_kernel_tod_over_floor_{}_mean"
    values = {("gru_to_cnn", GRU_TO_CNN): 0.1, ("gru_to_cnn", BOTH): 0.2, ("cnn_to_gru", BOTH): 0.4}
    rows = [
        row(name.format(crossing), value + seed / 100, "ETTh1", 96, seed, arm)
        for (crossing, arm), value in values.items()
        for seed in range(3)
    ]
    cells = across(Evidence(table(rows)), MEASURES["kernels_input"], 96)
    found = [cell(cells, "ETTh1", arm_label(arm)) for arm in (GRU_TO_CNN, BOTH, CNN_TO_GRU)]
    assert [one["value"] for one in found[:2]] == pytest.approx([0.11, 0.31])
    assert [one["n"] for one in found] == [3, 3, 0] and not found[2]["beyond"]


def test_the_spearman_gain_rests_on_later_seeds_where_there_are_two() -> None:
    def of(seeds: range) -> pd.Series:
        rows = [row(Statistic.SPEARMAN_GAIN, seed / 10, "ETTh1", 96, seed, BOTH) for seed in seeds]
        return cell(across(Evidence(table(rows)), MEASURES["spearman"], 96), "ETTh1", "both")

    assert (of(range(4))["value"], of(range(4))["n"]) == (pytest.approx(0.15), 4)
    assert (of(range(5))["value"], of(range(5))["n"]) == (pytest.approx(0.35), 2)


def test_one_seed_is_never_beyond_chance() -> None:
    cells = across(Evidence(table(errors({("ETTh1", 96): [(1.0, 0.5, 0.5, 0.5)]}))), MEASURES["rmse"], 96)
    found = cell(cells, "ETTh1", "both")
    assert found["value"] == pytest.approx(50) and found["n"] == 1 and not found["beyond"]


def test_the_data_stand_against_random_phases() -> None:
    rows = [
        *errors({("ETTh1", 96): [(1.0,) * 4]}),
        of_data("spai_robust", 0.9, "ETTh1"),
        of_data("spai_null", 0.6, "ETTh1"),
    ]
    rows[-2] |= {"low": 0.8, "high": 1.0}
    (found,) = across(Evidence(table(rows)), MEASURES["spai"], 0).to_dict("records")
    assert (found["arm"], found["beyond"]) == (DATA, True)
    assert [found[name] for name in ("value", "low", "high")] == pytest.approx([0.3, 0.2, 0.4])


def test_other_horizons_do_not_count() -> None:
    cells = {("ETTh1", 96): [(1.0, 0.9, 0.9, 0.9)] * 2, ("ETTh1", 720): [(1.0, 1.1, 1.1, 1.1)] * 3}
    evidence = Evidence(table(errors(cells)))
    assert horizons_of(evidence) == [96, 720]
    found = {horizon: cell(across(evidence, MEASURES["rmse"], horizon), "ETTh1", "both") for horizon in (96, 720)}
    assert [found[each]["value"] for each in (96, 720)] == pytest.approx([10, -10])
    assert [found[each]["n"] for each in (96, 720)] == [2, 3]


def judged(evidence: Evidence) -> Judged:
    return Judged("known", Form.DEFAULT, evidence)


def drawn(evidence: Evidence, **wanted: str) -> tuple[str, list[str], pd.DataFrame]:
    subject = judged(evidence)
    card = measure_grid.card(subject, measure_grid.chosen(subject, wanted), LOOK)
    assert card.table is not None
    return card.finding, [note.text for note in card.figure.layout.annotations], card.table


def test_the_finding_counts_cells_and_the_figure_shows_their_numbers() -> None:
    seeds = [(1.0, 0.90, 1.10, 0.9), (1.0, 0.91, 1.11, 1.1)]
    rows = errors({("ETTh1", 96): [(none, *more) for none, *more in seeds], ("Weather", 96): [(1.0, 0.9, 0.9, 0.9)]})
    finding, texts, cells = drawn(Evidence(table(rows)), measure="rmse", ahead="96")
    beyond = cells.loc[cells["beyond"]]
    up, down = int((beyond["value"] > 0).sum()), int((beyond["value"] < 0).sum())
    assert (up, down, len(cells)) == (1, 1, 8)
    assert finding.startswith(
        "RMSE below none (%): beyond chance in 2 of 3 cells with an interval, 1 above zero (lower error) and 1 below"
    )
    assert finding.endswith(" 3 cells with one seed cannot tell and 2 were not measured. Pale cells may be chance.")
    assert texts.count("not measured") == 2 and "<b>+10.00 %</b><br>1 seed" in texts
    assert any(text.startswith("<b>+9.50 %</b><br>[") and text.endswith("<br>2 seeds") for text in texts)


def test_pale_cells_are_those_that_may_be_chance() -> None:
    subject = judged(Evidence(as_published()))
    card = measure_grid.card(subject, measure_grid.chosen(subject), LOOK)
    assert card.table is not None
    full, pale = card.figure.data
    shape = np.shape(full.z)
    wanted = card.table["beyond"].to_numpy().reshape(shape)
    measured = (card.table["n"] > 0).to_numpy().reshape(shape)
    assert (np.isfinite(full.z) == wanted).all() and (np.isfinite(pale.z) == (measured & ~wanted)).all()
    assert full.opacity > pale.opacity and full.zmin == -full.zmax == pale.zmin


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_drawn_or_says_that_it_is_not_there(name: str) -> None:
    rows = [*errors({("ETTh1", 96): [(1.0, 0.9, 0.9, 0.9)]}), row("rmse", 1.0, "ETTh1", 96, 0, MATCHED)]
    subject = judged(Evidence(table(rows)))
    chosen = measure_grid.chosen(subject, {"measure": name})
    if name == "rmse":
        assert measure_grid.card(subject, chosen, LOOK).finding
    else:
        with pytest.raises(Absent, match=r"^The table of this model holds nothing of this measure"):
            measure_grid.card(subject, chosen, LOOK)
    assert len({measure.title for measure in MEASURES.values()}) == len(MEASURES)
    assert NONE not in MEASURES["rmse"].arms, "none against itself"
