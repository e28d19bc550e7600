"""Exhibits: what each needs, what one may choose, which are told of a case, and what a wrong choice is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.analysis.errors import landmark_windows
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import OTHER_TOPICS, TOPICS, card_name, cards, declared, of_case, outline, question
from core.exhibits.exhibit import Absent, Kind, Options
from core.figures.lettering import number
from core.figures.marks import milliseconds
from core.figures.palette import Look
from core.text.words import say, speaking
from core.version import VERSION
from core.vocabulary import Fusion, Language, Merge, label
from tests.support.exhibits import EXHIBITS, beside, case_of
from tests.support.inspected import InspectedModels
from tests.support.pages import page_card

OF_CASE = of_case()

LOOK = Look()
MOST = 6  # options of a choice that are all tried; of more, the first, the middle one and the last
every = pytest.mark.parametrize("name", OF_CASE)
ASKED = ("forecast_overlay", "forecast_panels", "window_error_by_step")  # of the model: no inspection helps
FORECASTS = (*ASKED, "error_timeline", "error_pairs")
KERNELS = ("kernel_by_slot", "kernel_profile", "dcor_comparison", "window_kernels")
RESPONSES = ("abrupt_changes", "event_response", "lead_amplification", "gate_timeline")
ATTENTION = ("attention_map", "attention_by_slot", "attention_controls")
GRADIENTS = ("gradient_flow", "gradient_share")
INSIDE = (*FORECASTS, *KERNELS, *RESPONSES, *ATTENTION)


def of_modes(case: Case, *modes: Fusion) -> Case:
    return replace(case, records=tuple(run for run in case.records if run.config.model.fusion in modes))


def a_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith(".") and "\n" not in text


def tried(options: Options) -> list[str]:
    texts = list(options)
    return texts if len(texts) <= MOST else [texts[0], texts[len(texts) // 2], texts[-1]]


def test_names_are_functions_and_titles_are_questions() -> None:
    for name, one in EXHIBITS.items():
        assert name == one.name == one.build.__name__ and one.question.endswith("?") and one.page
        assert len({choice.name for choice in one.choices}) == len(one.choices)
    assert len({one.question for one in EXHIBITS.values()}) == len(EXHIBITS)


@pytest.fixture(scope="module")
def card_with(case: Case) -> Callable[[str, str, str], Card]:
    """Return what makes the card of an exhibit with one thing chosen; each is drawn once for this file."""

    @cache
    def made(name: str, choice: str, text: str) -> Card:
        one = OF_CASE[name]
        return one.card(case, one.chosen(case, {**beside(choice), choice: text}), LOOK)

    return made


@every
def test_every_option_makes_a_card_or_says_in_a_sentence_why_not(
    case: Case, card_with: Callable[[str, str, str], Card], name: str
) -> None:
    one = OF_CASE[name]
    if one.needs(case):
        assert name == "lead_amplification", "the tiny models have too few abrupt changes for it alone"
        return
    made = 0
    for choice in one.choices:
        chosen = one.chosen(case, {"map": "slot"} if choice.name == "slot" else {"map": "window"})
        assert choice.name in chosen
        for text in tried(choice.options(case, chosen)):
            try:
                card = card_with(name, choice.name, text)
            except Absent as error:
                assert a_sentence(str(error))
            else:
                made += 1
                assert card.finding and card.table is not None and len(card.table)
    assert made or not one.choices


def test_every_card_says_where_its_numbers_come_from(case: Case) -> None:
    for pin, card in zip(outline(case), cards(case, LOOK), strict=True):
        assert card.table is not None and len(card.table), card.name
        assert f"CrossLens {VERSION}" in card.provenance, card.name
        if pin.exhibit != "cost_comparison":  # of formulas: no data stand behind it
            assert card.provenance.startswith(case.dataset.title), card.name
            assert case.dataset.fingerprint in card.provenance, card.name


@every
def test_a_wrong_choice_is_told_with_the_choices_there_are(case: Case, name: str) -> None:
    one = OF_CASE[name]
    if one.needs(case):
        return
    for choice in one.choices:
        maps = beside(choice.name)
        there = list(choice.options(case, one.chosen(case, maps)))
        written = choice.kind is Kind.WRITTEN
        with pytest.raises(ValueError, match="; write " if written else "choose one of: ") as refusal:
            one.chosen(case, {**maps, choice.name: "no such thing"})
        told = str(refusal.value)
        if written:
            assert a_sentence(told.removeprefix(f"{name}: ")) and "'no such thing'" in told
            continue
        assert told.startswith(f"{name}: {choice.title} is 'no such thing'; ") and there[0] in told


LACKS = {
    "data alone": (lambda case: replace(case, records=(), inspection=None), set(OF_CASE) - {
        "series_plot", "daily_profile", "scaling_shift"}),
    "not inspected": (lambda case: replace(case, inspection=None), set(INSIDE) - set(ASKED)),
    "none alone": (lambda case: of_modes(case, Fusion.NONE), {
        "mode_comparison", "verdict", "error_pairs", *KERNELS, *RESPONSES, *GRADIENTS}),
    "no none": (lambda case: of_modes(case, Fusion.BOTH, Fusion.GRU_TO_CNN), {
        "mode_comparison", "verdict", "error_pairs", *RESPONSES}),
    "one crossing": (lambda case: of_modes(case, Fusion.NONE, Fusion.GRU_TO_CNN), {
        "lead_amplification", *GRADIENTS}),
    "all of it": (lambda case: case, {"lead_amplification"}),
}  # fmt: skip


@pytest.mark.parametrize("lack", LACKS)
def test_what_a_case_lacks_is_asked_for_and_left_out_of_the_outline(case: Case, lack: str) -> None:
    without, absent = LACKS[lack]
    less = without(case)
    told = {name: one.needs(less) for name, one in OF_CASE.items()}
    assert {name for name, sentence in told.items() if sentence} == absent
    assert all(a_sentence(sentence) for sentence in told.values() if sentence)
    pins = outline(less)
    assert [name for name in OF_CASE if name not in absent] == list(dict.fromkeys(pin.exhibit for pin in pins))
    assert [card.name for card in cards(less, LOOK)] == [card_name(less, pin.name) for pin in pins]


def test_what_was_asked_for_is_shown_once_it_is_there(case: Case) -> None:
    rows = case.rows.copy()
    lead = rows["statistic"] == "peak_amplification"
    assert lead.any()
    rows.loc[lead, ["value", "low", "high"]] = [12.0, 5.0, 20.0]
    more = replace(case)
    more.__dict__["rows"] = rows
    one = OF_CASE["lead_amplification"]
    assert "too few" not in one.needs(more) and not one.needs(more)
    table = one.card(more, one.chosen(more), LOOK).table
    assert table is not None and (table.loc[table["quantity"] == "amplification", "value"] == 12).all()
    assert "lead_amplification" in {pin.exhibit for pin in outline(more)}


def test_a_dependence_that_could_not_be_measured_is_a_sentence(case: Case) -> None:
    less = replace(case)
    less.__dict__["rows"] = case.rows.assign(
        value=case.rows["value"].where(~case.rows["statistic"].str.contains("dcor_kernel"))
    )
    one = OF_CASE["dcor_comparison"]
    with pytest.raises(Absent) as told:
        one.card(less, one.chosen(less), LOOK)
    assert a_sentence(str(told.value))
    names = {pin.name for pin in outline(less)}
    assert len(cards(less, LOOK)) == len(names) - 1


def test_rows_a_day_apart_have_no_time_of_day(daily: InspectedModels) -> None:
    case = case_of(daily.dataset)
    assert "time of day does not apply" in OF_CASE["dcor_comparison"].needs(case)
    assert "dcor_comparison" not in {pin.exhibit for pin in outline(case)}


def test_kernels_are_told_once_for_each_crossing_of_the_shown_mode(case: Case) -> None:
    def told(of: Case) -> list[str]:
        return [pin.name for pin in outline(of) if pin.exhibit == "kernel_by_slot"]

    assert told(case) == ["kernel_by_slot_gru_to_cnn", "kernel_by_slot_cnn_to_gru"]
    assert told(of_modes(case, Fusion.NONE, Fusion.CNN_TO_GRU)) == ["kernel_by_slot_cnn_to_gru"]
    pins = outline(case)
    assert len({pin.name for pin in pins}) == len({question(pin) for pin in pins}) == len(pins)
    assert question(pins[0]) == OF_CASE["mode_comparison"].question


@pytest.mark.parametrize("mode", [Fusion.NONE, Fusion.BOTH])
def test_marked_windows_and_finding_of_the_timeline_are_of_one_mode(case: Case, mode: Fusion) -> None:
    one = OF_CASE["error_timeline"]
    card = one.card(case, one.chosen(case, {"mode": mode.value, "variable": "drift"}), LOOK)
    errors = case.errors[mode][:, 2]
    found = landmark_windows(errors)
    marks = {note.text: note.x for note in card.figure.layout.annotations if note.text in ("best", "median", "worst")}
    times = milliseconds(case.windows.stamps)
    assert marks == {name: times[getattr(found, name)] for name in ("best", "median", "worst")}
    median, worst = number(float(np.median(errors))), number(float(errors.max()))
    assert card.finding.startswith(f"{label(mode)}: median window MSE {median}, worst {worst};")
    assert found.worst == errors.argmax() and found.best == errors.argmin()


@pytest.mark.parametrize("name", ["kernel_by_slot", "kernel_profile", "dcor_comparison", "attention_map"])
def test_the_foot_names_a_mode_in_the_language_of_the_labels(case: Case, name: str) -> None:
    one = OF_CASE[name]
    for language in Language:
        foot = one.card(case, one.chosen(case), Look("light", language)).provenance
        with speaking(language):
            wanted = say("mode {mode}", mode=label(Fusion.BOTH, language))
        assert wanted in foot.split(" · ")[-2 if name.startswith("kernel") else -1]


def test_a_variable_without_test_values_has_no_timeline(case: Case) -> None:
    gone = replace(case)
    gone.__dict__["errors"] = {mode: np.where([1, 1, 0], found, np.nan) for mode, found in case.errors.items()}
    one = OF_CASE["error_timeline"]
    assert one.card(gone, one.chosen(gone, {"variable": "load"}), LOOK).finding
    with pytest.raises(Absent, match=r"^Nothing was measured of this variable"):
        one.card(gone, {"variable": "drift", "mode": Fusion.BOTH}, LOOK)


@pytest.mark.parametrize("name", ["mode_comparison", "error_by_step", "error_by_variable", "training_curves"])
def test_seeds_of_other_forms_alone_are_told(case: Case, name: str) -> None:
    none = case.chosen_runs[Fusion.NONE]
    config = replace(
        none.config, model=replace(none.config.model, merge=Merge.CONCAT), train=replace(none.config.train, seed=1)
    )
    more = replace(case, records=(*case.records, replace(none, config=config)))
    one = OF_CASE[name]
    assert one.card(more, one.chosen(more), LOOK).provenance == one.card(case, one.chosen(case), LOOK).provenance
    with pytest.raises(Absent, match=r"^No mode is trained in this form with these seeds"):
        one.card(more, one.chosen(more, {"seeds": "1"}), LOOK)


@every
def test_a_kept_card_is_that_of_its_choices_and_no_other(
    case: Case, card_with: Callable[[str, str, str], Card], name: str
) -> None:
    one = OF_CASE[name]
    if one.needs(case):
        return
    first = page_card(one, case, {}, LOOK)
    assert page_card(one, case, {}, LOOK) is first, "kept"
    assert page_card(one, case, {}, Look("dark")) is not first
    others = tuple(replace(run, weights_sha=f"{run.weights_sha}x") for run in case.records)
    assert page_card(one, replace(case, records=others), {}, LOOK) is not first, "other weights, the same texts"
    for choice in one.choices:
        maps = beside(choice.name)
        texts = tried(choice.options(case, one.chosen(case, maps)))
        kept = [page_card(one, case, {**maps, choice.name: text}, LOOK) for text in texts]
        for text, card in zip(texts, kept, strict=True):
            fresh = card_with(name, choice.name, text)
            assert (card.finding, card.provenance) == (fresh.finding, fresh.provenance)
            pd.testing.assert_frame_equal(card.table, fresh.table)
        assert len({id(card) for card in kept}) == len(texts), choice.name


def test_each_topic_is_on_the_page_that_it_names() -> None:
    for topic, page in (TOPICS | OTHER_TOPICS).items():
        assert {one.page for one in declared(topic).values()} == {page}, topic
