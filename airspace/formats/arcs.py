"""From circles, arcs and airways on the ellipsoid to corners joined by straight lines in longitude and latitude.

The corners are put where the area comes out a little too large and never too small: beside an arc that bulges out
of the area they lie outside the arc, beside one that bites into it on the arc. The ends of an arc stay where they are.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from airspace.earth.frame import GEOD

LonLat: TypeAlias = tuple[float, float]
"""Degrees, WGS 84."""

Floats: TypeAlias = npt.NDArray[np.float64]

SAGITTA_M = 8.0
"""How far a straight line may lie from the arc it stands for; edges straight in degrees add a little."""

LONGEST_STEP_DEG = 10.0
"""Small circles stay round to the eye."""

EARTH_M = 6_371_000.0
"""Mean radius, for figures that need two digits."""

AIRWAY_STEP_M = 5_000.0
"""Length of the pieces an airway is cut into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A piece of a circle from one point to another; when the two disagree on the radius it is the wider reading."""

    centre: LonLat
    start: LonLat
    end: LonLat
    from_deg: float
    """Azimuth of the start as seen from the centre."""
    sweep_deg: float
    """Clockwise positive, anticlockwise negative; a full circle is 360."""
    radii_m: tuple[float, float]
    """Distance of the start and of the end from the centre."""

    @property
    def clockwise(self) -> bool:
        """Whether it is walked clockwise."""
        return self.sweep_deg > 0


def arc_by_bearings(centre: LonLat, radius_m: float, from_deg: float, to_deg: float, *, clockwise: bool) -> Arc:
    """Return the arc between two bearings; equal ones modulo 360 make a full circle."""
    ends = _points(centre, np.array([from_deg, to_deg]), radius_m).tolist()
    return Arc(
        centre=centre,
        start=tuple(ends[0]),
        end=tuple(ends[1]),
        from_deg=from_deg,
        sweep_deg=_sweep_deg(from_deg, to_deg, clockwise=clockwise),
        radii_m=(radius_m, radius_m),
    )


def arc_by_ends(centre: LonLat, start: LonLat, end: LonLat, *, clockwise: bool) -> Arc:
    """Return the arc between two points; equal ones make a full circle."""
    azimuths, _, radii_m = GEOD.inv(*np.tile(centre, (2, 1)).T, *np.transpose([start, end]))
    from_deg, to_deg = (float(azimuth) for azimuth in azimuths)
    return Arc(
        centre=centre,
        start=start,
        end=end,
        from_deg=from_deg,
        sweep_deg=_sweep_deg(from_deg, to_deg, clockwise=clockwise),
        radii_m=(float(radii_m[0]), float(radii_m[1])),
    )


def _sweep_deg(from_deg: float, to_deg: float, *, clockwise: bool) -> float:
    turn = (to_deg - from_deg) % 360 if clockwise else -((from_deg - to_deg) % 360)
    if turn:
        return turn
    return 360.0 if clockwise else -360.0


def circle(centre: LonLat, radius_m: float) -> Floats:
    """Return the corners, shape (n, 2) in lon, lat, of a closed ring around a circle: nothing of it is left outside."""
    return circles([centre], [radius_m])[0]


def circles(centres: Sequence[LonLat], radii_m: Sequence[float]) -> list[Floats]:
    """Return closed rings around several circles, as :func:`circle` does, in a fraction of the time."""
    steps = [math.ceil(360 / _step_deg(radius_m)) for radius_m in radii_m]
    tangents_m = [
        _tangent_m(centre, radius_m, math.pi / count)
        for centre, radius_m, count in zip(centres, radii_m, steps, strict=True)
    ]
    corners = np.array(steps) + 1  # the first once more
    azimuths = [np.append(np.arange(count), 0) * (360 / count) for count in steps]
    middles = np.repeat(np.array(centres, dtype=float), corners, axis=0)
    lon, lat, _ = GEOD.fwd(middles[:, 0], middles[:, 1], np.concatenate(azimuths), np.repeat(tangents_m, corners))
    return np.split(np.column_stack((lon, lat)), np.cumsum(corners)[:-1])


def along(arc: Arc, *, outside: bool) -> Floats:
    """Return the corners, shape (n, 2) in lon, lat, of a line along an arc from its start to its end.

    Outside the line lies on the far side of the arc as seen from the centre, otherwise on the near side.
    """
    radius_m = max(arc.radii_m) if outside else min(arc.radii_m)
    steps = max(1, math.ceil(abs(arc.sweep_deg) / _step_deg(radius_m)))
    turn_deg = arc.sweep_deg / steps
    if outside:
        azimuths = arc.from_deg + (np.arange(steps) + 0.5) * turn_deg
        inner = _points(arc.centre, azimuths, _tangent_m(arc.centre, radius_m, math.radians(abs(turn_deg)) / 2))
    else:
        azimuths = arc.from_deg + np.arange(1, steps) * turn_deg
        inner = _points(arc.centre, azimuths, radius_m)
    first = _jump(arc, radius_m, 0)
    last = _jump(arc, radius_m, 1)
    return np.vstack((arc.start, *first, inner, *last, arc.end))


JUMP_M = 1.0
"""Ends nearer than this to the circle need no step out to it."""


def _jump(arc: Arc, radius_m: float, end: int) -> list[Floats]:
    """Return the point of the circle on the bearing of an end of the arc, if the end itself is not on the circle."""
    if abs(arc.radii_m[end] - radius_m) < JUMP_M:
        return []
    return [_points(arc.centre, np.array([arc.from_deg + end * arc.sweep_deg]), radius_m)]


def _step_deg(radius_m: float) -> float:
    """Return the turn after which a tangent has moved away from the circle by the sagitta."""
    return min(LONGEST_STEP_DEG, math.degrees(2 * math.acos(radius_m / (radius_m + SAGITTA_M))))


def _tangent_m(centre: LonLat, radius_m: float, half_rad: float) -> float:
    """Return how far corners lie from the centre so that the edges between them touch the circle from outside."""
    length_m = 2 * radius_m * math.tan(half_rad)
    farthest_deg = abs(centre[1]) + math.degrees(radius_m / EARTH_M)
    return (radius_m + _bow_m(length_m, farthest_deg)) / math.cos(half_rad)


def _bow_m(length_m: float, lat_deg: float) -> float:
    """Return how far an edge straight in lon and lat bows away from the geodesic between the same two points.

    Half the square of half its length times its geodesic curvature, sin(a) (1 + cos(a)^2) tan(lat) / R, which is
    greatest where it runs at an azimuth a of 55 degrees.
    """
    return 1.09 * length_m**2 * math.tan(math.radians(min(lat_deg, 89.0))) / (8 * EARTH_M)


def _points(centre: LonLat, azimuths: npt.NDArray[np.floating[Any]], distance_m: float) -> Floats:
    lon, lat, _ = GEOD.fwd(
        np.full(len(azimuths), centre[0]),
        np.full(len(azimuths), centre[1]),
        azimuths,
        np.full(len(azimuths), distance_m),
    )
    return np.column_stack((lon, lat))


def airway(line: list[LonLat], width_m: float) -> list[Floats]:
    """Return closed rings, each shape (n, 2) in lon, lat, that together cover an airway along the geodesics of a line.

    The ends are round, so that airways that meet at an angle leave no gap between them.
    """
    discs = circles(line, [width_m / 2] * len(line))
    return discs + [_strip(start, end, width_m / 2) for start, end in itertools.pairwise(line)]


def _strip(start: LonLat, end: LonLat, half_m: float) -> Floats:
    azimuth, _, length_m = GEOD.inv(*start, *end)
    distances_m = np.linspace(0, length_m, max(1, math.ceil(length_m / AIRWAY_STEP_M)) + 1)
    ones = np.ones(len(distances_m))
    lon, lat, back = GEOD.fwd(start[0] * ones, start[1] * ones, azimuth * ones, distances_m)
    reach_m = (half_m + _bow_m(AIRWAY_STEP_M, float(np.abs(lat).max()))) * ones
    left = np.column_stack(GEOD.fwd(lon, lat, back + 90, reach_m)[:2])
    right = np.column_stack(GEOD.fwd(lon, lat, back - 90, reach_m)[:2])
    return np.vstack((left, right[::-1], left[:1]))


def crosses_antimeridian(ring: Floats) -> bool:
    """Tell whether a ring steps over 180 degrees or goes around a pole, where lon and lat no longer describe it."""
    return bool(np.abs(np.diff(ring[:, 0])).max(initial=0) > 180)


def clockwise(ring: Floats) -> bool:
    """Tell whether a closed ring is walked clockwise, seen from above."""
    return not shapely.is_ccw(shapely.linearrings(ring))
