"""The code fingerprint: blind to words for people, sharp for anything that computes."""

from __future__ import annotations

from core.version import _words

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
