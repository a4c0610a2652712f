"""Weather: one wind and one air for a stretch of time, how sure they are, and the warnings in force."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

RAINSTORMS = ("", "amber", "red", "black")
"""Rainstorm warning signals of the Hong Kong Observatory, from none to the highest: 30, 50 and 70 mm in an hour."""

TYPHOONS = (0, 1, 3, 8, 9, 10)
"""Tropical cyclone warning signals of the Hong Kong Observatory; 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindGrid:
    """Winds on a regular grid of places, all at one height; between them they are interpolated."""

    lons: tuple[float, ...]
    """WGS 84, degrees, rising."""
    lats: tuple[float, ...]
    wind_mps: tuple[tuple[float, ...], ...]
    """By latitude, then by longitude."""
    wind_from_deg: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        for name in ("lons", "lats"):
            axis = getattr(self, name)
            if len(axis) < 2 or any(not a < b for a, b in pairwise(axis)):
                raise ValueError(f"wind grid: expected {name} rising, two or more, got {axis}")
        for name in ("wind_mps", "wind_from_deg"):
            table = getattr(self, name)
            if len(table) != len(self.lats) or any(len(row) != len(self.lons) for row in table):
                raise ValueError(f"wind grid: expected {name} for {len(self.lats)} x {len(self.lons)} places")
        for name, most in (("wind_mps", 100), ("wind_from_deg", 360)):
            wrong = [value for row in getattr(self, name) for value in row if not 0 <= value <= most]
            if wrong:
                raise ValueError(f"wind grid: expected {name} in [0, {most}], got {wrong[0]}")

    def covers(self, west: float, south: float, east: float, north: float) -> bool:
        """Tell whether a box, in degrees, lies within the grid."""
        across = self.lons[0] <= west and east <= self.lons[-1]
        return across and self.lats[0] <= south and north <= self.lats[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """One wind and one air."""

    wind_mps: float = 0.0
    """Mean wind; at ``wind_height_m``, or at every flight level without one."""
    wind_from_deg: float = 0.0
    """Where it comes from, degrees clockwise from true north."""
    wind_height_m: float | None = None
    """Height above the ground that the wind is told for; other heights follow by the power law."""
    shear_exponent: float = 1 / 7
    """Of the power law: about 0.11 over the sea, 1/7 over open land, 0.22 over suburbs, 0.3 to 0.35 over a dense city.

    1/7 is the neutral value over open land.
    """
    wind_grid: WindGrid | None = None
    """Winds from place to place, which then take the place of the one wind."""
    wind_error_mps: float = 0.0
    """Standard deviation of the forecast's speed."""
    wind_error_deg: float = 0.0
    """Standard deviation of its direction."""
    gust_mps: float | None = None
    """At the height of the wind; None when nobody has told it."""
    temperature_c: float = 15.0
    pressure_hpa: float = 1013.25
    """At flight level."""
    rain_mm_h: float = 0.0
    typhoon_signal: int = 0
    rainstorm: str = ""
    thunderstorm: bool = False

    def __post_init__(self) -> None:
        self._within("wind_mps", 0, 100)
        self._within("wind_from_deg", 0, 360)
        self._within("temperature_c", -60, 60)
        self._within("pressure_hpa", 500, 1100)
        self._within("shear_exponent", 0, 1)
        self._within("wind_error_mps", 0, 50)
        self._within("wind_error_deg", 0, 180)
        self._within("rain_mm_h", 0, 500)
        if self.wind_height_m is not None:
            self._within("wind_height_m", 1, 1000)
        if self.gust_mps is not None and not self.wind_mps <= self.gust_mps < 150:
            raise ValueError(f"weather: expected gust_mps from wind_mps up to 150, got {self.gust_mps}")
        if self.typhoon_signal not in TYPHOONS:
            raise ValueError(f"weather: expected typhoon_signal among {TYPHOONS}, got {self.typhoon_signal}")
        if self.rainstorm not in RAINSTORMS:
            raise ValueError(f"weather: expected rainstorm among {RAINSTORMS[1:]} or none, got {self.rainstorm!r}")

    def _within(self, name: str, least: float, most: float) -> None:
        value = getattr(self, name)
        if not (math.isfinite(value) and least <= value <= most):
            raise ValueError(f"weather: expected {name} in [{least}, {most}], got {value}")

    @property
    def uniform(self) -> bool:
        """Whether the wind is the same at every place and height."""
        return self.wind_grid is None and self.wind_height_m is None

    @property
    def certain(self) -> bool:
        """Whether the forecast tells no error."""
        return self.wind_error_mps == 0 and self.wind_error_deg == 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings in force that keep every aircraft on the ground, in words.

        A rule made from the figures of the signals: signal 3 means winds of 41 to 62 km/h and gusts beyond 110 km/h,
        a rainstorm 30 mm in an hour or more, and gusts of 80 km/h have been measured in thunderstorms (Hong Kong
        Observatory).
        """
        found = [f"tropical cyclone signal {self.typhoon_signal}"] if self.typhoon_signal >= 3 else []
        found += [f"{self.rainstorm} rainstorm signal"] if self.rainstorm else []
        found += ["thunderstorm warning"] if self.thunderstorm else []
        return tuple(found)


STILL_AIR = Weather()
"""No wind in the standard atmosphere at sea level (ISA, ISO 2533)."""
