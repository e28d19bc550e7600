"""What is told of the workspace: what it holds, its budget, and what is lost when something is removed."""

from __future__ import annotations

from core.text.template import Plural, Template

SENTENCES: dict[str, Template] = {
    # what a thing is
    "holdingkind.uploads": "upload",
    "holdingkind.studies": "study",
    "holdingkind.inspections": "inspection",
    "holdingkind.attributions": "mean attribution",
    "holdingkind.caches": "cache",
    "holdingkind.downloads": "official file",
    "holdingkind.decks": "deck",
    "holdingkind.aside": "set aside",
    # what becomes of it
    "fate.in_use": "in use",
    "fate.made_again": "made anew",
    "fate.stays": "kept",
    # the budget
    "budget.wrong": "{name} is {got}; give a number of GB from 0 on, such as {usual:g}.",
    "budget.within": "What can be made anew takes {again} of a budget of {limit}, and all else {rest}.",
    "budget.above": (
        "What can be made anew takes {again}, more than the budget of {limit}: the least recently used goes by "
        "itself before the next inspection is written."
    ),
    "budget.lasting": (
        "Uploads, studies and downloads take {rest}, more than the budget of {limit}: none of them goes by itself, "
        "so clear what is needed no more, or set CROSSLENS_BUDGET higher."
    ),
    # what is lost
    "removal.without": Plural(
        "1 thing, {size}; nothing that took training.", "{n} things, {size}; nothing that took training."
    ),
    "removal.with_training": Plural(
        "1 thing, {size}. Lost for good: {training}.", "{n} things, {size}. Lost for good: {training}."
    ),
    "removal.unknown": "The workspace holds no {name} of the kind {kind}; it holds {known}.",
    "removal.none": "The workspace holds nothing of the kind {kind}.",
    "removal.asked": "Nothing is deleted yet: add --yes to delete it.",
}
