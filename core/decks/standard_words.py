"""Words of the slides of the standard deck: what the presentation claimed, and what is measured of it here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from core.analysis.cost import Design
from core.claims.decision import Claim, Decision, with_interval
from core.claims.evidence import Evidence
from core.claims.findings import Finding
from core.claims.in_words import CLAIMS
from core.claims.published import SOURCE, PublishedNumber, Quantity, published_numbers
from core.claims.rows import ClaimRow
from core.claims.tables import TABLES, Form, first_form, shipped_path
from core.claims.verdict import Answer, Verdict
from core.claims.wording import verdict_words
from core.decks.deck import MOST_NOTE
from core.exhibits.claims import THEMES, Judged, judged
from core.figures.cost_comparison import NAMES
from core.text.amounts import fixed
from core.text.message import word
from core.text.words import begun, say, spoken
from core.vocabulary import Fusion, Reference, label

Decide = Callable[[Evidence], Decision]


@dataclass(frozen=True)
class Claimed:
    """What a picture of the presentation was to show: claims in words, and published numbers.

    `finding` names the exhibit of a finding of the first trial where the picture shows one, which nobody published.
    """

    decides: tuple[Decide, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    theme: Fusion | None = None  # of which part it speaks, where two pictures share a claim
    finding: str = ""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Its claims in words."""
        return tuple(claim for decide in self.decides for claim in CLAIMS if claim.decide is decide)


def caption(claimed: Claimed) -> str:
    """Return in one line what the presentation claimed with a picture, or that the picture was not in it."""
    if claimed.finding:
        return say("Not published, a finding of a first trial: {trial}", trial=_finding(claimed)[1].trial)
    said = "; ".join(f"{say(claim.quantity)}: {say(claim.published)}" for claim in claimed.claims)
    if claimed.theme is not None:
        subject, _ = THEMES[claimed.theme.value]
        return say("Published: {claims} ({subject})", claims=said, subject=say(subject))
    return say("Published: {claims}", claims=said)


def note(claimed: Claimed) -> str:
    """Return for whoever speaks: each claim with its verdict, each published number beside the measured one."""
    if claimed.finding:
        by, finding = _finding(claimed)
        outcome = begun(str(word(finding.outcome)))
        said = say("{trial} {outcome}. {sentence}", trial=finding.trial, outcome=outcome, sentence=finding.sentence)
        return "\n\n".join([said, say("Measured: {source}.", source=by.provenance)])[:MOST_NOTE]
    first = judged(first_form(TABLES), TABLES)
    found = [_told_by(claim, first) for claim in claimed.claims]
    sources = dict.fromkeys([first.provenance, *(judged_by.provenance for judged_by, _ in found)])
    parts = [told for _, told in found]
    parts += ["\n".join(_numbers(quantity, first)) for quantity in claimed.quantities]
    parts.append("\n".join(say("Measured: {source}.", source=source) for source in sources))
    parts.append(say("Published: {source}.", source=SOURCE))
    return "\n\n".join(parts)[:MOST_NOTE]


def _finding(claimed: Claimed) -> tuple[Judged, Finding]:
    """Return what became of a finding, and the table of trainings past their best epoch, which decides it."""
    by = judged(Form.OVERTRAINED, TABLES)
    return by, next(one for one in by.findings if one.exhibit == claimed.finding)


def _told_by(claim: Claim, first: Judged) -> tuple[Judged, str]:
    """Return a claim with its verdict by the first table that decides it, and that table."""
    forms = (form for form in Form if form is not first.form and shipped_path(form, TABLES).exists())
    tables = chain([first], (judged(form, TABLES) for form in forms))
    by = next((one for one in tables if _row(claim, one).verdict is not Answer.NOT_MEASURED), first)
    row = _row(claim, by)
    verdict = verdict_words(row.verdict, row.ratio, row.seeds_needed)
    words = {"claim": begun(say(claim.quantity)), "published": say(claim.published), "sentence": row.sentence}
    return by, say("{claim}: published “{published}”, here: {verdict}. {sentence}", verdict=verdict, **words)


def _row(claim: Claim, by: Judged) -> ClaimRow:
    return by.rows[CLAIMS.index(claim) - len(CLAIMS)]  # claims in words come last


def _numbers(quantity: Quantity, by: Judged) -> Iterator[str]:
    """Yield the name of a quantity, and a line for each published number of it."""
    yield f"{word(quantity)}:"
    for number, row in zip(published_numbers(), by.rows, strict=False):
        if number.quantity is quantity:
            place = ", ".join(filter(None, [_set(number), _mode(number.mode)]))
            published = _with_unit(fixed(number.value, number.digits), number)
            if row.verdict is Verdict.NOT_MEASURED:
                measured = str(word(row.verdict))
            else:
                digits = number.digits if number.unit == "MAC" else number.digits + 1
                value = _with_unit(str(with_interval(row.measured, digits, write=fixed)), number)
                measured = f"{value}, {verdict_words(row.verdict, row.ratio, row.seeds_needed)}"
            said = {"place": place, "published": published, "measured": measured}
            yield say("{place}: published {published}, measured {measured}", **said)


def _set(number: PublishedNumber) -> str:
    return "" if number.dataset == "any" else number.dataset


def _mode(mode: str) -> str:
    """Return the name of what a published number is of; empty for the data themselves."""
    if mode in set(Design):
        return say(NAMES[Design(mode)])
    known = next((one for one in (*Fusion, *Reference) if one == mode), None)
    return label(known, spoken()) if known else ""


def _with_unit(value: str, number: PublishedNumber) -> str:
    if number.unit in ("1", "cycles", "MAC"):
        return value
    return f"{value} {number.unit}" if number.unit == "%" else say("{value} steps", value=value)
