"""Names of the months in the languages of common tables, whole and cut."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_NAMES = (  # English, German, French, Spanish, Italian, Portuguese, Dutch
    "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar février fevrier févr fevr fév fev febrero febbraio fevereiro februari",
    "march mar märz maerz mär mrz mars marzo março maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
MONTHS: Mapping[str, int] = MappingProxyType(
    {name: place for place, names in enumerate(_NAMES, start=1) for name in names.split()}
)


def month_of(word: str) -> int | None:
    """Return the month that a word names, 1 to 12.

    >>> month_of("Févr."), month_of("März"), month_of("10월"), month_of("7月"), month_of("max")
    (2, 3, 10, 7, None)
    """
    word = word.strip().lower().removesuffix(".")
    number = word[:-1] if word.endswith(("월", "月")) else ""
    if number.isdecimal():
        return int(number) if 1 <= int(number) <= 12 else None
    return MONTHS.get(word)
