"""The one gatherer: everything that the figures of one data set and horizon are made from.

Pages, decks, commands and exports make figures from a case. It keeps what several figures need, and never changes, so
that sessions may share it. What looks into models is imported where it is used: most pages show errors alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import MATCHED, Arm, RunConfig
from core.data.calendar import Cycle, cycle_of, slots
from core.data.dataset import Dataset
from core.data.windows import Windows, make_windows, origins_of
from core.exhibits.provenance import provenance_line, settings_of
from core.exhibits.seeds import NOTHING, Tabled, Training, by_arm, looked_into
from core.table import COLUMNS
from core.text.words import say
from core.train.record import RunRecord
from core.vocabulary import Fusion, Merge, Reference, Split

if TYPE_CHECKING:
    import xarray as xr

    from core.exhibits.asked import Answer
    from core.inspection.cell import Inspection


class CaseError(ValueError):
    """There is nothing to make figures from: what was asked for, what there is, and what to do."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """The calendar cycle of a data set, and the slot of the last row that each window reads."""

    cycle: Cycle
    slots: NDArray[np.int64]  # [window]

    @property
    def title(self) -> str:
        """Name of the cycle, for an axis."""
        return say("{cycle} of the last row read", cycle=say(self.cycle.kind.value).capitalize())

    def label(self, slot: pd.Series[int]) -> pd.Series[str]:
        """Return the text of each slot."""
        return slot.map(dict(enumerate(self.cycle.labels)))


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that the figures of one data set and horizon are made from."""

    dataset: Dataset
    records: tuple[RunRecord, ...] = ()  # of one preset, horizon and look-back: all forms and seeds; none: data alone
    seed: int = 0  # whose models are looked into
    inspection: Inspection | None = None  # of that seed's models, finished or not; None: not looked for
    reference: Reference = Reference.DYNAMIC  # with `merge` the form whose modes are compared: the proposed one
    merge: Merge = Merge.ATTENTION
    untrained: bool = False  # whether what is shown of their inside is of the same models before training
    tabled: Tabled = NOTHING  # what a shipped table knows of the cell beside these runs: errors, nothing inside

    @cached_property
    def key(self) -> str:
        """What a cache knows the case by."""
        runs = [f"{run.folder} {run.weights_sha} {run.fingerprint} {run.versions}" for run in self.records]
        inspected = "" if self.inspection is None else f"{self.inspection.key} {self.inspection.state}"
        parts = [self.dataset.key, self.dataset.fingerprint, *runs, self.seed, self.untrained, self.reference]
        parts += [self.merge, inspected, self.tabled.key]
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    @property
    def config(self) -> RunConfig:
        """Settings that all runs share in preset and window."""
        return (self.records or self.tabled.runs)[0].config

    @property
    def seeds(self) -> list[int]:
        """The seeds whose models are on this machine."""
        return sorted({run.config.train.seed for run in self.records})

    @property
    def known_seeds(self) -> list[int]:
        """The seeds whose errors are known."""
        return sorted({*self.seeds, *self.tabled.seeds})

    def of_seeds(self, seeds: Collection[int]) -> Case:
        """Return the case of some of its seeds."""
        records = tuple(run for run in self.records if run.config.train.seed in seeds)
        return replace(self, records=records, tabled=self.tabled.of_seeds(seeds))

    @cached_property
    def arms(self) -> dict[Arm, list[RunRecord]]:
        """The runs of each form of the model, seeds ascending."""
        return by_arm(self.records)

    @cached_property
    def known(self) -> dict[Arm, list[Training]]:
        """The trainings of each form whose errors are known, on this machine or from a table, seeds ascending."""
        return by_arm((*self.records, *self.tabled.runs))

    @cached_property
    def runs(self) -> dict[Fusion, list[RunRecord]]:
        """The runs of each mode in the compared form, all seeds; `none` has no reference: it is in every form."""
        return {mode: self.arms[form] for mode, form in self._forms.items() if form in self.arms}

    @cached_property
    def known_runs(self) -> dict[Fusion, list[Training]]:
        """The trainings of each mode in the compared form whose errors are known, all seeds."""
        return {mode: self.known[form] for mode, form in self._forms.items() if form in self.known}

    @property
    def _forms(self) -> dict[Fusion, Arm]:
        return {mode: Arm.of(mode, self.reference, self.merge) for mode in Fusion}

    @property
    def matched(self) -> list[Training]:
        """Those of none with as many parameters as both: they stand beside the modes and are not inspected."""
        return self.known.get(replace(MATCHED, merge=self.merge), [])

    def of_seed(self, arm: Arm) -> RunRecord | None:
        """Return the run of a form with the seed looked into."""
        return next((run for run in self.arms.get(arm, []) if run.config.train.seed == self.seed), None)

    @property
    def members(self) -> list[RunRecord]:
        """The runs that are inspected together: those of the seed looked into, in every form."""
        return looked_into(self.records, self.seed)

    @cached_property
    def chosen_runs(self) -> dict[Fusion, RunRecord]:
        """The run of each mode in the compared form with the seed looked into."""
        return {mode: run for mode, runs in self.runs.items() for run in runs if run.config.train.seed == self.seed}

    @property
    def inspected(self) -> dict[Fusion, RunRecord]:
        """Those of `chosen_runs` that can be looked into; empty before."""
        return {} if self.inspection is None else self.chosen_runs

    @property
    def is_whole(self) -> bool:
        """Whether every window of its models was read and every statistic is there."""
        return self.inspection is not None and self.inspection.is_complete

    @cached_property
    def averages(self) -> Callable[[Fusion], xr.Dataset]:
        """What is kept of a mode: over all test windows, or over drawn ones until these were read."""
        from core.exhibits.inside import averages_of

        def found(mode: Fusion) -> xr.Dataset:
            assert self.inspection is not None, "asked of `inspected` modes only"
            return averages_of(self.inspection, self.chosen_runs[mode], self.members, untrained=self.untrained)

        return lru_cache(len(Fusion))(found)

    def answers(self, mode: Fusion, place: int, record: str) -> Answer:
        """Return what a mode does in one test window, asked of the model, with an activation recorded ("": none)."""
        from core.exhibits.inside import answer_of

        return answer_of(self.chosen_runs[mode], place, record, untrained=self.untrained)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The statistics of the inspected runs and of the input they all read (columns: `core.table.COLUMNS`).

        They are of trained models: no rows where the untrained are shown.
        """
        if self.inspection is None or self.untrained:
            return pd.DataFrame(columns=list(COLUMNS))
        rows, run_ids = self.inspection.rows, [run.run_id for run in self.inspected.values()]
        return rows.loc[rows["run_id"].isin([*run_ids, ""])]

    @cached_property
    def windows(self) -> Windows:
        """The test windows (views: nothing is copied)."""
        return make_windows(self.dataset, self.config.window, Split.TEST)

    @cached_property
    def origins(self) -> NDArray[np.int64]:
        """The row of the first target of each of those windows, [window]; nothing is scaled for it.

        Before anything is trained there are no windows: every test row.
        """
        splits = self.dataset.splits
        return origins_of(splits, self.config.window, Split.TEST) if self.known else np.array(splits.test)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each of those windows by that row, as a link names it."""
        return {str(origin): place for place, origin in enumerate(self.origins.tolist())}

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of those windows: time of day, or the cycle that applies instead."""
        cycle, last_read = cycle_of(self.dataset), self.dataset.frame.index[self.origins - 1]
        return Calendar(cycle, slots(pd.DatetimeIndex(last_read), cycle))

    def slots_of(self, mode: Fusion) -> NDArray[np.int64]:
        """Return the slots of the windows that the averages of a mode are of, [window]."""
        read = self.averages(mode)["origin"].to_numpy()
        return self.calendar.slots[np.searchsorted(self.origins, read)]

    @cached_property
    def errors(self) -> dict[Fusion, NDArray[np.float64]]:
        """MSE of every window and variable by mode, standardised, [window, variable]; NaN where none was read."""
        from core.exhibits.inside import errors_of

        return {mode: errors_of(self.averages(mode), self.windows) for mode in self.inspected}

    @cached_property
    def changes(self) -> Callable[[Fusion], pd.DataFrame]:
        """The abrupt changes of a mode and none, the largest first (as `abrupt_changes` returns them)."""
        from core.exhibits.inside import abrupt_changes

        return lru_cache(len(Fusion))(lambda mode: abrupt_changes(self.averages(mode), self.averages(Fusion.NONE)))

    def rests_on(self, *modes: Fusion) -> str:
        """Return in words how many windows the averages of modes are of, where these are not all."""
        from core.exhibits.inside import rests_on

        return next(filter(None, (rests_on(self.averages(mode)) for mode in modes)), "")

    def foot(self, runs: Iterable[Training], *details: str) -> str:
        """Return where a figure of some of the runs comes from, and what it is of."""
        line = provenance_line(self.dataset.title, list(runs), data=self.dataset.fingerprint)
        return " · ".join(filter(None, [line, say("untrained twin") if self.untrained else "", *details]))

    @property
    def settings(self) -> dict[str, Any]:
        """What figures are made from, for the file beside them: selection, data, checkpoints, seeds."""
        run = self.config
        return {
            "dataset": run.dataset,
            "title": self.dataset.title,
            "source": self.dataset.source,
            "licence": self.dataset.licence,
            "data": self.dataset.fingerprint,
            "preset": run.preset,
            "horizon": run.window.horizon,
            "lookback": run.window.lookback,
            "seeds": self.known_seeds,
            "seed_looked_into": self.seed,
            "inspection": None if self.inspection is None else self.inspection.key,
            "checkpoints": [settings_of(record) for record in self.records],
            "from_table": [run.run_id for run in self.tabled.runs],
        }
