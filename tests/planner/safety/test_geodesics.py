"""Distances between the line of a leg and the edges of an area, against geodesics laid out from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.model.plans import Waypoint
from planner.safety import geodesics
from planner.safety.geodesics import CentreLine, Edges

WGS84 = Geod(ellps="WGS84")
NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
A = (114.1, 22.5)


def away(start: tuple[float, float], azimuth_deg: float, metres: float) -> tuple[float, float]:
    lon, lat, _ = WGS84.fwd(*start, azimuth_deg, metres)
    return lon, lat


def line_through(*places: tuple[float, float], height_m: float = 100, step_m: float = 10) -> CentreLine:
    points = [
        Waypoint(lon=lon, lat=lat, alt_amsl_m=height_m, alt_agl_m=height_m, t=NOON + timedelta(seconds=index))
        for index, (lon, lat) in enumerate(places)
    ]
    return CentreLine.through(points, step_m=step_m)


def edges_of(area: shapely.Geometry, lat: float = 22.5) -> Edges:
    return Edges.of(area, lat=lat)


def gap_m(line: CentreLine, area: shapely.Geometry, lat: float = 22.5) -> float:
    spot = geodesics.nearest(line, [line.whole], edges_of(area, lat))
    assert spot is not None
    return spot.distance_m


def pointing(tip: tuple[float, float], azimuth_deg: float) -> shapely.Polygon:
    return shapely.Polygon([tip, away(tip, azimuth_deg - 40, 900), away(tip, azimuth_deg + 40, 900)])


@pytest.mark.parametrize("azimuth_deg", [0, 37, 90, 143, 211, 290])
@pytest.mark.parametrize("metres", [0.5, 49.98, 50.02, 200, 5000])
def test_a_tip_beside_a_leg_is_as_far_as_it_was_laid_out(azimuth_deg, metres):
    middle = away(A, azimuth_deg, 2003)
    heading = WGS84.inv(*middle, *A)[0] + 180
    line = line_through(A, away(A, azimuth_deg, 4000))
    assert gap_m(line, pointing(away(middle, heading + 90, metres), heading + 90)) == pytest.approx(metres, abs=0.002)


def test_the_distance_does_not_change_under_finer_sampling():
    area = pointing(away(away(A, 30, 1234.5), 120, 61.3), 120)
    ends = A, away(A, 30, 3000)
    coarse, fine = (gap_m(line_through(*ends, step_m=step_m), area) for step_m in (10, 0.5))
    assert coarse == pytest.approx(fine, abs=1e-4)


def test_the_middle_of_a_part_is_told_by_metres_not_by_waypoints():
    # Positions count waypoints: 100 m to the first, 1000 m more to the second, which is climbed from on the spot.
    line = line_through(A, away(A, 0, 100), away(A, 0, 1100), away(A, 0, 1100))
    assert line.halfway((0.0, 2.0)) == pytest.approx(1.45, abs=1e-3)
    assert line.halfway((0.0, 1.0)) == pytest.approx(0.5)
    assert line.halfway((2.0, 3.0)) == pytest.approx(2.5)


def test_the_latitude_of_the_index_does_not_matter():
    area = pointing(away(away(A, 30, 1234.5), 120, 61.3), 120)
    line = line_through(A, away(A, 30, 3000))
    assert gap_m(line, area, 22.5) == pytest.approx(gap_m(line, area, 23.4), abs=1e-4)


def test_a_long_edge_is_straight_in_degrees_and_not_a_geodesic():
    # Along the parallel 22.51 a geodesic of 20 km would bulge north by about 3 m; RFC 7946 says that it does not.
    area = shapely.Polygon([(114.0, 22.51), (114.2, 22.51), (114.1, 22.6)])
    pad = away((114.1, 22.51), 180, 40)
    assert gap_m(line_through(pad, pad), area) == pytest.approx(40, abs=0.002)


def test_a_piece_between_waypoints_is_a_geodesic():
    west, east = (114.05, 22.5), (114.15, 22.5)
    bulge_lat = WGS84.npts(*west, *east, 1)[0][1]
    tip = away((114.1, bulge_lat), 0, 75)
    assert gap_m(line_through(west, east), pointing(tip, 0)) == pytest.approx(75, abs=0.002)


def test_random_zones_are_never_nearer_than_measured_nor_farther():
    rng = np.random.default_rng(7)
    for _ in range(12):
        corner = away(A, float(rng.uniform(0, 360)), float(rng.uniform(300, 3000)))
        ring = [away(corner, azimuth, float(rng.uniform(20, 200))) for azimuth in (10, 80, 150, 230, 300)]
        area = shapely.Polygon(ring)
        line = line_through(A, away(A, float(rng.uniform(0, 360)), 3500))
        if shapely.distance(area, shapely.LineString(line.lonlat)) < 0.0012:
            continue
        knots = line.lonlat
        rim = shapely.get_coordinates(shapely.segmentize(area.exterior, 2e-5))
        pairs = np.array(np.meshgrid(np.arange(len(knots)), np.arange(len(rim)))).reshape(2, -1)
        brute = WGS84.inv(knots[pairs[0], 0], knots[pairs[0], 1], rim[pairs[1], 0], rim[pairs[1], 1])[2].min()
        # Points at most 5 m and 1 m from the nearest ones, at 100 m and more.
        assert brute > 100
        assert brute - 0.2 <= gap_m(line, area) <= brute + 1e-6


def test_a_wall_of_one_metre_between_waypoints_is_crossed():
    wall_at = away(A, 0, 1503.7)
    wall = shapely.box(wall_at[0] - 0.001, wall_at[1], wall_at[0] + 0.001, wall_at[1] + 0.000009)
    line = line_through(A, away(A, 0, 3000))
    assert gap_m(line, wall) == 0
    ((start, end),) = geodesics.inside(line, wall)
    # 0.000009 degrees of latitude are 0.9967 m here (110.74 km a degree).
    assert (end - start) * 3000 == pytest.approx(0.9967, abs=0.001)
    spot = geodesics.deepest(line, [(start, end)], edges_of(wall))
    assert spot is not None
    assert spot.distance_m == pytest.approx(0.4983, abs=0.006)


@pytest.mark.parametrize("deep_m", [3, 120, 300])
def test_the_deepest_point_of_a_leg_that_ends_inside_is_its_end(deep_m):
    area = shapely.box(114.05, 22.51, 114.15, 22.56)
    edge = (114.1, 22.51)
    line = line_through(away(edge, 180, 1000), away(edge, 0, deep_m))
    spot = geodesics.deepest(line, geodesics.inside(line, area), edges_of(area))
    assert spot is not None
    assert spot.distance_m == pytest.approx(deep_m, abs=0.01)
    assert spot.u == pytest.approx(1)


def test_the_deepest_point_of_a_leg_along_the_middle_of_a_strip_is_half_its_width():
    south, north = 22.51, away((114.1, 22.51), 0, 200)[1]
    strip = shapely.box(114.05, south, 114.15, north)
    middle_lat = away((114.1, south), 0, 100)[1]
    line = line_through((114.04, middle_lat - 0.0003), (114.16, middle_lat + 0.0003))
    spot = geodesics.deepest(line, geodesics.inside(line, strip), edges_of(strip))
    assert spot is not None
    assert spot.distance_m == pytest.approx(100, abs=0.02)


def test_a_line_straight_up_has_one_place_and_many_heights():
    points = [
        Waypoint(lon=114.1, lat=22.5, alt_amsl_m=height, alt_agl_m=0, t=NOON + timedelta(seconds=height))
        for height in (10, 110)
    ]
    line = CentreLine.through(points)
    tip = away(A, 200, 33)
    assert gap_m(line, pointing(tip, 200)) == pytest.approx(33, abs=0.002)
    assert geodesics.inside(line, shapely.box(114, 22, 115, 23)) == [(0, 1)]
    assert line.between_heights(60, 85) == [pytest.approx((0.5, 0.75))]
    assert line.place(0.5).alt_amsl_m == 60
    assert line.place(0.5).t == NOON + timedelta(seconds=60)


def test_no_gap_along_a_line_exceeds_ten_metres():
    line = line_through(A, away(A, 77, 4321), away(A, 12, 9876))
    steps_m = WGS84.inv(line.lonlat[:-1, 0], line.lonlat[:-1, 1], line.lonlat[1:, 0], line.lonlat[1:, 1])[2]
    assert steps_m.max() <= 10 + 1e-6
    assert steps_m.sum() == pytest.approx(line.length_m.sum())


def test_box_gaps_never_exceed_the_true_distance():
    area = pointing(away(A, 60, 2500), 60)
    line = line_through(A, away(A, 200, 2000))
    (gap,) = geodesics.box_gaps_m(line, np.array([area.bounds]))
    assert 0.9 * 2300 < gap <= gap_m(line, area)


def test_parts_of_a_line_are_cut_off_at_their_ends_and_no_block_holds_steps_of_two():
    line = line_through(A, away(A, 40, 999.9))
    steps = line.steps([(0.105, 0.155), (0.4, 0.9)])
    # Every 10 m, so every hundredth; 32 steps to a block.
    assert steps.u0[:6] == pytest.approx([0.105, 0.11, 0.12, 0.13, 0.14, 0.15])
    assert steps.u1[:6] == pytest.approx([0.11, 0.12, 0.13, 0.14, 0.15, 0.155])
    assert (steps.u0[6], steps.u1[-1], len(steps.u0)) == (0.4, 0.9, 56)
    assert steps.u1[6:-1] == pytest.approx(steps.u0[7:])
    assert np.array_equal(steps.a, line.at(steps.u0))
    assert np.array_equal(steps.b, line.at(steps.u1))
    assert np.bincount(steps.block).tolist() == [6, 32, 18]
    nothing = line.steps([])
    assert (len(nothing.u0), len(nothing.a), len(nothing.block)) == (0, 0, 0)


def test_boxes_of_blocks_cover_the_line_and_no_more():
    line = line_through(A, away(A, 40, 999.9))
    boxes = line.boxes()
    # 100 steps in blocks of 32, each from the knot where the one before ended.
    assert len(boxes) == 4
    for number, box in enumerate(boxes):
        knots = line.lonlat[32 * number : min(32 * number + 33, 101)]
        assert box == pytest.approx([*knots.min(axis=0), *knots.max(axis=0)], abs=1e-12)


@pytest.mark.parametrize(("azimuth_deg", "metres"), [(0, 700), (90, 300), (180, 450), (270, 800)])
def test_a_box_on_any_side_is_about_as_far_as_it_is_and_none_where_it_touches(azimuth_deg, metres):
    line = line_through(away(A, 225, 100), away(A, 45, 100))
    lon, lat = away(away(A, azimuth_deg, 100 / 2**0.5), azimuth_deg, metres)
    half = 1e-4
    far, here = (lon - half, lat - half, lon + half, lat + half), (114.0999, 22.4999, 114.1001, 22.5001)
    gaps_m = geodesics.box_gaps_m(line, np.array([far, here]))
    # Less the half of a box of some 20 m, and a per cent for radii that change.
    assert 0.97 * (metres - 12) < gaps_m[0] < metres - 9
    assert gaps_m[1] == 0


def test_a_degree_is_as_long_as_the_radii_of_curvature_say():
    # Published lengths of WGS 84; one of latitude is that of the whole degree around it, which is 1.5 cm less.
    for lat, east, north in ((0, 111319.491, 110574.276), (60, 55800.002, 111412.273), (-60, 55800.002, 111412.273)):
        east_m, north_m = geodesics.metres_per_degree(lat)
        assert (float(east_m), float(north_m)) == (pytest.approx(east, abs=0.01), pytest.approx(north, abs=0.02))


def test_what_is_near_on_the_other_side_of_the_country_is_near_enough():
    # 600 km off, where a flat map errs by more than 2 %: the figure is that of one step, a few metres off at most.
    far = away(A, 350, 600_000)
    line = line_through(A, away(A, 0, 3000))
    area = pointing(far, 350)
    truth = min(WGS84.inv(*spot, *far)[2] for spot in line.lonlat.tolist())
    assert gap_m(line, area) == pytest.approx(truth, rel=0.01)


def test_without_a_part_or_an_edge_there_is_no_nearest_and_no_deepest_place():
    line, edges = line_through(A, away(A, 0, 300)), edges_of(shapely.box(114.2, 22.5, 114.3, 22.6))
    nothing = Edges.joining(np.zeros((0, 2)), np.zeros((0, 2)), lat=22.5)
    for asked in (geodesics.nearest, geodesics.deepest):
        assert asked(line, [], edges) is None
        assert asked(line, [line.whole], nothing) is None


def test_a_leg_through_a_yard_is_inside_where_it_is_over_it():
    # Straight north over two bars and the gap between them: a crossing, a gap, and a part that a step lies in wholly.
    bars = shapely.union_all(
        [shapely.box(114.09, away(A, 0, low)[1], 114.11, away(A, 0, high)[1]) for low, high in ((100, 103), (205, 420))]
    )
    line = line_through(A, away(A, 0, 1000))
    found = geodesics.inside(line, bars)
    assert [(1000 * start, 1000 * end) for start, end in found] == [
        pytest.approx((100, 103), abs=0.01), pytest.approx((205, 420), abs=0.01)
    ]  # fmt: skip
    assert geodesics.inside(line, shapely.box(114.2, 22.4, 114.3, 22.6)) == []


def test_what_is_flown_between_two_heights_is_told_to_the_share_of_a_piece():
    ups = [(0.0, 10), (1.0, 110), (2.0, 110), (3.0, 60)]
    points = [
        Waypoint(lon=114.1, lat=22.5 + 0.001 * u, alt_amsl_m=height, alt_agl_m=0, t=NOON + timedelta(seconds=60 * u))
        for u, height in ups
    ]
    line = CentreLine.through(points)
    assert line.between_heights(60, 85) == [pytest.approx((0.5, 0.75)), pytest.approx((2.5, 3.0))]
    assert line.between_heights(110, 200) == [pytest.approx((1.0, 2.0))]
    assert line.between_heights(0, 10) == [pytest.approx((0.0, 0.0))]
    assert line.between_heights(111, 200) == []
    assert line.between_seconds(30, 90) == [pytest.approx((0.5, 1.5))]
    # Within 5 m along the ground of the second waypoint, but 60 s apart from the others.
    heights_m, times = line.beside(1.0, 5.0)
    assert heights_m == (110, 110)
    assert times == (NOON + timedelta(seconds=60), NOON + timedelta(seconds=60))
    (low_m, high_m), (first, last) = line.beside(2.0, 1e6)
    assert (low_m, high_m, first, last) == (10, 110, NOON, NOON + timedelta(seconds=180))


def test_spans_are_joined_shared_and_taken_out():
    assert geodesics.merged([(2, 3), (0, 1), (1, 1.5)]) == [(0, 1.5), (2, 3)]
    assert geodesics.shared([(0, 2)], [(1, 3), (5, 6)]) == [(1, 2)]
    assert geodesics.without((0, 4), [(1, 2), (3, 5)]) == [(0, 1), (2, 3)]
    assert geodesics.without((0, 4), []) == [(0, 4)]
    assert geodesics.without((0, 4), [(0, 1), (3, 9)]) == [(1, 3)]
    assert geodesics.without((0, 4), [(-1, 5)]) == []
    assert geodesics.merged([(0, 5), (1, 2)]) == [(0, 5)]
    assert geodesics.shared([(0, 2), (4, 6)], [(1, 5), (2, 2)]) == [(1, 2), (4, 5)]
