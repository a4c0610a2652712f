"""Freezing courses into corridors, and into a library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely

from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.courses import as_flown, courses
from airspace.corridors.library import NEAR_M, freeze, joined
from airspace.corridors.networks import network_of
from airspace.corridors.paces import Pace
from airspace.formats.reading import shipped_ledgers
from airspace.model.corridors import Act, Corridor, Entry, Library, Passed, State, corridor_id
from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from airspace.rules.ledger import Ledger, Status
from tests.planner import scenes

RULES = CorridorRules(
    half_width_m=20, clearance_m=30, vertical_clearance_m=10, vertical_budget_m=3, levels_amsl_m=(scenes.CRUISE_M,)
)
WHEN = (scenes.START, scenes.END)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
WALL = scenes.zone("wall", scenes.area(1000, -300, 1500, 900))


def a_sky(*zones: Zone, **fields: Any) -> Airspace:
    pads = (scenes.pad("hub", 0, 0), scenes.pad("A", 3000, 0), scenes.pad("B", 3000, 4000))
    return scenes.sky(*pads, zones=zones, **fields)


def frozen(
    sky: Airspace, *, kinds: tuple[str, ...] = ("nine",), rules: CorridorRules = RULES, ledgers: tuple[Ledger, ...] = ()
) -> dict[str, Corridor]:
    """Return the corridors between all pads by their pair, every zone in force and every gate open to the type."""
    chart = Chart.of(sky, rules)
    network = network_of(chart, aircraft=kinds, when=WHEN)
    lines = courses(network, [pad.id for pad in sky.pads])
    made = freeze(lines.values(), chart, drone_types=kinds, when=WHEN, ledgers=ledgers)
    return {f"{corridor.from_pad}>{corridor.to_pad}": corridor for corridor in made}


def side(area: shapely.Polygon, name: str, *rules: str) -> Any:
    return replace(scenes.two_sides()[0], id=name, authority=f"authority of {name}", area=area, rules=rules)


def test_a_course_is_frozen_as_it_is_flown_both_ways():
    sky = a_sky(WALL)
    chart = Chart.of(sky, RULES)
    course = courses(network_of(chart, when=WHEN), ["hub", "A"])["hub", "A"]
    there, back = frozen(sky)["hub>A"], frozen(sky)["A>hub"]
    assert there.points == as_flown(course, chart.frame)
    assert there.id == corridor_id("hub", "A", there.points, 20)
    assert back.points == there.points[::-1]
    assert back.id.split("#")[1] == there.id.split("#")[1]
    assert there.length_m == pytest.approx(course.length_m, rel=2e-4)


def test_a_corridor_says_what_it_keeps_with_the_budget_for_datums():
    corridor = frozen(a_sky())["hub>A"]
    assert (corridor.half_width_m, corridor.clearance_m, corridor.vertical_clearance_m) == (20, 30, 13)
    assert corridor.band_amsl_m == (scenes.CRUISE_M, scenes.CRUISE_M)


def test_jurisdictions_and_gates_stand_in_the_order_flown():
    sky = scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("A", 3000, 0), jurisdictions=scenes.two_sides(),
        gates=(scenes.gate(*scenes.both_permits()),),
    )  # fmt: skip
    corridors = frozen(sky)
    west, east = scenes.two_sides()
    passed = tuple(Passed(jurisdiction=one.id, authority=one.authority) for one in (west, east))
    there, back = corridors["hub>A"], corridors["A>hub"]
    assert there.jurisdictions == passed
    assert back.jurisdictions == there.jurisdictions[::-1]
    assert there.gates == back.gates == (sky.gates[0].id,)
    assert there.authorities == tuple(sorted(one.authority for one in (west, east)))


def test_with_wind_the_way_back_is_frozen_as_it_is_flown():
    sky = a_sky(WALL)
    chart = Chart.of(sky, RULES)
    pace = Pace(air_speed_mps=15, wind_mps=8, wind_from_deg=20)
    lines = courses(network_of(chart, when=WHEN, pace=pace), ["hub", "A"])
    there, back = freeze((lines["hub", "A"], lines["A", "hub"]), chart, drone_types=("nine",), when=WHEN)
    assert (there.from_pad, back.from_pad) == ("hub", "A")
    assert back.points == as_flown(lines["A", "hub"], chart.frame)


@pytest.mark.parametrize(
    ("zone", "counts"),
    [
        (scenes.zone("near", scenes.area(1000, NEAR_M - 10, 1500, NEAR_M + 200)), True),
        (scenes.zone("far", scenes.area(1000, NEAR_M + 10, 1500, NEAR_M + 200)), False),
    ],
    ids=["near", "far"],
)
def test_the_zones_near_a_corridor_are_part_of_its_hash_and_those_far_off_are_not(zone: Zone, counts: bool):
    before, after = frozen(a_sky())["hub>A"], frozen(a_sky(zone))["hub>A"]
    assert before.id == after.id
    assert (before.hash != after.hash) == counts


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"schedule": scenes.hours("08:00", "09:00")}, True),
        ({"category": "prison"}, True),
        ({"name": "another name"}, False),
    ],
    ids=str,
)
def test_what_a_zone_decides_is_part_of_the_hash_and_what_it_is_called_is_not(changes: dict[str, Any], counts: bool):
    zone = scenes.zone("near", scenes.area(1000, 300, 1500, 900))
    before, after = (frozen(a_sky(one))["hub>A"] for one in (zone, replace(zone, **changes)))
    assert (before.hash != after.hash) == counts


def test_the_ledgers_of_the_sides_it_passes_are_part_of_its_hash():
    ledger = next(iter(shipped_ledgers().values()))
    sides = (side(scenes.area(-4000, -4000, 8000, 8000), "here", ledger.name),)
    sky = a_sky(jurisdictions=sides)
    without, with_it = frozen(sky)["hub>A"], frozen(sky, ledgers=(ledger,))["hub>A"]
    assert without.hash != with_it.hash
    retired = replace(ledger.in_force[0], status=Status.SUPERSEDED)
    fewer = replace(ledger, rules=(retired, *(rule for rule in ledger.rules if rule.id != retired.id)))
    assert frozen(sky, ledgers=(fewer,))["hub>A"].hash != with_it.hash
    told = replace(ledger, rules=tuple(replace(rule, title="told otherwise") for rule in ledger.rules))
    assert frozen(sky, ledgers=(told,))["hub>A"].hash == with_it.hash


def test_every_shipped_ledger_can_be_hashed():
    ledgers = tuple(shipped_ledgers().values())
    assert ledgers
    sides = (side(scenes.area(-4000, -4000, 8000, 8000), "here", *(ledger.name for ledger in ledgers)),)
    assert frozen(a_sky(jurisdictions=sides), ledgers=ledgers)["hub>A"].rules.startswith("sha256:")


# --- joining ----------------------------------------------------------------------------------------------------------


def approved(library: Library, corridor: Corridor) -> Library:
    entry = Entry(
        at=NOW, corridor=corridor.id, hash=corridor.hash, act=Act.APPROVED, authority="the village",
        drone_types=corridor.drone_types,
    )  # fmt: skip
    return replace(library, history=(*library.history, entry))


def test_freezing_the_same_again_keeps_approvals_and_adds_nothing():
    corridors = frozen(a_sky(WALL)).values()
    first = joined(Library(), corridors, at=NOW)
    known = approved(first, next(iter(corridors)))
    assert joined(known, corridors, at=NOW + timedelta(days=1)) == known


def test_a_corridor_with_another_hash_is_told_as_changed_and_approved_by_nobody():
    old = frozen(a_sky())["hub>A"]
    new = frozen(a_sky(scenes.zone("near", scenes.area(1000, 300, 1500, 900))))["hub>A"]
    known = approved(joined(Library(), [old], at=NOW), old)
    later = NOW + timedelta(days=1)
    again = joined(known, [new], at=later, by="clerk")
    assert known.state(old.id, later) is State.APPROVED
    assert again.state(old.id, later) is State.DRAFT
    last = again.history[-1]
    assert (last.act, last.hash, last.by) == (Act.CHANGED, new.hash, "clerk")
    assert old.hash in last.note


def test_types_that_fly_one_line_share_one_corridor():
    both = joined(Library(), [*frozen(a_sky()).values(), *frozen(a_sky(), kinds=("ten",)).values()], at=NOW)
    assert {corridor.drone_types for corridor in both.corridors} == {("nine", "ten")}
    assert both.history == ()


def test_types_of_another_width_have_corridors_of_their_own():
    wide = frozen(a_sky(), kinds=("ten",), rules=replace(RULES, half_width_m=25))
    both = joined(Library(), [frozen(a_sky())["hub>A"], wide["hub>A"]], at=NOW)
    assert sorted((c.half_width_m, c.drone_types) for c in both.between("hub", "A")) == [
        (20, ("nine",)),
        (25, ("ten",)),
    ]


def test_what_is_not_frozen_again_stays():
    old = frozen(a_sky())["hub>A"]
    bent = frozen(a_sky(WALL))["hub>A"]
    both = joined(joined(Library(), [old], at=NOW), [bent], at=NOW)
    assert {corridor.id for corridor in both.between("hub", "A")} == {old.id, bent.id}
