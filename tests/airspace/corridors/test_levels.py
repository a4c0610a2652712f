"""Networks of several flight levels, with anchors worked out by hand."""

import math
from collections.abc import Sequence
from dataclasses import replace

import networkx as nx
import pytest
import shapely

from airspace.corridors.charts import CorridorRules
from airspace.corridors.courses import Course, courses, matrix, shortest
from airspace.corridors.networks import build_network
from airspace.corridors.paces import Pace
from airspace.model.gates import Gate, Jurisdiction
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from tests.airspace.corridors.maps import (
    RULES,
    WHEN,
    a_gate,
    a_pad,
    a_permit,
    a_side,
    a_zone,
    amsl,
    box,
    on_plane,
)

TWO = replace(RULES, levels_amsl_m=(60.0, 120.0))
PACE = Pace(air_speed_mps=15.0, climb_s_per_m=0.5, descent_s_per_m=0.25, climb_power_ratio=1.2)
"""A metre of climb costs 0.6 s of level flight and takes 0.5 s, one of descent costs and takes 0.25 s."""
PADS = (a_pad("A", -3000, 0), a_pad("B", 3000, 0))
LOW, HIGH = amsl(0, 90), amsl(90, 500)
BARRIER = box(-200, -40_000, 200, 40_000)


def sky_of(
    zones: Sequence[Zone] = (),
    pads: Sequence[Pad] = PADS,
    gates: Sequence[Gate] = (),
    sides: Sequence[Jurisdiction] = (),
) -> Airspace:
    return Airspace(zones=tuple(zones), pads=tuple(pads), gates=tuple(gates), jurisdictions=tuple(sides))


def flown(sky: Airspace, rules: CorridorRules = TWO, pace: Pace = PACE, **options: object) -> Course:
    course = shortest(build_network(sky, rules, pace=pace, **options), "A", "B")  # type: ignore[arg-type]
    assert course is not None
    return course


def test_what_is_clear_is_flown_at_the_lowest_level() -> None:
    course = flown(sky_of())
    assert course.levels_amsl_m == (60.0,)
    assert course.length_m == pytest.approx(6000, abs=0.05)
    assert course.time_s == pytest.approx(6000 / 15 + 55 * 0.5 + 55 * 0.25, abs=0.01)
    assert course.cost_s == pytest.approx(6000 / 15 + 55 * 0.6 + 55 * 0.25, abs=0.01)


def test_a_long_low_barrier_is_flown_over() -> None:
    course = flown(sky_of([a_zone(BARRIER, "LOW", band=LOW)]))
    assert course.length_m == pytest.approx(6000, abs=0.05)
    # 115 m up and 115 m down are needed however it is flown, so the change may be anywhere before the barrier.
    assert course.cost_s == pytest.approx(6000 / 15 + 115 * 0.6 + 115 * 0.25, abs=0.01)


def test_barriers_below_and_above_are_passed_by_a_change_in_the_midst_of_a_straight_piece() -> None:
    low = a_zone(box(-1200, -40_000, -1000, 40_000), "LOW", band=LOW)
    high = a_zone(box(1000, -40_000, 1200, 40_000), "HIGH", band=HIGH)
    course = flown(sky_of([low, high]))
    assert course.levels_amsl_m == (120.0, 60.0)
    assert course.length_m == pytest.approx(6000, abs=0.05)
    (before, after) = (point for point in course.points if point[0] not in (course.points[0][0], course.points[-1][0]))
    assert before[:2] == after[:2]
    x_m, _ = on_plane(shapely.Point(before[:2])).coords[0]
    # Past the first barrier and before the second, 50 m clear of each.
    assert -950.1 < x_m < 950.1
    assert course.cost_s == pytest.approx(6000 / 15 + 115 * 0.6 + 115 * 0.25, abs=0.01)


def test_a_short_barrier_is_flown_round_where_climbing_is_dear() -> None:
    short = a_zone(box(-200, -100, 200, 100), "LOW", band=LOW)
    assert flown(sky_of([short])).levels_amsl_m == (60.0,)
    assert flown(sky_of([short]), pace=Pace()).length_m == pytest.approx(6000, abs=0.05)


def test_a_zone_between_the_levels_stops_a_change_but_no_flight() -> None:
    thin = a_zone(box(-900, -40_000, 900, 40_000), "THIN", band=amsl(85, 95))
    low = a_zone(box(-1200, -40_000, -1000, 40_000), "LOW", band=LOW)
    high = a_zone(box(1000, -40_000, 1200, 40_000), "HIGH", band=HIGH)
    assert flown(sky_of([thin, low, high])).length_m > 80_000  # round the end of a barrier
    assert flown(sky_of([thin])).levels_amsl_m == (60.0,)
    assert flown(sky_of([thin, low])).levels_amsl_m == (120.0,)


def test_several_levels_never_cost_more_than_one() -> None:
    zones = [
        a_zone(box(-1500, -900, -900, 700), "A", band=LOW),
        a_zone(box(-300, -700, 400, 900), "B", band=HIGH),
        a_zone(box(1000, -1200, 1300, 300), "C"),
    ]
    both = flown(sky_of(zones)).cost_s
    single = [flown(sky_of(zones), replace(RULES, levels_amsl_m=(level,))).cost_s for level in TWO.levels_amsl_m]
    assert both <= min(single) + 1e-6


def test_a_pad_above_the_lower_level_is_reached_at_the_higher_one() -> None:
    course = flown(sky_of(pads=[PADS[0], a_pad("B", 3000, 0, elevation_m=70)]))
    assert course.levels_amsl_m[-1] == 120.0


def test_a_pad_below_a_high_zone_is_left_at_the_lower_level_only() -> None:
    over_a = a_zone(box(-3100, -100, -2900, 100), "OVER", band=HIGH)
    barrier = a_zone(BARRIER, "LOW", band=LOW)
    course = flown(sky_of([over_a, barrier]))
    assert course.levels_amsl_m == (60.0, 120.0)


def test_a_height_cap_closes_the_higher_level_over_its_side() -> None:
    sides = [a_side("W", box(-9000, -9000, 0, 9000)), a_side("E", box(0, -9000, 9000, 9000))]
    permits = [a_permit("authority of W"), a_permit("authority of E")]
    gate = a_gate(box(-60, -9000, 60, 9000), permits)
    barrier = a_zone(box(-1200, -8900, -1000, 8900), "LOW", band=LOW)
    sky = sky_of([barrier], gates=[gate], sides=sides)
    capped = replace(TWO, caps_agl_m={"W": 100.0})
    options = {"aircraft": ("D1",), "when": WHEN}
    assert flown(sky, TWO, **options).levels_amsl_m[0] == 120.0
    assert flown(sky, capped, **options).length_m > 18_000  # round the end of the barrier
    on_the_other_side = replace(TWO, caps_agl_m={"E": 100.0})
    assert flown(sky, on_the_other_side, **options).levels_amsl_m[-1] == 60.0


def test_the_lowest_level_is_never_closed_by_a_cap() -> None:
    sky = sky_of(sides=[a_side("W", box(-9000, -9000, 9000, 9000))])
    assert flown(sky, replace(TWO, caps_agl_m={"W": 30.0})).levels_amsl_m == (60.0,)


# What the graph says


@pytest.fixture(scope="module")
def hop_network() -> nx.DiGraph:
    low = a_zone(box(-1200, -40_000, -1000, 40_000), "LOW", band=LOW)
    high = a_zone(box(1000, -40_000, 1200, 40_000), "HIGH", band=HIGH)
    return build_network(sky_of([low, high]), TWO, pace=PACE)


def test_a_change_of_level_is_two_places_and_a_climb(hop_network: nx.DiGraph) -> None:
    climbs = [(a, b, edge) for a, b, edge in hop_network.edges(data=True) if edge["climb_m"] and "A" not in (a, b)]
    climbs = [(a, b, edge) for a, b, edge in climbs if "B" not in (a, b)]
    assert {abs(edge["climb_m"]) for _, _, edge in climbs} == {60.0}
    for start, end, edge in climbs:
        a, b = hop_network.nodes[start], hop_network.nodes[end]
        assert (a["lon"], a["lat"]) == (b["lon"], b["lat"])
        assert (a["kind"], b["kind"], edge["length_m"]) == ("level", "level", 0.0)
        up = edge["climb_m"] > 0
        assert edge["cost_s"] == pytest.approx(60 * 0.6 if up else 60 * 0.25)
        assert edge["time_s"] == pytest.approx(60 * 0.5 if up else 60 * 0.25)


def test_both_directions_cost_the_same_but_for_the_pads(hop_network: nx.DiGraph) -> None:
    found = courses(hop_network, ["A", "B"])
    assert found["A", "B"].points == found["B", "A"].points[::-1]
    assert found["A", "B"].cost_s == pytest.approx(found["B", "A"].cost_s)


def test_a_matrix_gives_lengths_times_and_costs_of_the_same_courses(hop_network: nx.DiGraph) -> None:
    course = shortest(hop_network, "A", "B")
    assert course is not None
    for weight in ("length_m", "time_s", "cost_s"):
        assert matrix(hop_network, ["A", "B"], weight=weight)[0, 1] == pytest.approx(getattr(course, weight))


def test_a_gate_is_a_place_of_its_own_and_pieces_say_whose_air_they_pass() -> None:
    sides = [a_side("W", box(-9000, -9000, 0, 9000)), a_side("E", box(0, -9000, 9000, 9000))]
    permits = [a_permit("authority of W", zones=["STRIP"]), a_permit("authority of E", zones=["STRIP"])]
    gate = a_gate(box(-60, -500, 60, 500), permits)
    strip = a_zone(box(-500, -9000, 500, 9000), "STRIP", restriction=Restriction.REQ_AUTHORISATION)
    sky = sky_of([strip], gates=[gate], sides=sides)
    network = build_network(sky, RULES, aircraft=("D1",), when=WHEN)
    gates = {name: node for name, node in network.nodes(data=True) if node["kind"] == "gate"}
    assert [node["gate"] for node in gates.values()] == ["G"]
    (name,) = gates
    assert network.nodes[name]["x_m"] == pytest.approx(0, abs=0.05)
    passed = {network.edges[pair]["jurisdictions"] for pair in network.out_edges(name)}
    assert passed == {("W",), ("E",)} or all(len(sides) <= 2 for sides in passed)
    assert {network.edges[pair]["zones"] for pair in network.out_edges(name)} == {("STRIP",)}
    assert {network.edges[pair]["permits"] for pair in network.out_edges(name)} == {
        ("permit of authority of E", "permit of authority of W")
    }
    course = shortest(network, "A", "B")
    assert course is not None
    assert len(course.points) == 2  # the gate is no bend


def test_bends_name_the_zones_they_go_round() -> None:
    zones = [a_zone(box(-1500, -300, -1000, 900), "NORTH"), a_zone(box(1000, -900, 1500, 300), "SOUTH")]
    course = flown(sky_of(zones), RULES)
    named = [bend.zones for bend in course.bends]
    assert set(named) == {("NORTH",), ("SOUTH",)}
    assert named == sorted(named)


def test_bends_along_a_boundary_say_so() -> None:
    west = a_side("W", shapely.difference(box(-9000, -9000, 9000, 9000), box(-500, -300, 500, 9000)))
    course = flown(sky_of(sides=[west]), RULES)
    assert {bend.zones for bend in course.bends} == {("boundary",)}


# Wind and turns


def test_wind_makes_there_and_back_different_and_keeps_the_triangle() -> None:
    wind = replace(PACE, wind_mps=5.0, wind_from_deg=90.0)
    network = build_network(sky_of(), RULES, pace=wind)
    there, back = shortest(network, "A", "B"), shortest(network, "B", "A")
    assert there is not None
    assert back is not None
    climbs_s = 75 * 0.5 + 75 * 0.25
    assert there.time_s == pytest.approx(6000 / 10 + climbs_s, abs=0.05)
    assert back.time_s == pytest.approx(6000 / 20 + climbs_s, abs=0.05)


def test_a_cross_wind_costs_the_root_of_what_is_left() -> None:
    network = build_network(sky_of(), RULES, pace=Pace(air_speed_mps=13.0, wind_mps=5.0, wind_from_deg=0.0))
    assert matrix(network, ["A", "B"], weight="time_s")[0, 1] == pytest.approx(6000 / 12, abs=0.05)


def test_wind_chooses_the_side_that_is_quicker() -> None:
    """Round a long wall the shorter end lies against the wind: it is not the quicker one."""
    wall = a_zone(box(-50, -3000, 50, 2900), "WALL")
    pads = [a_pad("A", -400, 0), a_pad("B", 400, -2000)]
    calm = flown(sky_of([wall], pads), RULES, Pace(air_speed_mps=15.0))
    blown = flown(sky_of([wall], pads), RULES, Pace(air_speed_mps=15.0, wind_mps=12.0, wind_from_deg=180.0))
    assert min(bend.lat for bend in calm.bends) < 22.48
    assert blown.time_s <= calm.length_m / 3


def test_outlines_are_as_round_as_a_type_turns() -> None:
    square = a_zone(box(-500, -500, 500, 500))
    wide = flown(sky_of([square]), replace(RULES, min_turn_radius_m=200.0), Pace())
    tight = flown(sky_of([square]), RULES, Pace())
    far_m, side_m, radius_m = 2500.0, 500.0, 200.0
    reach_m = math.hypot(far_m, side_m)
    by_hand_m = 2 * (
        math.sqrt(reach_m**2 - radius_m**2)
        + radius_m * (math.atan(side_m / far_m) + math.asin(radius_m / reach_m))
    ) + 2 * side_m  # fmt: skip
    assert by_hand_m <= wide.length_m <= by_hand_m * 1.0005
    assert wide.length_m > tight.length_m


TURNING = replace(TWO, min_turn_radius_m=50.0)


def test_who_does_not_turn_on_the_spot_keeps_one_level() -> None:
    # Low ground on the way and a lid over A: a change of level on the way would do.
    over_a = a_zone(box(-3100, -100, -2900, 100), "LID", band=HIGH)
    sky = sky_of([a_zone(BARRIER, "LOW", band=LOW), over_a])
    assert flown(sky).levels_amsl_m == (60.0, 120.0)
    # Round the end of the barrier, 40 km to the side.
    round_it = flown(sky, TURNING)
    assert round_it.levels_amsl_m == (60.0,)
    assert round_it.length_m > 80_000
    assert flown(sky_of([a_zone(BARRIER, "LOW", band=LOW)]), TURNING).levels_amsl_m == (120.0,)


def test_no_course_lands_on_its_way_to_change_its_level() -> None:
    # From A to C by the lower level only, from C to B by the upper one only.
    between = a_pad("C", 0, 0)
    walls = [
        a_zone(box(-1600, -40_000, -1400, 40_000), "UP", band=HIGH),
        a_zone(box(1400, -40_000, 1600, 40_000), "LOW", band=LOW),
    ]
    network = build_network(sky_of(walls, (*PADS, between)), TURNING, pace=PACE)
    found = courses(network, ["A", "B", "C"])
    levels_m = {pair: found[pair].levels_amsl_m for pair in (("A", "C"), ("C", "B"))}
    assert levels_m == {("A", "C"): (60.0,), ("C", "B"): (120.0,)}
    assert [found[pair].length_m for pair in levels_m] == pytest.approx([3000, 3000], abs=0.05)
    # Past one of the walls round its end, 40 km to the side.
    assert found["A", "B"].length_m > 80_000
    assert matrix(network, ["A", "B"])[0, 1] == pytest.approx(found["A", "B"].length_m)


def test_an_aircraft_that_cannot_hold_its_track_gets_no_course() -> None:
    network = build_network(sky_of(), RULES, pace=Pace(air_speed_mps=10.0, wind_mps=12.0, wind_from_deg=90.0))
    assert shortest(network, "A", "B") is None
    assert shortest(network, "B", "A") is not None
