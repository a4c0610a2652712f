"""What a drone type's power follows from: the figures of one of four models, told apart by their class.

The formulas stand in ``planner/physics/powers.py``, and once more, on their own, in ``planner/safety/powers.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias


def _need(holder: object, what: str, names: Iterable[str], *, zero: bool = False) -> None:
    for name in names:
        value = getattr(holder, name)
        if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
            raise ValueError(f"{what}: expected {name} {'>=' if zero else '>'} 0, got {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MassPower:
    """P = ratio k m^1.5 / sqrt(air density) + constant, phase by phase: one figure of the type, and what was seen."""

    power_coefficient: float
    """k, watts in cruise for kg and kg/m3."""
    climb_power_ratio: float = 1.16
    """Power in climb over power in cruise (Rodrigues 2022, 68 flights of a 4 kg quadrotor)."""
    descent_power_ratio: float = 0.95
    """Power in descent over power in cruise, same source; no energy comes back."""
    hover_power_ratio: float = 1.0
    """Power in hover over power in cruise; 1 because power is flat between 4 and 10 m/s in the same test."""
    climb_constant_w: float = 0.0
    """What comes on top whatever the mass; with one for each phase this is the linear model of Rodrigues 2022."""
    cruise_constant_w: float = 0.0
    descent_constant_w: float = 0.0
    """A fit may make it negative."""
    hover_constant_w: float = 0.0

    def __post_init__(self) -> None:
        ratios = ("climb_power_ratio", "descent_power_ratio", "hover_power_ratio")
        _need(self, "mass power", ("power_coefficient", *ratios))
        for name in ("climb_constant_w", "cruise_constant_w", "descent_constant_w", "hover_constant_w"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"mass power: expected a finite {name}, got {getattr(self, name)}")

    def least_w(self, mass_kg: float) -> float:
        """Return the lowest power of any phase in air of 1.5 kg/m3, denser than any that is flown in."""
        lift_w = self.power_coefficient * math.pow(mass_kg, 1.5) / math.sqrt(DENSEST_KG_M3)
        return min(
            self.climb_power_ratio * lift_w + self.climb_constant_w,
            lift_w + self.cruise_constant_w,
            self.descent_power_ratio * lift_w + self.descent_constant_w,
            self.hover_power_ratio * lift_w + self.hover_constant_w,
        )


DENSEST_KG_M3 = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Multirotor:
    """Momentum theory with drag, induced and profile power and avionics; calibrated by one hover or range figure."""

    disc_area_m2: float
    """Of all rotors; two on one axis count as one disc."""
    hover_factor: float
    """Power of the rotors in hover over the ideal (m g)^1.5 / sqrt(2 rho A): 1.7 to 3.4 on the types seen, so never a
    figure to carry over from another type."""
    drag_area_m2: float
    """Drag coefficient times frontal area."""
    avionics_w: float
    induced_factor: float = 1.15
    """Induced power over the ideal."""
    drive_efficiency: float = 0.75
    """Of motors, controllers and wiring, from the battery terminals to the shaft."""
    least_forward_share: float = 0.92
    """Level flight never takes less than this share of the power in hover, whatever momentum theory promises."""
    descent_share: float = 0.95
    """Of the power in hover; no energy comes back. Measured: 0.90 on 68 flights of a 4 kg quadrotor."""

    def __post_init__(self) -> None:
        shares = ("drive_efficiency", "least_forward_share", "descent_share")
        _need(self, "multirotor", ("disc_area_m2", "hover_factor", "induced_factor", *shares))
        _need(self, "multirotor", ("drag_area_m2", "avionics_w"), zero=True)
        for name in shares:
            if getattr(self, name) > 1:
                raise ValueError(f"multirotor: expected {name} <= 1, got {getattr(self, name)}")
        least = self.induced_factor / self.drive_efficiency
        if self.hover_factor < least:
            raise ValueError(
                f"multirotor: expected hover_factor >= induced_factor / drive_efficiency = {least:.3f}, "
                f"got {self.hover_factor}"
            )

    @property
    def profile_factor(self) -> float:
        """Power of the blades' own drag over the ideal: what the hover factor leaves for it."""
        return self.drive_efficiency * self.hover_factor - self.induced_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadplane:
    """Rotors straight up and down, a wing in between: P = m g V / (L/D) in cruise."""

    hover_coefficient: float
    """k in P = k m^1.5 / sqrt(air density): watts in hover, for kg and kg/m3."""
    lift_to_drag: float
    """L/D in cruise times the efficiency from the battery terminals to the air."""
    stall_mps: float
    """Air speed below which the wing does not carry the heaviest take-off mass."""
    climb_power_ratio: float = 1.16
    """Power in vertical climb over power in hover; seen on a quadrotor (Rodrigues 2022), so assumed."""
    descent_power_ratio: float = 0.95
    """Power in vertical descent over power in hover, the same."""

    def __post_init__(self) -> None:
        names = ("hover_coefficient", "lift_to_drag", "stall_mps", "climb_power_ratio", "descent_power_ratio")
        _need(self, "quadplane", names)


STALL_MARGIN = 1.3
"""Least air speed in cruise over the stall speed, the usual margin of fixed-wing flying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerTable:
    """What an operator's own logs say: power by phase, total mass and, in cruise, air speed."""

    density_kg_m3: float
    """Of the air that it was measured in."""
    mass_kg: tuple[float, ...]
    """In all, rising."""
    air_speed_mps: tuple[float, ...]
    """Rising."""
    climb_w: tuple[float, ...]
    """By mass."""
    cruise_w: tuple[tuple[float, ...], ...]
    """By mass, then by air speed."""
    descent_w: tuple[float, ...]
    """By mass."""
    hover_w: tuple[float, ...]
    """By mass."""

    def __post_init__(self) -> None:
        _need(self, "power table", ("density_kg_m3",))
        _rising("mass_kg", self.mass_kg, least=2)
        _rising("air_speed_mps", self.air_speed_mps, least=1)
        for name in ("climb_w", "descent_w", "hover_w"):
            _watts(name, getattr(self, name), len(self.mass_kg), "one for each mass_kg")
        if len(self.cruise_w) != len(self.mass_kg):
            raise ValueError(
                f"power table: expected {len(self.mass_kg)} rows of cruise_w, one for each mass_kg, "
                f"got {len(self.cruise_w)}"
            )
        for row in self.cruise_w:
            _watts("cruise_w", row, len(self.air_speed_mps), "one for each air_speed_mps")

    def covers(self, *, mass_kg: float, air_speed_mps: float) -> bool:
        """Tell whether a mass and an air speed lie within what was measured."""
        masses, speeds = self.mass_kg, self.air_speed_mps
        return masses[0] <= mass_kg <= masses[-1] and speeds[0] <= air_speed_mps <= speeds[-1]


def _rising(name: str, values: Sequence[float], *, least: int) -> None:
    sound = len(values) >= least and all(math.isfinite(value) and value > 0 for value in values)
    if not sound or any(low >= high for low, high in pairwise(values)):
        raise ValueError(f"power table: expected {name} with {least} or more figures above 0, rising, got {values}")


def _watts(name: str, values: Sequence[float], count: int, why: str) -> None:
    if len(values) != count or not all(math.isfinite(value) and value > 0 for value in values):
        raise ValueError(f"power table: expected {count} figures above 0 in {name}, {why}, got {values}")


PowerFigures: TypeAlias = MassPower | Multirotor | Quadplane | PowerTable
"""What a drone type names as its model of power."""
