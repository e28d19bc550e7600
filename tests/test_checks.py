"""The trust strip: what each check says of known rows, why it is grey, and that it goes wherever its figure goes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from lxml import html
from pptx import Presentation

from core.analysis.gradient import Reading
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import cards
from core.exhibits.checks import Check, CheckKind, Sign, absent
from core.exhibits.exhibit import Checks
from core.exhibits.gather import gather
from core.exhibits.seeds import Tabled
from core.exhibits.trust import GATES, KERNELS, RESPONSE, ROUTING
from core.exhibits.trust_asked import CHANGES, GRADIENTS, attribution_checks
from core.figures.palette import Look
from core.report.bundle import write_zip
from core.report.html import report_html
from core.report.powerpoint import write_pptx
from core.table import COLUMNS
from core.text.amounts import signed
from core.text.words import say, speaking
from core.train.finished import runs_in
from core.vocabulary import Fusion, Language
from core.workspace import CHECKPOINTS
from dashboard.show import COLOURS
from tests.support.exhibits import EXHIBITS
from tests.support.inspected import InspectedModels
from tests.support.pages import charts, open_page

EXPLAINING = {"kernels", "gates", "attention", "gradients", "attribution", "changes", "whatif"}  # pages
EXPLAINS_NOTHING = {  # of an explaining page
    "abrupt_changes": "where responses are measured, none of them",
    "training_curves": "errors while they fall",
    "attribution_trust": "it is a table of checks itself",
    "edited_rows": "what the models read, not what they make of it",
}
CLOCK = "dcor_kernel_tod{}_gru_to_cnn"
BOTH = {"mode": Fusion.BOTH}
ONE = {"mode": Fusion.BOTH, "crossing": Fusion.GRU_TO_CNN, "block": 1}
UNCHANGED = {**BOTH, "gru_to_cnn": 1.0, "cnn_to_gru": 1.0, "kernels": "trained", "attention": "trained"}
Row = Mapping[str, Any]


def row(statistic: str, value: float, *, block: int | None = None, **more: Any) -> Row:
    return {"statistic": statistic, "value": value, "block": block, "n": 256, "reason": ""} | more


def knowing(case: Case, own: Sequence[Row], others: Mapping[int, Sequence[Row]] | None = None) -> Case:
    """Return a case with made-up measures of both: inspected ones, and those of other seeds in a table."""
    run = case.chosen_runs[Fusion.BOTH]
    keys = {"fusion": "both", "reference": "dynamic", "merge": "attention", "matched": False, "run_id": run.run_id}
    rows = pd.DataFrame([keys | {"seed": 0} | one for one in own], columns=list(COLUMNS))
    told = [keys | {"seed": seed, "run_id": f"s{seed}"} | one for seed, of in (others or {}).items() for one in of]
    more = replace(case, tabled=Tabled("default", measures=pd.DataFrame(told, columns=list(COLUMNS))))
    more.__dict__["rows"] = rows
    return more


def check(checks: Checks[Case], kind: CheckKind, case: Case, chosen: Mapping[str, Any] = BOTH) -> tuple[Sign, str]:
    found = checks[kind](case, chosen)
    assert found.kind is kind and found.sentence.endswith(".")
    return found.sign, found.value


def clock(trained: float, twin: float, p_value: float = np.nan) -> list[Row]:
    return [
        row(CLOCK.format(""), trained, block=1, p_value=p_value),
        row(CLOCK.format("_untrained"), twin, block=1),
    ]


@pytest.mark.parametrize(
    ("trained", "twin", "sign"),
    [(0.8, 0.5, Sign.HOLDS), (0.55, 0.5, Sign.OPEN), (0.5, 0.5, Sign.AGAINST), (0.3, 0.5, Sign.AGAINST)],
)
def test_kernels_are_held_against_their_untrained_twin(case: Case, trained: float, twin: float, sign: Sign) -> None:
    found = check(KERNELS, CheckKind.TWIN, knowing(case, clock(trained, twin)), ONE)
    assert found == (sign, f"dCor {trained:.2f}, twin {twin:.2f}")


@pytest.mark.parametrize(("p_value", "sign"), [(0.005, Sign.HOLDS), (0.05, Sign.HOLDS), (0.2, Sign.AGAINST)])
def test_kernels_are_held_against_rotated_hours(case: Case, p_value: float, sign: Sign) -> None:
    found = check(KERNELS, CheckKind.NULL, knowing(case, clock(0.8, 0.5, p_value)), ONE)
    assert found[0] is sign and f"{p_value:.3f}".removeprefix("0") in found[1]


@pytest.mark.parametrize(
    ("twins", "sign", "told"),
    [
        ((0.5, 0.4, 0.6), Sign.HOLDS, "same sign in 3 of 3"),
        ((0.5, 0.9, 0.6), Sign.OPEN, "same sign in 2 of 3"),
        ((0.9, 0.9, 0.6), Sign.AGAINST, "same sign in 1 of 3"),
        ((0.9, 0.5), Sign.OPEN, "same sign in 1 of 2"),
    ],
)
def test_other_seeds_of_a_table_have_the_same_sign_or_not(
    case: Case, twins: Sequence[float], sign: Sign, told: str
) -> None:
    others = {seed: clock(0.8, twin) for seed, twin in enumerate(twins, start=1)}
    known = knowing(case, clock(0.8, 0.5), others | {0: clock(0.1, 0.9)})  # the table's own seed counts once
    assert check(KERNELS, CheckKind.SEEDS, known, ONE) == (sign, told)
    sentence = KERNELS[CheckKind.SEEDS](known, ONE).sentence
    mean = float(np.mean([0.8 - twin for twin in twins]))
    assert "+0.30 here" in sentence and f"{signed(mean, 2)} on average" in sentence


@pytest.mark.parametrize(
    ("changes", "sign", "told"),
    [
        ((1.5, 0.8), Sign.HOLDS, "+1.5 and +0.8 % MSE"),
        ((1.5, -0.8), Sign.OPEN, "+1.5 and \N{MINUS SIGN}0.8 % MSE"),
        ((0.3, 0.2), Sign.OPEN, "+0.3 and +0.2 % MSE"),
        ((-1.5, -0.8), Sign.AGAINST, "\N{MINUS SIGN}1.5 and \N{MINUS SIGN}0.8 % MSE"),
    ],
)
def test_an_intervention_that_does_not_raise_the_error_speaks_against(
    case: Case, changes: tuple[float, float], sign: Sign, told: str
) -> None:
    names = ("mse_change_frozen_gru_to_cnn", "mse_change_frozen_cnn_to_gru")
    known = knowing(case, [row(name, change) for name, change in zip(names, changes, strict=True)])
    assert check(KERNELS, CheckKind.INTERVENTION, known) == (sign, f"kernels frozen, {told}")


def test_routing_is_held_against_shuffled_and_uniform_attention(case: Case) -> None:
    own = [row("mse_change_shuffled_attention", 2.0), row("mse_change_uniform_attention", -3.0)]
    known = knowing(case, own, {1: [row("mse_change_uniform_attention", -1.0)]})
    assert check(ROUTING, CheckKind.NULL, known) == (Sign.HOLDS, "shuffled, +2.0 % MSE")
    assert check(ROUTING, CheckKind.INTERVENTION, known)[0] is Sign.AGAINST
    assert check(ROUTING, CheckKind.SEEDS, known) == (Sign.HOLDS, "same sign in 1 of 1")
    assert check(ROUTING, CheckKind.TWIN, known)[0] is Sign.ABSENT


@pytest.mark.parametrize(("peak", "sign"), [(5.0, Sign.HOLDS), (1.0, Sign.AGAINST), (-5.0, Sign.AGAINST)])
def test_a_response_is_held_against_places_drawn_at_random(case: Case, peak: float, sign: Sign) -> None:
    own = [row("peak_amplification", peak), row("peak_amplification_anywhere", 0.0, low=-2.0, high=2.0)]
    assert check(RESPONSE, CheckKind.NULL, knowing(case, own))[0] is sign


@pytest.mark.parametrize(
    ("limits", "sign", "told"),
    [((1.0, 3.0), Sign.HOLDS, "earlier"), ((-1.0, 5.0), Sign.OPEN, "earlier"), ((-3.0, -1.0), Sign.AGAINST, "later")],
)
def test_a_step_put_in_is_answered_earlier_or_later(
    case: Case, limits: tuple[float, float], sign: Sign, told: str
) -> None:
    low, high = limits
    known = knowing(case, [row("intervention_lead", (low + high) / 2, low=low, high=high)])
    assert check(RESPONSE, CheckKind.INTERVENTION, known) == (sign, f"step put in, 2.00 steps {told}")


@pytest.mark.parametrize(("other", "sign"), [(0.15, Sign.HOLDS), (0.25, Sign.AGAINST)])
def test_gates_of_other_seeds_are_alike_or_not(case: Case, other: float, sign: Sign) -> None:
    known = knowing(case, [row("update_gate_spread", 0.1)], {1: [row("update_gate_spread", other)]})
    assert check(GATES, CheckKind.SEEDS, known)[0] is sign


def test_gradients_of_seeds_on_this_machine_and_of_a_table_count_together(case: Case) -> None:
    run = case.chosen_runs[Fusion.BOTH]
    table = pd.DataFrame({"step": [0, 10], "block": [1, 1], "conv": [1.0, 1.0], "gru": [3.0, 3.0]})
    known = knowing(case, [], {2: [row("gradient_share", -0.2, block=1), row("gradient_share", -0.4, block=2)]})
    runs = [replace(run), replace(run, config=replace(run.config, train=replace(run.config.train, seed=1)))]
    for one in runs:
        one.__dict__["gradient"] = table
    known = replace(known, records=tuple(runs))
    found = GRADIENTS[CheckKind.SEEDS](known, {"reading": Reading.OUTPUTS})
    assert (found.sign, found.value) == (Sign.HOLDS, "same sign in 2 of 2")
    assert "\N{MINUS SIGN}0.50 here" in found.sentence and "\N{MINUS SIGN}0.40 on average" in found.sentence
    assert check(GRADIENTS, CheckKind.SEEDS, known, {"reading": Reading.WEIGHTS})[0] is Sign.ABSENT


@pytest.mark.parametrize(
    ("changed", "statistic"),
    [
        ({"gru_to_cnn": 0.0}, "silenced_gru_to_cnn"),
        ({"gru_to_cnn": 0.0, "cnn_to_gru": 0.0}, "silenced_both"),
        ({"attention": "uniform"}, "uniform_attention"),
    ],
)
def test_a_change_of_one_window_stands_beside_that_of_all(
    case: Case, changed: Mapping[str, Any], statistic: str
) -> None:
    known = knowing(case, [row(f"mse_change_{statistic}", 4.0)], {1: [row(f"mse_change_{statistic}", 2.0)]})
    chosen = UNCHANGED | changed
    assert check(CHANGES, CheckKind.INTERVENTION, known, chosen) == (Sign.HOLDS, "all windows, +4.0 % MSE")
    assert check(CHANGES, CheckKind.SEEDS, known, chosen) == (Sign.HOLDS, "same sign in 1 of 1")
    assert check(CHANGES, CheckKind.INTERVENTION, known, UNCHANGED)[0] is Sign.ABSENT


def test_the_strip_takes_other_seeds_from_the_shipped_table() -> None:
    shipped = [run for run in runs_in(CHECKPOINTS) if run.config.dataset == "NYweather"]
    case = gather(shipped, horizon=24)
    assert case.rows.empty and len(case.seeds) == 3, "nothing was inspected: the table tells it all"
    assert GRADIENTS[CheckKind.SEEDS](case, {}).value == "same sign in 2 of 2"
    table = pd.read_parquet(CHECKPOINTS / "tables" / "default.parquet", filters=[("dataset", "==", "NYweather")])
    names = {f"silenced_{crossing}": crossing for crossing in Fusion.BOTH.crossings}
    for name, crossing in names.items():
        rows = table[
            (table["statistic"] == f"mse_change_{name}") & (table["fusion"] == "both") & (table["horizon"] == 24)
        ]
        values = {int(one["seed"]): one["value"] for one in rows.to_dict("records")}
        same = sum((values[seed] > 0) == (values[0] > 0) for seed in (1, 2))
        chosen = UNCHANGED | {crossing.value: 0.0}
        assert CHANGES[CheckKind.SEEDS](case, chosen).value == f"same sign in {same} of 2"
        assert signed(values[0]) in CHANGES[CheckKind.INTERVENTION](case, chosen).value


def test_an_attribution_is_held_against_random_orders(case: Case) -> None:
    curve = {"share": [0.0, 0.1, 1.0], "raising": [0.0, 2.0, 3.0], "random": [0.0, 0.5, 3.0]}
    chosen = BOTH | {"variable": case.dataset.variables[0]}
    for informed, sign in ((True, Sign.HOLDS), (False, Sign.AGAINST)):
        told = {"deletion": curve, "beaten": 0.9, "is_informed": informed, "scale": 2.0}
        checks = attribution_checks(lambda case, chosen, told=told: told)
        assert check(checks, CheckKind.NULL, case, chosen) == (sign, "beats 90% of random orders")
        assert "falls by 4.00" in checks[CheckKind.INTERVENTION](case, chosen).text
        assert check(checks, CheckKind.INTERVENTION, case, chosen)[0] is Sign.HOLDS


@pytest.mark.parametrize("checks", [KERNELS, ROUTING, RESPONSE, GATES, GRADIENTS])
def test_what_was_not_measured_is_grey_with_its_reason(case: Case, checks: Checks[Case]) -> None:
    nothing = knowing(case, [])
    for kind in (CheckKind.TWIN, CheckKind.NULL, CheckKind.INTERVENTION):
        found = checks[kind](nothing, BOTH)
        assert found.sign is Sign.ABSENT and found.value and found.sentence.endswith(".")
    assert checks[CheckKind.SEEDS](nothing, BOTH).sign is Sign.ABSENT


def test_what_the_inspection_has_not_yet_the_table_tells(case: Case) -> None:
    run = case.chosen_runs[Fusion.BOTH]
    frozen = {"run_id": run.run_id} | row("mse_change_uniform_attention", 3.0)
    known = knowing(case, clock(0.8, 0.5), {0: [*({"run_id": run.run_id} | one for one in clock(0.1, 0.1)), frozen]})
    assert check(KERNELS, CheckKind.TWIN, known, ONE)[1] == "dCor 0.80, twin 0.50"
    assert check(ROUTING, CheckKind.INTERVENTION, known) == (Sign.HOLDS, "attention uniform, +3.0 % MSE")


def test_a_reason_of_the_rows_is_told(daily: InspectedModels) -> None:
    from tests.support.exhibits import case_of

    found = KERNELS[CheckKind.TWIN](case_of(daily.dataset), BOTH)
    assert found.sign is Sign.ABSENT and "there is no time of day" in found.sentence


def test_every_exhibit_that_explains_carries_all_four_checks() -> None:
    for name, one in EXHIBITS.items():
        wanted = list(CheckKind) if one.page in EXPLAINING and name not in EXPLAINS_NOTHING else []
        assert list(one.checks) == wanted, f"{name}: declare its checks, see core/exhibits/trust.py"


def test_a_check_is_told_by_sign_and_words_and_never_by_colour_alone() -> None:
    assert len({sign.value for sign in Sign}) == len({sign.words for sign in Sign}) == len(Sign) == len(COLOURS)
    for sign in Sign:
        found = Check(CheckKind.NULL, sign, "p = .005", "Rotated hours rarely reach it.")
        assert found.text == f"{sign} null: p = .005" and sign.words in found.told
    assert COLOURS[Sign.ABSENT] == "gray" and absent(CheckKind.TWIN, "none", "There is none.").sign is Sign.ABSENT


@pytest.mark.parametrize("language", Language)
def test_a_check_keeps_the_language_it_was_told_in(language: Language) -> None:
    """Slides and files are written where nobody says which language is spoken."""
    with speaking(language):
        one = absent(CheckKind.SEEDS, "0", "1.")
        kind, sign = say(one.kind.value), say(one.sign.words)
    assert (one.text, one.told) == (f"{one.sign} {kind}: 0", f"{kind.capitalize()}, {sign}: 1.")


@pytest.fixture(scope="module")
def made(case: Case) -> list[Card]:
    return [card for card in cards(case, Look()) if card.checks]


@pytest.mark.usefixtures("no_chromium")
def test_the_strip_goes_into_notes_html_and_zip(case: Case, made: list[Card]) -> None:
    assert len(made) > 8
    deck = io.BytesIO()
    write_pptx(made, deck)
    for slide, card in zip(Presentation(deck).slides, made, strict=True):
        assert all(one.told in slide.notes_slide.notes_text_frame.text for one in card.checks)
    page = html.fromstring(report_html(made))
    for section, card in zip(page.xpath("//section"), made, strict=True):
        pills = section.xpath("./ul[@class='checks']/li")
        assert [pill.text_content() for pill in pills] == [one.text for one in card.checks]
        assert all(one.sentence in section.text_content() for one in card.checks)
    archive = io.BytesIO()
    write_zip(made, case.settings, archive, formats=())
    with ZipFile(archive) as files:
        told = json.loads(files.read("settings.json"))["figures"]
    assert [figure["checks"] for figure in told] == [[one.to_dict() for one in card.checks] for card in made]


def test_a_page_shows_the_strip_under_each_finding(hourly: InspectedModels) -> None:
    at = open_page("kernels", dataset=hourly.dataset.key)
    strips = [one for one in at.markdown if "badge[" in one.value]
    assert len(strips) == len(charts(at))
    for strip in strips:
        shown = strip.value.replace("\\", "")
        assert shown.count("badge[") == len(CheckKind)
        assert all(any(f"badge[{sign} {kind}" in shown for sign in Sign) for kind in CheckKind)
        assert strip.help.count("\n\n") == len(CheckKind) - 1
