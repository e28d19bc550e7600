"""The code fingerprint: blind to words for people, sharp for anything that computes."""

from __future__ import annotations

import ast

from core.version import _MEASURING, _words, measuring_fingerprint
from core.workspace import ROOT

SOURCE = '''
def area(side: float) -> float:
    """Return the area."""
    if side < 0:
        raise ValueError(f"side is {side}; it must be 0 or more")
    return side * side  # square
'''


def test_messages_comments_and_layout_do_not_count() -> None:
    reworded = (
        SOURCE.replace("Return the area.", "Area.").replace("# square", "# s x s").replace("must be", "has to be")
    )
    reworded = reworded.replace("ValueError(", "ValueError(\n            ").replace("\n    if", "\n\n    if")
    assert _words(reworded) == _words(SOURCE)


def test_an_operator_or_a_number_counts() -> None:
    assert _words(SOURCE.replace("side * side", "side + side")) != _words(SOURCE)
    assert _words(SOURCE.replace("side < 0", "side < 1")) != _words(SOURCE)


def test_the_measuring_code_is_known_in_full() -> None:
    """All that the entries import of analysis and trace counts, but for what decides no number."""
    known = {path for pattern in _MEASURING for path in (ROOT / "core").glob(pattern)}
    silent = {"verdict.py", "schema.py", "layout.py", "store.py"}  # words, names and files
    waiting, seen = [ROOT / "core/study/opening.py", ROOT / "core/analysis/data_rows.py"], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.startswith(("core.analysis", "core.trace"))
            ):
                found = ROOT / f"{node.module.replace('.', '/')}.py"
                waiting += [found] if found not in seen else []
    assert {path for path in seen if path.name not in silent} <= known
    assert len(measuring_fingerprint()) == 12
