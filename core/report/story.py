"""The story of one data set: every figure of the product in telling order, from what is trained and opened up.

The one list of figures: the export page offers it, the command line writes it, and pages draw the same builders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.data.calendar import CycleKind, cycle_of
from core.data.catalog import KNOWN
from core.data.dataset import Dataset
from core.figures.catalogue import QUESTIONS
from core.figures.names import shortened
from core.figures.theme import Look
from core.report import scenes
from core.report.chapters.gradients import runs_of_forms
from core.report.chapters.response import measures
from core.report.material import Material, finished_runs, gather
from core.report.slide import Slide, file_stem
from core.vocabulary import Fusion, label

OWN = 40  # letters of a user's file name that the names of exports begin with
Scene = Callable[[Material, Look], Slide]
Condition = Callable[[Material], bool]


def _always(material: Material) -> bool:
    return True


def _has_cycle(material: Material) -> bool:
    return cycle_of(material.dataset).kind is not CycleKind.NONE


def _has_runs(material: Material) -> bool:
    return bool(material.runs)


def _has_forms(material: Material) -> bool:
    return bool(runs_of_forms(material.members))


def _is_opened(material: Material) -> bool:
    return bool(material.opened)


def _writes_to_conv(material: Material) -> bool:
    return _is_opened(material) and material.shown[0].corrects_conv


def _writes_to_gru(material: Material) -> bool:
    return _is_opened(material) and material.shown[0].corrects_gru


def _crosses(material: Material) -> bool:
    return _writes_to_conv(material) or _writes_to_gru(material)


def _has_time_of_day(material: Material) -> bool:
    return _crosses(material) and cycle_of(material.dataset).kind is CycleKind.TIME_OF_DAY


def _has_changes(material: Material) -> bool:
    return len(material.changes) > 0


def _is_measured(material: Material) -> bool:
    return _is_opened(material) and bool(measures(material.rows)["value"].notna().any())


# Name of the figure -> (when it can be built, how), in telling order.
FIGURES: Mapping[str, tuple[Condition, Scene]] = MappingProxyType(
    {
        "mode_comparison": (_has_runs, scenes.mode_comparison),
        "error_by_step": (_has_runs, scenes.error_by_step),
        "error_by_variable": (_has_runs, scenes.error_by_variable),
        "series_plot": (_always, scenes.series_plot),
        "daily_profile": (_has_cycle, scenes.daily_profile),
        "scaling_shift": (_always, scenes.scaling_shift),
        "forecast_overlay": (_is_opened, scenes.forecast_overlay),
        "error_timeline": (_is_opened, scenes.error_timeline),
        "kernel_by_slot_gru_to_cnn": (_writes_to_conv, scenes.kernel_by_slot_gru_to_cnn),
        "kernel_by_slot_cnn_to_gru": (_writes_to_gru, scenes.kernel_by_slot_cnn_to_gru),
        "kernel_profile": (_crosses, scenes.kernel_profile),
        "window_kernels": (_crosses, scenes.window_kernels),
        "dcor_comparison": (_has_time_of_day, scenes.dcor_comparison),
        "event_response": (_has_changes, scenes.event_response),
        "lead_amplification": (_is_measured, scenes.lead_amplification),
        "gate_timeline": (_has_changes, scenes.gate_timeline),
        "attention_map": (_is_opened, scenes.attention_map),
        "attention_by_slot": (_is_opened, scenes.attention_by_slot),
        "attention_controls": (_is_opened, scenes.attention_controls),
        "gradient_flow": (_has_forms, scenes.gradient_flow),
        "gradient_share": (_has_forms, scenes.gradient_share),
        "training_curves": (_has_runs, scenes.training_curves),
    }
)


def story(
    dataset: str,
    horizon: int,
    seed: int | None = None,
    *,
    preset: str | None = None,
    lookback: int | None = None,
    look: Look | None = None,
) -> list[Slide]:
    """Return all slides of a data set and horizon; those of the inside where the models were opened up.

    Parameters
    ----------
    dataset
        Key of the data set.
    horizon
        In rows.
    seed
        Only this seed; without it errors are told over all seeds, and the first one's models are looked into.
    preset, lookback
        Where several are trained; the default preset and 720 rows if not given.
    look
        The light one in English if not given.

    Raises
    ------
    StoryError
        If no run fits.
    """
    material = gather(finished_runs(dataset), horizon, seed, preset=preset, lookback=lookback)
    return tell(material, look or Look())


def tell(material: Material, look: Look) -> list[Slide]:
    """Return every slide that the material allows, in telling order."""
    return [build(name, material, look) for name in outline(material)]


def outline(material: Material) -> list[str]:
    """Return the names of the figures that can be built, in telling order (questions: `question`)."""
    return [name for name, (fits, _) in FIGURES.items() if fits(material)]


def question(name: str) -> str:
    """Return the question that a figure of the outline answers.

    >>> question("kernel_by_slot_cnn_to_gru")
    'How do the generated kernels change over the cycle? (CNN → GRU)'
    """
    if name in QUESTIONS:
        return QUESTIONS[name]
    figure, crossing = next((key, name.removeprefix(f"{key}_")) for key in QUESTIONS if name.startswith(f"{key}_"))
    return f"{QUESTIONS[figure]} ({label(Fusion(crossing))})"


def build(name: str, material: Material, look: Look) -> Slide:
    """Build one figure of the outline; the slide is named after data set, horizon, preset and figure."""
    _, builder = FIGURES[name]
    slide = builder(material, look)
    run = material.config
    return replace(slide, name=file_stem(stem_of(material.dataset), f"h{run.window.horizon}", run.preset, name))


def stem_of(dataset: Dataset) -> str:
    """Return what the names of files about a data set begin with: a known one's key, or a user's own file name."""
    return dataset.key if dataset.key in KNOWN else file_stem(Path(dataset.title).stem)[:OWN].rstrip("-_")


def heading(title: str, horizon: int) -> str:
    """Return the title of a deck or page with all figures of a data set.

    >>> heading("my.csv", 24)
    'Cross learning on my.csv, 24 steps ahead'
    """
    return f"Cross learning on {shortened(title)}, {horizon} steps ahead"


def settings_of(material: Material) -> dict[str, Any]:
    """Return what the figures were made from, for the file beside them: selection, data, checkpoints, seeds."""
    run = material.config
    return {
        "dataset": run.dataset,
        "title": material.dataset.title,
        "source": material.dataset.source,
        "licence": material.dataset.licence,
        "data": material.dataset.fingerprint,
        "preset": run.preset,
        "horizon": run.window.horizon,
        "lookback": run.window.lookback,
        "seeds": sorted({record.config.train.seed for record in material.records}),
        "seed_looked_into": material.seed,
        "inspection": None if material.inspection is None else material.inspection.key,
        "checkpoints": [
            {
                "run_id": record.run_id,
                "settings": record.config.to_dict(),
                "weights_sha": record.weights_sha,
                "data": record.fingerprint,
                "versions": record.versions,
            }
            for record in material.records
        ],
    }
