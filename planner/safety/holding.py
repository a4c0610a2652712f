"""What a plan says was done to keep sorties apart in the air: that each was held back for others it would have met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from planner.model.reviews import Finding
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import fact
from planner.safety.rules import SEPARATION_TOLERANCE_M, TIME_TOLERANCE_S
from planner.safety.separation import nearest_meetings, pieces_of

RULE = "record.held"


def held_for_a_reason(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge what is written down of a sortie being held back, or flown another way, so as to be apart from others."""
    told = sortie.sortie
    if not (told.held_s or told.held_for or told.other_ways):
        return
    wrong = [f"{told.held_s} s are told"] if told.held_s < 0 or (told.held_s > 0) != bool(told.held_for) else []
    if told.departs - timedelta(seconds=told.held_s - TIME_TOLERANCE_S) < case.job.start:
        wrong.append("that would have been before the job starts")
    wrong += [f"it has no leg {number}" for number in told.other_ways if not 1 <= number <= len(sortie.legs)]
    wrong += [f"'{name}' {why}" for name in told.held_for if (why := _unmet(case, sortie, name))]
    others = ", ".join(told.held_for) or "nobody"
    detail = f"held back by {told.held_s} s for {others}" + (f": {'; '.join(wrong)}" if wrong else "")
    yield fact(RULE, sortie.subject, holds=not wrong, detail=detail)


def _unmet(case: Case, sortie: SortieCase, name: str) -> str:
    """Say why a sortie was not held back for another, or an intent; empty when it may have been."""
    if any(intent.id == name for intent in case.job.intents):
        return ""
    others = [other for other in case.sorties if other.sortie.id == name]
    if not others:
        return "is no sortie of the plan"
    if any(other.sortie.drone == sortie.sortie.drone for other in others):
        return "is flown by the same drone"
    legs = [leg for one in (sortie, *others) for leg in one.legs if leg.measurable]
    if not legs or min(case.job.policy.separation_m) <= 0:
        return "need not be kept apart from"
    # Taken off at any moment up to so much earlier: half of it earlier, give or take the other half.
    half_s = (sortie.sortie.held_s + TIME_TOLERANCE_S) / 2
    pieces = pieces_of(legs, min(leg.line.start for leg in legs), earlier_s={id(sortie.sortie): half_s})
    level_m, above_m = (metres + SEPARATION_TOLERANCE_M for metres in case.job.policy.separation_m)
    off_s = 2 * case.job.policy.departure_error_s + half_s
    met = nearest_meetings(pieces, reach_m=level_m, vertical_m=above_m, off_s=off_s)
    return "" if len(met.metres) else "would not have been met earlier"
