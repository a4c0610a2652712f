"""What holds on every map, tried on small random ones, and held against plain slow ways of working it out."""

from dataclasses import replace

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from airspace.corridors import cleaning
from airspace.corridors.charts import CorridorRules
from airspace.corridors.courses import courses, matrix
from airspace.corridors.networks import build_network
from airspace.model.zones import Restriction
from tests.airspace.corridors.maps import RULES, a_zone, on_plane
from tests.laws.strategies import Map, maps, spots, zones

TRIED = settings(max_examples=50, deadline=None, derandomize=True)
SAME_M = 0.02
"""What whole millimetres at the corners, and frames centred a little apart, may change in a length."""


def lengths(drawn: Map, rules: CorridorRules = RULES) -> npt.NDArray[np.float64]:
    return matrix(build_network(drawn.sky, rules), drawn.names)


@TRIED
@given(maps())
def test_every_corridor_keeps_clear_of_every_zone(drawn: Map) -> None:
    network = build_network(drawn.sky, RULES)
    lines = [on_plane(line) for _, _, line in network.edges(data="geometry")]
    if lines:
        gaps_m = shapely.distance(shapely.union_all(drawn.zones), np.array(lines, dtype=object))
        assert gaps_m.min() >= RULES.keep_out_m - 0.01


@TRIED
@given(maps())
def test_lengths_are_those_of_a_full_visibility_graph(drawn: Map) -> None:
    network = build_network(drawn.sky, RULES)
    assert np.allclose(matrix(network, drawn.names), by_brute_force(network, drawn), rtol=0, atol=0.01)


def by_brute_force(network: nx.Graph, drawn: Map) -> npt.NDArray[np.float64]:
    """Join every vertex of every obstacle and every pad with every other where no inside is crossed."""
    solid = shapely.union_all(cleaning.obstacles([area for _, area in network.graph["chart"].zones], RULES.keep_out_m))
    shapely.prepare(solid)
    free = [name for name in drawn.names if name not in network.graph["refused"]]
    pads = [(round(network.nodes[name]["x_m"], 3), round(network.nodes[name]["y_m"], 3)) for name in free]
    points = np.array([*shapely.get_coordinates(solid).tolist(), *pads])
    first, second = np.triu_indices(len(points), k=1)
    pieces = shapely.linestrings(np.stack((points[first], points[second]), axis=1))
    seen = ~shapely.relate_pattern(solid, pieces, "T********")
    plain = nx.Graph()
    plain.add_nodes_from(range(len(points)))
    plain.add_weighted_edges_from(zip(first[seen], second[seen], shapely.length(pieces[seen]), strict=True))
    table = np.full((len(drawn.names), len(drawn.names)), np.inf)
    np.fill_diagonal(table, 0.0)
    numbers = {name: len(points) - len(free) + number for number, name in enumerate(free)}
    for start in free:
        reached = nx.single_source_dijkstra_path_length(plain, numbers[start])
        for end in free:
            table[drawn.names.index(start), drawn.names.index(end)] = reached.get(numbers[end], np.inf)
    return table


@TRIED
@given(maps())
def test_the_matrix_is_what_networkx_finds_on_the_same_graph(drawn: Map) -> None:
    network = build_network(drawn.sky, RULES)
    table = matrix(network, drawn.names)
    for row, start in enumerate(drawn.names):
        reached = nx.single_source_dijkstra_path_length(network, start, weight="length_m")
        plain = [reached.get(end, np.inf) for end in drawn.names]
        assert np.allclose(table[row], plain, rtol=0, atol=1e-6)


@TRIED
@given(maps())
def test_lengths_are_the_same_both_ways_and_no_way_over_a_third_pad_is_shorter(drawn: Map) -> None:
    table = lengths(drawn)
    assert np.allclose(table, table.T, rtol=0, atol=1e-6)
    over_a_third = (table[:, :, None] + table[None, :, :]).min(axis=1)
    assert (over_a_third >= table - 1e-6).all()


@TRIED
@given(maps())
def test_no_course_is_shorter_than_the_straight_line_and_each_is_as_long_as_its_pieces(drawn: Map) -> None:
    network = build_network(drawn.sky, RULES)
    for (start, end), course in courses(network, drawn.names).items():
        line = on_plane(shapely.LineString(course.lonlat))
        straight_m = np.hypot(*np.subtract(drawn.pads[drawn.names.index(start)], drawn.pads[drawn.names.index(end)]))
        assert abs(line.length - course.length_m) < SAME_M
        assert course.length_m >= straight_m - SAME_M


@TRIED
@given(maps(max_zones=3), zones)
def test_one_more_zone_never_shortens_a_flight(drawn: Map, more: shapely.Polygon) -> None:
    fuller = replace(drawn, zones=(*drawn.zones, more))
    assert (lengths(fuller) >= lengths(drawn) - SAME_M).all()


@TRIED
@given(maps(), st.integers(1, 200))
def test_more_clearance_never_shortens_a_flight(drawn: Map, more_m: int) -> None:
    wider = replace(RULES, clearance_m=RULES.clearance_m + more_m)
    # A corner cut in 32 pieces a turn stands up to 0.5 % of the clearance outside its circle.
    assert (lengths(drawn, wider) >= lengths(drawn) - 0.005 * RULES.keep_out_m * len(drawn.zones) - SAME_M).all()


def quarter_turn(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack((-xy[:, 1], xy[:, 0]))


def on_the_edge(drawn: Map) -> bool:
    """Whether a pad stands where cut corners decide if it may be flown to: a turned map has them elsewhere."""
    off_m = shapely.distance(shapely.union_all(drawn.zones), shapely.points(drawn.pads))
    # Corners stand up to 0.5 % of the clearance outside their circle, and a guard of 5 cm beyond that.
    return bool(((off_m > RULES.keep_out_m - SAME_M) & (off_m < 1.005 * RULES.keep_out_m + 0.1)).any())


@TRIED
@given(maps(), spots)
def test_a_map_turned_by_a_right_angle_or_moved_has_the_same_lengths(drawn: Map, by: tuple[int, int]) -> None:
    assume(not on_the_edge(drawn))
    table = lengths(drawn)
    for other in (drawn.moved(quarter_turn), drawn.moved(lambda xy: xy + np.array(by))):
        assert np.allclose(lengths(other), table, rtol=1e-5, atol=0.2)


@TRIED
@given(maps(), st.floats(0, 2 * np.pi))
def test_a_shift_of_everything_by_a_kilometre_changes_lengths_by_less_than_1_in_100_000(
    drawn: Map, towards: float
) -> None:
    by = 1000.0 * np.array([np.cos(towards), np.sin(towards)])
    table, moved = lengths(drawn), lengths(drawn.moved(lambda xy: xy + by))
    assert np.array_equal(np.isfinite(table), np.isfinite(moved))
    led = np.isfinite(table)
    # Corners stand on whole millimetres wherever the frame puts them.
    assert (np.abs(table[led] - moved[led]) <= 1e-5 * table[led] + 0.002).all()


@TRIED
@given(maps(max_zones=3), zones, st.sampled_from([0.0, 0.1, 0.5, 3.0]))
def test_avoiding_a_zone_never_makes_a_course_cheaper_or_shorter(
    drawn: Map, area: shapely.Polygon, worth: float
) -> None:
    kept = replace(a_zone(area, "SCHOOL", restriction=Restriction.NO_RESTRICTION), category="school")
    sky = replace(drawn.sky, zones=(*drawn.sky.zones, kept))
    plain, avoiding = (build_network(sky, replace(RULES, avoid=avoid)) for avoid in ({}, {"school": worth}))
    for weight in ("cost_s", "length_m"):
        assert (matrix(avoiding, drawn.names, weight=weight) >= matrix(plain, drawn.names, weight=weight) - 1e-4).all()
    # And never dearer than flying on as if it were not there.
    through = matrix(plain, drawn.names) * (1 + worth)
    assert (matrix(avoiding, drawn.names, weight="cost_s") <= through + 1e-3).all()
