"""The hostile files of the soak: drawn alike from the same seed, of every kind, and some of them are read."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest

from core.data.reading.files.isolated import ingest_apart
from tests.soak import uploads
from tests.soak.uploads import FORGED, hostile


@pytest.mark.slow
def test_the_same_seed_draws_the_same_files_and_another_draws_others() -> None:
    first, again, other = ([hostile(random.Random(seed + place)) for place in range(20)] for seed in (0, 0, 100))
    assert [name for name, _ in first] == [name for name, _ in again]
    csv = [content for name, content in first if name == "file.csv"]
    assert csv == [content for name, content in again if name == "file.csv"]  # zip keeps the time
    assert csv != [content for name, content in other if name == "file.csv"]
    assert {name.rpartition(".")[2] for name, _ in first} >= {"csv", "xlsx", "parquet"}


@pytest.mark.process
@pytest.mark.parametrize("forge", FORGED)
def test_forged_files_are_refused_in_one_sentence(forge: Callable[[], tuple[str, bytes]]) -> None:
    name, content = forge()
    report = ingest_apart(io.BytesIO(content), name).report
    assert not report.accepted and str(report.reason).endswith(".") and "\n" not in str(report.reason)


@pytest.mark.process
@pytest.mark.usefixtures("home")
def test_the_page_answers_drawn_files() -> None:
    found = uploads.fuzz(6)
    assert found["inputs"] == found["accepted"] + found["refused"] > 0
    assert found["exceptions"] == found["parts not shown"] == 0
