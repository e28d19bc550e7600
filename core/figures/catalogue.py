"""The figures of the product and the question each one answers: titles, and the choices of the export page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "mode_comparison": "Does crossing the paths lower the error?",
        "error_by_step": "How far ahead does each mode stay accurate?",
        "error_by_variable": "Which variables gain, and which do not?",
        "training_curves": "How does the validation error fall during training?",
        "series_plot": "What does the data look like, and how is it split?",
        "daily_profile": "Is there a repeating cycle to learn?",
        "scaling_shift": "Do level and spread shift between the splits?",
        "forecast_overlay": "What does each mode forecast for this window?",
        "window_error_by_step": "At which steps do the forecasts miss?",
        "error_timeline": "When do the forecasts fail?",
        "kernel_by_slot": "How do the generated kernels change over the cycle?",
        "kernel_profile": "Does a kernel tap follow the cycle on average?",
        "window_kernels": "Which kernels are written for this window?",
        "dcor_comparison": "Do kernels follow the time of day beyond the input?",
        "gate_timeline": "What do the GRU gates do around an abrupt change?",
        "event_response": "Are abrupt changes answered more, and earlier?",
        "lead_amplification": "How much stronger and earlier is each mode?",
        "attention_map": "Where does the merge route each query token?",
        "attention_by_slot": "Does the routing change over the cycle?",
        "attention_controls": "Does the forecast need this routing?",
        "gradient_flow": "Do gradients reach both paths evenly?",
        "gradient_share": "Which path gets the larger gradient in each block?",
        "ground_truth": "Do the measures find what was planted?",
        "published_measured": "Do the published numbers hold here?",
    }
)
