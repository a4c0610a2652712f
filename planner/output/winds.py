"""The weather of a job as the pages tell it: one entry for each stretch of time, in figures and in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from planner.model.jobs import Job
from planner.model.weather import Weather
from planner.physics.weather import mean_wind

Json: TypeAlias = dict[str, Any]


def weather_periods(job: Job, start: datetime, end: datetime) -> list[Json]:
    """Return the weather from one moment to another, period by period; seconds from the first moment."""
    return [
        {"from": (since - start).total_seconds(), "to": (until - start).total_seconds(), **_weather(weather)}
        for (since, until), weather in job.weather_periods((start, end))
    ]


def _weather(weather: Weather) -> Json:
    """Return one weather; of a grid the mean wind stands for all of it."""
    speed_mps, from_deg = mean_wind(weather, weather.wind_height_m or 0.0)
    return {
        "wind_mps": round(speed_mps, 1),
        "wind_from_deg": round(from_deg, 1),
        "height_m": weather.wind_height_m,
        "by_place": weather.wind_grid is not None,
        "gust_mps": weather.gust_mps,
        "warnings": list(weather.warnings),
        "words": "; ".join(_words(weather)),
    }


def _words(weather: Weather) -> list[str]:
    height = weather.wind_height_m
    where = "at every height" if height is None else f"at {height:g} m above ground, more above that by the power law"
    told = [*weather.warnings, f"{_wind_words(weather)}{where}"]
    told += [] if weather.gust_mps is None else [f"gusts of {weather.gust_mps:g} m/s"]
    told += [f"rain of {weather.rain_mm_h:g} mm/h"] if weather.rain_mm_h else []
    told += [f"{weather.temperature_c:g} °C", f"{weather.pressure_hpa:g} hPa"]
    if not weather.certain:
        told.append(f"forecast good to {weather.wind_error_mps:g} m/s and {weather.wind_error_deg:g}°")
    return told


def _wind_words(weather: Weather) -> str:
    if weather.wind_grid is not None:
        speeds = [speed for row in weather.wind_grid.wind_mps for speed in row]
        return f"winds of {min(speeds):g} to {max(speeds):g} m/s, different from place to place, "
    if weather.wind_mps == 0:
        return "calm "
    return f"{weather.wind_mps:g} m/s from {weather.wind_from_deg:03.0f}° "
