"""Tables that claims are judged by: read, refused when they mix, and printed by the command."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.__main__ import main
from core.analysis.data_rows import data_rows
from core.analysis.statistic import DEFINITIONS, Statistic
from core.claims.evidence import FORMER_MEASURES
from core.claims.rows import claim_rows, claim_table
from core.claims.tables import ClaimsError, Form, evidence_of, read_evidence, shipped_evidence
from core.commands import claims as command
from core.config import BOTH, NONE
from core.data.catalog import load_dataset
from core.table import difference, joined, study_table, tidy
from core.vocabulary import Fusion
from tests.support.claim_tables import KERNELS, as_published, errors, table
from tests.support.inspected import InspectedModels


def test_forms_versions_and_contradicting_runs_are_not_mixed() -> None:
    runs = table(errors({("ETTh2", 96): [(1.0, 1.0, 1.0, 1.0)]}))
    other = runs.assign(seed=1, preset="quick", embedding="mixed")
    with pytest.raises(ClaimsError, match=r"2 forms of the model .default, hybrid, look-back 720; quick, mixed"):
        evidence_of(pd.concat([runs, other], ignore_index=True))
    with pytest.raises(ClaimsError, match="two values of rmse for ETTh2, horizon 96, both, seed 0"):
        evidence_of(pd.concat([runs, runs.assign(value=2.0)], ignore_index=True))
    again = runs.assign(value=runs["value"] * (1 + 1e-9), reason="measured again")
    unknown = runs.assign(value=math.nan)
    twice = evidence_of(pd.concat([unknown, runs, again], ignore_index=True))
    assert len(twice.table) == len(runs) and (twice.table["value"] == runs["value"].to_numpy()).all()
    for note in ({"code": ["a1", "b2"]}, {"code": ["a1"], "data": {"ETTh2": ["c3", "d4"]}}):
        noted = runs.copy()
        noted.attrs = note
        with pytest.raises(ClaimsError, match=r"2 versions of the code .a1, b2|2 versions of ETTh2 .c3, d4"):
            evidence_of(noted)


def test_measures_by_former_definitions_are_left_out_and_errors_kept() -> None:
    for notes in ({}, {"definitions": [1]}, {"measures": ["a1"], "code": ["b2"], "data": {}}):
        former = as_published()
        former.attrs = notes
        found = evidence_of(former)
        told = str(found.former)
        assert "former definitions" in told and "python -m core study --out FOLDER --measure" in told
        assert found.values("rmse", "ETTh2", BOTH) == evidence_of(as_published()).values("rmse", "ETTh2", BOTH)
        assert not found.values(Statistic.RESPONSE_LEAD, "ETTh2", BOTH)
        assert found.why_not(Statistic.RESPONSE_LEAD, "ETTh2", BOTH) == FORMER_MEASURES
        assert found.of_data("spai", "ETTh2").defined, "the data themselves are measured as before"
    runs = table(errors({("ETTh2", 96): [(1.0, 1.0, 1.0, 1.0)]}))
    runs.attrs = {}
    assert not evidence_of(runs).former, "runs alone hold no measures"


def test_measures_of_two_definitions_are_not_mixed() -> None:
    old = {"product": ["1"], "code": ["a1"], "data": {"ETTh1": ["c3"]}, "measures": ["d4"]}
    new = {**old, "definitions": [2]}
    alone = {**old, "measures": []}
    assert joined([new, alone])["definitions"] == [2] and joined([old, alone])["definitions"] == [1]
    assert difference(joined([new, new])) == "" == difference(joined([alone, new])) == difference(joined([old, old]))
    found = difference(joined([old, new]))
    assert "measures by former definitions" in found and "--measure" in found and "train again" in found
    named = [{**alone, "trained": by} for by in ({"alone": ["b", "a"]}, {"alone": ["b"], "stacked": ["c"]})]
    assert joined([*named, new])["trained"] == {"alone": ["a", "b"], "stacked": ["c"]}


def test_a_table_is_read_from_a_study_or_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ClaimsError, match=r"does not exist; give the folder of a finished study"):
        read_evidence(tmp_path)
    (tmp_path / "table.parquet").write_bytes(b"no table")
    with pytest.raises(ClaimsError, match=r"no readable table"):
        read_evidence(tmp_path)
    pd.DataFrame({"value": [1.0]}).to_parquet(tmp_path / "table.parquet")
    with pytest.raises(ClaimsError, match="lacks the columns study, dataset"):
        read_evidence(tmp_path)
    one_step = as_published().head(1).assign(statistic="mse_step_1")  # no claim is of one: left out while reading
    both = pd.concat([as_published(), one_step], ignore_index=True)
    both.attrs = as_published().attrs
    both.to_parquet(tmp_path / "table.parquet", index=False)
    assert len(read_evidence(tmp_path).table) == len(evidence_of(as_published()).table)
    assert [one.sentence for one in claim_rows(read_evidence(tmp_path))] == [
        one.sentence for one in claim_rows(evidence_of(as_published()))
    ]


def test_rows_of_a_data_set_are_tidy_and_judged() -> None:
    rows = data_rows(load_dataset("NYweather"))
    assert set(rows["statistic"]) >= {"phase_drift", "spai", "spai_robust", "spai_null", "c1_target", "c4_all"}
    assert len(rows) == 6 + 8 and rows["seed"].isna().all() and (rows["horizon"] == 0).all()
    evidence = evidence_of(pd.concat([as_published(), rows], ignore_index=True))
    assert evidence.of_data("spai", "NYweather").value == pytest.approx(rows.set_index("statistic")["value"]["spai"])


def test_the_table_holds_numbers_and_words_apart() -> None:
    found = claim_table(claim_rows(evidence_of(as_published())))
    assert len(found) == 125 and found["published"].notna().sum() == 111
    assert (found["claimed"] != "").sum() == 14 and found["published"].dtype == "float64"


def test_a_damaged_table_of_the_other_embedding_spoils_only_the_claim_of_both(tmp_path: Path) -> None:
    as_published().to_parquet(tmp_path / "default.parquet", index=False)
    whole = shipped_evidence(Form.DEFAULT, tmp_path)
    assert whole.other_embedding is not None and "published-small" in str(whole.other_embedding.absent)
    (tmp_path / "published-small.parquet").write_bytes(b"nothing")
    found = shipped_evidence(Form.DEFAULT, tmp_path)
    assert found.other_embedding is None and len(found.table) == len(whole.table)


@pytest.mark.process
def test_judging_brings_neither_torch_nor_plotly() -> None:
    program = (
        "import sys; from core.claims.tables import *; from core.claims.rows import *; import core.claims.findings\n"
        "claim_rows(shipped_evidence(Form.DEFAULT)); assert not {'torch', 'plotly', 'streamlit'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent.parent)


def test_the_command_prints_rows_for_people_and_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_step = as_published().head(1).assign(statistic="mse_step_1")  # no claim is of one: left out while reading
    both = pd.concat([as_published(), one_step], ignore_index=True)
    both.attrs = as_published().attrs
    both.to_parquet(tmp_path / "table.parquet", index=False)
    assert len(read_evidence(tmp_path).table) == len(evidence_of(as_published()).table)
    assert main(["claims", "--table", str(tmp_path), "--json", "--csv", str(tmp_path / "rows.csv")]) == 0
    rows = json.loads(capsys.readouterr().out)
    keys = {"dataset", "horizon", "mode", "quantity", "published", "measured", "low", "high", "verdict", "controls"}
    keys |= {"group", "horizons", "seeds", "ratio", "seeds_needed", "no_more_than_control", "over_control"}
    assert len(rows) == 125 and all(set(row) >= keys | {"sentence"} for row in rows)
    cost = next(row for row in rows if row["quantity"] == "macs_total")
    assert (cost["measured"], cost["low"]) == (4257792, None)
    assert cost["controls"]["formula"]["value"] == 4257792
    assert len(pd.read_csv(tmp_path / "rows.csv")) == 125
    assert main(["claims", "--table", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[2] == "Numbers of trained models: 73 reproduced."
    assert "Computed, not trained: 18 reproduced, 2 holds." in text
    assert "Findings of a first trial, tested:" in text


def test_the_command_refuses_what_is_no_table_and_offers_every_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["claims", "--table", str(tmp_path / "nothing")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert tuple(Form) == command.FORMS


def test_rows_of_inspected_models_are_evidence_beside_their_errors(hourly: InspectedModels) -> None:
    measures = tidy(hourly.inspection.rows)
    whole = pd.concat([study_table("", list(hourly.runs.values())), measures], ignore_index=True)
    whole.attrs = {"definitions": [DEFINITIONS]}
    evidence = evidence_of(whole)
    key, rows = hourly.dataset.key, measures.set_index(["statistic", "fusion"])["value"]
    own = {arm: evidence.values(KERNELS["trained"], key, arm) for arm in (NONE, BOTH)}
    assert own == {NONE: {}, BOTH: {(6, 0): rows[KERNELS["trained"], "both"]}}
    assert evidence.values("rmse", key, NONE) == {(6, 0): hourly.runs[Fusion.NONE].metrics["test"]["rmse"]}
    assert evidence.of_input(Statistic.DCOR_INPUT, key) == {(6, 0): rows[Statistic.DCOR_INPUT, ""]}
    assert "24" in str(evidence.why_not(Statistic.RESPONSE_LEAD, key, BOTH))


def test_the_command_says_once_that_measures_are_former(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    former = as_published()
    former.attrs = {}
    former.to_parquet(tmp_path / "table.parquet", index=False)
    assert main(["claims", "--table", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[2].startswith("The measures in this table were taken by former definitions")
    assert text.splitlines()[3] == "Numbers of trained models: 23 reproduced, 50 not measured."
    assert main(["claims", "--table", str(tmp_path), "--json"]) == 0
    told = capsys.readouterr()
    assert "former definitions" in told.err and len(json.loads(told.out)) == 125
