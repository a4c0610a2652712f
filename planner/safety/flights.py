"""The check's own arithmetic of flight: times in the wind, and energy, from the figures of a drone type."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from planner.model.fleets import DroneType
from planner.model.jobs import Policy, Weather
from planner.safety.geodesics import CentreLine
from planner.safety.powers import watts_of

DRY_AIR_J_PER_KG_K = 287.05
KELVIN_AT_0_C = 273.15
STILL_M = 1.0
"""A piece that moves no further than this over the ground is a climb or a descent."""
STRAIGHT_RAD = 1e-3
"""A corner that turns by less is none: it comes of the rounding of coordinates."""
LEVEL_M = 0.5
"""A piece that rises or sinks by no more than this is level."""
SECONDS_PER_HOUR = 3600.0

Phase: TypeAlias = Literal["climb", "cruise", "descent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """How a drone type flies the pieces of a line."""

    seconds: tuple[float, ...]
    """Infinite where it cannot hold its track or makes no way."""
    phases: tuple[tuple[Phase, ...], ...]
    """What each piece is; one that moves and rises or sinks is two at once, at the greater power."""
    ground_mps: tuple[float | None, ...]
    """None on the pieces straight up or down; 0 where it cannot hold its track."""


def flown(line: CentreLine, kind: DroneType, weather: Weather) -> Flight:
    """Return how a type flies a line in the wind: air speed held, the nose turned to stay on track (wind triangle)."""
    pieces = [
        _piece(float(metres), float(azimuth), float(high - low), kind, weather)
        for metres, azimuth, low, high in zip(
            line.length_m, line.azimuth_deg, line.alt_amsl_m[:-1], line.alt_amsl_m[1:], strict=True
        )
    ]
    seconds, phases, speeds = zip(*pieces, strict=True)
    return Flight(seconds=seconds, phases=phases, ground_mps=speeds)


def _piece(
    metres: float, azimuth_deg: float, rise_m: float, kind: DroneType, weather: Weather
) -> tuple[float, tuple[Phase, ...], float | None]:
    """Return seconds, phases and ground speed; a slanted piece takes the longer time."""
    moves, steep = metres > STILL_M, abs(rise_m) > LEVEL_M
    speed_mps = ground_speed_mps(azimuth_deg, kind.cruise_mps, weather) if moves else None
    along_s = 0.0 if speed_mps is None else metres / speed_mps if speed_mps > 0.0 else math.inf
    rate_mps = kind.climb_mps if rise_m > 0.0 else kind.descent_mps
    vertical: tuple[Phase, ...] = (("climb" if rise_m > 0.0 else "descent"),) if steep else ()
    level: tuple[Phase, ...] = ("cruise",) if moves or not steep else ()
    return max(along_s, abs(rise_m) / rate_mps), level + vertical, speed_mps


def ground_speed_mps(azimuth_deg: float, air_mps: float, weather: Weather) -> float:
    """Return the speed over the ground along a true track, 0 when it cannot be held."""
    # The angle between where the wind blows to and the track.
    angle = math.radians(weather.wind_from_deg + 180.0 - azimuth_deg)
    along_mps, across_mps = weather.wind_mps * math.cos(angle), weather.wind_mps * math.sin(angle)
    if abs(across_mps) >= air_mps:
        return 0.0
    return max(0.0, math.sqrt(air_mps * air_mps - across_mps * across_mps) + along_mps)


def excess_turns(line: CentreLine, radius_m: float, half_width_m: float) -> Iterator[tuple[float, float]]:
    """Yield for every stretch of turns to one side by how many degrees it turns more than can be flown, and where.

    Over a stretch of length L a circle of radius R turns by L / R. Where the line has a corner, the aircraft flies by
    inside it: an arc that touches both sides of a corner of angle d leaves it by R (1 / cos(d / 2) - 1), which may be
    the half width w, so that d is at most 2 arccos(R / (R + w)) (geometry of the tangent circle). Turns to the other
    side begin a new stretch, and the piece between must hold both tangents, R tan(d / 2) each.
    """
    spare = 2.0 * math.acos(radius_m / (radius_m + half_width_m))
    corners = [(at, turn) for at, turn in _turns(line) if abs(turn) > STRAIGHT_RAD]
    along = [*np.concatenate([[0.0], np.cumsum(line.length_m)]).tolist()]
    for first, (start, turn) in enumerate(corners):
        total = 0.0
        for at, further in corners[first:]:
            if further * turn < 0:
                break
            total += abs(further)
            yield math.degrees(total - spare - (along[at] - along[start]) / radius_m), float(at)
    for (before, one), (after, other) in pairwise(corners):
        if one * other < 0:
            needed_m = radius_m * (math.tan(abs(one) / 2) + math.tan(abs(other) / 2))
            yield math.degrees((needed_m - (along[after] - along[before])) / radius_m), float(after)


def _turns(line: CentreLine) -> Iterator[tuple[int, float]]:
    """Yield the waypoints between two level pieces, with the angle turned there, radians, to the right."""
    moving = [number for number, metres in enumerate(line.length_m.tolist()) if metres > STILL_M]
    for before, after in pairwise(moving):
        turned = math.radians(float(line.azimuth_deg[after] - line.azimuth_deg[before]))
        yield after, math.remainder(turned, 2.0 * math.pi)


def air_density(weather: Weather) -> float:
    """Return the density of dry air, kg/m3."""
    return weather.pressure_hpa * 100.0 / (DRY_AIR_J_PER_KG_K * (weather.temperature_c + KELVIN_AT_0_C))


def energy_wh(
    line: CentreLine, kind: DroneType, payload_kg: float, *, weather: Weather, policy: Policy, handover_s: float
) -> float:
    """Return what a leg takes, with its hand-over and the policy's factor.

    Power holds along a piece, because wind and air are the same all over it, so that finer steps would add the same.
    """
    flight, watts = flown(line, kind, weather), watts_of(kind, payload_kg, air_density(weather))
    joules = handover_s * watts.hover
    for seconds, phases in zip(flight.seconds, flight.phases, strict=True):
        joules += seconds * max(getattr(watts, phase) for phase in phases)
    return policy.energy_factor * joules / SECONDS_PER_HOUR
