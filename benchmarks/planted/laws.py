"""Causes to plant: rules of a side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from random import Random

from airspace.earth.sun import SunEvent
from airspace.model.sources import Confidence, Source
from airspace.rules.calendars import Calendar
from airspace.rules.kinds import Activity, Daylight, HeightCap, Kind
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Trait
from benchmarks.planted.worlds import Scene, at, plants
from planner.model.plans import Reason


def _under(scene: Scene, asks: Kind, *, permittable: bool) -> Scene:
    told = Source(citation="an invented law", confidence=Confidence.ASSUMED)
    calendar = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=told)
    rule = Rule(id="law-1", title=asks.word, authority="east-aa", asks=asks, source=told, permittable=permittable)
    ledger = Ledger(
        name="law", title="law", authority="east-aa", timezone="Asia/Hong_Kong", calendar=calendar, rules=(rule,)
    )
    sides = tuple(replace(side, rules=("law",) if side.id == "east" else ()) for side in scene.sky.jurisdictions)
    return scene.with_sky(jurisdictions=sides).with_job(ledgers=(ledger,))


@plants(Reason.RULE, two_sides=True)
def _a_law_that_keeps_the_flight_lower(scene: Scene, chance: Random) -> Scene:
    return _under(scene, HeightCap(most_m=round(chance.uniform(50, 110))), permittable=False)


@plants(Reason.RULE, two_sides=True)
def _a_law_against_crossing(scene: Scene, chance: Random) -> Scene:
    del chance
    return _under(scene, Activity(when=(Trait.CROSSES_BOUNDARY,)), permittable=False)


@plants(Reason.RULE, two_sides=True)
def _a_law_that_keeps_to_daylight(scene: Scene, chance: Random) -> Scene:
    # The sun sets here at some 09:39 UTC, an hour and forty minutes after the start.
    ready_h = chance.uniform(1.7, 2.2)
    late = scene.with_order(ready_at=at(ready_h), due_at=at(ready_h + 1))
    return _under(late, Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=UTC), permittable=False)


@plants(Reason.PERMIT_MISSING, two_sides=True)
def _a_law_that_a_permit_of_its_authority_lifts(scene: Scene, chance: Random) -> Scene:
    capped = _under(scene, HeightCap(most_m=round(chance.uniform(50, 110))), permittable=True)
    (ledger,) = capped.job.ledgers
    (rule,) = ledger.rules
    return capped.with_job(ledgers=(replace(ledger, rules=(replace(rule, authority="third-aa"),)),))
