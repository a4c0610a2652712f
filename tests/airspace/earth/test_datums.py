import math

import eviltransform
import numpy as np
import pytest
from pyproj import Geod, Transformer
from pyproj.exceptions import ProjError

from airspace.earth import datums
from airspace.earth.datums import KNOWN, datum_named, from_wgs84, horizontal_note, shift_m, to_wgs84
from airspace.errors import AirspaceError, UnknownDatum

LUOHU = (114.1136, 22.5320)
GEOD = Geod(ellps="WGS84")
SHIFTED = ("GCJ-02", "BD-09")


def metres_apart(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(GEOD.inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])[2])


def test_luohu_on_the_hong_kong_grid() -> None:
    # Worked out with PROJ 9.8 and EPSG:1825.
    assert from_wgs84([LUOHU], "EPSG:2326")[0] == pytest.approx([829758.79, 843587.87], abs=0.01)
    back = to_wgs84([[829758.79, 843587.87]], "EPSG:2326")
    assert metres_apart(back, np.array([LUOHU]))[0] < 0.02


def test_the_origin_of_the_hong_kong_grid_is_where_its_definition_puts_it() -> None:
    # Lands Department, Explanatory notes on geodetic datums in Hong Kong: 836694.05 E, 819069.80 N at
    # 22°18'43.68"N 114°10'42.80"E (HK80), which is 5.5" south and 8.8" west of the same numbers in WGS 84.
    lon, lat = to_wgs84([[836694.05, 819069.80]], "EPSG:2326")[0]
    assert lon == pytest.approx(114 + 10 / 60 + (42.80 + 8.8) / 3600, abs=0.1 / 3600)
    assert lat == pytest.approx(22 + 18 / 60 + (43.68 - 5.5) / 3600, abs=0.1 / 3600)


def test_from_the_hong_kong_grid_to_cgcs2000_there_is_no_silent_error_of_304_metres() -> None:
    grid = from_wgs84([LUOHU], "EPSG:2326")
    ours = from_wgs84(to_wgs84(grid, "EPSG:2326"), "EPSG:4490")
    assert metres_apart(ours, np.array([LUOHU]))[0] < 0.01
    # The trap itself, so that a PROJ that mends it is noticed.
    direct = Transformer.from_crs("EPSG:2326", "EPSG:4490", always_xy=True).transform(*grid[0])
    assert metres_apart(np.array([direct]), ours)[0] == pytest.approx(304.1, abs=0.1)


def test_proj_may_not_make_up_a_transformation() -> None:
    with pytest.raises(ProjError):
        datums._transformer("EPSG:4611", "EPSG:4490")


def test_cgcs2000_is_taken_as_wgs84_and_says_so() -> None:
    assert to_wgs84([LUOHU], "EPSG:4490").tolist() == [list(LUOHU)]
    assert "taken as equal" in horizontal_note("EPSG:4490")
    assert "taken as equal" in horizontal_note("EPSG:4547")
    assert horizontal_note("WGS 84") == ""
    assert "EPSG:1825" in horizontal_note("EPSG:2326")


def gauss_krueger(lon: float, lat: float, middle: float) -> tuple[float, float]:
    """Transverse Mercator by the series of Snyder (USGS Professional Paper 1395, 8-9 to 8-13) on GRS 80, scale 1."""
    a, e2 = 6378137.0, 0.00669438002290
    phi = math.radians(lat)
    second = e2 / (1 - e2)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    t, c, aa = math.tan(phi) ** 2, second * math.cos(phi) ** 2, math.radians(lon - middle) * math.cos(phi)
    arc = a * (
        (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256) * phi
        - (3 * e2 / 8 + 3 * e2**2 / 32 + 45 * e2**3 / 1024) * math.sin(2 * phi)
        + (15 * e2**2 / 256 + 45 * e2**3 / 1024) * math.sin(4 * phi)
        - 35 * e2**3 / 3072 * math.sin(6 * phi)
    )
    x = n * (aa + (1 - t + c) * aa**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * second) * aa**5 / 120)
    y = arc + n * math.tan(phi) * (aa**2 / 2 + (5 - t + 9 * c + 4 * c**2) * aa**4 / 24)
    return 500_000 + x, y


@pytest.mark.parametrize(
    ("datum", "middle", "zone"),
    [("EPSG:4547", 114, 0), ("EPSG:4526", 114, 38), ("EPSG:4548", 117, 0), ("EPSG:4546", 111, 0)],
)
def test_gauss_kruger_grids_are_transverse_mercator_with_scale_one(datum: str, middle: int, zone: int) -> None:
    lon, lat = middle + 0.11, 22.53
    east, north = gauss_krueger(lon, lat, middle)
    assert from_wgs84([[lon, lat]], datum)[0] == pytest.approx([zone * 1e6 + east, north], abs=0.005)
    assert metres_apart(to_wgs84([[zone * 1e6 + east, north]], datum), np.array([[lon, lat]]))[0] < 0.005


@pytest.mark.parametrize(
    ("datum", "east_m", "north_m", "length_m"),
    [("GCJ-02", 525, -298, 603.7), ("BD-09", 1185, 404, 1252), ("HK1980", -252.9, 168.9, 304.1)],
)
def test_how_far_luohu_seems_to_move(datum: str, east_m: float, north_m: float, length_m: float) -> None:
    east, north = shift_m(datum, *LUOHU)
    assert east == pytest.approx(east_m, abs=1)
    assert north == pytest.approx(north_m, abs=1)
    assert math.hypot(east, north) == pytest.approx(length_m, abs=0.5)


@pytest.mark.parametrize("datum", ["WGS 84", "EPSG:4490", "EPSG:4547", "ETRS89", "EPSG:32649"])
def test_what_is_wgs84_does_not_move(datum: str) -> None:
    lon, lat = {"ETRS89": (8.5, 47.4)}.get(datum, LUOHU)
    assert np.hypot(*shift_m(datum, lon, lat)) < 1e-6


def test_the_bearing_of_the_shift_is_119_degrees() -> None:
    east, north = shift_m("GCJ-02", *LUOHU)
    assert math.degrees(math.atan2(east, north)) == pytest.approx(119.5, abs=0.1)


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("place", [LUOHU, (116.3913, 39.9075), (87.6, 43.8), (104.06, 30.67), (126.6, 45.8)])
def test_shifted_coordinates_are_those_of_another_library(datum: str, place: tuple[float, float]) -> None:
    lon, lat = place
    peer = eviltransform.wgs2gcj(lat, lon)
    peer = eviltransform.gcj2bd(*peer) if datum == "BD-09" else peer
    # The peer takes WGS 84's semi-major axis for Krasovsky's: up to 2 cm.
    assert metres_apart(from_wgs84([place], datum), np.array([peer[::-1]]))[0] < 0.02


@pytest.mark.parametrize("datum", SHIFTED)
def test_going_back_lands_within_a_millimetre(datum: str) -> None:
    drawn = np.random.default_rng(3)
    places = np.column_stack((drawn.uniform(73, 135, 5000), drawn.uniform(3, 53, 5000)))
    assert metres_apart(to_wgs84(from_wgs84(places, datum), datum), places).max() < 0.001


def test_hong_kong_is_shifted_too_when_asked_for_by_name_and_only_then() -> None:
    central = [[114.1582, 22.2819]]
    assert np.hypot(*shift_m("GCJ-02", *central[0])) == pytest.approx(596, abs=10)
    assert to_wgs84(central, "WGS 84").tolist() == central


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WGS84", "WGS 84"),
        ("wgs 84", "WGS 84"),
        ("CRS84", "WGS 84"),
        ("EPSG:4326", "WGS 84"),
        ("epsg:4979", "WGS 84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "WGS 84"),
        ("urn:ogc:def:crs:OGC::CRS84", "WGS 84"),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "WGS 84"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "WGS 84"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "WGS 84"),
        ("urn:ogc:def:crs:EPSG::2326", "Hong Kong 1980 Grid"),
        ("urn:ogc:def:crs:EPSG:8.9:2326", "Hong Kong 1980 Grid"),
        ("HK1980 grid", "Hong Kong 1980 Grid"),
        ("EPSG:4490", "CGCS2000"),
        ("GCJ02", "GCJ-02"),
        ("gcj-02", "GCJ-02"),
        ("BD-09", "BD-09"),
    ],
)
def test_a_datum_goes_by_many_names(text: str, name: str) -> None:
    assert datum_named(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EPSG:4214",
        "EPSG:4326+5773",
        "urn:ogc:def:crs:EPSG::2326x",
        "BD09MC",
        "EPSG:",
        "GCJ",
        "x" * 10_000,
        "EPSG:²³²⁶",
    ],
)
def test_any_other_datum_is_refused_with_a_list_of_those_known(text: str) -> None:
    with pytest.raises(UnknownDatum) as caught:
        to_wgs84([LUOHU], text)
    assert all(known in str(caught.value) for known in KNOWN)
    assert len(str(caught.value)) < 500
    assert isinstance(caught.value, AirspaceError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("datum", ["WGS 84", "EPSG:2326", "EPSG:4490", "EPSG:4547", "GCJ-02"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused_both_ways(datum: str, bad: float) -> None:
    for convert in (to_wgs84, from_wgs84):
        with pytest.raises(ValueError, match="finite"):
            convert([LUOHU, (bad, 22.5)], datum)


@pytest.mark.parametrize(
    ("points", "datum"),
    [
        ([(22.53, 114.11)], "WGS 84"),
        ([(22.53, 114.11)], "EPSG:4490"),
        ([(22.53, 114.11)], "GCJ-02"),
        ([(2_493_000.0, 511_000.0)], "EPSG:4547"),
        ([(38_511_000.0, 2_493_000.0)], "EPSG:4547"),
        ([(511_000.0, 2_493_000.0)], "EPSG:4526"),
        ([(114.11, 22.53)], "EPSG:2326"),
        ([(1e300, 1e300)], "EPSG:2326"),
        ([(2.35, 48.85)], "GCJ-02"),
    ],
)
def test_swapped_axes_wrong_zones_and_degrees_for_metres_are_refused(
    points: list[tuple[float, float]], datum: str
) -> None:
    with pytest.raises(ValueError, match="expected"):
        to_wgs84(points, datum)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_at_the_poles_a_shift_is_refused_before_its_numbers_overflow(datum: str) -> None:
    for corner in ((180.0, 90.0), (-180.0, -90.0), (105.0, 90.0), (0.0, 89.9)):
        with pytest.raises(ValueError, match="some that it cannot"):
            to_wgs84([LUOHU, corner], datum)


def test_a_grid_is_not_asked_about_places_far_from_it() -> None:
    with pytest.raises(ValueError, match="near the area of Hong Kong 1980 Grid"):
        from_wgs84([[8.5, 47.4]], "EPSG:2326")


def test_grids_that_span_the_antimeridian_know_both_sides() -> None:
    # UTM zone 1 reaches from 180 W to 174 W; Fiji's east lies in it, its west in zone 60.
    assert (
        metres_apart(to_wgs84(from_wgs84([[-179.9, 17]], "EPSG:32601"), "EPSG:32601"), np.array([[-179.9, 17]]))[0]
        < 0.001
    )
    assert from_wgs84([[179.9, 17]], "EPSG:32601")[0, 0] < from_wgs84([[-179.9, 17]], "EPSG:32601")[0, 0]


@pytest.mark.parametrize("points", [[1.0, 2.0], [[1.0, 2.0, 3.0]], 5.0])
def test_points_are_pairs(points: object) -> None:
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        to_wgs84(points, "WGS 84")  # type: ignore[arg-type]


@pytest.mark.parametrize("datum", ["WGS 84", "EPSG:2326", "GCJ-02", "EPSG:4547"])
def test_no_points_are_fine_and_the_callers_points_are_left_alone(datum: str) -> None:
    assert to_wgs84(np.empty((0, 2)), datum).shape == (0, 2)
    assert from_wgs84(np.empty((0, 2)), datum).shape == (0, 2)
    mine = np.array([LUOHU])
    from_wgs84(mine, datum)[:] = 0
    assert mine.tolist() == [list(LUOHU)]


def test_coordinates_whose_area_nobody_told_are_refused() -> None:
    with pytest.raises(UnknownDatum, match="does not know the area"):
        datums._area_of_use("+proj=longlat +ellps=intl +no_defs")


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [(4491, 4554, "CGCS2000 Gauss"), (32601, 32660, "UTM"), (32701, 32760, "UTM")],
)
def test_grids_are_known_from_the_first_of_their_codes_to_the_last(first: int, last: int, word: str) -> None:
    known = [datum_named(f"EPSG:{code}") for code in range(first, last + 1)]
    assert {datum.crs for datum in known} == {f"EPSG:{code}" for code in range(first, last + 1)}
    assert all(word in datum.name and datum.base_is_wgs84 and not datum.is_geographic for datum in known)
    with pytest.raises(UnknownDatum):
        datum_named(f"EPSG:{last + 1}")


@pytest.mark.parametrize(
    ("code", "name"),
    [(4979, "WGS 84"), (4480, "CGCS2000"), (4937, "ETRS89"), (4151, "CHTRS95"), (4611, "Hong Kong 1980")],
)
def test_datums_without_a_grid_are_degrees(code: int, name: str) -> None:
    datum = datum_named(f"EPSG:{code}")
    assert (datum.name, datum.is_geographic, datum.base_is_wgs84) == (name, True, code != 4611)
    flat = {4979: 4326, 4480: 4490, 4937: 4258}
    assert datum.crs == f"EPSG:{flat.get(code, code)}"


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ((69.01, 30.0), (68.99, 30.0)),
        ((140.83, 30.0), (140.84, 30.0)),
        ((100.0, 0.8293 - 3.0), (100.0, -2.18)),
        ((100.0, 55.8271 + 3.0), (100.0, 58.83)),
    ],
)
def test_shifted_coordinates_reach_three_degrees_beyond_the_mainland(
    datum: str, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    assert from_wgs84([inside], datum).shape == (1, 2)
    with pytest.raises(ValueError, match="near the area"):
        from_wgs84([outside], datum)


@pytest.mark.parametrize("place", [(180.0, 90.0), (-180.0, -90.0)])
def test_the_ends_of_the_earth_are_still_on_it(place: tuple[float, float]) -> None:
    assert to_wgs84([place], "WGS 84").tolist() == [list(place)]


def test_a_name_told_with_its_prefix_twice_is_refused() -> None:
    with pytest.raises(UnknownDatum):
        datum_named("urn:ogc:def:crs:urn:ogc:def:crs:EPSG::4326")
