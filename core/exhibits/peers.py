"""CrossLens beside its peers: what one would pick instead, by error and by what training takes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.figures import peers as figures
from core.figures.palette import Look
from core.study.peers import TABLE, read_peers
from core.text.amounts import listed
from core.text.words import say
from core.version import VERSION

PAGE = "overview"


@dataclass(frozen=True, eq=False)
class Peers:
    """The measured entries; `key` is a fingerprint of the table they are read from."""

    key: str
    rows: pd.DataFrame

    @property
    def provenance(self) -> str:
        """Windows, what the seconds are, versions, and the table's fingerprint."""
        lookbacks = listed(dict.fromkeys(self.rows["lookback"]))
        parts = [
            say("look-back {lookbacks}", lookbacks=lookbacks),
            say("every test window, standardised"),
            say("CPU seconds of one thread until the kept weights were there, validation included"),
            say("seed {seed}", seed=0),
            *(say("code {code}", code=code) for code in dict.fromkeys(self.rows["code"])),
            *(
                f"{name} {listed(dict.fromkeys(self.rows[name].dropna()))}"
                for name in ("torch", "neuralforecast")
                if self.rows[name].notna().any()
            ),
            say("table {fingerprint}", fingerprint=self.key),
        ]
        return " · ".join([*parts, f"CrossLens {VERSION}"])


def peers_of(path: Path = TABLE) -> Peers:
    """Return what a table holds, nothing where there is none."""
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(2)
def _read(path: Path, written: int) -> Peers:
    """Read a table once; `written` makes the cache forget one that changed."""
    content = path.read_bytes() if written else b""
    return Peers(hashlib.sha256(content).hexdigest()[:12], read_peers(path))


def absent(subject: Peers) -> str:
    """Ask for the measurement."""
    if len(subject.rows):
        return ""
    return say(
        "Nothing was measured beside other networks yet: python -m benchmarks.bench_peers --out FOLDER does it, in a "
        "checkout."
    )


@exhibit("What would you pick instead?", page=PAGE, needs=absent)
def peers(subject: Peers, chosen: Chosen, look: Look) -> Chart:
    """Show error against training time, with the front."""
    return Chart(figures.peers(subject.rows, look=look), subject.rows, subject.provenance)
