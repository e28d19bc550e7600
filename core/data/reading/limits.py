"""What the reading of one file may cost, and how large a table may be."""

from __future__ import annotations

from core.data.report import Refused
from core.text.message import Message

MOST_BYTES = 200 * 1024**2  # of a file
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
MOST_SIDEWAYS = 16_384  # of a table with times in its header, which has more of them than rows
MOST_CELLS = 50_000_000  # 400 MB of float64: both limits at once would be 8 GB
MOST_MEMORY = 2 * 1024**3  # bytes
MOST_SECONDS = 60  # of a processor; on a machine that does nothing else the same by the clock
LONGEST_WAIT = 180  # seconds by the clock: a busy machine gives a process little of each
MOST_ANSWER = 512 * 1024**2  # bytes of the checked frame: 400 MB at the limit of cells
MOST_REPORT = 16 * 1024**2  # bytes
TOO_LARGE = Message("file.too_much_memory", gigabytes=MOST_MEMORY // 1024**3)


def check_size(rows: int, columns: int, *, sideways: bool = False) -> None:
    """Refuse a table beyond the limits, by numbers that are known or counted so far.

    One that may still be turned has at most as many rows as it then may have columns.
    """
    if rows > MOST_ROWS:
        raise Refused(Message("file.too_many_rows", most=MOST_ROWS))
    if columns > MOST_COLUMNS and not (sideways and rows <= MOST_COLUMNS and columns <= MOST_SIDEWAYS):
        raise Refused(Message("file.too_many_columns", columns=columns, most=MOST_COLUMNS))
    if rows * columns > MOST_CELLS:
        raise Refused(Message("file.too_many_cells", most=MOST_CELLS))
