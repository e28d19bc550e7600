"""Attention: where the merge routes each query, and what the error does without it."""

import streamlit as st

from core.data.calendar import CycleKind
from core.exhibits.attention import effects, shown_weights
from core.exhibits.case import Case
from core.figures.attention import reach
from core.figures.lettering import number
from core.text.amounts import signed
from core.text.words import mark, say
from core.vocabulary import Dim
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.markup import escaped
from dashboard.widgets import KeyNumber, key_numbers, page

CONTROLS = {
    "uniform_attention": mark("Attention uniform"),
    "shuffled_attention": mark("Attention of another window"),
}
CAUTION = mark(
    "Routing weights say what a query reads, not what matters: that shows in the error without the routing."
)


def routing_numbers(board: Board[Case]) -> list[KeyNumber]:
    """Return the key numbers: the error as it is, its change without the routing, and how far a query spreads."""
    case, mode = board.subject, board["mode"]
    run, shown = case.inspected[mode], shown_weights(case, board.values)
    own = effects(case.rows, {run.run_id: mode})
    change_of = dict(zip(own["control"], own["change"], strict=True))
    kept, test = case.averages(mode), run.metrics["test"]
    mse, windows = (test["mse"], test["windows"])
    if case.untrained:
        mse, windows = float(kept["error"].mean()), kept.attrs["windows"]
    found = [KeyNumber(say("MSE as it is"), f"{mse:.4f}", say("{windows:,} test windows", windows=windows))]
    for control, title in CONTROLS.items():
        if control in change_of:
            drawn = say("MSE, over {windows:,} windows", windows=own["windows"].iloc[0])
            found.append(KeyNumber(say(title), f"{signed(change_of[control], 2)} %", drawn))
    found.append(
        KeyNumber(
            say("A query reads"),
            say("{read} of {tokens}", read=number(reach(shown.to_numpy())), tokens=shown.sizes[Dim.KEY]),
            say("key tokens of this map"),
            help=say(
                "Effective number of key tokens in the map shown: exponential of the entropy of a query's weights."
            ),
        )
    )
    return found


with page("attention") as selection:
    case = inspected_or_stop(selection)
    board = Board("attention", case)
    numbers, picture = st.container(), st.container()
    with picture:
        board.pick("mode", "map", "origin", "slot")
        board.draw("attention_map")
    with numbers:
        key_numbers(routing_numbers(board))
        st.info(say(CAUTION), icon=":material/info:")
        if case.calendar.cycle.kind is not CycleKind.TIME_OF_DAY:
            st.info(escaped(str(case.calendar.cycle.reason)), icon=":material/calendar_month:")
    board.draw("attention_controls")
    board.rest()
