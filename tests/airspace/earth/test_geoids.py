import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from airspace.earth import geoids
from airspace.earth.geoids import compiled, undulation_m, undulation_span_m
from airspace.errors import AirspaceError, MissingGrid


@pytest.mark.parametrize(
    ("lat", "lon", "metres"),
    [
        # Test points that NGA published with its interpolation program for EGM96, and the poles of its grid.
        (38.6281550, 269.7791550, -31.628),
        (-14.6212170, 305.0211140, -2.969),
        (46.8743190, 102.4487290, -43.575),
        (-23.6174460, 133.8747120, 15.871),
        (38.6254730, 359.9995000, 50.066),
        (-0.4667440, 0.0023000, 17.329),
        (90.0, 0.0, 13.606),
        (-90.0, 0.0, -29.534),
    ],
)
def test_undulations_are_those_that_nga_published(lat: float, lon: float, metres: float) -> None:
    # NGA's program puts a spline through the grid, ours goes straight.
    assert float(undulation_m(lon, lat)) == pytest.approx(metres, abs=0.06)


def test_mean_sea_level_over_luohu_lies_below_the_ellipsoid() -> None:
    # PROJ with the same grid: -2.707 m; the 5-minute grid: -2.70 m.
    assert float(undulation_m(114.12, 22.53)) == pytest.approx(-2.707, abs=0.006)


def test_longitudes_go_round_and_arrays_keep_their_shape() -> None:
    told = undulation_m([[-90.0, 270.0], [180.0, -180.0]], 12.3)
    assert told.shape == (2, 2)
    assert told[0, 0] == told[0, 1]
    assert told[1, 0] == told[1, 1]


def test_there_is_no_step_at_the_antimeridian() -> None:
    west, east = undulation_m([-179.9999, 179.9999], 12.3)
    assert west == pytest.approx(east, abs=0.001)
    # Halfway between the last column of nodes and the first one.
    assert float(undulation_m(179.875, 0.0)) == pytest.approx(undulation_m([179.75, 180.0], 0.0).mean(), abs=1e-9)


def test_between_nodes_it_goes_straight() -> None:
    corners = undulation_m([114.0, 114.25, 114.0, 114.25], [22.5, 22.5, 22.75, 22.75])
    assert float(undulation_m(114.125, 22.625)) == pytest.approx(corners.mean(), abs=1e-9)
    assert float(undulation_m(114.125, 22.5)) == pytest.approx(corners[:2].mean(), abs=1e-9)
    assert float(undulation_m(114.0, 22.6)) == pytest.approx(0.6 * corners[0] + 0.4 * corners[2], abs=1e-9)


@pytest.mark.parametrize(("lon", "lat"), [(0.0, 90.1), (0.0, np.nan), (np.nan, 0.0), (np.inf, 0.0), ([0, 1], [0, -91])])
def test_a_place_off_the_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="within -90 to 90"):
        undulation_m(lon, lat)


@pytest.mark.parametrize(
    "area",
    [
        shapely.Point(114.12, 22.53),
        shapely.box(113.8, 22.1, 114.5, 22.6),
        shapely.box(-180, -90, 180, 90),
        shapely.box(179.6, -17.2, 180.0, -16.8),
        shapely.LineString([(100, 89.9), (101, 90)]),
    ],
)
def test_no_place_in_an_area_is_outside_its_span(area: shapely.Geometry) -> None:
    lowest, highest = undulation_span_m(area)
    west, south, east, north = area.bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 40), np.linspace(south, north, 40))
    assert lowest <= undulation_m(lon, lat).min()
    assert highest >= undulation_m(lon, lat).max()


def test_a_span_is_no_wider_than_what_places_in_the_box_have() -> None:
    lon, lat = np.meshgrid(np.linspace(114.1, 114.6, 201), np.linspace(22.6, 22.7, 41))
    found = undulation_m(lon, lat)
    lowest, highest = undulation_span_m(shapely.box(114.1, 22.6, 114.6, 22.7))
    assert lowest == pytest.approx(found.min(), abs=0.002)
    assert highest == pytest.approx(found.max(), abs=0.002)


def test_the_span_of_the_whole_earth_is_that_of_egm96() -> None:
    # Of the grid: -106.99 m south of India, 85.39 m at New Guinea.
    assert undulation_span_m(shapely.box(-180, -90, 180, 90)) == pytest.approx((-106.99, 85.39), abs=0.002)


def test_an_area_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        undulation_span_m(shapely.Polygon())
    with pytest.raises(ValueError, match="within -90 to 90"):
        undulation_span_m(shapely.box(0, 80, 1, 100))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(geoids.resources, "files", lambda _: tmp_path)
    geoids._grid_m.cache_clear()
    yield tmp_path
    geoids._grid_m.cache_clear()


def test_a_missing_grid_is_an_error_and_never_an_unchanged_height(elsewhere: Path) -> None:
    with pytest.raises(MissingGrid, match=r"found no file"):
        undulation_m(114.12, 22.53)
    with pytest.raises(AirspaceError, match=str(elsewhere)):
        undulation_span_m(shapely.Point(114.12, 22.53))


def test_an_altered_grid_is_an_error(elsewhere: Path) -> None:
    content = bytearray((Path(geoids.__file__).parent / geoids.GRID_FILE).read_bytes())
    content[5000] ^= 1
    (elsewhere / geoids.GRID_FILE).write_bytes(content)
    with pytest.raises(MissingGrid, match="SHA-256"):
        undulation_m(114.12, 22.53)


def test_the_grid_cannot_be_changed_by_who_reads_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        geoids._grid_m()[0, 0] = 0.0


def gtx(undulations_m: np.ndarray, west: float = -180.0) -> bytes:
    header = struct.pack(">4d2i", -90.0, west, 0.25, 0.25, *undulations_m.shape)
    return header + undulations_m.astype(">f4").tobytes()


def test_a_grid_is_compiled_to_the_nearest_centimetre(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_m = np.random.default_rng(7).uniform(-107, 86, (721, 1440)).astype(np.float32)
    content = compiled(gtx(made_m))
    (elsewhere / geoids.GRID_FILE).write_bytes(content)
    monkeypatch.setattr(geoids, "GRID_SHA256", hashlib.sha256(content).hexdigest())
    assert np.abs(geoids._grid_m() - made_m).max() <= 0.00501
    assert float(undulation_m(-180.0 + 0.25 * 3, -90.0 + 0.25 * 5)) == pytest.approx(made_m[5, 3], abs=0.00501)


def test_another_grid_is_not_compiled() -> None:
    with pytest.raises(ValueError, match="721 by 1440"):
        compiled(gtx(np.zeros((721, 1440)), west=0.0))


def test_a_span_knows_the_node_in_the_middle_of_its_area() -> None:
    # A node in the Andes that stands out above all eight around it by 0.99 m or more.
    node = (-79.25, -5.25)
    low_m, high_m = undulation_span_m(shapely.box(node[0] - 0.01, node[1] - 0.01, node[0] + 0.01, node[1] + 0.01))
    assert high_m == pytest.approx(21.57 + geoids.GUARD_M, abs=1e-9)
    assert float(undulation_m(*node)) == 21.57
    # At the corners of the box a 25th of the way to the neighbours has been gone, each way.
    assert 0.04 < high_m - low_m < 0.3


@pytest.mark.parametrize("place", [(np.nan, 22.0), (np.inf, 22.0), (114.0, np.nan), (114.0, -90.001)])
def test_one_bad_place_among_good_ones_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="expected finite longitudes"):
        undulation_m([114.0, place[0]], [22.0, place[1]])
