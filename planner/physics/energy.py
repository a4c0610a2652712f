"""Energy of a leg. The door is the ``EnergyModel`` protocol; the model behind it now is the mass^1.5 law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from planner.model.fleets import DroneType

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Phases:
    """How long a leg spends in each phase of flight, in seconds; arrays of any one shape."""

    climb_s: Floats
    cruise_s: Floats
    descent_s: Floats
    hover_s: Floats

    @property
    def total_s(self) -> Floats:
        """From take-off to the end of the hover."""
        return self.climb_s + self.cruise_s + self.descent_s + self.hover_s


class EnergyModel(Protocol):
    """Anything that turns phases of flight into energy."""

    def energy_wh(self, kind: DroneType, phases: Phases, *, payload_kg: npt.ArrayLike, density: float) -> Floats:
        """Return watt-hours at the battery terminals.

        Takes a drone type, phases, payloads in kg (broadcast against the phases) and the air density in kg/m3.
        """
        ...


@dataclass(frozen=True, slots=True)
class MassPower:
    """P = k m^1.5 / sqrt(rho) in cruise, with fixed ratios for climb, descent and hover.

    The 1.5 comes from momentum theory of a hovering rotor; k is calibrated per type from one published or measured
    figure. On 68 measured flights of a 4 kg quadrotor, one k fitted on half of them predicts the energy of the
    others within 2.6 % on average and 6.4 % at the 95th percentile; power was flat between 4 and 10 m/s
    (Rodrigues et al. 2022, doi 10.1184/R1/12683453). Descent gives nothing back.
    """

    def cruise_power_w(self, kind: DroneType, *, payload_kg: npt.ArrayLike, density: float) -> Floats:
        """Return watts in cruise for payloads in kg."""
        mass_kg = kind.mass_kg + np.asarray(payload_kg, dtype=float)
        return np.asarray(kind.power_coefficient * mass_kg**1.5 / np.sqrt(density))

    def energy_wh(self, kind: DroneType, phases: Phases, *, payload_kg: npt.ArrayLike, density: float) -> Floats:
        """Return watt-hours of a leg flown with one payload, hand-over included."""
        cruise_s = (
            kind.climb_power_ratio * phases.climb_s
            + phases.cruise_s
            + kind.descent_power_ratio * phases.descent_s
            + kind.hover_power_ratio * phases.hover_s
        )
        return np.asarray(self.cruise_power_w(kind, payload_kg=payload_kg, density=density) * cruise_s / 3600.0)
