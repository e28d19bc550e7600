"""The catalogues: every sentence of the source has its translation, with the same gaps, and none is left over."""

from __future__ import annotations

import ast
from string import Formatter

import pytest

from core.text.message import Message, tell
from core.text.particles import PARTICLES, with_particle
from core.text.words import catalogue, listen, say, say_many, speaking, spoken
from core.vocabulary import Language
from tests.support.source import calls, literals
from tests.words import ARGUMENTS, OTHERS, read, sentences


def gaps(text: str) -> set[tuple[str, str, str]]:
    """Return the gaps of a sentence as (name, format, conversion), without the particles of a translation."""
    found = set()
    for _, name, how, turned in Formatter().parse(text):
        if name is not None:
            form, _, particle = (how or "").rpartition("|")
            form = form if particle in PARTICLES else how or ""
            found.add((name, "" if " " in form else form, turned or ""))  # with a space: what stands between parts
    return found


def forms(told: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_the_sentences_of_the_source_and_no_other(language: Language) -> None:
    held = {message.id for message in read(language) if message.id}
    assert held == set(sentences()), "run `make words`, then translate what is new"


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_whole(language: Language) -> None:
    empty = [message.id for message in read(language) if message.id and not all(forms(message.string))]
    assert not empty, f"{len(empty)} without a translation, such as {empty[:5]}"
    doubtful = [message.id for message in read(language) if message.id and message.fuzzy]
    assert not doubtful


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_the_gaps_of_its_sentence(language: Language) -> None:
    wrong = []
    for message in read(language):
        if not message.id:
            continue
        wanted = gaps(forms(message.id)[-1])
        wrong += [(message.id, told) for told in forms(message.string) if told and gaps(told) != wanted]
    assert not wrong


def branches(node: ast.expr) -> list[ast.expr]:
    """Return what an expression can be: itself, or what a choice chooses from."""
    return branches(node.body) + branches(node.orelse) if isinstance(node, ast.IfExp) else [node]


def test_what_is_said_stands_in_the_source_as_it_is() -> None:
    """An f-string would be filled before it is translated: its translation is never found."""
    filled = [
        f"{path}:{call.lineno}"
        for path, call, name in calls(*ARGUMENTS)
        for place in ARGUMENTS[name]
        if place < len(call.args)
        if any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in branches(call.args[place]))
    ]
    assert not filled
    assert literals(ast.parse("'a' if x else 'b'", mode="eval").body) == ["a", "b"]


def test_a_sentence_is_said_in_the_language_of_its_frame_and_no_longer() -> None:
    with speaking(Language.KOREAN):
        assert say("Data set") == catalogue(Language.KOREAN)["Data set"] != "Data set"
        with speaking(Language.ENGLISH):
            assert say("Data set") == "Data set"
        assert spoken() is Language.KOREAN
    assert spoken() is Language.ENGLISH


def test_who_asks_is_listened_to_where_no_language_is_framed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.text.words._asked", lambda: None)  # what is listened to is put back
    listen(lambda: Language.KOREAN)
    assert spoken() is Language.KOREAN
    with speaking(Language.ENGLISH):
        assert spoken() is Language.ENGLISH
    listen(lambda: None)
    assert spoken() is Language.ENGLISH


def test_a_number_decides_the_form_in_english_alone() -> None:
    forms = "{n:,} row", "{n:,} rows"
    assert [say_many(*forms, n=n) for n in (0, 1, 2, 1200)] == ["0 rows", "1 row", "2 rows", "1,200 rows"]
    with speaking(Language.KOREAN):
        told = {say_many(*forms, n=n).replace(f"{n:,}", "#") for n in (0, 1, 2, 1200)}
    assert len(told) == 1


def test_a_message_is_told_in_the_language_asked_for() -> None:
    message = Message("estimate.no_value", of="seed")
    assert tell(message) == "No seed has a value."
    assert tell(message, Language.KOREAN) != tell(message)
    with speaking(Language.KOREAN):
        assert str(message) == tell(message, Language.KOREAN)


@pytest.mark.parametrize(
    ("words", "pair", "told"),
    [
        ("오차", "은/는", "오차는"),
        ("커널", "은/는", "커널은"),
        ("창 12", "이/가", "창 12가"),
        ("창 10", "이/가", "창 10이"),
        ("ETTh1", "을/를", "ETTh1을"),
        ("NYweather", "을/를", "NYweather을(를)"),
        ("RMSE", "과/와", "RMSE와"),
        ("12 %", "으로/로", "12 %로"),
        ("시드 6", "으로/로", "시드 6으로"),
        ("시드 8", "으로/로", "시드 8로"),
        ("0.35 (0.20~0.50)", "은/는", "0.35 (0.20~0.50)는"),
        ("**GRU**", "은/는", "**GRU**는"),
        ("", "은/는", "은(는)"),
    ],
)
def test_a_particle_fits_what_is_read_before_it(words: str, pair: str, told: str) -> None:
    assert with_particle(words, pair) == told
