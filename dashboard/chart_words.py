"""What a chart says by itself in the browser: names of its tools, hints, months and weekdays."""

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
    mark("Reset axes"),
    mark("Double-click to zoom back out"),
    mark("Double-click on legend to isolate one trace"),
)
DATES = {  # parts of the calendar as plotly.js writes dates, where these are not its own
    Language.KOREAN: {"year": "%Y년", "month": "%Y년 %b", "dayMonth": "%b %-d일", "dayMonthYear": "%Y년 %b %-d일"},
}


@cache
def words(language: Language) -> dict[str, Any]:
    """Return the words of every chart: `locale`, `tools` and `format` are those that plotly.js is set to."""
    with speaking(language):
        own = {
            "fullscreen": say("Fullscreen"),
            "copy": say("Copy as picture"),
            "copied": say("Copied"),
            "not_copied": say("The browser did not let it be copied."),
            "failed": say("The part that draws charts did not load: reload the page."),
        }
        if language is Language.ENGLISH:
            return own | {"locale": "en-US", "tools": {}, "format": {}}
        tools = {tool: say(tool) for tool in TOOLS}
    return own | {"locale": language.value, "tools": tools, "format": _calendar(language)}


def _calendar(language: Language) -> dict[str, Any]:
    """Return months, weekdays and dates as plotly.js wants them."""
    from babel import Locale  # only where it is read: pages in English need none

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
