"""What the tests of pages share: the app in one process, and finished runs with known numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import fit_scaler
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.exhibit import Exhibit
from core.figures.palette import Look
from core.study.grid import StudyConfig
from core.version import versions
from core.vocabulary import Fusion
from dashboard.board import Board
from dashboard.chart import NAME
from dashboard.frame import PAGES
from tests.support.exhibits import EXHIBITS

ROOT = Path(__file__).parent.parent.parent
MSE = {Fusion.NONE: 0.50, Fusion.GRU_TO_CNN: 0.49, Fusion.CNN_TO_GRU: 0.48, Fusion.BOTH: 0.45}  # of seed 0
MATCHED_MSE = 0.495  # of none with as many parameters as both
PAGE_NAMES = tuple(name for group in PAGES.values() for name, *_ in group)
OF_TABLES = {"claims": ("part",), "side_by_side": ("measure", "ahead")}  # page -> its choices that need a table
OWN = {  # page -> its choices that belong to no exhibit
    **dict.fromkeys(("kernels", "attention", "forecasts", "changes"), ("weights",)),
    "gates": ("weights", "memory"),
    "whatif": ("weights", "edit"),
    "overview": ("by",),
    "data": ("view",),
    "compare": ("modes", "train_preset", "train_horizon", "train_lookback", "train_seeds", "matched", "run"),
    "claims": ("form", "group", "set", "quantity", "verdict", "order"),
    "tour": ("step",),
    "deck": ("deck", "slide"),
    "present": ("deck", "slide", "live"),
    "side_by_side": (
        *("sides", "exhibit", "mode", "weights", "block", "variable", "channel"),
        *(f"second_{name}" for name in ("dataset", "preset", "horizon", "lookback", "seed", "mode", "weights")),
        "form",  # last: its link leaves both sides
    ),
    "study": ("exhibit",),
    "export": ("ratio", "formats", "without", "figure"),
}


def choices(page: str) -> list[str]:
    """Return the names of a page's choices that need no table; the part of the claims follows from their group."""
    of_exhibits = [choice.name for one in EXHIBITS.values() if one.page == page for choice in one.choices]
    return list(
        dict.fromkeys([*OWN.get(page, ()), *(name for name in of_exhibits if name not in OF_TABLES.get(page, ()))])
    )


def app() -> AppTest:
    """Return the whole app, not yet run."""
    at = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=60)
    at._bidi_component_manager = _components()
    return at


@cache
def _components() -> BidiComponentManager:
    """Return the components of installed packages, which each app would look for anew, longer than a page takes."""
    found = BidiComponentManager()
    found.discover_and_register_components(start_file_watching=False)
    return found


def open_page(name: str, **query: str) -> AppTest:
    """Run one page with the given query parameters; the first run is needed before a switch."""
    at = app()
    at.run()
    at.query_params.clear()
    for key, text in query.items():
        at.query_params[key] = text
    return at.switch_page(f"views/{name}.py").run()


def address(at: AppTest) -> dict[str, str]:
    """Return the query parameters of the address bar, each as one text."""
    found = {name: at.query_params[name] for name in at.query_params}
    return {name: text if isinstance(text, str) else text[-1] for name, text in found.items()}


def charts(at: AppTest) -> dict[str, str]:
    """Return what the page says of each of its charts, question and finding, by exhibit, in page order."""
    return {exhibit: chart["alt"] for exhibit, chart in _sent(at)}


def spec(at: AppTest, exhibit: str) -> dict[str, Any]:
    """Return what the page sent of the chart of an exhibit."""
    (sent,) = (chart["figure"] for name, chart in _sent(at) if name == exhibit)
    found: dict[str, Any] = json.loads(sent)
    return found


def _sent(at: AppTest) -> list[tuple[str, dict[str, Any]]]:
    """Return what the page sent of its charts, each with its exhibit."""
    protos = [part.proto for part in at.get("bidi_component") if part.proto.component_name == NAME]
    return [(proto.id.rpartition("-")[2], json.loads(proto.json)) for proto in protos]


def write_runs(
    runs: Path,
    *,
    dataset: str = "NYweather",
    fusions: Iterable[Fusion] = tuple(Fusion),
    seeds: Iterable[int] = (0,),
    horizon: int = 24,
    lookback: int = 72,
    preset: str = "quick",
    matched: bool = False,
) -> list[RunConfig]:
    """Write finished runs of a cell as the training leaves them, without weights: MSE as above, .01 more a seed."""
    data = load_dataset(dataset)
    axes = ((dataset,), (horizon,), tuple(fusions), tuple(seeds))
    plan = list(StudyConfig(*axes, preset, lookback, matched=matched).runs.values())
    for run in plan:
        mse = MATCHED_MSE if run.model.matched else MSE[run.model.fusion]
        write_run(runs / run.run_id, run, data, mse + 0.01 * run.train.seed)
    return plan


def errors_of(run: RunConfig, data: Dataset, mse: float) -> dict[str, object]:
    """Return errors that grow over the horizon and have the given mean."""
    steps = np.linspace(0.8, 1.2, run.window.horizon) * mse
    return {
        "mse": mse,
        "mae": mse / 2,
        "rmse": mse**0.5,
        "per_step": {"mse": steps.tolist(), "mae": (steps / 2).tolist()},
        "per_variable": {name: {"mse": mse, "mae": mse / 2} for name in data.variables},
    }


def write_run(folder: Path, run: RunConfig, data: Dataset, mse: float) -> None:
    """Write one finished run with known errors."""
    folder.mkdir(parents=True)
    scaler = fit_scaler(data)
    config = {
        "run": run.to_dict(),
        "variables": data.variables,
        "scaler": {"mean": scaler.mean.tolist(), "scale": scaler.scale.tolist()},
        "fingerprint": data.fingerprint,
        "versions": versions(),
        "weights_sha": "0" * 64,
    }
    metrics = {
        "test": {"windows": len(data.splits.test) - run.window.horizon + 1, **errors_of(run, data, mse)},
        "validation": {"mse": mse, "mae": mse / 2},
        "baselines": {name: errors_of(run, data, 0.6) for name in ("ridge", "seasonal_naive", "repeat_last")},
        "blend": errors_of(run, data, 0.9 * mse),
        "parameters": 1000,
        "epochs": 2,
        "best_epoch": 2,
        "seconds": 1.0,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "metrics.json").write_text(json.dumps(metrics))
    history = {"train_loss": [0.9, 0.8], "validation_mse": [0.7, mse], "validation_mae": [0.5, mse / 2]}
    rest = {"learning_rate": [1e-3, 5e-4], "seconds": [0.5, 1.0]}
    pd.DataFrame({"epoch": [1, 2], **history, **rest}).to_csv(folder / "history.csv", index=False)
    gradient = {"step": [0, 10], "block": [1, 1], "conv": [0.1, 0.1], "gru": [0.2, 0.1]}
    pd.DataFrame(gradient).to_csv(folder / "gradient.csv", index=False)


def page_card(one: Exhibit[Case], case: Case, wanted: Mapping[str, str], look: Look) -> Card:
    """Return the card that a page shows of an exhibit, with the texts that a link names for its choices."""
    page = Board("overview", case)  # whose figures follow no selection: outside a run there is no session to read
    page.values = one.chosen(case, wanted)
    page._texts = {name: wanted.get(name, "") for name in page.values}
    return page._card(one, look)
