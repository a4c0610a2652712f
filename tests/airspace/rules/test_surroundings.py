"""What lies around a flight, by category."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import shapely

from airspace.earth.heights import GROUND, Band
from airspace.model.gates import Jurisdiction
from airspace.model.schedules import Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from airspace.rules.calendars import Calendar
from airspace.rules.kinds import Distance
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.surroundings import Thing, reaches_m, things

TODAY = (datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 14, tzinfo=UTC))
WEST = Jurisdiction(id="west", name="West", authority="w", area=shapely.box(114.0, 22.0, 114.1, 22.1))
EAST = Jurisdiction(id="east", name="East", authority="e", area=shapely.box(114.1, 22.0, 114.2, 22.1))


def zone(name: str, west: float, **fields: object) -> Zone:
    return Zone(
        id=name, name=name, restriction=Restriction.PROHIBITED, area=shapely.box(west, 22.04, west + 0.01, 22.05),
        band=Band(lower=GROUND, upper=None), **{"category": "port", **fields},
    )  # fmt: skip


def found(*zones: Zone, side: Jurisdiction = WEST) -> dict[str, list[str]]:
    sky = Airspace(zones=zones, jurisdictions=(WEST, EAST))
    return {name: [thing.zone.id for thing in items] for name, items in things(sky, side, TODAY).items()}


def test_a_zone_counts_for_the_side_it_names_and_without_one_for_those_it_touches() -> None:
    zones = (zone("named", 114.15, jurisdiction="west"), zone("here", 114.05), zone("there", 114.15))
    assert found(*zones) == {"port": ["named", "here"]}
    assert found(*zones, side=EAST) == {"port": ["there"]}
    assert found(zone("astray", 114.05, jurisdiction="nowhere")) == {"port": ["astray"]}


def test_a_zone_that_is_not_in_force_that_day_or_has_no_category_is_nothing() -> None:
    over = Schedule(periods=(Period(end=TODAY[0] - timedelta(days=1)),))
    assert found(zone("old", 114.05, schedule=over), zone("plain", 114.05, category="")) == {}


def test_inside_a_zone_its_buffer_is_no_distance() -> None:
    thing = Thing(zone=zone("Z", 114.05), buffer_m=200.0)
    assert (thing.distance_m(50.0), thing.distance_m(0.0), thing.distance_m(-5.0)) == (250.0, 0.0, 0.0)


def test_a_buffer_that_is_no_length_counts_as_none() -> None:
    sky = Airspace(
        zones=tuple(
            zone(f"Z{number}", 114.05, extra={"buffer_m": told}) for number, told in enumerate([100, -5, True, "9"])
        ),
        jurisdictions=(WEST, EAST),
    )
    assert [thing.buffer_m for thing in things(sky, WEST, TODAY)["port"]] == [100.0, 0.0, 0.0, 0.0]


def test_notice_is_taken_as_far_as_the_farthest_rule_asks() -> None:
    told = Source(citation="an invented law", confidence=Confidence.SOURCED)
    asked = (Distance(categories=("port",), least_m=500.0), Distance(categories=("port", "rail"), least_m=200.0))
    stands_in = Distance(categories=("prison",), least_m=None, stand_in_m=70.0)
    rules = tuple(
        Rule(id=f"r{number}", title="r", authority="w", asks=ask, source=told)
        for number, ask in enumerate((*asked, stands_in))
    )
    never_off = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=told)
    ledger = Ledger(name="law", title="law", authority="w", timezone="Asia/Hong_Kong", calendar=never_off, rules=rules)
    assert reaches_m(ledger) == {"port": 500.0, "rail": 200.0, "prison": 70.0}
