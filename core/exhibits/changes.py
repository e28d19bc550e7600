"""Changes: what a model forecasts for one window when something inside it is changed; asked of the warm engine."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from core.data.calendar import cycle_of
from core.exhibits import needs
from core.exhibits.asked import answered
from core.exhibits.case import Case
from core.exhibits.choices import ORIGIN, VARIABLE, mode, said, window_text, worded
from core.exhibits.exhibit import Chart, Choice, Chosen, Kind, Options, exhibit
from core.exhibits.trust_asked import CHANGES
from core.figures.changed_forecast import changed_forecast as figure
from core.figures.palette import Look
from core.serve.warm import ask_window
from core.text.words import mark, say
from core.vocabulary import Fusion, Gate, Language, ModelPath, label

PAGE = "changes"
FACTORS = ("0", "0.25", "0.5", "0.75", "1", "1.25", "1.5", "1.75", "2")
AS_TRAINED, MEAN, WINDOW, SLOT, UNIFORM, SHUFFLED = "trained", "mean", "window", "slot", "uniform", "shuffled"
KERNELS = {
    AS_TRAINED: mark("Of this window"),
    MEAN: mark("Mean of all windows"),
    WINDOW: mark("Of another window"),
    SLOT: mark("Of one time slot"),
}
SILENT = {
    AS_TRAINED: mark("None"),
    ModelPath.CONVOLUTION.value: mark("The convolution path"),
    ModelPath.GRU.value: mark("The GRU path"),
}
GATES = {
    AS_TRAINED: mark("As trained"),
    f"{Gate.UPDATE}:0": mark("Update gate 0: renew"),
    f"{Gate.UPDATE}:1": mark("Update gate 1: keep"),
    f"{Gate.RESET}:0": mark("Reset gate 0: hide"),
    f"{Gate.RESET}:1": mark("Reset gate 1: show"),
}
HISTORY = 2  # horizons of rows before the origin, at most
# Titles of the pickers that scale a crossing.
TIMES = {Fusion.GRU_TO_CNN: mark("GRU → CNN, times"), Fusion.CNN_TO_GRU: mark("CNN → GRU, times")}


def _crossed(case: Case) -> list[Fusion]:
    return [fusion for fusion in case.chosen_runs if fusion.crossings] or list(case.chosen_runs)


def _quarter(case: Case, chosen: Chosen) -> str:
    return str(case.origins[len(case.origins) // 4])


def _speaks(crossing: Fusion, chosen: Chosen) -> bool:
    return crossing in chosen["mode"].crossings


def _factor(crossing: Fusion) -> Choice:
    return Choice(
        crossing.value,
        TIMES[crossing],
        lambda case, chosen: {text: float(text) for text in FACTORS},
        lambda case, chosen: "1",
        Kind.SLIDER,
        text=lambda text, language: text,
        when=partial(_speaks, crossing),
        help=mark("How loud this crossing speaks: 0 silences it, 1 leaves it as trained, 2 doubles its correction."),
    )


def _attentions(case: Case, chosen: Chosen) -> Options:
    heads = [str(head) for head in range(1, case.config.model.heads + 1)]
    return {word: word for word in (AS_TRAINED, UNIFORM, SHUFFLED, *heads)}


def _attention_text(word: str, language: Language) -> str:
    names = {AS_TRAINED: mark("As trained"), UNIFORM: mark("Every token alike"), SHUFFLED: mark("Of another window")}
    return say(names[word]) if word in names else say("Head {head} in all heads", head=word)


MODE = mode(_crossed)
MODE_OF_ALL = mode(lambda case: case.chosen_runs)
KERNEL = worded(
    "kernels",
    mark("Kernels"),
    KERNELS,
    kind=Kind.SEGMENTED,
    when=lambda chosen: bool(chosen["mode"].crossings),
    help=mark("Of the crossings: the kernels that this window writes, or for every window the same."),
)
OTHER = replace(
    ORIGIN,
    name="other",
    title=mark("Other window"),
    first=_quarter,
    when=lambda chosen: chosen.get("kernels") == WINDOW,
    help=mark(
        "Row of the file that the other window forecasts first; a click on a point of the chart below chooses it."
    ),
)
HOUR = Choice(
    "slot",
    "Slot of the cycle",
    lambda case, chosen: {text: slot for slot, text in enumerate(cycle_of(case.dataset).labels)},
    kind=Kind.SLIDER,
    text=said,
    when=lambda chosen: chosen.get("kernels") == SLOT,
    help=mark("Of the last row that a window reads; a click on a point of the chart below chooses it."),
)
ATTENTION = Choice("attention", "Attention of the merge", _attentions, text=_attention_text)
SILENCED = worded(
    "silent",
    mark("Silent path"),
    SILENT,
    help=mark("The merge gets nothing of this path; what it wrote to the other one stays."),
)
GATE = worded(
    "gate",
    mark("Gate of the GRU"),
    GATES,
    help=mark(
        "Held at one value at every token, in every block. The update gate at 0 lets each token renew the state, at "
        "1 keeps it; the reset gate at 0 hides the state from the next candidate, at 1 shows all of it."
    ),
)
DIALS = (_factor(Fusion.GRU_TO_CNN), _factor(Fusion.CNN_TO_GRU), KERNEL, OTHER, HOUR)
INSIDE = (*DIALS, ATTENTION, SILENCED, GATE)


def changes_of(chosen: Chosen) -> list[str]:
    """Return what is changed, as `core.serve.changes` reads it; what is left as trained is not named."""
    crossings, kernels = chosen["mode"].crossings, chosen.get("kernels")
    words = [f"freeze:{crossing}" for crossing in crossings if kernels == MEAN]
    words += [f"borrow:{crossing}:{chosen['other']}" for crossing in crossings if kernels == WINDOW]
    words += [f"slot:{crossing}:{chosen['slot']}" for crossing in crossings if kernels == SLOT]
    words += [f"scale:{crossing}:{chosen[crossing.value]:g}" for crossing in crossings if chosen[crossing.value] != 1]
    parts = {"silence": chosen["silent"], "hold": chosen["gate"], "attention": chosen["attention"]}
    return words + [f"{kind}:{part}" for kind, part in parts.items() if part != AS_TRAINED]


def told_changes(case: Case, chosen: Chosen, language: Language) -> list[str]:
    """Return what is changed in words, for the foot."""
    crossings, kernels = chosen["mode"].crossings, chosen.get("kernels")
    words = [say("mean kernels")] if kernels == MEAN else []
    words += [say("kernels of the {window}", window=window_text(case, chosen["other"]))] if kernels == WINDOW else []
    if kernels == SLOT:
        words.append(say("mean kernels of {slot}", slot=say(cycle_of(case.dataset).labels[chosen["slot"]])))
    words += [f"{label(each, language)} × {chosen[each.value]:g}" for each in crossings if chosen[each.value] != 1]
    if chosen["silent"] != AS_TRAINED:
        words.append(say("silent: {path}", path=label(ModelPath(chosen["silent"]), language)))
    if chosen["gate"] != AS_TRAINED:
        gate, _, held = chosen["gate"].partition(":")
        words.append(say("update gate at {held}" if gate == Gate.UPDATE else "reset gate at {held}", held=held))
    if chosen["attention"] != AS_TRAINED:
        words.append(say("attention: {how}", how=_attention_text(chosen["attention"], language).lower()))
    return words


@exhibit(
    "What does the forecast do when the network is changed inside?",
    page=PAGE,
    needs=needs.runs,
    choices=(MODE, VARIABLE, ORIGIN, *INSIDE),
    checks=CHANGES,
)
def changed_forecast(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show one forecast as trained and changed, with the truth."""
    run, variable, window = case.chosen_runs[chosen["mode"]], chosen["variable"], case.config.window
    words = tuple(changes_of(chosen))
    answer = answered(ask_window, run, chosen["origin"], changes=words, untrained=case.untrained)
    column = answer["variables"].index(variable)
    truth, as_is, changed = (
        np.array(answer[name], dtype=np.float64)[:, column]  # null, where nothing was measured, becomes NaN
        for name in ("truth", "as_is", "changed")
    )
    frame = case.dataset.frame
    origin = int(case.origins[chosen["origin"]])
    past = min(HISTORY * window.horizon, window.lookback)
    drawing = figure(
        frame[variable].to_numpy(np.float64)[origin - past : origin],
        truth,
        as_is,
        changed,
        stamps=frame.index.to_numpy()[origin - past : origin + window.horizon],
        step=case.dataset.step,
        mode=chosen["mode"],
        variable=variable,
        unit=case.dataset.units.get(variable, ""),
        look=look,
    )
    steps = pd.DatetimeIndex(frame.index[origin : origin + window.horizon])
    table = pd.DataFrame({"step": range(1, len(truth) + 1), "stamp": steps, "truth": truth})
    table = table.assign(as_trained=as_is, changed=changed)
    when = window_text(case, chosen["origin"])
    return Chart(drawing, table, case.foot([run], when, *told_changes(case, chosen, look.language)))
