import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.corridors import cleaning, visibility
from tests.airspace.corridors.maps import a_zone, box, on_plane

FEW = settings(max_examples=30, deadline=None, derandomize=True)


def nearest_m(solid: list[shapely.Polygon], shape: shapely.Geometry) -> float:
    """How near the outline of some obstacles comes to what they were grown from."""
    return float(shapely.distance(shapely.boundary(shapely.union_all(solid)), shape))


def polygon(corners: int, radius_m: float, centre: tuple[float, float] = (0.0, 0.0)) -> shapely.Polygon:
    turn = np.arange(corners) * (2 * math.pi / corners)
    return shapely.Polygon(np.column_stack((np.cos(turn), np.sin(turn))) * radius_m + centre)


def test_the_circumscribed_radius_keeps_the_middle_of_an_arc_piece_outside_the_circle() -> None:
    # 8 pieces a quarter: an inscribed 32-gon of 1000 m comes as near as 1000 cos(180/32 degrees) = 995.185 m.
    assert cleaning.circumscribed(1000.0) == pytest.approx(1000.0 / 0.99518473, rel=1e-7)


@pytest.mark.parametrize("corners", [3, 4, 24, 32, 48, 64, 96, 128, 160, 200])
@pytest.mark.parametrize("radius_m", [150.0, 3000.0])
def test_a_grown_circle_never_comes_nearer_than_asked(corners: int, radius_m: float) -> None:
    # The offset curves of outlines that bend by a few degrees were up to 14 cm too near.
    circle = polygon(corners, radius_m)
    (grown,) = cleaning.grown([circle], 50.0)
    gap_m = shapely.distance(shapely.boundary(grown), circle)
    assert 50.05 <= gap_m < 50.5
    assert shapely.contains(grown, circle)


@FEW
@given(
    turns=st.lists(st.integers(-9, 9), min_size=4, max_size=30),
    by_m=st.sampled_from([0.0, 5.0, 50.0, 400.0]),
)
def test_a_grown_line_of_slight_bends_never_comes_nearer_than_asked(turns: list[int], by_m: float) -> None:
    course = np.cumsum(np.radians(turns))
    line = shapely.LineString(np.cumsum(np.column_stack((np.cos(course), np.sin(course))) * 40.0, axis=0))
    (grown,) = cleaning.grown([line], by_m)
    assert shapely.distance(shapely.boundary(grown), line) >= by_m + 0.05


@pytest.mark.parametrize("keep_out_m", [0.0, 20.0, 50.0, 1000.0])
def test_obstacles_contain_every_point_nearer_than_the_keep_out(keep_out_m: float) -> None:
    areas = [polygon(5, 300.0), polygon(96, 200.0, (450.0, 0.0)), box(-900, -20, -500, 20)]
    solid = cleaning.obstacles(areas, keep_out_m)
    assert nearest_m(solid, shapely.union_all(areas)) >= keep_out_m + 0.03
    assert shapely.union_all(solid).covers(shapely.union_all(areas))


def test_obstacles_are_not_much_larger_than_asked() -> None:
    (solid,) = cleaning.obstacles([box(-500, -500, 500, 500)], 50.0)
    # A square of 1000 m, four strips of 50 m and a circle of 50 m.
    assert solid.area == pytest.approx(1000**2 + 4 * 1000 * 50 + math.pi * 50**2, rel=0.002)


def test_corners_lie_on_whole_millimetres() -> None:
    (solid,) = cleaning.obstacles([polygon(7, 333.333, (0.1234567, 0.7654321))], 50.0)
    millimetres = shapely.get_coordinates(solid) * 1000
    assert np.abs(millimetres - np.rint(millimetres)).max() < 1e-6


def passes(start: tuple[float, float], end: tuple[float, float], solid: list[shapely.Polygon]) -> bool:
    points = np.array([[start], [end]]) * 1000
    return bool(visibility.clear(*points.astype(np.int64), solid)[0])


def test_areas_that_touch_in_a_point_let_nothing_through_between_them() -> None:
    solid = cleaning.obstacles([box(-500, -500, 0, 0), box(0, 0, 500, 500)], 0.0)
    assert not passes((-300, 300), (300, -300), solid)
    assert passes((-300, 300), (-0.5, 0.5), solid)


def test_a_slit_of_a_millimetre_is_closed() -> None:
    solid = cleaning.merged([box(-500, -500, 0, 500), box(0.001, -500, 500, 500)])
    assert len(solid) == 1
    assert len(solid[0].interiors) == 0
    assert solid[0].area == pytest.approx(1000 * 1000, abs=2)


def test_a_slit_of_a_metre_between_obstacles_stays_open() -> None:
    solid = cleaning.merged([box(-500, -500, 0, 500), box(1, -500, 500, 500)])
    assert passes((0.5, -900), (0.5, 900), solid)


def test_zones_as_near_as_two_keep_outs_close_the_way_and_ten_metres_more_open_it() -> None:
    def two(gap_m: float) -> list[shapely.Polygon]:
        return cleaning.obstacles([box(-900, -500, -gap_m / 2, 500), box(gap_m / 2, -500, 900, 500)], 50.0)

    assert not passes((0, -900), (0, 900), two(100.0))
    assert passes((0, -900), (0, 900), two(110.0))


def test_nothing_grows_from_nothing() -> None:
    assert cleaning.obstacles([], 50.0) == []
    assert cleaning.merged([]) == []


def test_a_bow_tie_is_kept_clear_of_on_both_wings() -> None:
    bow_tie = shapely.Polygon([(-400, -200), (400, 200), (400, -200), (-400, 200)])
    solid = shapely.union_all(cleaning.obstacles([bow_tie], 50.0))
    assert solid.contains(shapely.Point(-380, 0))
    assert solid.contains(shapely.Point(380, 0))
    assert not solid.contains(shapely.Point(0, 150))


def test_a_spike_without_area_is_still_kept_clear_of() -> None:
    spike = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0), (-700, 0), (0, 0)])
    assert shapely.union_all(cleaning.obstacles([spike], 50.0)).contains(shapely.Point(-690, 30))


def test_a_hole_in_a_zone_stays_a_hole() -> None:
    ring = shapely.difference(box(-500, -500, 500, 500), box(-300, -300, 300, 300))
    (solid,) = cleaning.obstacles([ring], 50.0)
    assert len(solid.interiors) == 1
    assert not solid.contains(shapely.Point(0, 0))
    assert nearest_m([solid], ring) >= 50.03


def test_long_edges_keep_their_course_when_projected() -> None:
    # An edge of 0.9 degrees along a parallel bows by 500 m from the straight line between its projected ends.
    from airspace.earth.frame import Frame

    frame = Frame(lon=114.0, lat=22.5)
    strip = cleaning.projected(shapely.box(113.55, 22.4, 114.45, 22.5), frame)
    x_m, y_m = frame.to_xy(np.linspace(113.6, 114.4, 1001), np.full(1001, 22.5))
    outline = shapely.boundary(strip)
    assert shapely.distance(shapely.points(x_m, y_m), outline).max() < 0.01


NORTH, SOUTH = box(-2000, 0, 2000, 2000), box(-2000, -2000, 2000, 0)


def fenced(gate: shapely.Polygon | None, *sides: shapely.Polygon) -> list[shapely.Polygon]:
    return cleaning.merged(cleaning.wall(sides or (NORTH, SOUTH), [gate] if gate else [], 20.0))


def test_a_boundary_without_gates_cannot_be_crossed() -> None:
    assert not passes((0, -500), (0, 500), fenced(None))
    assert passes((-500, -500), (500, -500), fenced(None))


def test_a_gate_opens_the_boundary_but_for_half_a_corridor_at_each_end() -> None:
    solid = fenced(box(-200, -50, 200, 50))
    assert passes((-179, -500), (-179, 500), solid)
    assert passes((179, -500), (179, 500), solid)
    assert not passes((-181, -500), (-181, 500), solid)
    assert not passes((181, -500), (181, 500), solid)


@pytest.mark.parametrize(("width_m", "is_open"), [(30, False), (40, False), (42, True)])
def test_a_gate_narrower_than_a_corridor_stays_shut(width_m: float, is_open: bool) -> None:
    assert passes((0, -500), (0, 500), fenced(box(-width_m / 2, -50, width_m / 2, 50))) is is_open


def test_a_corridor_stays_half_its_width_inside_the_jurisdictions() -> None:
    solid = fenced(None)
    assert not passes((-1981, -500), (-1981, -1500), solid)
    assert passes((-1979, -500), (-1979, -1500), solid)


def test_a_gate_does_not_open_the_way_out_of_all_jurisdictions() -> None:
    solid = fenced(box(1500, -50, 2100, 50))
    assert passes((1900, -500), (1900, 500), solid)
    assert not passes((1981, -10), (1981, 10), solid)
    assert not passes((1900, 0), (2500, 0), solid)


@pytest.mark.parametrize("far_m", [2010, 5000, 90_000])
def test_no_place_outside_every_jurisdiction_is_free(far_m: float) -> None:
    assert shapely.union_all(fenced(None)).contains(shapely.Point(far_m, 0))


def test_sides_whose_edges_were_drawn_with_other_vertices_meet_without_a_slit() -> None:
    # The same parallel, once with and once without a vertex in the middle: projected, they part by millimetres.
    from airspace.earth.frame import Frame

    frame = Frame(lon=114.0, lat=22.5)
    north = shapely.box(113.95, 22.5, 114.05, 22.55)
    south = shapely.Polygon(
        [(113.95, 22.45), (114.05, 22.45), (114.05, 22.5), (114.0043, 22.5), (113.9917, 22.5), (113.95, 22.5)]
    )
    sides = [cleaning.projected(north, frame), cleaning.projected(south, frame)]
    gate = box(-1500, -50, 1500, 50)
    solid = cleaning.merged(cleaning.wall(sides, [gate], 20.0))
    assert all(passes((x, -500), (x, 500), solid) for x in range(-1400, 1401, 100))


def test_without_jurisdictions_there_is_no_wall() -> None:
    assert cleaning.wall([], [box(-200, -50, 200, 50)], 20.0) == []


def test_the_maps_of_these_tests_are_drawn_in_metres() -> None:
    area = on_plane(a_zone(box(-500, -500, 500, 500)).area)
    assert area.bounds == pytest.approx((-500, -500, 500, 500), abs=1e-6)


def test_without_outlines_none_touch() -> None:
    assert cleaning._touching_points([]).shape == (0, 2)


@pytest.mark.parametrize(("slit_m", "parts"), [(0.015, 2), (0.021, 3), (0.05, 3)])
def test_a_slit_is_closed_up_to_two_centimetres_and_what_lies_far_off_stays_as_it_is(slit_m: float, parts: int) -> None:
    far = box(5000, 0, 5100, 100)
    found = cleaning.merged([box(0, 0, 100, 100), box(100 + slit_m, 0, 200, 100), far])
    assert len(found) == parts
    assert any(shapely.equals(part, far) for part in found)


def test_outlines_that_meet_in_a_corner_are_joined_there_by_two_centimetres_and_no_more() -> None:
    (joined,) = cleaning.merged([box(0, 0, 100, 100), box(100, 100, 200, 200)])
    assert joined.area == pytest.approx(20_000 + 2 * 0.01**2, abs=1e-4)
    assert joined.covers(shapely.Point(100.005, 99.995))
    assert not joined.covers(shapely.Point(100.015, 99.985))
