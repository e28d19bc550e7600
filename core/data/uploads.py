"""Checked copies of users' files in the workspace: one folder each, named by a digest of values, step and file name.

Pages show an upload to whoever has its key in the link, or to everybody where its owner shared it. A key can be made
by whoever holds the very file under the very name, and by nobody else short of guessing 48 bits; it keeps people of
one server apart and is no lock against those who read the server's disk.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from core.aside import DAMAGED, whole
from core.data.dataset import DataError, Dataset, fraction_splits, frame_fingerprint
from core.data.gaps import fill_forward
from core.data.report import IngestReport
from core.data.step import Step
from core.jobs import write_json
from core.text.amounts import counted
from core.text.words import mark, say
from core.workspace import Folder, subfolder

if TYPE_CHECKING:
    from core.data.ingest import Ingested

_KEY = re.compile(r"upload-[0-9a-f]{12}")
_TABLE, _ACCOUNT = "data.parquet", "account.json"


@dataclass(frozen=True)
class Account:
    """What is known of a stored upload beside its values.

    Attributes
    ----------
    title : str
        Name of the file.
    step : Step
    report : IngestReport
    came : str
        When it was stored (ISO 8601, UTC).
    shared : bool
        Whether every session of the server may see it.
    """

    title: str
    step: Step
    report: IngestReport
    came: str
    shared: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        plain = {"title": self.title, "shared": self.shared, "came": self.came}
        return plain | {"step": self.step.to_dict(), "report": self.report.to_dict()}

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read what `to_dict` gave; raises whatever a damaged file makes it raise."""
        values = json.loads(path.read_text(encoding="utf-8"))
        step, report = Step.from_dict(values["step"]), IngestReport.from_dict(values["report"])
        came = datetime.fromisoformat(values["came"]).isoformat()
        return cls(str(values["title"]), step, report, came, values["shared"] is True)


def is_upload(key: str) -> bool:
    """Whether a key has the form of an upload's.

    >>> is_upload("upload-0123456789ab"), is_upload("upload-../../etc")
    (True, False)
    """
    return _KEY.fullmatch(key) is not None


def keys() -> list[str]:
    """Return the keys of all stored uploads, newest first; what cannot be read is set aside."""
    found = {path.name: _account(path) for path in subfolder(Folder.UPLOADS).glob("upload-*") if is_upload(path.name)}
    here = {key: account for key, account in found.items() if account is not None}
    return sorted(here, key=lambda key: (here[key].came, key), reverse=True)


def store(ingested: Ingested, title: str, *, shared: bool = False) -> str:
    """Write an accepted file to the workspace and return its key ("upload-" and 12 hex digits).

    The same values, step and title give the same key. Sharing it once shares it until `share` takes that back.

    Raises
    ------
    ValueError
        When the file was refused.
    OSError
        When the workspace cannot be written.
    """
    if ingested.frame is None or ingested.step is None:
        raise ValueError(f"{title} was refused ({ingested.report.reason}); only accepted files are stored.")
    key = _key_of(ingested.frame, ingested.step, title)
    final = subfolder(Folder.UPLOADS) / key
    if _account(final) is not None and (final / _TABLE).is_file():
        if shared:
            share(key, True)
        return key
    came = datetime.now(UTC).isoformat()
    account = Account(title, ingested.step, ingested.report, came, shared)
    with tempfile.TemporaryDirectory(dir=subfolder(Folder.UPLOADS)) as making:
        folder = Path(making) / key
        folder.mkdir()
        ingested.frame.to_parquet(folder / _TABLE)
        write_json(folder / _ACCOUNT, account.to_dict())
        try:
            folder.rename(final)  # a reader sees the whole folder or none
        except OSError:
            if not final.exists():  # someone else stored the same values meanwhile
                raise
    return key


def _key_of(frame: pd.DataFrame, step: Step, title: str) -> str:
    """Return the key: a second name, or another reading of the step, is another data set with a title of its own."""
    known = [frame_fingerprint(*fill_forward(frame)), step.to_dict(), title]
    return f"upload-{hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:12]}"


def share(key: str, shared: bool) -> None:
    """Show an upload to every session of the server, or no longer to others than those who have its key."""
    account = replace(account_of(key), shared=shared)
    write_json(stored(key) / _ACCOUNT, account.to_dict())


def account_of(key: str) -> Account:
    """Return what is known of a stored upload; DataError when it is gone."""
    account = _account(subfolder(Folder.UPLOADS) / key) if is_upload(key) else None
    if account is None:
        raise DataError(gone(key))
    return account


def stored(key: str) -> Path:
    """Return the folder of a stored upload; DataError when it is gone."""
    account_of(key)
    return subfolder(Folder.UPLOADS) / key


def names(chosen: Iterable[str]) -> dict[str, str]:
    """Return a name for people of each of some uploads; those of one title are told apart by rows, time and key."""
    accounts = {key: account_of(key) for key in chosen}
    found = {key: account.title for key, account in accounts.items()}
    rows = {key: counted(account.report.rows, "row") for key, account in accounts.items()}
    came = {key: datetime.fromisoformat(account.came).astimezone() for key, account in accounts.items()}
    times = {key: f"{time:%Y-%m-%d %H:%M}" for key, time in came.items()}
    digits = {key: key[-4:] for key in accounts}
    for told in (rows, times, digits):
        often = Counter(found.values())
        found |= {key: f"{name}, {told[key]}" for key, name in found.items() if often[name] > 1}
    return found


def named_in(text: str) -> frozenset[str]:
    """Return the keys of uploads that a text names, such as the id of a run.

    >>> named_in("upload-0123456789ab-h24-both"), named_in("ETTh1-h96")
    (frozenset({'upload-0123456789ab'}), frozenset())
    """
    return frozenset(_KEY.findall(text))


def in_words(text: str) -> str:
    """Return a text, such as the id of a run, with the names of uploads in place of their keys."""
    here = [key for key in dict.fromkeys(_KEY.findall(text)) if _account(subfolder(Folder.UPLOADS) / key) is not None]
    for key, name in names(here).items():
        text = text.replace(key, name)
    return text


def gone(key: str) -> str:
    """Return the sentence for an upload that is not in the workspace, set aside or never there."""
    aside = sorted(path.name for path in subfolder(Folder.UPLOADS).glob(f"{key}{DAMAGED}*")) if is_upload(key) else []
    if aside:
        told = mark("{key} cannot be read and is set aside as {name}; upload the file again on the Data page.")
        return say(told, key=key, name=aside[-1])
    return say("{key} is not in this workspace; upload the file again on the Data page.", key=key)


def _account(folder: Path) -> Account | None:
    """Return the account of a stored upload; None where there is none. An upload without one is set aside."""
    return whole(folder, lambda path: _read(path / _ACCOUNT, (path / _ACCOUNT).stat().st_mtime_ns))


@lru_cache(maxsize=500)
def _read(path: Path, written: int) -> Account:
    """Read an account; `written` makes the cache forget one that changed."""
    return Account.from_file(path)


def read(key: str, folder: Path) -> Dataset:
    """Return a stored upload as a data set with 70/10/20 % splits; DataError when it is damaged or gone."""
    dataset = whole(folder, lambda path: _dataset(key, path))
    if dataset is None:
        raise DataError(gone(key))
    return dataset


def _dataset(key: str, folder: Path) -> Dataset:
    account = Account.from_file(folder / _ACCOUNT)
    table = pd.read_parquet(folder / _TABLE)
    if table.shape != (account.report.rows, account.report.variables):
        raise ValueError(f"{_TABLE} holds {table.shape} cells; the account tells of others")
    return _as_dataset(key, table, account.title, account.step, account.report)


def unstored(ingested: Ingested, title: str) -> Dataset:
    """Return an accepted file as the data set that it would be once stored; ValueError when it was refused."""
    if ingested.frame is None or ingested.step is None:
        raise ValueError(f"{title} was refused ({ingested.report.reason}); only accepted files are read.")
    key = _key_of(ingested.frame, ingested.step, title)
    return _as_dataset(key, ingested.frame, title, ingested.step, ingested.report)


def _as_dataset(key: str, table: pd.DataFrame, title: str, step: Step, report: IngestReport) -> Dataset:
    frame, filled = fill_forward(table)
    return Dataset(
        key=key,
        title=title,
        frame=frame,
        splits=fraction_splits(len(frame)),
        step=step,
        report=report,
        units={column.name: column.unit for column in report.columns},
        licence=mark("your own file"),
        source=title,
        unbroken=True,  # on the step by its making
        filled=filled if filled.any() else None,
    )
