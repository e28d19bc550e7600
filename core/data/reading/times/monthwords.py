"""Names of months and weekdays in the languages of Western Europe, as the English abbreviations strptime knows."""

from __future__ import annotations

import calendar
import re
import unicodedata
from functools import cache, lru_cache

import pandas as pd

_MONTHS = (
    "january february march april may june july august september october november december",
    "januar februar maerz april mai juni juli august september oktober november dezember",
    "jaenner feber marz april mai juni juli august september oktober november dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november desember",
)
_SHORT_MONTHS = {"mrz": 3, "mrt": 3, "mz": 3, "sept": 9, "setiembre": 9, "janner": 1}
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
    "segunda terca quarta quinta sexta feira",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
)
_SHORT_WEEKDAYS = frozenset("mo di mi do fr sa so ma wo vr za zo mie".split())
_FILLERS = frozenset("de del do of the den der um uhr le à".split())  # 1 de enero de 2024, um 13:00 Uhr
_SHORTEST = 3
_WORD = re.compile(r"[^\W\d_]+\.?")
_NUMBERS_ALONE = re.compile(r"\d+([./-])\d+\1\d+")
_DAY = re.compile(r"\b(\d{1,2})(?:\. ?|º ?|ª ?|(?:er|st|nd|rd|th)\b ?)(?=[A-Z][a-z]{2}\b)")
_ENGLISH = calendar.month_abbr[:]


def words_in_english(texts: pd.Series, sample: pd.Series) -> pd.Series:
    """Return cells with English abbreviations for the names of months, and without names of weekdays."""
    if all(in_english(text) == text for text in sample):
        return texts
    return texts.map({text: in_english(text) for text in texts.unique()})


def in_english(text: str) -> str:
    """Return a date in words in English.

    >>> in_english("Freitag, 1. März 2024"), in_english("1er août 2024"), in_english("ene-05")
    ('1 Mar 2024', '1 Aug 2024', 'Jan-05')
    >>> in_english("mar. 5 mars 2024"), in_english("mar 05/03/2024"), in_english("line 5")
    ('5 Mar 2024', '05/03/2024', 'line 5')
    """
    words = _WORD.findall(text)
    numbers = _NUMBERS_ALONE.search(text) is not None
    months = [word for word in words if month_of(word)]
    if not months and not any(_is_weekday(word) or _is_filler(word) for word in words):
        return text
    doubled = numbers or len(months) > 1  # mar. is a Tuesday where another word, or a number, is the month

    def written(found: re.Match[str]) -> str:
        month = month_of(found[0])
        if _is_filler(found[0]) or (_is_weekday(found[0]) and (doubled or not month)):
            return " "
        return _ENGLISH[month] if month and not numbers else found[0]

    plain = _DAY.sub(r"\1 ", _WORD.sub(written, re.sub(r"(?<=\d)er\b", " ", text)))
    return re.sub(r"\s+", " ", plain).strip(" ,-")


def month_of(word: str) -> int | None:
    """Return the number of a month by its name or an abbreviation of at least three letters.

    >>> month_of("Février"), month_of("Okt."), month_of("Monday")
    (2, 10, None)
    """
    return _months().get(_plain(word))


def _is_weekday(word: str) -> bool:
    return _plain(word) in _weekdays()


def _is_filler(word: str) -> bool:
    return word.lower() in _FILLERS


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    """Return a word in small letters without accents and without the point of an abbreviation."""
    return without_accents(word.strip().rstrip(".").lower())


def without_accents(text: str) -> str:
    """Return Latin letters without their accents, others as they are.

    >>> without_accents("año"), without_accents("연도")
    ('ano', '연도')
    """
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@cache
def _months() -> dict[str, int]:
    """Return each month by its names and by those beginnings of them that no other month shares."""
    known: dict[str, set[int]] = {word: {month} for word, month in _SHORT_MONTHS.items()}
    for names in _MONTHS:
        for month, name in enumerate(names.split(), start=1):
            for length in range(_SHORTEST, len(name) + 1):
                known.setdefault(name[:length], set()).add(month)
    return {word: next(iter(months)) for word, months in known.items() if len(months) == 1}


@cache
def _weekdays() -> frozenset[str]:
    names = " ".join(_WEEKDAYS).split()
    return _SHORT_WEEKDAYS | {name[:length] for name in names for length in range(_SHORTEST, len(name) + 1)}
