"""Whether cross learning helps on a data set: the answer, what it rests on, and what speaks against it."""

from __future__ import annotations

from core.text.template import Plural, Template

SENTENCES: dict[str, Template] = {
    # the answer, its size, and what that rests on
    "help.helps": "Yes: crossing both ways lowers the RMSE of none by {size}, over {n} seeds.",
    "help.a_little": (
        "Yes, but by little: crossing both ways lowers the RMSE of none by {size}, over {n} seeds; from {matters} % "
        "on it would matter."
    ),
    "help.no_difference": (
        "No: crossing both ways gains {gain} of RMSE over none, over {n} seeds, and a difference of {matters} % is "
        "excluded."
    ),
    "help.harms": "No, it harms: crossing both ways raises the RMSE of none by {size}, over {n} seeds.",
    "help.cannot_tell": (
        "Cannot tell: crossing both ways gains {gain} of RMSE over none, over {n} seeds, and zero lies within that; "
        "to tell {matters} % apart from zero takes about {more} seeds: train them on the Compare page."
    ),
    "help.few_seeds": Plural(
        "Cannot tell from one seed: crossing both ways gains {gain} of RMSE over none there; train at least {least} "
        "seeds on the Compare page.",
        "Cannot tell from {n} seeds: crossing both ways gains {gain} of RMSE over none; train at least {least} seeds "
        "on the Compare page.",
    ),
    "help.not_compared": (
        "Cannot tell: none and both were not trained with the same seed; train them on the Compare page, with at "
        "least {least} seeds."
    ),
    # what stands beside it
    "help.one_way": "Crossing one way alone gains: {modes}.",
    "help.mode": "{mode} {gain}",
    "help.against": "What speaks against it: {reasons:; }.",
    "help.nothing_against": "Nothing that is measured here speaks against it.",
    "help.open": "Open, within the spread over seeds: {of}.",
    "help.coming": "Being measured: {of}.",
    "help.unknown": "Not measured here: {of}.",
    "against.matched": "over none of the same size the gain is {gain}",
    "against.ridge": "over ridge, which is no network, the gain is {gain}",
    "against.averaged": "averaged with ridge, as a forecast is taken away, the gain is {gain}",
    "against.silenced": "silencing its trained crossings changes the MSE by {cost} only",
    "against.kernels": (
        "its kernels follow the time of day hardly more than before training, by {more} of distance correlation"
    ),
    "against.variables": "the error falls for {gain} of {n} variables",
    "against.steps": "the error falls at {gain} of {n} steps ahead",
    "against.daily": "over the variables that repeat day by day the gain is {gain} of their MSE",
    "against.published": "the published gain of {gain} % lies outside the interval",
    # closed words
    "beside.matched": "the gain over none of the same size",
    "beside.ridge": "the gain over ridge",
    "beside.averaged": "the gain once averaged with ridge",
    "beside.silenced": "the cost of silencing the crossings",
    "beside.kernels": "kernels beyond the untrained twin's",
    "beside.variables": "how many variables gain",
    "beside.steps": "how many steps gain",
    "beside.daily": "the gain of variables that repeat day by day",
    "side.for": "speaks for it",
    "side.against": "speaks against it",
    "side.open": "within the spread over seeds",
    "side.unknown": "not measured",
}
