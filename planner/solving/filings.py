"""What has to be filed for a plan, with whom and by when: the approval clock of every ledger it is flown under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from airspace.model.gates import Jurisdiction
from airspace.model.skies import Airspace
from airspace.rules.approvals import Approval, approvals
from airspace.rules.ledger import Ledger
from planner.model.jobs import Job
from planner.model.plans import Filing, Sortie


def filings(sorties: Sequence[Sortie], job: Job, sky: Airspace) -> tuple[Filing, ...]:
    """Return what has to be filed, the first to be filed first; what has no known moment comes last."""
    ledgers = {ledger.name: ledger for ledger in job.ledgers}
    found = [
        filing
        for side in sky.jurisdictions
        for name in side.rules
        if name in ledgers
        for filing in _on_one_side(sorties, side, ledgers[name], job)
    ]
    return tuple(
        sorted(found, key=lambda item: (item.latest_at is None, item.latest_at or item.first_flight, item.rule))
    )


def _on_one_side(sorties: Sequence[Sortie], side: Jurisdiction, ledger: Ledger, job: Job) -> Iterator[Filing]:
    """Yield one filing for each rule: for flights one by one the first of them, with how many there are."""
    over = [sortie.departs for sortie in sorties if any(side.id in leg.jurisdictions for leg in sortie.legs)]
    asked: dict[str, list[Approval]] = {}
    for approval in approvals(ledger.rules, over, given=job.policy.approvals_held):
        asked.setdefault(approval.rule, []).append(approval)
    for same in asked.values():
        yield _filing(same[0], side, count=len(same))


def _filing(approval: Approval, side: Jurisdiction, *, count: int) -> Filing:
    return Filing(
        jurisdiction=side.id,
        authority=approval.authority,
        rule=approval.rule,
        title=approval.title,
        count=count,
        first_flight=approval.first_flight,
        latest_at=_utc(approval.latest_at),
        indicative_at=_utc(approval.indicative_at),
        reply_by=_utc(approval.reply_by),
        source=str(approval.source),
        detail=approval.detail,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
