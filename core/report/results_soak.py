"""What `make soak` found: hostile uploads and links, killed workers, many sessions at once."""

from __future__ import annotations

import json
from pathlib import Path

from core.report.markdown import markdown_table, paragraph

_WHAT = (
    "`make soak` brings drawn files to the Data page (damaged, forged, or with hostile names and cells; a process of "
    "its own reads each), opens every page with hostile links, kills the worker of a comparison and resumes it, and "
    "lets sessions of one server click from page to page all at once. How long that took is in the soak's own file."
)


def soak_section(path: Path) -> str:
    """Return the section of a soak's figures.

    Parameters
    ----------
    path : JSON that `python -m tests.soak` wrote: the version of the product, and numbers by part.
    """
    told = json.loads(path.read_text(encoding="utf-8"))
    version = told.pop("version")
    counts = [
        (part, *number) for part, numbers in told.items() for number in numbers.items() if isinstance(number[1], int)
    ]
    rows = [[part, name, f"{value:,}"] for part, name, value in counts]
    table = markdown_table(["part", "number", "value"], rows, words=2)
    return "\n\n".join(["## Under strain", paragraph(f"{_WHAT} Version {version}."), table])
