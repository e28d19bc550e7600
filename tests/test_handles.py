"""What is dragged on a chart: where handles are, what moving one makes of an edit, and how it is undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.data.edits import Edit, EditKind
from core.exhibits.case import Case
from core.exhibits.edits import DRAFT, EDITS, in_hand, rows_read, with_edits
from core.figures.palette import Look
from dashboard import state, whatif
from dashboard.chart import Handle, Move
from dashboard.handles import handles_of, moved_to

ZERO, LEVEL = "zero:load:-12..-9", "level:load:-6..-1:1.5"


def chosen(case: Case, edits: str, draft: str) -> dict[str, Any]:
    found = {choice.name: choice.options(case, {})[text] for choice, text in ((EDITS, edits), (DRAFT, draft))}
    return {"variable": "load", "origin": 5, **found}


def handles(case: Case, edits: str, draft: str) -> dict[str, Handle]:
    return {one.name: one for one in handles_of(case, chosen(case, edits, draft), Look())}


def at(handle: Handle) -> float:
    """Return where a handle is on its axis."""
    return handle.places[round((handle.value - handle.low) / handle.step)]


def test_the_ends_of_the_span_are_held_half_a_row_beside_its_rows(case: Case) -> None:
    found, (rows, stamps) = handles(case, LEVEL, LEVEL), rows_read(case, {"origin": 5})
    times = stamps[: len(rows)].astype("datetime64[ms]").astype(float)
    hour = 3_600_000.0
    assert at(found["first"]) == times[-6] - hour / 2 and at(found["last"]) == times[-1] + hour / 2
    assert found["first"].along == found["last"].along == "x"


@pytest.mark.parametrize("word", [LEVEL, "slope:load:-6..-1:-2", "spike:load:-9..-4:3", "scale:load:-24..-1:0.5"])
@pytest.mark.parametrize("others", ["", ZERO, "level:load:-3..-1:1"])
def test_the_amount_is_held_on_the_line_that_is_drawn(case: Case, word: str, others: str) -> None:
    picked = chosen(case, "|".join(filter(None, [others, word])), word)
    (handle,) = (one for one in handles_of(case, picked, Look()) if one.name == "amount")
    rows, stamps = rows_read(case, picked)
    made = with_edits(case, rows, in_hand(picked)[0])[:, case.dataset.variables.index("load")]
    (row,) = np.flatnonzero(stamps[: len(rows)].astype("datetime64[ms]").astype(float) == handle.across)
    assert at(handle) == pytest.approx(made[row])
    assert handle.value == picked["draft"].amount and handle.along == "y"


@pytest.mark.parametrize("word", ["zero:load:-6..-1", "shift:load:-6..-1:2", "level:drift:-6..-1:1"])
def test_without_an_amount_on_these_rows_only_the_span_is_held(case: Case, word: str) -> None:
    assert set(handles(case, word, word)) == {"first", "last"}


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        ("first", -20, "level:load:-20..-1:1.5"),
        ("first", -1000, "level:load:-48..-1:1.5"),
        ("last", -3, "level:load:-6..-3:1.5"),
        ("last", -30, "level:load:-6..-6:1.5"),  # the ends do not pass each other
        ("first", 5, "level:load:-1..-1:1.5"),
        ("amount", -2.25, "level:load:-6..-1:-2.25"),
        ("amount", 99, "level:load:-6..-1:10"),
    ],
)
def test_a_handle_makes_the_nearest_edit(case: Case, name: str, value: float, made: str) -> None:
    assert str(moved_to(case, Edit.parse(LEVEL), Move(name, value, 1, True))) == made


class Page:
    """The What-if page as far as its callbacks see it: a session without a browser."""

    def __init__(self, case: Case, patch: pytest.MonkeyPatch, **view: str) -> None:
        self.case, self.session = case, {"view": dict(view), "view notes": {}}
        patch.setattr(state.st, "session_state", self.session)

    def drag(self, name: str, value: float, hold: int, *, held: bool = True) -> str:
        """Move a handle; return the list of edits."""
        words = [word for word in (state.value("edits") or "").split("|") if word]
        hand = int(state.value("edit") or 0)
        edit = Edit.parse(state.value("draft") or LEVEL)
        self.session["chart"] = {"moved": {"name": name, "value": value, "hold": hold, "held": held}}
        whatif.take_move(self.case, words, hand, edit, "chart")
        return state.value("edits") or ""


def test_a_drag_is_undone_at_once_and_the_next_by_itself(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(case, monkeypatch, edits=LEVEL, edit="1", draft=LEVEL)
    for amount in (2, 2.5, 3):
        last = page.drag("amount", amount, hold=11)
    assert last == "level:load:-6..-1:3"
    assert page.drag("amount", 3, hold=11, held=False) == last
    assert page.drag("first", -9, hold=12, held=False) == "level:load:-9..-1:3"
    for expected in (last, LEVEL):
        whatif._go("edits before", "edits after")
        assert state.value("edits") == expected
    assert state.kept("edits before", None) == []
    whatif._go("edits after", "edits before")
    assert state.value("edits") == last


def test_whoever_drags_the_amount_makes_the_edit(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(case, monkeypatch, edits=ZERO, draft=LEVEL)
    assert page.drag("first", -9, hold=1, held=False) == ZERO, "a span alone edits nothing"
    assert state.value("draft") == "level:load:-9..-1:1.5"
    assert page.drag("amount", 2, hold=2) == f"{ZERO}|level:load:-9..-1:2" and state.value("edit") == "2"
    assert page.drag("amount", 3, hold=2, held=False) == f"{ZERO}|level:load:-9..-1:3"
    whatif._go("edits before", "edits after")
    assert state.value("edits") == ZERO and not state.value("edit")


def test_what_the_form_held_before_a_drag_does_not_come_back(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(case, monkeypatch, edits=LEVEL, edit="1", draft=LEVEL)
    last = page.drag("amount", 3, hold=11)
    page.session[whatif.ROWS] = page.session["chart"]
    page.session |= {
        whatif.KIND: EditKind.LEVEL,
        whatif.VARIABLES: ["load"],
        whatif.SPAN: (-6, -1),
        whatif.AMOUNT: 1.5,
    }
    given = page.case, [last], 1, Edit.parse(last)
    whatif._fill(*given)
    assert state.value("edits") == last, "the browser told the form with the drag"
    page.session[whatif.ROWS] = {"moved": None}
    whatif._fill(*given)
    assert state.value("edits") == LEVEL, "later it is what somebody chose"


def test_the_address_waits_until_it_is_let_go(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    page, written = Page(case, monkeypatch, edits=LEVEL, edit="1", draft=LEVEL), []
    monkeypatch.setattr(state.st, "query_params", Address(written))
    for held in (True, True, False):
        page.drag("amount", 2, hold=5, held=held)
        state._write({"edits": state.value("edits") or ""})
    assert written == [{"edits": "level:load:-6..-1:2"}]


class Address:
    """The address bar: it notes what is written."""

    def __init__(self, written: list[dict[str, str]]) -> None:
        self.written = written

    def to_dict(self) -> dict[str, str]:
        return {}

    def from_dict(self, query: dict[str, str]) -> None:
        self.written.append(query)
