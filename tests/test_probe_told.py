"""The response probe as people see it: its figures, what they say of known responses, and their checks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis.estimate import Estimate
from core.exhibits.case import Case
from core.exhibits.checks import Check, CheckKind, Sign
from core.exhibits.exhibit import Absent
from core.exhibits.probe import probe_around_changes, probe_by_slot
from core.exhibits.probed import against_none
from core.figures.palette import Look
from core.figures.probe import CHANCE
from core.figures.probe import probe_around_changes as changes_figure
from core.serve.probe import PROBE, about_seconds, arguments_of, measure_probe, probe_key
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support import figure_numbers as given
from tests.support.exhibits import case_of
from tests.support.inspected import InspectedModels

pytestmark = pytest.mark.usefixtures("one_thread")

LOOK, BOTH = Look(), {"mode": Fusion.BOTH}
Put = Callable[[Case, Mapping[Fusion, Mapping[str, Any]]], None]


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture
def put(case: Case) -> Iterator[Put]:
    """Yield what puts responses of known size and half time in place of measured ones; they go with the test."""
    folder = subfolder(Folder.INSPECTIONS) / probe_key(list(case.chosen_runs.values()))

    def written(of: Case, known: Mapping[Fusion, Mapping[str, Any]]) -> None:
        parts = [
            pd.DataFrame(
                {"fusion": mode.value, "origin": of.origins} | {"size": 1.0, "half": 3.0, "twin": 1.0, **more}
            )
            for mode, more in known.items()
        ]
        folder.mkdir(exist_ok=True)
        pd.concat(parts).to_parquet(folder / PROBE)

    yield written
    shutil.rmtree(folder, ignore_errors=True)


def alike(case: Case, **of_both: Any) -> dict[Fusion, dict[str, Any]]:
    return {mode: of_both if mode is Fusion.BOTH else {} for mode in case.chosen_runs}


def check(found: Check) -> tuple[Sign, str]:
    assert found.value and found.sentence.endswith(".")
    return found.sign, found.value


def told(case: Case, chosen: Mapping[str, Any] = BOTH) -> tuple[str, pd.DataFrame]:
    chart = probe_by_slot.build(case, chosen, LOOK)
    return chart.drawing.finding, chart.table


def test_before_the_pulse_and_of_untrained_twins_there_is_one_sentence(case: Case) -> None:
    for one in (probe_by_slot, probe_around_changes):
        with pytest.raises(Absent, match="was not put into these models yet: Gates & response offers it"):
            one.build(case, BOTH, LOOK)
        with pytest.raises(Absent, match="measured of trained models only"):
            one.build(replace(case, untrained=True), BOTH, LOOK)


def test_a_mode_that_answers_as_none_does_has_ratio_one_and_no_lead(case: Case, put: Put) -> None:
    sizes = generator().gamma(9.0, size=len(case.origins))
    put(case, {mode: {"size": sizes} for mode in case.chosen_runs})
    finding, table = told(case)
    leads = table.loc[table["quantity"] == "lead", ["mean", "low", "high"]]
    assert not leads.to_numpy().any() and set(table["fusion"]) == {mode.value for mode in case.chosen_runs}
    assert f"Against none it is 0.0 % smaller [0.0, 0.0], {CHANCE}" in finding
    assert f"half of it is there 0.00 steps later than with none [0.00, 0.00], {CHANCE}." in finding


def test_what_is_larger_and_earlier_is_told_as_much(case: Case, put: Put) -> None:
    put(case, alike(case, size=1.5, half=2.25))
    finding, table = told(case)
    assert "Against none it is 50.0 % larger [+50.0, +50.0]" in finding and CHANCE in finding.split("Against")[0]
    assert "half of it is there 0.75 steps earlier than with none [+0.75, +0.75]." in finding
    own = table.loc[(table["fusion"] == "both") & (table["quantity"] == "lead")]
    assert list(own["label"]) == list(case.calendar.cycle.labels) and (own["mean"] == 0.75).all()


def test_the_slots_are_those_of_the_row_that_the_pulse_is_put_on(case: Case, put: Put) -> None:
    hours = case.dataset.frame.index[case.origins - 1].hour.to_numpy()
    put(case, alike(case, size=1 + 0.1 * (hours == 7)))
    finding, table = told(case)
    own = table.loc[(table["fusion"] == "both") & (table["quantity"] == "size")].set_index("label")["mean"]
    assert own["07:00"] == pytest.approx(1.1) and own.drop("07:00").to_numpy() == pytest.approx(1.0)
    assert "goes from 1.00 SD at 00:00 to 1.10 SD at 07:00, more than chance does (p = .005)" in finding
    assert check(probe_by_slot.checks[CheckKind.NULL](case, BOTH)) == (Sign.HOLDS, "slots rotated, p = .005")


@pytest.mark.parametrize(
    ("size", "twin", "sign", "short"),
    [
        (1.5, 1.1, Sign.HOLDS, "+50.0 %, twin +10.0 %"),
        (1.1, 1.5, Sign.AGAINST, "+10.0 %, twin +50.0 %"),
        (1.5, 1.5, Sign.OPEN, "+50.0 %, twin +50.0 %"),
    ],
)
def test_the_twin_tells_what_comes_of_the_architecture(
    case: Case, put: Put, size: float, twin: float, sign: Sign, short: str
) -> None:
    drawn = np.where(np.arange(len(case.origins)) % 3, 1.0, np.nan)
    known = {mode: {"twin": drawn} for mode in case.chosen_runs}
    known[Fusion.BOTH] = {"size": size, "twin": twin * drawn}
    put(case, known)
    assert check(probe_by_slot.checks[CheckKind.TWIN](case, BOTH)) == (sign, short)


def test_a_rise_after_changes_is_held_against_places_drawn_at_random(case: Case, put: Put) -> None:
    places = case.changes(Fusion.BOTH)["place"].to_numpy()
    sizes = np.ones(len(case.origins))
    for place in places:
        sizes[place : place + 12] = 1.2
    put(case, alike(case, size=sizes))
    sign, short = check(probe_around_changes.checks[CheckKind.NULL](case, BOTH))
    assert sign is Sign.HOLDS and short.startswith("+")
    chart = probe_around_changes.build(case, BOTH, LOOK)
    own = chart.table.loc[(chart.table["fusion"] == "both") & (chart.table["quantity"] == "size")].set_index("lag")
    assert own["mean"][0] == own["mean"][11] == pytest.approx(1.2) and own["n"][0] == len(places)
    assert len(places) < 24 and f"Mean over {len(places)} abrupt change" in chart.drawing.finding
    put(case, alike(case))
    assert check(probe_around_changes.checks[CheckKind.NULL](case, BOTH))[0] is Sign.AGAINST


@pytest.mark.parametrize(
    ("rise", "said"),
    [
        (Estimate(3.1, 0.5, 5.7, n=24), "is 3.1 % larger than around them [+0.5, +5.7] (none: +1.2 %"),
        (Estimate(-3.1, -6.0, 0.2, n=24), f"is 3.1 % smaller than around them [−6.0, +0.2], {CHANCE} (none: +1.2 %"),
        (Estimate(3.1, 0.5, 5.7, n=23), "Mean over 23 abrupt changes: a number needs 24"),
    ],
)
def test_the_finding_says_what_the_changes_allow(rise: Estimate, said: str) -> None:
    rows = [("both", "size", lag, 1.0, 0.9, 1.1, rise.n) for lag in range(-48, 49)]
    table = given.table("fusion quantity lag mean low high n", rows)
    after = {Fusion.BOTH: rise, Fusion.NONE: Estimate(1.2, -5.0, 7.5, n=rise.n)}
    lead = Estimate(0.8, 0.6, 1.1, n=rise.n)
    told = changes_figure(table, after, lead, mode=Fusion.BOTH, step=given.TEN_MINUTES, look=LOOK)
    assert said in told.finding


def test_measured_responses_are_drawn_mode_by_mode(case: Case, put: Put) -> None:
    records = list(case.chosen_runs.values())
    put(case, alike(case))
    folder = subfolder(Folder.INSPECTIONS) / probe_key(records)
    measure_probe(folder, **arguments_of(records))
    responses = {mode: part for mode, part in pd.read_parquet(folder / PROBE).groupby("fusion")}
    finding, table = told(case)
    for mode, part in responses.items():
        rows = table.loc[(table["fusion"] == mode) & (table["quantity"] == "size")]
        assert np.average(rows["mean"], weights=rows["n"]) == pytest.approx(part["size"].mean())
        assert (rows["low"] <= rows["mean"]).all() and rows["n"].sum() == len(part)
    both, none = (responses[mode.value].reset_index() for mode in (Fusion.BOTH, Fusion.NONE))
    found = against_none({Fusion.BOTH: both, Fusion.NONE: none}, Fusion.BOTH, 24)
    assert found["size"].value == pytest.approx(100 * (both["size"].mean() / none["size"].mean() - 1))
    assert found["lead"].value == pytest.approx((none["half"] - both["half"]).mean())
    assert f"{abs(found['size'].value):.1f} % {'larger' if found['size'].value > 0 else 'smaller'}" in finding


def test_daily_data_are_told_by_the_day_of_the_week(daily: InspectedModels) -> None:
    case = case_of(daily.dataset)
    records = list(case.chosen_runs.values())
    folder = subfolder(Folder.INSPECTIONS) / probe_key(records)
    folder.mkdir()
    try:
        measure_probe(folder, **arguments_of(records))
        _, table = told(case)
        assert list(table["label"].unique()) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        assert set(table["fusion"]) == {"none", "both"}
    finally:
        shutil.rmtree(folder)


def test_a_larger_model_is_said_to_take_longer(case: Case) -> None:
    record = case.chosen_runs[Fusion.BOTH]
    config = record.config
    wide = replace(record, config=replace(config, model=replace(config.model, width=2 * config.model.width)))
    assert about_seconds([wide]) == pytest.approx(2 * about_seconds([record])) and about_seconds([record]) > 0
