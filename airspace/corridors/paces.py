"""How an aircraft flies its corridors, as far as the choice among them depends on it: speeds, climbs and the wind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What flying costs, in seconds of level flight: where power is one figure in cruise, energy is as good as that.

    As it stands, a metre costs a second and climbs cost nothing, so that the cheapest course is the shortest one.
    """

    air_speed_mps: float = 1.0
    climb_s_per_m: float = 0.0
    """Seconds a metre of climb takes."""
    descent_s_per_m: float = 0.0
    climb_power_ratio: float = 1.0
    """Power in climb over power in level flight."""
    descent_power_ratio: float = 1.0
    wind_mps: float = 0.0
    """The same at every level: with another wind at each of them, courses would bend where they change level."""
    wind_from_deg: float = 0.0
    """Where it comes from, degrees clockwise from true north."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.air_speed_mps) and self.air_speed_mps > 0):
            raise ValueError(f"pace: expected air_speed_mps > 0, got {self.air_speed_mps}")
        for name in ("climb_s_per_m", "descent_s_per_m", "climb_power_ratio", "descent_power_ratio", "wind_mps"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"pace: expected {name} >= 0, got {value}")

    @property
    def wind_xy_mps(self) -> tuple[float, float]:
        """Where the wind blows to, metres a second east and north."""
        towards = math.radians(self.wind_from_deg + 180.0)
        return self.wind_mps * math.sin(towards), self.wind_mps * math.cos(towards)

    @property
    def directed(self) -> bool:
        """Whether there and back may cost differently along the same line."""
        return self.wind_mps > 0

    def seconds(self, dx_m: npt.ArrayLike, dy_m: npt.ArrayLike) -> Floats:
        """Return the seconds over the ground along straight pieces of a frame, given by how far east and north they go.

        The wind triangle: the nose is held into the wind so that the track is kept; what is left of the air speed
        after the cross wind, plus the wind along the track. Infinite where the track cannot be held. Shape of the
        arguments, broadcast. The north of a frame differs from the true one by less than half a degree.
        """
        dx, dy = np.asarray(dx_m, dtype=float), np.asarray(dy_m, dtype=float)
        length_m = np.hypot(dx, dy)
        if not self.directed:
            return np.asarray(length_m / self.air_speed_mps)
        wind_x, wind_y = self.wind_xy_mps
        metres = np.where(length_m > 0, length_m, 1.0)
        along_mps = (wind_x * dx + wind_y * dy) / metres
        across_mps = (wind_x * dy - wind_y * dx) / metres
        left_mps2 = self.air_speed_mps**2 - across_mps**2
        speed_mps = np.sqrt(np.maximum(left_mps2, 0.0)) + along_mps
        held = (left_mps2 > 0) & (speed_mps > 0)
        seconds = np.where(held, length_m / np.where(held, speed_mps, 1.0), np.inf)
        return np.asarray(np.where(length_m > 0, seconds, 0.0))

    def vertical_s(self, from_m: npt.ArrayLike, to_m: npt.ArrayLike) -> Floats:
        """Return what going straight up or down costs, in seconds of level flight; heights in metres."""
        rise_m = np.asarray(to_m, dtype=float) - np.asarray(from_m, dtype=float)
        up_s, down_s = self.climb_s_per_m * self.climb_power_ratio, self.descent_s_per_m * self.descent_power_ratio
        return np.asarray(np.where(rise_m > 0, rise_m * up_s, -rise_m * down_s))

    def rise_s(self, from_m: npt.ArrayLike, to_m: npt.ArrayLike) -> Floats:
        """Return the time that going straight up or down takes; heights in metres."""
        rise_m = np.asarray(to_m, dtype=float) - np.asarray(from_m, dtype=float)
        return np.asarray(np.where(rise_m > 0, rise_m * self.climb_s_per_m, -rise_m * self.descent_s_per_m))


SHORTEST = Pace()
"""A metre costs a second, a climb nothing."""
