"""Attribution: the page shows what the engine found, and says where it knows no more than chance."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.serve.attribution import Background, Method
from core.serve.engine import Engine
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels, drawn, values
from tests.support.pages import open_page, spec

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
    told = " ".join(one.value for one in at.markdown)
    share = re.search(r"holds (\d+)% of all movement", told)
    assert share is not None
    wanted_share = np.abs(found.scores).sum(0).max() / np.abs(found.scores).sum()
    assert float(share.group(1)) / 100 == pytest.approx(wanted_share, abs=0.006)
    assert ("read nothing into it" in told) is not found.deletion.is_informed
    foot = next(one.value for one in at.caption if "weights" in one.value)
    assert "Occlusion" in foot and "against the last value" in foot
