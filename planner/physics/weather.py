"""Air density, the wind at a place and height, and the wind triangle."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from planner.model.fleets import DroneType
from planner.model.weather import Weather, WindGrid

GAS_CONSTANT_DRY_AIR = 287.05
"""J/(kg K), ISO 2533."""

LEAST_HEIGHT_M = 10.0
"""Nearer to the ground the power law is not asked: the wind is taken as at this height, which is more."""

Floats = npt.NDArray[np.float64]


def air_density(weather: Weather) -> float:
    """Return the density of dry air in kg/m3: p / (R T)."""
    return weather.pressure_hpa * 100.0 / (GAS_CONSTANT_DRY_AIR * (weather.temperature_c + 273.15))


def height_factor(weather: Weather, agl_m: npt.ArrayLike) -> Floats:
    """Return how much stronger the wind is at heights above the ground than where it is told for.

    The power law, (h / h0)^a (Stull, Meteorology for Scientists and Engineers).
    """
    if weather.wind_height_m is None:
        return np.ones_like(np.asarray(agl_m, dtype=float))
    heights_m = np.maximum(np.asarray(agl_m, dtype=float), LEAST_HEIGHT_M)
    return np.asarray((heights_m / weather.wind_height_m) ** weather.shear_exponent)


def wind(
    weather: Weather,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    agl_m: npt.ArrayLike,
    *,
    faster_mps: npt.ArrayLike = 0.0,
    turned_deg: npt.ArrayLike = 0.0,
) -> tuple[Floats, Floats]:
    """Return the wind at places: speed in m/s, and where it comes from in degrees.

    ``faster_mps`` and ``turned_deg`` are by how much the forecast is wrong; every argument is broadcast.
    """
    if weather.wind_grid is None:
        speed_mps, from_deg = np.asarray(weather.wind_mps), np.asarray(weather.wind_from_deg)
    else:
        speed_mps, from_deg = interpolated(weather.wind_grid, lon, lat)
    factor = height_factor(weather, agl_m)
    return np.maximum(speed_mps + np.asarray(faster_mps), 0.0) * factor, from_deg + np.asarray(turned_deg)


def interpolated(grid: WindGrid, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the wind between the places of a grid: speed in m/s, and where it comes from in degrees.

    Bilinear in its components east and north; outside the grid as at its edge. Still air counts as from the north.
    """
    speeds, angles = np.array(grid.wind_mps), np.radians(np.array(grid.wind_from_deg))
    i, x = _cell(grid.lons, lon)
    j, y = _cell(grid.lats, lat)

    def between(table: Floats) -> Floats:
        south = table[j, i] * (1 - x) + table[j, i + 1] * x
        north = table[j + 1, i] * (1 - x) + table[j + 1, i + 1] * x
        return np.asarray(south * (1 - y) + north * y)

    # No zero below zero, which would have a direction of its own.
    from_east, from_north = between(speeds * np.sin(angles)) + 0.0, between(speeds * np.cos(angles)) + 0.0
    return np.hypot(from_east, from_north), np.degrees(np.arctan2(from_east, from_north)) % 360.0


def _cell(axis: tuple[float, ...], values: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the cell of an axis that values fall into, and how far along it they lie, from 0 to 1."""
    places = np.asarray(axis)
    told = np.clip(np.asarray(values, dtype=float), places[0], places[-1])
    cell = np.clip(np.searchsorted(places, told, side="right") - 1, 0, len(places) - 2)
    return cell, (told - places[cell]) / (places[cell + 1] - places[cell])


def ground_speed_mps(
    track_deg: npt.ArrayLike, air_speed_mps: float, wind_mps: npt.ArrayLike, wind_from_deg: npt.ArrayLike
) -> Floats:
    """Return the speed over ground along tracks (degrees from true north), NaN where the wind is too strong across.

    The wind triangle: the nose is held into the wind so that the track is kept; what is left of the air speed
    after the cross wind, plus the wind along the track. Every argument is broadcast.
    """
    angle = np.radians(np.asarray(wind_from_deg, dtype=float) + 180.0 - np.asarray(track_deg, dtype=float))
    along_mps, across_mps = wind_mps * np.cos(angle), wind_mps * np.sin(angle)
    left_mps2 = air_speed_mps**2 - across_mps**2
    return np.asarray(np.where(left_mps2 > 0, np.sqrt(np.maximum(left_mps2, 0.0)) + along_mps, math.nan))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """Something that keeps a type on the ground."""

    words: str
    wind: bool = False
    """Whether it is wind or gusts."""
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)


def grounded(kind: DroneType, weather: Weather, highest_agl_m: float) -> tuple[Grounding, ...]:
    """Return what keeps a type on the ground in some weather; nothing when it may be launched.

    ``highest_agl_m``: how high above the ground it flies at most, where the wind is strongest.
    """
    return tuple(_groundings(kind, weather, float(height_factor(weather, highest_agl_m))))


def _groundings(kind: DroneType, weather: Weather, factor: float) -> Iterator[Grounding]:
    for warning in weather.warnings:
        yield Grounding(words=f"{warning}: nothing is launched")
    mean_mps, most_mps = strongest_mps(weather) * factor, kind.max_wind_mps
    if mean_mps > most_mps:
        words = f"a wind of {mean_mps:.1f} m/s is more than {kind.name} flies in ({most_mps:g} m/s)"
        yield Grounding(words=words, wind=True, figures={"wind_mps": mean_mps, "max_wind_mps": most_mps})
    gust_mps = None if weather.gust_mps is None else weather.gust_mps * factor
    most_mps = kind.max_wind_mps if kind.max_gust_mps is None else kind.max_gust_mps
    if gust_mps is not None and gust_mps > most_mps:
        words = f"gusts of {gust_mps:.1f} m/s are more than {kind.name} flies in ({most_mps:g} m/s)"
        yield Grounding(words=words, wind=True, figures={"gust_mps": gust_mps, "max_gust_mps": most_mps})
    air_c = weather.temperature_c
    if not kind.temp_min_c <= air_c <= kind.temp_max_c:
        words = f"{air_c:g} °C is outside {kind.temp_min_c:g} to {kind.temp_max_c:g} °C, which {kind.name} flies in"
        yield Grounding(words=words, figures={"temperature_c": air_c})
    if weather.rain_mm_h > kind.max_rain_mm_h:
        words = f"rain of {weather.rain_mm_h:g} mm/h is more than {kind.name} flies in ({kind.max_rain_mm_h:g} mm/h)"
        yield Grounding(words=words, figures={"rain_mm_h": weather.rain_mm_h, "max_rain_mm_h": kind.max_rain_mm_h})


def strongest_mps(weather: Weather) -> float:
    """Return the strongest mean wind anywhere, at the height that it is told for."""
    grid = weather.wind_grid
    return weather.wind_mps if grid is None else max(max(row) for row in grid.wind_mps)


def mean_wind(weather: Weather, agl_m: float) -> tuple[float, float]:
    """Return one wind that stands for all places at a height: speed in m/s, and where it comes from in degrees."""
    factor, grid = float(height_factor(weather, agl_m)), weather.wind_grid
    if grid is None:
        return weather.wind_mps * factor, weather.wind_from_deg
    speeds, angles = np.array(grid.wind_mps), np.radians(np.array(grid.wind_from_deg))
    from_east, from_north = float((speeds * np.sin(angles)).mean()), float((speeds * np.cos(angles)).mean())
    return math.hypot(from_east, from_north) * factor, math.degrees(math.atan2(from_east, from_north)) % 360.0
