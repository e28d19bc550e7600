"""Model: the network as it is built, with its numbers at its parts, and what its crossings cost."""

import math

import pandas as pd
import streamlit as st

from core.analysis.parts import Part, Quantity
from core.exhibits.case import Case
from core.exhibits.gather import with_inspection
from core.exhibits.model import weight_numbers
from core.figures.lettering import number
from core.figures.network import compact
from core.text.words import mark, say
from core.vocabulary import label
from dashboard import frame, state
from dashboard.board import Board
from dashboard.cases import kept, models_or_stop
from dashboard.widgets import KeyNumber, key_numbers, page

LINKS = {  # page -> the part of the picture that it looks into
    "data": mark("What the first layer reads"),
    "kernels": mark("Kernels of the crossings"),
    "gates": mark("Gates of the GRU path"),
    "attention": mark("Cross-modal attention"),
    "gradients": mark("Gradients of both paths"),
    "forecasts": mark("Forecasts"),
}

MACS = mark(
    "Multiply-accumulates of matrix products, convolutions and depth-wise filters in one forecast of all variables; "
    "gates and norms are not counted."
)


def model_numbers(board: Board[Case]) -> list[KeyNumber]:
    """Return size, cost, tokens, and the gates of each crossing that is on in the block shown."""
    run, block = board["arm"], board["block"]
    numbers, config = weight_numbers(run), run.config
    cost = _sum(numbers, Quantity.MACS)
    held, taken = (_share(numbers, quantity) for quantity in (Quantity.PARAMETERS, Quantity.MACS))
    tokens = config.window.lookback // config.model.patch
    found = [
        KeyNumber(say("Parameters"), f"{run.metrics['parameters']:,}", say("crossings {share}", share=held)),
        KeyNumber(
            say("MACs a window"),
            "–" if math.isnan(cost) else compact(cost),
            say("crossings {share}", share=taken),
            help=say(MACS),
        ),
        KeyNumber(say("Tokens"), str(tokens), say("{rows} rows each", rows=config.model.patch)),
    ]
    for crossing in config.model.crossings:
        gates = numbers.loc[(numbers["quantity"] == Quantity.GATE) & (numbers["part"] == Part(crossing.value))]
        gate = gates.loc[gates["block"] == block, "value"].sum(min_count=1)
        note = say("from {start:g} · block {block}", start=config.model.gate, block=block)
        name = say("Gate · {crossing}", crossing=label(crossing, state.current().language))
        closed = say("Mean size over channels: 0 is a closed crossing.")
        found.append(KeyNumber(name, number(gate, 2), note, help=closed))
    return found


def _sum(numbers: pd.DataFrame, quantity: Quantity) -> float:
    return float(numbers.loc[numbers["quantity"] == quantity, "value"].sum(skipna=False))


def _share(numbers: pd.DataFrame, quantity: Quantity) -> str:
    """Return which share of a number lies in the crossings."""
    part = _sum(numbers.loc[numbers["part"].isin([Part.GRU_TO_CNN, Part.CNN_TO_GRU])], quantity)
    whole = _sum(numbers, quantity)
    return "–" if math.isnan(whole) else f"{number(100 * part / whole, 2)} %"


with page("model") as selection:
    board = Board("model", kept(with_inspection(models_or_stop(selection))))
    numbers = st.container()
    board.pick("arm", "block")
    with numbers:
        key_numbers(model_numbers(board))
    board.draw("model_diagram")
    with st.container(horizontal=True):
        for name, words in LINKS.items():
            frame.link(name, say(words), selection, icon=frame.ENTRIES[name][1])
    board.rest()
