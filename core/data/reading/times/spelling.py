"""Spellings of one time made alike: words of other languages, spaces, am and pm, and intervals cut to their start."""

from __future__ import annotations

import re

import pandas as pd

from core.data.reading.times.dates import sample_of
from core.data.reading.times.monthwords import words_in_english
from core.data.report import Notes
from core.text.message import Message

_WORDS = str.maketrans("年月日时時分秒，", "년월일시시분초,", "第")
_HALVES = {
    **{"오전": "AM", "上午": "AM", "午前": "AM", "a.m.": "AM", "A.M.": "AM"},
    **{"오후": "PM", "下午": "PM", "午後": "PM", "p.m.": "PM", "P.M.": "PM"},
}
_POINTED = re.compile(r"(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?")  # 2024. 1. 31. 13:00
_POINT_MONTH = re.compile(r"(\d{4})\. ?(\d{1,2})월")
_WEEKDAY = re.compile(r"\([월화수목금토일]\)|[월화수목금토일]요일")
_HALF_FIRST = re.compile(r"(AM|PM) ?(\d{1,2}(?::\d{2}|시)[\d:.분초]*)")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_ZONE = re.compile(r"\s*[\[(][A-Za-z][\w/+:\- ]*[\])]")
_BETWEEN = re.compile(r"\s+(?:-|–|—|to|bis|until|->|→)\s+|\s*[~～]\s*|/|(?<=\d)(?:-|–|—)(?=\d)")
_LENGTH = re.compile(r"/PT?\d+[\dYMWDTHS]*$")  # 2024-01-31T13:00Z/PT1H
_SHORT_END = re.compile(rf"^(.*\d.* {_CLOCK})(?:\s*[-–—~]\s*)({_CLOCK})$")
_QUOTES = "[]'\""
_FEWEST_ENDS = 4  # different ends from which -01:00 after a clock is no offset


def alike(texts: pd.Series, notes: Notes) -> pd.Series:
    """Return the cells in one spelling each, an interval as its start (told under `found`)."""
    if sample_of(texts).str[:1].isin(list(_QUOTES)).all():
        texts = texts.str.strip(_QUOTES)
    sample = " ".join(sample_of(texts))
    if not sample.isascii() or "a.m." in sample.lower() or "p.m." in sample.lower():
        texts = _in_english(texts)
    if "  " in sample or "," in sample:
        texts = texts.str.replace(",", " ").str.replace(r"\s+", " ", regex=True).str.strip()
    if _POINTED.search(sample):
        texts = texts.str.replace(_POINTED, r"\1.\2.\3", regex=True)
    texts = _starts(words_in_english(texts, sample_of(texts)), notes)
    if "AM" in sample or "PM" in sample or not sample.isascii():
        texts = texts.str.replace(_HALF_FIRST, r"\2 \1", regex=True)
    return texts


def _in_english(texts: pd.Series) -> pd.Series:
    """Return the cells with am and pm for their words, and 년월일시분초 close to their numbers."""
    texts = texts.str.replace("季度", "분기", regex=False).map(lambda text: text.translate(_WORDS))
    texts = texts.str.replace(_WEEKDAY, " ", regex=True)
    for word, half in _HALVES.items():
        texts = texts.str.replace(word, f" {half} ", regex=False)
    texts = texts.str.replace(r"\s+", " ", regex=True).str.replace(r" ?([년월일시분초]) ?", r"\1", regex=True)
    texts = texts.str.replace(_POINT_MONTH, r"\1년\2월", regex=True)
    return texts.str.replace("일", "일 ", regex=False).str.replace(r"월(?=AM|PM|\d+:)", "월 ", regex=True).str.strip()


def _starts(texts: pd.Series, notes: Notes) -> pd.Series:
    """Return the start of each interval where the cells hold intervals, else the cells."""
    sample = sample_of(texts)
    if len(sample) and sample.str.contains(_LENGTH).all():
        notes.found.append(Message("time.interval", example=str(sample.iloc[0])))
        return texts.str.replace(_LENGTH, "", regex=True)
    halves = [_halves(text) for text in sample]
    ends = {found and found[1] for found in halves}
    if halves.count(None) > 0.1 * len(halves) or len(ends) < _FEWEST_ENDS:
        return texts
    notes.found.append(Message("time.interval", example=str(sample.iloc[0])))
    return texts.map(_start)


def _start(text: str) -> str:
    """Return the start of an interval with the zone that follows it; a cell that is no interval as it is."""
    halves = _halves(text)
    return halves[0] + "".join(_ZONE.findall(text)[:1]) if halves else text


def _halves(text: str) -> tuple[str, str] | None:
    plain = _ZONE.sub("", text).strip()
    short = _SHORT_END.match(plain)
    if short:
        return short[1], short[2]
    for found in _BETWEEN.finditer(plain):
        start, end = plain[: found.start()].strip(), plain[found.end() :].strip()
        if len(start) >= 6 and len(end) >= 6 and _signs(start) == _signs(end):
            return start, end
    return None


def _signs(text: str) -> str:
    return re.sub(r"\w+", "0", text)
