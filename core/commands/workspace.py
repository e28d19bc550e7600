"""`python -m core workspace`: what the workspace holds, its budget, and clearing it, named first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.commands.terminal import as_json
from core.holdings.holding import Holding, HoldingKind
from core.text.amounts import in_bytes, lasting
from core.text.message import Message, some_of, word
from core.workspace import home

HELP = "what the workspace holds and its budget; clears a part of it, which is named first"
KINDS = tuple(kind.value for kind in HoldingKind)


class ClearError(ValueError):
    """What cannot be cleared as it was asked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    clear = f"name what is lost when these go: {', '.join(KINDS)}; all of a kind, or those named as the list does"
    parser.add_argument("--clear", nargs="+", metavar=("KIND", "NAME"), help=clear)
    parser.add_argument("--yes", action="store_true", help="with --clear: delete it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """List the workspace, or clear a part of it."""
    if arguments.clear:
        return _clear(arguments.clear[0], arguments.clear[1:], yes=arguments.yes, json=arguments.json)
    if arguments.yes:
        raise ClearError("--yes deletes what --clear names; say what: --clear KIND [NAME ...] --yes.")
    from core.holdings.budget import standing
    from core.holdings.listing import holdings

    found = holdings()
    stands = standing(found)
    if arguments.json:
        budget = {"limit": stands.limit, "made_again": stands.made_again, "lasting": stands.lasting}
        told = [str(sentence) for sentence in stands.told]
        listed = [_as_json(one) for one in found]
        value = {"workspace": str(home()), "budget": budget, "told": told, "holdings": listed}
        sys.stdout.write(f"{as_json(value, indent=1)}\n")
        return 0
    lines = [f"{home()}: {in_bytes(sum(one.bytes for one in found))}", *_table(found), *map(str, stands.told)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _as_json(one: Holding) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "name": one.name,
        "title": one.title,
        "bytes": one.bytes,
        "used": datetime.fromtimestamp(one.used, UTC).isoformat(timespec="seconds"),
        "runs": one.training.runs,
        "seconds": one.training.seconds,
        "begun": one.training.begun,
        "made_again": one.made_again,
        "in_use": one.in_use,
    }


def _table(found: Sequence[Holding]) -> list[str]:
    """Return one line a holding under a heading, in columns."""
    head = ("kind", "size", "last used", "runs", "training", "state", "what it is", "name")
    rows = [head, *map(_cells, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows] if found else []


def _cells(one: Holding) -> tuple[str, ...]:
    used = f"{datetime.fromtimestamp(one.used, UTC).astimezone():%Y-%m-%d %H:%M}"
    runs, seconds = one.training.runs, one.training.seconds
    trained = (f"{runs:,}" if runs else "", lasting(seconds) if seconds else "")
    return (one.kind.value, in_bytes(one.bytes), used, *trained, str(word(one.fate)), one.title, one.name)


def _clear(kind: str, names: Sequence[str], *, yes: bool, json: bool) -> int:
    """Name what would be lost, and delete it where that was confirmed."""
    from core.holdings.listing import holdings
    from core.holdings.removal import delete, parts_of, sum_of

    parts = parts_of(_chosen([one for one in holdings() if one.kind == kind], kind, names))
    lines, total = [str(part) for part in parts], str(sum_of(parts))  # before they are gone
    if yes:
        delete(parts)
    if json:
        sys.stdout.write(f"{as_json({'lost': lines, 'sum': total, 'deleted': yes}, indent=1)}\n")
        return 0
    end = [] if yes else [str(Message("removal.asked"))]
    sys.stdout.write("\n".join([*lines, f"{'Deleted' if yes else 'To delete'}: {total}", *end]) + "\n")
    return 0


def _chosen(held: Sequence[Holding], kind: str, names: Sequence[str]) -> list[Holding]:
    """Return the holdings of a kind with some names or titles, all without any; ClearError where there is none."""
    if kind not in KINDS:
        raise ClearError(f"--clear got {kind}; give one of {', '.join(KINDS)}, then names where not all shall go.")
    if not held:
        raise ClearError(Message("removal.none", kind=kind))
    for name in names:
        if not any(name in (one.name, one.title) for one in held):
            known = some_of([one.name for one in held])
            raise ClearError(Message("removal.unknown", name=name, kind=kind, known=known))
    return [one for one in held if not names or {one.name, one.title} & set(names)]
