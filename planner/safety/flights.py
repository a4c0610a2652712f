"""The check's own arithmetic of flight: times in the wind, and energy, from the figures of a drone type."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from planner.model.fleets import DroneType
from planner.model.weather import Weather
from planner.safety.geodesics import CentreLine
from planner.safety.powers import watts_of
from planner.safety.winds import STILL_M, Blown, air_density

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


def flown(line: CentreLine, kind: DroneType, wind: Blown) -> Flight:
    """Return how a type flies a line in the wind: air speed held, the nose turned to stay on track (wind triangle)."""
    seconds, speeds = wind.seconds(kind)
    along_s = np.bincount(wind.piece, weights=seconds, minlength=len(line.length_m))
    slowest = np.full(len(line.length_m), math.inf)
    np.minimum.at(slowest, wind.piece, speeds)
    pieces = [
        _piece(float(metres), float(rise), float(along), float(slow), kind)
        for metres, rise, along, slow in zip(line.length_m, np.diff(line.alt_amsl_m), along_s, slowest, strict=True)
    ]
    times, phases, least = zip(*pieces, strict=True)
    return Flight(seconds=times, phases=phases, ground_mps=least)


def _piece(
    metres: float, rise_m: float, along_s: float, slowest_mps: float, kind: DroneType
) -> tuple[float, tuple[Phase, ...], float | None]:
    """Return seconds, phases and the least ground speed; a slanted piece takes the longer time."""
    moves, steep = metres > STILL_M, abs(rise_m) > LEVEL_M
    rate_mps = kind.climb_mps if rise_m > 0.0 else kind.descent_mps
    vertical: tuple[Phase, ...] = (("climb" if rise_m > 0.0 else "descent"),) if steep else ()
    level: tuple[Phase, ...] = ("cruise",) if moves or not steep else ()
    return max(along_s, abs(rise_m) / rate_mps), level + vertical, slowest_mps if moves else None


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


def energy_wh(flight: Flight, kind: DroneType, payload_kg: float, *, weather: Weather, hover_s: float) -> float:
    """Return what flying some pieces takes by the model, with some hovering. Power holds along a piece."""
    watts = watts_of(kind, payload_kg, air_density(weather))
    joules = hover_s * watts.hover
    for seconds, phases in zip(flight.seconds, flight.phases, strict=True):
        joules += seconds * max(getattr(watts, phase) for phase in phases)
    return joules / SECONDS_PER_HOUR
