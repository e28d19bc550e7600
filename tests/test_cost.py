"""The cost table: published numbers from formulas, the same crossings counted on modules that run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.__main__ import main
from core.analysis.cost import PARTS, CostShape, Design, cost, counted_costs, times_dearer
from core.config import ModelConfig, WindowConfig
from core.presets import PRESETS
from core.trace.cost import network_cost, proposed_cost, rowwise_cost, standard_cost
from core.vocabulary import Embedding, Fusion, Merge

WINDOW = WindowConfig(lookback=720, horizon=96)


def test_the_eight_published_numbers() -> None:
    proposed, standard, bare = (cost(design) for design in Design)
    assert (proposed.embedding, proposed.crossing, proposed.total) == (1_290_240, 2_967_552, 4_257_792)
    assert (standard.embedding, standard.crossing, standard.total) == (1_290_240, 55_050_240, 56_340_480)
    assert (bare.embedding, bare.crossing, bare.total) == (3_870_720, 1_981_808_640, 1_985_679_360)
    assert CostShape().crossings == 7 * 2  # the published sheet writes 7 x 12


def test_counts_that_are_kept_are_those_of_modules_that_run_and_agree_with_the_formulas() -> None:
    config, kept = PRESETS["published"].model, counted_costs()
    for design, count in (
        (Design.PROPOSED, proposed_cost),
        (Design.STANDARD_CONV, standard_cost),
        (Design.NO_EMBEDDING, rowwise_cost),
    ):
        counted, wanted = count(config, WINDOW, 7), cost(design)
        assert counted.milliseconds > 0
        for part in PARTS:
            assert getattr(counted, part) == kept[design, part] == getattr(wanted, part)


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from([4, 8, 12]), st.integers(1, 3), st.integers(1, 4), st.integers(1, 5), st.sampled_from([1, 3, 5])
)
def test_counted_is_the_formula_at_any_size(
    width: int, blocks: int, variables: int, tokens: int, kernel: int
) -> None:
    config = ModelConfig(width=width, blocks=blocks, kernel=kernel, patch=6, heads=2)
    window = WindowConfig(lookback=6 * tokens, horizon=4)
    shape = CostShape(6 * tokens, width, kernel, variables, 6, blocks)
    for design, counted in (
        (Design.PROPOSED, proposed_cost(config, window, variables)),
        (Design.STANDARD_CONV, standard_cost(config, window, variables)),
        (Design.NO_EMBEDDING, rowwise_cost(config, window, variables)),
    ):
        assert (counted.embedding, counted.crossing) == (cost(design, shape).embedding, cost(design, shape).crossing)
    assert times_dearer(Design.PROPOSED, shape) == 1


def test_a_network_holds_its_parts_and_a_crossing_adds_its_generator() -> None:
    config = ModelConfig(
        width=8, blocks=2, patch=6, heads=2, fusion=Fusion.NONE, embedding=Embedding.MIXED, merge=Merge.MEAN
    )
    window = WindowConfig(lookback=24, horizon=4)
    tokens, d, variables = 4, 8, 3
    filtered = tokens * d * 3
    block = filtered + tokens * 2 * (2 * d * d) + tokens * (6 * d * d)  # depth-wise, point-wise layers, GRU
    head = tokens * d * 4 * variables
    found = network_cost(config, window, variables)
    assert found.macs == tokens * d * variables * 6 + 2 * block + head
    both = network_cost(ModelConfig(**{**vars(config), "fusion": Fusion.BOTH}), window, variables)
    assert both.macs - found.macs == 4 * (d * d * 3 + filtered)  # four kernels, generated once per window, applied
    assert both.parameters - found.parameters == 4 * (d * d * 3 + d * 3 + d)


def test_the_command_prints_both_routes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--preset", "quick", "--lookback", "72", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for row in found["designs"].values():
        assert row["formula"] == row["counted"] and row["milliseconds"] > 0
    networks = found["networks"]
    assert set(networks) == {*Fusion, "both, standard_conv"}
    assert networks["both, standard_conv"]["macs"] > networks["both"]["macs"]
    assert "7 x 12" in found["note"]
    assert main(["cost", "--preset", "patches", "--json"]) == 0, "the form without a first layer has its cost, too"
    assert json.loads(capsys.readouterr().out)["networks"]["both"]["macs"] > 0
    assert main(["cost", "--preset", "quick", "--lookback", "72"]) == 0
    assert "7 x 2 = 14" in capsys.readouterr().out
    assert main(["cost", "--preset", "quick", "--keep"]) == 2
    assert "published sizes" in capsys.readouterr().err
    assert main(["cost", "--variables", "0"]) == 2
    assert "at least 1" in capsys.readouterr().err
