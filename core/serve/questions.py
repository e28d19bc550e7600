"""What is asked over the wire besides a place: the bodies of questions, checked as they come in."""

from __future__ import annotations

from pydantic import BaseModel, Field

from core.data.edits import MOST
from core.serve.attribution import Background, Method

MOST_WINDOWS = 512  # of one mean


class Question(BaseModel):
    """What to edit, to change and to record in one window."""

    record: list[str] = Field(
        default=[], max_length=20, description='activations, as "update_gate" or "update_gate:last_token"'
    )
    changes: list[str] = Field(default=[], max_length=20, description='as "scale:gru_to_cnn:0.5"')
    edits: list[str] = Field(
        default=[], max_length=MOST, description='of the rows that it reads, as "level:EWR temp:-24..-1:1.5"'
    )
    untrained: bool = Field(default=False, description="of the same architecture with the weights before training")
    variables: list[str] = Field(
        default=[], max_length=10_000, description="whose forecast and recordings are told; of all unless given"
    )


class MeanRecord(BaseModel):
    """What to record of which windows, for the mean over them."""

    windows: list[int] = Field(min_length=1, max_length=MOST_WINDOWS, description="counted from 0")
    record: list[str] = Field(min_length=1, max_length=20, description='activations, as "attention:mean_variable"')
    untrained: bool = Field(default=False, description="of the same architecture with the weights before training")


class Number(BaseModel):
    """Which number of a forecast is explained."""

    variable: str
    steps: tuple[int, int] | None = Field(
        default=None, description="first and last, counted from 1; all unless given"
    )


class Shares(Number):
    """How it is shared out to past values."""

    method: Method = Method.INTEGRATED_GRADIENTS
    background: Background = Background.MEAN
    rows: int | None = Field(default=None, description="of a block; those of a token unless given")


class CheckedShares(Shares):
    """The same, with its tests."""

    checked: bool = Field(default=True, description="whether infidelity and sensitivity are measured")


class Members(BaseModel):
    """The runs that are inspected together, for a look at one of them or at its untrained twin."""

    members: list[str] = Field(max_length=200)
    untrained: bool = False
