"""Claims and Ground truth: known verdicts on the page, an empty start, any address, and files of the rows shown."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.synthetic import ground_truth
from core.claims.evidence import Evidence
from core.claims.rows import claim_rows, claim_table
from core.claims.tables import evidence_of
from core.figures.palette import Look
from core.figures.truth import found
from core.report.chapters.claims import THEMES, claim_slides, claims_provenance
from core.report.native.translate import native
from dashboard import cache
from tests.claim_tables import as_published, table
from tests.pages import address, open_page


@pytest.fixture
def shipped(home: Path) -> Path:
    """A table with the published numbers in it, shipped as that of the default form."""
    cache.tables().mkdir(parents=True)
    as_published().to_parquet(cache.tables() / "default.parquet", index=False)
    return cache.tables()


def counts(at: AppTest) -> dict[str, int]:
    return {metric.label: int(metric.value) for metric in at.metric}


def shown(at: AppTest) -> pd.DataFrame:
    return at.dataframe[0].value


def test_without_a_table_the_page_says_how_to_make_one_and_still_lists_all(home: Path) -> None:
    at = open_page("claims")
    assert at.title[0].value == "Claims" and not at.exception and not at.error
    assert counts(at) == {"Reproduced": 9, "Same direction": 0, "Opposite": 0, "Not measured": 89}
    assert any("python -m core study" in text.value for text in at.markdown)
    assert len(shown(at)) == 98 and not at.get("plotly_chart")


def test_the_page_opens_with_the_verdicts_and_the_figure(shipped: Path) -> None:
    at = open_page("claims")
    assert not at.exception and not at.error
    assert counts(at) == {"Reproduced": 97, "Same direction": 0, "Opposite": 1, "Not measured": 0}
    title = json.loads(at.get("plotly_chart")[0].proto.spec)["layout"]["title"]["text"]
    assert "Do the published numbers hold here?" in title
    assert address(at)["form"] == "default"


def test_rows_are_filtered_sorted_and_linked(shipped: Path) -> None:
    at = open_page("claims", set="ETTh2", quantity="delta_rmse")
    rows = shown(at)
    assert set(rows["Data set"]) == {"ETTh2"} and len(rows) == 3
    link = urlsplit(rows["Panel"].iloc[0])
    assert link.path == "overview" and parse_qs(link.query)["dataset"] == ["ETTh2"]
    at = open_page("claims", verdict="opposite")
    assert list(shown(at)["Quantity"]) == ["more alignment, larger gain"]
    verdicts = list(dict.fromkeys(shown(open_page("claims"))["Verdict"]))
    assert verdicts == ["opposite", "reproduced"]
    assert shown(open_page("claims", order="slides"))["Quantity"].iloc[0] == "Phase-drift"


def test_another_form_is_judged_by_its_own_table(shipped: Path) -> None:
    as_published(sign=-1).to_parquet(shipped / "published.parquet", index=False)
    at = open_page("claims", form="published")
    assert counts(at)["Opposite"] > 80 and not at.error
    at = open_page("claims", form="published-small")
    assert counts(at)["Not measured"] == 89


def test_a_new_table_is_judged_anew(shipped: Path) -> None:
    assert counts(open_page("claims"))["Opposite"] == 1
    as_published(sign=-1).to_parquet(shipped / "default.parquet", index=False)
    assert counts(open_page("claims"))["Opposite"] > 80


def test_a_damaged_table_is_a_sentence(shipped: Path) -> None:
    (shipped / "default.parquet").write_bytes(b"nothing")
    at = open_page("claims")
    assert not at.exception and "no readable table" in at.error[0].value


def test_a_broken_address_falls_back_in_sentences(shipped: Path) -> None:
    at = open_page("claims", form="<b>", set="../etc", quantity="", verdict="x" * 500, order="\u202e")
    assert not at.exception and not at.error
    assert len(at.warning) == 5 and len(shown(at)) == 98


def test_filters_that_meet_nothing_say_so(shipped: Path) -> None:
    at = open_page("claims", set="ETTh1", verdict="opposite")
    assert not at.exception and any("No claim is of this" in info.value for info in at.info)


def test_slides_of_the_claims_are_native_charts_with_their_source() -> None:
    evidence = evidence_of(as_published())
    provenance = claims_provenance(evidence, "made")
    assert provenance.startswith("made · look-back 720 · horizons 96 and 720 · 3 seeds · ")
    slides = claim_slides(claim_table(claim_rows(evidence)), look=Look(), provenance=provenance)
    assert [slide.name for slide in slides] == list(THEMES)
    assert sum(len(slide.table) for slide in slides if slide.table is not None) == 83
    for slide in slides:
        chart = native(slide.figure)
        assert all(trace.error_x.array is None for trace in slide.figure.data if "published" in trace.name)
        assert chart is not None and len(chart.panels) == len(THEMES[slide.name][1])
    assert claims_provenance(Evidence.nothing("why"), "made").startswith("made · CrossLens")
    assert claims_provenance(evidence_of(table([])), "made").startswith("made · CrossLens")


def test_planted_answers_are_shown_for_the_chosen_seed(home: Path) -> None:
    at = open_page("synthetic", draw="3")
    assert at.title[0].value == "Ground truth" and not at.exception and not at.error
    rows = ground_truth(3)
    assert at.metric[0].value == f"{found(rows).sum()} of {len(rows)}"
    lead = rows.set_index(["measure", "case"]).loc[("response lead", "3 steps"), "value"]
    assert float(at.metric[1].value.split()[0]) == pytest.approx(lead, abs=0.005)
    assert address(at)["draw"] == "3"


@pytest.mark.parametrize("draw", ["-1", "1e9", "<script>", "9" * 40])
def test_a_seed_that_cannot_be_falls_back(home: Path, draw: str) -> None:
    at = open_page("synthetic", draw=draw)
    assert not at.exception and len(at.warning) == 1
    assert address(at)["draw"] == "0"
