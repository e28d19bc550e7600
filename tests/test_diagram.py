"""The diagram of the model: what crosses, what is off, and the share of ridge."""

import pytest

from core.figures.diagram import SHARE, diagram
from core.figures.palette import Look, fusion_colour
from core.presets import preset_run
from core.vocabulary import Fusion

SPEAKERS = {Fusion.GRU_TO_CNN: "gru -> conv", Fusion.CNN_TO_GRU: "conv -> gru"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mode", Fusion)
def test_a_crossing_wears_the_hue_of_who_speaks_and_is_dashed_where_it_is_off(mode: Fusion, scheme) -> None:
    look = Look(scheme)
    lines = diagram(preset_run("ETTh1", "default", horizon=96, fusion=mode), look).splitlines()
    for crossing, way in SPEAKERS.items():
        (line,) = (line for line in lines if line.startswith(way))
        on = mode in (crossing, Fusion.BOTH)
        assert (fusion_colour(crossing, look) in line) == on and ('label="off"' in line) != on


def test_network_and_ridge_have_equal_shares_of_the_forecast() -> None:
    text = diagram(preset_run("ETTh1", "default", horizon=96), Look())
    assert text.count(f"share {SHARE}") == 2 and "{network ridge} -> forecast;" in text
    assert "720 rows" in text and "20 tokens of 36 rows" in text and "Forecast\\n96 rows" in text
