import math

import pytest
import shapely
from pyproj import Geod

from airspace.earth.frame import Frame
from airspace.model.gates import Jurisdiction
from planner.output import shapes

NORTH = Jurisdiction(id="N", name="north", authority="n", area=shapely.box(114.0, 22.5, 114.2, 22.6))
SOUTH = Jurisdiction(id="S", name="south", authority="s", area=shapely.box(114.0, 22.4, 114.2, 22.5))


def test_the_boundary_is_where_two_sides_meet() -> None:
    (met,) = shapes.boundary([NORTH, SOUTH])
    points = shapely.LineString(met)
    assert points.hausdorff_distance(shapely.LineString([(114.0, 22.5), (114.2, 22.5)])) < 1e-4


def test_one_side_alone_has_no_boundary() -> None:
    assert shapes.boundary([NORTH]) == []


def test_land_is_told_by_side_and_the_rest_last() -> None:
    land = shapely.box(114.1, 22.45, 114.3, 22.55)
    north, south, rest = shapes.land_by_side(land, [NORTH, SOUTH])
    areas = [sum(shapely.Polygon(part[0]).area for part in side) for side in (north, south, rest)]
    assert areas == pytest.approx([0.005, 0.005, 0.01])


def test_the_coast_leaves_out_the_cuts_at_the_edge_of_the_data() -> None:
    land = shapely.Polygon([(0, 0), (2, 0), (2, 1), (1, 0.5), (0, 1)])
    (shore,) = shapes.coast(land)
    assert {tuple(point) for point in shore} >= {(1.0, 0.5)}
    assert all(y > 0.4 for _, y in shore)


def test_a_corridor_has_its_true_width_on_the_ellipsoid() -> None:
    frame = Frame(lon=114.1, lat=22.5)
    (area,) = shapes.corridor_area([[114.1, 22.49], [114.1, 22.51]], frame=frame, half_width_m=20)
    geod = Geod(ellps="WGS84")
    east = max(lon for lon, _ in area[0])
    assert geod.inv(114.1, 22.5, east, 22.5)[2] == pytest.approx(20, abs=0.1)


def test_a_label_point_lies_inside_a_shape_that_its_centroid_misses() -> None:
    ring = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], holes=[[(0.5, 0.5), (2, 0.5), (2, 2.5), (0.5, 2.5)]])
    assert not ring.contains(ring.centroid)
    assert ring.contains(shapely.Point(shapes.inner_point(ring)))


def test_holes_are_kept() -> None:
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    assert [len(part) for part in shapes.polygons(ring)] == [2]
    assert math.isclose(shapely.Polygon(*[shapes.polygons(ring)[0][0]]).area, 9)


def test_points_are_rounded_and_repeats_dropped() -> None:
    assert shapes.line([(114.12345678, 22.5), (114.12345689, 22.5), (114.2, 22.5)]) == [
        [114.123457, 22.5],
        [114.2, 22.5],
    ]
