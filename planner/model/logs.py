"""What was measured in flight: power and what it depends on, sample by sample."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


class FlightPhase(IntEnum):
    """What an aircraft was doing."""

    GROUND = 0
    CLIMB = 1
    CRUISE = 2
    DESCENT = 3
    HOVER = 4


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FlightLog:
    """Samples of one or more flights, in order of time within each; arrays of shape (samples,)."""

    name: str
    """The file it was read from."""
    flight: Numbers
    """Number of the flight that a sample belongs to."""
    time_s: Floats
    phase: Numbers
    """Of :class:`FlightPhase`."""
    power_w: Floats
    """At the battery terminals."""
    mass_kg: Floats
    """In all."""
    density: Floats
    """Of the air, kg/m3."""
    air_speed_mps: Floats
    climb_mps: Floats
    """Up positive; NaN where the log tells no height."""

    def __post_init__(self) -> None:
        for values in (self.time_s, self.power_w, self.mass_kg, self.density, self.air_speed_mps):
            if values.shape != self.time_s.shape or not np.all(np.isfinite(values)):
                raise ValueError(f"log {self.name}: expected as many finite numbers of each kind as times")
        if np.any(self.mass_kg <= 0) or np.any(self.density <= 0) or np.any(self.power_w < 0):
            raise ValueError(f"log {self.name}: expected masses and densities above 0, and no negative power")
        if np.any((np.diff(self.time_s) <= 0) & (np.diff(self.flight) == 0)):
            raise ValueError(f"log {self.name}: expected times that rise within each flight")
        for name in ("flight", "time_s", "phase", "power_w", "mass_kg", "density", "air_speed_mps", "climb_mps"):
            getattr(self, name).flags.writeable = False

    @property
    def flights(self) -> int:
        """How many flights there are."""
        return len(np.unique(self.flight))
