"""Messages: every key that the product tells has its sentence, with the fields that are given, and none is unused."""

from __future__ import annotations

import ast
import pickle
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from itertools import groupby
from string import Formatter

import pandas as pd
import pytest

from core.analysis.suitability import Condition
from core.analysis.verdict import Outlook, Standing
from core.claims.by_epoch import Overfit
from core.claims.findings import Outcome
from core.claims.helps import Beside, Side
from core.claims.published import Quantity
from core.claims.quantities import Control
from core.claims.rows import Group
from core.claims.verdict import Answer, Verdict
from core.data.spans import length_of, span_of
from core.data.step import WORKING_DAYS, Step
from core.holdings.holding import Fate, HoldingKind
from core.jobs import JobState
from core.text.catalogue import SENTENCES
from core.text.message import Message, Value, all_of, read, sentences, some_of, stored, tell, word
from core.text.template import NOUNS, Plural, Template
from core.text.words import speaking
from core.vocabulary import Language
from core.workspace import ROOT
from tests.support.source import calls, literals, trees

TOLD_WORDS = (
    *(Answer, Beside, Condition, Control, Fate, Group, HoldingKind, JobState, Outcome, Outlook, Overfit, Quantity),
    *(Side, Standing, Verdict),
)
OF_MESSAGES = {"plain", "sentences", "list.and", "list.and_more"}  # made in core/text itself
# What tells, not what is told.
WORKSHOP = {"__init__", "amounts", "catalogue", "message", "particles", "words"}
ROOMS = sorted({path.stem for path in (ROOT / "core/text").glob("*.py")} - WORKSHOP)


@dataclass(frozen=True)
class Use:
    """A message as it stands in the source."""

    place: str
    key: str
    fields: frozenset[str]


def uses() -> list[Use]:
    found = []
    for path, call, _ in calls("Message"):
        if path.parent.name == "text":
            continue
        place = f"{path.relative_to(ROOT)}:{call.lineno}"
        keys = literals(call.args[0]) if len(call.args) == 1 else []
        assert keys, f"{place}: give a message its key as it stands in the catalogue, and its values by name"
        fields = [keyword.arg for keyword in call.keywords]
        assert None not in fields, f"{place}: give the values one by one, so that they can be checked"
        found += [Use(place, key, frozenset(map(str, fields))) for key in keys]
    return found


def counted_nouns() -> set[str]:
    """Return every word in a file that counts something, and so may be the noun."""
    files = {path for path, _, _ in calls("counted")}
    words = {
        node.value
        for path in files
        for node in ast.walk(trees()[path])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return words & set(NOUNS)


def test_what_is_counted_has_its_words() -> None:
    nouns = {noun for _, call, _ in calls("counted") if len(call.args) == 2 for noun in literals(call.args[1])}
    assert len(nouns) > 20 and nouns <= set(NOUNS)


def forms_of(template: Template) -> tuple[str, ...]:
    return (template.one, template.other) if isinstance(template, Plural) else (template,)


def sentences_of(room: str) -> dict[str, Template]:
    found: dict[str, Template] = import_module(f"core.text.{room}").SENTENCES
    return found


def fields_of(template: Template) -> frozenset[str]:
    """Return the names of the gaps of a sentence, the number that decides its form included."""
    names = {name for text in forms_of(template) for _, name, _, _ in Formatter().parse(text) if name is not None}
    return frozenset(names | ({template.by} if isinstance(template, Plural) else set()))


def test_every_message_has_a_sentence_with_the_fields_it_gives() -> None:
    found = uses()
    assert len(found) > 100
    unknown = [use for use in found if use.key not in SENTENCES]
    assert not unknown, f"without a sentence in core/text: {unknown}"
    wrong = [
        (use, sorted(fields_of(SENTENCES[use.key]))) for use in found if use.fields != fields_of(SENTENCES[use.key])
    ]
    assert not wrong, f"the sentence has other fields: {wrong}"


def test_every_closed_word_that_is_told_has_its_words() -> None:
    for words in TOLD_WORDS:
        for one in words:
            assert fields_of(SENTENCES[word(one).key]) == frozenset()


def test_no_sentence_is_unused_or_stands_twice() -> None:
    words = {word(one).key for of in TOLD_WORDS for one in of}
    told = {use.key for use in uses()} | {Message(f"count.{noun.replace(' ', '_')}").key for noun in counted_nouns()}
    unused = SENTENCES.keys() - told - words - OF_MESSAGES
    assert not unused, f"nothing tells {sorted(unused)}; take them out of core/text"
    assert sum(len(sentences_of(room)) for room in ROOMS) == len(SENTENCES)


def test_no_two_keys_say_the_same_sentence() -> None:
    said = [text for template in SENTENCES.values() for text in forms_of(template) if text.endswith((".", "?"))]
    assert [text for text, times in Counter(said).items() if times > 1] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_keeps_keys_of_one_beginning_together(room: str) -> None:
    groups = [beginning for beginning, _ in groupby(key.split(".")[0] for key in sentences_of(room))]
    assert len(groups) == len(set(groups)), groups


def test_sentences_have_named_gaps_that_json_and_the_values_can_fill() -> None:
    for key, template in SENTENCES.items():
        names = fields_of(template)
        assert "key" not in names and all(name.isidentifier() for name in names), key
        if isinstance(template, Plural):
            one, other = map(fields_of, (template.one, template.other))
            assert one <= other | {template.by}, f"{key}: the form for one has a gap of its own"


NESTED = Message("slope.too_few", points=Message("count.point", n=1), data_sets=Message("count.data_set", n=2))


@pytest.mark.parametrize(
    "message",
    [
        NESTED,
        Message("clock.no_day"),
        Message("profile.condition", condition="c1", title="{x}", parts=("a", NESTED, 2.5, True)),
        sentences(NESTED, Message.plain('"quoted" and {braced}'), None),
    ],
)
def test_what_is_stored_is_read_back(message: Message) -> None:
    text = stored(message)
    again = read(text)
    assert again == message and hash(again) == hash(message) and str(again) == str(message)
    assert pickle.loads(pickle.dumps(message)) == message
    assert "\n" not in text


def test_sentences_of_older_files_are_told_as_they_are() -> None:
    for text in ("Only 11 abrupt changes; an average needs 20.", "{odd} %s", '{"a": 1}'):
        found = read(text)
        assert found is not None and str(found) == text and stored(found) == text
        assert tell(found, Language.KOREAN) == text
    assert read("") is None and stored(None) == ""


def test_a_key_or_field_of_another_version_is_told_as_it_is() -> None:
    assert str(read('{"key":"clock.gone","n":3}')) == "clock.gone: n 3"
    assert str(read('{"key":"events.too_few","found":3}')) == "events.too_few: found 3"


@pytest.mark.parametrize(("n", "wanted"), [(1, "1 point in 1 data set"), (1200, "1,200 points in 1,200 data sets")])
def test_a_number_decides_the_form(n: int, wanted: str) -> None:
    found = Message("slope.too_few", points=Message("count.point", n=n), data_sets=Message("count.data_set", n=n))
    assert str(found) == f"{wanted}: too few for a slope."


@pytest.mark.parametrize("value", [None, {"a": 1}, b"bytes", ("text", None), [1, 2]])
def test_a_value_that_cannot_be_kept_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"message errors\.cnn: n is .*give text, a number"):
        Message("errors.cnn", n=value)  # type: ignore[arg-type]


def test_lists_name_what_they_are_given() -> None:
    values: list[Value] = ["load", Message.plain("gust"), 3]
    assert [str(all_of(values[:count])) for count in range(4)] == ["", "load", "load and gust", "load, gust and 3"]
    assert str(some_of(values, most=1)) == "load and 2 more"


class Unheard(StrEnum):
    """A word that nothing tells."""

    OF = "of"


def test_a_sentence_inside_another_is_a_clause() -> None:
    told = Message("profile.undefined", of="load", why=Message("dependence.constant"))
    assert str(told) == "load undefined (constant: 0 by convention)"
    assert str(word(Unheard.OF)).startswith("unheard.of")


HOURLY, WORKING = Step(pd.Timedelta("1h")), Step(pd.Timedelta("1D"), weekdays=WORKING_DAYS)


@pytest.mark.parametrize(
    ("step", "rows", "korean"),
    [
        (HOURLY, 0.5, "30분"),
        (HOURLY, 24, "24시간"),
        (HOURLY, 36 * 3, "4.5일"),
        (Step.by_months(3), 4, "12개월"),
        (WORKING, 2000, "2,000영업일"),
    ],
)
def test_a_span_is_told_in_korean_and_in_english_as_the_step_writes_it(step: Step, rows: float, korean: str) -> None:
    assert span_of(step, rows) == step.span(rows)
    with speaking(Language.KOREAN):
        assert span_of(step, rows) == korean


@pytest.mark.parametrize(
    ("length", "english", "korean"), [("500ms", "0.5 seconds", "0.5초"), ("1439min", "1439 minutes", "1439분")]
)
def test_a_length_of_many_units_or_parts_of_one_is_told_in_korean_too(length: str, english: str, korean: str) -> None:
    told = length_of(pd.Timedelta(length))
    assert str(told) == english
    with speaking(Language.KOREAN):
        assert str(told) == korean
