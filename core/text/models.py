"""What is said of trained models: which of them a table knows alone, and what the engine refuses."""

from __future__ import annotations

from core.text.template import Template

SENTENCES: dict[str, Template] = {
    # runs of a shipped table that cannot stand beside those at hand
    "tabled.other_data": (
        "The shipped table {table} is left out: it is of version {versions} of the data, and {here} is at hand."
    ),
    "tabled.other_code": (
        "The shipped table {table} is left out: its runs are of code {codes}, and those on this machine are not."
    ),
    "tabled.other_recipe": (
        "{runs} of the runs in the shipped table {table} are left out: they are of another recipe."
    ),
    "tabled.unknown": "unknown",
    # a question to a model
    "engine.busy": "No answer within {seconds:g} s: the server is busy; ask again.",
    "engine.no_run": "There is no run {run!r} here; the list of models names those that can be asked.",
    "engine.data_gone": (
        "The data that {run} was trained on are not on this machine in version {version}; bring them, or ask about "
        "rows of your own."
    ),
    "engine.no_window": (
        "Window {window} was asked for and there are {windows:,} test windows; choose one from 0 to {last}."
    ),
    "engine.empty_slot": (
        "No test window lies in slot {slot} of the {cycle}, which has {slots} slots, counted from 0; choose another "
        "one."
    ),
    "engine.no_variable": "{variable!r} is no variable of {run}; choose one of: {known}.",
    "engine.variable_gone": "{variable!r} is no variable of this model; it has {known}.",
    "engine.no_steps": "Steps {first} to {last} were asked for; steps go from 1 to {horizon}.",
    "engine.no_rows": "Blocks of {rows} rows were asked for; a block has 1 to {lookback} rows.",
    "engine.too_many_blocks": (
        "This method takes away {blocks:,} blocks one by one, {times} times over, of windows of {variables} "
        "variables, which takes longer than one may wait for; choose integrated gradients, or longer blocks."
    ),
    "engine.no_season": "The data have no season that fits into the look-back; choose another background.",
    "engine.no_kernel": "{run} writes no kernel that could be put in; choose another model.",
    "engine.too_much": (
        "The recording has {numbers:,} numbers and one answer at most {most:,}; ask for fewer activations, or reduce "
        "them (update_gate:last_token)."
    ),
    # a change inside a model
    "change.values": "The change {word!r} has {n} values, wanted {wanted}: {example}.",
    "change.target": "{kind} of {target!r} is not possible; choose one of: {targets}.",
    "change.no_number": "{text!r} is no number; write a change as {example}.",
    "change.scaled": "The value is {text}; a crossing is scaled from 0 to {most:g}.",
    "change.held": "The value is {text}; a gate is held from 0 to {most:g}.",
    "change.window": "{text} is no window; write {example}.",
    "change.slot": "{text} is no slot; write {example}.",
    "change.head": "{text} is no head; write {example}.",
    "change.no_crossing": (
        "{change} cannot be made: the fusion of {run} is {fusion}, so it has no crossing {crossing}; choose another "
        "model."
    ),
    "change.no_kernel": (
        "{change} cannot be made: a crossing of reference {reference} writes no kernel; choose another change."
    ),
    "change.no_attention": (
        "{change} cannot be made: the paths of this model are merged by {merge}, without attention; choose another "
        "change."
    ),
    "change.no_such_head": "Head {head:g} was asked for and the model has {heads}; choose one of these.",
}
