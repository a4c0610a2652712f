"""Avoided zones: the way through, the way round and the way in between, against sums done by hand."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta, timezone

import networkx as nx
import pytest
import shapely
from scipy.optimize import minimize

from airspace.corridors.charts import CorridorRules
from airspace.corridors.courses import Course, shortest
from airspace.corridors.networks import build_network
from airspace.corridors.paces import Pace
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from tests.airspace.corridors.maps import OPENS, WHEN, a_pad, a_zone, amsl, box

ENDS = (a_pad("A", -2000, 0), a_pad("B", 2000, 0))
SLACK_M = 0.5


def rules(levels_amsl_m: tuple[float, ...] = (80.0,), **avoid: float) -> CorridorRules:
    return CorridorRules(
        half_width_m=0.0, clearance_m=0.0, vertical_clearance_m=0.0, levels_amsl_m=levels_amsl_m, avoid=avoid
    )


def school(shape_m: shapely.Geometry, zone_id: str = "S", schedule: Schedule = ALWAYS) -> Zone:
    return replace(
        a_zone(shape_m, zone_id, restriction=Restriction.NO_RESTRICTION, schedule=schedule), category="school"
    )


def network_of(*zones: Zone, avoid: Mapping[str, float], **options: object) -> nx.DiGraph:
    return build_network(Airspace(zones=zones, pads=ENDS), rules(**avoid), **options)  # type: ignore[arg-type]


def course(network: nx.DiGraph) -> Course:
    found = shortest(network, "A", "B")
    assert found is not None
    return found


SQUARE = school(box(-500, -300, 500, 900))
ROUND_M = 2 * math.hypot(1500, 300) + 1000


@pytest.mark.parametrize(("avoid", "flown_m"), [({}, 4000), ({"school": 0.0}, 4000), ({"park": 9.0}, 4000)])
def test_what_is_worth_nothing_changes_nothing(avoid: Mapping[str, float], flown_m: float) -> None:
    assert course(network_of(SQUARE, avoid=avoid)).length_m == pytest.approx(flown_m, abs=SLACK_M)


def test_what_is_worth_a_lot_is_gone_round() -> None:
    found = course(network_of(SQUARE, avoid={"school": 5.0}))
    assert found.length_m == pytest.approx(ROUND_M, abs=SLACK_M)
    assert found.cost_s == pytest.approx(found.length_m, abs=SLACK_M)
    assert [bend.zones for bend in found.bends] == [("S",), ("S",)]


def test_what_is_worth_little_is_flown_through_and_counted() -> None:
    found = course(network_of(SQUARE, avoid={"school": 0.001}))
    assert found.length_m == pytest.approx(4000, abs=SLACK_M)
    assert found.cost_s == pytest.approx(4001, abs=SLACK_M)


def test_a_course_is_bent_where_it_enters_as_light_is() -> None:
    # A long strip from x = 0 to x = 1000, crossed slantwise. Where to enter and leave it is a matter of two numbers.
    strip = school(box(0, -6000, 1000, 6000))
    pads = (a_pad("A", -1000, -1500), a_pad("B", 2000, 1500))
    worth = 1.5

    def cost_m(at: list[float]) -> float:
        enters, leaves = at
        inside_m = math.hypot(1000, leaves - enters)
        return math.hypot(1000, enters + 1500) + (1 + worth) * inside_m + math.hypot(1000, 1500 - leaves)

    best = minimize(cost_m, [-500.0, 500.0])
    network = build_network(Airspace(zones=(strip,), pads=pads), rules(school=worth))
    found = course(network)
    assert best.fun <= found.cost_s <= best.fun * 1.002
    # Snell: the sines of the angles outside and inside are as 1 + worth to 1.
    enters, leaves = best.x
    outside, within = math.atan2(enters + 1500, 1000), math.atan2(leaves - enters, 1000)
    assert math.sin(outside) / math.sin(within) == pytest.approx(1 + worth, rel=1e-3)


@pytest.mark.parametrize("worth", [0.01, 0.05, 0.1, 0.3, 1.0, 10.0])
def test_a_course_costs_no_more_than_straight_through_or_round(worth: float) -> None:
    found = course(network_of(SQUARE, avoid={"school": worth}))
    assert found.cost_s <= min(4000 + 1000 * worth, ROUND_M) + SLACK_M
    assert found.cost_s >= 4000 - SLACK_M


def test_two_zones_one_on_the_other_count_twice() -> None:
    strip = box(-100, -9000, 100, 9000)
    found = course(network_of(school(strip, "S1"), school(strip, "S2"), avoid={"school": 1.0}))
    assert found.cost_s == pytest.approx(4000 + 2 * 200, abs=SLACK_M)


def test_an_avoided_zone_outside_its_hours_is_flown_through() -> None:
    clock = timezone(timedelta(hours=8))
    by_night = Schedule.weekly(Hours(days=WEEKDAYS, start=time(1), end=time(5), clock=clock))
    by_day = Schedule.weekly(Hours(days=WEEKDAYS, start=time(6), end=time(20), clock=clock))
    night, day = (school(SQUARE_M, schedule=hours) for hours in (by_night, by_day))
    assert OPENS.astimezone(clock).hour == 9
    assert course(network_of(night, avoid={"school": 5.0}, when=WHEN)).length_m == pytest.approx(4000, abs=SLACK_M)
    assert course(network_of(day, avoid={"school": 5.0}, when=WHEN)).length_m == pytest.approx(ROUND_M, abs=SLACK_M)


SQUARE_M = box(-500, -300, 500, 900)


def test_over_an_avoided_zone_is_not_in_it() -> None:
    low = replace(school(box(-500, -9000, 500, 9000)), band=amsl(0, 100))
    pace = Pace(air_speed_mps=10.0, climb_s_per_m=0.1, descent_s_per_m=0.1)
    network = build_network(Airspace(zones=(low,), pads=ENDS), rules((80.0, 120.0), school=3.0), pace=pace)
    found = course(network)
    assert found.levels_amsl_m == (120.0,)
    assert found.cost_s == pytest.approx(400 + 2 * 115 * 0.1, abs=0.1)


def test_a_closed_zone_stands_in_an_avoided_one() -> None:
    closed = a_zone(box(-50, -50, 50, 50), "Z")
    found = course(network_of(SQUARE, closed, avoid={"school": 0.001}))
    assert found.length_m == pytest.approx(2 * math.hypot(1950, 50) + 100, abs=SLACK_M)


def test_what_a_course_passes_all_the_same_is_written_on_it() -> None:
    network = network_of(school(box(-100, -9000, 100, 9000)), avoid={"school": 1.0})
    named = {zone for _, _, edge in network.edges(data=True) for zone in edge["avoided"]}
    assert named == {"S"}
    round_it = network_of(SQUARE, avoid={"school": 5.0})
    assert not any(edge["avoided"] for _, _, edge in round_it.edges(data=True))


def test_who_does_not_turn_on_the_spot_flies_straight_through() -> None:
    wide = replace(rules(school=5.0), half_width_m=20.0, min_turn_radius_m=100.0)
    network = build_network(Airspace(zones=(SQUARE,), pads=ENDS), wide)
    assert course(network).length_m == pytest.approx(4000, abs=SLACK_M)
    assert course(network).cost_s == pytest.approx(4000, abs=SLACK_M)


def test_beside_an_avoided_zone_a_piece_that_no_wind_lets_be_flown_stays_one_without_end() -> None:
    # Too strong to fly from B to A, which the square on the way does not touch.
    aside = school(box(-500, 300, 500, 900))
    pace = Pace(air_speed_mps=10.0, wind_mps=12.0, wind_from_deg=270.0)
    network = network_of(aside, avoid={"school": 1.0}, pace=pace)
    assert course(network).length_m == pytest.approx(4000, abs=SLACK_M)
    assert shortest(network, "B", "A") is None
    costs_s = sorted(edge["cost_s"] for _, _, edge in network.edges(data=True) if edge["length_m"] > 0)
    assert costs_s == [pytest.approx(4000 / 22, abs=0.1), math.inf]


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="school"):
        rules(school=-1.0)
