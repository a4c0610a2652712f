"""Whether an aircraft that does not turn on the spot can fly a line: on one level, in arcs of its turn radius."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from airspace.earth.frame import GEOD

SHORT_M = 1.0
"""Pieces that are no longer point nowhere: they are rounding, or where an outline has two vertices at one place."""

STRAIGHT_RAD = 1e-3
"""A line that turns by less flies on: the rounding of coordinates, and geodesics that bow."""

SLACK_RAD = math.radians(0.5)
"""A line to the centimetre points as much off on pieces of a metre or two."""


def can_be_flown(points: Sequence[tuple[float, float, float]], *, radius_m: float, half_width_m: float) -> bool:
    """Tell whether arcs of a radius follow a line of longitudes, latitudes (WGS 84) and metres AMSL.

    An arc that touches both sides of a corner of angle d leaves the corner by R (1 / cos(d / 2) - 1), which may be the
    half width of the corridor, and begins R tan(d / 2) before it. So a stretch of length L to one side may turn by
    L / R and one such corner; between turns to different sides the piece must hold both tangents. A radius of 0 turns
    on the spot, and climbs there too.
    """
    if radius_m == 0:
        return True
    if len({level_m for _, _, level_m in points}) > 1:
        return False
    most = 2.0 * math.acos(radius_m / (radius_m + half_width_m)) + SLACK_RAD
    turned = 0.0
    for (before_m, last), (along_m, turn) in pairwise([(-math.inf, 0.0), *_corners(points)]):
        gap = (along_m - before_m) / radius_m
        if last * turn < 0 and gap + SLACK_RAD < math.tan(abs(last) / 2) + math.tan(abs(turn) / 2):
            return False
        turned = abs(turn) + (max(0.0, turned - gap) if last * turn > 0 else 0.0)
        if turned > most:
            return False
    return True


def _corners(points: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Return the corners of a line: metres from its start, and radians turned to the right."""
    lon, lat = np.array(points, float).reshape(-1, 3)[:, :2].T
    leaves_deg, back_deg, metres = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    from_start_m = np.concatenate([[0.0], np.cumsum(metres)])
    long = np.flatnonzero(metres > SHORT_M)
    arrives_deg = back_deg[long[:-1]] + 180.0
    turns = np.radians(np.remainder(leaves_deg[long[1:]] - arrives_deg + 180.0, 360.0) - 180.0)
    corners = zip(from_start_m[long[1:]].tolist(), turns.tolist(), strict=True)
    return [(along_m, turn) for along_m, turn in corners if abs(turn) > STRAIGHT_RAD]
