"""What a rule of the check does, in words: our own rules, and those of the ledgers that are shipped."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape

from airspace.formats.ledgers import shipped
from airspace.rules.ledger import Rule as LawRule
from airspace.rules.ledger import Status
from planner.safety.findings import LAW
from planner.safety.rules import RULES, Rule

ALL = "all"
NEAREST = 8
"""How many names are offered at most where one is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One rule in words."""

    rule: str
    source: str
    does: str
    tolerance: str
    does_not: str
    """Empty where there is nothing to say."""


def meanings(name: str) -> list[Meaning]:
    """Return what the rules of a name mean: all of the check's own for ``all``, none where nothing is called so.

    A law's rule is called ``law.`` and its id. The beginning of names, up to a dot, names all that begin so.
    """
    own = [_own(rule) for rule in RULES.values() if name in (ALL, rule.id) or rule.id.startswith(f"{name}.")]
    return own or [_law(rule) for rule in _laws() if f"{LAW}{rule.id}" == name]


def nearest(name: str) -> list[str]:
    """Return the names of rules that are like one, the most alike first; those that hold it as a part come before."""
    known = [*RULES, *(f"{LAW}{rule.id}" for rule in _laws())]
    asked = name.casefold()
    parts = [one for one in known if asked and asked in one.casefold()]
    folded = {one.casefold(): one for one in known}
    alike = [folded[one] for one in difflib.get_close_matches(asked[:200], folded, n=NEAREST, cutoff=0.5)]
    return list(dict.fromkeys([*parts, *alike]))[:NEAREST]


def _laws() -> Iterator[LawRule]:
    for ledger in shipped().values():
        yield from ledger.rules


def _own(rule: Rule) -> Meaning:
    return Meaning(
        rule=rule.id, source=rule.source, does=rule.explanation, tolerance=rule.tolerance, does_not=rule.limits
    )


def _law(rule: LawRule) -> Meaning:
    whom = f" It concerns {', '.join(rule.applies_to)} aircraft." if rule.applies_to else ""
    note = f" {rule.note}" if rule.note else ""
    return Meaning(
        rule=f"{LAW}{rule.id}",
        source=f"{rule.source.citation} ({rule.source.confidence}); {rule.authority}",
        does=f"{rule.title}: {rule.asks}.{whom}{note}".replace("..", "."),
        tolerance="none",
        does_not="Superseded: it is kept to be looked up, and never applied."
        if rule.status is Status.SUPERSEDED
        else "",
    )


def rules_page() -> str:
    """Return the check's own rules as a table in Markdown."""
    head = "| rule | does | source | tolerance | does not judge |\n|---|---|---|---|---|"
    rows = [(f"`{one.rule}`", one.does, one.source, one.tolerance, one.does_not or "-") for one in meanings(ALL)]
    cells = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join([head, *(f"| {row} |" for row in cells)]) + "\n"


def meanings_document(told: Sequence[Meaning]) -> dict[str, Any]:
    """Return rules in words for programs."""
    return {"rules": [asdict(meaning) for meaning in told]}


def tell_meanings(told: Sequence[Meaning], console: Console) -> None:
    """Print rules in words."""
    for number, meaning in enumerate(told):
        if number:
            console.print()
        console.print(f"[bold]{escape(meaning.rule)}[/]")
        for word, text in (
            ("does", meaning.does),
            ("source", meaning.source),
            ("tolerance", meaning.tolerance),
            ("does not judge", meaning.does_not),
        ):
            if text:
                console.print(f"  {word:<15}{escape(text)}", soft_wrap=True)
