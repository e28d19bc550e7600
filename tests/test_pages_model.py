"""Model: the picture's numbers are those of the run chosen, and its parts lead to their pages."""

from __future__ import annotations

import numpy as np

from core.figures.lettering import number
from core.trace.weights import crossing_gates
from core.vocabulary import Fusion
from tests.support.inspected import InspectedModels
from tests.support.pages import address, charts, open_page


def test_the_page_opens_with_size_tokens_and_gates_of_the_form_chosen(hourly: InspectedModels) -> None:
    at = open_page("model", dataset=hourly.dataset.key, arm="gru_to_cnn", block="2")
    assert at.title[0].value == "Model" and not at.exception and not at.error
    run = hourly.runs[Fusion.GRU_TO_CNN]
    gate = np.abs(crossing_gates(run)[Fusion.GRU_TO_CNN, 2]).mean()
    values = [metric.value for metric in at.metric]
    assert values[0] == f"{run.metrics['parameters']:,}" and values[2:] == ["8", number(float(gate), 2)]
    assert len(charts(at)) == 2
    assert address(at)["arm"] == "gru_to_cnn"


def test_a_form_without_crossings_has_no_gates(hourly: InspectedModels) -> None:
    at = open_page("model", dataset=hourly.dataset.key, arm="none")
    assert len(at.metric) == 3 and not at.exception
    assert any("no crossing is on" in text.value for text in at.markdown)
