"""The approval clock: what to file with whom, the latest moment for it, and whether that can still be met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from airspace.model.sources import Confidence, Source
from airspace.rules.calendars import ByWorkingDaysBefore, Lead
from airspace.rules.kinds import Filing
from airspace.rules.ledger import Rule, Status

STANDING = "standing"
"""What whoever asks says when a standing (long-term) approval is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One thing to file for some flights."""

    authority: str
    rule: str
    """Id of the rule that asks for it."""
    title: str
    first_flight: datetime
    """The first take-off it is for."""
    latest_at: datetime | None
    """The latest moment to file, in the authority's clock; None when no source tells it."""
    indicative_at: datetime | None = None
    """Without a lead time in force: what a superseded rule would have asked for. No promise."""
    reply_by: datetime | None = None
    """By when the authority answers, as far as a source tells."""
    source: Source
    detail: str = ""

    @property
    def confidence(self) -> Confidence:
        """How far the lead time can be relied on."""
        return self.source.confidence


def latest_filing(rule: Rule, first_flight: datetime) -> datetime | None:
    """Return the latest moment to file what a rule asks for, in the authority's clock.

    None when the rule gives no lead time, or working days are counted in a year whose holidays are not published.

    Raises
    ------
    ValueError
        If the rule is not on filing, or the time has no offset.
    """
    lead = _filing(rule).lead
    return None if lead is None else lead.before(_aware(first_flight))


def approvals(rules: Sequence[Rule], flights: Iterable[datetime], *, given: Collection[str] = ()) -> list[Approval]:
    """Return what has to be filed for flights that take off at some times, the first to be filed first.

    ``given`` are words on the flights, such as ``standing`` when a standing approval is held, or ``urgent``; rules
    that ask for such a word are left out without it. Superseded rules among ``rules`` are only looked up.
    """
    by_id = {rule.id: rule for rule in rules}
    take_offs = sorted(set(map(_aware, flights)))
    found = [
        _approval(rule, flight, by_id)
        for rule in rules
        if isinstance(rule.asks, Filing) and rule.status is Status.IN_FORCE and _asked(rule.asks, given)
        for flight in _firsts(rule.asks, take_offs)
    ]
    return sorted(found, key=lambda item: (item.latest_at or item.first_flight, item.rule))


def can_still_be_met(approval: Approval, now: datetime) -> bool | None:
    """Tell whether there is still time to file; None when the latest moment is not known."""
    left = time_left(approval, now)
    return None if left is None else left >= timedelta(0)


def time_left(approval: Approval, now: datetime) -> timedelta | None:
    """Return the time left to file, below zero when it is past; None when the latest moment is not known."""
    return None if approval.latest_at is None else approval.latest_at - _aware(now)


def _filing(rule: Rule) -> Filing:
    if not isinstance(rule.asks, Filing):
        raise ValueError(f"rule '{rule.id}': expected a rule on filing, got one on {rule.kind}")
    return rule.asks


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"approvals: expected a time with an offset from UTC, got {moment.isoformat()}")
    return moment


def _asked(filing: Filing, given: Collection[str]) -> bool:
    replaced = (filing.standing_suffices and STANDING in given) or not set(filing.unless).isdisjoint(given)
    return not replaced and (not filing.only_if or filing.only_if in given)


def _firsts(filing: Filing, take_offs: Sequence[datetime]) -> Iterator[datetime]:
    """Yield the take-offs that need a filing of their own: all, the first of each local day, or the first of all."""
    done: set[object] = set()
    for flight in take_offs:
        local = flight if filing.lead is None else flight.astimezone(filing.lead.clock)
        own = {"flight": flight, "day": local.date()}.get(filing.each)
        if own not in done:
            done.add(own)
            yield flight


def _approval(rule: Rule, flight: datetime, rules: dict[str, Rule]) -> Approval:
    filing = _filing(rule)
    latest_at, indicative_at, detail = latest_filing(rule, flight), None, str(filing)
    if filing.lead is None and filing.indicative in rules:
        old = rules[filing.indicative]
        indicative_at = latest_filing(old, flight)
        detail += f"; superseded rule {old.id}: {old.asks}"
    elif latest_at is None:
        detail += f"; {_why_unknown(filing.lead)}"
    return Approval(
        authority=rule.authority,
        rule=rule.id,
        title=rule.title,
        first_flight=flight,
        latest_at=latest_at,
        indicative_at=indicative_at,
        reply_by=None if filing.reply is None else filing.reply.before(flight),
        source=rule.source,
        detail=detail,
    )


def _why_unknown(lead: Lead | None) -> str:
    if not isinstance(lead, ByWorkingDaysBefore):
        return "no source gives the lead time"
    years = ", ".join(map(str, lead.calendar.published_years))
    return f"public holidays are known for {years} only, and the count leaves those years"
