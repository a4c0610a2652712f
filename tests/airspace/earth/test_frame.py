import math

import numpy as np
import pytest
import shapely
from pyproj import Geod
from pyproj.exceptions import ProjError

from airspace.earth.frame import Frame
from airspace.errors import RegionTooLarge

LUOHU = (114.1136, 22.5320)
GEOD = Geod(ellps="WGS84")


@pytest.fixture
def frame() -> Frame:
    return Frame(lon=LUOHU[0], lat=LUOHU[1])


def test_the_centre_is_the_origin(frame: Frame) -> None:
    x_m, y_m = frame.to_xy(*LUOHU)
    assert math.hypot(x_m, y_m) < 1e-6


def test_x_grows_to_the_east_and_y_to_the_north(frame: Frame) -> None:
    east_x_m, east_y_m = frame.to_xy(LUOHU[0] + 0.01, LUOHU[1])
    north_x_m, north_y_m = frame.to_xy(LUOHU[0], LUOHU[1] + 0.01)
    assert east_x_m == pytest.approx(GEOD.inv(*LUOHU, LUOHU[0] + 0.01, LUOHU[1])[2], rel=1e-6)
    assert abs(east_y_m) < 0.1
    assert north_y_m == pytest.approx(GEOD.inv(*LUOHU, LUOHU[0], LUOHU[1] + 0.01)[2], rel=1e-6)
    assert abs(north_x_m) < 1e-6


def test_lengths_in_a_box_of_60_km_are_those_of_the_ellipsoid_within_18_millionths(frame: Frame) -> None:
    rng = np.random.default_rng(7)
    lon, lat = LUOHU[0] + rng.uniform(-0.29, 0.29, (2, 2000)), LUOHU[1] + rng.uniform(-0.27, 0.27, (2, 2000))
    geodesic_m = GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]
    x_m, y_m = frame.to_xy(lon, lat)
    assert np.hypot(x_m[0] - x_m[1], y_m[0] - y_m[1]) == pytest.approx(geodesic_m, rel=1.8e-5)


@pytest.mark.parametrize("lat", [0.0, 22.5, -33.9, 51.5, 69.6])
def test_lengths_at_the_edge_of_the_frame_are_those_of_the_ellipsoid_within_13_hundred_thousandths(lat: float) -> None:
    frame = Frame(lon=114.0, lat=lat)
    lon, edge_lat, _ = GEOD.fwd(114.0, lat, 90.0, 100_000.0)
    further = GEOD.fwd(lon, edge_lat, 0.0, 1000.0)
    x_m, y_m = frame.to_xy([lon, further[0]], [edge_lat, further[1]])
    assert math.hypot(x_m[1] - x_m[0], y_m[1] - y_m[0]) == pytest.approx(1000.0, rel=1.3e-4)


def test_the_hong_kong_grid_gives_the_same_distances_between_known_points(frame: Frame) -> None:
    # Luohu and a point 10 km east and 5 km north of it on the HK 1980 grid (EPSG:2326), from PROJ.
    from pyproj import Transformer

    grid = Transformer.from_crs("EPSG:4326", "EPSG:2326", always_xy=True)
    assert grid.transform(*LUOHU) == pytest.approx((829758.79, 843587.87), abs=0.01)
    lon, lat = grid.transform(829758.79 + 10_000, 843587.87 + 5_000, direction="INVERSE")
    x_m, y_m = frame.to_xy(lon, lat)
    assert math.hypot(x_m, y_m) == pytest.approx(math.hypot(10_000, 5_000), rel=2e-5)


def test_there_and_back_gives_the_same_degrees(frame: Frame) -> None:
    lon, lat = np.array([113.5, 114.1136, 114.9]), np.array([22.0, 22.5320, 23.1])
    assert np.allclose(frame.to_lonlat(*frame.to_xy(lon, lat)), (lon, lat), rtol=0, atol=1e-11)


def test_a_shape_keeps_lon_before_lat_there_and_back(frame: Frame) -> None:
    shape = shapely.box(114.0, 22.4, 114.2, 22.5)
    west_m, south_m, east_m, north_m = frame.project(shape).bounds
    assert (east_m - west_m) == pytest.approx(20_570, abs=30)
    assert (north_m - south_m) == pytest.approx(11_070, abs=30)
    assert shapely.equals_exact(frame.unproject(frame.project(shape)), shape, tolerance=1e-9)


def test_a_circle_stays_round_anywhere_in_the_frame(frame: Frame) -> None:
    lon, lat, _ = GEOD.fwd(*LUOHU, 60.0, 30_000.0)
    azimuths = np.arange(0.0, 360.0, 30.0)
    ring_lon, ring_lat, _ = GEOD.fwd(np.full(12, lon), np.full(12, lat), azimuths, np.full(12, 500.0))
    x_m, y_m = frame.to_xy(ring_lon, ring_lat)
    middle = frame.to_xy(lon, lat)
    assert np.ptp(np.hypot(x_m - middle[0], y_m - middle[1])) < 0.005


def test_the_frame_lies_around_its_data() -> None:
    frame = Frame.around([shapely.Point(114.0, 22.4), shapely.box(114.1, 22.45, 114.2, 22.6)])
    assert (frame.lon, frame.lat) == (114.1, 22.5)


def test_without_data_the_frame_lies_where_equator_and_prime_meridian_meet() -> None:
    assert Frame.around([]) == Frame(lon=0.0, lat=0.0)


def test_the_centre_is_told_in_thousandths_of_a_degree() -> None:
    frame = Frame.around([shapely.Point(114.0, 22.0), shapely.Point(114.00246, 22.00468)])
    assert (frame.lon, frame.lat) == (114.001, 22.002)


def test_places_that_no_frame_can_hold_are_an_error_both_ways(frame: Frame) -> None:
    with pytest.raises(ProjError):
        frame.to_xy(114.0, 91.0)
    with pytest.raises(ProjError):
        frame.to_lonlat(1e12, 1e12)


def square_of_half_width(half_width_m: float, lat: float = 22.5) -> list[shapely.Point]:
    east = GEOD.fwd(114.0, lat, 90.0, half_width_m)[0] - 114.0
    north = GEOD.fwd(114.0, lat, 0.0, half_width_m)[1] - lat
    return [shapely.Point(114.0 - east, lat - north), shapely.Point(114.0 + east, lat + north)]


def test_data_98_km_each_way_fit_one_frame() -> None:
    assert Frame.around(square_of_half_width(98_000.0)).lon == 114.0


@pytest.mark.parametrize("points", [square_of_half_width(103_000.0), square_of_half_width(500_000.0)])
def test_data_beyond_100_km_each_way_are_refused(points: list[shapely.Point]) -> None:
    with pytest.raises(RegionTooLarge, match=r"Plan smaller regions apart"):
        Frame.around(points)


@pytest.mark.parametrize(
    "ends",
    [
        ((112.7, 22.5), (115.3, 22.5)),
        ((114.0, 21.3), (114.0, 23.7)),
    ],
)
def test_a_long_thin_region_is_measured_along_its_length(ends: tuple[tuple[float, float], ...]) -> None:
    # 134 km east and west, 133 km north and south: the diagonal of a square would hide it.
    with pytest.raises(RegionTooLarge, match=r"reach 13[34] km"):
        Frame.around([shapely.Point(end) for end in ends])


def test_data_on_both_sides_of_the_antimeridian_are_refused_and_not_planned_round_the_world() -> None:
    with pytest.raises(RegionTooLarge):
        Frame.around([shapely.Point(179.9, -17.0), shapely.Point(-179.9, -17.0)])


def test_data_on_one_side_of_the_antimeridian_are_fine() -> None:
    frame = Frame.around([shapely.Point(179.8, -17.0), shapely.Point(180.0, -17.0)])
    x_m, _ = frame.to_xy([179.8, 180.0], [-17.0, -17.0])
    assert x_m[1] - x_m[0] == pytest.approx(GEOD.inv(179.8, -17.0, 180.0, -17.0)[2], rel=1e-5)
