"""The product's source as tests read it: calls by the name of what is called, and the literals in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from core.workspace import ROOT


@cache
def trees() -> dict[Path, ast.Module]:
    """Return every source of core and dashboard, parsed."""
    paths = (path for folder in ("core", "dashboard") for path in sorted((ROOT / folder).rglob("*.py")))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def calls(*names: str) -> Iterator[tuple[Path, ast.Call, str]]:
    """Yield every call of a function that bears one of these names: (file, call, name)."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path, node, node.func.id


def literals(node: ast.expr) -> list[str]:
    """Return the texts that an expression can be: a literal, or a choice of literals."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=otherwise):
            return literals(body) + literals(otherwise)
        case _:
            return []
