"""What the reading of one file may cost."""

from __future__ import annotations

MOST_MEMORY = 2 * 1024**3  # bytes
MOST_SECONDS = 60  # of a processor; on a machine that does nothing else the same by the clock
LONGEST_WAIT = 180  # seconds by the clock: a busy machine gives a process little of each
MOST_ANSWER = 512 * 1024**2  # bytes of the checked frame: 400 MB at the limit of cells
MOST_REPORT = 16 * 1024**2  # bytes
TOO_LARGE = (
    f"Reading the file takes more than {MOST_MEMORY // 1024**3} GB of memory; leave out columns or rows, or "
    "average it to a coarser step."
)
