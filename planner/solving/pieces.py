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

LONGEST_PART_M = 250.0
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
    lons, lats, levels_m = (np.array(column) for column in zip(*points, strict=True))
    azimuth, _, length_m = (np.atleast_1d(part) for part in GEOD.inv(lons[:-1], lats[:-1], lons[1:], lats[1:]))
    rises_m = np.diff(levels_m)
    climb_s = np.where(rises_m > 0, rises_m / kind.climb_mps, -rises_m / kind.descent_mps)
    level = np.flatnonzero(rises_m == 0)
    parts = _parts(length_m[level], 1.0 if weather.uniform else LONGEST_PART_M, whole=weather.uniform)
    piece, share = level[parts[0]], parts[1]
    lon = lons[piece] + share * (lons[piece + 1] - lons[piece])
    lat = lats[piece] + share * (lats[piece + 1] - lats[piece])
    along_m = (np.cumsum(length_m) - length_m)[piece] + share * length_m[piece]
    grounds_m = _grounds_m(lon, lat, along_m / (length_m.sum() or 1.0), ends, None if weather.uniform else terrain)
    agl_m = levels_m[piece] - grounds_m
    part_m = length_m[piece] / np.bincount(parts[0], minlength=len(level))[parts[0]]

    def seconds(faster_mps: npt.ArrayLike, turned_deg: npt.ArrayLike) -> Floats:
        blown = wind(weather, lon, lat, agl_m, faster_mps=faster_mps, turned_deg=turned_deg)
        speed_mps = ground_speed_mps(azimuth[piece], kind.cruise_mps, *blown)
        slow = ~(speed_mps >= least_mps)
        return np.asarray(np.where(slow, np.inf, part_m / np.where(slow, 1.0, speed_mps)))

    forecast_s = climb_s.copy()
    forecast_s[level] = np.bincount(parts[0], weights=seconds(0.0, 0.0), minlength=len(level))
    return Pieces(
        seconds=tuple(forecast_s.tolist()),
        length_m=float(length_m.sum()),
        rising_s=float(climb_s[rises_m > 0].sum()),
        sinking_s=float(climb_s[rises_m < 0].sum()),
        level_s=seconds(chances.faster_mps[:, None], chances.turned_deg[:, None]).sum(axis=1),
        highest_agl_m=float(agl_m.max(initial=levels_m.max() - min(pad.elevation_amsl_m for pad in ends))),
    )


def _parts(length_m: Floats, longest_m: float, *, whole: bool) -> tuple[npt.NDArray[np.int64], Floats]:
    """Cut pieces into equal parts; return the piece of each part, and where its middle is as a share of the piece."""
    counts = np.ones(len(length_m), int) if whole else np.maximum(1, np.ceil(length_m / longest_m)).astype(int)
    owner = np.repeat(np.arange(len(length_m)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, (number + 0.5) / counts[owner]


def _grounds_m(lon: Floats, lat: Floats, along: Floats, ends: tuple[Pad, Pad], terrain: TerrainModel | None) -> Floats:
    """Return the ground below places of a course: in the middle of what it can be, or on a line between the pads."""
    if terrain is not None:
        return np.array([sum(terrain.span_amsl_m(shapely.Point(x, y))) / 2 for x, y in zip(lon, lat, strict=True)])
    first, last = ends[0].elevation_amsl_m, ends[1].elevation_amsl_m
    return np.asarray(first + along * (last - first))
