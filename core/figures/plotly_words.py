"""What plotly.js says by itself: names of its tools, hints, months and weekdays."""

from __future__ import annotations

from functools import cache
from typing import Any

from core.text.words import mark, say, speaking
from core.vocabulary import Language

TOOLS = (  # as plotly.js says them
    mark("Zoom"),
    mark("Pan"),
    mark("Box Select"),
    mark("Lasso Select"),
    mark("Zoom in"),
    mark("Zoom out"),
    mark("Autoscale"),
    mark("Reset axes"),
    mark("Double-click to zoom back out"),
    mark("Double-click on legend to isolate one trace"),
)
DATES = {  # parts of the calendar as plotly.js writes dates, where these are not its own
    Language.KOREAN: {"year": "%Y년", "month": "%Y년 %b", "dayMonth": "%b %-d일", "dayMonthYear": "%Y년 %b %-d일"},
}


@cache
def plotly_words(language: Language) -> dict[str, Any]:
    """Return the `dictionary` and the `format` of a language, as plotly.js wants a locale; English is its own."""
    if language is Language.ENGLISH:
        return {"dictionary": {}, "format": {}}
    with speaking(language):
        return {"dictionary": {tool: say(tool) for tool in TOOLS}, "format": _calendar(language)}


def plotly_config(language: Language) -> dict[str, Any]:
    """Return what plotly.js is set to, to speak a language; nothing for its own."""
    if language is Language.ENGLISH:
        return {}
    return {"locale": language.value, "locales": {language.value: plotly_words(language)}}


def _calendar(language: Language) -> dict[str, Any]:
    """Return months, weekdays and dates as plotly.js wants them."""
    from babel import Locale  # only where it is read: figures in English need none

    names = Locale(language.value)
    (months, few_months), (days, few_days) = (
        [list(dict(sorted(of["format"][width].items())).values()) for width in ("wide", "abbreviated")]
        for of in (names.months, names.days)
    )
    weeks = [[*week[-1:], *week[:-1]] for week in (days, few_days)]  # Sunday first
    return DATES[language] | {
        "months": months,
        "shortMonths": few_months,
        "days": weeks[0],
        "shortDays": weeks[1],
        "date": "%Y-%m-%d",
    }
