"""The numbers behind exhibits: abrupt changes, gates, measures with their controls, and shares of the gradient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.analysis.changes import shared_events
from core.analysis.events import contrast
from core.analysis.gradient import Reading
from core.analysis.traced import path_changes
from core.exhibits import response
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent
from core.exhibits.inside import abrupt_changes
from core.exhibits.training import gradient_flow, imbalances, runs_of_forms, share_table
from core.figures.palette import Look
from core.vocabulary import Dim, Fusion, Merge
from tests.support.inspected import InspectedModels


def test_abrupt_changes_are_those_both_choose_the_largest_first(hourly: InspectedModels) -> None:
    changes = abrupt_changes(*(hourly.averages(one) for one in (Fusion.BOTH, Fusion.NONE)))
    patch = hourly.runs[Fusion.BOTH].config.model.patch
    pair = [path_changes(hourly.trace(one)) for one in (Fusion.BOTH, Fusion.NONE)]
    assert sorted(changes["place"]) == shared_events(*pair, patch).places.tolist()
    assert np.diff(np.sort(changes["place"])).min() >= patch
    assert changes["size"].is_monotonic_decreasing
    heights = [contrast(conv, patch)[changes["place"]] for conv, _ in pair]
    assert np.allclose(changes["size"], np.sqrt(np.exp(heights[0] + heights[1])))


def test_gate_levels_are_means_over_channels_of_the_last_token(hourly: InspectedModels) -> None:
    trace = hourly.trace(Fusion.BOTH)
    levels = response.gate_levels(hourly.averages(Fusion.BOTH), place=5, variable="drift", block=2)
    wanted = (
        trace["update_gate_last_token"].sel(variable="drift", block=2).mean(Dim.CHANNEL)[: 5 + response.AROUND + 1]
    )
    assert np.allclose(levels["update"], wanted, atol=1e-6)
    assert np.array_equal(levels.index, trace["stamp"][: len(levels)])


def test_the_most_active_variable_moved_most_for_its_spread(hourly: InspectedModels) -> None:
    frame = hourly.dataset.frame.copy()
    frame.iloc[9, 2] += 50 * frame.iloc[:, 2].std()
    assert response.most_active_variable(replace(hourly.dataset, frame=frame), 10) == "drift"


def test_measures_put_their_controls_beside_each_number() -> None:
    rows = pd.DataFrame(
        {
            "run_id": ["a"] * 4,
            "fusion": ["both"] * 4,
            "statistic": [
                *("peak_amplification", "peak_amplification_anywhere", "peak_amplification_with_embedding"),
                "response_lead",
            ],
            "value": [12.0, 0.1, 2.5, np.nan],
            "low": [5.0, -4.0, 1.0, np.nan],
            "high": [20.0, 4.0, 3.0, np.nan],
            "p_value": [0.01, np.nan, 0.2, np.nan],
            "n": [25, 25, 25, 25],
            "reason": ["", "", "", "no match"],
        }
    )
    table = response.measures(rows).set_index("quantity")
    beside = ["value", "anywhere_low", "anywhere_high", "with_embedding"]
    assert table.loc["amplification", beside].tolist() == [12.0, -4.0, 4.0, 2.5]
    assert table.loc["lead", "reason"] == "no match"


def test_each_form_is_found_by_its_crossings_and_merge(case: Case) -> None:
    none = case.chosen_runs[Fusion.NONE]
    late = replace(none, config=replace(none.config, model=replace(none.config.model, merge=Merge.CONCAT)))
    more = replace(case, records=(none, late, case.chosen_runs[Fusion.BOTH]))
    assert list(runs_of_forms(more)) == ["proposed", "late fusion"]


def test_imbalance_and_share_of_known_gradients_in_both_readings(case: Case) -> None:
    run = case.runs[Fusion.BOTH][0]
    known = replace(run)
    table = pd.DataFrame({"step": [0, 10], "block": [1, 1], "conv": [3.0, 3.0], "gru": [1.0, 1.0]})
    known.__dict__["gradient"] = table.assign(conv_weights=1.0, gru_weights=4.0)
    assert imbalances({"proposed": known})["proposed"].value == pytest.approx(np.log2(3))
    assert imbalances({"proposed": known}, Reading.WEIGHTS)["proposed"].value == 2
    shares = share_table({"proposed": known})
    assert shares[["reading", "value"]].to_numpy().tolist() == [["outputs", 0.5], ["weights", -0.6]]
    known.__dict__["gradient"] = table
    assert "not recorded" in str(imbalances({"proposed": known}, Reading.WEIGHTS)["proposed"].reason)
    assert share_table({"proposed": known})["reading"].tolist() == ["outputs"]


def test_gradients_of_weights_that_were_not_recorded_are_asked_for(case: Case) -> None:
    run = replace(case.chosen_runs[Fusion.BOTH])
    run.__dict__["gradient"] = pd.DataFrame({"step": [0], "block": [1], "conv": [3.0], "gru": [1.0]})
    old = replace(case, records=(run,))
    assert gradient_flow.card(old, gradient_flow.chosen(old, {"reading": "outputs"}), Look()).finding
    with pytest.raises(Absent, match="train them again"):
        gradient_flow.card(old, gradient_flow.chosen(old, {"reading": "weights"}), Look())
