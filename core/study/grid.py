"""The grid of a study: every combination of its axes is one run, equal ones collapsed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Self

from core.config import ConfigError, RunConfig, Section, WindowConfig
from core.data.catalog import load_dataset
from core.data.windows import check_fit
from core.presets import preset_run
from core.text.words import mark, say
from core.train.pace import paced
from core.vocabulary import Fusion, Merge, Reference

AXES = ("datasets", "horizons", "fusions", "seeds", "references", "merges")
_WORDS: Mapping[str, type[StrEnum]] = {"fusions": Fusion, "references": Reference, "merges": Merge}


@dataclass(frozen=True)
class StudyConfig(Section):
    """What to train: the product of the axes, for one preset, look-back and stride."""

    title: ClassVar[str] = "study"

    datasets: tuple[str, ...]
    horizons: tuple[int, ...] = (96,)
    fusions: tuple[Fusion, ...] = tuple(Fusion)
    seeds: tuple[int, ...] = (0,)
    preset: str = "default"
    lookback: int = 720
    references: tuple[Reference, ...] = (Reference.DYNAMIC,)
    merges: tuple[Merge, ...] = (Merge.ATTENTION,)
    stride: int | None = None  # between training windows; None: the preset's, scaled to the step of the data
    matched: bool = True  # beside `both`, also `none` with as many parameters
    measures: bool = True  # after training, also compute every measure of every run

    def __post_init__(self) -> None:
        """Refuse an empty axis."""
        for axis in AXES:
            if not getattr(self, axis):
                raise ConfigError(say("The study names no {axis}; give at least one.", axis=axis))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from JSON values; lists become tuples of words."""
        return super().from_dict({name: _read(name, value) for name, value in values.items()})

    def extended(self, asked: Mapping[str, Any]) -> StudyConfig:
        """Return the grid with the asked values added to its axes; what is None or not named stays as it is.

        Raises
        ------
        ConfigError : another preset, look-back or stride was asked for, or the size-matched runs were asked away:
            the runs that are there would no longer be of the study.
        """
        wanted = {name: _read(name, value) for name, value in asked.items() if value is not None}
        grown: dict[str, Any] = {}
        for name, value in wanted.items():
            stored: Any = getattr(self, name, None)
            if name in AXES:
                grown[name] = tuple(dict.fromkeys((*stored, *value)))
            elif value != stored and name != "measures" and not (name == "matched" and value):
                raise ConfigError(
                    f"This folder holds a study with {name} {stored} and {value} was asked for; one study has one "
                    f"{name}: choose another folder."
                )
            else:
                grown[name] = value
        return type(self).from_dict({**self.to_dict(), **grown})

    def check(self) -> None:
        """Refuse what could not be trained: an unknown data set or preset, a window that does not fit the data.

        Raises
        ------
        ConfigError, DataError : one sentence that says what to choose instead.
        """
        _planned(self)
        for key, horizon in itertools.product(self.datasets, self.horizons):
            check_fit(load_dataset(key), WindowConfig(self.lookback, horizon))

    @property
    def runs(self) -> Mapping[str, RunConfig]:
        """The planned runs by their ids, in a fixed order; duplicates (`none` under two references) once."""
        return _planned(self)


@lru_cache(maxsize=16)  # asked for every second by whoever watches; a data set's step never changes under its key
def _planned(study: StudyConfig) -> Mapping[str, RunConfig]:
    runs: dict[str, RunConfig] = {}
    arms = [(fusion, False) for fusion in study.fusions]
    if study.matched and Fusion.BOTH in study.fusions:
        arms.append((Fusion.NONE, True))
    for key in study.datasets:
        dataset = load_dataset(key)
        axes = (study.horizons, study.seeds, study.merges, study.references, arms)
        for horizon, seed, merge, reference, (fusion, matched) in itertools.product(*axes):
            form = {"fusion": fusion, "matched": matched, "reference": reference, "merge": merge}
            run = preset_run(key, study.preset, horizon=horizon, lookback=study.lookback, seed=seed, **form).canonical
            run = paced(run, dataset)
            if study.stride:
                run = replace(run, train=replace(run.train, stride=study.stride))
            runs.setdefault(run.run_id, run)
    return runs


def _read(name: str, value: Any) -> Any:
    """Return a setting as the grid holds it: tuples, and words where an axis has them."""
    if name not in AXES or not isinstance(value, Iterable) or isinstance(value, str):
        return value
    return tuple(_word(name, item) for item in value) if name in _WORDS else tuple(value)


def _word(axis: str, value: object) -> StrEnum:
    try:
        return _WORDS[axis](str(value))
    except ValueError:
        choices = ", ".join(_WORDS[axis])
        told = mark("{axis} names {value!r}; possible: {choices}. Choose among these.")
        raise ConfigError(say(told, axis=axis, value=value, choices=choices)) from None
