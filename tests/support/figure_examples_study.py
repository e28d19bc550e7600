"""One example of every figure that is made of all trainings: published numbers as if they had been measured."""

from __future__ import annotations

from functools import partial

from core.exhibits.catalogue import of_page
from core.exhibits.study import PAGE
from core.figures.palette import Look
from core.figures.theme import Drawing
from tests.support.figure_examples_asked import Example
from tests.support.study_tables import whole


def _drawn(name: str, look: Look) -> Drawing:
    one, studies = of_page(PAGE)[name], whole()
    return one.build(studies, one.chosen(studies), look).drawing


STUDY: dict[str, Example] = {name: partial(_drawn, name) for name in of_page(PAGE)}
