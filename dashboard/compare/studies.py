"""Studies as pages see them: started here, made by the command line, or linked from another folder of the machine."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core import jobs
from core.aside import DAMAGED, damage, is_aside, set_aside
from core.config import Arm, ConfigError
from core.data.catalog import load_dataset
from core.data.dataset import DataError
from core.data.uploads import is_upload
from core.exhibits.case import Case
from core.jobs import JobFolder, JobKind, JobState
from core.study.folder import (
    RUNS,
    STUDY,
    TABLE,
    RunState,
    datasets_of,
    is_study,
    read_study,
    status,
    writer,
)
from core.study.progress import StudyProgress
from core.study.progress import progress as progress_of
from core.text.words import mark, say
from core.train.finished import runs_in
from core.train.record import RunRecord
from core.vocabulary import Fusion, Language, Merge, Reference, label
from core.workspace import subfolder
from dashboard import cache
from dashboard.markup import harmless


@dataclass(frozen=True)
class StudyFolder(JobFolder):
    """A study of the workspace; one made by the command line has no job around it, only the study's own files."""

    @property
    def linked(self) -> bool:
        """Whether it lies elsewhere: the workspace holds a link to it."""
        return self.path.is_symlink()

    @property
    def state(self) -> JobState:
        """Where the study stands now; one whose grid cannot be read is lost."""
        if self.spec and not self.linked:
            state = super().state
            return JobState.LOST if state is JobState.DONE and not is_study(self.path) else state
        if writer(self.path) is not None:
            return JobState.RUNNING
        try:
            ended = all(run.state in (RunState.DONE, RunState.FAILED) for run in status(self.path))
        except (ConfigError, DataError):  # its grid cannot be read, or its data are gone
            return JobState.LOST
        return JobState.DONE if ended and (self.path / TABLE).exists() else JobState.LOST

    @property
    def can_resume(self) -> bool:
        """Whether a page may start it: only what was asked for here."""
        return bool(self.spec) and not self.linked

    @property
    def damage(self) -> str:
        """What of it cannot be read, and how it goes on all the same; empty where all can."""
        if (self.path / STUDY).exists() and not is_study(self.path):
            again = (
                mark("{file} cannot be read; Resume sets it aside and goes on with the runs that are there.")
                if self.can_resume
                else mark(
                    "{file} cannot be read; python -m core study --out FOLDER --datasets ... sets it aside and goes "
                    "on with the runs that are there."
                )
            )
            return say(again, file=self.path / STUDY)
        if (self.path / "spec.json").exists() and not self.spec:
            return say(
                "{file} cannot be read; the study itself can: go on with: python -m core study --out {folder}",
                file=self.path / "spec.json",
                folder=self.path,
            )
        return ""

    @property
    def datasets(self) -> frozenset[str]:
        """The data sets it is of, as its grid or the job around it names them."""
        return frozenset(datasets_of(self.path))


def known() -> list[StudyFolder]:
    """Return every study of the workspace, newest first; those without a job around them last.

    A folder in which neither the grid nor the job can be read is set aside.
    """
    asked = [StudyFolder(job.path) for job in jobs.known(JobKind.STUDY) if not job.path.is_symlink()]
    told = {job.path for job in asked if job.spec}
    for job in asked:
        if not (job.spec or (job.path / STUDY).exists()):
            with suppress(OSError):  # a workspace that cannot be written
                set_aside(job.path)
    folders = sorted(
        path.parent for path in subfolder(JobKind.STUDY.folder).glob(f"*/{STUDY}") if not is_aside(path.parent)
    )
    return [job for job in asked if job.path in told] + [StudyFolder(one) for one in folders if one not in told]


def listed(uploads: Collection[str]) -> list[StudyFolder]:
    """Return the studies to list for a session that sees these uploads: those of others' files stay theirs."""
    return [job for job in known() if all(key in uploads or not is_upload(key) for key in job.datasets)]


def missing(job_id: str) -> str:
    """Return the sentence for a link to a study that is not here."""
    aside = [name for name in damage(subfolder(JobKind.STUDY.folder)) if name.startswith(f"{job_id}{DAMAGED}")]
    if aside:
        told = mark("The comparison {job} cannot be read and is set aside as {name}; start it again.")
        return say(told, job=job_id, name=aside[-1])
    return say("The comparison {job} is not here.", job=harmless(job_id))


def find(job_id: str | None) -> StudyFolder | None:
    """Look a study up among those that exist: an id never becomes a path."""
    return next((job for job in known() if job.id == job_id), None)


def link_folder(text: str) -> StudyFolder:
    """Remember a study's folder elsewhere on this machine and return it under its id.

    Raises
    ------
    ConfigError : the folder holds no readable study.
    """
    folder = Path(text.strip()).expanduser().resolve()
    read_study(folder)
    if folder.parent == subfolder(JobKind.STUDY.folder).resolve():
        return StudyFolder(subfolder(JobKind.STUDY.folder) / folder.name)
    link = subfolder(JobKind.STUDY.folder) / f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:6]}"
    if not link.is_symlink():
        link.symlink_to(folder, target_is_directory=True)
    return StudyFolder(link)


def progress(job: StudyFolder) -> StudyProgress | None:
    """Return how far a study is; None before its worker has written the plan."""
    return progress_of(job.path) if is_study(job.path) else None


@dataclass(frozen=True)
class Result:
    """Finished runs that belong side by side: one data set, horizon and form."""

    dataset: str
    title: str  # data set, horizon and form for people
    records: tuple[RunRecord, ...]
    reference: Reference
    merge: Merge

    def case(self) -> Case:
        """Return the case of these runs; DataError where their data set is not here."""
        seed = min(record.config.train.seed for record in self.records)
        return Case(load_dataset(self.dataset), self.records, seed, None, self.reference, self.merge)


def finished(job: StudyFolder, language: Language) -> dict[str, Result]:
    """Return the finished runs of a study, by what a reader chooses among: data set, horizon, form where several are.

    `none` ignores the reference and stands beside every one of them.
    """
    planned = read_study(job.path)
    mine = [record for record in runs_in(job.path / RUNS) if record.run_id in planned.runs]
    names, forms = cache.titles(), list(itertools.product(planned.merges, planned.references))
    found: dict[str, Result] = {}
    for key, horizon, (merge, reference) in itertools.product(planned.datasets, planned.horizons, forms):
        # In links the form bears one name whatever the language is.
        form, words = (
            f" · {label(merge, one)} · {label(reference, one)}" if len(forms) > 1 else ""
            for one in (Language.ENGLISH, language)
        )
        arms = {Arm.of(mode, reference, merge, matched) for mode in Fusion for matched in (False, True)}
        members = tuple(
            record
            for record in mine
            if (record.config.dataset, record.config.window.horizon) == (key, horizon)
            and record.config.model.arm in arms
        )
        if any(not record.config.model.matched for record in members):
            title = say("{data}, {horizon} steps ahead", data=names.get(key, key), horizon=horizon) + words
            found[f"{key} {horizon}{form}"] = Result(key, title, members, reference, merge)
    return found
