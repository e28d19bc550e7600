"""Attribution: the page shows what the engine found, and says where it knows no more than chance."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from core import jobs
from core.decks import shelf
from core.decks.sources import made
from core.exhibits.attribution import METHODS
from core.figures.palette import Look
from core.jobs import JobKind, JobState
from core.locks import is_held
from core.serve.attribution import Background, Method
from core.serve.engine import Engine
from core.serve.mean import FILE, MeanShares
from core.text.amounts import fixed
from core.vocabulary import Fusion, label
from tests.support.decks import the_deck
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import charts, open_page, spec
from tests.support.waiting import wait_until

pytestmark = pytest.mark.process


def test_the_map_and_the_curve_are_those_of_the_engine(hourly: InspectedModels) -> None:
    run, place = hourly.runs[Fusion.NONE], 5
    origin = str(hourly.dataset.splits.test.start + place)
    wanted = {"mode": "none", "variable": "drift", "method": "occlusion", "background": "last", "steps": "first"}
    at = open_page("attribution", dataset=hourly.dataset.key, origin=origin, **wanted)
    assert not at.exception and not at.error
    number = Engine(hourly.runs.values).explain(run.run_id, place, "drift", steps=(1, 1))
    found = number.attribute(Method.OCCLUSION, Background.LAST)
    scale = run.scaler.scale[2]
    grid = values(drawn(spec(at, "attribution_map"), "share")["z"])
    largest = np.argsort(-np.abs(found.scores).sum(0), kind="stable")
    np.testing.assert_allclose(grid, scale * found.scores[:, largest[::-1]].T, rtol=1e-4, atol=1e-7)
    curve = values(drawn(spec(at, "deletion_curve"), "raising first")["y"])
    np.testing.assert_allclose(curve, scale * found.deletion.curves.raising, rtol=1e-5, atol=1e-7)
    words = " ".join(one.value for one in at.markdown)
    share = re.search(r"holds (\d+)% of all movement", words)
    assert share is not None
    wanted_share = np.abs(found.scores).sum(0).max() / np.abs(found.scores).sum()
    assert float(share.group(1)) / 100 == pytest.approx(wanted_share, abs=0.006)
    assert ("read nothing into it" in words) is not found.deletion.is_informed
    foot = next(one.value for one in at.caption if "weights" in one.value)
    assert "Occlusion" in foot and "against the last value" in foot


def test_the_mean_over_windows_is_started_watched_and_found_again(hourly: InspectedModels) -> None:
    link = {"dataset": hourly.dataset.key, "mode": "both", "variable": "load", "method": "occlusion", "rows": "12"}
    at = open_page("attribution", **link)
    assert "mean_attribution" not in charts(at)
    next(button for button in at.button if button.key == "mean start").click().run()
    assert not at.exception and not at.error
    (job,) = [one for one in jobs.known(JobKind.ATTRIBUTE) if one.id.startswith(hourly.runs[Fusion.BOTH].run_id)]
    wait_until(lambda: not job.state.live)
    assert job.state is JobState.DONE, (job.path / "log.txt").read_text()
    again = open_page("attribution", **link)
    finding = charts(again)["mean_attribution"]
    assert "Mean over 64 windows" in finding and "in 8 of 10 windows" in finding
    found = MeanShares.read(job.path)
    assert found is not None and found.done == 64
    scale = hourly.runs[Fusion.BOTH].scaler.scale[0]
    grid = values(drawn(spec(again, "mean_attribution"), "mean size")["z"])
    largest = np.argsort(-found.shares.mean(0), kind="stable")
    np.testing.assert_allclose(grid, scale * found.sizes[:, largest[::-1]].T, rtol=1e-4)
    assert any("mean over 64 of 64 windows" in one.value for one in again.caption)
    again.button(key="mean_attribution pin").click().run()
    (pin,) = the_deck(shelf.entries()[0].name).pins
    assert made(pin.figure, Look()).finding == finding.partition("? ")[2]
    (job.path / FILE).write_text("{")
    assert any(button.key == "mean start" for button in open_page("attribution", **link).button), "offered anew"


def test_a_mean_that_was_stopped_says_how_far_it_came_and_offers_to_go_on(hourly: InspectedModels) -> None:
    link = {"dataset": hourly.dataset.key, "mode": "both", "variable": "drift", "method": "occlusion", "rows": "12"}
    at = open_page("attribution", **link)
    next(button for button in at.button if button.key == "mean start").click().run()
    job = jobs.known(JobKind.ATTRIBUTE)[0]
    wait_until(lambda: MeanShares.read(job.path) is not None or not job.state.live)
    job.cancel()
    wait_until(lambda: not is_held(job.path / "lock"))
    assert job.state is JobState.CANCELLED
    stopped = open_page("attribution", **link)
    part = MeanShares.read(job.path)
    assert part is not None and 0 < part.done < 64
    assert f"Mean over {part.done} of 64 windows" in charts(stopped)["mean_attribution"]
    next(button for button in stopped.button if button.label == "Resume").click().run()
    wait_until(lambda: job.state is JobState.DONE)
    found = MeanShares.read(job.path)
    assert found is not None and found.done == 64
    np.testing.assert_array_equal(found.shares[: part.done], part.shares)


def test_the_account_adds_up_and_marks_what_the_engine_found(hourly: InspectedModels) -> None:
    run, place = hourly.runs[Fusion.BOTH], 5
    origin = str(hourly.dataset.splits.test.start + place)
    at = open_page("attribution", dataset=hourly.dataset.key, origin=origin, mode="both", variable="drift")
    assert not at.exception and not at.error
    found = Engine(hourly.runs.values).explain(run.run_id, place, "drift").account()
    scale, mean = run.scaler.scale[2], run.scaler.mean[2]
    chart = spec(at, "crossing_account")
    bars = [trace for trace in chart["data"] if trace["mode"] == "lines" and trace["name"] != "so far"]
    ends = [[float(value) for value in trace["x"]] for trace in bars]
    assert ends[0][0] == pytest.approx(scale * found.level + mean, abs=1e-6)
    for (_, before), (after, _) in pairwise(ends):
        assert after == pytest.approx(before, abs=1e-9)
    assert ends[-1][1] == pytest.approx(scale * found.forecast + mean, abs=1e-5)
    widths = {trace["name"]: high - low for trace, (low, high) in zip(bars, ends, strict=True)}
    for crossing, each in found.crossings.items():
        assert widths[label(crossing)] == pytest.approx(scale * each.share, rel=1e-3, abs=1e-6)
    alone = values(drawn(chart, "silenced alone")["customdata"])
    np.testing.assert_allclose(alone, [scale * each.silenced for each in found.crossings.values()], rtol=1e-3)


def test_a_mode_that_crosses_no_path_has_no_account(hourly: InspectedModels) -> None:
    at = open_page("attribution", dataset=hourly.dataset.key, mode="none")
    assert "crossing_account" not in charts(at)
    assert any("crosses no path" in info.value for info in at.info)


def test_every_check_of_a_map_has_a_word_and_a_value(hourly: InspectedModels) -> None:
    run, place = hourly.runs[Fusion.BOTH], 5
    origin = str(hourly.dataset.splits.test.start + place)
    at = open_page("attribution", dataset=hourly.dataset.key, origin=origin, mode="both", variable="load")
    number = Engine(hourly.runs.values).explain(run.run_id, place, "load")
    found, compared = number.attribute(), number.compare()
    chart = spec(at, "attribution_trust")
    names = chart["layout"]["yaxis"]["ticktext"]
    notes = {names[round(note["y"])]: note["text"] for note in chart["layout"]["annotations"]}
    twin = "holds" if compared.untrained < 0.5 else "fails"
    words = f"<b>{twin}</b> {fixed(compared.untrained, 3)}, below 0.50"
    assert notes["another than the untrained twin's"] == words
    order = "holds" if found.deletion.is_informed else "fails"
    assert notes["order against random orders"].startswith(f"<b>{order}</b>")
    for method, value in compared.methods.items():
        assert fixed(value, 3) in notes[f"agrees with {METHODS[method]}"]
    share = values(drawn(spec(at, "attribution_spread"), "the last value")["x"])
    sizes = np.abs(compared.scores[Background.LAST]).sum(0)
    np.testing.assert_allclose(np.sort(share), np.sort(100 * sizes / sizes.sum()), rtol=1e-4)
