"""Brings the catalogues of translations in line with the source: `make words`, after a sentence was changed.

Sentences of the source are the first argument of `say`, `mark` and `exhibit`, the first two of `say_many`, the second
of `Choice`, and the sentences of messages. New ones are added to every catalogue without a translation, which a test
refuses; those that are gone are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from core.text.catalogue import SENTENCES
from core.text.template import Plural
from core.text.words import CATALOGUES
from core.vocabulary import Language

ROOT = Path(__file__).parent.parent
ARGUMENTS = {"say": (0,), "mark": (0,), "exhibit": (0,), "say_many": (0, 1), "Choice": (1,)}
OTHERS = [language for language in Language if language is not Language.ENGLISH]
Sentence = str | tuple[str, str]  # or its forms for one and for many


def calls() -> Iterator[tuple[Path, ast.Call, tuple[int, ...]]]:
    """Yield every call that holds sentences, with the places of these among its arguments."""
    for folder in ("core", "dashboard"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ARGUMENTS:
                    yield path, node, ARGUMENTS[node.func.id]


def literals(node: ast.expr) -> list[str]:
    """Return the sentences an expression can be: a literal, or a choice of literals."""
    match node:
        case ast.Constant(value=str(text)):
            return [text] if text else []
        case ast.IfExp(body=body, orelse=otherwise):
            return literals(body) + literals(otherwise)
        case _:
            return []


def sentences() -> dict[Sentence, set[str]]:
    """Return every sentence of the source with the files it stands in."""
    found: dict[Sentence, set[str]] = {}
    for path, call, places in calls():
        texts = [literals(call.args[place]) for place in places if place < len(call.args)]
        told = zip(*texts, strict=True) if len(places) == 2 else texts[0] if texts else []
        for key in told:
            found.setdefault(key, set()).add(path.relative_to(ROOT).as_posix())
    for template in SENTENCES.values():
        key = (template.one, template.other) if isinstance(template, Plural) else template
        found.setdefault(key, set()).add("core/text")
    return found


def read(language: Language) -> Catalog:
    """Return a catalogue as it stands."""
    path = CATALOGUES / f"{language.value}.po"
    if not path.exists():
        return Catalog(locale=language.value)
    with path.open("rb") as file:
        return read_po(file, locale=language.value)


def renewed(old: Catalog, language: Language) -> Catalog:
    """Return a catalogue that holds exactly the sentences of the source, in their order."""
    fresh = Catalog(locale=language.value, project="CrossLens", fuzzy=False, creation_date=old.creation_date)
    fresh.header_comment = (
        "# Every sentence of CrossLens that people read. `make words` adds and removes; translate here."
    )
    known = {message.id: message.string for message in old if message.id}
    for sentence, files in sorted(sentences().items(), key=lambda item: (sorted(item[1]), str(item[0]))):
        told = known.get(sentence, ("",) if isinstance(sentence, tuple) else "")
        fresh.add(sentence, told, locations=[(file, None) for file in sorted(files)])
    return fresh


def main() -> None:
    """Write every catalogue anew and say what lacks a translation."""
    for language in OTHERS:
        catalogue = renewed(read(language), language)
        with (CATALOGUES / f"{language.value}.po").open("wb") as file:
            write_po(file, catalogue, width=118, omit_header=False, include_lineno=False)
        missing = [message.id for message in catalogue if message.id and not any(message.string)]
        print(f"{language.value}: {len(catalogue)} sentences, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
