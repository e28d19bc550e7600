"""Which sign stands before the decimals: what one column's cells say, and what the columns of a file say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.data.choices import COMMA, POINT, Choices, Option, Question
from core.data.reading.numbers.cells import number, usual_signs
from core.data.report import Notes, Refused
from core.text.message import Message, some_of

OPEN = "open"  # every cell with a sign can be read both ways: 4,492 is 4492 or 4.492
_EITHER = re.compile(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*")
_TELLING = 3  # different whole numbers below 1,000 without a sign that make thousands separators of the others' signs
_ENOUGH = 25  # cells that tell, or are no numbers, after which no more are asked
_POINTED = (",", " ", "|")  # what separates columns where points separate decimals
_PLURALS = {
    ",": Message("sign.comma"),
    ".": Message("sign.points"),
    " ": Message("sign.spaces"),
    "'": Message("sign.apostrophes"),
}


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal : str
        POINT or COMMA where the cells themselves settle it, OPEN, or "" where no sign occurs.
    grouped : str
        A cell with thousands separators, "" where none was met.
    example : str
        A cell that is open.
    small : int
        Whole numbers below 1,000 that occur without a sign; 0 where any above does.
    """

    decimal: str = ""
    grouped: str = ""
    example: str = ""
    small: int = 0


def decimal_sign(cells: Iterable[object]) -> tuple[str, str]:
    """Return POINT, COMMA, OPEN or "" for the cells of a column, and an open cell.

    A cell that can be read in one way only settles the column: 1,5 and 0,123 and 1.204,5 have a decimal comma,
    1,204,331 has not. Cells that contradict each other are counted.

    >>> decimal_sign(["4,492", "1,5"]), decimal_sign(["4,492", "1,204,331"]), decimal_sign(["4,492", "7"])
    (('comma', '4,492'), ('point', '4,492'), ('open', '4,492'))
    """
    votes, unread, example = {POINT: 0, COMMA: 0}, 0, ""
    for cell in cells:
        if not isinstance(cell, str) or not ("," in cell or "." in cell):
            continue
        if _EITHER.fullmatch(cell):
            example = example or usual_signs(cell)
            continue
        point, comma = number(cell) is not None, number(cell, decimal_comma=True) is not None
        if point != comma:
            votes[POINT if point else COMMA] += 1
        else:
            unread += 1
        if max(*votes.values(), unread) == _ENOUGH:
            break
    if votes[POINT] or votes[COMMA]:
        return (COMMA if votes[COMMA] > votes[POINT] else POINT), example
    return (OPEN if example else ""), example


def small_numbers(cells: Iterable[object]) -> int:
    """Return how many different whole numbers below 1,000 occur without a sign; 0 where any above does."""
    unsigned = (cell for cell in cells if not (isinstance(cell, str) and ("," in cell or "." in cell)))
    whole = {abs(value) for cell in unsigned if (value := number(cell)) and value % 1 == 0}
    return 0 if max(whole, default=0) >= 1000 else len(whole)


def settle(
    writings: dict[str, Writing], others: Sequence[str], delimiter: str, choices: Choices, notes: Notes
) -> str:
    """Return the decimal sign of the columns that are open by themselves.

    A file is written in one locale: what one column settles, the others follow. After that the owner's word counts;
    then whole numbers below 1,000 without a sign, which stand among grouped numbers and never among numbers of
    three decimals. A lone point is a decimal point unless something speaks against it; between semicolons and tabs,
    which go with decimal commas, and in texts of a sheet it is a question, as a lone comma is everywhere.

    `others` are the signs of columns that were settled while the file was read; `delimiter` stands between the cells
    of a text and is "" of other files.

    Raises
    ------
    Refused
        With both readings, where nothing settles it.
    """
    unsure = {name: writing for name, writing in writings.items() if writing.decimal == OPEN}
    settled = {writing.decimal for writing in writings.values()} | set(others)
    settled &= {POINT, COMMA}
    if not unsure or len(settled) == 1:
        return next(iter(settled), POINT)
    name, asked = min(unsure.items(), key=lambda item: ("," not in item[1].example, item[0]))
    question = _question(name, asked.example)
    grouped = [writing for writing in unsure.values() if writing.small >= _TELLING]  # thousands, by their sign
    likely = {POINT if "," in writing.example else COMMA for writing in grouped}
    taken = choices.decimal or (likely.pop() if len(likely) == 1 else "")
    if taken:
        notes.questions.append(replace(question, taken=taken))
        return taken
    if not likely and delimiter in _POINTED and all("." in writing.example for writing in unsure.values()):
        return POINT
    point, comma = _read_both_ways(asked.example)
    names = some_of(list(unsure), most=3)
    raise Refused(Message("decimal.open", names=names, example=asked.example, point=point, comma=comma), question)


def _read_both_ways(example: str) -> tuple[str, str]:
    return f"{number(example):.10g}", f"{number(example, decimal_comma=True):.10g}"


def _question(name: str, example: str) -> Question:
    point, comma = _read_both_ways(example)
    return Question(
        "decimal",
        Message("decimal.which", name=name, example=example, point=point, comma=comma),
        (
            Option(POINT, Message("decimal.point", example=example, point=point)),
            Option(COMMA, Message("decimal.comma", example=example, comma=comma)),
        ),
    )


def tell(writings: dict[str, Writing], notes: Notes) -> None:
    """Tell once which columns have a decimal comma, and which have thousands separators."""
    commas = [name for name, writing in writings.items() if writing.decimal == COMMA]
    if commas:
        notes.found.append(Message("decimal.commas", names=some_of(commas)))
    for sign, plural in _PLURALS.items():
        cells = {name: writing.grouped for name, writing in writings.items() if _group_sign(writing.grouped) == sign}
        if cells:
            first = next(iter(cells.values()))
            notes.found.append(Message("decimal.thousands", names=some_of(list(cells)), signs=plural, example=first))


def _group_sign(cell: str) -> str:
    """Return the first sign among the digits of a number with thousands separators."""
    return next((letter for letter in usual_signs(cell).lstrip("+-") if not letter.isdigit()), "")
