"""Whether cross learning helps on a data set: the answer, what it rests on, and what speaks against it."""

from __future__ import annotations

from core.text.template import Plural, Template

SENTENCES: dict[str, Template] = {
    # the answer, its size, and what that rests on
    "help.helps": "Yes: crossing both ways lowers the RMSE of none by {size} in {n} seeds.",
    "help.a_little": (
        "Yes, but by little: crossing both ways lowers the RMSE of none by {size} in {n} seeds, and {matters} % "
        "would matter."
    ),
    "help.no_difference": (
        "No: crossing both ways gains {gain} of RMSE over none in {n} seeds, and {matters} % or more is excluded."
    ),
    "help.harms": "No, it harms: crossing both ways raises the RMSE of none by {size} in {n} seeds.",
    "help.cannot_tell": (
        "Cannot tell: crossing both ways gains {gain} of RMSE over none in {n} seeds; train about {more} on the "
        "Compare page to tell {matters} % from zero."
    ),
    "help.few_seeds": Plural(
        "Cannot tell from one seed: crossing both ways gains {gain} of RMSE over none; train {least} or more on the "
        "Compare page.",
        "Cannot tell from {n} seeds: crossing both ways gains {gain} of RMSE over none; train {least} or more on the "
        "Compare page.",
    ),
    "help.not_compared": (
        "Cannot tell: none and both have no seed in common; train them with {least} seeds or more on the Compare "
        "page."
    ),
    # what stands beside it
    "help.one_way": "One way alone gains: {modes}.",
    "help.mode": "{mode} {gain}",
    "help.against": "Against it: {reasons:; }.",
    "help.nothing_against": "Nothing measured here speaks against it.",
    "help.open": "Open within the seeds: {of}.",
    "help.coming": "Being measured: {of}.",
    "help.unknown": "Not measured: {of}.",
    "against.matched": "no gain over none of the same size, {gain}",
    "against.ridge": "no gain over ridge, which is no network, {gain}",
    "against.averaged": "no gain once averaged with ridge, {gain}",
    "against.silenced": "silencing its crossings after training costs hardly any MSE, {cost}",
    "against.kernels": "its kernels follow the clock hardly more than untrained ones, dCor {more}",
    "against.variables": "{gain} of {n} variables gain",
    "against.steps": "{gain} of {n} steps ahead gain",
    "against.daily": "no gain in MSE for variables that repeat daily, {gain}",
    "against.published": "the published gain of {gain} % lies outside the interval",
    # closed words
    "beside.matched": "the gain over none of the same size",
    "beside.ridge": "the gain over ridge",
    "beside.averaged": "the gain once averaged with ridge",
    "beside.silenced": "the cost of silencing the crossings",
    "beside.kernels": "kernels against untrained ones",
    "beside.variables": "how many variables gain",
    "beside.steps": "how many steps ahead gain",
    "beside.daily": "the gain for variables that repeat daily",
    "side.for": "speaks for it",
    "side.against": "speaks against it",
    "side.open": "within the spread over seeds",
    "side.unknown": "not measured",
}
