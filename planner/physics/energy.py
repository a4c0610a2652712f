"""Energy of a leg. The door is the ``EnergyModel`` protocol; behind it stands the model that each drone type names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from planner.model.fleets import DroneType
from planner.physics.powers import powers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Phases:
    """How long a leg spends in each phase of flight, in seconds; arrays that broadcast against one another."""

    climb_s: Floats
    cruise_s: Floats
    descent_s: Floats
    """Down to the pad, touch-down included."""
    hover_s: Floats
    """On the spot: waiting, winching, handing over."""
    air_speed_mps: Floats | None = None
    """In cruise; None: the drone type's own."""

    @property
    def total_s(self) -> Floats:
        """From take-off to the end of the hover."""
        return self.climb_s + self.cruise_s + self.descent_s + self.hover_s


class EnergyModel(Protocol):
    """Anything that turns phases of flight into energy."""

    def energy_wh(
        self, kind: DroneType, phases: Phases, *, payload_kg: npt.ArrayLike, density: npt.ArrayLike
    ) -> Floats:
        """Return watt-hours at the battery terminals.

        Takes a drone type, phases, payloads in kg and air densities in kg/m3; all of them broadcast, so that one call
        does for every leg with every payload. Infinite where the leg cannot be flown or its power is not known.
        """
        ...


@dataclass(frozen=True, slots=True)
class OwnModel:
    """The model that a drone type names itself, by the class of its figures of power."""

    def energy_wh(
        self, kind: DroneType, phases: Phases, *, payload_kg: npt.ArrayLike, density: npt.ArrayLike
    ) -> Floats:
        """Return watt-hours of a leg flown with one payload, hand-over included."""
        flown = powers(kind, payload_kg=payload_kg, density=density, air_speed_mps=phases.air_speed_mps)
        joules = (
            _joules(flown.climb_w, phases.climb_s)
            + _joules(flown.cruise_w, phases.cruise_s)
            + _joules(flown.descent_w, phases.descent_s)
            + _joules(flown.hover_w, phases.hover_s)
        )
        return np.asarray(joules / 3600.0)


def _joules(watts: Floats, seconds: Floats) -> Floats:
    """Return power times time; no time at all takes no energy, even where the power is not known."""
    if np.all(np.isfinite(watts)):
        return np.asarray(watts * seconds)
    return np.asarray(np.where(seconds > 0, np.multiply(watts, np.where(seconds > 0, seconds, 1.0)), 0.0))
