"""Selected windows: which a text names, and what a click or a drag takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.exhibits.case import Case
from core.exhibits.catalogue import of_case
from core.exhibits.selected import (
    AROUND,
    DRAWN,
    MOST_STRETCHES,
    WINDOWS,
    change_text,
    rows_text,
    selected,
    slot_text,
)
from core.figures.marks import milliseconds
from core.figures.palette import Look
from dashboard import state, windows
from tests.support.inspected import InspectedModels, values
from tests.support.pages import open_page, spec

OF_CASE, LOOK = of_case(), Look()
FOLLOWERS = [name for name, one in OF_CASE.items() if WINDOWS in one.choices]


def made(case: Case, name: str, **wanted: str) -> Any:
    return OF_CASE[name].card(case, OF_CASE[name].chosen(case, wanted), LOOK)


def some(case: Case) -> str:
    """Return the text of the windows 20 to 43: each hour of a day once."""
    return rows_text([(int(case.origins[20]), int(case.origins[43]))])


def test_rows_name_the_windows_that_begin_in_them(case: Case) -> None:
    first = int(case.origins[0])
    found = selected(case, rows_text([(first + 3, first + 5), (first + 9, first + 9)]))
    assert found.places.tolist() == [3, 4, 5, 9] and found.middle == 5
    assert found.words.startswith("2 stretches from ") and found.words.endswith(", 4 windows")
    assert found.mask is not None and np.flatnonzero(found.mask).tolist() == [3, 4, 5, 9]
    stamps = case.dataset.frame.index[case.origins[[3, 9]]]
    assert all(f"{stamp:%Y-%m-%d %H:%M}" in found.words for stamp in stamps)
    assert selected(case, f"rows:0-{first}").places.tolist() == [0], "as far as windows begin there"


def test_a_slot_names_the_windows_that_read_their_last_row_in_it(case: Case) -> None:
    found = selected(case, slot_text("13:00"))
    hours = case.dataset.frame.index[case.origins - 1].hour
    assert found.places.tolist() == np.flatnonzero(hours == 13).tolist()
    assert found.words == f"time of day 13:00, {len(found.places)} windows"


def test_a_change_names_the_windows_around_it(case: Case) -> None:
    row = int(case.origins[60])
    found = selected(case, change_text(row))
    assert found.places.tolist() == list(range(60 - AROUND, len(case.origins)))
    assert f"abrupt change of {case.dataset.frame.index[row]:%Y-%m-%d %H:%M}" in found.words


def test_nothing_selected_is_every_window_and_marks_none(case: Case) -> None:
    found = selected(case, "")
    assert not found and found.mask is None and found.over == "" == found.words
    assert found.places.tolist() == list(range(len(case.origins)))


@pytest.mark.parametrize(
    "text",
    ["moon:3", "rows:", "rows:5-", "rows:a-b", "rows:0-3", "rows:99999999", "rows:9-5", "slot:25:00", "slot:",
     "change:", "change:3", "change:-1", "change:²", "13", "rows:" + ",".join(map(str, range(MOST_STRETCHES + 1))),
     "<b>x</b>" * 99],
)  # fmt: skip
def test_what_names_no_window_is_refused_in_a_sentence(case: Case, text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        selected(case, text)
    told = str(refusal.value)
    assert told[:1].isupper() and told.endswith(".") and "\n" not in told and len(told) < 250


def test_of_many_windows_some_are_drawn_always_the_same(case: Case) -> None:
    few = selected(case, some(case))
    assert few.drawn.tolist() == few.places.tolist() and few.drawn_words == "24 selected windows"
    many = selected(case, "")
    many.__dict__["places"] = np.arange(1_000)
    assert len(many.drawn) == DRAWN == len(set(many.drawn.tolist())) and many.drawn_words.startswith(
        f"{DRAWN} windows"
    )


def taken(points: list[Any] | None = None, box: list[Any] | None = None) -> Mapping[str, Any]:
    return {"points": points or [], "boxes": box or []}


def test_a_click_and_a_drag_become_texts(case: Case) -> None:
    stamps, first = case.dataset.frame.index, int(case.origins[0])
    ways = windows.WAYS
    assert ways["kernel_by_slot"].text(case, taken([["13:00"]])) == "slot:13:00"
    assert ways["error_timeline"].text(case, taken([[27]])) == "rows:27"
    assert ways["abrupt_changes"].text(case, taken([[first + 9]])) == f"change:{first + 9}"
    ends = [f"{stamps[first + 4]}", f"{stamps[first + 8] + pd.Timedelta(minutes=9)}"]
    for name in ("series_plot", "error_timeline", "abrupt_changes"):
        assert ways[name].text(case, taken(box=[{"x": ends[::-1]}])) == f"rows:{first + 4}-{first + 8}"
    low = milliseconds(stamps)[first - 40]
    assert ways["series_plot"].text(case, taken(box=[{"x": [low, ends[1]]}])) == f"rows:{first}-{first + 8}"
    with pytest.raises(ValueError, match="No test window begins"):
        ways["series_plot"].text(case, taken(box=[{"x": [low, low + 1]}]))
    some_points = [[row] for row in (first + 3, first, first + 1, first + 7)]
    assert ways["error_pairs"].text(case, taken(some_points)) == f"rows:{first}-{first + 1},{first + 3},{first + 7}"
    for way in ways.values():
        assert way.text(case, taken()) == "", "taken back"
        assert way.hint.endswith(".")


def test_many_points_are_joined_where_windows_are_not_drawn(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "every_of", lambda count: 3)
    points = [[row] for row in (400, 403, 406, 415)]
    assert windows.WAYS["error_pairs"].text(case, taken(points)) == "rows:400-406,415"
    far = [[10 * row] for row in range(MOST_STRETCHES + 1)]
    with pytest.raises(ValueError, match="mark fewer"):
        windows.WAYS["error_pairs"].text(case, taken(far))


def test_what_is_taken_moves_all_that_follows(hourly: InspectedModels, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.exhibits import case_of

    case = case_of(hourly.dataset)
    session: dict[str, Any] = {"view": {"event": "x"}, "view notes": {}}
    monkeypatch.setattr(state.st, "session_state", session)
    session["kernel_by_slot"] = {"selected": taken([["13:00"]])}
    windows.take("kernel_by_slot", case)
    of_slot = selected(case, "slot:13:00")
    assert session["view"] == {
        "windows": "slot:13:00",
        "origin": str(case.origins[of_slot.middle]),
        "map": "selected",
        "slot": "13:00",
    }
    session["series_plot"] = {"selected": taken(box=[{"x": ["2023-01-01", "2023-01-02"]}])}
    windows.take("series_plot", case)
    assert state.value("windows") == "slot:13:00", "the selection stays"
    assert session["view notes"] == {"windows": windows.NONE_THERE}
    assert values(spec(open_page("kernels", dataset=hourly.dataset.key), "kernel_profile")["data"][1]["y"]).size
