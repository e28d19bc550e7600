"""What only its owner knows of a file: the questions a file can raise, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Self

from core.text.message import Message
from core.text.words import mark

SPREAD = "spread"  # of several series below each other: give each a column of its own
UNFOLD, AS_IT_IS = "unfold", "as it is"  # of a wide table: one row a time; leave it
MISSING, KEEP = "missing", "keep"  # of values that look like placeholders
POINT, COMMA = "point", "comma"  # decimal signs
DAY_FIRST, MONTH_FIRST = "day first", "month first"
STEPS: Mapping[str, str] = MappingProxyType(  # common answers to "how far apart are the rows?"
    {
        "1min": mark("1 minute"),
        "5min": mark("5 minutes"),
        "10min": mark("10 minutes"),
        "15min": mark("15 minutes"),
        "30min": mark("30 minutes"),
        "1h": mark("1 hour"),
        "1D": mark("1 day"),
        "B": mark("1 day, Monday to Friday"),
        "7D": mark("1 week"),
        "MS": mark("1 month"),
        "ME": mark("1 month, at its end"),
        "QS": mark("3 months"),
        "YS": mark("1 year"),
    }
)


@dataclass(frozen=True)
class Choices:
    """Answers of a file's owner; "" where nothing was said.

    Attributes
    ----------
    decimal : "point" or "comma"
        The sign before the decimals, where the file can be read both ways.
    dates : "day first" or "month first"
    series : "spread", or "COLUMN=VALUE"
        Of a file with several series below each other: all of them side by side, or one.
    layout : "unfold" or "as it is"
        Of a table with times in its header, or the hours of a day as columns.
    placeholders : "missing" or "keep"
        What suspicious values are taken as.
    start : str
        Time of the first row of a file without a time column.
    step : str
        Distance of its rows: "15min", "1h", "1D", "B" (working days), "MS", "QS", "YS".
    """

    decimal: str = ""
    dates: str = ""
    series: str = ""
    layout: str = ""
    placeholders: str = ""
    start: str = ""
    step: str = ""

    @classmethod
    def from_answers(cls, answers: Mapping[str, str]) -> Self:
        """Build from answers by field; other keys are left aside."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in answers.items() if key in known})


@dataclass(frozen=True)
class Option:
    """One answer to a question.

    Attributes
    ----------
    value : str
        What `Choices` holds when it is given.
    label : Message
        The answer in words, with what follows from it: "4,492 is 4492".
    """

    value: str
    label: Message


@dataclass(frozen=True)
class Question:
    """What a file leaves open.

    Attributes
    ----------
    key : str
        Field of `Choices` that holds the answer.
    text : Message
        One sentence that asks, with an example out of the file.
    options : tuple of Option
        In the order they are offered; empty where the answer is free text (start and step).
    taken : str
        Value of the option by which an accepted file was read; "" where the owner has to choose.
    """

    key: str
    text: Message
    options: tuple[Option, ...] = ()
    taken: str = ""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from JSON values by field, messages as `Message.to_json` gives them."""
        options = tuple(Option(option["value"], Message.from_json(option["label"])) for option in values["options"])
        return cls(values["key"], Message.from_json(values["text"]), options, values.get("taken", ""))
