"""What a page looks at, frozen, and its way to and from the query string of a link.

Nothing here knows the browser: `dashboard.state` keeps the values. A link can name only what exists; anything else
gives one sentence and falls back to what does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.text.words import mark, say
from core.vocabulary import Language
from dashboard.markup import harmless

Value = TypeVar("Value")

PREFERRED = {"preset": "default", "horizon": "96", "lookback": "720", "seed": "0"}
WORDS = {"preset": mark("preset"), "horizon": mark("horizon"), "lookback": mark("look-back"), "seed": mark("seed")}
SHARED = ("dataset", "language", *PREFERRED)  # the parameters of a link that all pages share


@dataclass(frozen=True, order=True)
class Cell:
    """One place of the grid of trained models; each fusion mode may have a checkpoint there."""

    preset: str
    horizon: int  # rows
    lookback: int  # rows
    seed: int
    here: bool = True  # whether its models are on this machine; else a shipped table knows their errors alone

    @property
    def place(self) -> tuple[str, int, int]:
        """Preset, horizon and look-back: what all its seeds share."""
        return self.preset, self.horizon, self.lookback


@dataclass(frozen=True)
class Catalog:
    """What exists: every data set, in the order shown, with its trained cells (none yet: an empty tuple)."""

    cells: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Keys of the data sets."""
        return tuple(self.cells)


@dataclass(frozen=True)
class Selection:
    """What all pages share. `cell` is None for a data set without trained models."""

    dataset: str
    cell: Cell | None
    language: Language = Language.ENGLISH
    home: Language = Language.ENGLISH  # the language of the browser, spoken where a link names none

    def to_query(self) -> dict[str, str]:
        """Return the query parameters that reopen this selection."""
        query = {"dataset": self.dataset}
        if self.cell is not None:
            query |= {name: str(getattr(self.cell, name)) for name in PREFERRED}
        if {self.language, self.home} != {Language.ENGLISH}:
            query["language"] = self.language.value
        return query


def read_selection(
    values: Mapping[str, str], catalog: Catalog, home: Language = Language.ENGLISH
) -> tuple[Selection, dict[str, str]]:
    """Return the selection that a link's values name, and by name one sentence for each that does not exist.

    Parameters
    ----------
    values : query parameters as text; missing ones take the preferred value, others are ignored.
    catalog : what exists; at least one data set.
    home : the language of the browser.
    """
    told: dict[str, str] = {}

    def choice(name: str, word: str, present: Sequence[str], default: str) -> str:
        chosen, sentence = matching(word, values.get(name), {text: text for text in present}, default)
        if sentence:
            told[name] = sentence
        return chosen

    dataset = choice("dataset", say("data set"), catalog.datasets, catalog.datasets[0])
    language = choice("language", say("language"), [word.value for word in Language], home.value)
    cells: Sequence[Cell] = catalog.cells[dataset]
    for name, preferred in PREFERRED.items():
        if cells:
            present = [str(value) for value in sorted({getattr(cell, name) for cell in cells})]
            here = [str(value) for value in sorted({getattr(cell, name) for cell in cells if cell.here})] or present
            chosen = choice(name, say(WORDS[name]), present, preferred if preferred in here else here[0])
            cells = [cell for cell in cells if str(getattr(cell, name)) == chosen]
    return Selection(dataset, cells[0] if cells else None, Language(language), home), told


def options(catalog: Catalog, selection: Selection, name: str) -> list[str]:
    """Return the values of one part of the cell that exist beside the parts chosen before it, as text, in order."""
    return [str(value) for value in sorted({getattr(cell, name) for cell in _beside(catalog, selection, name)})]


def _beside(catalog: Catalog, selection: Selection, name: str) -> Sequence[Cell]:
    cells: Sequence[Cell] = catalog.cells[selection.dataset]
    for earlier in PREFERRED:
        if earlier == name:
            break
        cells = [cell for cell in cells if getattr(cell, earlier) == getattr(selection.cell, earlier)]
    return cells


def errors_alone(catalog: Catalog, selection: Selection, name: str) -> frozenset[str]:
    """Return those of `options` behind which no model is on this machine: a shipped table knows their errors."""
    cells = _beside(catalog, selection, name)
    here = {str(getattr(cell, name)) for cell in cells if cell.here}
    return frozenset({str(getattr(cell, name)) for cell in cells} - here)


def matching(
    name: str, text: str | None, choices: Mapping[str, Value], default: str, shown: str = ""
) -> tuple[Value, str]:
    """Return the choice that a link's text names, or the default with a sentence that says so.

    `shown` is the default in the words of the screen, where these are not the link's.

    >>> matching("variable", "OT", {"OT": 6, "HUFL": 0}, "HUFL")
    (6, '')
    >>> matching("variable", "XX", {"OT": 6, "HUFL": 0}, "HUFL")
    (0, 'The variable XX is not here; showing HUFL instead.')
    """
    if text is None or text in choices:
        return choices[default if text is None else text], ""
    told = mark("The {name} {text} is not here; showing {instead} instead.")
    return choices[default], say(told, name=name, text=harmless(text), instead=shown or default)
