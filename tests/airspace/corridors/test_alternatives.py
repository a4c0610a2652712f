"""Other ways between two pads: the other side, another level, and nothing that only looks like another way."""

import math
from dataclasses import replace

import networkx as nx
import pytest
import shapely

from airspace.corridors.alternatives import alternatives, enclosed
from airspace.corridors.charts import CorridorRules
from airspace.corridors.courses import shortest
from airspace.corridors.curves import can_be_flown
from airspace.corridors.networks import build_network
from airspace.corridors.paces import Pace
from airspace.errors import UnknownPad
from airspace.model.skies import Airspace
from tests.airspace.corridors.maps import a_pad, a_zone, amsl, box

BARE = CorridorRules(half_width_m=0.0, clearance_m=0.0, vertical_clearance_m=0.0, levels_amsl_m=(80.0,))
GUARD_M = 0.5
"""More than the guard of a few centimetres round every corner adds to a course."""


def network_of(*zones: shapely.Geometry, rules: CorridorRules = BARE, pace: Pace | None = None) -> nx.DiGraph:
    areas = tuple(a_zone(zone, f"Z{number}") for number, zone in enumerate(zones))
    return whole(Airspace(zones=areas, pads=(a_pad("A", -2000, 0), a_pad("B", 2000, 0))), rules, pace)


def whole(sky: Airspace, rules: CorridorRules = BARE, pace: Pace | None = None) -> nx.DiGraph:
    return build_network(sky, rules, full=True, pace=pace or Pace())


def test_beside_the_way_south_of_a_zone_there_is_the_one_north_of_it() -> None:
    network = network_of(box(-500, -300, 500, 900))
    (other,) = alternatives(network, "A", "B", count=3)
    best = shortest(network, "A", "B")
    assert best is not None
    assert max(lat for _, lat in best.lonlat) <= 22.5 + 1e-6
    assert max(lat for _, lat in other.lonlat) > 22.508
    # Over the two northern corners: by hand.
    assert other.length_m == pytest.approx(2 * math.hypot(1500, 900) + 1000, abs=GUARD_M)


def test_with_nothing_in_the_way_there_is_no_other_way() -> None:
    assert alternatives(network_of(), "A", "B", count=5) == ()


def test_the_nearest_other_ways_come_first() -> None:
    network = network_of(box(-100, 100, 100, 700), box(-100, -800, 100, -100))
    others = alternatives(network, "A", "B", count=5)
    best = shortest(network, "A", "B")
    assert best is not None
    lengths_m = [course.length_m for course in (best, *others)]
    by_hand_m = [4000.0, 2 * math.hypot(1900, 700) + 200, 2 * math.hypot(1900, 800) + 200]
    assert lengths_m == pytest.approx(by_hand_m, abs=GUARD_M)


def test_no_more_are_told_than_are_asked_for() -> None:
    network = network_of(box(-100, 100, 100, 700), box(-100, -800, 100, -100))
    assert len(alternatives(network, "A", "B", count=1)) == 1
    assert alternatives(network, "A", "B", count=0) == ()


def test_a_way_that_is_far_too_long_is_none() -> None:
    network = network_of(box(-500, -300, 500, 9000))
    assert alternatives(network, "A", "B", count=3) == ()
    assert len(alternatives(network, "A", "B", count=3, most_times=6.0)) == 1


def test_a_way_that_is_nearly_the_best_one_is_none() -> None:
    # A post beside the end of the way: passing it on its other side is the same way to a planner.
    network = network_of(box(-500, -300, 500, 900), box(1700, -60, 1720, -30))
    (told,) = alternatives(network, "A", "B", count=5)
    assert max(lat for _, lat in told.lonlat) > 22.508


def test_no_other_way_bends_where_nothing_makes_it() -> None:
    network = network_of(box(-900, -300, -500, 900), box(300, -1200, 700, 250), box(-200, 1200, 200, 1500))
    for course in alternatives(network, "A", "B", count=6):
        assert len(course.bends) == len(course.lonlat) - 2
        assert all(bend.zones for bend in course.bends)


def test_no_other_way_lands_on_a_third_pad() -> None:
    zone = a_zone(box(-500, -300, 500, 900))
    pads = (a_pad("A", -2000, 0), a_pad("B", 2000, 0), a_pad("C", 0, -900))
    for course in alternatives(whole(Airspace(zones=(zone,), pads=pads)), "A", "B", count=5):
        assert min(lat for _, lat in course.lonlat) > 22.5 - 0.0028  # the southern side, not the pad


def test_over_a_low_zone_and_round_it_are_two_ways() -> None:
    low = a_zone(box(-500, -2000, 500, 2000), band=amsl(0, 100))
    sky = Airspace(zones=(low,), pads=(a_pad("A", -2000, 0), a_pad("B", 2000, 0)))
    rules = CorridorRules(half_width_m=0, clearance_m=0, vertical_clearance_m=10, levels_amsl_m=(80.0, 120.0))
    pace = Pace(air_speed_mps=10.0, climb_s_per_m=0.3, descent_s_per_m=0.5)
    network = whole(sky, rules, pace)
    best, others = shortest(network, "A", "B"), alternatives(network, "A", "B", count=4)
    assert best is not None
    assert 120.0 in best.levels_amsl_m
    assert (80.0,) in [course.levels_amsl_m for course in others]


def test_an_other_way_is_one_that_can_be_flown() -> None:
    # Arcs of 100 m round the zone need some width, by which they leave the line where it bends.
    zone = box(-500, -300, 500, 900)
    wide, narrow = (replace(BARE, half_width_m=metres, min_turn_radius_m=100.0) for metres in (2.0, 0.0))
    (other,) = alternatives(network_of(zone, rules=wide), "A", "B", count=3)
    assert can_be_flown(other.points, radius_m=100.0, half_width_m=2.0)
    assert alternatives(network_of(zone, rules=narrow), "A", "B", count=3) == ()
    assert shortest(network_of(zone, rules=narrow), "A", "B") is None


def test_where_no_way_leads_there_is_no_other_one() -> None:
    ring = shapely.difference(box(-2500, -500, -1500, 500), box(-2400, -400, -1600, 400))
    assert alternatives(network_of(ring), "A", "B", count=2) == ()


def test_a_pad_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownPad, match="'C'"):
        alternatives(network_of(), "A", "C", count=1)


def test_lines_that_cross_enclose_both_loops() -> None:
    one = shapely.LineString([(0, 0), (1, 1), (3, -1), (4, 0)])
    assert enclosed(one, shapely.LineString([(0, 0), (4, 0)])).area == pytest.approx(2.0)
