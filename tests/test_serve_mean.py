"""A mean over windows: equal to the mean of its parts, gone on with after a stop, made anew where it is damaged."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from core.serve import mean
from core.serve.attribution import Background, Method
from core.serve.engine import Engine
from core.serve.mean import FILE, Asked, MeanShares, average, places_of
from core.text.message import Message
from core.train.record import RecordError
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels

WINDOWS = 3


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mean, "WINDOWS", WINDOWS)


@pytest.fixture
def asked(hourly: InspectedModels) -> Asked:
    return Asked(hourly.runs[Fusion.BOTH].run_id, "drift", 2, 3, "occlusion", "last", 6)


def expected(hourly: InspectedModels) -> list[np.ndarray]:
    run, engine = hourly.runs[Fusion.BOTH], Engine(hourly.runs.values)
    places = places_of(len(engine.shelf[run.run_id].windows))
    found = [engine.explain(run.run_id, int(place), "drift", steps=(2, 3)) for place in places]
    return [one.attribute(Method.OCCLUSION, Background.LAST, rows=6, checked=False).scores for one in found]


def test_a_mean_is_that_of_its_windows_and_tells_how_far_it_is(
    hourly: InspectedModels, asked: Asked, tmp_path: Path
) -> None:
    told: list[tuple[float, float, str]] = []

    def tell(done: float, total: float, message: Message) -> None:
        told.append((done, total, str(message)))

    assert average(tmp_path, asdict(asked), on_progress=tell) == tmp_path / FILE
    found, scores = MeanShares.read(tmp_path), np.stack(expected(hourly))
    assert found is not None and (found.done, found.of) == (WINDOWS, WINDOWS)
    np.testing.assert_allclose(found.scores, scores.mean(0), atol=1e-9)
    np.testing.assert_allclose(found.sizes, np.abs(scores).mean(0), atol=1e-9)
    sizes = np.abs(scores).sum(1)
    np.testing.assert_allclose(found.shares, sizes / sizes.sum(1, keepdims=True), atol=1e-9)
    assert told[0] == (1, 3, "1 of 3 windows") and told[-1] == (3, 3, "3 of 3 windows")


def test_a_mean_that_was_stopped_goes_on_with_the_same_numbers(
    hourly: InspectedModels, asked: Asked, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    average(whole, asdict(asked))
    assert average(parts, asdict(asked), should_stop=lambda: (parts / FILE).exists()) is None
    first = MeanShares.read(parts)
    assert first is not None and (first.done, first.of) == (1, WINDOWS)
    done: list[float] = []
    average(parts, asdict(asked), on_progress=lambda count, total, message: done.append(count))
    assert done == [2, 3]
    assert (parts / FILE).read_text() == (whole / FILE).read_text()


@pytest.mark.parametrize("damage", ["", "{", '{"of": 3}', '{"of": 3, "scores": "x"}'])
def test_what_cannot_be_read_is_made_anew(asked: Asked, tmp_path: Path, damage: str, hourly: InspectedModels) -> None:
    (tmp_path / FILE).write_text(damage)
    assert MeanShares.read(tmp_path) is None
    average(tmp_path, asdict(asked))
    found = MeanShares.read(tmp_path)
    assert found is not None and found.done == WINDOWS


def test_the_key_tells_apart_weights_data_and_choices(hourly: InspectedModels, asked: Asked) -> None:
    run = hourly.runs[Fusion.BOTH]
    others = [
        asked.key(replace(run, weights_sha="f" * 64)),
        asked.key(replace(run, fingerprint="other")),
        replace(asked, variable="load").key(run),
        replace(asked, last=4).key(run),
        replace(asked, method="shapley").key(run),
        replace(asked, background="mean").key(run),
        replace(asked, rows=12).key(run),
    ]
    assert len({asked.key(run), *others}) == 1 + len(others)
    assert asked.key(replace(run, folder=Path("moved"))) == asked.key(run)


def test_a_run_that_is_gone_is_one_sentence(asked: Asked, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="There is no run 'gone' here"):
        average(tmp_path, asdict(replace(asked, run_id="gone")))


def test_windows_are_spread_over_the_split_and_so_is_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mean, "WINDOWS", 64)
    places = places_of(1651)
    assert len(set(places.tolist())) == 64 and places.min() == 0 and places.max() == 1650
    assert np.diff(np.sort(places)).max() <= 27
    assert np.ptp(places[:8]) > 800
    assert sorted(places_of(5).tolist()) == [0, 1, 2, 3, 4]
