"""What a deck is, and what can be done to one. A change returns another deck; the file is written by shelf.py."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.exhibits.two_sides import Part
from core.figures.palette import Look
from core.report.files import Ratio, Scheme
from core.vocabulary import Language

MOST_SLIDES = 100
MOST_TITLE, MOST_CAPTION, MOST_NOTE = 120, 300, 5_000  # letters
TOGETHER = 2  # pictures of one slide, at most

Name = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]  # of a slide
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]  # of a file: what it holds
Text = Annotated[str, StringConstraints(max_length=20_000)]
Texts = Annotated[dict[str, Text], Field(max_length=40)]


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Plain):
    """What a figure is made of, with which choices: all by the texts of a link."""

    source: Texts
    choices: Texts


class Held(Side):
    """The second side that a figure is held against, and what of both is shown."""

    shows: Part


class Figure(Side):
    """Which figure, of what, with which choices; where two sides of it are compared, both."""

    exhibit: Text
    against: Held | None = None

    @property
    def datasets(self) -> frozenset[str]:
        """Keys of the data sets that it is of."""
        sides = (self, *([self.against] if self.against else []))
        return frozenset(side.source["dataset"] for side in sides if "dataset" in side.source)


class Pinned(Figure):
    """A figure as it was pinned, with the picture that is kept of it."""

    picture: Mark

    @property
    def figure(self) -> Figure:
        """What it is of."""
        return Figure(**self.model_dump(exclude={"picture"}))


class Slide(_Plain):
    """One slide: a figure or two, with words of one's own."""

    name: Name = Field(default_factory=lambda: secrets.token_hex(4))
    pins: Annotated[tuple[Pinned, ...], Field(min_length=1, max_length=TOGETHER)]
    caption: str = Field(default="", max_length=MOST_CAPTION)  # in place of the figure's question
    note: str = Field(default="", max_length=MOST_NOTE)  # for whoever speaks
    numbers: bool = False  # the first rows of the numbers beside the picture


class Deck(_Plain):
    """Slides in order, and how all of them look."""

    title: str = Field(min_length=1, max_length=MOST_TITLE)
    subtitle: str = Field(default="", max_length=MOST_CAPTION)
    slides: Annotated[tuple[Slide, ...], Field(max_length=MOST_SLIDES)] = ()
    ratio: Ratio = Ratio.WIDE
    language: Language = Language.ENGLISH
    scheme: Scheme = "light"
    template: Mark | None = None  # a PowerPoint file that slides are made on: its shape and colours count

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len({slide.name for slide in self.slides}) < len(self.slides):
            raise ValueError("two slides have one name")
        return self

    @property
    def look(self) -> Look:
        """How its figures are drawn, whatever a screen shows."""
        return Look(self.scheme, self.language)

    @property
    def pins(self) -> tuple[Pinned, ...]:
        """Every figure, in order."""
        return tuple(pin for slide in self.slides for pin in slide.pins)

    @property
    def marks(self) -> tuple[str, ...]:
        """Marks of the files that it keeps: pictures, and the template."""
        return tuple(dict.fromkeys(filter(None, [*(pin.picture for pin in self.pins), self.template])))

    @property
    def datasets(self) -> frozenset[str]:
        """Keys of the data sets that its figures are of: who sees these sees the deck."""
        return frozenset(key for pin in self.pins for key in pin.datasets)

    @property
    def is_full(self) -> bool:
        """Whether no slide can be added."""
        return len(self.slides) >= MOST_SLIDES

    def showing(self, *figures: Figure) -> list[str]:
        """Return the names of the slides that show these figures and nothing else."""
        return [slide.name for slide in self.slides if [pin.figure for pin in slide.pins] == [*figures]]

    def place(self, name: str) -> int | None:
        """Return where a slide stands, counted from 0; None where it is gone."""
        return next((place for place, slide in enumerate(self.slides) if slide.name == name), None)

    def with_slide(self, slide: Slide) -> Self:
        """Return the deck with a slide at its end; as it is where it is full."""
        return self if self.is_full else self._with((*self.slides, slide))

    def without(self, name: str) -> Self:
        """Return the deck without a slide."""
        return self._with(tuple(slide for slide in self.slides if slide.name != name))

    def moved(self, name: str, by: int) -> Self:
        """Return the deck with a slide some places later (below 0: earlier), at most at an end."""
        place = self.place(name)
        if place is None:
            return self
        others = [slide for slide in self.slides if slide.name != name]
        others.insert(min(max(place + by, 0), len(others)), self.slides[place])
        return self._with(tuple(others))

    def doubled(self, name: str) -> Self:
        """Return the deck with a copy of a slide behind it; as it is where it is full."""
        place = self.place(name)
        if place is None or self.is_full:
            return self
        twin = self.slides[place].model_copy(update={"name": secrets.token_hex(4)})
        return self._with((*self.slides[: place + 1], twin, *self.slides[place + 1 :]))

    def joined(self, name: str) -> Self:
        """Return the deck with the picture of the slide behind a slide beside its own."""
        place = self.place(name)
        if place is None or place + 1 >= len(self.slides) or len(self._both(place)) > TOGETHER:
            return self
        slide, behind = self.slides[place], self.slides[place + 1]
        note = "\n\n".join(filter(None, [slide.note, behind.note]))[:MOST_NOTE]
        together = slide.model_copy(update={"pins": self._both(place), "note": note})
        return self._with((*self.slides[:place], together, *self.slides[place + 2 :]))

    def _both(self, place: int) -> tuple[Pinned, ...]:
        return self.slides[place].pins + self.slides[place + 1].pins

    def parted(self, name: str) -> Self:
        """Return the deck with each picture of a slide on one of its own; the first one keeps the words."""
        place = self.place(name)
        if place is None or self.is_full:
            return self
        slide = self.slides[place]
        first = slide.model_copy(update={"pins": slide.pins[:1]})
        rest = [Slide(pins=(pin,), numbers=slide.numbers) for pin in slide.pins[1:]]
        return self._with((*self.slides[:place], first, *rest, *self.slides[place + 1 :]))

    def changed(self, name: str, **fields: Any) -> Self:
        """Return the deck with some fields of a slide changed."""
        return self._with(
            tuple(slide.model_copy(update=fields) if slide.name == name else slide for slide in self.slides)
        )

    def without_dataset(self, key: str) -> Self:
        """Return the deck without the figures of a data set, and without the slides that showed nothing else."""
        left = [
            slide.model_copy(update={"pins": tuple(pin for pin in slide.pins if key not in pin.datasets)})
            for slide in self.slides
        ]
        return self._with(tuple(slide for slide in left if slide.pins))

    def _with(self, slides: tuple[Slide, ...]) -> Self:
        return self.model_copy(update={"slides": slides})
