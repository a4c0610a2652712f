import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta, timezone

import networkx as nx
import numpy as np
import pytest
import shapely
from pyproj import Geod

from airspace.corridors.charts import CorridorRules
from airspace.corridors.courses import courses, length_on_ellipsoid_m, matrix, shortest, split_long
from airspace.corridors.networks import build_network
from airspace.earth.frame import Frame
from airspace.errors import RegionTooLarge, UnknownPad
from airspace.model.gates import Gate
from airspace.model.pads import Pad
from airspace.model.schedules import Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from tests.airspace.corridors.maps import (
    CLOSES,
    OPENS,
    RULES,
    WHEN,
    a_gate,
    a_pad,
    a_permit,
    a_side,
    a_zone,
    amsl,
    box,
    on_earth,
    on_plane,
    round_a_circle_m,
)

GEOD = Geod(ellps="WGS84")
SQUARE = box(-500, -500, 500, 500)
BARE = CorridorRules(half_width_m=0.0, clearance_m=0.0, vertical_clearance_m=0.0, levels_amsl_m=(80.0,))
WEST_EAST = (a_pad("A", -2000, 0), a_pad("B", 2000, 0))
ROUND_THE_SQUARE_M = (
    2
    * (math.sqrt(1500**2 + 500**2 - 50**2) + 50 * (math.atan(500 / 1500) + math.asin(50 / math.sqrt(1500**2 + 500**2))))
    + 1000
)
"""Tangents from both pads to the circles of 50 m about two corners, two arcs, and the side between."""


def sky_of(zones: Sequence[Zone] = (), pads: Sequence[Pad] = WEST_EAST) -> Airspace:
    return Airspace(zones=tuple(zones), pads=tuple(pads))


def length_m(sky: Airspace, rules: CorridorRules = RULES, **options: object) -> float:
    """Shortest length from A to B, infinite when there is no way."""
    return float(matrix(build_network(sky, rules, **options), ["A", "B"])[0, 1])  # type: ignore[arg-type]


def plain_m(zones: Sequence[shapely.Geometry], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Shortest length among prohibited zones with nothing to keep but the zones themselves."""
    areas = [a_zone(zone, f"Z{number}") for number, zone in enumerate(zones)]
    return length_m(sky_of(areas, [a_pad("A", *start), a_pad("B", *end)]), BARE)


# Lengths worked out by hand


def test_without_zones_the_way_is_straight() -> None:
    assert length_m(sky_of()) == pytest.approx(4000.0, abs=0.01)


def test_the_way_round_a_square_is_two_tangents_two_arcs_and_a_side() -> None:
    measured_m = length_m(sky_of([a_zone(SQUARE)]))
    assert ROUND_THE_SQUARE_M <= measured_m <= ROUND_THE_SQUARE_M * 1.0002


def test_the_way_round_a_disc_is_two_tangents_and_an_arc() -> None:
    disc = shapely.Point(0, 0).buffer(500, quad_segs=64)
    closed_form_m = round_a_circle_m((0, 0), 550.0, (-2000, 0), math.pi)
    measured_m = length_m(sky_of([a_zone(disc)]))
    assert closed_form_m * 0.99995 <= measured_m <= closed_form_m * 1.0015


def test_a_zone_off_the_line_changes_nothing_and_one_that_leans_in_bends_it() -> None:
    assert length_m(sky_of([a_zone(box(-500, 51, 500, 900))])) == pytest.approx(4000.0, abs=0.01)
    assert length_m(sky_of([a_zone(box(-500, 45, 500, 900))])) > 4000.01


@pytest.mark.parametrize(
    ("zones", "start", "end", "by_hand_m"),
    [
        pytest.param(
            [box(-400, -400, 0, 400), box(0, -400, 400, 400)],
            (-700, 0),
            (700, 0),
            2 * 500 + 800,
            id="zones that share an edge",
        ),
        pytest.param(
            [box(-600, -600, 0, 0), box(0, 0, 600, 600)],
            (-300, 300),
            (300, -300),
            2 * math.hypot(300, 300) + 2 * 600,
            id="zones that touch in a point",
        ),
        pytest.param(
            [box(-600, -400, -0.0005, 400), box(0.0005, -400, 600, 400)],
            (0, -700),
            (0, 700),
            2 * math.hypot(600, 300) + 800,
            id="a slit of a millimetre",
        ),
        pytest.param(
            [box(-400, -100, 400, 100), box(-100, -400, 100, 400)],
            (-700, 0),
            (700, 0),
            2 * math.hypot(600, 400) + 200,
            id="zones that overlap in a cross",
        ),
        pytest.param(
            [box(-400, 0, 400, 400), box(-100, -400, 100, 0)],
            (-700, -100),
            (700, -100),
            2 * math.hypot(600, 300) + 200,
            id="a zone that ends in a T on another",
        ),
        pytest.param([box(-400, -400, 400, 0)], (-800, 0.1), (800, 0.1), 1600.0, id="a line along an edge"),
        pytest.param(
            [shapely.Polygon([(-400, -400), (0, -400), (400, -400), (400, -400), (400, 400), (0, 400), (-400, 400)])],
            (-700, 0),
            (700, 0),
            1800.0,
            id="vertices twice and in a line",
        ),
    ],
)
def test_maps_that_trip_visibility_graphs(
    zones: list[shapely.Polygon], start: tuple[float, float], end: tuple[float, float], by_hand_m: float
) -> None:
    # Five centimetres of guard round each zone lengthen a way by a few centimetres at most.
    assert by_hand_m - 0.001 <= plain_m(zones, start, end) <= by_hand_m + 0.3


def test_a_mended_bow_tie_is_flown_round() -> None:
    mended = shapely.make_valid(shapely.Polygon([(-400, -400), (400, 400), (400, -400), (-400, 400)]))
    assert plain_m([mended], (-700, 0), (700, 0)) == pytest.approx(1800.0, abs=0.3)


def test_a_pocket_is_left_the_way_it_was_entered() -> None:
    # Three walls round A, open to the west: out over the corner (-300, 350), along the top, down to B.
    pocket = shapely.union_all([box(-300, 300, 350, 350), box(300, -350, 350, 350), box(-300, -350, 350, -300)])
    by_hand_m = math.hypot(300, 300) + 50 + 650 + math.hypot(350, 350)
    assert plain_m([pocket], (0, 0), (700, 0)) == pytest.approx(by_hand_m, abs=0.3)


def test_two_pads_at_one_place_are_joined_by_nothing_to_fly() -> None:
    network = build_network(sky_of(pads=[a_pad("A", 0, 0), a_pad("B", 0, 0), a_pad("C", 900, 0)]), RULES)
    assert matrix(network, ["A", "B"])[0, 1] == 0.0
    assert matrix(network, ["A", "C"])[0, 1] == pytest.approx(900.0, abs=0.01)


# What the graph holds


@pytest.fixture(scope="module")
def square_network() -> nx.Graph:
    return build_network(sky_of([a_zone(SQUARE)]), RULES)


def test_nodes_say_where_they_are_and_what_they_are(square_network: nx.Graph) -> None:
    frame = square_network.graph["chart"].frame
    for name, node in square_network.nodes(data=True):
        assert set(node) - {"zones"} == {"x_m", "y_m", "lon", "lat", "level_amsl_m", "kind"}
        above_pad = abs(node["x_m"]) > 1900
        assert node["kind"] == ("pad" if name in ("A", "B") else "level" if above_pad else "corner")
        assert node.get("zones", ()) == (("Z",) if node["kind"] == "corner" else ())
        x_m, y_m = frame.to_xy(node["lon"], node["lat"])
        assert (node["x_m"], node["y_m"]) == pytest.approx((float(x_m), float(y_m)), abs=0.001)
    assert square_network.nodes["A"]["x_m"] == pytest.approx(-2000, abs=60)
    assert (square_network.nodes["A"]["lon"], square_network.nodes["A"]["lat"]) == (WEST_EAST[0].lon, WEST_EAST[0].lat)


def test_edges_are_lines_in_lon_lat_as_long_as_they_say(square_network: nx.Graph) -> None:
    assert square_network.number_of_edges() > 10
    for start, end, edge in square_network.edges(data=True):
        assert set(edge) == {
            "length_m", "time_s", "cost_s", "climb_m", "level_amsl_m", "geometry", "jurisdictions", "zones", "permits",
            "avoided",
        }  # fmt: skip
        line = edge["geometry"]
        ends = {(square_network.nodes[name]["lon"], square_network.nodes[name]["lat"]) for name in (start, end)}
        assert set(line.coords) == ends
        assert GEOD.geometry_length(line) == pytest.approx(edge["length_m"], rel=2e-5, abs=0.002)


def test_the_graph_holds_plain_numbers(square_network: nx.Graph) -> None:
    values = [value for _, node in square_network.nodes(data=True) for value in node.values()]
    values += [value for *_, edge in square_network.edges(data=True) for value in edge.values()]
    assert {type(value) for value in values} == {float, str, tuple, shapely.LineString}


def test_corners_that_no_pad_leads_to_are_left_out() -> None:
    walled = shapely.difference(box(-900, -900, 900, 900), box(-600, -600, 600, 600))
    inside = box(-100, -100, 100, 100)
    network = build_network(sky_of([a_zone(walled, "W"), a_zone(inside, "I")]), RULES)
    assert all(nx.has_path(network, node, "A") for node in network)
    reach_m = [math.hypot(node["x_m"], node["y_m"]) for _, node in network.nodes(data=True)]
    assert min(reach_m) > 900


def test_a_course_runs_from_pad_to_pad_and_its_reverse_is_the_same_line(square_network: nx.Graph) -> None:
    there, back = shortest(square_network, "A", "B"), shortest(square_network, "B", "A")
    assert there is not None
    assert back is not None
    assert (there.from_pad, there.to_pad, back.from_pad) == ("A", "B", "B")
    assert there.lonlat[0] == (WEST_EAST[0].lon, WEST_EAST[0].lat)
    assert there.lonlat[-1] == (WEST_EAST[1].lon, WEST_EAST[1].lat)
    assert back.lonlat == there.lonlat[::-1]
    assert back.length_m == pytest.approx(there.length_m, abs=1e-9)
    assert length_on_ellipsoid_m(there.lonlat) == pytest.approx(there.length_m, rel=2e-5)


def test_a_course_keeps_the_clearance_from_the_zone_and_touches_its_rim(square_network: nx.Graph) -> None:
    course = shortest(square_network, "A", "B")
    assert course is not None
    gap_m = shapely.distance(on_plane(shapely.LineString(course.lonlat)), SQUARE)
    assert 50.0 <= gap_m < 50.1


def test_the_same_map_gives_the_same_network_each_time(square_network: nx.Graph) -> None:
    again = build_network(sky_of([a_zone(SQUARE)]), RULES)
    assert list(again.nodes(data=True)) == list(square_network.nodes(data=True))
    assert list(again.edges(data="length_m")) == list(square_network.edges(data="length_m"))


def test_asking_for_a_pad_that_is_not_there_says_so(square_network: nx.Graph) -> None:
    with pytest.raises(UnknownPad, match="no pad 'Q'"):
        shortest(square_network, "A", "Q")


def test_an_airspace_too_large_for_one_frame_is_refused() -> None:
    with pytest.raises(RegionTooLarge):
        build_network(sky_of(pads=[a_pad("A", -120_000, 0), a_pad("B", 120_000, 0)]), RULES)


def test_long_pieces_are_split_on_their_straight_line() -> None:
    frame = Frame(lon=114.1, lat=22.5)
    course = [(114.0, 22.4, 80.0), (114.2, 22.6, 80.0), (114.2, 22.6, 100.0), (114.2, 22.61, 100.0)]
    points = split_long(course, frame, 5000.0)
    assert points[0] == pytest.approx(course[0], abs=1e-9)
    assert points[-1] == pytest.approx(course[-1], abs=1e-9)
    lons, lats, levels_m = zip(*points, strict=True)
    x_m, y_m = frame.to_xy(lons, lats)
    pieces_m = np.hypot(np.diff(x_m), np.diff(y_m))
    assert pieces_m.max() <= 5000.0
    assert len(points) == 4 + 6  # 30.3 km fall into seven pieces
    assert levels_m == (80.0,) * 8 + (100.0,) * 2
    assert pieces_m.sum() == pytest.approx(length_on_ellipsoid_m(course), rel=2e-5)


# Unreachable


RING = shapely.difference(box(-900, -900, 900, 900), box(-500, -500, 500, 500))


def test_pairs_without_a_way_are_absent_and_infinite() -> None:
    pads = [a_pad("A", -2000, 0), a_pad("B", 0, 0), a_pad("C", 2000, 0)]
    network = build_network(sky_of([a_zone(RING)], pads), RULES)
    assert network.graph["refused"] == {}
    assert shortest(network, "A", "B") is None
    assert set(courses(network, ["A", "B", "C"])) == {("A", "C"), ("C", "A")}
    lengths = matrix(network, ["A", "B", "C"])
    assert lengths[0, 1] == lengths[1, 0] == lengths[1, 2] == math.inf
    assert np.diag(lengths).tolist() == [0, 0, 0]


def test_a_wall_across_all_jurisdictions_leaves_no_way_round_its_end() -> None:
    side = a_side("S", box(-2500, -1500, 2500, 1500))
    wall = a_zone(box(-20, -1500, 20, 1500))
    assert length_m(Airspace(zones=(wall,), pads=WEST_EAST, jurisdictions=(side,))) == math.inf
    # Without the jurisdiction the way leads round the end.
    assert length_m(sky_of([wall])) == pytest.approx(2 * math.hypot(2000, 1500), rel=0.02)


# Refused pads


def refused(zone: Zone, pad: Pad | None = None, **options: object) -> str | None:
    pads = (pad or a_pad("A", 0, 0), a_pad("B", 5000, 0))
    network = build_network(sky_of([zone], pads), RULES, **options)  # type: ignore[arg-type]
    reason = network.graph["refused"].get("A")
    assert (reason is None) == (network.degree("A") > 0)
    return None if reason is None else str(reason)


def test_a_pad_inside_a_prohibited_zone_is_refused_by_the_name_of_the_zone() -> None:
    assert refused(a_zone(SQUARE, "ZGSZ")) == "pad A lies inside zone ZGSZ (zone ZGSZ, PROHIBITED)"


@pytest.mark.parametrize("spot", [(-500, 0), (-500, -500), (0, 500)])
def test_a_pad_on_an_edge_or_a_vertex_is_refused(spot: tuple[float, float]) -> None:
    reason = refused(a_zone(SQUARE), a_pad("A", *spot))
    assert reason is not None
    assert "zone Z" in reason


def test_a_pad_nearer_than_the_keep_out_is_refused_and_a_little_farther_is_not() -> None:
    assert refused(a_zone(SQUARE), a_pad("A", -530, 0)) == (
        "pad A lies 30 m from zone Z (zone Z, PROHIBITED), nearer than the 50 m to keep"
    )
    assert refused(a_zone(SQUARE), a_pad("A", -550.0, 0)) is not None
    assert refused(a_zone(SQUARE), a_pad("A", -550.5, 0)) is None


def test_a_refusal_holds_the_zone_and_the_gap() -> None:
    network = build_network(sky_of([a_zone(SQUARE)], [a_pad("A", -530, 0)]), RULES)
    reason = network.graph["refused"]["A"]
    assert reason.zone.id == "Z"
    assert reason.gap_m == pytest.approx(30.0, abs=0.01)


def test_of_two_zones_round_a_pad_the_one_that_no_permit_opens_is_named() -> None:
    soft = a_zone(SQUARE, "A-SOFT", restriction=Restriction.REQ_AUTHORISATION)
    network = build_network(sky_of([soft, a_zone(SQUARE, "HARD")], [a_pad("A", 0, 0)]), RULES)
    assert network.graph["refused"]["A"].zone.id == "HARD"


def test_a_low_zone_over_a_pad_refuses_the_pad_but_not_the_flight_above_it() -> None:
    low = a_zone(SQUARE, band=amsl(20, 50))
    assert refused(low) is not None
    assert length_m(sky_of([low])) == pytest.approx(4000.0, abs=0.01)


def test_a_pad_above_a_low_zone_is_not_refused() -> None:
    assert refused(a_zone(SQUARE, band=amsl(0, 20)), a_pad("A", 0, 0, elevation_m=31)) is None


@pytest.mark.parametrize(("elevation_m", "told"), [(80.0, "80"), (79.99, "79.99"), (79.9, "")])
def test_a_pad_as_high_as_the_flight_level_or_by_a_hair_lower_is_refused(elevation_m: float, told: str) -> None:
    # A climb of 1 cm takes 2.5 ms, or less than the record tells with a drone that climbs quicker.
    network = build_network(sky_of(pads=[a_pad("A", 0, 0, elevation_m=elevation_m), a_pad("B", 900, 0)]), RULES)
    text = f"pad A lies at {told} m AMSL, not 0.1 m or more below the flight level 80 m AMSL"
    assert {str(refusal) for refusal in network.graph["refused"].values()} == ({text} if told else set())


def test_a_pad_outside_every_jurisdiction_is_refused_however_far_out() -> None:
    side = a_side("S", box(-2500, -1500, 2500, 1500))
    pads = (
        *WEST_EAST,
        a_pad("NEAR", 2490, 0),
        a_pad("OUT", 3000, 0),
        a_pad("FAR", 20_000, 0),
        a_pad("FAR2", 21_000, 0),
    )
    network = build_network(Airspace(pads=pads, jurisdictions=(side,)), RULES)
    assert set(network.graph["refused"]) == {"NEAR", "OUT", "FAR", "FAR2"}
    assert "outside every jurisdiction" in str(network.graph["refused"]["FAR"])


def test_a_zone_without_restriction_is_no_obstacle() -> None:
    assert refused(a_zone(SQUARE, restriction=Restriction.NO_RESTRICTION)) is None


# Permits for zones and hours


def asking(*aircraft: str, named: str = "D1", restriction: Restriction = Restriction.REQ_AUTHORISATION) -> str | None:
    zone = a_zone(SQUARE, restriction=restriction)
    gate = a_gate(box(8000, 0, 8100, 100), [a_permit("CAD", zones=["Z"], aircraft=[named])])
    sky = Airspace(zones=(zone,), pads=(a_pad("A", 0, 0), a_pad("B", 5000, 0)), gates=(gate,))
    reason = build_network(sky, RULES, aircraft=aircraft, when=WHEN).graph["refused"].get("A")
    return None if reason is None else str(reason)


def test_a_permit_that_names_zone_and_drone_opens_a_zone_that_asks_for_authorisation() -> None:
    assert asking("D1", "T1") is None
    assert asking("D7", "T1", named="T1") is None
    assert asking("D1", restriction=Restriction.CONDITIONAL) is None


def test_a_permit_for_another_drone_opens_nothing() -> None:
    assert asking("D2", "T2") is not None
    assert asking() is not None


def test_a_permit_never_opens_a_prohibited_zone() -> None:
    assert asking("D1", restriction=Restriction.PROHIBITED) is not None


def test_a_permit_for_another_time_opens_nothing() -> None:
    zone = a_zone(SQUARE, restriction=Restriction.REQ_AUTHORISATION)
    late = a_permit("CAD", zones=["Z"], start=CLOSES, end=CLOSES + timedelta(hours=2))
    sky = Airspace(zones=(zone,), pads=WEST_EAST, gates=(a_gate(box(8000, 0, 8100, 100), [late]),))
    assert length_m(sky, aircraft=("D1",), when=WHEN) > ROUND_THE_SQUARE_M - 1
    after = (CLOSES, CLOSES + timedelta(hours=1))
    assert length_m(sky, aircraft=("D1",), when=after) == pytest.approx(4000.0, abs=0.01)


MORNING = Schedule.weekly(Hours(days=("MON",), start=time(9), end=time(12), clock=timezone(timedelta(hours=8))))


def test_a_zone_is_in_the_way_only_while_it_holds() -> None:
    sky = sky_of([a_zone(SQUARE, schedule=MORNING)])
    noon = OPENS + timedelta(hours=3)
    assert length_m(sky, when=(OPENS, noon)) > 4100
    assert length_m(sky, when=(noon, CLOSES)) == pytest.approx(4000.0, abs=0.01)
    assert length_m(sky, when=WHEN) > 4100


def test_without_a_time_every_zone_holds() -> None:
    assert length_m(sky_of([a_zone(SQUARE, schedule=MORNING)])) > 4100


# Heights


@pytest.mark.parametrize(
    ("lower_m", "upper_m", "in_the_way"),
    [
        (0, 60, False),
        (0, 70, False),
        (0, 70.5, True),
        (0, 300, True),
        (85, 300, True),
        (89.5, 300, True),
        (90, 300, False),
        (150, 300, False),
    ],
)
def test_a_zone_within_ten_metres_of_the_flight_level_of_80_m_is_in_the_way(
    lower_m: float, upper_m: float, in_the_way: bool
) -> None:
    measured_m = length_m(sky_of([a_zone(SQUARE, band=amsl(lower_m, upper_m))]))
    assert (measured_m > 4100) is in_the_way


# Gates

NORTH, SOUTH = a_side("N", box(-3000, 0, 3000, 3000)), a_side("S", box(-3000, -3000, 3000, 0))
BOTH = [a_permit("authority of N"), a_permit("authority of S")]
ACROSS = (a_pad("A", -1000, -1000), a_pad("B", -1000, 1000))
GATE = a_gate(box(-200, -50, 200, 50), BOTH)


def crossing_m(*gates: Gate, aircraft: Sequence[str] = ("D1",), rules: CorridorRules = RULES) -> float:
    sky = Airspace(pads=ACROSS, gates=gates, jurisdictions=(NORTH, SOUTH))
    return length_m(sky, rules, aircraft=aircraft, when=WHEN)


def test_the_way_across_a_boundary_bends_round_half_a_corridor_at_the_end_of_the_gate() -> None:
    # Seen from the end of the gate the pads stand 102.68 degrees apart on the near side, 257.32 on the far side.
    turn_rad = 2 * math.pi - 2 * math.atan(1000 / 800)
    by_hand_m = round_a_circle_m((0, 0), 20.0, (-800, -1000), turn_rad)
    assert by_hand_m <= crossing_m(GATE) <= by_hand_m * 1.0002


def test_a_boundary_is_crossed_inside_the_gate_only() -> None:
    sky = Airspace(pads=ACROSS, gates=(GATE,), jurisdictions=(NORTH, SOUTH))
    course = shortest(build_network(sky, RULES, aircraft=("D1",), when=WHEN), "A", "B")
    assert course is not None
    line = on_plane(shapely.LineString(course.lonlat))
    spot = shapely.intersection(line, shapely.LineString([(-3000, 0), (3000, 0)]))
    assert -180 <= spot.x <= -179
    # The boundary is straight in degrees, so it bows by 0.3 m in metres.
    boundary = shapely.segmentize(on_earth(shapely.LineString([(-3000, 0), (3000, 0)])), 0.001)
    assert shapely.distance(line, shapely.difference(on_plane(boundary), box(-200, -50, 200, 50))) >= 20.0


def test_of_two_gates_the_nearer_is_taken() -> None:
    near = a_gate(box(-1200, -50, -800, 50), BOTH, "NEAR")
    assert crossing_m(GATE, near) == pytest.approx(2000.0, abs=0.01)


def test_sides_that_overlap_are_crossed_there_and_back_on_one_line() -> None:
    # Where one side is entered depends on where a flight comes from; the corridor is cut at one place all the same.
    sides = a_side("N", box(-3000, -40, 3000, 3000)), a_side("S", box(-3000, -5000, 3000, 40))
    # The straight piece from A ends a few millimetres beyond where both sides hold, and bends there.
    pads = (a_pad("A", -171, -4000), a_pad("B", -1000, 1000))
    sky = Airspace(pads=pads, gates=(GATE,), jurisdictions=sides)
    found = courses(build_network(sky, RULES, aircraft=("D1",), when=WHEN), ["A", "B"])
    assert found["A", "B"].points == found["B", "A"].points[::-1]


SHUT_GATES = {
    "no gate": [],
    "no permits": [replace(GATE, permits=())],
    "leave of one side": [replace(GATE, permits=(BOTH[0],))],
    "leave of the other side": [replace(GATE, permits=(BOTH[1],))],
    "permits for another drone": [
        a_gate(
            box(-200, -50, 200, 50), [a_permit(side, aircraft=["D2"]) for side in ("authority of N", "authority of S")]
        )
    ],
    "permits of a third authority": [a_gate(box(-200, -50, 200, 50), [BOTH[0], a_permit("authority of M")])],
    "permits at different times": [
        a_gate(
            box(-200, -50, 200, 50),
            [
                a_permit("authority of N", end=OPENS + timedelta(hours=2)),
                a_permit("authority of S", start=OPENS + timedelta(hours=2)),
            ],
        )
    ],
    "out of hours": [
        replace(
            GATE,
            schedule=Schedule.weekly(
                Hours(days=("SUN",), start=time(0), end=time(0), clock=timezone(timedelta(hours=8)))
            ),
        )
    ],
    "a band below the flight level": [replace(GATE, band=amsl(0, 79))],
    "a band above the flight level": [replace(GATE, band=amsl(81, 120))],
    "a gate away from the boundary": [a_gate(box(-200, 100, 200, 200), BOTH)],
    "a gate narrower than a corridor": [a_gate(box(-19, -50, 19, 50), BOTH)],
}


@pytest.mark.parametrize("gates", SHUT_GATES.values(), ids=SHUT_GATES.keys())
def test_a_boundary_stays_shut_with(gates: list[Gate]) -> None:
    assert crossing_m(*gates) == math.inf


def test_a_gate_is_shut_to_an_aircraft_without_a_name_and_at_a_time_nobody_stated() -> None:
    assert crossing_m(GATE, aircraft=()) == math.inf
    sky = Airspace(pads=ACROSS, gates=(GATE,), jurisdictions=(NORTH, SOUTH))
    assert length_m(sky, aircraft=("D1",)) == math.inf


def test_a_band_that_just_holds_the_flight_level_opens() -> None:
    assert crossing_m(replace(GATE, band=amsl(80, 120))) < math.inf
    assert crossing_m(replace(GATE, band=amsl(30, 80))) < math.inf


def test_hours_that_touch_the_time_asked_open_a_gate() -> None:
    assert crossing_m(replace(GATE, schedule=MORNING)) < math.inf


def test_a_zone_in_the_gate_shuts_it() -> None:
    sky = Airspace(
        zones=(a_zone(box(-300, 200, 300, 260)), a_zone(box(-300, -10, 300, 10), "PLUG")),
        pads=ACROSS,
        gates=(GATE,),
        jurisdictions=(NORTH, SOUTH),
    )
    assert length_m(sky, aircraft=("D1",), when=WHEN) == math.inf
