"""What is kept of figures for all sessions: a check is told again where all that it asked for is chosen again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from core.exhibits.checks import Check, CheckKind, Sign
from core.exhibits.exhibit import Chosen
from core.vocabulary import Language
from dashboard.cards import Noted, checked


@dataclass(frozen=True)
class Thing:
    key: str


def check_of(asked: list[str]) -> Callable[[Thing, Chosen], Check]:
    """Return a check that asks for the variable only where the mode is both, and notes when it is asked itself."""

    def check(subject: Thing, chosen: Chosen) -> Check:
        of = chosen["variable"] if chosen["mode"] == "both" else "all"
        word = f"{subject.key} {chosen['mode']} {of}" + (" blocks" if "block" in chosen else "")
        asked.append(word)
        return Check(CheckKind.NULL, Sign.HOLDS, word, word)

    return check


def test_a_check_is_known_by_what_it_asked_for_and_by_nothing_else() -> None:
    asked: list[str] = []
    check = check_of(asked)

    def told(key: str = "a", language: Language = Language.ENGLISH, **chosen: str) -> str:
        return checked(check, chosen, language, Thing(key), chosen).value

    assert told(mode="none", variable="x", origin="1") == "a none all"
    assert told(mode="none", variable="y", origin="2") == "a none all" and len(asked) == 1
    assert told(mode="both", variable="x", origin="1") == "a both x"
    assert told(mode="both", variable="y", origin="1") == "a both y"
    assert told(mode="both", variable="x", origin="7") == "a both x" and len(asked) == 3
    assert told(mode="none", variable="x", block="1") == "a none all blocks" and len(asked) == 4
    assert told("b", mode="none", variable="x") == "b none all" and len(asked) == 5
    told(language=Language.KOREAN, mode="none", variable="x")
    assert len(asked) == 6, "a check is in the words of its language"


@pytest.mark.parametrize("ask", [dict, list, len, lambda chosen: chosen.get("mode"), lambda chosen: "mode" in chosen])
def test_every_way_to_ask_is_noted(ask: Callable[[Chosen], object]) -> None:
    noted = Noted({"mode": "both"})
    ask(noted)
    assert noted.asked == {"mode"}
