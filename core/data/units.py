"""Units of measurement: what is one, and the one in a column's name."""

from __future__ import annotations

import re
import unicodedata

_SYMBOLS = (
    r"[yzafpnuµμmcdhkMGTPE]?(?:Wh?|VA|var|V|Ah?|Hz|J|N|Pa|bar|g|m|l|s|K|C|F|eV|Ω|ohms?|S|lx|mol|Bq|Sv|B|t|cal)p?"
)
_WORDS = (
    "°|°[CFK]|deg|deg ?[CFK]|degrees?|celsius|fahrenheit|kelvin|volts?|amps?|watts?|percent|pct|ppm|ppb|psu|rpm|"
    "h|hr|hrs|hours?|min|minutes?|sec|seconds?|d|days?|yr|years?|mph|kph|kt|kn|knots?|ft|in|inch|inches|mi|lbs?|oz|"
    "psi|gal|btu|mmbtu|hp|ha|inHg|mmHg|atm|mb|mps|cfs|cfm|gpm|ntu|fnu|db[am]?|(?:t|kg|g)CO2e?|oktas?|counts?|number|"
    "index|EUR|USD|GBP|KRW|JPY|CNY|CHF|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|BRL|€|(?:US)?\\$|£|₩|₹|원|명|대|건|개|回|人"
)
_POWER = r"(?:\^|\*\*)?[-+−]?\d"
_PART = rf"(?:{_SYMBOLS}|{_WORDS}|%)(?:{_POWER})?"
_UNIT = re.compile(rf"{_PART}(?:(?:\s*[/·⋅*.∕]\s*|\s+per\s+|\s|-){_PART})*", re.IGNORECASE)
_LONGEST = 24  # characters
_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_AFTER_COMMA = re.compile(r",\s*([^,()\[\]]{2,}?|[%°℃℉])\s*(?:[(\[].*)?$")  # a lone letter names a series: "Line, A"


def is_unit(text: str) -> bool:
    """Whether a text is a unit of measurement.

    >>> [is_unit(text) for text in ("kWh", "W/m²", "[°C]", "kg m-2 s-1", "㎧", "EUR/MWh", "Avg", "Close")]
    [True, True, True, True, True, True, False, False]
    """
    plain = unicodedata.normalize("NFKC", without_brackets(text))
    return len(plain) <= _LONGEST and (plain == "1" or _UNIT.fullmatch(plain) is not None)


def without_brackets(text: str) -> str:
    """Return what stands in the brackets around a whole text, else the text."""
    found = re.fullmatch(r"\s*[\[(](.+)[\])]\s*", text)
    return (found.group(1) if found else text).strip()


def unit_in_name(name: str) -> str:
    """Return the unit in the last brackets of a column name that hold one, or after a comma; "" where there is none.

    >>> unit_in_name("T (degC)"), unit_in_name("Load [MW] - Germany (DE)"), unit_in_name("Temp, °C (LGR S/N: 1)")
    ('degC', 'MW', '°C')
    >>> unit_in_name("load"), unit_in_name("load (2)"), unit_in_name("load (avg)")
    ('', '', '')
    """
    found = [*reversed(_BRACKETS.findall(name)), *_AFTER_COMMA.findall(name)]
    return next((text.strip() for text in found if is_unit(text) and not text.strip().isdigit()), "")
