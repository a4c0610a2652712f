"""Coordinates of other horizontal datums and grids, to WGS 84 and back; always by name, never by guess.

Points are east (or longitude) first, whatever the standard of the datum says about the order of its axes; a reader that
meets northing first turns them round. All conversions go through WGS 84: PROJ has no transformation between
the Hong Kong 1980 datum and CGCS2000 and, asked for one, is silently 304 m off at Luohu.

GCJ-02 and BD-09 are the shifted coordinates of mainland maps. The usual libraries shift whatever lies in a box that
includes Hong Kong, Macau and Hanoi, where data are not shifted; here only the name decides.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from airspace.earth.frame import GEOD
from airspace.errors import UnknownDatum

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """A horizontal datum, or a grid on one, that coordinates can be told in."""

    name: str
    crs: str = ""
    """EPSG code for PROJ; empty where a published formula is used."""
    base: str = ""
    """The geographic coordinates that a grid is drawn on; the same code where there is no grid."""
    base_is_wgs84: bool = True
    """Whether the base is WGS 84, or is taken as equal to it."""
    note: str = ""
    """What a person who relies on a conversion should know; empty when nothing is lost or assumed."""

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees, not metres."""
        return self.crs == self.base


CGCS2000_NOTE = (
    "CGCS2000 is taken as equal to WGS 84: no transformation is published, and they differ by the drift of the "
    "continent since the year 2000, about a metre or less."
)
HK1980_NOTE = "Converted from the Hong Kong 1980 datum with the seven parameters of EPSG:1825, good to about 1 m."
EUROPE_NOTE = (
    "{} is taken as equal to WGS 84: it moves with the European plate, 2.5 cm a year since 1989, "
    "so they differ by about a metre or less."
)
SHIFTED_NOTE = (
    "{} are shifted coordinates of mainland maps, converted by the formula that has become known, which "
    "agrees with such maps to about a metre."
)

WGS84 = Datum(name="WGS 84", crs="EPSG:4326", base="EPSG:4326")
GCJ02 = Datum(name="GCJ-02", note=SHIFTED_NOTE.format("GCJ-02"))
BD09 = Datum(name="BD-09", note=SHIFTED_NOTE.format("BD-09"))


def _on_cgcs2000(code: int, name: str) -> Datum:
    return Datum(name=name, crs=f"EPSG:{code}", base="EPSG:4490", note=CGCS2000_NOTE)


def _in_europe(code: int, name: str) -> Datum:
    return Datum(name=name, crs=f"EPSG:{code}", base=f"EPSG:{code}", note=EUROPE_NOTE.format(name))


BY_CODE = {
    4326: WGS84,
    4979: WGS84,
    4490: _on_cgcs2000(4490, "CGCS2000"),
    4480: _on_cgcs2000(4490, "CGCS2000"),
    2326: Datum(name="Hong Kong 1980 Grid", crs="EPSG:2326", base="EPSG:4611", base_is_wgs84=False, note=HK1980_NOTE),
    4611: Datum(name="Hong Kong 1980", crs="EPSG:4611", base="EPSG:4611", base_is_wgs84=False, note=HK1980_NOTE),
    4258: _in_europe(4258, "ETRS89"),
    4937: _in_europe(4258, "ETRS89"),
    4151: _in_europe(4151, "CHTRS95"),
    **{code: _on_cgcs2000(code, f"CGCS2000 Gauss-Kruger EPSG:{code}") for code in range(4491, 4555)},
    **{
        code: Datum(name=f"WGS 84 UTM EPSG:{code}", crs=f"EPSG:{code}", base="EPSG:4326")
        for code in (*range(32601, 32661), *range(32701, 32761))
    },
}
"""By EPSG code; heights of three-dimensional ones are none of our business here."""

BY_NAME = {
    "WGS84": WGS84,
    "CRS84": WGS84,
    "OGC:CRS84": WGS84,
    "CRS84H": WGS84,
    "OGC:CRS84H": WGS84,
    "CGCS2000": BY_CODE[4490],
    "HK1980": BY_CODE[2326],
    "HK1980GRID": BY_CODE[2326],
    "HONGKONG1980GRID": BY_CODE[2326],
    "HONGKONG1980GRIDSYSTEM": BY_CODE[2326],
    "ETRS89": BY_CODE[4258],
    "CHTRS95": BY_CODE[4151],
    "GCJ02": GCJ02,
    "BD09": BD09,
    "BD09LL": BD09,
}
"""By name in capitals, without blanks, dashes and underscores."""

KNOWN = (
    "WGS 84 (EPSG:4326, OGC:CRS84)",
    "CGCS2000 (EPSG:4490) and its Gauss-Kruger grids (EPSG:4491 to 4554)",
    "HK1980 grid (EPSG:2326)",
    "UTM on WGS 84 (EPSG:32601 to 32660, 32701 to 32760)",
    "ETRS89 (EPSG:4258)",
    "CHTRS95 (EPSG:4151)",
    "GCJ-02",
    "BD-09",
)
"""What can be converted, for messages."""

PREFIX = re.compile(r"(urn:(x-)?ogc:def:crs:|https?://www\.opengis\.net/(def/crs|gml/srs)/)", re.IGNORECASE)
EPSG = re.compile(r"epsg(\.xml)?([:/#][0-9.]*)?[:/#]([0-9]{4,6})", re.IGNORECASE)
OGC = re.compile(r"ogc[:/][0-9.]*[:/](crs84h?)", re.IGNORECASE)

FAR_DEG = 3.0
"""How far outside the area that a grid is meant for its coordinates are still believed. Beyond, axes are swapped or a
zone is mistaken."""


def datum_named(name: str) -> Datum:
    """Return the datum of a name, an EPSG code, a URN or a URL, such as ``urn:ogc:def:crs:EPSG::2326``.

    Raises
    ------
    UnknownDatum
        If it is not one of those known here.
    """
    short = PREFIX.sub("", name.strip()[:200], count=1)
    if coded := EPSG.fullmatch(short):
        found = BY_CODE.get(int(coded[3]))
    else:
        versioned = OGC.fullmatch(short)
        found = BY_NAME.get(re.sub(r"[\s_-]", "", versioned[1] if versioned else short).upper())
    if found is None:
        raise UnknownDatum(f"datum: expected one of {', '.join(KNOWN)}; got {name[:60]!r}")
    return found


def horizontal_note(datum: str) -> str:
    """Return what to know of coordinates told in a datum, one or two sentences; empty for WGS 84.

    Raises
    ------
    UnknownDatum
        If the datum is not known here.
    """
    return datum_named(datum).note


def to_wgs84(points: npt.ArrayLike, datum: str) -> Floats:
    """Return points of a datum or grid in WGS 84.

    Parameters
    ----------
    points
        Shape (n, 2): longitude and latitude in degrees, or east and north in metres; always in this order.
    datum
        A name that :func:`datum_named` knows.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2): longitude and latitude in degrees.

    Raises
    ------
    UnknownDatum
        If the datum is not known here.
    ValueError
        If points are not finite, not on the Earth, or nowhere near the area that the grid is for.
    """
    known = datum_named(datum)
    given = _pairs(points)
    if known.is_geographic:
        _refuse_off_the_earth(given, known)
    if not known.crs:
        lonlat = _unshifted(given, known)
    else:
        lonlat = _converted(given, known.crs, known.base)
        lonlat = lonlat if known.base_is_wgs84 else _converted(lonlat, known.base, WGS84.crs)
    _refuse_far_away(lonlat, known)
    return lonlat


def from_wgs84(points: npt.ArrayLike, datum: str) -> Floats:
    """Return WGS 84 points in a datum or grid: the inverse of :func:`to_wgs84`, with the same shapes and errors."""
    known = datum_named(datum)
    given = _pairs(points)
    _refuse_off_the_earth(given, WGS84)
    _refuse_far_away(given, known)
    moved = _moved(given, known)
    return _converted(moved, known.base, known.crs) if known.crs else moved


def shift_m(datum: str, lon: float, lat: float) -> tuple[float, float]:
    """Return how far east and north, in metres, a WGS 84 place seems to move when told in a datum and taken for WGS 84.

    For a grid it is the shift of its datum.

    Raises
    ------
    UnknownDatum
        If the datum is not known here.
    ValueError
        If the place is not on the Earth.
    """
    known = datum_named(datum)
    place = _pairs([[lon, lat]])
    _refuse_off_the_earth(place, WGS84)
    _refuse_far_away(place, known)
    azimuth_deg, _, distance_m = GEOD.inv(lon, lat, *_moved(place, known)[0].tolist())
    return distance_m * math.sin(math.radians(azimuth_deg)), distance_m * math.cos(math.radians(azimuth_deg))


def _moved(lonlat: Floats, datum: Datum) -> Floats:
    """Return WGS 84 points in the degrees of a datum."""
    if not datum.crs:
        return _shifted(lonlat, datum)
    return lonlat if datum.base_is_wgs84 else _converted(lonlat, WGS84.crs, datum.base)


def _pairs(points: npt.ArrayLike) -> Floats:
    pairs = np.array(points, dtype=np.float64)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"datum: expected points of shape (n, 2), got {pairs.shape}")
    finite = np.isfinite(pairs).all(axis=1)
    if not finite.all():
        raise ValueError(f"datum: expected finite coordinates, got {pairs[~finite][0].tolist()}")
    return pairs


def _refuse_off_the_earth(lonlat: Floats, datum: Datum) -> None:
    good = (np.abs(lonlat) <= (180, 90)).all(axis=1)
    if not good.all():
        lon, lat = lonlat[~good][0].tolist()
        raise ValueError(f"datum: expected degrees within -180 to 180 and -90 to 90 ({datum.name}), got {lon}, {lat}")


def _refuse_far_away(lonlat: Floats, datum: Datum) -> None:
    if datum.crs and datum.is_geographic and datum.base_is_wgs84:
        return  # plain degrees mean the same everywhere
    west, south, east, north = _area_of_use(datum.crs)
    lon, lat = lonlat.T
    off_lon = np.abs((lon - (west + east) / 2 + 180) % 360 - 180) - (east - west) / 2
    far = ~((off_lon <= FAR_DEG) & (lat >= south - FAR_DEG) & (lat <= north + FAR_DEG))
    if far.any():
        where = ", ".join(f"{degrees:.3f}" for degrees in lonlat[far][0].tolist())
        raise ValueError(
            f"datum: expected points near the area of {datum.name} (lon {west:g} to {east:g}, lat {south:g} to "
            f"{north:g}), got one at lon, lat {where}. Are the axes swapped, or is it another datum or zone?"
        )


@lru_cache(maxsize=64)
def _area_of_use(crs: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north; east is above 180 where the area spans the antimeridian."""
    if not crs:
        return SHIFTED_AREA
    area = CRS(crs).area_of_use
    if area is None:
        raise UnknownDatum(f"datum: PROJ does not know the area of {crs}")
    return area.west, area.south, area.east + 360 * (area.east < area.west), area.north


def _converted(points: Floats, start: str, end: str) -> Floats:
    """Convert with PROJ; x is east or longitude on both sides."""
    if start == end:
        return points
    try:
        x, y = _transformer(start, end).transform(points[:, 0], points[:, 1], errcheck=True)
    except ProjError as error:
        raise ValueError(f"datum: expected points that convert from {start} to {end}, got some that do not") from error
    return np.column_stack((x, y))


@lru_cache(maxsize=64)
def _transformer(start: str, end: str) -> Transformer:
    # Without allow_ballpark=False PROJ makes up a null step between datums it cannot join.
    return Transformer.from_crs(start, end, always_xy=True, allow_ballpark=False)


# GCJ-02 and BD-09. Their formulas are not official; they have been published again and again since 2010, with the
# constants below. Within, x and y are degrees from 105 E, 35 N.

KRASOVSKY_A_M = 6378245.0
KRASOVSKY_E2 = 0.00669342162296594323

SHIFTED_AREA = (72.004, 0.8293, 137.8347, 55.8271)
"""Where mainland maps shift at all, in WGS 84 degrees; points far outside cannot be GCJ-02 or BD-09."""

BD09_WAVE = math.pi * 3000 / 180
"""Radians of BD-09's ripple in a degree."""

SAME_DEG = 1e-9
"""A tenth of a millimetre on the ground."""

STEPS = 30
"""Each step back gains two digits; a point that takes more than these is not one of theirs."""


ASTRAY_DEG = 1000.0
"""No guess that is on the way to a place gets as far."""


def _unshifted(points: Floats, datum: Datum) -> Floats:
    """Return points of GCJ-02 or BD-09 in WGS 84: go back by what the formula overshoots until it hits them."""
    guess = points.copy()
    for _ in range(STEPS):
        over = _shifted(guess, datum) - points
        guess -= over
        if (np.abs(over) <= SAME_DEG).all():
            return guess
        if not (np.abs(guess) <= ASTRAY_DEG).all():
            break  # Near the poles the steps grow without end.
    raise ValueError(f"datum: expected points that {datum.name} can name, got some that it cannot")


def _shifted(lonlat: Floats, datum: Datum) -> Floats:
    """Return WGS 84 points in GCJ-02 or BD-09."""
    gcj02 = _in_gcj02(lonlat)
    return gcj02 if datum is GCJ02 else _in_bd09(gcj02)


def _in_gcj02(lonlat: Floats) -> Floats:
    """Return WGS 84 points in GCJ-02."""
    x, y = lonlat[:, 0] - 105, lonlat[:, 1] - 35
    both = 0.1 * x * y + _waves(x, (20, 6), (20, 2))
    root = np.sqrt(np.abs(x))
    east_m = (
        300
        + x
        + 2 * y
        + 0.1 * x * x
        + 0.1 * root
        + both
        + _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    )
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.2 * root + both
    north_m = north_m + _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    lat = np.radians(lonlat[:, 1])
    flat = 1 - KRASOVSKY_E2 * np.sin(lat) ** 2
    across_m = KRASOVSKY_A_M / np.sqrt(flat)
    along_m = across_m * (1 - KRASOVSKY_E2) / flat
    return lonlat + np.degrees(np.column_stack((east_m / (across_m * np.cos(lat)), north_m / along_m)))


def _waves(degrees: Floats, *waves: tuple[float, float]) -> Floats:
    """Return the sum of sine waves, each told by its height in metres (to be taken 2/3) and half-turns a degree."""
    total = np.zeros_like(degrees)
    for height_m, half_turns in waves:
        total += height_m * 2 / 3 * np.sin(np.pi * half_turns * degrees)
    return total


def _in_bd09(gcj02: Floats) -> Floats:
    """Return GCJ-02 points in BD-09: a ripple around the origin of degrees, then a shift."""
    lon, lat = gcj02.T
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD09_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD09_WAVE)
    return np.column_stack((radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006))
