"""The check's own arithmetic of wind and air: what blows where along a leg, and the ground speed that it leaves."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely

from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from planner.model.fleets import DroneType
from planner.model.jobs import Job
from planner.model.weather import Weather, WindGrid
from planner.safety.geodesics import CentreLine

Floats = npt.NDArray[np.float64]

DRY_AIR_J_PER_KG_K = 287.05
KELVIN_AT_0_C = 273.15
STILL_M = 1.0
"""A piece that moves no further than this over the ground is a climb or a descent."""
STEP_M = 50.0
"""How far apart the wind is asked for along a piece, where it is not the same everywhere."""
LOWEST_M = 10.0
"""The power law is not asked for nearer to the ground."""


def weather_at(job: Job, moment: datetime) -> Weather:
    """Return the weather that the job tells for a moment."""
    told = [job.weather, *(weather for _, weather in job.later)]
    return told[bisect_right([start for start, _ in job.later], moment)]


def air_density(weather: Weather) -> float:
    """Return the density of dry air, kg/m3."""
    return weather.pressure_hpa * 100.0 / (DRY_AIR_J_PER_KG_K * (weather.temperature_c + KELVIN_AT_0_C))


def strength_factor(weather: Weather, agl_m: npt.ArrayLike) -> Floats:
    """Return wind at heights above ground over wind as told: the power law, exponent times the logarithm."""
    heights_m = np.maximum(np.asarray(agl_m, dtype=float), LOWEST_M)
    if weather.wind_height_m is None:
        return np.ones(heights_m.shape)
    return np.asarray(np.exp(weather.shear_exponent * (np.log(heights_m) - math.log(weather.wind_height_m))))


def strongest_mps(weather: Weather, agl_m: float) -> float:
    """Return the strongest mean wind of any place, at a height above the ground."""
    grid = weather.wind_grid
    told_mps = weather.wind_mps if grid is None else max(speed for row in grid.wind_mps for speed in row)
    return told_mps * float(strength_factor(weather, agl_m))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Blown:
    """A leg in steps over which the wind is one; arrays of one length."""

    piece: npt.NDArray[np.int64]
    """Which piece of the line each step belongs to."""
    length_m: Floats
    azimuth_deg: Floats
    told_mps: Floats
    """The wind as forecast, at the height that it is told for."""
    towards_rad: Floats
    """Where it blows to, clockwise from true north; told also of still air, as an error of its speed blows there."""
    factor: Floats
    """What the wind is multiplied with for its height."""

    def seconds(
        self, kind: DroneType, *, faster_mps: npt.ArrayLike = 0.0, turned_deg: npt.ArrayLike = 0.0
    ) -> tuple[Floats, Floats]:
        """Return the time and the ground speed of each step when the forecast is wrong by so much; all is broadcast.

        The nose is turned to stay on track; 0 m/s and infinity where the track cannot be held.
        """
        strength_mps = np.maximum(self.told_mps + np.asarray(faster_mps), 0.0) * self.factor
        off = self.towards_rad + np.radians(turned_deg) - np.radians(self.azimuth_deg)
        across_mps = np.abs(strength_mps * np.sin(off))
        through_mps = np.sqrt(np.maximum(kind.cruise_mps**2 - across_mps**2, 0.0))
        speed_mps = np.where(across_mps < kind.cruise_mps, np.maximum(through_mps + strength_mps * np.cos(off), 0), 0)
        with np.errstate(divide="ignore"):
            return np.where(speed_mps > 0, self.length_m / speed_mps, math.inf), speed_mps

    def seconds_each(self, kind: DroneType, faster_mps: Floats, turned_deg: Floats, least_mps: float = 0.0) -> Floats:
        """Return the time of all steps together for each of several errors of the forecast.

        Infinite for those that leave less than a least ground speed somewhere.
        """
        seconds, speeds = self.seconds(kind, faster_mps=faster_mps[:, None], turned_deg=turned_deg[:, None])
        slow = speeds.min(axis=1, initial=math.inf) < least_mps
        return np.where(slow, math.inf, seconds.sum(axis=1))


Ground = Callable[[Floats, Floats], Floats]
"""The height of the ground, metres AMSL, at places (degrees, shape (n, 2)) some shares along a line."""


def ground_between(sky: Airspace, first: Pad | None, last: Pad | None) -> Ground:
    """Return the ground below a line between two pads: in the middle of what a terrain model allows, else straight."""
    terrain = sky.terrain

    def of_terrain(lonlat: Floats, _along: Floats) -> Floats:
        spans = [terrain.span_amsl_m(shapely.Point(point)) for point in lonlat] if terrain is not None else []
        return np.array([low + (high - low) / 2 for low, high in spans])

    def straight(_lonlat: Floats, along: Floats) -> Floats:
        ends = [pad.elevation_amsl_m for pad in (first, last) if pad is not None] or [0.0]
        return np.asarray(np.interp(along, [0.0, 1.0], [ends[0], ends[-1]]))

    return straight if terrain is None else of_terrain


def blown(line: CentreLine, weather: Weather, ground: Ground) -> Blown:
    """Cut the pieces of a line that move into steps, and ask for the wind in the middle of each."""
    moving = np.flatnonzero(line.length_m > STILL_M)
    counts = np.ones(len(moving), int) if weather.uniform else np.ceil(line.length_m[moving] / STEP_M).astype(int)
    piece = np.repeat(moving, counts)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / np.repeat(counts, counts)
    middle, begun_m = line.at(piece + share), np.concatenate([[0.0], np.cumsum(line.length_m)])
    along = (begun_m[piece] + share * line.length_m[piece]) / max(float(begun_m[-1]), STILL_M)
    agl_m = line.height_m(piece + share)
    if weather.wind_height_m is not None:
        agl_m = agl_m - ground(middle, along)
    told_mps, towards_rad = _told(weather, middle)
    return Blown(
        piece=piece,
        length_m=line.length_m[piece] / np.repeat(counts, counts),
        azimuth_deg=line.azimuth_deg[piece],
        told_mps=told_mps,
        towards_rad=towards_rad,
        factor=strength_factor(weather, agl_m),
    )


def _told(weather: Weather, lonlat: Floats) -> tuple[Floats, Floats]:
    """Return the wind at places, metres a second at the height it is told for, and where it blows to, radians."""
    if weather.wind_grid is None:
        ones = np.ones(len(lonlat))
        return weather.wind_mps * ones, math.radians(weather.wind_from_deg - 180.0) * ones
    cells = [_in_grid(weather.wind_grid, lon, lat) for lon, lat in lonlat.tolist()]
    east_mps, north_mps = np.array(cells).reshape(-1, 2).T
    told_mps = np.hypot(east_mps, north_mps)
    # Still air between the places of a grid has no direction: it counts as from the north.
    return told_mps, np.where(told_mps > 0.0, np.arctan2(east_mps, north_mps), math.pi)


def _in_grid(grid: WindGrid, lon: float, lat: float) -> tuple[float, float]:
    """Return where the wind blows to between four places of a grid: each counts by the area opposite of it."""
    i, x = _between(grid.lons, lon)
    j, y = _between(grid.lats, lat)
    east_mps = north_mps = 0.0
    for row, down in ((j, 1.0 - y), (j + 1, y)):
        for column, across in ((i, 1.0 - x), (i + 1, x)):
            towards = math.radians(grid.wind_from_deg[row][column] - 180.0)
            strength = grid.wind_mps[row][column] * down * across
            east_mps += strength * math.sin(towards)
            north_mps += strength * math.cos(towards)
    return east_mps, north_mps


def _between(axis: tuple[float, ...], value: float) -> tuple[int, float]:
    """Return the place of an axis before a value, and how far on to the next one it is; at most at either end."""
    before = min(max(bisect_right(axis, value) - 1, 0), len(axis) - 2)
    share = (value - axis[before]) / (axis[before + 1] - axis[before])
    return before, min(max(share, 0.0), 1.0)
