"""The rule ledger of a jurisdiction: its rules with their sources, and the judgement of a piece of a leg by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC
from enum import StrEnum

from airspace.earth.heights import GROUND, Band, Height, HeightFrame, Reference
from airspace.model.checking import need_id, need_unique
from airspace.model.gates import Permit
from airspace.model.sources import Source
from airspace.rules.calendars import Calendar
from airspace.rules.classes import MassClass, possible_classes
from airspace.rules.kinds import Distance, Filing, Kind, in_words
from airspace.rules.pieces import Outcome, Piece, Verdict


class Status(StrEnum):
    """Whether a rule is applied."""

    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """Kept to be looked up; never applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a law, with its figures and where they come from."""

    id: str
    title: str
    title_zh: str = ""
    authority: str
    aliases: tuple[str, ...] = ()
    """Other names the authority signs permits with."""
    asks: Kind
    """What it asks, with its figures."""
    classes: tuple[MassClass, ...] = ()
    """The classes of aircraft of its ledger."""
    applies_to: tuple[str, ...] = ()
    """Names of the classes it concerns; empty for every aircraft."""
    permittable: bool = True
    """Whether a permit of the authority allows what the rule otherwise forbids."""
    source: Source
    """With the article in its citation."""
    article: str = ""
    """The part of the source that it stands in."""
    status: Status = Status.IN_FORCE
    note: str = ""

    def __post_init__(self) -> None:
        need_id("rule", self.id)
        unknown = sorted(set(self.applies_to) - {known.name for known in self.classes})
        if unknown:
            known = ", ".join(known.name for known in self.classes) or "none"
            raise ValueError(f"rule '{self.id}': expected classes among {known}, got {', '.join(unknown)}")

    @property
    def kind(self) -> str:
        """The word for its kind in a file."""
        return self.asks.word

    def concerns(self, piece: Piece) -> bool | None:
        """Tell whether it applies to an aircraft; None when the class of that is not known well enough."""
        if not self.applies_to:
            return True
        possible = possible_classes(self.classes, piece)
        if possible <= set(self.applies_to):
            return True
        return None if possible & set(self.applies_to) else False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All rules of one side."""

    name: str
    """What a jurisdiction calls it by."""
    title: str
    title_zh: str = ""
    authority: str
    aliases: tuple[str, ...] = ()
    """Other names the authority signs permits with."""
    timezone: str
    """IANA name of the clock that its times are told in."""
    calendar: Calendar
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        need_id("ledger", self.name)
        need_unique(f"ledger '{self.name}': rules", (rule.id for rule in self.rules))

    @property
    def in_force(self) -> tuple[Rule, ...]:
        """The rules that are applied."""
        return tuple(rule for rule in self.rules if rule.status is Status.IN_FORCE)

    @property
    def filings(self) -> tuple[Rule, ...]:
        """Every rule on what to hand in before flying, superseded ones too, for the approval clock."""
        return tuple(rule for rule in self.rules if isinstance(rule.asks, Filing))

    def judge(self, piece: Piece) -> tuple[tuple[Rule, Outcome], ...]:
        """Judge a piece by every rule in force that concerns its aircraft, filings aside."""
        judged = ((rule, judge(rule, piece)) for rule in self.in_force if not isinstance(rule.asks, Filing))
        return tuple((rule, outcome) for rule, outcome in judged if outcome.applies)


def judge(rule: Rule, piece: Piece) -> Outcome:
    """Say whether a rule holds for a piece of a leg, and on which permit.

    Where the class of the aircraft is not known, a rule that might concern it and does not hold is UNKNOWN.
    """
    concerns = rule.concerns(piece)
    if concerns is False:
        words = in_words(possible_classes(rule.classes, piece))
        return Outcome(verdict=Verdict.HOLDS, detail=f"does not concern class {words}", applies=False)
    outcome = rule.asks.test(piece)
    if outcome.verdict in (Verdict.BROKEN, Verdict.UNKNOWN) and rule.permittable and not outcome.gap:
        outcome = _with_permits(rule, piece, outcome)
    if concerns is None and outcome.verdict in (Verdict.BROKEN, Verdict.NEEDS_PERMIT):
        words = in_words(possible_classes(rule.classes, piece))
        return replace(outcome, verdict=Verdict.UNKNOWN, detail=f"{outcome.detail}; class not known: {words}")
    return outcome


def _with_permits(rule: Rule, piece: Piece, outcome: Outcome) -> Outcome:
    own = [permit for permit in piece.permits if permit.authority in (rule.authority, *rule.aliases)]
    # Each with its own word: permits of two gates may have one id.
    refusals = [(permit, refusal(permit, piece)) for permit in own]
    covering = [permit for permit, reason in refusals if not reason]
    unnamed = _zones_unnamed(rule, piece, covering)
    if covering and isinstance(rule.asks, Distance) and rule.asks.gaps(piece):
        # Leave to be near one thing says nothing of the things that nobody has on a map.
        gap = rule.asks.gap_in(piece)
        return replace(outcome, verdict=gap.verdict, detail=f"{outcome.detail}; {gap.detail}", gap=True)
    if covering and not unnamed:
        ids = ", ".join(sorted({permit.id for permit in covering}))
        detail = f"{outcome.detail}; permit {ids} of {rule.authority} covers aircraft, time and band"
        return replace(outcome, verdict=Verdict.HOLDS, detail=detail, permit=ids)
    reasons = sorted({f"permit {permit.id}: {reason}" for permit, reason in refusals if reason})
    reasons += [f"no permit names zone {', '.join(unnamed)}"] if covering else []
    why = "; ".join(reasons) or f"no permit of {rule.authority}"
    verdict = Verdict.NEEDS_PERMIT if outcome.verdict is Verdict.BROKEN else outcome.verdict
    return replace(outcome, verdict=verdict, detail=f"{outcome.detail}; {why}")


def _zones_unnamed(rule: Rule, piece: Piece, permits: Iterable[Permit]) -> list[str]:
    """Return the zones of a distance rule that a piece comes too near to and that no permit names."""
    if not isinstance(rule.asks, Distance):
        return []
    asked = {zone for category in rule.asks.too_near(piece) for zone in piece.zones.get(category, ())}
    return sorted(asked.difference(*(permit.zones for permit in permits)))


def refusal(permit: Permit, piece: Piece) -> str:
    """Say why a permit does not cover a piece: aircraft, time, band; empty when it does."""
    if not permit.names(piece.aircraft):
        return f"it is for {', '.join(permit.aircraft) or 'no aircraft'}"
    if not permit.valid_from <= piece.start <= piece.end <= permit.valid_to:
        start, end = permit.valid_from.astimezone(UTC), permit.valid_to.astimezone(UTC)
        return f"it is valid from {start:%Y-%m-%dT%H:%MZ} to {end:%Y-%m-%dT%H:%MZ}"
    if not permit.schedule.covers(piece.start, piece.end):
        return "its hours do not cover the time"
    if permit.band is not None and not _within(permit.band, piece):
        return f"it is for {permit.band}"
    return ""


def _within(band: Band, piece: Piece) -> bool:
    floor_kept = band.lower == GROUND or _above(band.lower, piece)
    return floor_kept and (band.upper is None or _below(band.upper, piece))


def _above(floor: Height, piece: Piece) -> bool:
    if floor.reference is Reference.AGL:
        return piece.agl_m[0] >= floor.value_m
    return floor.reference is not Reference.PAD and piece.amsl_m[0] >= _amsl_m(floor, piece)[-1]


def _below(ceiling: Height, piece: Piece) -> bool:
    if ceiling.reference is Reference.AGL:
        return piece.agl_m[-1] <= ceiling.value_m
    # A height above a pad is kept only by whoever knows the pad; it covers nothing here.
    return ceiling.reference is not Reference.PAD and piece.amsl_m[-1] <= _amsl_m(ceiling, piece)[0]


def _amsl_m(height: Height, piece: Piece) -> tuple[float, float]:
    return HeightFrame().span_amsl_m(height, piece.line)
