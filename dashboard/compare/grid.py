"""The choices of a new comparison on the chosen data, and its start."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.data.dataset import Dataset
from core.data.windows import longest_lookback, origins_of, usual_lookback, validation_stride
from core.jobs import JobKind
from core.presets import PRESETS, preset_run
from core.study.grid import StudyConfig
from core.text.amounts import counted
from core.text.message import Message
from core.text.words import mark, say
from core.train.pace import paced
from core.vocabulary import Fusion, Split, label
from dashboard import background, state
from dashboard.data import facts
from dashboard.markup import escaped
from dashboard.pickers import choose, choose_flag, choose_number, choose_several, texts
from dashboard.selection import Selection

HORIZONS = (24, 48, 96, 192, 336, 720)
USUAL_HORIZON, USUAL_LOOKBACK = 96, 720
FEW_WINDOWS = 200  # a part with fewer makes errors that hang on chance
SAMPLED = mark("Each step learns {n} of the {all} variables, drawn anew; every one is read and tested.")
LOOKBACKS = (2, 4, 8, 12, 16, 20, 24, 32, 40)  # offered, in tokens; 20 is the published 720 rows


def horizons(dataset: Dataset, patch: int) -> list[int]:
    """Return the horizons that leave at least one token of look-back."""
    return [horizon for horizon in HORIZONS if longest_lookback(dataset, horizon, patch) > 0]


def lookbacks(dataset: Dataset, horizon: int, patch: int) -> list[int]:
    """Return the look-backs to offer, in rows; where the usual ones do not fit, the longest that does is the last."""
    longest = longest_lookback(dataset, horizon, patch)
    fitting = [tokens * patch for tokens in LOOKBACKS if tokens * patch <= longest]
    first = usual_lookback(dataset, horizon, patch, USUAL_LOOKBACK)
    return sorted({*fitting, first} if len(fitting) == len(LOOKBACKS) else {*fitting, first, longest})


def usual_horizon(dataset: Dataset, offered: Sequence[int]) -> int:
    """Return the horizon to begin with: the usual one, or a shorter one that leaves half the validation rows."""
    most = min(USUAL_HORIZON, len(dataset.splits.validation) // 2)
    return max([horizon for horizon in offered if horizon <= most], default=offered[0])


def windows_note(dataset: Dataset, preset: str, horizon: int, lookback: int) -> tuple[str, bool]:
    """Return in words how many windows a choice leaves and what a step learns, and whether they are few."""
    run = paced(preset_run(dataset.key, preset, horizon=horizon, lookback=lookback), dataset)
    train = len(origins_of(dataset.splits, run.window, Split.TRAIN, run.train.stride))
    apart = validation_stride(dataset, run.window)
    validation = len(origins_of(dataset.splits, run.window, Split.VALIDATION, apart))
    left = {
        "train": counted(train, "training window"),
        "validation": counted(validation, "validation window"),
    }
    if min(train, validation) >= FEW_WINDOWS:
        sampled = say(SAMPLED, n=run.train.variables, all=len(dataset.variables)) if run.train.variables else ""
        return " ".join(filter(None, [say("{train} and {validation}.", **left), sampled])), False
    few = say(
        "Only {train} and {validation}: errors will depend on chance. Choose a shorter look-back or horizon, or "
        "bring a longer file.",
        **left,
    )
    return few, True


def ask(dataset: Dataset, selection: Selection) -> None:
    """Draw the choices and the start button; a started comparison becomes the one the page follows."""
    modes = choose_several(
        "modes",
        say("Fusion modes"),
        {mode.value: mode for mode in Fusion},
        default=[mode.value for mode in Fusion],
        kind="pills",
        format=lambda name: label(Fusion(name), selection.language),
    )
    columns = iter(st.columns(4))
    with next(columns):
        preset = choose("train_preset", say("Preset"), texts(list(PRESETS)), default="quick")
    patch = PRESETS[preset].model.patch
    offered = horizons(dataset, patch)
    if not offered:
        st.error(escaped(facts.lookback_note(dataset, HORIZONS[0], patch, patch)), icon=":material/straighten:")
        return
    with next(columns):
        horizon = _rows("train_horizon", say("Horizon (rows)"), offered, usual_horizon(dataset, offered))
    with next(columns):
        first = usual_lookback(dataset, horizon, patch, USUAL_LOOKBACK)
        lookback = _rows("train_lookback", say("Look-back (rows)"), lookbacks(dataset, horizon, patch), first)
    with next(columns):
        seeds = choose_number("train_seeds", say("Seeds"), 1, 10)
    note, few = windows_note(dataset, preset, horizon, lookback)
    purpose = say(PRESETS[preset].purpose)
    st.caption(purpose if few else f"{purpose} {note}")
    if few:
        st.warning(note, icon=":material/warning:")
    if note := facts.lookback_note(dataset, horizon, USUAL_LOOKBACK, patch):
        st.info(escaped(note), icon=":material/straighten:")
    if not modes:
        st.info(say("Choose at least one fusion mode."), icon=":material/info:")
        return
    matched = Fusion.BOTH in modes and _ask_matched()
    axes = ((dataset.key,), (horizon,), tuple(modes), tuple(range(seeds)))
    _start_button(StudyConfig(*axes, preset, lookback, matched=matched, measures=False), dataset.title)


def _ask_matched() -> bool:
    """Ask whether to train the control for size as well."""
    return choose_flag(
        "matched",
        say("Also train none, widened to the size of both"),
        default=True,
        help=say("A wider model without crossings, with as many parameters as both: it tells a gain from mere size."),
    )


def _rows(name: str, title: str, offered: list[int], first: int) -> int:
    """Draw a picker of a number of rows; `first` is chosen at first."""
    return choose(name, title, {str(rows): rows for rows in offered}, default=str(first))


def _start_button(grid: StudyConfig, title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        models = counted(len(grid.runs), "model")
        asked = st.button(say("Train {models}", models=models), type="primary", icon=":material/play_arrow:")
        st.caption(say("In the background, side by side. Models already trained with the same settings are reused."))
    if asked:
        job = background.begin(JobKind.STUDY, _name(grid, title), {"study": grid.to_dict()})
        state.set_value("run", job.id)
        st.rerun()


def _name(grid: StudyConfig, title: str) -> Message:
    """Return the name for people of a comparison on one data set, whose title is given."""
    return Message(
        "title.comparison",
        dataset=title,
        horizon=grid.horizons[0],
        modes=Message("count.mode", n=len(grid.fusions)),
        seeds=Message("count.seed", n=len(grid.seeds)),
        preset=grid.preset,
    )
