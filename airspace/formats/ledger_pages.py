"""Rule ledgers as Markdown, for the documentation and for whoever wants to read them in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from airspace.rules.ledger import Ledger, Rule, Status

HEAD = "| rule | asks | applies to | permit | source | date | confidence |\n|---|---|---|---|---|---|---|"


def ledger_page(ledgers: Iterable[Ledger]) -> str:
    """Return all rules of some ledgers as Markdown: a table for each ledger, then its sources."""
    return "\n\n".join(part for ledger in ledgers for part in _parts(ledger)) + "\n"


def _parts(ledger: Ledger) -> Iterator[str]:
    sources = list(dict.fromkeys(map(_citation, ledger.rules)))
    yield f"### {_cell(ledger.title)} (`{ledger.name}`)"
    yield f"Authority: {_cell(ledger.authority)}. Clock: {ledger.timezone}. Holidays are known for {_years(ledger)}."
    yield "\n".join([HEAD, *(_row(rule, ledger, sources) for rule in ledger.rules)])
    yield "\n".join(f"{number}. {_cell(citation)}" for number, citation in enumerate(sources, start=1))


def _row(rule: Rule, ledger: Ledger, sources: list[str]) -> str:
    old = " *Superseded, not applied.*" if rule.status is Status.SUPERSEDED else ""
    whose = f" Authority: {rule.authority}." if rule.authority != ledger.authority else ""
    cells = (
        f"`{rule.id}`",
        f"{rule.title}: {rule.asks}.{whose}{old} {rule.note}".replace("..", "."),
        ", ".join(rule.applies_to) or "all",
        _permit(rule),
        f"{sources.index(_citation(rule)) + 1}" + (f", {rule.article}" if rule.article else ""),
        rule.source.date.isoformat() if rule.source.date else "not told",
        str(rule.source.confidence),
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _permit(rule: Rule) -> str:
    if rule.kind in ("classes", "declaration", "filing"):
        return "-"
    return "possible" if rule.permittable else "none"


def _citation(rule: Rule) -> str:
    return rule.source.citation.removesuffix(f"; {rule.article}")


def _years(ledger: Ledger) -> str:
    return ", ".join(map(str, ledger.calendar.published_years)) or "no year"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
