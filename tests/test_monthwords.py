"""Dates in the words of several languages."""

import pandas as pd
import pytest

from core.data.choices import Choices
from core.data.reading.times.monthwords import in_english, month_of
from core.data.reading.times.timecolumn import take_time
from core.data.report import Notes, Refused
from tests.support.timetables import HOURS, read_as, table

MONTHS = pd.date_range("1990-01-01", periods=120, freq="MS")
DAYS = pd.date_range("2023-01-01", periods=400)
WORDS = {
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Austrian": "Jänner Feber März April Mai Juni Juli August September Oktober November Dezember",
    "German, short": "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "French, short": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Spanish, short": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "English in capitals": "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER",
}


@pytest.mark.slow
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_months_of_a_language(words):
    names = words.split()
    assert [month_of(name) for name in names] == list(range(1, 13))
    for joint in (" ", "-", " de "):
        read_as(table([f"{names[s.month - 1]}{joint}{s.year}" for s in MONTHS], "x"), MONTHS)
    read_as(table([f"{names[s.month - 1]}-{s:%y}" for s in MONTHS], "x"), MONTHS, "1990 to 1999")
    for day in ("{0}. ", "{0} ", "{0} de ", "{0:02d}-"):
        read_as(table([f"{day.format(s.day)}{names[s.month - 1]} {s.year}" for s in DAYS], "x"), DAYS)
    read_as(table([f"{s.day}. {names[s.month - 1]} {s.year}, {s:%H:%M} Uhr" for s in HOURS], "x"), HOURS)


WEEKDAYS = {
    "German": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "German, short": "Mo Di Mi Do Fr Sa So",
    "French": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "French, short": "lun. mar. mer. jeu. ven. sam. dim.",
    "Spanish": "lunes martes miércoles jueves viernes sábado domingo",
    "Italian, short": "lun mar mer gio ven sab dom",
    "Dutch, short": "ma di wo do vr za zo",
    "English, short": "Mon Tue Wed Thu Fri Sat Sun",
}


@pytest.mark.parametrize("words", WEEKDAYS.values(), ids=WEEKDAYS)
def test_days_of_the_week_are_left_aside(words):
    names = words.split()
    read_as(table([f"{names[s.day_of_week]}, {s:%d.%m.%Y}" for s in DAYS], "x"), DAYS)
    mars = WORDS["French"].split()
    read_as(table([f"{names[s.day_of_week]} {s.day} {mars[s.month - 1]} {s.year}" for s in DAYS], "x"), DAYS)


def test_the_first_of_a_month_in_french():
    assert in_english("1er août 2024") == "1 Aug 2024"


@pytest.mark.parametrize("text", ["line 5", "2024-01-31T13:00:00Z", "12:00 AM", "31.01.2024 13:00", "mode 3"])
def test_what_is_no_name_stays(text):
    assert in_english(text) == text


@pytest.mark.parametrize("cells", [["mode 3", "sales 4"] * 60, ["Mo", "Di"] * 60, ["mars", "jupiter"] * 60])
def test_words_alone_are_no_dates(cells):
    with pytest.raises(Refused, match="No column can be read as time"):
        take_time(pd.DataFrame({"x": cells, "load": 1.5}), Choices(), Notes())
