"""Ground truth: every measure on series whose answer is known, before it is believed on real data."""

import pandas as pd
import streamlit as st

from core.exhibits.ground_truth import Generated
from core.exhibits.ground_truth import answers as planted_answers
from core.figures.ground_truth import found
from core.figures.lettering import number
from dashboard.board import Board
from dashboard.widgets import KeyNumber, key_numbers, page

FAMILIES = {  # title -> (measure, case of the key number, its unit, the other cases)
    "Lead of 3 steps": ("response lead", "3 steps", "steps", ("0 steps", "1 steps")),
    "dCor, half on the clock": ("dCor", "half", "", ("none", "full")),
    "Phase-drift, 2 steps": ("phase-drift", "2 steps to and fro", "days", ("no wobble", "any phase")),
}


def answers(rows: pd.DataFrame) -> None:
    """Draw how many planted answers are found, and those of lead, clock and phase."""
    by_case = {(row["measure"], row["case"]): row for row in rows.to_dict("records")}
    numbers = [KeyNumber("Found within tolerance", f"{int(found(rows).sum())} of {len(rows)}", "planted answers")]
    for title, (measure, case, unit, others) in FAMILIES.items():
        row = by_case[measure, case]
        value, planted = f"{number(row['value'])} {unit}".strip(), f"planted {number(row['truth'])}"
        beside = [f"{other}: {number(by_case[measure, other]['value'])}" for other in others]
        numbers.append(KeyNumber(title, value, planted, help="; ".join(beside)))
    key_numbers(numbers)


with page("ground_truth"):
    board = Board("ground_truth", Generated())
    numbers = st.container()
    board.pick("draw")
    with numbers:
        answers(planted_answers(board["draw"]))
    board.rest()
    with st.expander("How to read this", icon=":material/info:"):
        st.markdown(
            "Each row plants an answer in generated series: abrupt changes on a slowly wandering level, responses to "
            "them that come 0, 1 or 3 steps early (at the changes that are found, not at those that were planted), "
            "kernels of which none, half or all follows the time of day, days whose phase wobbles by a known shift, "
            "errors of runs with a known interaction. A dot between the two lines is a measure that finds it within "
            "its tolerance. What is found here can be believed on real data as far as it resembles what was planted."
        )
