"""Whether the weather lets a sortie be launched: limits of its type, warnings in force, and that it stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.reviews import Finding
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import at_most, fact
from planner.safety.winds import strength_factor, strongest_mps, weather_at

ARITHMETIC = 1e-9
"""A power law worked out in two ways may differ by this, m/s."""


def no_gusts_told(case: Case) -> bool:
    """Tell whether nobody has told of gusts."""
    told = [case.job.weather, *(weather for _, weather in case.job.later)]
    return all(weather.gust_mps is None for weather in told)


def weather_lets_launch(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge wind, gusts, air temperature and rain by the type's limits, and that no warning is in force."""
    kind, weather = sortie.kind, weather_at(case.job, sortie.sortie.departs)
    if kind is None:
        return
    subject, agl_m = f"{sortie.subject}, drone type {kind.id}", _highest_agl_m(case, sortie)
    warnings = ", ".join(weather.warnings)
    yield fact(
        "weather.warnings", sortie.subject, holds=not warnings,
        detail=f"in force at take-off: {warnings or 'none that keeps aircraft on the ground'}",
    )  # fmt: skip
    cold_c, warm_c = weather.temperature_c - kind.temp_min_c, kind.temp_max_c - weather.temperature_c
    yield fact(
        "weather.temperature", subject, holds=min(cold_c, warm_c) >= 0, measured=weather.temperature_c,
        required=kind.temp_min_c if cold_c < warm_c else kind.temp_max_c, margin=min(cold_c, warm_c), unit="°C",
        detail=f"{weather.temperature_c:g} °C, the type flies in {kind.temp_min_c:g} to {kind.temp_max_c:g} °C",
    )  # fmt: skip
    wind_mps = strongest_mps(weather, agl_m)
    yield at_most(
        "weather.wind", subject, wind_mps, kind.max_wind_mps, "m/s", tolerance=ARITHMETIC,
        detail=f"mean wind {wind_mps:.1f} m/s, the type flies in up to {kind.max_wind_mps:g} m/s",
    )  # fmt: skip
    yield at_most(
        "weather.rain", subject, weather.rain_mm_h, kind.max_rain_mm_h, "mm/h",
        detail=f"rain of {weather.rain_mm_h:g} mm/h, the type flies in up to {kind.max_rain_mm_h:g} mm/h",
    )  # fmt: skip
    if weather.gust_mps is not None:
        gust_mps = weather.gust_mps * float(strength_factor(weather, agl_m))
        most_mps = kind.max_wind_mps if kind.max_gust_mps is None else kind.max_gust_mps
        yield at_most(
            "weather.gusts", subject, gust_mps, most_mps, "m/s", tolerance=ARITHMETIC,
            detail=f"gusts of {gust_mps:.1f} m/s, the type flies in up to {most_mps:g} m/s",
        )  # fmt: skip


def _highest_agl_m(case: Case, sortie: SortieCase) -> float:
    """Return the most that a sortie is above the ground, taken as low as any pad."""
    heights_m = [point.alt_amsl_m for leg in sortie.legs for point in leg.leg.waypoints]
    lowest_m = min((pad.elevation_amsl_m for pad in case.sky.pads), default=0.0)
    return max(heights_m, default=lowest_m) - lowest_m


def weather_stays(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that a sortie is over before other weather comes, since its legs are judged by that of their take-off."""
    if not case.job.later:
        return
    departs, returns = sorted((sortie.sortie.departs, sortie.sortie.returns))
    told = [case.job.weather, *(weather for _, weather in case.job.later)]
    changes = [
        start
        for (start, weather), before in zip(case.job.later, told[:-1], strict=True)
        if departs < start < returns and weather != before
    ]
    yield fact(
        "weather.period", sortie.subject, holds=not changes,
        detail=f"other weather comes at {changes[0]:%H:%M:%S} UTC, on its way" if changes else "one weather throughout",
    )  # fmt: skip
