"""The diagram of the model: its numbers are the weights', what is off is drawn as off, and no text meets another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.analysis.cost import PARTS, Design, cost
from core.analysis.parts import Part, Quantity, part_costs, part_of
from core.config import ModelConfig, RunConfig, WindowConfig
from core.exhibits.catalogue import Pin, card
from core.exhibits.gather import gather
from core.exhibits.model import ARMS, NOT_INSPECTED, arm_word, network_numbers
from core.figures.lettering import BOLD, text_width
from core.figures.model_diagram import CHIPS, FIRST_LAYER, MERGE, PATHS, model_diagram
from core.figures.names import plain
from core.figures.palette import Look, fusion_colour, path_colour
from core.figures.sketch import EDGE, LINE, NAME, SIDE, SMALL, WIDTH, Area
from core.model.forecaster import build
from core.presets import preset_run
from core.report.native.translate import native
from core.trace.cost import network_cost, proposed_cost
from core.trace.weights import crossing_gates, weight_shapes
from core.train.checkpoint import load_checkpoint
from core.train.finished import runs_in
from core.vocabulary import Activation, Dim, Embedding, Fusion, Head, Language, Merge, ModelPath, Reference
from core.workspace import CHECKPOINTS
from tests.support.figure_numbers import example_numbers
from tests.support.inspected import InspectedModels

SMALL_MODEL = ModelConfig(width=8, patch=6, heads=2, blocks=2)
FORMS = {
    "both": {},
    "none": {"fusion": Fusion.NONE},
    "GRU to CNN alone": {"fusion": Fusion.GRU_TO_CNN},
    "CNN to GRU alone": {"fusion": Fusion.CNN_TO_GRU},
    "late fusion": {"fusion": Fusion.NONE, "merge": Merge.CONCAT},
    "no fusion": {"fusion": Fusion.NONE, "merge": Merge.MEAN},
    "matched": {"fusion": Fusion.NONE, "matched": True},
    **{reference.value: {"reference": reference} for reference in Reference},
}
SIZES = {
    **FORMS,
    **{embedding.value: {"embedding": embedding} for embedding in Embedding if embedding is not Embedding.PATCHES},
    "patches": {"embedding": Embedding.PATCHES, "width": 6},
    "low rank": {"head": Head.LOW_RANK},
    "segments": {"head": Head.SEGMENTS},
    "mixed segments": {"head": Head.SEGMENTS, "embedding": Embedding.MIXED},
}
pytestmark = pytest.mark.slow  # networks of the published size
LIGHT = Look()
LOOKS = [Look(scheme, language) for scheme in ("light", "dark") for language in Language]


def drawing(run: RunConfig, look: Look = LIGHT, variables: int = 7) -> go.Figure:
    rows = np.sin(np.arange(run.window.lookback) / 9)
    return model_diagram(run, variables, example_numbers(run), rows=rows, block=1, look=look).figure


def form(name: str, preset: str = "default") -> RunConfig:
    run = preset_run("ETTh1", preset, horizon=720)
    return replace(run, model=replace(run.model, **FORMS[name]))


@pytest.mark.parametrize("name", SIZES)
def test_parts_add_up_to_the_network_that_runs(name: str) -> None:
    model, window, variables = replace(SMALL_MODEL, **SIZES[name]), WindowConfig(lookback=24, horizon=10), 3
    network = build(model, window, variables, seed=0)
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    found = part_costs(shapes, RunConfig("any", model=model, window=window), variables)
    whole = network_cost(model, window, variables)
    assert (found["parameters"].sum(), found["macs"].sum()) == (whole.parameters, whole.macs)
    for part, block in ((Part.CONV_PATH, "conv_path"), (Part.GRU_PATH, "gru_path")):
        own = sum(value.numel() for key, value in network.named_parameters() if block in key)
        norms = model.blocks * 2 * model.width
        assert found.loc[found["part"] == part, "parameters"].sum() == own + norms
    for crossing in Fusion.BOTH.crossings:
        assert (found["part"] == crossing.value).any() == (crossing in model.crossings)


def test_crossings_and_first_layer_cost_what_the_published_table_counts() -> None:
    run = preset_run("ETTh1", "published", horizon=96)
    found = (
        part_costs(
            {name: tuple(value.shape) for name, value in build(run.model, run.window, 7, 0).state_dict().items()},
            run,
            7,
        )
        .groupby("part")["macs"]
        .sum()
    )
    counted, formula = proposed_cost(run.model, run.window, 7), cost(Design.PROPOSED)
    assert found[Part.FIRST_LAYER] == counted.embedding == formula.embedding
    assert found[Part.GRU_TO_CNN] + found[Part.CNN_TO_GRU] == counted.crossing == formula.crossing


def test_shipped_runs_hold_the_parameters_that_they_record() -> None:
    runs = runs_in(CHECKPOINTS)
    assert runs
    for run in runs:
        found = part_costs(weight_shapes(run), run.config, len(run.variables))
        assert found["parameters"].sum() == run.metrics["parameters"]
        assert set(found["part"]) >= {Part.FIRST_LAYER, Part.CONV_PATH, Part.GRU_PATH, Part.HEAD}


def test_every_weight_has_its_part() -> None:
    for name, settings in SIZES.items():
        model = replace(SMALL_MODEL, **settings)
        for weight in build(model, WindowConfig(24, 10), 3, 0).state_dict():
            part, block = part_of(weight)
            assert (block is not None) == weight.startswith("blocks."), name
            assert isinstance(part, Part)


def test_gates_are_those_of_the_model_that_is_loaded(hourly: InspectedModels) -> None:
    run = hourly.runs[Fusion.BOTH]
    blocks, found = load_checkpoint(run.folder).model.blocks, crossing_gates(run)
    assert len(found) == 2 * len(blocks)
    for (crossing, block), gates in found.items():
        listener = "to_conv" if crossing is Fusion.GRU_TO_CNN else "to_gru"
        wanted = getattr(blocks[block - 1], listener).gate.detach().numpy()
        assert np.array_equal(gates, wanted.astype(float))
    assert not crossing_gates(hourly.runs[Fusion.NONE])


def outline(fig: go.Figure, area: Area) -> Any:
    """Return the shape of a box."""
    left, top, *_ = area
    (found,) = (shape for shape in fig.layout.shapes if re.match(rf"M{left + 10:g},{top:g}H", shape.path))
    return found


def lines_of(fig: go.Figure, area: Area) -> list[str]:
    (note,) = (note for note in fig.layout.annotations if note.text and (note.x, note.y) == area.middle)
    return [plain(line) for line in note.text.split("<br>")]


@pytest.mark.parametrize("look", LOOKS[::2], ids=lambda look: look.scheme)
@pytest.mark.parametrize("name", FORMS)
def test_what_is_off_is_dashed_and_grey_and_what_is_on_wears_its_hue(name: str, look: Look) -> None:
    run = form(name)
    fig = drawing(run, look)
    for crossing, chip in CHIPS.items():
        on, box = crossing in run.model.crossings, outline(fig, chip)
        assert box.line.color == (fusion_colour(crossing, look) if on else look.colours.line)
        assert (box.line.dash == "solid") == on
        assert ("off" in lines_of(fig, chip)) != on
    sums = [trace for trace in fig.data if trace.marker.symbol == "circle-cross"]
    assert len(sums) == len(run.model.crossings)
    attention = run.model.merge is Merge.ATTENTION
    assert ("attention off" in lines_of(fig, MERGE)) != attention
    assert ("K V" in [note.text for note in fig.layout.annotations]) == attention
    for path, area in PATHS.items():
        assert outline(fig, area).line.color == path_colour(path, look)
    titles = {plain(note.text) for note in fig.layout.annotations}
    assert ("Crossing: off in this form" in titles) != bool(run.model.crossings)


def test_the_kind_of_a_crossing_is_named_and_no_kernel_is_drawn_where_none_is_written() -> None:
    for reference in Reference:
        fig = drawing(form(reference.value))
        words = {Reference.EMA: "weakened (EMA)", Reference.STATIC: "removed (static)", Reference.DYNAMIC: "dynamic"}
        if reference in words:
            assert words[reference] in lines_of(fig, CHIPS[Fusion.GRU_TO_CNN])
        texts = [plain(note.text) for note in fig.layout.annotations]
        assert ("no state off" in texts) == (reference is Reference.STATIC)
        assert any(text.startswith("filters") for text in texts) != (reference is Reference.STANDARD)


def test_a_model_without_a_first_layer_says_so() -> None:
    fig = drawing(preset_run("ETTh1", "patches", horizon=96))
    assert outline(fig, FIRST_LAYER).line.dash != "solid"
    assert "off: patches as they are" in lines_of(fig, FIRST_LAYER)


@dataclass(frozen=True)
class Lettered:
    """A text of the drawing and the rectangle it takes, px."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Lettered) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def lettered(fig: go.Figure, width: float) -> Iterator[Lettered]:
    """Yield every text with its place in a figure of that width."""
    sheet = width - 2 * SIDE
    for note in fig.layout.annotations:
        if not note.text:
            continue
        lines = note.text.split("<br>")
        wide = max(text_width(plain(line), NAME * BOLD if "<b>" in line else note.font.size) for line in lines)
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[note.xanchor]
        left = SIDE + (note.x + EDGE) / (WIDTH + 2 * EDGE) * sheet - share * wide
        tall = len(lines) * LINE * note.font.size / SMALL
        yield Lettered(plain(note.text), left, note.y - tall / 2, left + wide, note.y + tall / 2)


@pytest.mark.parametrize("width", [560, 960, 1280])
@pytest.mark.parametrize("preset", ["default", "published"])
def test_no_text_meets_another_or_leaves_its_picture(width: int, preset: str) -> None:
    for name in FORMS:
        for language in Language:
            fig = drawing(form(name, preset), Look("light", language), variables=21)
            texts = list(lettered(fig, width))
            for one, other in combinations(texts, 2):
                assert not one.meets(other), (name, one, other)
            for text in texts:
                assert text.left >= 0 and text.right <= width, (name, text)
                assert -EDGE <= text.top and text.bottom <= fig.layout.height, (name, text)


@pytest.mark.parametrize("name", FORMS)
def test_texts_fit_their_boxes_at_the_narrowest_width(name: str) -> None:
    fig = drawing(form(name, "published"), variables=21)
    sheet = (560 - 2 * SIDE) / (WIDTH + 2 * EDGE)
    places = {area.middle: area for area in (*PATHS.values(), *CHIPS.values(), FIRST_LAYER, MERGE)}
    boxed = [note for note in fig.layout.annotations if (note.x, note.y) in places]
    assert len(boxed) == len(places)
    for note in boxed:
        area, lines = places[note.x, note.y], note.text.split("<br>")
        room = (area.right - area.left) * sheet
        assert len(lines) * LINE <= area.bottom - area.top, plain(note.text)
        for line in lines:
            assert text_width(plain(line), NAME * BOLD if "<b>" in line else SMALL) <= room, plain(line)


def test_a_deck_shows_the_drawing_as_a_picture() -> None:
    assert native(drawing(form("both"))) is None


def test_words_of_forms_are_all_different() -> None:
    assert len({arm_word(arm) for arm in ARMS.values()}) == len(ARMS)
    assert all(arm_word(arm) == word for word, arm in ARMS.items())


def test_the_exhibit_tells_the_numbers_of_the_run_and_why_some_are_missing(hourly: InspectedModels) -> None:
    case = gather(list(hourly.runs.values()))
    run = hourly.runs[Fusion.BOTH]
    shown = card(Pin("model_diagram", (("arm", "both"), ("block", "2"))), case, Look())
    assert shown.table is not None
    assert f"{run.metrics['parameters']:,} parameters" in shown.finding and "in block 2" in shown.finding
    table = shown.table.set_index(["part", "quantity", "block"])["value"]
    gates = crossing_gates(run)
    assert table[Part.GRU_TO_CNN, Quantity.GATE, 2] == pytest.approx(np.abs(gates[Fusion.GRU_TO_CNN, 2]).mean())
    assert table[Part.CONV_PATH, Quantity.GRADIENT_SHARE, 1] + table[
        Part.GRU_PATH, Quantity.GRADIENT_SHARE, 1
    ] == pytest.approx(100)
    trace = hourly.trace(Fusion.BOTH)
    norm = np.sqrt(np.square(trace[Activation.KERNEL_CNN_TO_GRU.value]).sum(Dim.TAP)).sel({Dim.BLOCK: 1}).mean()
    assert table[Part.CNN_TO_GRU, Quantity.KERNEL_NORM, 1] == pytest.approx(float(norm), rel=1e-4)
    bare = network_numbers(replace(case, inspection=None), run)
    assert NOT_INSPECTED in set(bare["reason"]) and bare["value"].isna().any()
    assert NOT_INSPECTED in card(Pin("model_diagram"), replace(case, inspection=None), Look()).finding


def test_weights_that_cannot_be_read_leave_the_picture_without_numbers(
    hourly: InspectedModels, tmp_path: Path
) -> None:
    run = replace(hourly.runs[Fusion.BOTH], folder=tmp_path / "gone")
    case = replace(gather(list(hourly.runs.values())), records=(run,), inspection=None)
    shown = card(Pin("model_diagram"), case, Look())
    assert "gone cannot be read" in shown.finding and "both" not in shown.finding.split(".")[0].lower()


def test_the_cost_comparison_draws_the_published_numbers(hourly: InspectedModels) -> None:
    case = gather(list(hourly.runs.values()))
    shown = card(Pin("cost_comparison"), case, Look())
    assert shown.table is not None
    for row in shown.table.to_dict("records"):
        wanted = getattr(cost(Design(row["design"])), row["part"])
        assert row["counted"] == wanted and (np.isnan(row["published"]) or row["published"] == wanted)
    assert shown.table["published"].notna().sum() == 8 and "8 of 8" in shown.finding
    assert "13 times" in shown.finding and "466 times" in shown.finding
    drawn = native(shown.figure)
    assert drawn is not None and len(drawn.panels) == len(PARTS)


def test_both_paths_are_named_in_the_language_of_the_labels() -> None:
    fig = drawing(form("both"), Look("light", Language.KOREAN))
    assert "합성곱 경로" in lines_of(fig, PATHS[ModelPath.CONVOLUTION])
