"""Momentum theory of lifting rotors, on arrays: induced velocity, and power in hover, in climb and in level flight.

Leishman, Principles of Helicopter Aerodynamics, chapters 2 and 5; in forward flight after Stolaroff et al. 2018 (doi
10.1038/s41467-017-02411-5), with profile power kept apart and avionics added. All powers are at the battery terminals::

    D = 1/2 rho CdA V^2,  T = sqrt((m g)^2 + D^2),  P_ideal = T^1.5 / sqrt(2 rho A)
    P = P_avionics + (induced_factor T vi + D V + m g Vc + profile_factor P_ideal) / drive_efficiency
    profile_factor = drive_efficiency hover_factor - induced_factor

so that hover takes P_avionics + hover_factor P_ideal exactly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.model.powers import Multirotor

GRAVITY_MPS2 = 9.80665

Floats = npt.NDArray[np.float64]

ROUNDS = 40
BLOCK = 16_384
"""Roots solved at a time."""
CLOSE = 1e-12
"""Relative; Newton's method doubles the good digits each round, so that a handful of rounds is enough."""


def hover_w(power: Multirotor, mass_kg: Floats, rho: Floats) -> Floats:
    """Return watts in hover in still air."""
    ideal_w = (mass_kg * GRAVITY_MPS2) ** 1.5 / np.sqrt(2.0 * rho * power.disc_area_m2)
    return np.asarray(power.avionics_w + power.hover_factor * ideal_w)


def climb_w(power: Multirotor, mass_kg: Floats, rho: Floats, climb_mps: Floats) -> Floats:
    """Return watts straight up: the air that comes in from above lets the rotors induce less.

    vi = -Vc/2 + sqrt((Vc/2)^2 + vh^2), the root of the momentum balance in axial climb. Without it the climbs of 68
    measured flights come out 10 % too high, with it 0.1 %.
    """
    weight_n = mass_kg * GRAVITY_MPS2
    hover_mps = np.sqrt(weight_n / (2.0 * rho * power.disc_area_m2))
    induced_mps = np.sqrt((climb_mps / 2.0) ** 2 + hover_mps**2) - climb_mps / 2.0
    shaft_w = weight_n * (
        power.induced_factor * induced_mps + climb_mps + power.profile_factor * hover_mps
    )  # fmt: skip
    return np.asarray(power.avionics_w + shaft_w / power.drive_efficiency)


def level_w(power: Multirotor, mass_kg: Floats, rho: Floats, air_speed_mps: Floats) -> Floats:
    """Return watts in level flight, never under the least share of the power in hover."""
    weight_n = mass_kg * GRAVITY_MPS2
    drag_n = 0.5 * rho * power.drag_area_m2 * air_speed_mps**2
    thrust_n = np.hypot(weight_n, drag_n)
    hover_mps = np.sqrt(thrust_n / (2.0 * rho * power.disc_area_m2))
    # The disc tilts by the angle whose tangent is drag over weight.
    speeds = air_speed_mps / hover_mps
    induced = induced_ratio(speeds * weight_n / thrust_n, speeds * drag_n / thrust_n)
    shaft_w = thrust_n * hover_mps * (power.induced_factor * induced + power.profile_factor) + drag_n * air_speed_mps
    level = power.avionics_w + shaft_w / power.drive_efficiency
    return np.asarray(np.maximum(level, power.least_forward_share * hover_w(power, mass_kg, rho)))


def induced_ratio(along: Floats, through: Floats) -> Floats:
    """Return induced velocity over that in hover, for air speeds along and through the disc over the same.

    The root of v^2 (along^2 + (through + v)^2) = 1 by Newton's method, for through >= 0. The start is the root
    without the term 2 through v^3, which is never below it; from there every round comes down towards the root,
    because the left side is convex. Many are solved block by block, so that the rounds run in the processor's cache.
    """
    x, y = np.broadcast_arrays(along, through)
    if x.size <= BLOCK:
        return _roots(x, y)
    flat_x, flat_y, found = x.ravel(), y.ravel(), np.empty(x.size)
    for start in range(0, x.size, BLOCK):
        block = slice(start, start + BLOCK)
        found[block] = _roots(flat_x[block], flat_y[block])
    return found.reshape(x.shape)


def _roots(along: Floats, through: Floats) -> Floats:
    square = along**2 + through**2
    v = np.sqrt(2.0 / (square + np.sqrt(square**2 + 4.0)))
    for _ in range(ROUNDS):
        flow = square + v * (2.0 * through + v)
        step = (v * v * flow - 1.0) / (2.0 * v * (flow + v * (through + v)))
        v = v - step
        if np.all(np.abs(step) <= CLOSE * v):
            break
    return np.asarray(v)
