"""Air density and the wind triangle."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from planner.model.fleets import DroneType
from planner.model.jobs import Weather

GAS_CONSTANT_DRY_AIR = 287.05
"""J/(kg K), ISO 2533."""

Floats = npt.NDArray[np.float64]


def air_density(weather: Weather) -> float:
    """Return the density of dry air in kg/m3: p / (R T)."""
    return weather.pressure_hpa * 100.0 / (GAS_CONSTANT_DRY_AIR * (weather.temperature_c + 273.15))


def ground_speed_mps(track_deg: npt.ArrayLike, air_speed_mps: float, weather: Weather) -> Floats:
    """Return the speed over ground along tracks (degrees from true north), NaN where the wind is too strong across.

    The wind triangle: the nose is held into the wind so that the track is kept; what is left of the air speed
    after the cross wind, plus the wind along the track.
    """
    towards_deg = weather.wind_from_deg + 180.0
    angle = np.radians(towards_deg - np.asarray(track_deg, dtype=float))
    along_mps, across_mps = weather.wind_mps * np.cos(angle), weather.wind_mps * np.sin(angle)
    left_mps2 = air_speed_mps**2 - across_mps**2
    return np.asarray(np.where(left_mps2 > 0, np.sqrt(np.maximum(left_mps2, 0.0)) + along_mps, math.nan))


def within_limits(kind: DroneType, weather: Weather) -> bool:
    """Tell whether a type's own limits of wind and temperature allow it to fly at all."""
    return weather.wind_mps <= kind.max_wind_mps and kind.temp_min_c <= weather.temperature_c <= kind.temp_max_c
