"""How long the pieces of a course take in the wind, as forecast and in every scenario of the forecast's error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors.passages import Points
from airspace.earth.frame import GEOD
from airspace.earth.terrain import TerrainModel
from airspace.model.pads import Pad
from planner.model.fleets import DroneType
from planner.model.weather import Weather
from planner.physics.chances import Scenarios
from planner.physics.weather import ground_speed_mps, wind

Floats = npt.NDArray[np.float64]

LEAST_PIECE_S = 0.002
"""What a piece takes at least: the record rounds times to 1 ms, and each waypoint is later there than the one before.

Outlines have a vertex on every millimetre if need be, so that pieces may be of a centimetre.
"""

LONGEST_PART_M = 50.0
"""Where the wind changes from place to place or with the height above the ground, it is asked for this often."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """Times over a course, from above one pad to above the other."""

    seconds: tuple[float, ...]
    """Of each piece between two points, as forecast; infinite where the wind is too strong."""
    length_m: float
    """Over the ground, on the ellipsoid."""
    rising_s: float
    sinking_s: float
    level_s: Floats
    """Of all level pieces together in each scenario; shape (scenarios,)."""
    highest_agl_m: float
    """Above the ground below."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """The level pieces of a course, cut into parts in the order flown; arrays of shape (parts,)."""

    piece: npt.NDArray[np.int64]
    """The number of the piece that each is a part of."""
    lon: Floats
    lat: Floats
    """Of its middle, WGS 84, degrees."""
    agl_m: Floats
    """Of its middle, above the ground below."""
    track_deg: Floats
    """From true north, at the beginning of the piece."""
    length_m: Floats
    """On the ellipsoid."""


def timed(
    points: Points,
    ends: tuple[Pad, Pad],
    kind: DroneType,
    weather: Weather,
    chances: Scenarios,
    *,
    terrain: TerrainModel | None,
    least_mps: float,
) -> Pieces:
    """Work out how long a type takes over a course; below a least ground speed a piece cannot be flown."""
    rises_m = np.diff([level_m for _, _, level_m in points])
    climb_s = np.where(rises_m > 0, rises_m / kind.climb_mps, -rises_m / kind.descent_mps)
    longest_m = None if weather.uniform else LONGEST_PART_M
    parts = parts_of(points, ends, longest_m=longest_m, terrain=None if weather.uniform else terrain)

    def seconds(faster_mps: npt.ArrayLike, turned_deg: npt.ArrayLike) -> Floats:
        blown = wind(weather, parts.lon, parts.lat, parts.agl_m, faster_mps=faster_mps, turned_deg=turned_deg)
        speed_mps = ground_speed_mps(parts.track_deg, kind.cruise_mps, *blown)
        slow = ~(speed_mps >= least_mps)
        return np.asarray(np.where(slow, np.inf, parts.length_m / np.where(slow, 1.0, speed_mps)))

    moving_s = climb_s + np.bincount(parts.piece, weights=seconds(0.0, 0.0), minlength=len(climb_s))
    forecast_s = np.maximum(moving_s, LEAST_PIECE_S)
    return Pieces(
        seconds=tuple(forecast_s.tolist()),
        length_m=float(parts.length_m.sum()),
        rising_s=float(climb_s[rises_m > 0].sum()),
        sinking_s=float(climb_s[rises_m < 0].sum()),
        level_s=seconds(chances.faster_mps[:, None], chances.turned_deg[:, None]).sum(axis=1),
        highest_agl_m=float(parts.agl_m.max(initial=_most_above(points, ends))),
    )


def _most_above(points: Points, ends: tuple[Pad, Pad]) -> float:
    return max(level_m for _, _, level_m in points) - min(pad.elevation_amsl_m for pad in ends)


def parts_of(points: Points, ends: tuple[Pad, Pad], *, longest_m: float | None, terrain: TerrainModel | None) -> Parts:
    """Cut the level pieces of a course into equal parts no longer than some metres; None leaves them whole."""
    lons, lats, levels_m = (np.array(column) for column in zip(*points, strict=True))
    azimuth, _, length_m = (np.atleast_1d(part) for part in GEOD.inv(lons[:-1], lats[:-1], lons[1:], lats[1:]))
    level = np.flatnonzero(np.diff(levels_m) == 0)
    owner, share = _cut(length_m[level], longest_m)
    piece = level[owner]
    lon = lons[piece] + share * (lons[piece + 1] - lons[piece])
    lat = lats[piece] + share * (lats[piece + 1] - lats[piece])
    along_m = (np.cumsum(length_m) - length_m)[piece] + share * length_m[piece]
    grounds_m = _grounds_m(lon, lat, along_m / (length_m.sum() or 1.0), ends, terrain)
    return Parts(
        piece=piece,
        lon=lon,
        lat=lat,
        agl_m=levels_m[piece] - grounds_m,
        track_deg=azimuth[piece],
        length_m=length_m[piece] / np.bincount(owner, minlength=len(level))[owner],
    )


def _cut(length_m: Floats, longest_m: float | None) -> tuple[npt.NDArray[np.int64], Floats]:
    """Cut pieces into equal parts; return the piece of each part, and where its middle is as a share of the piece."""
    counts = np.maximum(1, np.ceil(length_m / (longest_m or np.inf))).astype(int)
    owner = np.repeat(np.arange(len(length_m)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, (number + 0.5) / counts[owner]


def _grounds_m(lon: Floats, lat: Floats, along: Floats, ends: tuple[Pad, Pad], terrain: TerrainModel | None) -> Floats:
    """Return the ground below places of a course: in the middle of what it can be, or on a line between the pads."""
    if terrain is not None:
        return np.array([sum(terrain.span_amsl_m(shapely.Point(x, y))) / 2 for x, y in zip(lon, lat, strict=True)])
    first, last = ends[0].elevation_amsl_m, ends[1].elevation_amsl_m
    return np.asarray(first + along * (last - first))
