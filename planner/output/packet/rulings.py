"""The rules of law behind the findings of a packet."""

from __future__ import annotations

from collections.abc import Sequence

from airspace.rules.ledger import Ledger, Rule
from planner.output.packet.dossiers import Dossier
from planner.output.packet.values import CorridorPage, LawFacts
from planner.safety.findings import LAW


def laws(dossier: Dossier, pages: Sequence[CorridorPage]) -> tuple[LawFacts, ...]:
    """Return the rules of ledgers that corridors were judged by, by their ids."""
    judged = {finding.rule for page in pages for finding in page.findings}
    found = {
        f"{LAW}{rule.id}": _law(rule, ledger, dossier)
        for ledger in dossier.job.ledgers
        for rule in ledger.rules
        if f"{LAW}{rule.id}" in judged
    }
    return tuple(found[name] for name in sorted(found))


def _law(rule: Rule, ledger: Ledger, dossier: Dossier) -> LawFacts:
    return LawFacts(
        rule=f"{LAW}{rule.id}",
        sides=tuple(side.id for side in dossier.sky.jurisdictions if ledger.name in side.rules),
        title=rule.title,
        title_zh=rule.title_zh,
        citation=rule.source.citation.removesuffix(f"; {rule.article}"),
        article=rule.article,
        confidence=rule.source.confidence,
    )
