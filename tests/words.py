"""Brings the catalogues of translations in line with the source: `make words`, after a sentence was changed.

Sentences of the source are the first argument of `say`, `mark` and `exhibit`, the first two of `say_many`, the second
of `Choice`, and the sentences of messages. New ones are added to every catalogue without a translation, which a test
refuses; those that are gone are left out.
"""

from __future__ import annotations

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from core.text.catalogue import SENTENCES
from core.text.template import Plural
from core.text.words import CATALOGUES
from core.vocabulary import Language
from core.workspace import ROOT
from tests.support.source import calls, literals

ARGUMENTS = {"say": (0,), "mark": (0,), "exhibit": (0,), "say_many": (0, 1), "Choice": (1,)}
OTHERS = [language for language in Language if language is not Language.ENGLISH]
Sentence = str | tuple[str, str]  # or its forms for one and for many


def sentences() -> dict[Sentence, set[str]]:
    """Return every sentence of the source with the files it stands in."""
    found: dict[Sentence, set[str]] = {}
    for path, call, name in calls(*ARGUMENTS):
        texts = [literals(call.args[place]) for place in ARGUMENTS[name] if place < len(call.args)]
        told = zip(*texts, strict=True) if len(texts) == 2 else texts[0] if texts else []
        for key in filter(None, told):
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
