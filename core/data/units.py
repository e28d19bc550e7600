"""The unit in a column's name."""

from __future__ import annotations

import re


def unit_in_name(name: str) -> str:
    """Return the unit in the last brackets of a column name, "" where there is none; a logger's remark is no unit.

    >>> unit_in_name("T (degC)"), unit_in_name("wind [m/s]"), unit_in_name("load"), unit_in_name("T (LGR S/N: 1)")
    ('degC', 'm/s', '', '')
    """
    found = re.search(r"[(\[]([^()\[\]:]+)[)\]]$", name.strip())
    return found.group(1) if found else ""
