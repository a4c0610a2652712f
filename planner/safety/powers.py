"""The check's own power of a drone type, phase by phase, from the formulas: plain numbers, one aircraft at a time.

Written apart from the planner's. The induced velocity of rotors is found by halving an interval; no formula is shared.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass

from planner.model.fleets import DroneType
from planner.model.powers import MassPower, Multirotor, PowerTable, Quadplane

STANDARD_GRAVITY = 9.80665
HALVINGS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Watts:
    """At the battery terminals; infinite where the figures of a type say nothing."""

    climb: float
    cruise: float
    descent: float
    hover: float


def watts_of(kind: DroneType, payload_kg: float, density: float) -> Watts:
    """Return the power of a type with a payload in each phase, at its own air speed."""
    total_kg = kind.mass_kg + payload_kg
    match kind.power:
        case MassPower() as figures:
            return _mass_law(figures, total_kg, density)
        case Multirotor() as figures:
            return _rotors(figures, total_kg, density, cruise_mps=kind.cruise_mps, climb_mps=kind.climb_mps)
        case Quadplane() as figures:
            return _wing(figures, total_kg, density, kind.cruise_mps)
        case figures:
            return _measured(figures, total_kg, density, kind.cruise_mps)


def _mass_law(figures: MassPower, total_kg: float, density: float) -> Watts:
    """P = k m^1.5 / sqrt(air density), times a ratio and plus a constant in each phase."""
    base = figures.power_coefficient * math.pow(total_kg, 1.5) / math.sqrt(density)
    return Watts(
        climb=figures.climb_constant_w + base * figures.climb_power_ratio,
        cruise=figures.cruise_constant_w + base,
        descent=figures.descent_constant_w + base * figures.descent_power_ratio,
        hover=figures.hover_constant_w + base * figures.hover_power_ratio,
    )


def _rotors(figures: Multirotor, total_kg: float, density: float, *, cruise_mps: float, climb_mps: float) -> Watts:
    hover = _rotor_watts(figures, total_kg, density, forward_mps=0.0, up_mps=0.0)
    forward = _rotor_watts(figures, total_kg, density, forward_mps=cruise_mps, up_mps=0.0)
    return Watts(
        climb=_rotor_watts(figures, total_kg, density, forward_mps=0.0, up_mps=climb_mps),
        cruise=max(forward, figures.least_forward_share * hover),
        descent=figures.descent_share * hover,
        hover=hover,
    )


def _rotor_watts(figures: Multirotor, total_kg: float, density: float, *, forward_mps: float, up_mps: float) -> float:
    """Return induced, drag, climb and profile power through the drive, and the avionics (momentum theory)."""
    weight = total_kg * STANDARD_GRAVITY
    drag = density * figures.drag_area_m2 * forward_mps * forward_mps / 2.0
    thrust = math.sqrt(weight * weight + drag * drag)
    tilt = math.atan(drag / weight)
    # Air speed along the disc, and through it from above.
    along, through = forward_mps * math.cos(tilt), forward_mps * math.sin(tilt) + up_mps
    induced = _induced_mps(thrust, 2.0 * density * figures.disc_area_m2, along, through)
    blades = figures.drive_efficiency * figures.hover_factor - figures.induced_factor
    profile = blades * math.pow(thrust, 1.5) / math.sqrt(2.0 * density * figures.disc_area_m2)
    shaft = figures.induced_factor * thrust * induced + drag * forward_mps + weight * up_mps + profile
    return figures.avionics_w + shaft / figures.drive_efficiency


def _induced_mps(thrust: float, twice_mass_flow_area: float, along: float, through: float) -> float:
    """Return the velocity v at which 2 rho A v |air through the disc| is the thrust; never more than in hover."""
    low, high = 0.0, math.sqrt(thrust / twice_mass_flow_area)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if twice_mass_flow_area * middle * math.hypot(along, through + middle) < thrust:
            low = middle
        else:
            high = middle
    return high


def _wing(figures: Quadplane, total_kg: float, density: float, cruise_mps: float) -> Watts:
    """Lift over drag on the wing, k m^1.5 / sqrt(air density) on the rotors."""
    hover = figures.hover_coefficient * math.pow(total_kg, 1.5) / math.sqrt(density)
    return Watts(
        climb=hover * figures.climb_power_ratio,
        cruise=total_kg * STANDARD_GRAVITY / figures.lift_to_drag * cruise_mps,
        descent=hover * figures.descent_power_ratio,
        hover=hover,
    )


def _measured(figures: PowerTable, total_kg: float, density: float, cruise_mps: float) -> Watts:
    """Read the table between its entries; dearer in thinner air by the root of the densities, never cheaper."""
    factor = max(1.0, math.sqrt(figures.density_kg_m3 / density))
    at_speed = [_between(figures.air_speed_mps, row, cruise_mps) for row in figures.cruise_w]

    def at_mass(column: Sequence[float]) -> float:
        return factor * _between(figures.mass_kg, column, total_kg)

    return Watts(
        climb=at_mass(figures.climb_w),
        cruise=at_mass(at_speed),
        descent=at_mass(figures.descent_w),
        hover=at_mass(figures.hover_w),
    )


def _between(axis: Sequence[float], column: Sequence[float], value: float) -> float:
    """Return what a column says between two entries of its axis, infinity beyond its ends."""
    if not axis[0] <= value <= axis[-1]:
        return math.inf
    after = bisect.bisect_left(axis, value)
    if axis[after] == value:
        return column[after]
    share = (axis[after] - value) / (axis[after] - axis[after - 1])
    return column[after] - share * (column[after] - column[after - 1])
