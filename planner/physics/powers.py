"""Power at the battery terminals, phase by phase, by the model that a drone type names; all on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.fleets import DroneType
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane
from planner.physics.rotors import GRAVITY_MPS2, climb_w, hover_w, level_w

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Powers:
    """Watts in each phase of flight; arrays that broadcast against one another. Infinite where nothing is known."""

    climb_w: Floats
    """Straight up at the type's rate."""
    cruise_w: Floats
    """Level, at an air speed."""
    descent_w: Floats
    """Straight down at the type's rate, touch-down included; no energy comes back."""
    hover_w: Floats
    """On the spot: waiting, winching, handing over."""


def powers(
    kind: DroneType,
    *,
    payload_kg: npt.ArrayLike,
    density: npt.ArrayLike,
    air_speed_mps: npt.ArrayLike | None = None,
) -> Powers:
    """Return the power of a type in each phase.

    Takes payloads in kg, air densities in kg/m3 and air speeds in cruise in m/s (None: the type's own), which
    broadcast against one another.
    """
    return powers_of(
        kind.power,
        mass_kg=kind.mass_kg + np.asarray(payload_kg, dtype=float),
        density=density,
        air_speed_mps=kind.cruise_mps if air_speed_mps is None else air_speed_mps,
        climb_mps=kind.climb_mps,
    )


def powers_of(
    figures: PowerFigures,
    *,
    mass_kg: npt.ArrayLike,
    density: npt.ArrayLike,
    air_speed_mps: npt.ArrayLike,
    climb_mps: npt.ArrayLike,
) -> Powers:
    """Return the power in each phase by the figures of a model: total masses in kg, the rest as for a type."""
    masses, rho = np.asarray(mass_kg, dtype=float), np.asarray(density, dtype=float)
    speed, rate = np.asarray(air_speed_mps, dtype=float), np.asarray(climb_mps, dtype=float)
    match figures:
        case MassPower():
            return _by_mass(figures, masses, rho)
        case Multirotor():
            return _by_rotors(figures, masses, rho, speed, climb_mps=rate)
        case Quadplane():
            return _by_wing(figures, masses, rho, speed)
        case _:
            return _by_table(figures, masses, rho, speed)


def _by_mass(power: MassPower, mass_kg: Floats, rho: Floats) -> Powers:
    """P = ratio k m^1.5 / sqrt(rho) + constant.

    The 1.5 comes from momentum theory of a hovering rotor; k is calibrated per type from one published or measured
    figure. On 68 measured flights of a 4 kg quadrotor, one k fitted on half of them predicts the energy of the
    others within 2.4 % on average; power was flat between 4 and 10 m/s. With a coefficient and a constant for each
    phase this is the linear model of Rodrigues et al. 2022 (their data: doi 10.1184/R1/12683453).
    """
    lift_w = power.power_coefficient * mass_kg**1.5 / np.sqrt(rho)
    return Powers(
        climb_w=power.climb_power_ratio * lift_w + power.climb_constant_w,
        cruise_w=np.asarray(lift_w + power.cruise_constant_w),
        descent_w=power.descent_power_ratio * lift_w + power.descent_constant_w,
        hover_w=power.hover_power_ratio * lift_w + power.hover_constant_w,
    )


def _by_rotors(power: Multirotor, mass_kg: Floats, rho: Floats, speed: Floats, *, climb_mps: Floats) -> Powers:
    """Momentum theory, see :mod:`planner.physics.rotors`; descent takes a share of the power in hover."""
    hovering_w = hover_w(power, mass_kg, rho)
    return Powers(
        climb_w=climb_w(power, mass_kg, rho, climb_mps),
        cruise_w=level_w(power, mass_kg, rho, speed),
        descent_w=power.descent_share * hovering_w,
        hover_w=hovering_w,
    )


def _by_wing(power: Quadplane, mass_kg: Floats, rho: Floats, speed: Floats) -> Powers:
    """P = m g V / (L/D) on the wing, rotors by k m^1.5 / sqrt(rho) straight up and down.

    L/D holds near the speed it was told for; an air speed far from the type's own is not priced well.
    """
    hovering_w = np.asarray(power.hover_coefficient * mass_kg**1.5 / np.sqrt(rho))
    return Powers(
        climb_w=power.climb_power_ratio * hovering_w,
        cruise_w=np.asarray(mass_kg * GRAVITY_MPS2 * speed / power.lift_to_drag),
        descent_w=power.descent_power_ratio * hovering_w,
        hover_w=hovering_w,
    )


def _by_table(table: PowerTable, mass_kg: Floats, rho: Floats, speed: Floats) -> Powers:
    """Interpolate linearly in mass and air speed; outside of what was measured power is infinite, never a guess.

    Thinner air than that of the measurement costs more by the root of the ratio; denser air is given no credit.
    """
    thin = np.maximum(1.0, np.sqrt(table.density_kg_m3 / rho))
    row, along_mass = _place(table.mass_kg, mass_kg)
    column, along_speed = _place(table.air_speed_mps, speed)
    grid = np.asarray(table.cruise_w)
    column_after = np.minimum(column + 1, grid.shape[1] - 1)
    low = (1 - along_mass) * grid[row, column] + along_mass * grid[row + 1, column]
    high = (1 - along_mass) * grid[row, column_after] + along_mass * grid[row + 1, column_after]
    known_speed = (speed >= table.air_speed_mps[0]) & (speed <= table.air_speed_mps[-1])
    known_mass = (mass_kg >= table.mass_kg[0]) & (mass_kg <= table.mass_kg[-1])

    def by_mass(watts: tuple[float, ...]) -> Floats:
        return np.asarray(np.where(known_mass, thin * np.interp(mass_kg, table.mass_kg, watts), np.inf))

    level = thin * ((1 - along_speed) * low + along_speed * high)
    return Powers(
        climb_w=by_mass(table.climb_w),
        cruise_w=np.asarray(np.where(known_mass & known_speed, level, np.inf)),
        descent_w=by_mass(table.descent_w),
        hover_w=by_mass(table.hover_w),
    )


def _place(axis: tuple[float, ...], values: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the step of an axis that values fall in, and how far along it, 0 to 1."""
    steps = np.asarray(axis)
    index = np.clip(np.searchsorted(steps, values, side="right") - 1, 0, max(len(steps) - 2, 0))
    width = np.append(np.diff(steps), 1.0)[index]
    return index, np.asarray(np.clip((values - steps[index]) / width, 0.0, 1.0))
