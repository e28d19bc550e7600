"""Sentences and parts of sentences of no room of its own: what is told as it stands, counts and lists."""

from __future__ import annotations

from core.text.template import Template

PLAIN = "plain"  # the key of a sentence that is in no catalogue: of an older file, or an error of a library

SENTENCES: dict[str, Template] = {
    PLAIN: "{text}",
    "sentences": "{parts: }",
    "list.and": "{first} and {last}",
    "list.and_more": "{first} and {n} more",
    "number.in_unit": "{value} {unit}",
    "number.with_interval": "{value} ({low} to {high})",
}
