"""The case: which runs are compared, matched, inspected and found, and what a file says they came from."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.config import LATE_FUSION, MATCHED, NO_FUSION, WEAKENED, Arm
from core.data.dataset import Dataset
from core.exhibits.case import Case, CaseError
from core.exhibits.gather import gather, inspected
from core.exhibits.provenance import provenance_line
from core.train.record import RunRecord
from core.version import code_fingerprint
from core.vocabulary import Fusion, Merge, Reference
from tests.support.tiny import tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint


def run_of(dataset: Dataset, arm: Arm, seed: int) -> RunRecord:
    form = {"fusion": arm.fusion, "reference": arm.reference, "merge": arm.merge, "matched": arm.matched}
    return tiny_checkpoint(seed=seed, dataset=dataset, **form).record


FORMS = (*map(Arm, Fusion), LATE_FUSION, NO_FUSION, WEAKENED, MATCHED)


@pytest.fixture(scope="module")
def every_form() -> Case:
    """Return a case of all forms with two seeds each, the later one first."""
    dataset = tiny_dataset()
    return Case(dataset, tuple(run_of(dataset, arm, seed) for seed in (1, 0) for arm in FORMS))


def arms(runs: list[RunRecord]) -> list[tuple[Arm, int]]:
    return [(run.config.model.arm, run.config.train.seed) for run in runs]


def test_each_form_is_kept_apart_with_its_seeds_in_order(every_form: Case) -> None:
    assert set(every_form.arms) == set(FORMS) and every_form.seeds == [0, 1]
    assert all(arms(runs) == [(arm, 0), (arm, 1)] for arm, runs in every_form.arms.items())


def test_modes_of_the_compared_form_are_those_of_that_form_alone(every_form: Case) -> None:
    assert {mode: arms(runs) for mode, runs in every_form.runs.items()} == {
        mode: [(Arm(mode), 0), (Arm(mode), 1)] for mode in Fusion
    }
    weakened = replace(every_form, reference=Reference.EMA)
    assert {mode: arms(runs)[0][0] for mode, runs in weakened.runs.items()} == {
        Fusion.NONE: Arm(Fusion.NONE),  # writes no kernels: it is in every form
        Fusion.BOTH: WEAKENED,
    }
    late = replace(every_form, merge=Merge.CONCAT)
    assert {mode: arms(runs)[0][0] for mode, runs in late.runs.items()} == {Fusion.NONE: LATE_FUSION}


def test_matched_runs_stand_beside_the_modes_and_are_not_inspected(every_form: Case) -> None:
    assert arms(every_form.matched) == [(MATCHED, 0), (MATCHED, 1)]
    assert replace(every_form, merge=Merge.CONCAT).matched == []
    assert {arm for arm, _ in arms(every_form.members)} == set(FORMS) - {MATCHED}
    assert {seed for _, seed in arms(every_form.members)} == {0}


@pytest.mark.parametrize("seed", [0, 1])
def test_one_seed_is_looked_into(every_form: Case, seed: int) -> None:
    looked = replace(every_form, seed=seed)
    assert {mode: (run.config.model.arm, run.config.train.seed) for mode, run in looked.chosen_runs.items()} == {
        mode: (Arm(mode), seed) for mode in Fusion
    }
    assert looked.inspected == {} and not looked.is_whole and looked.rows.empty
    found = looked.of_seed(LATE_FUSION)
    assert found is not None and arms([found]) == [(LATE_FUSION, seed)]
    assert looked.of_seed(Arm(Fusion.BOTH, Reference.STATIC)) is None


def test_some_seeds_are_a_case_of_their_own(every_form: Case) -> None:
    one = every_form.of_seeds([1])
    assert one.seeds == [1] and all(arms(runs) == [(arm, 1)] for arm, runs in one.arms.items())
    assert one.chosen_runs == {} and one.key != every_form.key
    assert every_form.of_seeds([0, 1]).key == every_form.key


def test_a_case_needs_a_run_and_says_what_there_is(case: Case) -> None:
    with pytest.raises(CaseError, match="No finished run"):
        gather([])
    with pytest.raises(CaseError, match="horizon 96; there are: 6"):
        gather(case.records, horizon=96)
    with pytest.raises(CaseError, match="seed 7; there are: 0"):
        gather(case.records, horizon=6, seed=7)


def test_settings_name_every_checkpoint_and_are_plain_json(case: Case) -> None:
    settings = json.loads(json.dumps(case.settings))
    assert {entry["weights_sha"] for entry in settings["checkpoints"]} == {run.weights_sha for run in case.records}
    assert settings["seeds"] == [0]
    assert settings["data"] == case.dataset.fingerprint


def test_inspected_models_are_not_inspected_again(case: Case) -> None:
    assert case.inspection is not None and inspected(case) is case


def test_provenance_names_few_checkpoints_one_by_one_and_many_by_one_hash(case: Case) -> None:
    runs = list(case.records)
    line = provenance_line("tiny", runs)
    assert all(run.weights_sha[:8] in line for run in runs)
    more = [*runs, replace(runs[0], weights_sha="f" * 64)]
    assert "5 checkpoints" in provenance_line("tiny", more)
    swapped = provenance_line("tiny", [*runs, replace(runs[0], weights_sha="e" * 64)])
    assert swapped != provenance_line("tiny", more)


def test_provenance_marks_runs_of_other_code_once(case: Case) -> None:
    new = replace(case.records[0], versions={"code": code_fingerprint()})
    old = replace(new, versions={"code": "757e706178cf"})
    mark = f"trained by code 757e706178cf, and the code at hand is {code_fingerprint()}"
    assert "trained by" not in provenance_line("tiny", [new])
    assert f" · {mark} · " in provenance_line("tiny", [old])
    assert provenance_line("tiny", [old, new, old]).count(f"partly {mark}") == 1
