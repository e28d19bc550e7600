"""Exhibits as tests look at them: all of them by name, and the case of a data set."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.exhibits.case import Case
from core.exhibits.catalogue import OTHER_TOPICS, TOPICS, declared
from core.exhibits.gather import gather
from core.train.finished import finished_runs

EXHIBITS = declared(*TOPICS, *OTHER_TOPICS)


def case_of(dataset: Dataset) -> Case:
    """Return the case of a data set, with all its runs that the workspace holds."""
    return gather([run for run in finished_runs() if run.config.dataset == dataset.key])


def beside(choice: str) -> dict[str, str]:
    """Return what a link names as well for a choice to matter."""
    found: dict[str, dict[str, str]] = {
        "origin": {"map": "window"},
        "slot": {"map": "slot", "kernels": "slot"},
        "other": {"kernels": "window"},
        "form": {"sides": "all"},
        "error": {"exhibit": "rmse_by_horizon"},
        "ranked": {"by": "error_by_variable"},
        "fit": {"exhibit": "excess_gain"},
        "direction": {"exhibit": "direction_tables"},
        "epochs_of": {"exhibit": "gain_by_epoch"},
    }
    return found.get(choice, {})
