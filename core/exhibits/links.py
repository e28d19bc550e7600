"""Texts of a link: what names the subject of a figure, several choices in one, and the word for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from urllib.parse import unquote

ALL = "all"  # in place of every option of several: elsewhere there may be more of them


def joined(texts: Iterable[str]) -> str:
    """Return several choices as one text of a link; `parts` takes it apart, whatever is in their names.

    >>> joined(["load", "T|RH", "RH %"])
    'load|T%7CRH|RH %25'
    """
    return "|".join(text.replace("%", "%25").replace("|", "%7C") for text in texts)


def parts(text: str) -> list[str]:
    """Return the choices that `joined` put into one text.

    >>> parts("load|T%7CRH|RH %25"), parts("")
    (['load', 'T|RH', 'RH %'], [])
    """
    return [unquote(part) for part in text.split("|") if part]


@singledispatch
def texts_of(subject: object) -> dict[str, str]:
    """Return the parameters of a link that name what figures are made of; the module of each subject says which."""
    return {}
