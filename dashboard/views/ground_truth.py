"""Ground truth: every measure on series whose answer is known, before it is believed on real data."""

import pandas as pd
import streamlit as st

from core.exhibits.ground_truth import Generated
from core.exhibits.ground_truth import answers as planted_answers
from core.figures.ground_truth import found
from core.figures.lettering import number
from core.text.words import mark, say
from dashboard.board import Board
from dashboard.widgets import KeyNumber, key_numbers, page

FAMILIES = {  # title -> (measure, case of the key number, its unit, two other cases, and what is told of these)
    mark("Lead of 3 steps"): (
        "response lead",
        "3 steps",
        mark("steps"),
        ("0 steps", "1 steps"),
        mark("0 steps: {first}; 1 steps: {second}"),
    ),
    mark("dCor, half on the clock"): (
        "dCor",
        "half",
        "",
        ("none", "full"),
        mark("none: {first}; full: {second}"),
    ),
    mark("Phase-drift, 2 steps"): (
        "phase-drift",
        "2 steps to and fro",
        mark("days"),
        ("no wobble", "any phase"),
        mark("no wobble: {first}; any phase: {second}"),
    ),
}


def answers(rows: pd.DataFrame) -> None:
    """Draw how many planted answers are found, and those of lead, clock and phase."""
    by_case = {(row["measure"], row["case"]): row for row in rows.to_dict("records")}
    hits = say("{found} of {all}", found=int(found(rows).sum()), all=len(rows))
    numbers = [KeyNumber(say("Found within tolerance"), hits, say("planted answers"))]
    for title, (measure, case, unit, others, told) in FAMILIES.items():
        row = by_case[measure, case]
        value = f"{number(row['value'])} {say(unit)}".strip()
        planted = say("planted {truth}", truth=number(row["truth"]))
        first, second = (number(by_case[measure, other]["value"]) for other in others)
        numbers.append(KeyNumber(say(title), value, planted, help=say(told, first=first, second=second)))
    key_numbers(numbers)


with page("ground_truth"):
    board = Board("ground_truth", Generated())
    numbers = st.container()
    board.pick("draw")
    with numbers:
        answers(planted_answers(board["draw"]))
    board.rest()
    with st.expander(say("How to read this"), icon=":material/info:"):
        st.markdown(
            say(
                "Each row plants an answer in generated series: abrupt changes on a slowly wandering level, "
                "responses to them that come 0, 1 or 3 steps early (at the changes that are found, not at those that "
                "were planted), kernels of which none, half or all follows the time of day, days whose phase wobbles "
                "by a known shift, errors of runs with a known interaction. A dot between the two lines is a measure "
                "that finds it within its tolerance. What is found here can be believed on real data as far as it "
                "resembles what was planted."
            )
        )
