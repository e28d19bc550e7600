"""Claims and Ground truth: known verdicts on the page, an empty start, any address, and files of the rows shown."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.ground_truth import ground_truth
from core.claims.evidence import Evidence
from core.claims.tables import Form, evidence_of
from core.exhibits.claims import DIFFERENCES, NUMBERS, THEMES, Judged, published_measured
from core.exhibits.exhibit import Absent
from core.figures.ground_truth import found
from core.figures.palette import Look
from core.report.native.translate import native
from dashboard import cache
from tests.support.claim_tables import as_published, table
from tests.support.pages import address, charts, open_page


@pytest.fixture
def shipped(home: Path) -> Path:
    """A table with the published numbers in it, shipped as that of the improved form."""
    cache.tables().mkdir(parents=True)
    as_published().to_parquet(cache.tables() / "default.parquet", index=False)
    return cache.tables()


NO_COUNTS = dict.fromkeys(("Reproduced", "Other size", "Not found", "Opposite", "Undecided", "Not measured"), 0)


def counts(at: AppTest) -> dict[str, int]:
    return {metric.label: int(metric.value) for metric in at.metric}


def shown(at: AppTest) -> pd.DataFrame:
    return at.dataframe[0].value


def test_without_a_table_the_page_says_how_to_make_one_and_still_lists_all(home: Path) -> None:
    at = open_page("claims")
    assert at.title[0].value == "Claims" and not at.exception and not at.error
    assert counts(at) == {**NO_COUNTS, "Not measured": 73}
    assert any("python -m core study" in text.value for text in at.markdown)
    assert len(shown(at)) == 125 and not charts(at)


def test_the_page_opens_with_the_verdicts_and_the_figure(shipped: Path) -> None:
    at = open_page("claims")
    assert not at.exception and not at.error
    assert counts(at) == {**NO_COUNTS, "Reproduced": 73}
    assert any("Computed, not trained: 18 reproduced, 2 holds" in text.value for text in at.caption)
    assert any("This is not the model of the slides" in text.value for text in at.caption)
    assert "Do the published numbers hold here?" in charts(at)["published_measured"]
    assert address(at)["form"] == "default"


@pytest.mark.slow
def test_rows_are_filtered_sorted_and_linked(shipped: Path) -> None:
    at = open_page("claims", set="ETTh2", quantity="delta_rmse")
    rows = shown(at)
    assert set(rows["Data set"]) == {"ETTh2"} and len(rows) == 3
    at = open_page("claims", set="ETTh2", quantity="response_lead")
    link = next(one.proto for one in at.get("page_link") if one.proto.label == "Show")
    assert link.page == "gates" and parse_qs(link.query_string)["dataset"] == ["ETTh2"]
    at = open_page("claims", verdict="holds", group="computed")
    assert list(shown(at)["Quantity"]) == ["ETTh2 and ETTm2 fit best", "standard convolution"]
    verdicts = list(dict.fromkeys(shown(open_page("claims"))["Verdict"]))
    assert verdicts == ["undecided", "reproduced", "holds", "not measured"]
    contrasts = open_page("claims", group="contrasts")
    assert len(shown(contrasts)) == 20 and set(shown(contrasts)["Mode"]) == {
        "both − GRU → CNN",
        "both − CNN → GRU",
    }
    assert "20 contrasts measured here: 20 reproduced." in charts(contrasts)["published_measured"]
    assert shown(open_page("claims", order="slides"))["Quantity"].iloc[0] == "Phase-drift"


def test_another_form_is_judged_by_its_own_table(shipped: Path) -> None:
    as_published(sign=-1).to_parquet(shipped / "published.parquet", index=False)
    at = open_page("claims", form="published")
    assert counts(at)["Opposite"] == 73 and not at.error
    at = open_page("claims", form="published-small")
    assert counts(at)["Not measured"] == 73


@pytest.mark.slow
def test_the_page_opens_on_the_published_form_once_two_seeds_are_measured(shipped: Path) -> None:
    path = cache.tables() / "published-small.parquet"
    former, present = as_published(), as_published()
    former.attrs = {}
    for early in (present[present["seed"].isna() | (present["seed"] == 0)], former):
        early.to_parquet(path, index=False)
        assert address(open_page("claims"))["form"] == "default"
    present.to_parquet(path, index=False)
    at = open_page("claims")
    assert address(at)["form"] == "published-small" and not at.warning


def test_former_measures_are_refused_in_one_sentence_on_top(shipped: Path) -> None:
    former = as_published()
    former.attrs = {}
    former.to_parquet(shipped / "default.parquet", index=False)
    at = open_page("claims")
    assert counts(at) == {**NO_COUNTS, "Reproduced": 23, "Not measured": 50}  # errors count
    assert len(at.warning) == 1 and "former definitions" in at.warning[0].value and "--measure" in at.warning[0].value


def test_a_new_table_is_judged_anew(shipped: Path) -> None:
    assert counts(open_page("claims"))["Opposite"] == 0
    as_published(sign=-1).to_parquet(shipped / "default.parquet", index=False)
    assert counts(open_page("claims"))["Opposite"] == 73


def test_a_damaged_table_is_a_sentence(shipped: Path) -> None:
    (shipped / "default.parquet").write_bytes(b"nothing")
    at = open_page("claims")
    assert not at.exception and "no readable table" in at.error[0].value


def test_a_broken_address_falls_back_in_sentences(shipped: Path) -> None:
    at = open_page("claims", form="<b>", set="../etc", quantity="", verdict="x" * 500, order="\u202e")
    assert not at.exception and not at.error
    assert len(at.warning) == 5 and len(shown(at)) == 125


def test_filters_that_meet_nothing_say_so(shipped: Path) -> None:
    at = open_page("claims", set="ETTh1", verdict="opposite")
    assert not at.exception and any("No claim matches this" in info.value for info in at.info)


def judged(evidence: Evidence) -> Judged:
    return Judged("made", Form.DEFAULT, evidence)


def test_slides_of_the_claims_are_native_charts_with_their_source() -> None:
    found, described = judged(evidence_of(as_published())), Form.DEFAULT.described
    assert found.provenance.startswith(f"{described} · look-back 720 · horizons 96 and 720 · 3 seeds · ")
    cards = [published_measured.card(found, {"part": part}, Look()) for part in THEMES]
    assert sum(len(card.table) for card in cards if card.table is not None) == 73 + 20 + 10
    for card, (_, quantities) in zip(cards, THEMES.values(), strict=True):
        chart = native(card.figure)
        assert all(trace.error_x.array is None for trace in card.figure.data if "published" in trace.name)
        assert chart is not None and len(chart.panels) == len(quantities)
    for nothing in (Evidence.nothing("why"), evidence_of(table([]))):
        assert judged(nothing).provenance.startswith(f"{described} · CrossLens")


@pytest.mark.parametrize("part", [NUMBERS, DIFFERENCES, *THEMES])
def test_a_part_of_which_nothing_is_measured_is_a_sentence(part: str) -> None:
    with pytest.raises(Absent, match="No number of this part was measured"):
        published_measured.card(judged(evidence_of(table([]))), {"part": part}, Look())


def test_the_page_and_its_slides_go_without_a_part_that_is_not_measured(shipped: Path) -> None:
    present = as_published()
    present[present["fusion"].isin(["", "none"])].to_parquet(shipped / "default.parquet", index=False)
    at = open_page("claims", group="contrasts")
    assert not at.exception and not at.error and not charts(at)
    assert any("No number of this part was measured" in info.value for info in at.info)


@pytest.mark.slow
def test_planted_answers_are_shown_for_the_chosen_seed(home: Path) -> None:
    at = open_page("ground_truth", draw="3")
    assert at.title[0].value == "Ground truth" and not at.exception and not at.error
    rows = ground_truth(3)
    assert at.metric[0].value == f"{found(rows).sum()} of {len(rows)}"
    lead = rows.set_index(["measure", "case"]).loc[("response lead", "3 steps"), "value"]
    assert float(at.metric[1].value.split()[0]) == pytest.approx(lead, abs=0.005)
    assert address(at)["draw"] == "3"


@pytest.mark.slow
@pytest.mark.parametrize("draw", ["-1", "1e9", "<script>", "9" * 40])
def test_a_seed_that_cannot_be_falls_back(home: Path, draw: str) -> None:
    at = open_page("ground_truth", draw=draw)
    assert not at.exception and len(at.warning) == 1
    assert address(at)["draw"] == "0"
