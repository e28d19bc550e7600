"""All trainings at once: the tables of studies that are shipped, and what the panels made of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.claims.evidence import RMSE, Evidence
from core.claims.published import HORIZONS
from core.claims.tables import Form, first_form, shipped_path
from core.data.dataset import Dataset
from core.exhibits.claims import Judged, judged
from core.exhibits.exhibit import Choice, Chosen, Kind, Options
from core.exhibits.links import texts_of
from core.text.message import Message
from core.text.words import say
from core.vocabulary import Language

PAGE = "study"
ALL = "all"


@dataclass(frozen=True, eq=False)
class Studies:
    """The tables of the forms of the model, each read when it is asked for.

    Attributes
    ----------
    key : names the tables and when they were written, and `own`.
    forms : those that have a table, the one to open with first.
    read : the claims as the table of a form decides them.
    own : the data set that is looked at, to stand beside the published ones; None without.
    """

    key: str
    forms: tuple[Form, ...]
    read: Callable[[Form], Judged]
    own: Dataset | None = None

    def evidence(self, chosen: Chosen) -> Evidence:
        """Return the table of the chosen form."""
        return self.read(chosen["form"]).evidence


def studies(folder: Path, own: Dataset | None = None) -> Studies:
    """Return the tables of a folder, the one first that claims are judged by; `own` stands beside them."""
    there = [form for form in Form if shipped_path(form, folder).exists()]
    opening = first_form(folder)
    found = sorted(there, key=lambda form: form is not opening)  # stable: all others as they stand
    written = [f"{form} {shipped_path(form, folder).stat().st_mtime_ns}" for form in found]
    key = " ".join([str(folder), *written, own.fingerprint if own else ""])
    return Studies(key, tuple(found), lambda form: judged(form, folder), own)


@texts_of.register
def _(studies: Studies) -> dict[str, str]:
    return {"dataset": studies.own.key} if studies.own is not None else {}


def absent(studies: Studies) -> str:
    """Ask for a table."""
    return "" if studies.forms else str(Message("lacking.no_table", form=Form.DEFAULT.value))


def _forms(studies: Studies, chosen: Chosen) -> Options:
    return {form.value: form for form in studies.forms}


def _horizons(studies: Studies, chosen: Chosen) -> Options:
    table = studies.evidence(chosen).table
    known = set(table.loc[(table["statistic"] == RMSE) & (table["fusion"] != ""), "horizon"])
    return {ALL: None, **{str(horizon): horizon for horizon in HORIZONS if horizon in known}}


def _horizon_text(text: str, language: Language) -> str:
    return say("All") if text == ALL else text


FORM = Choice("form", "Model", _forms, text=lambda text, language: Form(text).short)
AHEAD = Choice("ahead", "Horizon", _horizons, kind=Kind.SEGMENTED, text=_horizon_text)


def foot(studies: Studies, chosen: Chosen, *parts: str) -> str:
    """Return where the numbers of a panel come from."""
    return " · ".join([studies.read(chosen["form"]).provenance, *parts])
